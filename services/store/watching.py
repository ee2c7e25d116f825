"""Devices to be heard, how each was heard, and the silences between: present states of the watch.

It must not know when silence means something.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, LiteralString, cast

from schemas.watch import Gap, Heard, Newest, WatchedDevice
from services.store.session import Session

# Those that are to speak at some time after `since`.
DEVICES: Final = """
SELECT device.id, plant.id, device.code, plant.code, plant.name, plant.region, device.gateway,
  held.mn, device.realtime_interval_s, device.minute_interval_s,
  GREATEST(device.commissioned_at, lower(held.valid)), upper(held.valid)
FROM device
JOIN plant ON plant.id = device.plant
JOIN LATERAL (
  SELECT mn, valid FROM device_mn
  WHERE device_mn.device = device.id AND valid && tstzrange(%(since)s, %(now)s, '[]')
  ORDER BY lower(valid) DESC NULLS LAST LIMIT 1
) AS held ON true
WHERE device.commissioned_at <= %(now)s
ORDER BY device.id
"""
HEARD: Final = """
SELECT device, known_at, first_at, heard_at, looked_at, data_at, said_at, received_at, skews,
  clock_rejected_at
FROM device_heard ORDER BY device
"""
KEEP_HEARD: Final = """
INSERT INTO device_heard (device, known_at, first_at, heard_at, looked_at, data_at, said_at,
  received_at, skews, clock_rejected_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (device) DO UPDATE SET first_at = EXCLUDED.first_at, heard_at = EXCLUDED.heard_at,
  looked_at = EXCLUDED.looked_at, data_at = EXCLUDED.data_at, said_at = EXCLUDED.said_at,
  received_at = EXCLUDED.received_at, skews = EXCLUDED.skews,
  clock_rejected_at = EXCLUDED.clock_rejected_at
"""
GAPS: Final = """
SELECT device, since, until, said_at FROM device_gap WHERE until > %s ORDER BY device, since
"""
GAPS_OF: Final = """
SELECT gap.device, gap.since, gap.until, gap.said_at
FROM unnest(%s::integer[], %s::timestamptz[]) AS asked (device, first)
JOIN device_gap AS gap ON gap.device = asked.device AND gap.until > asked.first
"""
DROP_GAPS: Final = """
DELETE FROM device_gap USING unnest(%s::integer[], %s::timestamptz[]) AS gone (device, since)
WHERE device_gap.device = gone.device AND device_gap.since = gone.since
"""
# A device's records share their data time, so any of its channels tells it.
NEWEST: Final[LiteralString] = """
SELECT DISTINCT ON (channel.device) channel.device, newest.time, newest.sent_at, newest.received_at,
  channel.id, newest.span_s
FROM unnest(%(devices)s::integer[]) AS asked (device)
JOIN channel ON channel.device = asked.device
CROSS JOIN LATERAL (
  (SELECT time, sent_at, received_at, span_s FROM reading_realtime
   WHERE channel = channel.id AND time > %(since)s AND time < %(until)s ORDER BY time DESC LIMIT 1)
  UNION ALL
  (SELECT time, sent_at, received_at, span_s FROM reading_minute
   WHERE channel = channel.id AND time > %(since)s AND time < %(until)s ORDER BY time DESC LIMIT 1)
) AS newest
ORDER BY channel.device, newest.time DESC, newest.received_at DESC
"""
# Of a device that spoke before it was watched: when, as its readings tell.
LAST_READ: Final = """
SELECT DISTINCT ON (channel.device) channel.device, newest.received_at
FROM unnest(%s::integer[]) AS asked (device)
JOIN channel ON channel.device = asked.device
CROSS JOIN LATERAL (
  (SELECT received_at FROM reading_realtime WHERE channel = channel.id ORDER BY time DESC LIMIT 1)
  UNION ALL
  (SELECT received_at FROM reading_minute WHERE channel = channel.id ORDER BY time DESC LIMIT 1)
  UNION ALL
  (SELECT received_at FROM reading_hour WHERE channel = channel.id ORDER BY time DESC LIMIT 1)
) AS newest
ORDER BY channel.device, newest.received_at DESC
"""
SUBJECTS: Final = """
SELECT DISTINCT channel.device, point.subject
FROM channel
JOIN channel_binding AS binding ON binding.channel = channel.id
JOIN point ON point.id = binding.point
WHERE channel.device = ANY(%(devices)s::integer[])
  AND binding.valid && tstzrange(%(since)s, %(until)s, '[]')
ORDER BY channel.device, point.subject
"""
SLOTS_HELD: Final = """
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND classid = %s::bigint::oid AND objsubid = 2 AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
Moment = datetime | None
HeardRow = tuple[int, datetime, Moment, Moment, Moment, Moment, Moment, Moment, list[float], Moment]
DAY: Final = timedelta(days=1)
LOOKED_BACK: Final = timedelta(days=3)


def watched_devices(session: Session, since: datetime, now: datetime) -> list[WatchedDevice]:
    """The devices that held an MN at some time in [since, now], with the last of them.

    Raises psycopg.Error.
    """
    rows = session.execute(DEVICES, {"since": since, "now": now}).fetchall()
    return [WatchedDevice._make(row) for row in rows]


def read_heard(session: Session) -> dict[int, Heard]:
    """How every device was heard, by its id. Raises psycopg.Error."""
    rows = cast("list[HeardRow]", session.execute(HEARD).fetchall())
    return {row[0]: Heard(*row[:8], tuple(row[8]), row[9]) for row in rows}


def keep_heard(session: Session, rows: Iterable[Heard]) -> None:
    """Write how devices were heard, in the caller's transaction. Raises psycopg.Error."""
    with session.cursor() as cursor:
        cursor.executemany(KEEP_HEARD, [_heard_fields(one) for one in rows])


def _heard_fields(one: Heard) -> HeardRow:
    return (
        *(one.device, one.known_at, one.first_at, one.heard_at, one.looked_at, one.data_at),
        *(one.said_at, one.received_at, list(one.skews), one.clock_rejected_at),
    )


def last_read(session: Session, devices: Sequence[int]) -> dict[int, datetime]:
    """When the newest reading of each device was received; none of those that have no reading."""
    if not devices:
        return {}
    rows = session.execute(LAST_READ, (list(devices),)).fetchall()
    return dict(cast("list[tuple[int, datetime]]", rows))


def read_gaps(session: Session, after: datetime) -> list[Gap]:
    """The silences that ended after a moment. Raises psycopg.Error."""
    return [Gap(*row) for row in session.execute(GAPS, (after,)).fetchall()]


def gaps_around(session: Session, firsts: Mapping[int, datetime]) -> dict[int, frozenset[Gap]]:
    """The silences of devices that ended after each one's moment. Raises psycopg.Error."""
    rows = session.execute(GAPS_OF, (list(firsts), list(firsts.values()))).fetchall()
    found: dict[int, set[Gap]] = {}
    for row in rows:
        gap = Gap(*row)
        found.setdefault(gap.device, set()).add(gap)
    return {device: frozenset(gaps) for device, gaps in found.items()}


def keep_gaps(session: Session, gone: Collection[Gap], new: Collection[Gap]) -> None:
    """Replace silences by others, in the caller's transaction. Raises psycopg.Error."""
    if gone:
        session.execute(DROP_GAPS, ([one.device for one in gone], [one.since for one in gone]))
    with session.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO device_gap (device, since, until, said_at) VALUES (%s, %s, %s, %s)",
            [(one.device, one.since, one.until, one.said_at) for one in sorted(new)],
        )


