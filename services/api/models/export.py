"""What a manifest says: an export is known again by it, by whoever reads it, whenever."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class QueryModel(BaseModel):
    """What was asked for. `plants` are the platform's numbers of plants; null: all."""

    what: str
    position: str = Field(description="As known below this position 截至位置")
    since: datetime
    until: datetime
    plants: list[int] | None
    subject: str | None
    side: str | None
    code: str | None
    series: str
    period: str
    guarded: bool = Field(description="Texts that would begin a formula have a ' before them")


class CheckpointModel(BaseModel):
    """The newest signed checkpoint when the export was made."""

    number: int
    made_at: datetime
    closed: str = Field(description="It covers what lies below this position")
    sha256: str = Field(description="Of its text, in hex")
    key_id: str


class ManifestModel(BaseModel):
    """An export's manifest 导出清单. Check a file with `qingkong verify-export FILE MANIFEST`."""

    version: Literal[1] = 1
    id: str
    format: str
    query: QueryModel
    zone: str = Field(description="Of the times in the file", examples=["UTC+08:00"])
    columns: list[str]
    rows: int
    bytes: int
    sha256: str = Field(description="Of the file, in hex")
    rows_sha256: str = Field(description="Of its rows as lines of CSV without the header, in hex")
    checkpoint: CheckpointModel | None
    software: str
    made_by: str
    began_at: datetime
    made_at: datetime
