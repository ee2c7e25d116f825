"""A case 督办事项 that stands for an order or a contest about no other case: its opening and its end.

It lives as long as what it stands for; nothing that is measured touches it. It must not know what an
order or a contest is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from schemas.alert import Alert, AlertKind, AlertState, Detail, Event, Severity, Step, Target
from services.rules.alerting.draft import Draft, Happening, said
from services.rules.alerting.reasons import Reason

ENDS: Final = frozenset({
    Reason.ORDER_CLOSED, Reason.ORDER_WITHDRAWN, Reason.CONTEST_ANSWERED, Reason.CONTEST_WITHDRAWN,
})  # fmt: skip
OF_ORDER: Final = frozenset({Reason.ORDER_ISSUED, Reason.ORDER_CLOSED, Reason.ORDER_WITHDRAWN})
OF_CONTEST: Final = frozenset({
    Reason.CONTEST_FILED, Reason.CONTEST_ANSWERED, Reason.CONTEST_WITHDRAWN,
})  # fmt: skip
MINDED_BY: Final = "minded_by"
"""In the evidence: the commands that end what the case stands for."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case stands for: `about` is the end of its key (`order/7`), `plant` an id.

    `named`: numbers and names of it, for the evidence and each event; `minded_by`: what to call to
    end it.
    """

    about: str
    plant: int
    severity: Severity
    reason: Reason
    zh: str
    en: str
    clause: str = ""
    named: Detail = field(default_factory=dict[str, object])
    minded_by: str = ""


def opened(matter: Matter, words: str, actor: str, now: datetime) -> Step:
    """The new case, open from now on; `words`: what was given as reason."""
    alert = Alert(
        alert=0, kind=AlertKind.SUPERVISION, target=Target(matter.plant), state=AlertState.OPEN,
        severity=matter.severity, since=now, until=None, version=0, changed_at=now, zh=matter.zh,
        en=matter.en, clause=matter.clause, about=matter.about, opened_at=now,
        evidence={**matter.named, MINDED_BY: matter.minded_by},
    )  # fmt: skip
    draft = Draft(alert, now, actor)
    detail = {**said(alert), **matter.named, "said": words}
    draft.add(Happening(Event.OPENED, matter.reason, now), alert, detail)
    return draft.step()


def turned(
    alert: Alert, reason: Reason, by: tuple[str, datetime, datetime]
) -> tuple[Event, Alert] | None:
    """What a step of what it stands for makes of the case; None: the case stays as it is.

    `by`: who, when it happened, when it was written.
    """
    actor, at, made_at = by
    if reason is Reason.ORDER_ACCEPTED and alert.state is AlertState.OPEN:
        seen = replace(
            alert, state=AlertState.ACKNOWLEDGED, acknowledged_at=made_at, acknowledged_by=actor
        )
        return Event.ACKNOWLEDGED, seen
    if reason in ENDS and alert.active:
        over = replace(
            alert, state=AlertState.RESOLVED, until=max(alert.since, at), resolved_at=made_at,
            resolved_by=actor,
        )  # fmt: skip
        return Event.RESOLVED, over
    return None


def turned_detail(after: Alert, step: Mapping[str, object]) -> Detail:
    """What the event of such a turn says; what the step says is kept apart, for it has other words."""
    return {**said(after), "said": step.get("said", ""), "step": dict(step)}
