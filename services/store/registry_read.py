"""The whole registry as rows, for whoever compares or exports it."""

from collections.abc import Iterable
from typing import LiteralString, TypeVar, cast

import psycopg

from schemas.registry_rows import (
    BindingRow,
    ChannelRow,
    DeviceRow,
    GroupRow,
    MnRow,
    PlantRow,
    PointRow,
    RegionRow,
    RegistryRows,
    SettingRow,
    SubjectRow,
    WayRow,
)

PLANTS = (
    "SELECT id, code, name, name_en, region, credit_code, permit, industry, longitude, latitude"
    " FROM plant ORDER BY code"
)
SUBJECTS = (
    "SELECT subject.id, subject.plant, subject.kind, subject.code, subject.name, outlet.medium,"
    " outlet.reference_oxygen, outlet.successor, outlet.merged_at, outlet.role,"
    " process_unit.process, process_unit.fuel, process_unit.rated_capacity,"
    " process_unit.rated_unit,"
    " treatment_facility.treatment, treatment_facility.design_capacity,"
    " treatment_facility.design_unit, treatment_facility.commissioned_on"
    " FROM subject LEFT JOIN outlet ON outlet.id = subject.id"
    " LEFT JOIN process_unit ON process_unit.id = subject.id"
    " LEFT JOIN treatment_facility ON treatment_facility.id = subject.id"
    " ORDER BY subject.plant, subject.code"
)
MEMBERS = "SELECT facility_group, facility FROM facility_group_member ORDER BY facility"
WAYS = "SELECT facility_group, unit, outlet, place FROM facility_group_path ORDER BY unit, outlet"
DEVICES = (
    "SELECT id, plant, code, protocol, crc, utc_offset_s, realtime_interval_s, minute_interval_s,"
    " unflagged_as, commissioned_at, gateway, policies FROM device ORDER BY plant, code"
)
MNS = "SELECT device, mn, lower(valid), upper(valid) FROM device_mn ORDER BY device, valid"
CHANNELS = "SELECT id, device, code FROM channel ORDER BY device, code"
BINDINGS = (
    "SELECT channel, point, rank, lower(valid), upper(valid) FROM channel_binding"
    " ORDER BY channel, valid"
)
SETTINGS = (
    "SELECT channel, lower(valid), upper(valid), unit, scale, range_min, range_max, cycle_s,"
    " sentinels, total_scale FROM channel_setting ORDER BY channel, valid"
)
Keyed = TypeVar("Keyed", PlantRow, SubjectRow, DeviceRow, PointRow, ChannelRow)
Listed = TypeVar("Listed", MnRow, BindingRow, SettingRow)


def read_registry(connection: psycopg.Connection) -> RegistryRows:
    """Read every row; the caller's transaction decides what is seen.

    Raises psycopg.Error.
    """
    regions = _rows(connection, "SELECT code, name, name_en, parent FROM region ORDER BY code")
    points = _rows(connection, "SELECT id, subject, side, code FROM point ORDER BY id")
    return RegistryRows(
        regions={row.code: row for row in map(RegionRow._make, regions)},
        plants=_keyed(map(PlantRow._make, _rows(connection, PLANTS))),
        subjects=_keyed(map(SubjectRow._make, _rows(connection, SUBJECTS))),
        groups=_groups(connection),
        devices=_keyed(_devices(connection)),
        mns=_listed((row.device, row) for row in map(MnRow._make, _rows(connection, MNS))),
        points=_keyed(map(PointRow._make, points)),
        channels=_keyed(map(ChannelRow._make, _rows(connection, CHANNELS))),
        settings=_listed((row.channel, row) for row in _settings(connection)),
        bindings=_listed(
            (row.channel, row) for row in map(BindingRow._make, _rows(connection, BINDINGS))
        ),
    )


def _rows(connection: psycopg.Connection, query: LiteralString) -> list[tuple[object, ...]]:
    cursor = connection.cursor(binary=True)
    return cast("list[tuple[object, ...]]", cursor.execute(query).fetchall())


def _keyed(rows: Iterable[Keyed]) -> dict[int, Keyed]:
    return {row.id: row for row in rows}


def _listed(rows: Iterable[tuple[int, Listed]]) -> dict[int, list[Listed]]:
    found: dict[int, list[Listed]] = {}
    for key, row in rows:
        found.setdefault(key, []).append(row)
    return found


def _devices(connection: psycopg.Connection) -> Iterable[DeviceRow]:
    for row in _rows(connection, DEVICES):
        *front, policies = row
        yield DeviceRow._make([*front, tuple(cast("list[str]", policies))])


def _settings(connection: psycopg.Connection) -> Iterable[SettingRow]:
    for row in _rows(connection, SETTINGS):
        *front, sentinels, total_scale = row
        yield SettingRow._make([*front, tuple(cast("list[float]", sentinels)), total_scale])


def _groups(connection: psycopg.Connection) -> dict[int, GroupRow]:
    members: dict[int, list[int]] = {}
    for group, facility in cast("list[tuple[int, int]]", _rows(connection, MEMBERS)):
        members.setdefault(group, []).append(facility)
    ways: dict[int, list[WayRow]] = {}
    for group, *way in cast("list[tuple[int, ...]]", _rows(connection, WAYS)):
        ways.setdefault(group, []).append(WayRow._make(way))
    query = "SELECT id, plant, code, needed FROM facility_group ORDER BY plant, code"
    rows = cast("list[tuple[int, int, str, int]]", _rows(connection, query))
    return {
        row[0]: GroupRow(*row, tuple(members.get(row[0], ())), tuple(ways.get(row[0], ())))
        for row in rows
    }
