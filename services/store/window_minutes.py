"""Minute records of whole hours as columns, for judges that need times, numbers and flags alone.

What is alike comes as one row of arrays: an hour of a channel costs no more than a few objects. The
same readings as `window_records` gives, in the units of their points. It must not know any rule.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from psycopg import sql

from schemas.means import HOUR_S
from schemas.minutes import SECOND_US, Alike, Minutes
from schemas.series import Series
from services.store.instruments import Instrument, Line
from services.store.session import Session
from services.store.window_records import Reading, alike, readings_of

HOUR_US = HOUR_S * SECOND_US
Hours = dict[Line, dict[datetime, Minutes]]

# Microseconds are exact: so many of them fit into a float8 until the year 2255.
COLUMNS = sql.SQL("""
SELECT channel, span_s, flag, sentinel, array_agg(begin_us), array_agg(number)
FROM (
  SELECT channel, (date_part('epoch', time) * 1e6)::bigint AS begin_us, span_s, flag,
    as_read(value, %(scale)s::float8, %(sentinels)s::float8[]) AS number,
    COALESCE(value = ANY(%(sentinels)s::float8[]), false) AS sentinel
  FROM ({readings}) AS reading
) AS said
GROUP BY channel, span_s, flag, sentinel
""")


class _Row(NamedTuple):
    channel: int
    span_s: int
    flag: str | None
    sentinel: bool
    begins: list[int]
    values: list[float | None]


class _Cut(NamedTuple):
    """Where an hour's records lie in the arrays, and when they begin in it; hours since 1970."""

    hour: int
    first: int
    end: int
    begins: list[int]


def read_minutes(
    session: Session, instruments: Iterable[Instrument], known: int | None = None
) -> Hours:
    """The minute records of each line by the hour in which they begin. Raises psycopg.Error."""
    parts: dict[tuple[Line, int], list[Alike]] = {}
    known_begins, cuts = list[int](), list[_Cut]()
    for reading, pieces in alike(instruments, Series.MINUTE).items():
        of_channel = {piece.channel: piece for piece in pieces}
        for row in _rows(session, reading, list(of_channel), known):
            piece = of_channel[row.channel]
            # The channels of a device mostly speak at the same times.
            if row.begins != known_begins:
                known_begins, cuts = row.begins, list(_cut(row.begins))
            alike_but = (row.span_s, row.flag, row.sentinel, piece.range_max)
            for cut in cuts:
                part = Alike(*alike_but, cut.begins, row.values[cut.first : cut.end])
                parts.setdefault((piece.line, cut.hour), []).append(part)
    found: Hours = {}
    starts: dict[int, datetime] = {}
    for (line, hour), several in parts.items():
        start = starts.get(hour)
        if start is None:
            start = starts[hour] = datetime.fromtimestamp(hour * HOUR_S, UTC)
        found.setdefault(line, {})[start] = Minutes(start, several)
    return found


def _rows(
    session: Session, reading: Reading, channels: Sequence[int], known: int | None
) -> Iterator[_Row]:
    statement, given = readings_of(Series.MINUTE, reading, channels, known)
    cursor = session.cursor(binary=True)
    cursor.execute(COLUMNS.format(readings=statement), given, prepare=False)
    for row in map(_Row._make, cursor.fetchall()):
        # The arrays come in whatever order the plan has read them.
        if any(map(int.__gt__, row.begins, row.begins[1:])):
            order = sorted(range(len(row.begins)), key=row.begins.__getitem__)
            begins, values = [row.begins[at] for at in order], [row.values[at] for at in order]
            yield row._replace(begins=begins, values=values)
        else:
            yield row


def _cut(begins: Sequence[int]) -> Iterator[_Cut]:
    """Cut where hours begin; `begins` in order."""
    place = 0
    while place < len(begins):
        hour = begins[place] // HOUR_US
        first = hour * HOUR_US
        end = bisect_left(begins, first + HOUR_US, lo=place)
        yield _Cut(hour, place, end, [begin - first for begin in begins[place:end]])
        place = end
