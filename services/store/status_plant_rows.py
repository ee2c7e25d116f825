"""The registry's rows of one plant, as it is registered now: for questions about that plant alone.

It must not know what is asked.
"""

from collections.abc import Iterable
from typing import Final, LiteralString, cast

from schemas.registry_rows import (
    BindingRow,
    ChannelRow,
    DeviceRow,
    GroupRow,
    PlantRow,
    PointRow,
    RegistryRows,
    SettingRow,
    SubjectRow,
    WayRow,
)
from services.store.session import Session

PLANT: Final = (
    "SELECT id, code, name, name_en, region, credit_code, permit, industry, longitude, latitude"
    " FROM plant WHERE id = %s"
)
SUBJECTS: Final = """
SELECT subject.id, subject.plant, subject.kind, subject.code, subject.name, outlet.medium,
  outlet.reference_oxygen, outlet.successor, outlet.merged_at, outlet.role, process_unit.process,
  process_unit.fuel, process_unit.rated_capacity, process_unit.rated_unit,
  treatment_facility.treatment, treatment_facility.design_capacity,
  treatment_facility.design_unit, treatment_facility.commissioned_on
FROM subject LEFT JOIN outlet ON outlet.id = subject.id
LEFT JOIN process_unit ON process_unit.id = subject.id
LEFT JOIN treatment_facility ON treatment_facility.id = subject.id
WHERE subject.plant = %s ORDER BY subject.code
"""
GROUPS: Final = """
SELECT id, plant, code, needed,
  ARRAY(SELECT facility FROM facility_group_member WHERE facility_group = one.id ORDER BY facility),
  ARRAY(SELECT ARRAY[unit, outlet, place] FROM facility_group_path WHERE facility_group = one.id
    ORDER BY unit, outlet)
FROM facility_group AS one WHERE plant = %s ORDER BY code
"""
DEVICES: Final = """
SELECT id, plant, code, protocol, crc, utc_offset_s, realtime_interval_s, minute_interval_s,
  unflagged_as, commissioned_at, gateway, policies
FROM device WHERE plant = %s ORDER BY code
"""
POINTS: Final = """
SELECT point.id, point.subject, side, point.code
FROM point JOIN subject ON subject.id = point.subject WHERE subject.plant = %s ORDER BY point.id
"""
CHANNELS: Final = """
SELECT channel.id, channel.device, channel.code
FROM channel JOIN device ON device.id = channel.device WHERE device.plant = %s ORDER BY channel.id
"""
BINDINGS: Final = """
SELECT binding.channel, binding.point, binding.rank, lower(valid), upper(valid)
FROM channel_binding AS binding JOIN channel ON channel.id = binding.channel
JOIN device ON device.id = channel.device WHERE device.plant = %s ORDER BY binding.channel, valid
"""
SETTINGS: Final = """
SELECT setting.channel, lower(valid), upper(valid), unit, scale, range_min, range_max, cycle_s,
  sentinels, total_scale
FROM channel_setting AS setting JOIN channel ON channel.id = setting.channel
JOIN device ON device.id = channel.device WHERE device.plant = %s ORDER BY setting.channel, valid
"""


def read_plant_rows(session: Session, plant: int) -> RegistryRows:
    """One plant with all that stands in it; regions and MNs are left out. Raises psycopg.Error."""
    subjects = map(SubjectRow._make, _rows(session, SUBJECTS, plant))
    found = RegistryRows(
        plants={one.id: one for one in map(PlantRow._make, _rows(session, PLANT, plant))},
        subjects={one.id: one for one in subjects},
        groups={one.id: one for one in _groups(session, plant)},
        devices={one.id: one for one in _devices(session, plant)},
        points={one.id: one for one in map(PointRow._make, _rows(session, POINTS, plant))},
        channels={one.id: one for one in map(ChannelRow._make, _rows(session, CHANNELS, plant))},
    )
    for one in map(BindingRow._make, _rows(session, BINDINGS, plant)):
        found.bindings.setdefault(one.channel, []).append(one)
    for one in _settings(session, plant):
        found.settings.setdefault(one.channel, []).append(one)
    return found


def _devices(session: Session, plant: int) -> Iterable[DeviceRow]:
    for *front, policies in _rows(session, DEVICES, plant):
        yield DeviceRow._make([*front, tuple(cast("list[str]", policies))])


def _settings(session: Session, plant: int) -> Iterable[SettingRow]:
    for *front, sentinels, total_scale in _rows(session, SETTINGS, plant):
        yield SettingRow._make([*front, tuple(cast("list[float]", sentinels)), total_scale])


def _groups(session: Session, plant: int) -> Iterable[GroupRow]:
    for *front, members, ways in _rows(session, GROUPS, plant):
        key, own, code, needed = cast("tuple[int, int, str, int]", tuple(front))
        served = tuple(WayRow._make(way) for way in cast("list[list[int]]", ways))
        yield GroupRow(key, own, code, needed, tuple(cast("list[int]", members)), served)


def _rows(session: Session, query: LiteralString, plant: int) -> list[tuple[object, ...]]:
    return session.cursor(binary=True).execute(query, (plant,)).fetchall()
