"""Steps of orders and contests written as events of the cases they are about, to be told from there.

One that is about no case has a case of its own, which ends with it. In the caller's transaction, so
that both are written or none. It must not know who is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from schemas.alert import Alert, AlertEvent, Event, Step
from schemas.contest import ContestEvent, ContestStep, ContestWhat
from schemas.order import OrderEvent, OrderStep, OrderWhat
from services.rules.alerting.own_case import Matter, opened, turned, turned_detail
from services.rules.alerting.reasons import Reason
from services.rules.supervision import matters
from services.rules.supervision.order_parameters import ContestParameters, OrderParameters
from services.store.alerts import alerts_by_id, write_steps
from services.store.contests import link_contest
from services.store.orders import link_order
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
    """An event of an order or contest as a case tells it.

    `told`: the case's event and its reason (None: nobody is told); `turn`: what it does to a case
    that stands for the order or contest itself.
    """

    told: tuple[Event, str] | None
    turn: Reason | None
    event: OrderEvent | ContestEvent
    detail: Mapping[str, object]


def order_with_case(session: Session, step: OrderStep, rules: OrderParameters) -> OrderStep:
    """Tell of a new order; one without cases gets its own, open. Raises psycopg.Error."""
    order = step.order
    if order.alerts:
        tell_of_order(session, step)
        return step
    own = _open(session, matters.of_order(order, rules), step.events[0])
    link_order(session, order.order, own)
    return step._replace(order=replace(order, alerts=own))


def contest_with_case(session: Session, step: ContestStep, rules: ContestParameters) -> ContestStep:
    """The same of a new contest. Raises psycopg.Error."""
    contest = step.contest
    if contest.alerts:
        tell_of_contest(session, step)
        return step
    own = _open(session, matters.of_contest(contest, rules), step.events[0])
    link_contest(session, contest.contest, own)
    return step._replace(contest=replace(contest, alerts=own))


def tell_of_order(session: Session, step: OrderStep) -> None:
    """Raises psycopg.Error."""
    order = step.order
    named = matters.order_named(order)
    said = [
        _Said(
            (Event.ORDERED, TOLD[one.what]) if one.what in TOLD else None,
            matters.ORDER_TURNS.get(one.what), one, {**one.detail, **named, "said": one.reason},
        )
        for one in step.events
    ]  # fmt: skip
    _tell(session, order.alerts, matters.order_about(order), said)


def tell_of_contest(session: Session, step: ContestStep) -> None:
    """Raises psycopg.Error."""
    contest = step.contest
    named = matters.contest_named(contest)
    said = [
        _Said(
            (Event.COMMENTED, CONTEST_TOLD[one.what]), matters.CONTEST_TURNS.get(one.what), one,
            {**one.detail, **named, "said": one.reason},
        )
        for one in step.events
    ]  # fmt: skip
    _tell(session, contest.alerts, matters.contest_about(contest), said)


def _open(session: Session, matter: Matter, first: OrderEvent | ContestEvent) -> tuple[int]:
    step = opened(matter, first.reason, first.actor.name, first.made_at)
    [written] = write_steps(session, [step])
    return (written.alert.alert,)


def _tell(session: Session, alerts: Sequence[int], about: str, said: Sequence[_Said]) -> None:
    if not alerts or not said:
        return
    held = alerts_by_id(session, alerts, held=True)
    steps = [_step(alert, said, own=alert.about == about) for alert in held]
    write_steps(session, [step for step in steps if step.events])


def _step(alert: Alert, said: Iterable[_Said], *, own: bool) -> Step:
    after, events = alert, list[AlertEvent]()
    for one in said:
        told = _told(after, one, own=own)
        if told is None:
            continue
        (what, reason), moved, detail = told
        event = one.event
        after = replace(moved, version=after.version + 1, changed_at=event.made_at)
        events.append(
            AlertEvent(
                version=after.version, what=what, reason=reason, actor=event.actor.name,
                at=event.at, made_at=event.made_at, state=after.state, severity=after.severity,
                since=after.since, until=after.until, detail=detail,
            )
        )  # fmt: skip
    return Step(after, tuple(events))


def _told(
    alert: Alert, one: _Said, *, own: bool
) -> tuple[tuple[Event, str], Alert, Mapping[str, object]] | None:
    """The event that a case has of it, with the case after it; None: it has none."""
    event = one.event
    if own and one.turn is not None:
        by = (event.actor.name, event.at, event.made_at)
        moved = turned(alert, one.turn, by)
        if moved is not None:
            what, after = moved
            return (what, one.turn.value), after, turned_detail(after, one.detail)
    return None if one.told is None else (one.told, alert, one.detail)
