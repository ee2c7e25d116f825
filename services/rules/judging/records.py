"""The records of a plant over a span, found by point and hour without going through them all.

It must not know what is judged from them.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter

from schemas.minutes import Minutes
from schemas.record import Record

HOUR = timedelta(hours=1)
LONGEST = timedelta(minutes=30)
"""Of a record that counts as one of minutes."""
MINUTE_S = 60
_SECOND = timedelta(seconds=1)
MAIN, SPARE = "main", "spare"
Lines = Mapping[tuple[int, str], Sequence[Record]]
"""By point and rank, in order of time."""
_AT = attrgetter("at")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What devices sent over [since, until): minutes, their own hours and five-minute means, states.

    `states` begin with the last report before the span. `days`: run hours of whole days. `by_hour`: minutes of the lines that are
    read as columns, instead of those in `minutes`.
    """

    since: datetime
    until: datetime
    minutes: Lines = field(default_factory=dict[tuple[int, str], Sequence[Record]])
    hours: Lines = field(default_factory=dict[tuple[int, str], Sequence[Record]])
    five_minutes: Lines = field(default_factory=dict[tuple[int, str], Sequence[Record]])
    states: Lines = field(default_factory=dict[tuple[int, str], Sequence[Record]])
    by_hour: Mapping[tuple[int, str], Mapping[datetime, Minutes]] = field(
        default_factory=dict[tuple[int, str], Mapping[datetime, Minutes]]
    )
    days: Lines = field(default_factory=dict[tuple[int, str], Sequence[Record]])

    def minutes_of(
        self, point: int, since: datetime, until: datetime, rank: str = MAIN
    ) -> Sequence[Record]:
        """The minute records that begin in [since, until); whole hours alone of lines read `by_hour`."""
        hours = self.by_hour.get((point, rank))
        if hours is not None and until - since == HOUR:
            return hours.get(since, ())
        return _cut(self.minutes, (point, rank), since, until)

    def minutes_over(self, point: int, start: datetime, rank: str = MAIN) -> Sequence[Record]:
        """The minute records of the hour from `start`, and longer ones that reach into it."""
        inside = self.minutes_of(point, start, start + HOUR, rank)
        reaching = self._reaching((point, rank), start)
        return (*reaching, *inside) if reaching else inside

    def device_hour(self, point: int, start: datetime, rank: str | None = None) -> Record | None:
        """The device's own record of the hour from `start`; without a rank the main channel's, else the spare's."""
        for each in (MAIN, SPARE) if rank is None else (rank,):
            found = _cut(self.hours, (point, each), start, start + HOUR)
            if found:
                return found[0]
        return None

    def _reaching(self, key: tuple[int, str], start: datetime) -> Sequence[Record]:
        hours = self.by_hour.get(key)
        if hours is None:
            before = _cut(self.minutes, key, start - LONGEST, start)
        else:
            former = hours.get(start - HOUR)
            if former is None or all(part.span_s <= MINUTE_S for part in former.parts):
                return ()
            before = former
        return [
            one for one in before if one.span_s > MINUTE_S and one.at + one.span_s * _SECOND > start
        ]


def _cut(lines: Lines, key: tuple[int, str], since: datetime, until: datetime) -> Sequence[Record]:
    records = lines.get(key)
    if not records:
        return ()
    first = bisect_left(records, since, key=_AT)
    return records[first : bisect_left(records, until, lo=first, key=_AT)]
