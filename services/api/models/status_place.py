"""Answers that tell how one outlet or facility stands, and what data it lacks."""

from typing import Literal

from pydantic import BaseModel, Field

from schemas.judgement import Stage
from services.api.models.status import WORD, CaseLineModel, FindingModel, StandingModel
from services.api.models.values import Number, SiteTime
from services.rules.status import Word


class NewestModel(BaseModel):
    """The newest reading of a point 最新值; within the last hours, else null."""

    time: SiteTime
    value: Number | None
    converted: Number | None
    flag: str | None
    sentinel: bool


class NowVerdictModel(BaseModel):
    """The newest verdict of a limit 最近判定."""

    id: int
    limit: int
    period: str
    start: SiteTime
    stage: Stage
    outcome: str
    word: Word
    sure: bool
    link: str


class PointStatusModel(BaseModel):
    """A point now 监测点: its newest reading and verdicts, and what its running hour comes to."""

    side: Literal["in", "out", "state"]
    code: str
    unit: str | None
    newest: NewestModel | None
    verdicts: list[NowVerdictModel]
    projections: list[FindingModel]


class MarkLineModel(BaseModel):
    """A mark that runs 标记."""

    id: int
    kind: str
    zh: str
    en: str
    review: str
    since: SiteTime
    until: SiteTime | None
    point: int | None


class OutletStatusModel(BaseModel):
    """How an outlet stands at `at`, and why."""

    plant: str
    outlet: str
    name: str
    at: SiteTime
    as_of: str
    standing: StandingModel
    points: list[PointStatusModel]
    marks: list[MarkLineModel]
    alerts: list[CaseLineModel]


class OutcomeCountModel(BaseModel):
    """How many periods of a limit came out so; `latest`: the last of them."""

    point: str
    limit: int
    outcome: str
    word: Word
    periods: int
    provisional: int
    unsure: int
    latest: str = Field(description="Where its evidence is", examples=["/api/v1/verdicts/1842"])


class RateModel(BaseModel):
    """A rate over the range 比率: numerator / denominator, of counts added up first."""

    measure: str = Field(examples=["synchronous"])
    code: str
    value: Number | None
    numerator: Number
    denominator: Number
    periods: int
    sure: bool
    provisional: int


class PeriodStatusModel(BaseModel):
    """How an outlet stood over a range: verdicts by outcome, and its rates 运行率、同步率、有效率等."""

    plant: str
    subject: str
    since: SiteTime
    until: SiteTime
    as_of: str
    period: str
    word: Word = WORD
    outcomes: list[OutcomeCountModel]
    rates: list[RateModel]
    findings: list[FindingModel]


class SignalModel(BaseModel):
    """The newest report of a state or signal of a facility."""

    side: str
    code: str
    unit: str | None
    newest: NewestModel | None


class FacilityStatusModel(BaseModel):
    """How a treatment facility stands: what stands against it, its signals, its rates of the month."""

    plant: str
    facility: str
    name: str
    treatment: str
    at: SiteTime
    as_of: str
    findings: list[FindingModel]
    signals: list[SignalModel]
    rates: list[RateModel]


class MendModel(BaseModel):
    """What may still be done about a gap 补救."""

    kind: str
    zh: str
    en: str
    first_due: SiteTime | None
    last_due: SiteTime | None
    open: bool
    doubts: list[str]


class GapModel(BaseModel):
    """Neighbouring hours without a valid mean 数据缺口, why, and what mends them until when."""

    point: str = Field(examples=["out/a21026"])
    since: SiteTime
    until: SiteTime
    hours: int
    kind: str
    reason: str
    seconds: dict[str, int]
    zh: str
    en: str
    marks: list[int]
    mends: list[MendModel]


class GapsModel(BaseModel):
    """The gaps of an outlet's points."""

    since: SiteTime
    until: SiteTime
    as_of: str
    items: list[GapModel]
