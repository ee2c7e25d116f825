"""The readings of one point in the order of time, a piece at a time, as read or as sent.

Believed now or as known below a position. It must not know how they are shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from psycopg import sql

from schemas.series import Series
from services.store.history_known import Known
from services.store.in_turns import in_turns
from services.store.instruments import Instrument, Span, read_instruments
from services.store.merge import TABLES
from services.store.session import Session

After = tuple[datetime, int]
"""Time and channel: what lies behind them in this order follows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Readings of a point's channels of a rank that begin in [since, until).

    `raw`: numbers as sent, neither scaled nor read as sentinels.
    """

    point: int
    rank: str
    series: Series
    since: datetime
    until: datetime
    known: Known
    raw: bool = False

    def span(self) -> Span:
        return Span([self.point], self.since, self.until, self.known.registry)


class ReadingRow(NamedTuple):
    """A reading; numbers in the unit of `channel` at its time (raw: as sent).

    `sentinel`: the value sent means "no value". `batch` and `seq` name its frame.
    """

    time: datetime
    channel: int
    value: float | None
    minimum: float | None
    maximum: float | None
    converted: float | None
    total: float | None
    flag: str | None
    span_s: int
    sampled_at: datetime | None
    sent_at: datetime | None
    received_at: datetime
    batch: int
    seq: int
    sentinel: bool


COLUMNS = sql.SQL(
    "channel, time, value, minimum, maximum, converted, total, flag, span_s, sampled_at, sent_at,"
    " received_at, batch, seq"
)
BELIEVED = sql.SQL("""
SELECT {columns} FROM {table}
WHERE channel = %(channel)s AND time >= %(since)s AND time < %(until)s
""")
# Every value that was ever known is believed or a revision, under the batch that brought it.
BELOW = sql.SQL("""
SELECT DISTINCT ON (time) {columns} FROM (
  SELECT {columns} FROM {table}
  WHERE channel = %(channel)s AND time >= %(since)s AND time < %(until)s
  UNION ALL
  SELECT {columns} FROM reading_revision
  WHERE series = {series} AND channel = %(channel)s AND time >= %(since)s AND time < %(until)s
) AS said
WHERE {known}
ORDER BY time, COALESCE(sent_at, received_at) DESC, received_at DESC, batch DESC, seq DESC
""")
READ = sql.SQL("""
SELECT time, channel,
  as_read(value, %(scale)s::float8, %(sentinels)s::float8[]),
  CASE WHEN value = ANY(%(sentinels)s::float8[]) THEN NULL
    WHEN %(scale)s::float8 < 0 THEN as_read(maximum, %(scale)s::float8, %(sentinels)s::float8[])
    ELSE as_read(minimum, %(scale)s::float8, %(sentinels)s::float8[]) END,
  CASE WHEN value = ANY(%(sentinels)s::float8[]) THEN NULL
    WHEN %(scale)s::float8 < 0 THEN as_read(minimum, %(scale)s::float8, %(sentinels)s::float8[])
    ELSE as_read(maximum, %(scale)s::float8, %(sentinels)s::float8[]) END,
  CASE WHEN value = ANY(%(sentinels)s::float8[]) THEN NULL
    ELSE as_read(converted, %(scale)s::float8, %(sentinels)s::float8[]) END,
  as_read(total, %(total_scale)s::float8, %(sentinels)s::float8[]),
  flag, span_s, sampled_at, sent_at, received_at, batch, seq,
  COALESCE(value = ANY(%(sentinels)s::float8[]), false)
FROM ({readings}) AS reading
ORDER BY time {direction} LIMIT %(most)s
""")
SENT = sql.SQL("""
SELECT time, channel, value, minimum, maximum, converted, total, flag, span_s, sampled_at, sent_at,
  received_at, batch, seq, COALESCE(value = ANY(%(sentinels)s::float8[]), false)
FROM ({readings}) AS reading
ORDER BY time {direction} LIMIT %(most)s
""")
EVERY_REVISION = sql.SQL("""
SELECT time, channel, value, minimum, maximum, converted, total, flag, span_s, sampled_at, sent_at,
  received_at, batch, seq, COALESCE(value = ANY(%(sentinels)s::float8[]), false)
