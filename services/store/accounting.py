"""What became of every frame: received = stored + repeated + rejected + pending.

From the batches that came through the broker, and from what the workers said they held behind them.
Frames that were fed in again count where they were received first: there they are recovered.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import psycopg


class DeviceAccount(NamedTuple):
    """A device's frames of a period; its last reading's times, where it has one in the period.

    `received` = `stored` + `repeated` + `rejected` + `pending`; of the rejected, `recovered` have
    been stored since. `pending` counts messages, of which one may carry several frames.
    """

    mn: str
    plant: str
    device: str
    last_contact: datetime | None
    last_data_time: datetime | None
    last_data_received: datetime | None
    received: int
    stored: int
    repeated: int
    rejected: int
    recovered: int = 0
    pending: int = 0

    @property
    def lag_s(self) -> float | None:
        """Seconds from the DataTime of the newest reading to its receipt."""
        if self.last_data_time is None or self.last_data_received is None:
            return None
        return (self.last_data_received - self.last_data_time).total_seconds()

    @property
    def reject_share(self) -> float | None:
        """Rejected of what was decided; None when nothing was."""
        decided = self.received - self.pending
        return self.rejected / decided if decided else None


class HourAccount(NamedTuple):
    """The frames of one MN received in the hour that begins at `hour`, as in DeviceAccount."""

    hour: datetime
    received: int
    stored: int
    repeated: int
    rejected: int
    recovered: int = 0
    pending: int = 0


DEVICES = """
WITH asked AS MATERIALIZED (
  SELECT device, range_agg(valid) AS valid FROM device_mn WHERE mn = %(mn)s GROUP BY device
), frame AS MATERIALIZED (
  SELECT device, max(received_at) AS last_contact, count(*) AS received,
    count(*) FILTER (WHERE outcome = 's') AS stored,
    count(*) FILTER (WHERE outcome = 'r') AS repeated,
    count(*) FILTER (WHERE outcome = 'x') AS rejected
  FROM (
    SELECT part.device, part.outcome,
      batch.received_from + part.ms * INTERVAL '1 millisecond' AS received_at
    FROM batch, LATERAL unnest(batch.devices, batch.received_ms, string_to_array(batch.outcomes, NULL))
      AS part (device, ms, outcome)
    WHERE batch.received_to >= %(since)s AND batch.received_from < %(until)s
      AND batch.received_from >= %(since)s - INTERVAL '1 day' AND batch.origin = 'mqtt'
  ) AS single
  WHERE received_at >= %(since)s AND received_at < %(until)s
    -- What the device sent under another MN is none of this one's.
    AND (%(mn)s::text IS NULL OR EXISTS (
      SELECT FROM asked WHERE asked.device = single.device AND asked.valid @> received_at))
  GROUP BY device
), mended AS MATERIALIZED (
  SELECT part.device, count(*) AS recovered
  FROM batch, LATERAL unnest(batch.devices, batch.received_ms, string_to_array(batch.outcomes, NULL))
    WITH ORDINALITY AS part (device, ms, outcome, place)
  WHERE batch.received_to >= %(since)s AND batch.received_from < %(until)s
    AND batch.received_from >= %(since)s - INTERVAL '1 day' AND batch.origin = 'mqtt'
    AND batch.rejected > 0 AND part.outcome = 'x'
    AND batch.received_from + part.ms * INTERVAL '1 millisecond' >= %(since)s
    AND batch.received_from + part.ms * INTERVAL '1 millisecond' < %(until)s
    AND (%(mn)s::text IS NULL OR EXISTS (
      SELECT FROM asked WHERE asked.device = part.device
        AND asked.valid @> batch.received_from + part.ms * INTERVAL '1 millisecond'))
    AND EXISTS (
      SELECT FROM reject JOIN reject_retry ON reject_retry.reject = reject.id
      WHERE reject.batch = batch.id AND reject.seq = part.place - 1 AND reject.whole
        AND reject_retry.outcome IN ('stored', 'repeated'))
  GROUP BY part.device
), held AS MATERIALIZED (
  SELECT holder.device, sum(said.messages)::bigint AS pending
  FROM pending AS said,
    LATERAL (
      SELECT device FROM device_mn
      WHERE mn = said.publisher AND valid && tstzrange(said.hour, said.hour + INTERVAL '1 hour')
      ORDER BY lower(valid) DESC NULLS LAST LIMIT 1
    ) AS holder
  WHERE said.hour > %(since)s - INTERVAL '1 hour' AND said.hour < %(until)s
    AND (%(mn)s::text IS NULL OR said.publisher = %(mn)s)
  GROUP BY holder.device
), newest AS MATERIALIZED (
  SELECT DISTINCT ON (channel.device) channel.device, reading.time, reading.received_at
  FROM channel, LATERAL (
    (SELECT time, received_at FROM reading_realtime WHERE channel = channel.id
       AND time >= %(since)s AND time < %(until)s + INTERVAL '1 day' ORDER BY time DESC LIMIT 1)
    UNION ALL
    (SELECT time, received_at FROM reading_minute WHERE channel = channel.id
       AND time >= %(since)s AND time < %(until)s + INTERVAL '1 day' ORDER BY time DESC LIMIT 1)
    UNION ALL
    (SELECT time, received_at FROM reading_hour WHERE channel = channel.id
       AND time >= %(since)s AND time < %(until)s + INTERVAL '1 day' ORDER BY time DESC LIMIT 1)
  ) AS reading
  ORDER BY channel.device, reading.received_at DESC, reading.time DESC
)
SELECT last.mn, plant.code, device.code, frame.last_contact, newest.time, newest.received_at,
  COALESCE(frame.received, 0) + COALESCE(held.pending, 0), COALESCE(frame.stored, 0),
  COALESCE(frame.repeated, 0), COALESCE(frame.rejected, 0), COALESCE(mended.recovered, 0),
  COALESCE(held.pending, 0)
