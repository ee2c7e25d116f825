"""Answers that tell how places stand."""

from pydantic import BaseModel, ConfigDict, Field

from schemas.judgement import Stage
from services.api.models.values import Number, SiteTime
from services.rules.status import Kind, Word

WORD = Field(
    description="compliant 达标, warning 预警, exceeding 超标, exemption_claimed 申请豁免, exempt 豁免, "
    "no_data 无有效数据, unknown 未知, stopped 停运. No data is not compliant, and what was not judged "
    "is unknown.",
    examples=["exceeding"],
)
STAGE = Field(
    default=None,
    description="How much may still change: provisional 初步, final 终审, closed 封存; the least "
    "settled of the verdicts that decide. null: no verdict does, but a case or a warning, or nothing "
    "was judged.",
)


class ReasonModel(BaseModel):
    """Why 依据: what alone would make the place `word`; follow `link` for the evidence."""

    kind: Kind
    what: str = Field(
        description="A verdict's outcome, a case's or mark's kind, a finding's rule; not_judged or "
        "no_limit where there is none",
        examples=["exceeding"],
    )
    word: Word
    since: SiteTime | None = None
    sure: bool
    link: str | None = Field(default=None, examples=["/api/v1/verdicts/1842"])


class StandingModel(BaseModel):
    """How a place stands 状态."""

    word: Word = WORD
    zh: str = Field(examples=["超标"])
    en: str = Field(examples=["exceeding"])
    stage: Stage | None = STAGE
    sure: bool = Field(description="Whether nothing of it rests on what is not established 无存疑")
    reasons: list[ReasonModel]


class CountsModel(BaseModel):
    """How many places stand so, by word; a word that nobody has is left out."""

    plants: dict[Word, int]
    outlets: dict[Word, int]


class RegionModel(BaseModel):
    """A region 行政区 that holds plants."""

    code: str = Field(description="GB/T 2260", examples=["150500"])
    zh: str
    en: str
    parent: str | None
    plants: int = Field(description="Plants in it and below it that the caller may see")


class RegionsModel(BaseModel):
    """All regions the caller sees, by code; the tree is told by `parent`."""

    items: list[RegionModel]


class RegionCountsModel(BaseModel):
    """A region below with how its places stand."""

    code: str
    zh: str
    en: str
    parent: str | None
    counts: CountsModel


class PlantLineModel(BaseModel):
    """A plant in a list 企业."""

    code: str
    name: str
    region: str
    word: Word = WORD
    stage: Stage | None = STAGE
    sure: bool
    outlets: dict[Word, int]
    link: str


class RegionStatusModel(BaseModel):
    """How a region stands at `at`, with all regions below it and its plants, the worst first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "region": {"code": "1505", "zh": "通辽市", "en": "Tongliao", "parent": "15",
                               "plants": 2},
                    "at": "2026-08-01T09:20:00+08:00",
                    "as_of": "184467",
                    "word": "exceeding",
                    "counts": {"plants": {"exceeding": 1, "compliant": 1},
                               "outlets": {"exceeding": 1, "compliant": 3}},
                    "below": [],
                    "plants": [],
                }
            ]
        }
    )  # fmt: skip
    region: RegionModel
    at: SiteTime
    as_of: str
    word: Word = WORD
    counts: CountsModel
    below: list[RegionCountsModel]
    plants: list[PlantLineModel]


class RankModel(BaseModel):
    """A plant's place in a ranking. For rates `value` is numerator / denominator.

    For exceedances it is their number, `hours` and `days` are those of hours and of days (null: not
    asked for).
    """

    place: int
    code: str
    name: str
    region: str
    value: Number
    numerator: Number
    denominator: Number
    hours: int | None
    days: int | None


class RankingModel(BaseModel):
    """Plants, the worst first 排名. `period` is null where hours and days are counted together."""

    by: str
    period: str | None
    since: SiteTime
    until: SiteTime
    as_of: str
    items: list[RankModel]


class OutletLineModel(BaseModel):
    """An outlet of a plant 排放口."""

    code: str
    name: str
    medium: str
    standing: StandingModel
    link: str


class FindingModel(BaseModel):
    """What a rule holds to be wrong 判定发现, in words with numbers."""

    id: int
    rule: str
    point: str | None = Field(default=None, examples=["out/a21026"])
    since: SiteTime
    until: SiteTime | None
    stage: Stage
    zh: str
    en: str
    clause: str
    sure: bool
    doubts: list[str]
    evidence: dict[str, object]


class FacilityLineModel(BaseModel):
    """A treatment facility of a plant 治理设施."""

    code: str
    name: str
    treatment: str
    findings: list[FindingModel]
    link: str


class CaseLineModel(BaseModel):
    """An open or acknowledged case 告警."""

    id: int
    kind: str
    state: str
    severity: str
    since: SiteTime
    subject: str | None
    link: str


class PlantStatusModel(BaseModel):
    """How a plant stands: the worst of its outlets, with each of them."""

    plant: str
    name: str
    region: str
    at: SiteTime
    as_of: str
    standing: StandingModel
    outlets: list[OutletLineModel]
    facilities: list[FacilityLineModel]
    alerts: list[CaseLineModel]
