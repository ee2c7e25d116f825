"""Hours whose stored readings mean something else since the registry was mended.

By channel and interval; what changed in meaning is for others to say.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

import psycopg
from psycopg import sql

from schemas.registry_rows import Mended
from services.store.merge import TABLES
from services.store.registry_ids import Writing

# A mended registry is no batch's news.
NO_BATCH = 0
INTERVALS = sql.SQL(
    "unnest({channels}::int[], {since}::timestamptz[], {until}::timestamptz[], {subjects}::int[])"
    " AS mended (channel, since, until, subject)"
)
# The outer bounds are constants, by which the planner leaves chunks out.
READINGS = sql.SQL(
    "{table} AS reading WHERE reading.channel = mended.channel AND reading.time >= mended.since"
    " AND reading.time < mended.until AND reading.time >= {first} AND reading.time < {last}"
)
HOURS_OF = sql.SQL(
    "SELECT mended.subject,"
    " date_bin(INTERVAL '1 hour', reading.time, TIMESTAMPTZ '2000-01-01 00:00:00+00') AS hour"
    " FROM {intervals}, {readings}"
)
TOUCH = sql.SQL(
    "INSERT INTO touched (subject, hour, batch) SELECT subject, hour, {batch} FROM ({hours}) AS one"
)
COUNT = sql.SQL("SELECT count(*) FROM ({hours}) AS one")
LOST = sql.SQL("""
SELECT DISTINCT plant.code || ' / ' || device.code || ' / ' || channel.code
FROM {intervals} JOIN channel ON channel.id = mended.channel
JOIN device ON device.id = channel.device JOIN plant ON plant.id = device.plant
WHERE {held} ORDER BY 1
""")
HELD = sql.SQL("EXISTS (SELECT FROM {readings})")


def touch_mended(writing: Writing, mended: Sequence[Mended]) -> None:
    """Mark every hour that has a reading of a mended interval, for its subject."""
    real = [row._replace(subject=writing.real("subject", row.subject)) for row in mended]
    if real:
        writing.connection.execute(TOUCH.format(hours=_hours(real), batch=sql.Literal(NO_BATCH)))


def mended_hours(connection: psycopg.Connection, mended: Sequence[Mended]) -> int:
    """How many hours of subjects that would mark."""
    if not mended:
        return 0
    row = connection.execute(COUNT.format(hours=_hours(mended))).fetchone()
    return cast("int", row[0]) if row else 0


def unbound_channels(connection: psycopg.Connection, mended: Iterable[Mended]) -> list[str]:
    """The channels with stored readings that would belong to no point any more, by name."""
    lost = [row for row in mended if not row.bound]
    if not lost:
        return []
    held = sql.SQL(" OR ").join(HELD.format(readings=one) for one in _readings(lost))
    rows = connection.execute(LOST.format(intervals=_intervals(lost), held=held)).fetchall()
    return [str(row[0]) for row in rows]


def _hours(mended: Sequence[Mended]) -> sql.Composable:
    intervals = _intervals(mended)
    # UNION, so that an hour counts once whatever series it has readings of.
    return sql.SQL(" UNION ").join(
        HOURS_OF.format(intervals=intervals, readings=one) for one in _readings(mended)
    )


def _readings(mended: Sequence[Mended]) -> list[sql.Composable]:
    """Of each table, the readings of an interval."""
    begins = [row.since for row in mended if row.since is not None]
    ends = [row.until for row in mended if row.until is not None]
    first = min(begins) if len(begins) == len(mended) else "-infinity"
    last = max(ends) if len(ends) == len(mended) else "infinity"
    return [
        READINGS.format(table=sql.Identifier(table), first=_time(first), last=_time(last))
        for table in TABLES.values()
    ]


def _intervals(mended: Sequence[Mended]) -> sql.Composable:
    """The intervals as rows; open ends reach for ever."""
    return INTERVALS.format(
        channels=sql.Literal([row.channel for row in mended]),
        since=sql.Literal([str(row.since or "-infinity") for row in mended]),
        until=sql.Literal([str(row.until or "infinity") for row in mended]),
        subjects=sql.Literal([row.subject for row in mended]),
    )


def _time(end: datetime | str) -> sql.Composable:
    return sql.SQL("{end}::timestamptz").format(end=sql.Literal(str(end)))
