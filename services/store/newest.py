"""The newest reading of each channel or of some outlets, for whoever looks at what comes in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import psycopg
from psycopg.rows import class_row, scalar_row


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

# A reading an outlet: the plants' first ones before their second ones, league (盟市) by league.
BY_OUTLET = """
WITH found AS (
  SELECT newest.time, plant.name AS plant, subject.code AS outlet, one.mn, one.code,
    as_read(newest.value, setting.scale, setting.sentinels) AS value,
    CASE WHEN newest.value = ANY (setting.sentinels) THEN NULL
      ELSE as_read(newest.converted, setting.scale, setting.sentinels) END AS converted,
    COALESCE(setting.unit, '') AS unit, newest.flag, plant.id, left(plant.region, 4) AS league,
    row_number() OVER (PARTITION BY subject.id
      ORDER BY one.code = ANY (%(codes)s) DESC, md5(%(turn)s || one.channel)) AS in_outlet,
    md5(%(turn)s || subject.id) AS chance
  FROM plant
  JOIN subject ON subject.plant = plant.id
  CROSS JOIN LATERAL (
    SELECT channel.id AS channel, channel.code, device_mn.mn
    FROM point
    JOIN channel_binding AS binding ON binding.point = point.id
    JOIN channel ON channel.id = binding.channel
    JOIN device_mn ON device_mn.device = channel.device
      AND device_mn.valid @> %(until)s::timestamptz
    WHERE point.subject = subject.id AND point.side <> 'state'
      AND binding.valid @> %(until)s::timestamptz AND binding.rank = 'main'
  ) AS one
  CROSS JOIN LATERAL (
    SELECT time, value, converted, flag FROM reading_realtime
    WHERE reading_realtime.channel = one.channel
      AND reading_realtime.time > %(since)s AND reading_realtime.time <= %(until)s
    ORDER BY time DESC LIMIT 1
  ) AS newest
  LEFT JOIN channel_setting AS setting
    ON setting.channel = one.channel AND setting.valid @> newest.time
), placed AS (
  SELECT *, row_number() OVER (PARTITION BY id ORDER BY chance) AS in_plant
  FROM found WHERE in_outlet = 1
)
SELECT time, plant, outlet, mn, code, value, converted, unit, flag FROM placed
ORDER BY in_plant, row_number() OVER (PARTITION BY league, in_plant ORDER BY chance),
  md5(%(turn)s || league)
LIMIT %(limit)s
"""
STORED = "SELECT COALESCE(sum(stored), 0)::bigint FROM batch"


def newest_readings(
    connection: psycopg.Connection, since: datetime, until: datetime, limit: int
) -> list[NewestReading]:
    """The newest real-time reading of each main channel after `since` and up to `until`.

    In the order of plants and channels, at most `limit`. Raises psycopg.Error.
    """
    with connection.cursor(row_factory=class_row(NewestReading)) as cursor:
        cursor.execute(NEWEST, {"since": since, "until": until, "limit": limit})
        return cursor.fetchall()


@dataclass(frozen=True, slots=True)
class Choice:
    """Which readings to take: of `codes` where there are some, and other ones each `turn`."""

    codes: Sequence[str]
    turn: int
    limit: int


def newest_by_outlet(
    connection: psycopg.Connection, since: datetime, until: datetime, choice: Choice
) -> list[NewestReading]:
    """One newest real-time reading each of different outlets, spread over plants and leagues.

    Raises psycopg.Error.
    """
    wanted = {
        "since": since,
        "until": until,
        "codes": list(choice.codes),
        "turn": f"{choice.turn} ",
        "limit": choice.limit,
    }
    with connection.cursor(row_factory=class_row(NewestReading)) as cursor:
        cursor.execute(BY_OUTLET, wanted)
        return cursor.fetchall()


def frames_stored(connection: psycopg.Connection) -> int:
    """How many frames have been stored since the database was made; reads all batches."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute(STORED)
        return int(cursor.fetchone() or 0)
