"""Answers that tell why something was judged so: numbers, law, records, frames, chain."""

from pydantic import BaseModel, Field

from schemas.judgement import Outcome, Period, Stage
from services.api.models.alerts_read import AlertModel, EventModel
from services.api.models.history import PointName, ReadingModel
from services.api.models.history_law import LimitModel
from services.api.models.values import Number, SiteTime


class FormulaModel(BaseModel):
    """The comparison with its numbers 计算式."""

    zh: str = Field(
        examples=["二氧化硫小时均值（折算）42.5 mg/m3 > 35 mg/m3：42.5 / 35 - 1 = 0.2143"]
    )
    en: str
    numbers: str = Field(description="As computed", examples=["42.5 > 35; 42.5 / 35 - 1 = 0.2143"])


class MeanEvidenceModel(BaseModel):
    """The mean that was believed when the verdict was written, with what it rests on."""

    id: int
    stage: Stage
    source: str
    value: Number | None
    converted: dict[str, Number]
    valid_s: int
    due_s: int
    valid: bool
    at_least: bool
    mass: Number | None
    evidence: dict[str, object] = Field(description="Counts, reasons and numbers 依据")
    rules: str
    position: str


class ChainModel(BaseModel):
    """A batch's place in its slot's chain, and the first checkpoint that covers it.

    `checkpoint` null: none was made since. With the batch's digest and the checkpoint's file anybody
    can show that the frames are those that arrived (`qingkong verify`).
    """

    batch: int
    slot: int
    number: int
    received_from: SiteTime
    received_to: SiteTime
    frames: int
    previous: str
    digest: str
    checkpoint: int | None
    checkpoint_made_at: SiteTime | None
    checkpoint_key: str | None


class VersionModel(BaseModel):
    """Another belief about the same period and limit."""

    id: int
    stage: Stage
    outcome: Outcome
    position: str
    link: str


class VerdictEvidenceModel(BaseModel):
    """A verdict with all that it rests on 判定依据, as it was known when it was written."""

    id: int
    point: PointName
    period: Period
    start: SiteTime
    stage: Stage
    outcome: Outcome
    value: Number | None
    multiple: Number | None
    sure: bool
    doubts: list[str] = Field(description="Parameters it rests on that nobody vouches for 存疑参数")
    why: str
    rules: str
    position: str
    checkpoint: int | None = Field(
        description="The first checkpoint that covers the verdict itself"
    )
    believed: bool = Field(description="Whether no newer verdict took its place")
    versions: list[VersionModel]
    formula: FormulaModel | None
    limit: LimitModel | None
    evidence: dict[str, object]
    mean: MeanEvidenceModel | None
    series: str = Field(description="Of which series the records below are")
    records: list[ReadingModel] = Field(
        description="The records of the point over the period, at most 2,000; others by `/readings`"
    )
    chain: list[ChainModel]


class AlertEvidenceModel(BaseModel):
    """A case with what happened to it, and the verdicts it rests on 告警证据."""

    alert: AlertModel
    events: list[EventModel]
    verdicts: list[VerdictEvidenceModel] = Field(description="At most 20, the first of the case")
    sources: list[str] = Field(
        description="All rows the case was read from", examples=[["verdict:7"]]
    )
    more: bool
