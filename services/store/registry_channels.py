"""Devices, their MNs, points, channels, bindings and settings: written by slices.

A channel keeps its id for ever, because readings hang on it; its bindings and settings do not.
"""

from datetime import datetime
from typing import NamedTuple

import psycopg
from psycopg.types.range import Range

from schemas.registry_rows import DeviceRow, RegistryRows
from services.store.registry_ids import Values, Writing


def write_devices(writing: Writing, rows: RegistryRows) -> None:
    """Insert new devices, update the others."""
    new = [
        row._replace(plant=writing.real("plant", row.plant))
        for row in rows.devices.values()
        if row.id < 0
    ]
    writing.insert(
        "device",
        "INSERT INTO device (plant, code, protocol, crc, utc_offset_s, realtime_interval_s,"
        " minute_interval_s, unflagged_as, commissioned_at, gateway, policies)"
        " SELECT plant, code, protocol, crc, utc_offset_s, realtime_interval_s, minute_interval_s,"
        " unflagged_as, commissioned_at, gateway, policies::text[]"
        " FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::int[],"
        " %s::int[], %s::int[], %s::text[], %s::timestamptz[], %s::text[], %s::text[])"
        " AS new (plant, code, protocol, crc, utc_offset_s, realtime_interval_s,"
        " minute_interval_s, unflagged_as, commissioned_at, gateway, policies)"
        " RETURNING id, plant, code",
        [_device_values(row)[1:] for row in new],
        [(row.id, row.plant, row.code) for row in new],
    )
    writing.run(
        "device",
        "UPDATE device SET protocol = new.protocol, crc = new.crc,"
        " utc_offset_s = new.utc_offset_s, realtime_interval_s = new.realtime_interval_s,"
        " minute_interval_s = new.minute_interval_s, unflagged_as = new.unflagged_as,"
        " commissioned_at = new.commissioned_at, gateway = new.gateway,"
        " policies = new.policies::text[]"
        " FROM unnest(%s::int[], %s::int[], %s::text[], %s::text[], %s::text[], %s::int[],"
        " %s::int[], %s::int[], %s::text[], %s::timestamptz[], %s::text[], %s::text[])"
        " AS new (id, plant, code, protocol, crc, utc_offset_s, realtime_interval_s,"
        " minute_interval_s, unflagged_as, commissioned_at, gateway, policies)"
        " WHERE device.id = new.id",
        [_device_values(row) for row in rows.devices.values() if row.id > 0],
    )


def _device_values(row: DeviceRow) -> Values:
    # One array of arrays would have to be even: each goes as its text.
    return (*row[:-1], "{" + ",".join(row.policies) + "}")


def write_mns(writing: Writing, rows: RegistryRows) -> None:
    """Write the MNs of the devices named anew; an MN may pass from one to the other."""
    known = [device for device in rows.mns if device > 0]
    writing.connection.execute("DELETE FROM device_mn WHERE device = ANY(%s::int[])", (known,))
    writing.run(
        "mn",
        "INSERT INTO device_mn (device, mn, valid) SELECT device, mn, tstzrange(since, until)"
        " FROM unnest(%s::int[], %s::text[], %s::timestamptz[], %s::timestamptz[])"
        " AS new (device, mn, since, until)",
        [
            (writing.real("device", device), *row[1:])
            for device, held in rows.mns.items()
            for row in held
        ],
    )


def write_points(writing: Writing, rows: RegistryRows) -> None:
    """Insert new points; a point never changes."""
    new = [
        row._replace(subject=writing.real("subject", row.subject)) for row in rows.points.values()
    ]
    writing.insert(
        "point",
        "INSERT INTO point (subject, side, code)"
        " SELECT * FROM unnest(%s::int[], %s::text[], %s::text[]) RETURNING id, subject, side, code",
        [row[1:] for row in new],
        [tuple(row) for row in new],
    )


def write_channels(writing: Writing, rows: RegistryRows) -> None:
    """Insert new channels; a channel never changes."""
    new: list[Values] = [
        row._replace(device=writing.real("device", row.device)) for row in rows.channels.values()
    ]
    writing.insert(
        "channel",
        "INSERT INTO channel (device, code) SELECT * FROM unnest(%s::int[], %s::text[])"
        " RETURNING id, device, code",
        [row[1:] for row in new],
        new,
    )


