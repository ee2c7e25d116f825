"""Answers about what arrived: what could not be used, and batches by their number."""

from typing import Literal

from pydantic import BaseModel, Field

from services.api.models.values import SiteTime


class RejectModel(BaseModel):
    """A frame, or a part of one, that could not be used 拒收报文, and why.

    `device` and `plant` are null where nobody knows the MN. `whole`: nothing of the frame was used;
    else `codes` are those that were not. `policy` would have it accepted.
    """

    id: int
    batch: int
    seq: int = Field(description="Its place in the batch")
    topic: str = Field(examples=["hj212/88888880000001"])
    mn: str | None
    device: str | None
    plant: str | None
    reason: str = Field(
        description="A word of a small vocabulary 拒收原因", examples=["unknown_code"]
    )
    detail: str = Field(description="What is wrong, and what to do")
    codes: list[str]
    whole: bool
    received_at: SiteTime
    text: str = Field(
        description="The bytes as UTF-8, else latin-1; the PW is masked but for administrators"
    )
    base64: str = Field(description="The bytes of `text` 原始字节")
    sha256: str = Field(description="Of the bytes as they came")
    policy: str | None
    retried: Literal["stored", "repeated", "rejected"] | None = Field(
        description="What became of it when it was fed in again 重新入库结果"
    )


class BatchModel(BaseModel):
    """A batch 接收批次: what was written together, and where it stands in its slot's chain 证据链.

    frames = stored + repeated + rejected. `digest` covers the batch and `previous`, the digest of the
    batch before it in the slot. `kept_bytes` is the size of its block, which holds every byte.
    """

    id: int
    slot: int
    number: int = Field(description="Its number in the slot's chain 链中序号")
    origin: Literal["mqtt", "retry"]
    received_from: SiteTime
    received_to: SiteTime
    committed_at: SiteTime
    frames: int
    stored: int
    repeated: int
    rejected: int
    readings: int
    revised: int
    kept_bytes: int
    previous: str
    digest: str
    position: str
