"""Whether the account of frames comes out even: counts, letters and kept rejects, hour by hour.

Each side is counted from something else: received from the batch's own count of frames, the outcomes
from its letters, the rejected once more from the rejects that are kept.
"""

from datetime import datetime
from typing import NamedTuple

import psycopg


class HourBalance(NamedTuple):
    """A device's hour of receipt.

    Even when received = stored + repeated + rejected + pending, and each rejected frame is kept;
    `mn` is None where no device is known for the frames.
    """

    mn: str | None
    hour: datetime
    received: int
    stored: int
    repeated: int
    rejected: int
    kept: int
    pending: int

    @property
    def even(self) -> bool:
        """Whether nothing is missing and nothing too much."""
        accounted = self.stored + self.repeated + self.rejected + self.pending
        return self.received == accounted and self.rejected == self.kept


HOURS = """
WITH held AS (
  SELECT holder.device, said.hour, sum(said.messages)::bigint AS pending
  FROM pending AS said
  LEFT JOIN LATERAL (
    SELECT device FROM device_mn
    WHERE mn = said.publisher AND valid && tstzrange(said.hour, said.hour + INTERVAL '1 hour')
    ORDER BY lower(valid) DESC NULLS LAST LIMIT 1
  ) AS holder ON true
  WHERE said.hour > %(since)s - INTERVAL '1 hour' AND said.hour < %(until)s
  GROUP BY holder.device, said.hour
), single AS (
  SELECT COALESCE(part.device, 0) AS device, 1 AS received, part.outcome, 0 AS kept,
    batch.received_from + COALESCE(part.ms, 0) * INTERVAL '1 millisecond' AS received_at
  FROM batch
  CROSS JOIN LATERAL unnest(batch.devices, batch.received_ms, string_to_array(batch.outcomes, NULL),
    array_fill(1, ARRAY[batch.frames])) AS part (device, ms, outcome, one)
  WHERE batch.received_to >= %(since)s AND batch.received_from < %(until)s
    AND batch.received_from >= %(since)s - INTERVAL '1 day' AND batch.origin = 'mqtt'
  UNION ALL
  SELECT COALESCE(batch.devices[refused.seq + 1], 0), 0, '', 1,
    batch.received_from + COALESCE(batch.received_ms[refused.seq + 1], 0) * INTERVAL '1 millisecond'
  FROM batch
  CROSS JOIN LATERAL (
    SELECT DISTINCT seq FROM reject WHERE reject.batch = batch.id AND reject.whole
  ) AS refused
  WHERE batch.received_to >= %(since)s AND batch.received_from < %(until)s
    AND batch.received_from >= %(since)s - INTERVAL '1 day' AND batch.origin = 'mqtt'
), counted AS (
  SELECT device, date_bin(INTERVAL '1 hour', received_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') AS hour,
    sum(received) AS received, count(*) FILTER (WHERE outcome = 's') AS stored,
    count(*) FILTER (WHERE outcome = 'r') AS repeated,
    count(*) FILTER (WHERE outcome = 'x') AS rejected, sum(kept) AS kept, 0::bigint AS pending
  FROM single WHERE received_at >= %(since)s AND received_at < %(until)s
  GROUP BY 1, 2
  UNION ALL
  SELECT COALESCE(device, 0), hour, pending, 0, 0, 0, 0, pending FROM held
), summed AS (
  SELECT device, hour, sum(received)::bigint AS received, sum(stored)::bigint AS stored,
    sum(repeated)::bigint AS repeated, sum(rejected)::bigint AS rejected, sum(kept)::bigint AS kept,
    sum(pending)::bigint AS pending
  FROM counted GROUP BY device, hour
)
SELECT (
    SELECT mn FROM device_mn
    WHERE device_mn.device = summed.device
      AND valid && tstzrange(summed.hour, summed.hour + INTERVAL '1 hour')
    ORDER BY lower(valid) DESC NULLS LAST LIMIT 1),
  hour, received, stored, repeated, rejected, kept, pending
FROM summed
"""
EVERY = HOURS + " ORDER BY hour, device"
UNEVEN = (
    HOURS
    + """
WHERE received <> stored + repeated + rejected + pending OR rejected <> kept
ORDER BY hour, device
"""
)


def balances(connection: psycopg.Connection, since: datetime, until: datetime) -> list[HourBalance]:
    """Every device's every hour of receipt in [since, until)."""
    rows = connection.execute(EVERY, {"since": since, "until": until}).fetchall()
    return [HourBalance._make(row) for row in rows]


def unbalanced(
    connection: psycopg.Connection, since: datetime, until: datetime
) -> list[HourBalance]:
    """The hours of [since, until) whose account does not come out even; there should be none."""
    rows = connection.execute(UNEVEN, {"since": since, "until": until}).fetchall()
    return [HourBalance._make(row) for row in rows]
