"""Stored readings as records, in the unit of their point, as the views `measured_…` give them.

Believed now, or believed below a position. It must not know what is judged from them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from psycopg import sql

from schemas.record import Record
from schemas.series import Series
from services.store.instruments import Instrument, Line, Wiring
from services.store.merge import TABLES
from services.store.session import Session

Records = dict[Line, list[Record]]
STATE_REACH = timedelta(days=92)

BELIEVED = sql.SQL("""
SELECT channel, time, span_s, value, flag, converted, total, minimum, maximum, sampled_at
FROM {table}
WHERE {asked}
""")
# Every value that was ever known is believed or a revision, under the batch that brought it. One
# whose batch is not known is as old as can be.
BELIEVED_BELOW = sql.SQL("""
SELECT DISTINCT ON (channel, time) channel, time, span_s, value, flag, converted, total, minimum,
  maximum, sampled_at
FROM (
  SELECT channel, time, span_s, value, flag, converted, total, minimum, maximum, sampled_at,
    sent_at, received_at, batch, seq
  FROM {table}
  WHERE {asked}
  UNION ALL
  SELECT channel, time, span_s, value, flag, converted, total, minimum, maximum, sampled_at,
    sent_at, received_at, batch, seq
  FROM reading_revision
  WHERE series = {series} AND {asked}
) AS said
LEFT JOIN batch ON batch.id = said.batch
WHERE COALESCE(batch.position, '0') < %(known)s::text::xid8
ORDER BY channel, time, COALESCE(sent_at, said.received_at) DESC, said.received_at DESC,
  said.batch DESC, seq DESC
""")
ALL_OF = sql.SQL("channel = ANY(%(channels)s) AND time >= %(since)s AND time < %(until)s")
EACH_OF = sql.SQL("channel = asked.number AND time >= asked.since AND time < asked.until")
# Each of its own time, and of each the last.
LAST = sql.SQL("""
SELECT asked.place, last.time, last.span_s, last.value, last.flag, last.converted, last.total,
  last.minimum, last.maximum, last.sampled_at
