"""Steps of orders and contests written as events of the cases they are about, to be told from there.

In the caller's transaction, so that both are written or none. It must not know who is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from schemas.alert import Alert, AlertEvent, Event, Step
from schemas.contest import ContestEvent, ContestStep, ContestWhat
from schemas.order import OrderEvent, OrderStep, OrderWhat
from services.store.alerts import alerts_by_id, write_steps
from services.store.session import Session

TOLD: Mapping[OrderWhat, str] = {
    what: what.value
    for what in OrderWhat
    if what not in {OrderWhat.ACCEPTED, OrderWhat.VERIFIED, OrderWhat.FILED}
}
"""Steps of an order that somebody should hear of, as reasons of the case's event `ordered`."""
CONTEST_TOLD: Mapping[ContestWhat, str] = {
    ContestWhat.FILED: "contested",
    **{what: f"contest_{what.value}" for what in ContestWhat if what is not ContestWhat.FILED},
}
"""Steps of a contest, as reasons of the case's event `commented`."""


class _Said(NamedTuple):
    """An event of an order or contest as a case tells it."""

    what: Event
    reason: str
    event: OrderEvent | ContestEvent
    detail: Mapping[str, object]


def tell_of_order(session: Session, step: OrderStep) -> None:
    """Raises psycopg.Error."""
    order = step.order
    named = {"order": order.order, "number": order.number, "level": order.level.value}
    said = [
        _Said(Event.ORDERED, TOLD[one.what], one, {**one.detail, **named, "said": one.reason})
        for one in step.events
        if one.what in TOLD
    ]
    _tell(session, order.alerts, said)


def tell_of_contest(session: Session, step: ContestStep) -> None:
    """Raises psycopg.Error."""
    contest = step.contest
    named = {
        "contest": contest.contest, "about": contest.subject.about.value,
        "title": contest.subject.title,
    }  # fmt: skip
    said = [
        _Said(
            Event.COMMENTED, CONTEST_TOLD[one.what], one,
            {**one.detail, **named, "said": one.reason},
        )
        for one in step.events
    ]  # fmt: skip
    _tell(session, contest.alerts, said)


def _tell(session: Session, alerts: Sequence[int], said: Sequence[_Said]) -> None:
    if not alerts or not said:
        return
    held = alerts_by_id(session, alerts, held=True)
    write_steps(session, [_step(alert, said) for alert in held])


def _step(alert: Alert, said: Iterable[_Said]) -> Step:
    events = tuple(
        AlertEvent(
            version=alert.version + number, what=one.what, reason=one.reason,
            actor=one.event.actor.name, at=one.event.at, made_at=one.event.made_at,
            state=alert.state, severity=alert.severity, since=alert.since, until=alert.until,
            detail=one.detail,
        )
        for number, one in enumerate(said, 1)
    )  # fmt: skip
    last = events[-1]
    return Step(replace(alert, version=last.version, changed_at=last.made_at), events)
