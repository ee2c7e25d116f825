"""Batches as they are committed: who was heard in them, and who was refused in whose name.

Read by an open cursor, so many at a time. Frames that were fed in again are none that was heard.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, cast

from schemas.watch import Beat, Refusals
from services.store.cursors import Cursor, Place, Reading, advanced
from services.store.session import Session

MOST: Final = 2_000
PLACES: Final = """
SELECT closed.position::text, new.id, new.position::text, new.rejected
FROM (SELECT closed_position() AS position) AS closed
LEFT JOIN LATERAL (
  SELECT batch.id, batch.position, batch.rejected
  FROM batch
  WHERE batch.position >= %(position)s::text::xid8
    AND (batch.position > %(position)s::text::xid8 OR batch.id > %(after)s)
    AND batch.id <> ALL(%(seen)s::bigint[])
    AND (NOT %(waits)s OR batch.position < closed.position)
  ORDER BY batch.position, batch.id
  LIMIT %(most)s
) AS new ON true
ORDER BY new.position, new.id
"""
STILL_OPEN: Final = (
    "SELECT id FROM batch WHERE id = ANY(%s::bigint[]) AND position >= %s::text::xid8"
)
# A beat lies within a minute of the clock: shorter silences than that mean nothing.
BEATS: Final = """
SELECT device, min(received_at), max(received_at)
FROM (
  SELECT part.device, batch.received_from + part.ms * INTERVAL '1 millisecond' AS received_at
  FROM batch, LATERAL unnest(batch.devices, batch.received_ms) AS part (device, ms)
  WHERE batch.id = ANY(%s::bigint[]) AND batch.origin = 'mqtt' AND part.device <> 0
) AS single
GROUP BY device, date_bin(INTERVAL '1 minute', received_at, TIMESTAMPTZ '2000-01-01 00:00:00+00')
ORDER BY device, 2
"""
# Only the clock's own refusals: a reading from before the commissioning is the registry's matter.
REFUSALS: Final = """
SELECT reject.reason, holder.device, left(reject.topic, 100), COALESCE(reject.mn, ''), count(*),
  min(reject.received_at), max(reject.received_at)
FROM reject
JOIN batch ON batch.id = reject.batch AND batch.origin = 'mqtt'
JOIN LATERAL (
  SELECT COALESCE(reject.device, (SELECT device_mn.device FROM device_mn
    WHERE device_mn.mn = reject.mn AND device_mn.valid @> reject.received_at LIMIT 1)) AS device
) AS holder ON holder.device IS NOT NULL
WHERE reject.batch = ANY(%s::bigint[])
  AND (reject.reason = 'mn_mismatch' OR (reject.reason = 'clock' AND reject.detail LIKE '%%clock'))
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
"""


class Came(NamedTuple):
    """What some batches brought, and the cursor behind them; `full`: there may be more."""

    beats: Sequence[Beat]
    refusals: Sequence[Refusals]
    cursor: Cursor
    full: bool


def came(session: Session, cursor: Cursor, most: int = MOST) -> Came:
    """Up to `most` batches behind the cursor, each once. Raises psycopg.Error."""
    rows = session.execute(PLACES, {**cursor.values(), "most": most}).fetchall()
    closed = int(cast("str", rows[0][0]))
    found = [
        (Place(int(str(row[2])), cast("int", row[1])), row[3]) for row in rows if row[1] is not None
    ]
    places = [place for place, _ in found]
    full = len(places) == most
    reading = Reading(places, closed, full)
    still: list[int] = []
    if cursor.seen and not reading.partly_closed:
        stays = session.execute(STILL_OPEN, (sorted(cursor.seen), str(closed))).fetchall()
        still = [cast("int", row[0]) for row in stays]
    ids = [place.id for place in places]
    beats = session.execute(BEATS, (ids,)).fetchall() if ids else []
    refused = [place.id for place, rejected in found if rejected]
    refusals = session.execute(REFUSALS, (refused,)).fetchall() if refused else []
    return Came(
        [Beat._make(row) for row in beats],
        [Refusals._make(row) for row in refusals],
        advanced(cursor, reading, still),
        full,
    )
