"""A shift that is handed over 交接班: what opened, what closed, what waits, what was said."""

from pydantic import Field

from schemas.alert import AlertKind, AlertState, Event, Severity
from services.api.models.work_words import Asked, At, Told, When
from services.store.alert_lists import ListedAlert, MadeEvent


class Shift(Asked):
    """Which shift, and where."""

    since: When = Field(alias="from", description="Its beginning")
    until: When | None = Field(default=None, alias="to", description="Its end; default: now")
    region: str | None = Field(default=None, max_length=20, description="A region of the scope")


class HandedAlert(Told):
    """A case in a word."""

    alert: int
    kind: AlertKind
    state: AlertState
    severity: Severity
    plant: str | None
    plant_name: str | None
    plant_name_en: str | None = Field(description="The Chinese one where it has no English name")
    subject: str | None
    subject_name: str | None
    device: str | None
    since: At = Field(serialization_alias="from")
    until: At | None = Field(serialization_alias="to")
    assignee: str | None
    acknowledged_by: str | None
    resolved_by: str | None
    closed_by: str | None = Field(
        default=None, description="Of `closed`: a person 办结, or `platform`: it recovered 恢复"
    )
    zh: str
    en: str


class Spoken(Told):
    """What a person said or did in the shift."""

    alert: int
    what: Event
    reason: str
    actor: str
    at: At
    detail: dict[str, object]


class Handover(Told):
    """A shift. `cut`: more happened than is shown, so ask for a shorter time."""

    since: At = Field(serialization_alias="from")
    until: At = Field(serialization_alias="to")
    opened: list[HandedAlert] = Field(description="Opened in the shift 本班新增")
    closed: list[HandedAlert] = Field(description="Closed or recovered in the shift 本班办结、恢复")
    unacknowledged: list[HandedAlert] = Field(description="Open, and nobody has acknowledged it")
    remarks: list[Spoken] = Field(description="What persons said or did 备注")
    cut: bool = False


def handed(one: ListedAlert) -> HandedAlert:
    """A case as it is handed over."""
    alert = one.alert
    return HandedAlert(
        alert=alert.alert,
        kind=alert.kind,
        state=alert.state,
        severity=alert.severity,
        plant=one.plant,
        plant_name=one.plant_name,
        plant_name_en=one.plant_name_en,
        subject=one.subject,
        subject_name=one.subject_name,
        device=one.device,
        since=alert.since,
        until=alert.until,
        assignee=alert.assignee,
        acknowledged_by=alert.acknowledged_by,
        resolved_by=alert.resolved_by,
        zh=alert.zh,
        en=alert.en,
    )


def spoken(one: MadeEvent) -> Spoken:
    """What was said."""
    event = one.event
    return Spoken(
        alert=one.alert,
        what=event.what,
        reason=event.reason,
        actor=event.actor,
        at=event.made_at,
        detail=dict(event.detail),
    )
