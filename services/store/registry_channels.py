"""Devices, their MNs, points, channels and settings: written by slices.

A changed channel keeps its id, because readings hang on it.
"""

from schemas.registry_rows import ChannelRow, DeviceRow, RegistryRows
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
    """Update changed channels, then insert new ones.

    Two may change places, which the exclusion constraints refuse row by row. So all that change
    are first parked in antiquity, each in a second of its own, where no other is.
    """
    changed: list[Values] = [_values(writing, row) for row in rows.channels.values() if row.id > 0]
    writing.connection.execute(
        "UPDATE channel SET valid = tstzrange("
        "TIMESTAMPTZ '0001-01-01 00:00:00+00' + id * INTERVAL '1 second',"
        " TIMESTAMPTZ '0001-01-01 00:00:01+00' + id * INTERVAL '1 second')"
        " WHERE id = ANY(%s::int[])",
        ([row[0] for row in changed],),
    )
    writing.run(
        "channel",
        "UPDATE channel SET point = new.point, rank = new.rank,"
        " valid = tstzrange(new.since, new.until)"
        " FROM unnest(%s::int[], %s::int[], %s::text[], %s::int[], %s::text[], %s::timestamptz[],"
        " %s::timestamptz[]) AS new (id, device, code, point, rank, since, until)"
        " WHERE channel.id = new.id",
        changed,
    )
    new = [_values(writing, row) for row in rows.channels.values() if row.id < 0]
    writing.insert(
        "channel",
        "INSERT INTO channel (device, code, point, rank, valid)"
        " SELECT device, code, point, rank, tstzrange(since, until)"
        " FROM unnest(%s::int[], %s::text[], %s::int[], %s::text[], %s::timestamptz[],"
        " %s::timestamptz[]) AS new (device, code, point, rank, since, until)"
        " RETURNING id, device, code, lower(valid)",
        [row[1:] for row in new],
        [(row[0], row[1], row[2], row[5]) for row in new],
    )


def _values(writing: Writing, row: ChannelRow) -> Values:
    return row._replace(
        device=writing.real("device", row.device), point=writing.real("point", row.point)
    )


def write_settings(writing: Writing, rows: RegistryRows) -> None:
    """Write the settings of the channels named anew."""
    known = [channel for channel in rows.settings if channel > 0]
    writing.connection.execute(
        "DELETE FROM channel_setting WHERE channel = ANY(%s::int[])", (known,)
    )
    writing.run(
        "setting",
        "INSERT INTO channel_setting (channel, valid, unit, scale, range_min, range_max, cycle_s,"
        " sentinels) SELECT channel, tstzrange(since, until), unit, scale, range_min, range_max,"
        " cycle_s, sentinels::float8[]"
        " FROM unnest(%s::int[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::float8[],"
        " %s::float8[], %s::float8[], %s::int[], %s::text[])"
        " AS new (channel, since, until, unit, scale, range_min, range_max, cycle_s, sentinels)",
        [
            # One array of arrays would have to be even: each goes as its text.
            (writing.real("channel", channel), *row[1:-1], _array(row.sentinels))
            for channel, settings in rows.settings.items()
            for row in settings
        ],
    )


def _array(numbers: tuple[float, ...]) -> str:
    return "{" + ",".join(map(repr, numbers)) + "}"
