"""What the clock does with orders and contests: reminds, marks as overdue, tells the level above.

Asked again with what came of it, it does nothing: all that was told up to `clock_at` stays told.
Pure; it must not know how often it is asked.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from schemas.contest import Contest, ContestEvent, ContestStep, ContestWhat
from schemas.order import CLOCK, Order, OrderEvent, OrderStep, OrderWhat, Party, Stage
from services.rules.supervision.deadlines import (
    Tick,
    TickWhat,
    region_above,
    ticks,
    ticks_between,
)
from services.rules.supervision.order_parameters import ReminderParameters
from services.rules.supervision.order_steps import ACTIVE_STAGES

PLANTS_STAGES = frozenset({Stage.ACCEPT, Stage.ANSWER})


class Hands(NamedTuple):
    """The settings of reminders, and the regions from the one that issued upward."""

    rules: ReminderParameters
    chain: Sequence[str]

    @property
    def levels(self) -> int:
        return len(self.chain) - 1


def tick_order(order: Order, now: datetime, hands: Hands) -> OrderStep:
    """The order with all that is to be told by `now`; no event where nothing is."""
    dues = ((stage, order.dues.of(stage)) for stage in ACTIVE_STAGES.get(order.state, ()))
    every = [
        tick
        for stage, due in dues
        if due is not None
        for tick in ticks(stage, due, hands.rules, hands.levels)
    ]
    after, events = order, list[OrderEvent]()
    for tick in ticks_between(every, order.clock_at, now):
        moved = _told(after, tick, hands)
        if moved is None:
            continue
        after = replace(moved, version=after.version + 1, changed_at=now, clock_at=now)
        what = OrderWhat(tick.what.value)
        events.append(
            OrderEvent(
                *(after.version, what, _reason(tick), CLOCK, tick.at, now, after.state),
                *(after.held_by, _detail(tick, order.held_by, after.held_by)),
            )
        )
    return OrderStep(after, tuple(events))


def tick_contest(contest: Contest, now: datetime, hands: Hands) -> ContestStep:
    """The same for a contest, whose one deadline is to be answered by."""
    after, events = contest, list[ContestEvent]()
    every = ticks(Stage.ANSWER, contest.due, hands.rules, hands.levels) if contest.open else ()
    for tick in ticks_between(every, contest.clock_at, now):
        held = _higher(after.held_by, tick, hands)
        if held is None:
            continue
        late = after.overdue or tick.what is TickWhat.OVERDUE
        after = replace(
            after,
            version=after.version + 1,
            changed_at=now,
            clock_at=now,
            held_by=held,
            overdue=late,
        )
        detail = _detail(tick, contest.held_by, held) | {"to": Party.BUREAU.value}
        what = ContestWhat(tick.what.value)
        events.append(
            ContestEvent(
                *(after.version, what, _reason(tick), CLOCK, tick.at, now, after.state, held),
                detail,
            )
        )
    return ContestStep(after, tuple(events))


def _told(order: Order, tick: Tick, hands: Hands) -> Order | None:
    """The order after a tick; None where it changes nothing any more."""
    held = _higher(order.held_by, tick, hands)
    if held is None:
        return None
    if tick.what is TickWhat.OVERDUE and tick.stage not in order.overdue:
        return replace(order, overdue=(*order.overdue, tick.stage))
    return replace(order, held_by=held)


def _higher(held_by: str, tick: Tick, hands: Hands) -> str | None:
    """Who holds it after a tick; None for an escalation to a level that holds it already."""
    if tick.what is not TickWhat.ESCALATED:
        return held_by
    above = region_above(hands.chain, tick.number)
    if above is None or above not in hands.chain or held_by not in hands.chain:
        return None
    return above if hands.chain.index(above) > hands.chain.index(held_by) else None


def _reason(tick: Tick) -> str:
    """`answer_due_soon`, `answer_overdue`."""
    after = tick.number or tick.what is not TickWhat.REMINDED
    return f"{tick.stage.value}_{'overdue' if after else 'due_soon'}"


def _detail(tick: Tick, before: str, held_by: str) -> dict[str, object]:
    to = Party.PLANT if tick.stage in PLANTS_STAGES else Party.BUREAU
    if tick.what is TickWhat.ESCALATED:
        to = Party.BUREAU
    said: dict[str, object] = {
        "stage": tick.stage.value,
        "due": tick.due.isoformat(),
        "to": to.value,
        "number": tick.number,
    }
    return said | {"from": before, "region": held_by} if held_by != before else said