FROM unnest(%(channels)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
  WITH ORDINALITY AS asked (number, since, until, place)
CROSS JOIN LATERAL (
  SELECT * FROM ({readings}) AS reading ORDER BY time DESC LIMIT 1
) AS last
ORDER BY asked.place
""")
# Scale and sentinels are constants to the planner, which writes the function into the plan and
# drops what cannot be.
AS_READ = sql.SQL("""
SELECT channel, time, span_s,
  as_read(value, %(scale)s::float8, %(sentinels)s::float8[]), flag,
  CASE WHEN value = ANY(%(sentinels)s::float8[]) THEN NULL
    ELSE as_read(converted, %(scale)s::float8, %(sentinels)s::float8[]) END,
  as_read(total, %(total_scale)s::float8, %(sentinels)s::float8[]),
  CASE WHEN value = ANY(%(sentinels)s::float8[]) THEN NULL
    WHEN %(scale)s::float8 < 0 THEN as_read(maximum, %(scale)s::float8, %(sentinels)s::float8[])
    ELSE as_read(minimum, %(scale)s::float8, %(sentinels)s::float8[]) END,
  CASE WHEN value = ANY(%(sentinels)s::float8[]) THEN NULL
    WHEN %(scale)s::float8 < 0 THEN as_read(minimum, %(scale)s::float8, %(sentinels)s::float8[])
    ELSE as_read(maximum, %(scale)s::float8, %(sentinels)s::float8[]) END,
  sampled_at, COALESCE(value = ANY(%(sentinels)s::float8[]), false)
FROM ({readings}) AS reading
ORDER BY channel, time
""")


class Reading(NamedTuple):
    """What is the same for all channels of one statement."""

    since: datetime
    until: datetime
    scale: float | None
    total_scale: float | None
    sentinels: tuple[float, ...]


def read_records(
    session: Session, instruments: Iterable[Instrument], series: Series, known: int | None = None
) -> Records:
    """The records of each line at the times its instruments cover, by time.

    A run state is a number of its own, and so are its hours a day: no setting scales them. Raises
    psycopg.Error.
    """
    found: Records = {}
    several: set[Line] = set()
    for reading, pieces in alike(instruments, series).items():
        of_channel = {piece.channel: piece for piece in pieces}
        rows = _rows(session, series, reading, list(of_channel), known)
        for line in _append(found, rows, of_channel):
            several.add(line)
    for line in several:
        found[line].sort(key=lambda record: record.at)
    return found


def read_states(
    session: Session,
    wiring: Wiring,
    span: tuple[datetime, datetime],
    reach: timedelta = STATE_REACH,
) -> Records:
    """The state reports of each line in [since, until), with the last one before it where there is one.

    A report older than `reach` before the span tells nothing any more. Raises psycopg.Error.
    """
    since, until = span
    present = read_records(
        session, _reporting(wiring.over(since, until)), Series.STATE, wiring.known
    )
    past = _reporting(wiring.over(since - reach, since))
    past.sort(key=lambda one: one.until, reverse=True)
    found: Records = {}
    for piece, last in _last_reports(session, past, wiring.known):
        found.setdefault(piece.line, [last])
    for line, records in present.items():
        found.setdefault(line, []).extend(records)
    return found


def _reporting(instruments: Iterable[Instrument]) -> list[Instrument]:
    return [piece for piece in instruments if piece.state]


def _last_reports(
    session: Session, pieces: Sequence[Instrument], known: int | None
) -> list[tuple[Instrument, Record]]:
    """The last report within each piece that has one, in the order of the pieces."""
    if not pieces:
        return []
    cursor = session.cursor(binary=True)
    values = {
        "channels": [piece.channel for piece in pieces],
        "since": [piece.since for piece in pieces],
        "until": [piece.until for piece in pieces],
        "known": None if known is None else str(known),
    }
    statement = LAST.format(readings=_believed(Series.STATE, EACH_OF, known))
    cursor.execute(statement, values, prepare=False)
    return [
        (piece, Record._make((*row[1:], piece.range_max, False)))
        for row in cursor.fetchall()
        for piece in (pieces[cast("int", row[0]) - 1],)
    ]


def alike(instruments: Iterable[Instrument], series: Series) -> dict[Reading, Sequence[Instrument]]:
    """Instruments that one statement can read: the same time, scale and sentinels."""
    found: dict[Reading, list[Instrument]] = {}
    for piece in instruments:
        how = (piece.scale, piece.total_scale, piece.sentinels)
        if series is Series.STATE or piece.state:
            how = (1.0, 1.0, ())
        found.setdefault(Reading(piece.since, piece.until, *how), []).append(piece)
    return cast("dict[Reading, Sequence[Instrument]]", found)


def readings_of(
    series: Series, reading: Reading, channels: Sequence[int], known: int | None
) -> tuple[sql.Composed, Mapping[str, object]]:
    """The statement that gives the believed readings of channels as stored, and its values."""
    return _believed(series, ALL_OF, known), {
        **reading._asdict(),
        "sentinels": list(reading.sentinels),
        "channels": channels,
        "known": None if known is None else str(known),
    }


def _believed(series: Series, asked: sql.SQL, known: int | None) -> sql.Composed:
    return (BELIEVED if known is None else BELIEVED_BELOW).format(
        table=sql.Identifier(TABLES[series]), series=sql.Literal(series.value), asked=asked
    )


def _rows(
    session: Session,
    series: Series,
    reading: Reading,
    channels: Sequence[int],
    known: int | None,
) -> list[tuple[object, ...]]:
    readings, values = readings_of(series, reading, channels, known)
    cursor = session.cursor(binary=True)
    # Unprepared, so that each is planned for its own times and constants.
    cursor.execute(AS_READ.format(readings=readings), values, prepare=False)
    return cursor.fetchall()


def _append(
    found: Records, rows: Iterable[tuple[object, ...]], of_channel: Mapping[int, Instrument]
) -> set[Line]:
    """Put rows under their lines; gives the lines that had records of another channel or time."""
    shared: set[Line] = set()
    channel: object = None
    ceiling: float | None = None
    records: list[Record] = []
    make = Record._make
    for row in rows:
        if row[0] != channel:
            channel = row[0]
            piece = of_channel[cast("int", channel)]
            ceiling, records = piece.range_max, found.setdefault(piece.line, [])
            if records:
                shared.add(piece.line)
        records.append(make((*row[1:10], ceiling, row[10])))
    return shared
