"""Stretches of time as sorted pairs (from, to): joined, taken out of each other, summed up to an amount."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

Interval = tuple[datetime, datetime]
FOREVER: Final = datetime.max.replace(tzinfo=UTC)
EVER: Final = datetime.min.replace(tzinfo=UTC)
NOTHING: Final = timedelta(0)


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time in order, without overlaps; what touches is one, what is empty is left out."""
    found: list[Interval] = []
    for since, until in sorted(intervals):
        if since >= until:
            continue
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def without(intervals: Iterable[Interval], taken: Sequence[Interval]) -> list[Interval]:
    """What is left of intervals after the time of `taken` (joined) is taken out."""
    found: list[Interval] = []
    ends = [until for _, until in taken]
    for since, until in intervals:
        at = since
        for begin, end in taken[bisect_right(ends, since) :]:
            if begin >= until:
                break
            if begin > at:
                found.append((at, begin))
            at = end
        if at < until:
            found.append((at, until))
    return found


class Amounts:
    """Joined intervals that can be asked when their sum from a moment on comes to an amount."""

    def __init__(self, intervals: Sequence[Interval]) -> None:
        self._all = intervals
        self._ends = [until for _, until in intervals]

    def reached(self, since: datetime, until: datetime, amount: timedelta) -> datetime | None:
        """When the time within `since` to `until` has come to `amount` (> 0); None: it does not."""
        for begin, end in self._all[bisect_right(self._ends, since) :]:
            first, last = max(begin, since), min(end, until)
            if first >= until:
                return None
            if last - first >= amount:
                return first + amount
            amount -= last - first
        return None
