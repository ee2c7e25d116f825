"""The newest reading of each channel, for whoever looks at what comes in."""

from datetime import datetime
from typing import NamedTuple

import psycopg
from psycopg.rows import class_row


class NewestReading(NamedTuple):
    """A channel's newest real-time reading, scaled to the channel's unit (as sent: 1)."""

    time: datetime
    plant: str
    outlet: str
    mn: str
    code: str
    value: float | None
    converted: float | None
    unit: str
    flag: str | None


# One look into the primary key per channel, bounded in time so that old chunks are never opened.
NEWEST = """
SELECT newest.time, plant.name AS plant, subject.code AS outlet, device_mn.mn, channel.code,
  as_read(newest.value, setting.scale, setting.sentinels) AS value,
  CASE WHEN newest.value = ANY (setting.sentinels) THEN NULL
    ELSE as_read(newest.converted, setting.scale, setting.sentinels) END AS converted,
  COALESCE(setting.unit, '') AS unit, newest.flag
FROM channel_binding AS binding
JOIN channel ON channel.id = binding.channel
JOIN point ON point.id = binding.point AND point.side <> 'state'
JOIN subject ON subject.id = point.subject
JOIN plant ON plant.id = subject.plant
JOIN device_mn ON device_mn.device = channel.device AND device_mn.valid @> %(until)s::timestamptz
CROSS JOIN LATERAL (
  SELECT time, value, converted, flag FROM reading_realtime
  WHERE reading_realtime.channel = channel.id
    AND reading_realtime.time > %(since)s AND reading_realtime.time <= %(until)s
  ORDER BY time DESC LIMIT 1
) AS newest
LEFT JOIN channel_setting AS setting
  ON setting.channel = channel.id AND setting.valid @> newest.time
WHERE binding.valid @> %(until)s::timestamptz AND binding.rank = 'main'
ORDER BY plant.name, subject.code, device_mn.mn, channel.id
LIMIT %(limit)s
"""


def newest_readings(
    connection: psycopg.Connection, since: datetime, until: datetime, limit: int
) -> list[NewestReading]:
    """The newest real-time reading of each main channel after `since` and up to `until`.

    In the order of plants and channels, at most `limit`. Raises psycopg.Error.
    """
    with connection.cursor(row_factory=class_row(NewestReading)) as cursor:
        cursor.execute(NEWEST, {"since": since, "until": until, "limit": limit})
        return cursor.fetchall()