def newest_readings_of(
    session: Session, devices: Sequence[int], now: datetime
) -> dict[int, Newest]:
    """The newest real-time or minute reading of each device, not older than three days.

    Raises psycopg.Error.
    """
    if not devices:
        return {}
    values = {"devices": list(devices), "since": now - LOOKED_BACK, "until": now + DAY}
    # Unprepared: planned for its own times, so that chunks are left out.
    rows = session.execute(NEWEST, values, prepare=False).fetchall()
    return {one.device: one for one in map(Newest._make, rows)}


def subjects_of(
    session: Session, devices: Sequence[int], span: tuple[datetime, datetime]
) -> dict[int, list[int]]:
    """The subjects that each device measured at some time in the span. Raises psycopg.Error."""
    values = {"devices": list(devices), "since": span[0], "until": span[1]}
    found: dict[int, list[int]] = {}
    for row in session.execute(SUBJECTS, values).fetchall():
        device, subject = cast("tuple[int, int]", row)
        found.setdefault(device, []).append(subject)
    return found


def slots_held(session: Session, lock: int) -> int:
    """How many slots a living ingest holds; `lock` is the first key of their locks."""
    row = session.execute(SLOTS_HELD, (lock,)).fetchone()
    return int(cast("int", row[0])) if row else 0
