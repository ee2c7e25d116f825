"""What was heard since one last looked: batches as they are committed, and the readings they brought.

A cursor is a place in the order of positions, so nothing is missed that commits late. It must not
know what is judged.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from schemas.series import Series
from services.store.cursors import Cursor
from services.store.session import Session

# One statement, hence one snapshot: what is not seen in it lies at its closed position or above.
HEARD = """
SELECT closed.position::text, batch.id, batch.position::text, batch.devices, batch.committed_at
FROM (SELECT closed_position() AS position) AS closed
LEFT JOIN batch ON batch.position >= %s::text::xid8
ORDER BY batch.position, batch.id
"""
NUMBERS = """
SELECT 'realtime', channel, time, span_s, value, flag FROM reading_realtime
WHERE channel = ANY(%(channels)s) AND time >= %(since)s AND batch = ANY(%(batches)s)
UNION ALL
SELECT 'minute', channel, time, span_s, value, flag FROM reading_minute
WHERE channel = ANY(%(channels)s) AND time >= %(since)s AND batch = ANY(%(batches)s)
UNION ALL
SELECT 'five_minute', channel, time, span_s, value, flag FROM reading_five_minute
WHERE channel = ANY(%(channels)s) AND time >= %(since)s AND batch = ANY(%(batches)s)
UNION ALL
SELECT 'state', channel, time, span_s, value, flag FROM state
WHERE channel = ANY(%(states)s) AND time >= %(since)s AND batch = ANY(%(batches)s)
"""


class HeardBatch(NamedTuple):
    """A batch that was committed: which devices spoke in it."""

    id: int
    position: int
    devices: Sequence[int]
    committed_at: datetime


class Number(NamedTuple):
    """A reading as stored; its number is as sent, without scale."""

    series: Series
    channel: int
    at: datetime
    span_s: int
    value: float | None
    flag: str | None


class Wanted(NamedTuple):
    """Readings of channels, and states of others, from `since` on that these batches brought."""

    channels: Sequence[int]
    states: Sequence[int]
    since: datetime
    batches: Sequence[int]


def new_batches(session: Session, cursor: Cursor) -> tuple[list[HeardBatch], Cursor]:
    """What was committed since, each batch once, and the cursor behind it. Raises psycopg.Error."""
    rows = session.execute(HEARD, (str(cursor.position),)).fetchall()
    found: list[HeardBatch] = []
    for row in rows:
        if row[1] is not None and row[1] not in cursor.seen:
            _, number, position, devices, committed_at = row
            found.append(
                HeardBatch(
                    cast("int", number),
                    int(cast("str", position)),
                    cast("list[int]", devices),
                    cast("datetime", committed_at),
                )
            )
    closed = max(cursor.position, int(cast("str", rows[0][0])))
    above = {
        cast("int", row[1])
        for row in rows
        if row[1] is not None and int(cast("str", row[2])) >= closed
    }
    return found, Cursor(closed, seen=frozenset(above))


def heard_numbers(session: Session, wanted: Wanted) -> list[Number]:
    """The believed readings that the batches brought, in no order. Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(NUMBERS, wanted._asdict(), prepare=False)
    make = Number._make
    return [make((Series(row[0]), *row[1:])) for row in cursor.fetchall()]
