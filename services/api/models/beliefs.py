"""All that was believed of one thing: marks, limits, laboratory results, findings, version by version."""

from pydantic import BaseModel, Field

from schemas.judgement import Stage
from services.api.models.history import NEXT, POSITION
from services.api.models.history_law import DatedMark, LimitModel
from services.api.models.results_work import ResultNow
from services.api.models.values import SiteTime


class MarkVersionModel(DatedMark):
    """A belief about a mark 标记版本."""

    withdrawn: bool
    recorded_at: SiteTime


class MarkVersionsModel(BaseModel):
    """A mark: the last of `versions` is believed, unless it is withdrawn 最后一版有效."""

    id: int
    plant: str
    as_of: str = POSITION
    versions: list[MarkVersionModel]


class LimitVersionsModel(BaseModel):
    """A limit: where versions overlap, the later one holds 后录入者为准."""

    limit: int
    plant: str
    as_of: str = POSITION
    versions: list[LimitModel]


class ResultVersionsModel(BaseModel):
    """A laboratory result: the last of `versions` is believed, unless it is withdrawn."""

    result: int
    plant: str
    point: str = Field(examples=["DA001/out/a21026"])
    as_of: str = POSITION
    versions: list[ResultNow]


class PlacedResult(ResultNow):
    """A believed laboratory result with the name of its point."""

    place: str = Field(description="Subject, side and code", examples=["DA001/out/a21026"])


class ResultsModel(BaseModel):
    """Believed laboratory results 手工监测结果, by when they were sampled."""

    plant: str
    since: SiteTime
    until: SiteTime
    as_of: str = POSITION
    items: list[PlacedResult]


class FindingVersionModel(BaseModel):
    """What a rule held to be wrong 判定发现. `standing` false: it was not found again, and fell."""

    id: int
    rule: str = Field(examples=["facility_off"])
    subject: str
    point: str | None = Field(examples=["out/a21026"])
    since: SiteTime
    until: SiteTime | None
    stage: Stage
    standing: bool
    zh: str
    en: str
    clause: str
    sure: bool
    doubts: list[str]
    evidence: dict[str, object]
    rules: str
    recorded_at: SiteTime
    position: str


class FindingVersionsModel(BaseModel):
    """A finding: all beliefs of the same rule, place and beginning; the last one counts."""

    id: int
    plant: str
    as_of: str = POSITION
    versions: list[FindingVersionModel]


class FindingsModel(BaseModel):
    """Believed findings that touch a range, by their beginning."""

    plant: str
    since: SiteTime
    until: SiteTime
    as_of: str = POSITION
    items: list[FindingVersionModel]
    next: str | None = NEXT
