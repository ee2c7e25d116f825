"""The records of a plant over a span, found by point and hour without going through them all.

It must not know what is judged from them.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter

from schemas.record import Record

HOUR = timedelta(hours=1)
MAIN, SPARE = "main", "spare"
Lines = Mapping[tuple[int, str], Sequence[Record]]
"""By point and rank, in order of time."""
_AT = attrgetter("at")
_NOTHING: Lines = {}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What devices sent over [since, until): minutes, their own hours and five-minute means, states.

    `states` begin with the last report before the span. `beyond`: minutes are there so long before
    and after the span too, for what reaches over its ends.
    """

    since: datetime
    until: datetime
    minutes: Lines = field(default_factory=dict[tuple[int, str], Sequence[Record]])
    hours: Lines = field(default_factory=dict[tuple[int, str], Sequence[Record]])
    five_minutes: Lines = field(default_factory=dict[tuple[int, str], Sequence[Record]])
    states: Lines = field(default_factory=dict[tuple[int, str], Sequence[Record]])
    beyond: timedelta = timedelta()

    def minutes_of(
        self, point: int, since: datetime, until: datetime, rank: str = MAIN
    ) -> Sequence[Record]:
        """The minute records that begin in [since, until)."""
        return _cut(self.minutes, (point, rank), since, until)

    def device_hour(self, point: int, start: datetime) -> Record | None:
        """The device's own record of the hour from `start`: that of the main channel, else the spare's."""
        for rank in (MAIN, SPARE):
            found = _cut(self.hours, (point, rank), start, start + HOUR)
            if found:
                return found[0]
        return None

    def hour_has_any(self, points: Sequence[int], start: datetime) -> bool:
        """Whether anything at all was recorded of these points in the hour."""
        return any(
            self.device_hour(point, start) is not None
            or any(self.minutes_of(point, start, start + HOUR, rank) for rank in (MAIN, SPARE))
            for point in points
        )


def _cut(lines: Lines, key: tuple[int, str], since: datetime, until: datetime) -> Sequence[Record]:
    records = lines.get(key)
    if not records:
        return ()
    first = bisect_left(records, since, key=_AT)
    return records[first : bisect_left(records, until, lo=first, key=_AT)]
