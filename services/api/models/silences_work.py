"""What persons say with silences 静默, and a silence as it stands."""

from pydantic import ConfigDict, Field

from schemas.alert import AlertKind, AlertState, Severity
from schemas.silence import Silence
from services.api.models.work_words import Asked, At, Name, NeededWords, Told, When
from services.cases.silence_actions import Quiet
from services.store.alert_lists import ListedAlert


class NewSilence(Asked):
    """What is kept quiet, until when and why; all that is given must match."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"plant": "P1", "to": "2026-08-11T08:00:00+08:00", "maintenance": True, "reason": "在线仪表检修"}
    ]})  # fmt: skip

    region: Name | None = Field(default=None, description="GB/T 2260, with all below it")
    plant: Name | None = None
    subject: Name | None = Field(default=None, description="An outlet, unit or facility of it")
    mn: Name | None = Field(default=None, description="A logger 数采仪")
    kinds: frozenset[AlertKind] = Field(
        default=frozenset(), description="Empty: all but supervision 督办事项"
    )
    severity: Severity | None = Field(default=None, description="Only cases up to this one")
    since: When | None = Field(default=None, alias="from", description="Default: now")
    until: When = Field(alias="to")
    maintenance: bool = Field(default=False, description="It is planned maintenance 计划检修")
    reason: NeededWords

    def place(self) -> Quiet:
        return Quiet(self.region, self.plant, self.subject, self.mn)


class SilenceNow(Told):
    """A silence as it is believed; `version` is its ETag. Places are ids of the registry."""

    silence: int
    version: int
    region: str | None
    plant: int | None
    subject: int | None
    device: int | None
    kinds: list[AlertKind]
    severity: Severity | None
    since: At = Field(serialization_alias="from")
    until: At = Field(serialization_alias="to")
    maintenance: bool
    withdrawn: bool
    reason: str
    actor: str


class KeptQuiet(Told):
    """A case that nobody was told of because of the silence."""

    alert: int
    kind: AlertKind
    state: AlertState
    severity: Severity
    plant: str | None
    subject: str | None
    since: At = Field(serialization_alias="from")
    zh: str
    en: str


class SilenceShown(SilenceNow):
    """A silence with what it keeps, or kept, quiet."""

    quiet: list[KeptQuiet]


class Silences(Told):
    """Those that hold or are still to come, or all."""

    items: list[SilenceNow]
    as_of: str | None = Field(default=None, description="The position asked for 截至位置")


def silence_now(one: Silence) -> SilenceNow:
    """A silence as it stands."""
    return SilenceNow(
        silence=one.silence,
        version=one.row,
        region=one.region,
        plant=one.plant,
        subject=one.subject,
        device=one.device,
        kinds=sorted(one.kinds),
        severity=one.severity,
        since=one.since,
        until=one.until,
        maintenance=one.maintenance,
        withdrawn=one.withdrawn,
        reason=one.reason,
        actor=one.actor,
    )


def kept_quiet_of(one: ListedAlert) -> KeptQuiet:
    """A case as it is named beside its silence."""
    alert = one.alert
    return KeptQuiet(
        alert=alert.alert,
        kind=alert.kind,
        state=alert.state,
        severity=alert.severity,
        plant=one.plant,
        subject=one.subject,
        since=alert.since,
        zh=alert.zh,
        en=alert.en,
    )