FROM (
  SELECT {columns} FROM {table}
  WHERE channel = %(channel)s AND time >= %(since)s AND time < %(until)s
    AND EXISTS (SELECT FROM reading_revision AS former WHERE former.series = {series}
      AND former.channel = %(channel)s AND former.time = {table}.time)
  UNION ALL
  SELECT {columns} FROM reading_revision
  WHERE series = {series} AND channel = %(channel)s AND time >= %(since)s AND time < %(until)s
) AS said
WHERE {known}
ORDER BY time, COALESCE(sent_at, received_at), received_at, batch, seq LIMIT %(most)s
""")
UP, DOWN = sql.SQL(""), sql.SQL("DESC")


def instruments_of(session: Session, asked: Asked) -> list[Instrument]:
    """Who spoke for the point in that rank, by time. Raises psycopg.Error."""
    found = read_instruments(session, asked.span())
    chosen = [one for one in found if one.line.rank == asked.rank]
    return sorted(chosen, key=lambda one: (one.since, one.channel))


def read_readings(
    session: Session, asked: Asked, pieces: Sequence[Instrument], most: int, after: After | None
) -> list[ReadingRow]:
    """At most `most` readings in order of time and channel behind `after`. Raises psycopg.Error."""
    found: list[ReadingRow] = []
    for piece in pieces:
        if after is not None and piece.until <= after[0]:
            continue
        if len(found) >= most and piece.since > found[most - 1].time:
            break
        since = piece.since if after is None else max(piece.since, after[0])
        # One more: the row at `after` itself is read again and left out.
        rows = _rows(session, asked, piece._replace(since=since), most + 1)
        found += [row for row in rows if after is None or (row.time, row.channel) > after]
        found.sort(key=lambda row: (row.time, row.channel))
        del found[most:]
    return found


def newest_reading(
    session: Session, asked: Asked, pieces: Sequence[Instrument]
) -> ReadingRow | None:
    """The last reading of the span. Raises psycopg.Error."""
    for piece in sorted(pieces, key=lambda one: one.until, reverse=True):
        for row in _rows(session, asked, piece, 1, newest=True):
            return row
    return None


def read_revisions(
    session: Session, asked: Asked, pieces: Sequence[Instrument], most: int
) -> Iterator[ReadingRow]:
    """All values of readings that were ever replaced, as sent: by time, the later sent last.

    Raises psycopg.Error.
    """
    left = most
    for piece in pieces:
        if left <= 0:
            return
        statement = EVERY_REVISION.format(**_parts(asked))
        rows = _fetched(session, statement, _values(asked, piece, left))
        left -= len(rows)
        yield from rows


def readings_statement(asked: Asked) -> sql.Composed:
    """The believed readings of one channel as sent: for what sums them up."""
    template = BELIEVED if asked.known.nothing_fresh else BELOW
    return template.format(**_parts(asked))


def _parts(asked: Asked) -> dict[str, sql.Composable]:
    return {
        "columns": COLUMNS,
        "table": sql.Identifier(TABLES[asked.series]),
        "series": sql.Literal(asked.series.value),
        "known": asked.known.condition(sql.SQL("batch")),
    }


def _rows(
    session: Session, asked: Asked, piece: Instrument, most: int, *, newest: bool = False
) -> list[ReadingRow]:
    template = SENT if asked.raw else READ
    statement = template.format(
        readings=readings_statement(asked), direction=DOWN if newest else UP
    )
    return _fetched(session, statement, _values(asked, piece, most))


def _fetched(
    session: Session, statement: sql.Composed, values: dict[str, object]
) -> list[ReadingRow]:
    cursor = session.cursor(binary=True)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(statement, values, prepare=False)
    return [ReadingRow._make(row) for row in in_turns(cursor)]


def _values(asked: Asked, piece: Instrument, most: int) -> dict[str, object]:
    return {**reading_values(asked, piece), "most": most}


def reading_values(asked: Asked, piece: Instrument) -> dict[str, object]:
    """What `readings_statement` and `as_read` ask for of an instrument."""
    own = asked.series is Series.STATE or piece.state
    return {
        "channel": piece.channel,
        "since": piece.since,
        "until": piece.until,
        "scale": 1.0 if own else piece.scale,
        "total_scale": 1.0 if own else piece.total_scale,
        "sentinels": [] if own else list(piece.sentinels),
        **asked.known.values(),
    }
