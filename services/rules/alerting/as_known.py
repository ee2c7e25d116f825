"""A case as its events alone tell it: how it stood once, whatever became of it since.

It must not know up to which position the events were read.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, cast

from schemas.alert import Alert, AlertEvent, Disposition, Event
from services.rules.alerting.course import reopened
from services.rules.alerting.reasons import Reason

_SAYS_LATE: Final = frozenset({Event.PENDING, Event.OPENED, Event.REOPENED, Event.RESOLVED})
"""Events whose `found_late` is the case's; of the others it is the stretch's."""


def as_known(case: Alert, events: Sequence[AlertEvent]) -> Alert:
    """The case after these events, which are its first ones in order, one at least.

    `case` gives what never changes: its number, kind and target. Clause, evidence (but for its
    source) and when it is due are in no event, and so are left out.
    """
    first, last = events[0], events[-1]
    then = Alert(
        alert=case.alert,
        kind=case.kind,
        target=case.target,
        state=first.state,
        severity=first.severity,
        since=first.since,
        until=first.until,
        version=0,
        changed_at=first.made_at,
    )
    for event in events:
        then = _after(_told(then, event), event)
    return replace(
        then,
        state=last.state,
        severity=last.severity,
        since=last.since,
        until=last.until,
        version=last.version,
        changed_at=last.made_at,
    )


def _after(case: Alert, event: AlertEvent) -> Alert:
    """What the kind of event says of who did what."""
    after = case
    match event.what:
        case Event.OPENED:
            after = replace(case, opened_at=event.made_at)
        case Event.ACKNOWLEDGED:
            after = replace(case, acknowledged_at=event.made_at, acknowledged_by=event.actor)
        case Event.ASSIGNED:
            after = replace(case, assignee=cast("str | None", event.detail.get("assignee")))
        case Event.RESOLVED:
            ended = replace(case, resolved_at=event.made_at, resolved_by=event.actor)
            after = _disposed(ended, event)
        case Event.DISPOSED:
            after = _disposed(case, event)
        case Event.REOPENED:
            after = reopened(case)
        case _:
            pass
    return after


def _disposed(case: Alert, event: AlertEvent) -> Alert:
    """As a person said; whatever the platform resolves has no disposition yet."""
    said = cast("str | None", event.detail.get("disposition"))
    return replace(
        case,
        disposition=None if said is None else Disposition(said),
        cause=cast("str | None", event.detail.get("cause")),
        duplicate_of=cast("int | None", event.detail.get("duplicate_of")),
    )


def _told(case: Alert, event: AlertEvent) -> Alert:
    """What an event of the platform keeps of the case beside its own columns."""
    detail = event.detail
    if "spells" not in detail:
        return case
    worst = detail.get("worst")
    told = replace(
        case,
        spells=cast("int", detail["spells"]),
        spans=cast("int", detail["spans"]),
        worst=None if worst is None else Decimal(str(worst)),
        sure=bool(detail["sure"]),
        zh=str(detail["zh"]),
        en=str(detail["en"]),
        evidence={"source": detail["source"]} if detail.get("source") else {},
    )
    if event.what in _SAYS_LATE or event.reason == Reason.GOES_ON:
        return replace(told, found_late=bool(detail["found_late"]))
    return told
