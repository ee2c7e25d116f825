"""When a case grows worse 等级: by the multiple, by how long it lasts, by how often it comes.

The scale blue, yellow, orange, red is our own proposal. It must not know cases.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from schemas.alert import Severity, Span
from schemas.registry_words import BEIJING
from services.rules.alerting.intervals import FOREVER, Amounts, joined
from services.rules.alerting.kind_rules import KindRules, Repeats
from services.rules.alerting.reasons import Reason
from services.rules.alerting.spells import Spell


class Mark(NamedTuple):
    """From `at` on it is at least of this severity; `known`: the end of what shows it."""

    at: datetime
    severity: Severity
    reason: Reason
    known: datetime
    source: str


def repeated(starts: Iterable[datetime], repeats: Repeats | None) -> dict[datetime, Severity]:
    """The severity that each exceeding period has by how often there were such before it.

    `starts`: the beginnings of exceeding periods, of one point, each once or more often. Counted are
    those within (start - window, start]: exceedances (periods that follow each other are one), and local
    days. Periods that are in neither step are left out.

    By hand: hours beginning 08, 09 and 11 on the 1st and 07 on the 2nd are three exceedances (08 and 09
    are one): with `times` 3 the hour at 07 on the 2nd is orange; they lie on two days.
    """
    found: dict[datetime, Severity] = {}
    if repeats is None:
        return found
    recent: deque[datetime] = deque()
    for start in sorted(set(starts)):
        recent.append(start)
        while recent[0] <= start - repeats.window:
            recent.popleft()
        severity = _by_number(recent, repeats)
        if severity is not None:
            found[start] = severity
    return found


def _by_number(recent: Sequence[datetime], repeats: Repeats) -> Severity | None:
    if repeats.days is not None and len(recent) >= repeats.days:
        days = {one.astimezone(BEIJING).date() for one in recent}
        if len(days) >= repeats.days:
            return Severity.RED
    if repeats.times is None or len(recent) < repeats.times:
        return None
    times = 1 + sum(
        later - earlier > repeats.length
        for earlier, later in zip(recent, list(recent)[1:], strict=False)
    )
    return Severity.ORANGE if times >= repeats.times else None


def marks_of(
    spell: Spell, often: Mapping[datetime, Severity], now: datetime, rules: KindRules
) -> list[Mark]:
    """What makes a spell worse, in order of time; of one span only the worst. Settled spans alone count.

    By hand (steps 1 and 3): hours with multiples 0.2, 1.3, 0.4 give one mark, orange, at the beginning of
    the second hour.
    """
    settled = [one for one in spell.spans if one.settled]
    found = [mark for one in settled if (mark := _mark_of(one, often, now, rules)) is not None]
    for at, severity in _lasting(settled, rules):
        if at <= now:
            found.append(Mark(at, severity, Reason.DURATION, at, settled[-1].source))
    return sorted(found, key=lambda mark: (mark.at, mark.severity.rank, mark.reason))


def next_step(spell: Spell, above: Severity, now: datetime, rules: KindRules) -> datetime | None:
    """When the clock alone will make the spell worse than `above`; None: it will not."""
    settled = [one for one in spell.spans if one.settled]
    ahead = [
        at for at, severity in _lasting(settled, rules) if at > now and severity.rank > above.rank
    ]
    return min(ahead, default=None)


def _mark_of(
    span: Span, often: Mapping[datetime, Severity], now: datetime, rules: KindRules
) -> Mark | None:
    multiple = span.multiple
    reached = [
        (severity.rank, severity, Reason.MULTIPLE)
        for step, severity in rules.multiples
        if multiple is not None and multiple >= step
    ]
    by_number = often.get(span.since)
    if by_number is not None:
        reached.append((by_number.rank, by_number, Reason.REPETITION))
    if not reached:
        return None
    _, severity, reason = max(reached)
    return Mark(span.since, severity, reason, min(span.until or now, now), span.source)


def _lasting(settled: Sequence[Span], rules: KindRules) -> list[tuple[datetime, Severity]]:
    """When the wrong time in sum comes to each step, be it ahead."""
    if not settled or not rules.after:
        return []
    amounts = Amounts(joined((one.since, one.until or FOREVER) for one in settled))
    found = [
        (amounts.reached(settled[0].since, FOREVER, step), severity)
        for step, severity in rules.after
    ]
    return [(at, severity) for at, severity in found if at is not None]
