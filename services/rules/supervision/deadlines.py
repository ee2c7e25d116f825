"""When something of an order is due, and what the clock has to tell before and after. Pure.

Days are those of Beijing, hours those of the clock; nights, weekends and holidays count like all
others, for no calendar of working days is kept. It must not know who is told, nor how.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta, timezone
from enum import StrEnum
from typing import NamedTuple

from schemas.order import Stage
from services.rules.supervision.order_parameters import ReminderParameters

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class TickWhat(StrEnum):
    """What the clock tells, in the order it tells them where they fall together."""

    REMINDED = "reminded"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


class Tick(NamedTuple):
    """At `at` this was to be told about a deadline; `number`: the how-manieth of its kind.

    A reminder before the deadline has the number 0.
    """

    at: datetime
    what: TickWhat
    stage: Stage
    due: datetime
    number: int


def term_end(since: datetime, term: str, local: timezone) -> datetime:
    """When a term is over: `6h` after as many hours; `5d` at 24:00 of the fifth local day after.

    The day on which it begins is not counted. Gives UTC as `since` has it.
    """
    count, unit = int(term[:-1]), term[-1]
    if unit == "h":
        return since + count * HOUR
    midnight = datetime.combine(since.astimezone(local).date(), time(), local)
    return (midnight + (count + 1) * DAY).astimezone(since.tzinfo)


def ticks(stage: Stage, due: datetime, rules: ReminderParameters, levels: int) -> Iterator[Tick]:
    """All that is ever told of one deadline; `levels`: how many regions there are above.

    Reminders before it, that it is overdue, reminders after it, and an escalation for each level.
    """
    for hours in rules.remind_before_h:
        yield Tick(due - hours * HOUR, TickWhat.REMINDED, stage, due, 0)
    yield Tick(due, TickWhat.OVERDUE, stage, due, 1)
    for number in range(1, rules.remind_most + 1):
        after = number * rules.remind_every_h * HOUR
        yield Tick(due + after, TickWhat.REMINDED, stage, due, number)
    if rules.escalate_after_h:
        for number in range(1, levels + 1):
            after = number * rules.escalate_after_h * HOUR
            yield Tick(due + after, TickWhat.ESCALATED, stage, due, number)


def ticks_between(every: Iterable[Tick], told: datetime, now: datetime) -> list[Tick]:
    """What is new after `told` up to `now`, in order of time.

    Of several reminders about one deadline only the last is told, and none that it comes once it
    has passed: whoever was away (or the platform) needs one word, not all that were missed.
    """
    order = list(TickWhat)
    new = sorted(
        (
            tick
            for tick in every
            if told < tick.at <= now and (tick.at >= tick.due or now < tick.due)
        ),
        key=lambda tick: (tick.at, order.index(tick.what), list(Stage).index(tick.stage)),
    )
    last = {tick.stage: tick for tick in new if tick.what is TickWhat.REMINDED}
    return [tick for tick in new if tick.what is not TickWhat.REMINDED or last[tick.stage] is tick]


def region_above(chain: Sequence[str], number: int) -> str | None:
    """The region `number` levels above the first of a chain of regions; None where there is none."""
    return chain[number] if number < len(chain) else None