FROM device
JOIN plant ON plant.id = device.plant
JOIN LATERAL (
  SELECT mn FROM device_mn
  WHERE device_mn.device = device.id AND valid && tstzrange(NULL, %(until)s)
    AND (%(mn)s::text IS NULL OR mn = %(mn)s)
  ORDER BY lower(valid) DESC NULLS LAST LIMIT 1
) AS last ON true
LEFT JOIN frame ON frame.device = device.id
LEFT JOIN mended ON mended.device = device.id
LEFT JOIN held ON held.device = device.id
LEFT JOIN newest ON newest.device = device.id
ORDER BY plant.code, device.code
"""
# Frames without a device, by the MN that they claim; and what publishers that are none have pending.
STRANGERS = """
WITH stranger AS (
  SELECT said.mn, part.outcome, said.recovered,
    batch.received_from + part.ms * INTERVAL '1 millisecond' AS received_at
  FROM batch
  CROSS JOIN LATERAL unnest(batch.devices, batch.received_ms, string_to_array(batch.outcomes, NULL))
    WITH ORDINALITY AS part (device, ms, outcome, place)
  LEFT JOIN LATERAL (
    SELECT COALESCE((array_agg(reject.mn ORDER BY reject.id))[1], '') AS mn,
      bool_or(EXISTS (
        SELECT FROM reject_retry WHERE reject_retry.reject = reject.id
          AND reject_retry.outcome IN ('stored', 'repeated'))) AS recovered
    FROM reject
    WHERE reject.batch = batch.id AND reject.seq = part.place - 1 AND reject.whole
  ) AS said ON true
  WHERE batch.received_to >= %(since)s AND batch.received_from < %(until)s
    AND batch.received_from >= %(since)s - INTERVAL '1 day' AND batch.origin = 'mqtt'
    AND batch.rejected > 0 AND part.device = 0
), held AS (
  SELECT said.publisher AS mn, said.hour, sum(said.messages)::bigint AS pending
  FROM pending AS said
  WHERE said.hour > %(since)s - INTERVAL '1 hour' AND said.hour < %(until)s
    AND NOT EXISTS (
      SELECT FROM device_mn WHERE mn = said.publisher
        AND valid && tstzrange(said.hour, said.hour + INTERVAL '1 hour'))
  GROUP BY said.publisher, said.hour
), single AS (
  SELECT mn, received_at, date_bin(INTERVAL '1 hour', received_at, TIMESTAMPTZ '2000-01-01 00:00:00+00')
      AS hour, 1::bigint AS received, (outcome = 's')::integer AS stored,
    (outcome = 'r')::integer AS repeated, (outcome = 'x')::integer AS rejected,
    COALESCE(recovered AND outcome = 'x', false)::integer AS recovered, 0::bigint AS pending
  FROM stranger WHERE received_at >= %(since)s AND received_at < %(until)s
  UNION ALL
  SELECT mn, NULL, hour, pending, 0, 0, 0, 0, pending FROM held
)
"""
UNKNOWN = (
    STRANGERS
    + """
