"""What a device sent last in the order of arrival, whatever time it is dated: for the few asked about.

It must not know why anybody asks.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.watch import Arrival
from services.store.session import Session

MOST: Final = 100
AHEAD: Final = timedelta(days=1)
# No index knows the time of receipt: it reads all that one channel was dated in that time by its key,
# so it is for few devices. A record that is dated like a known one stands among the revisions where
# it was sent earlier by the sender's clock. Frames that say themselves that they are sent again
# (RF=1, HJ 212-2025) and those that were fed in again are left out: they tell of another moment.
ARRIVED: Final = """
SELECT asked.device, came.realtime, came.time, came.sent_at, came.received_at, came.batch, came.seq
FROM unnest(%(devices)s::integer[], %(channels)s::integer[], %(after)s::timestamptz[])
  AS asked (device, channel, after)
CROSS JOIN LATERAL (
  SELECT record.* FROM (
    SELECT true AS realtime, time, sent_at, received_at, batch, seq FROM reading_realtime
    WHERE channel = asked.channel AND time > %(since)s AND time < %(until)s
      AND received_at > asked.after
    UNION ALL
    SELECT false, time, sent_at, received_at, batch, seq FROM reading_minute
    WHERE channel = asked.channel AND time > %(since)s AND time < %(until)s
      AND received_at > asked.after
    UNION ALL
    SELECT series = 'realtime', time, sent_at, received_at, batch, seq FROM reading_revision
    WHERE series IN ('realtime', 'minute') AND channel = asked.channel
      AND time > %(since)s AND time < %(until)s AND received_at > asked.after
  ) AS record
  ORDER BY record.received_at DESC, record.batch DESC, record.seq DESC LIMIT %(most)s
) AS came
WHERE EXISTS (SELECT FROM batch WHERE batch.id = came.batch AND batch.origin = 'mqtt')
  AND NOT EXISTS (
    SELECT FROM frame_note
    WHERE frame_note.batch = came.batch AND frame_note.device = asked.device
      AND frame_note.note = 'resent')
ORDER BY asked.device, came.received_at, came.batch, came.seq
"""


class ArrivalsAsked(NamedTuple):
    """The records of one channel of a device that were received after a moment."""

    device: int
    channel: int
    after: datetime


def arrivals_of(
    session: Session, asked: Iterable[ArrivalsAsked], now: datetime, back: timedelta
) -> dict[int, list[Arrival]]:
    """Of the newest 100 arrivals of each those that were sent first, in their order.

    Dated from `back` before `now` to a day after it. Raises psycopg.Error.
    """
    some = list(asked)
    if not some:
        return {}
    values = {
        "devices": [one.device for one in some],
        "channels": [one.channel for one in some],
        "after": [one.after for one in some],
        "since": now - back,
        "until": now + AHEAD,
        "most": MOST,
    }
    found: defaultdict[int, list[Arrival]] = defaultdict(list)
    # Unprepared: planned for its own times, so that chunks are left out.
    for row in session.execute(ARRIVED, values, prepare=False).fetchall():
        one = Arrival._make(row)
        found[one.device].append(one)
    return dict(found)
