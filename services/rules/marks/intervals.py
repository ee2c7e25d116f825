"""Half-open stretches of time: joined, cut, measured in whole seconds. It knows nothing of marks."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple

SECOND = timedelta(seconds=1)
MONTHS_OF_A_YEAR = 12
MONTHS_OF_A_QUARTER = 3


class Interval(NamedTuple):
    """From `since` to before `until`."""

    since: datetime
    until: datetime

    @property
    def seconds(self) -> int:
        """Its length, 0 where it is turned round."""
        return max(0, (self.until - self.since) // SECOND)


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time with no overlap, in order; what touches is one."""
    found: list[Interval] = []
    for one in sorted(intervals):
        if one.until <= one.since:
            continue
        if found and one.since <= found[-1].until:
            found[-1] = Interval(found[-1].since, max(found[-1].until, one.until))
        else:
            found.append(one)
    return found


def overlap(one: Interval, other: Interval) -> Interval | None:
    """The time in both; None where there is none."""
    both = Interval(max(one.since, other.since), min(one.until, other.until))
    return both if both.since < both.until else None


def within(moment: datetime, intervals: Sequence[Interval]) -> bool:
    """Whether the moment lies in any of them."""
    return any(one.since <= moment < one.until for one in intervals)


def pieces(whole: Interval, cuts: Iterable[datetime]) -> list[Interval]:
    """The whole, cut at those moments that lie inside it."""
    inside = {cut for cut in cuts if whole.since < cut < whole.until}
    ends = [whole.since, *sorted(inside), whole.until]
    return [Interval(*pair) for pair in pairwise(ends)]


def local_midnight(at: datetime, clock: tzinfo) -> datetime:
    """The beginning of the day of that moment on that clock (a fixed offset), in the moment's zone."""
    local = at.astimezone(clock).replace(hour=0, minute=0, second=0, microsecond=0)
    return local.astimezone(at.tzinfo)


def local_months(at: datetime, months: int, clock: tzinfo) -> Interval:
    """The year (12 months) or quarter (3) of that clock in which the moment lies."""
    local = local_midnight(at, clock).astimezone(clock)
    first = (local.month - 1) // months * months + 1
    since = local.replace(month=first, day=1)
    after = first + months
    until = (
        since.replace(year=since.year + 1, month=after - MONTHS_OF_A_YEAR)
        if after > MONTHS_OF_A_YEAR
        else since.replace(month=after)
    )
    return Interval(since.astimezone(at.tzinfo), until.astimezone(at.tzinfo))
