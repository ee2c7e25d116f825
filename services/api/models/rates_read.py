"""Rates of subjects as answers show them, period by period."""

from typing import Literal

from pydantic import BaseModel, Field

from schemas.judgement import Period, Stage
from services.api.models.history import NEXT, POSITION
from services.api.models.values import Number, SiteTime


class PeriodRateModel(BaseModel):
    """A rate of a period 比率: `numerator` of `denominator`; `value` null where that is 0.

    `code`: the pollutant, group or premium it is about, empty where it is about the whole subject.
    """

    id: int
    subject: str = Field(examples=["FGD1"])
    kind: Literal["outlet", "unit", "facility"]
    measure: str = Field(examples=["synchronous"])
    code: str
    start: SiteTime
    stage: Stage
    value: Number | None = Field(examples=[0.9875])
    numerator: Number
    denominator: Number
    sure: bool
    evidence: dict[str, object]
    rules: str
    position: str


class PeriodRatesModel(BaseModel):
    """Believed rates by the beginning of their periods."""

    plant: str
    period: Period
    zone: Literal["+08:00"] = "+08:00"
    since: SiteTime
    until: SiteTime
    as_of: str = POSITION
    items: list[PeriodRateModel]
    next: str | None = NEXT
