"""What became of every frame: received = stored + repeated + rejected, per device and hour.

From the batches alone: each frame has its device, its time of receipt and its outcome there.
"""

from datetime import datetime
from typing import NamedTuple, cast

import psycopg


class DeviceAccount(NamedTuple):
    """A device's frames of a period; its last reading's times, where it has one in the period."""

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

    @property
    def lag_s(self) -> float | None:
        """Seconds from the DataTime of the newest reading to its receipt."""
        if self.last_data_time is None or self.last_data_received is None:
            return None
        return (self.last_data_received - self.last_data_time).total_seconds()

    @property
    def reject_share(self) -> float | None:
        """Rejected of received; None when nothing came."""
        return self.rejected / self.received if self.received else None


class HourAccount(NamedTuple):
    """The frames of one MN received in the hour that begins at `hour`."""

    hour: datetime
    received: int
    stored: int
    repeated: int
    rejected: int


DEVICES = """
WITH frame AS MATERIALIZED (
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
      AND batch.received_from >= %(since)s - INTERVAL '1 day'
  ) AS single
  WHERE received_at >= %(since)s AND received_at < %(until)s
  GROUP BY device
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
SELECT held.mn, plant.code, device.code, frame.last_contact, newest.time, newest.received_at,
  COALESCE(frame.received, 0), COALESCE(frame.stored, 0), COALESCE(frame.repeated, 0),
  COALESCE(frame.rejected, 0)
FROM device
JOIN plant ON plant.id = device.plant
JOIN LATERAL (
  SELECT mn FROM device_mn WHERE device_mn.device = device.id AND lower(valid) < %(until)s
  ORDER BY lower(valid) DESC LIMIT 1
) AS held ON true
LEFT JOIN frame ON frame.device = device.id
LEFT JOIN newest ON newest.device = device.id
WHERE %(mn)s::text IS NULL OR held.mn = %(mn)s
ORDER BY plant.code, device.code
"""
UNKNOWN = """
SELECT reject.mn, count(*), max(reject.received_at)
FROM reject
WHERE reject.device IS NULL AND reject.whole AND reject.received_at >= %(since)s
  AND reject.received_at < %(until)s AND (%(mn)s::text IS NULL OR reject.mn = %(mn)s)
GROUP BY reject.mn ORDER BY reject.mn
"""
HOURS = """
SELECT date_bin(INTERVAL '1 hour', received_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') AS hour,
  count(*), count(*) FILTER (WHERE outcome = 's'), count(*) FILTER (WHERE outcome = 'r'),
  count(*) FILTER (WHERE outcome = 'x')
FROM (
  SELECT batch.received_from + part.ms * INTERVAL '1 millisecond' AS received_at, part.outcome
  FROM batch, LATERAL unnest(batch.devices, batch.received_ms, string_to_array(batch.outcomes, NULL))
    AS part (device, ms, outcome)
  WHERE batch.received_to >= %(since)s AND batch.received_from < %(until)s
    AND batch.received_from >= %(since)s - INTERVAL '1 day'
    AND EXISTS (
      SELECT FROM device_mn WHERE device_mn.device = part.device AND mn = %(mn)s
        AND valid @> batch.received_from + part.ms * INTERVAL '1 millisecond')
  UNION ALL
  SELECT reject.received_at, 'x' FROM reject
  WHERE reject.device IS NULL AND reject.whole AND reject.mn = %(mn)s
    AND reject.received_at >= %(since)s AND reject.received_at < %(until)s
) AS single
WHERE received_at >= %(since)s AND received_at < %(until)s
GROUP BY 1 ORDER BY 1
"""


def device_accounts(
    connection: psycopg.Connection, since: datetime, until: datetime, mn: str | None = None
) -> list[DeviceAccount]:
    """Account for the frames received in [since, until) of each device, or of the one with `mn`."""
    values = {"since": since, "until": until, "mn": mn}
    rows = connection.execute(DEVICES, values).fetchall()
    return [DeviceAccount._make(row) for row in rows]


def unknown_accounts(
    connection: psycopg.Connection, since: datetime, until: datetime, mn: str | None = None
) -> list[DeviceAccount]:
    """Account for the frames of senders that no device is registered for; all are rejected."""
    values = {"since": since, "until": until, "mn": mn}
    rows = connection.execute(UNKNOWN, values).fetchall()
    return [
        DeviceAccount(found or "", "", "", last, None, None, count, 0, 0, count)
        for found, count, last in cast("list[tuple[str | None, int, datetime]]", rows)
    ]


def hour_accounts(
    connection: psycopg.Connection, since: datetime, until: datetime, mn: str
) -> list[HourAccount]:
    """Account for one MN's frames by hour of receipt; hours without frames are left out."""
    values = {"since": since, "until": until, "mn": mn}
    return [HourAccount._make(row) for row in connection.execute(HOURS, values).fetchall()]
