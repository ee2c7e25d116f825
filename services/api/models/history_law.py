"""Answers that tell what bound a plant and what it marked: limits and marks."""

from pydantic import BaseModel, Field

from services.api.models.history import POSITION
from services.api.models.values import Number, SiteTime


class DatedMark(BaseModel):
    """A mark 标记 as believed."""

    id: int
    version: int
    kind: str
    zh: str
    en: str
    effect: str
    subject: str
    point: str | None
    since: SiteTime
    until: SiteTime | None
    origin: str
    planned: bool
    entered_at: SiteTime
    actor: str
    evidence: str
    review: str
    reviewer: str | None
    reason: str
    position: str


class MarksModel(BaseModel):
    """Marks that meet a range, by their beginning."""

    since: SiteTime
    until: SiteTime
    as_of: str = POSITION
    items: list[DatedMark]


class BoundModel(BaseModel):
    """What a limit compares: at most `high`, at least `low`, or both."""

    comparator: str
    low: Number | None
    high: Number | None
    unit: str
    quantity: str
    averaging: str
    reference_oxygen: Number | None
    condition: str


class LimitModel(BaseModel):
    """A limit 限值 over [since, until): the belief that holds there. `bound` null: nothing binds."""

    limit: int
    version: int
    point: str = Field(examples=["DA001/out/a21026"])
    since: SiteTime | None
    until: SiteTime | None
    bound: BoundModel | None
    origin: str
    standard: str
    clause: str
    confidence: str
    verified: bool
    source: str
    act: str
    reason: str
    actor: str
    approver: str | None
    recorded_at: SiteTime
    position: str


class LimitsModel(BaseModel):
    """Limits by point, limit and time."""

    as_of: str = POSITION
    items: list[LimitModel]