def write_bindings(writing: Writing, rows: RegistryRows) -> None:
    """Write the bindings of the channels named anew; they may change places with each other.

    Whether two overlap is for `overlap_of_mains` and the constraints to say.
    """
    run = writing.connection.execute
    run("SET CONSTRAINTS one_binding_per_channel, one_main_per_point DEFERRED")
    known = [channel for channel in rows.bindings if channel > 0]
    run("DELETE FROM channel_binding WHERE channel = ANY(%s::int[])", (known,))
    writing.run(
        "channel",
        "INSERT INTO channel_binding (channel, point, rank, valid)"
        " SELECT channel, point, rank, tstzrange(since, until)"
        " FROM unnest(%s::int[], %s::int[], %s::text[], %s::timestamptz[], %s::timestamptz[])"
        " AS new (channel, point, rank, since, until)",
        [
            (writing.real("channel", channel), writing.real("point", row.point), *row[2:])
            for channel, bound in rows.bindings.items()
            for row in bound
        ],
    )


def check_bindings(writing: Writing) -> None:
    """Make the constraints look at the bindings written.

    Raises psycopg.errors.ExclusionViolation; the transaction can go on then.
    """
    with writing.connection.transaction():
        writing.connection.execute(
            "SET CONSTRAINTS one_binding_per_channel, one_main_per_point IMMEDIATE"
        )


OVERLAP = """
SELECT subject.code || '/' || point.side || '/' || point.code, one.valid * other.valid,
  plant.code || ' / ' || device.code || ' / ' || channel.code, one.valid,
  other_plant.code || ' / ' || other_device.code || ' / ' || other_channel.code, other.valid
FROM channel_binding AS one
JOIN channel_binding AS other ON other.point = one.point AND other.rank = 'main'
  AND other.valid && one.valid AND other.channel > one.channel
JOIN point ON point.id = one.point JOIN subject ON subject.id = point.subject
JOIN channel ON channel.id = one.channel JOIN device ON device.id = channel.device
JOIN plant ON plant.id = device.plant
JOIN channel AS other_channel ON other_channel.id = other.channel
JOIN device AS other_device ON other_device.id = other_channel.device
JOIN plant AS other_plant ON other_plant.id = other_device.plant
WHERE one.rank = 'main'
LIMIT 1
"""


class MainsOverlap(NamedTuple):
    """Two main channels of a point, each with its plant, device, code and time."""

    point: str
    both: Range[datetime]
    one: str
    one_valid: Range[datetime]
    other: str
    other_valid: Range[datetime]


def overlap_of_mains(connection: psycopg.Connection) -> MainsOverlap | None:
    """Two main channels of one point at one time, if there are."""
    row = connection.execute(OVERLAP).fetchone()
    return None if row is None else MainsOverlap._make(row)


def write_settings(writing: Writing, rows: RegistryRows) -> None:
    """Write the settings of the channels named anew."""
    known = [channel for channel in rows.settings if channel > 0]
    writing.connection.execute(
        "DELETE FROM channel_setting WHERE channel = ANY(%s::int[])", (known,)
    )
    writing.run(
        "setting",
        "INSERT INTO channel_setting (channel, valid, unit, scale, range_min, range_max, cycle_s,"
        " sentinels, total_scale) SELECT channel, tstzrange(since, until), unit, scale, range_min,"
        " range_max, cycle_s, sentinels::float8[], total_scale"
        " FROM unnest(%s::int[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::float8[],"
        " %s::float8[], %s::float8[], %s::int[], %s::text[], %s::float8[])"
        " AS new (channel, since, until, unit, scale, range_min, range_max, cycle_s, sentinels,"
        " total_scale)",
        [
            # One array of arrays would have to be even: each goes as its text.
            (writing.real("channel", channel), *row[1:-2], _array(row.sentinels), row.total_scale)
            for channel, settings in rows.settings.items()
            for row in settings
        ],
    )


def _array(numbers: tuple[float, ...]) -> str:
    return "{" + ",".join(map(repr, numbers)) + "}"
