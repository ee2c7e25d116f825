"""What persons say to cases 告警, and how a case stands after it."""

from typing import Annotated

from pydantic import BaseModel, Field

from schemas.alert import Alert, AlertState, Disposition, Severity, Step
from services.api.models.work_words import Asked, At, Name, NeededWords, Words
from services.rules.alerting.actions import Verdict
from services.rules.alerting.causes import Cause

MOST: int = 500


class Note(Asked):
    """A note that may be left out."""

    note: Words = ""


class ManyAlerts(Asked):
    """Several cases at once."""

    alerts: list[Annotated[int, Field(ge=1, lt=1 << 63)]] = Field(min_length=1, max_length=MOST)
    note: Words = ""


class Assignment(Asked):
    """Who deals with it; null: nobody any more."""

    assignee: Name | None = Field(examples=["通辽值班员"])
    note: Words = ""


class Remark(Asked):
    """A remark 备注."""

    text: NeededWords = Field(examples=["已电话通知企业环保负责人"])


class Reopening(Asked):
    """Why it is opened again 重开理由."""

    reason: NeededWords


class Judged(Asked):
    """What the case turned out to be 甄别, and why it came about; `other` needs a note."""

    disposition: Disposition
    cause: Cause
    note: Words = ""
    duplicate_of: int | None = Field(default=None, ge=1, lt=1 << 63)

    def verdict(self) -> Verdict:
        return Verdict(self.disposition, self.cause, self.note, self.duplicate_of)


class AlertNow(BaseModel):
    """A case as it stands after a step; `version` is its ETag."""

    alert: int
    version: int
    state: AlertState
    severity: Severity
    acknowledged_at: At | None
    acknowledged_by: str | None
    resolved_at: At | None
    resolved_by: str | None
    assignee: str | None
    disposition: Disposition | None
    cause: str | None
    duplicate_of: int | None
    changed_at: At


class NotDone(BaseModel):
    """A case that does not stand so that it could be done, and why."""

    alert: int
    zh: str
    en: str


class ManyNow(BaseModel):
    """What was done, and where it was not."""

    done: list[AlertNow]
    refused: list[NotDone]


def alert_now(alert: Alert) -> AlertNow:
    """A case as it stands."""
    return AlertNow(
        alert=alert.alert,
        version=alert.version,
        state=alert.state,
        severity=alert.severity,
        acknowledged_at=alert.acknowledged_at,
        acknowledged_by=alert.acknowledged_by,
        resolved_at=alert.resolved_at,
        resolved_by=alert.resolved_by,
        assignee=alert.assignee,
        disposition=alert.disposition,
        cause=alert.cause,
        duplicate_of=alert.duplicate_of,
        changed_at=alert.changed_at,
    )


def step_now(step: Step) -> AlertNow:
    """The case after a step."""
    return alert_now(step.alert)
