"""What a device was due to send: periods of its registered rhythm. Pure.

A period is due where it lies whole in the time in which the device was bound, once its grace is
over. It counts to the hour in which it begins.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from schemas.moment import EPOCH
from schemas.transmission import Graces

HOUR_S = 3_600
DAY_S = 86_400
# Beijing's days; minutes and hours begin alike everywhere.
BEIJING_S = 28_800
NAMES = ("realtime", "minute", "hour", "day")
SECOND = timedelta(seconds=1)


class Rhythm(NamedTuple):
    """How often records of a series are due, and what may still come: seconds since 1970 UTC.

    Periods that begin before `settled_s` are over, and their grace as well.
    """

    interval_s: int
    offset_s: int
    grace_s: int
    settled_s: int

    def due(self, period: tuple[int, int], hour_s: int) -> int:
        """How many periods begin in the hour and lie whole in the period [from, to)."""
        first = -(-(max(hour_s, period[0]) + self.offset_s) // self.interval_s)
        behind = min(
            -(-(hour_s + HOUR_S + self.offset_s) // self.interval_s),
            (period[1] + self.offset_s) // self.interval_s,
            (self.settled_s + self.offset_s) // self.interval_s,
        )
        return max(0, behind - first)


Periods = tuple[tuple[int, int], ...]


class Sender(NamedTuple):
    """A device, or a part of it, its channels and when it was bound: seconds since 1970 UTC.

    A channel has the periods in which it was of this part; None when that is always.
    """

    plant: str
    device: str
    mn: str
    part: str
    channels: dict[int, Periods | None]
    periods: list[tuple[int, int]]
    rhythms: list[Rhythm]


def dues(
    rhythm: Rhythm, periods: Iterable[tuple[int, int]], hours: Iterable[int]
) -> dict[int, int]:
    """How many records of a rhythm are due in each hour, of those in which any is."""
    several = tuple(periods)
    found = {hour_s: sum(rhythm.due(period, hour_s) for period in several) for hour_s in hours}
    return {hour_s: due for hour_s, due in found.items() if due}


def rhythms(intervals: Iterable[int], graces: Graces, now: datetime) -> list[Rhythm]:
    """The rhythm of each series, in the order of NAMES, as it stands at `now`."""
    now_s = seconds(now)
    found: list[Rhythm] = []
    for interval_s, grace_s in zip((*intervals, HOUR_S, DAY_S), graces, strict=True):
        offset_s = BEIJING_S if interval_s == DAY_S else 0
        over = (now_s - grace_s + offset_s) // interval_s
        found.append(Rhythm(interval_s, offset_s, grace_s, over * interval_s - offset_s))
    return found


def seconds(at: datetime) -> int:
    """Whole seconds since 1970 UTC."""
    return (at - EPOCH) // SECOND


def moment_at(at_s: int) -> datetime:
    """The time so many seconds after 1970 began, UTC."""
    return EPOCH + timedelta(seconds=at_s)


def step_s(hour_s: int, *, by_day: bool) -> int:
    """The beginning of the hour's step: the hour itself, or its day by Beijing's clock."""
    return (hour_s + BEIJING_S) // DAY_S * DAY_S - BEIJING_S if by_day else hour_s
