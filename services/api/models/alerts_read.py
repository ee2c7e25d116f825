"""Cases as answers show them 告警."""

from pydantic import BaseModel, Field

from schemas.alert import AlertKind, AlertState, Disposition, Event, Severity
from services.api.models.values import Number, SiteTime


class SilencedBy(BaseModel):
    """A silence or planned maintenance 静默、计划检修: nobody is told of what happens to the case."""

    silence: int = Field(description="Its number, as at /silences/{silence}")
    maintenance: bool = Field(description="It is planned maintenance 计划检修")
    actor: str = Field(description="Who set it 设置人")
    reason: str
    since: SiteTime
    until: SiteTime


class AlertModel(BaseModel):
    """A case: `since` to `until` it was wrong (event time; null: still), the others are the clock.

    `spells`: how often it began; `worst`: the greatest multiple 最大超标倍数.
    """

    id: int
    kind: AlertKind
    zh_kind: str = Field(examples=["小时均值超标"])
    en_kind: str = Field(examples=["hourly mean over the limit"])
    plant: str | None
    plant_name: str | None
    plant_name_en: str | None = Field(description="The Chinese one where it has no English name")
    subject: str | None
    subject_name: str | None
    device: str | None
    point: int | None
    code: str | None = Field(description="Of a case about one point: its HJ 212 code 因子编码")
    state: AlertState
    severity: Severity
    since: SiteTime
    until: SiteTime | None
    spells: int
    spans: int
    worst: Number | None
    sure: bool
    found_late: bool
    zh: str
    en: str
    clause: str
    advice_zh: str = Field(description="What the plant has to do 企业应采取的措施")
    advice_en: str
    bureau_advice_zh: str = Field(description="What an officer of the bureau does 监管人员处置建议")
    bureau_advice_en: str
    opened_at: SiteTime | None
    acknowledged_at: SiteTime | None
    acknowledged_by: str | None
    resolved_at: SiteTime | None
    resolved_by: str | None
    assignee: str | None
    disposition: Disposition | None
    cause: str | None
    duplicate_of: int | None
    version: int = Field(description="Its ETag")
    changed_at: SiteTime
    silenced: SilencedBy | None = Field(
        description="What keeps it quiet now, or at the time of `as_of` 静默中; null: people are told, "
        "or `as_of` is a position, which names no time. A silence hides nothing: the case goes on"
    )
    evidence: dict[str, object]


class EventModel(BaseModel):
    """A step of a case: `at` it happened, `made_at` the platform noticed; after it, the state."""

    version: int
    what: Event
    reason: str
    actor: str
    at: SiteTime
    made_at: SiteTime
    state: AlertState
    severity: Severity
    since: SiteTime
    until: SiteTime | None
    detail: dict[str, object]