SELECT mn, '', '', max(received_at), NULL, NULL, sum(received)::bigint, sum(stored), sum(repeated),
  sum(rejected), sum(recovered), sum(pending)::bigint
FROM single WHERE %(mn)s::text IS NULL OR mn = %(mn)s GROUP BY mn ORDER BY mn
"""
)
HOURS = (
    STRANGERS  # noqa: S608 - two constants, joined
    + """
, own AS (
  SELECT batch.received_from + part.ms * INTERVAL '1 millisecond' AS received_at, part.outcome,
    part.outcome = 'x' AND EXISTS (
      SELECT FROM reject JOIN reject_retry ON reject_retry.reject = reject.id
      WHERE reject.batch = batch.id AND reject.seq = part.place - 1 AND reject.whole
        AND reject_retry.outcome IN ('stored', 'repeated')) AS recovered
  FROM batch
  CROSS JOIN LATERAL unnest(batch.devices, batch.received_ms, string_to_array(batch.outcomes, NULL))
    WITH ORDINALITY AS part (device, ms, outcome, place)
  JOIN device_mn ON device_mn.device = part.device AND device_mn.mn = %(mn)s
    AND device_mn.valid @> batch.received_from + part.ms * INTERVAL '1 millisecond'
  WHERE batch.received_to >= %(since)s AND batch.received_from < %(until)s
    AND batch.received_from >= %(since)s - INTERVAL '1 day' AND batch.origin = 'mqtt'
), every AS (
  SELECT date_bin(INTERVAL '1 hour', received_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') AS hour,
    1::bigint AS received, (outcome = 's')::integer AS stored, (outcome = 'r')::integer AS repeated,
    (outcome = 'x')::integer AS rejected, recovered::integer AS recovered, 0::bigint AS pending
  FROM own WHERE received_at >= %(since)s AND received_at < %(until)s
  UNION ALL
  SELECT hour, received, stored, repeated, rejected, recovered, pending FROM single WHERE mn = %(mn)s
  UNION ALL
  SELECT said.hour, said.messages, 0, 0, 0, 0, said.messages
  FROM pending AS said
  WHERE said.publisher = %(mn)s AND said.hour > %(since)s - INTERVAL '1 hour' AND said.hour < %(until)s
    AND EXISTS (
      SELECT FROM device_mn WHERE mn = said.publisher
        AND valid && tstzrange(said.hour, said.hour + INTERVAL '1 hour'))
)
SELECT hour, sum(received)::bigint, sum(stored), sum(repeated), sum(rejected), sum(recovered),
  sum(pending)::bigint
FROM every GROUP BY hour ORDER BY hour
"""
)


@contextmanager
def one_snapshot(connection: psycopg.Connection) -> Generator[None]:
    """Let all questions within be about the same moment: no frame moves between two answers."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    try:
        with connection.transaction():
            yield
    finally:
        connection.isolation_level = None


def device_accounts(
    connection: psycopg.Connection, since: datetime, until: datetime, mn: str | None = None
) -> list[DeviceAccount]:
    """Account for the frames received in [since, until) of each device, or of those that held `mn`.

    With `mn`, what came for a device while it held another is left out.
    """
    values = {"since": since, "until": until, "mn": mn}
    rows = connection.execute(DEVICES, values).fetchall()
    return [DeviceAccount._make(row) for row in rows]


def unknown_accounts(
    connection: psycopg.Connection, since: datetime, until: datetime, mn: str | None = None
) -> list[DeviceAccount]:
    """Account for the frames of senders that no device is registered for; all are rejected."""
    values = {"since": since, "until": until, "mn": mn}
    return [DeviceAccount._make(row) for row in connection.execute(UNKNOWN, values).fetchall()]


def hour_accounts(
    connection: psycopg.Connection, since: datetime, until: datetime, mn: str
) -> list[HourAccount]:
    """Account for one MN's frames by hour of receipt; hours without frames are left out."""
    values = {"since": since, "until": until, "mn": mn}
    return [HourAccount._make(row) for row in connection.execute(HOURS, values).fetchall()]
