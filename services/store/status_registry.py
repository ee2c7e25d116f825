"""Plants and what stands in them, as they are registered now, for whoever looks them up.

It must not know who asks.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from services.store.session import Session


class ListedPlant(NamedTuple):
    """A plant with how many outlets and devices it has."""

    code: str
    name: str
    name_en: str | None
    region: str
    region_name: str
    credit_code: str | None
    permit: str | None
    industry: str | None
    longitude: float | None
    latitude: float | None
    outlets: int
    devices: int


class RegisteredSubject(NamedTuple):
    """An outlet, unit or facility; the fields of the other kinds are None."""

    id: int
    kind: str
    code: str
    name: str
    medium: str | None
    role: str | None
    reference_oxygen: float | None
    merged_at: datetime | None
    process: str | None
    fuel: str | None
    rated_capacity: float | None
    rated_unit: str | None
    treatment: str | None
    design_capacity: float | None
    design_unit: str | None
    commissioned_on: date | None


class RegisteredDevice(NamedTuple):
    """A logger with the MN it holds, and when it was last heard; None: never, or no MN."""

    code: str
    mn: str | None
    protocol: str
    realtime_interval_s: int
    minute_interval_s: int
    commissioned_at: datetime
    gateway: str | None
    heard_at: datetime | None


PLANTS = """
SELECT plant.code, plant.name, plant.name_en, plant.region, region.name, credit_code, permit,
  industry, longitude, latitude,
  (SELECT count(*)::integer FROM subject WHERE subject.plant = plant.id AND kind = 'outlet'),
  (SELECT count(*)::integer FROM device WHERE device.plant = plant.id)
FROM plant JOIN region ON region.code = plant.region
WHERE (%(plants)s::integer[] IS NULL OR plant.id = ANY(%(plants)s::integer[]))
  AND (%(named)s::text IS NULL OR strpos(lower(plant.name), lower(%(named)s::text)) > 0
    OR strpos(lower(plant.code), lower(%(named)s::text)) > 0)
  AND (%(after)s::text IS NULL OR plant.code COLLATE "C" > %(after)s::text)
ORDER BY plant.code COLLATE "C" LIMIT %(most)s
"""
SUBJECTS = """
SELECT subject.id, subject.kind, subject.code, subject.name, medium, role, reference_oxygen,
  merged_at, process, fuel, rated_capacity, rated_unit, treatment, design_capacity, design_unit,
  commissioned_on
FROM subject
LEFT JOIN outlet ON outlet.id = subject.id
LEFT JOIN process_unit ON process_unit.id = subject.id
LEFT JOIN treatment_facility ON treatment_facility.id = subject.id
WHERE subject.plant = %s
ORDER BY subject.kind COLLATE "C", subject.code COLLATE "C"
"""
DEVICES = """
SELECT device.code, device_mn.mn, protocol, realtime_interval_s, minute_interval_s, commissioned_at,
  gateway, heard.heard_at
FROM device
LEFT JOIN device_mn ON device_mn.device = device.id AND device_mn.valid @> %(at)s::timestamptz
LEFT JOIN device_heard AS heard ON heard.device = device.id
WHERE device.plant = %(plant)s ORDER BY device.code COLLATE "C"
"""


def list_plants(
    session: Session,
    plants: Sequence[int] | None,
    most: int,
    after: str | None = None,
    named: str | None = None,
) -> list[ListedPlant]:
    """At most `most` of these plants (None: all) behind a code; `named`: part of name or code.

    Raises psycopg.Error.
    """
    values = {
        "plants": None if plants is None else list(plants),
        "most": most,
        "after": after,
        "named": named,
    }
    return [ListedPlant._make(row) for row in session.execute(PLANTS, values).fetchall()]


def registered_subjects(session: Session, plant: int) -> list[RegisteredSubject]:
    """All that stands in a plant. Raises psycopg.Error."""
    rows = session.execute(SUBJECTS, (plant,)).fetchall()
    return [RegisteredSubject._make(row) for row in rows]


def registered_devices(session: Session, plant: int, at: datetime) -> list[RegisteredDevice]:
    """The plant's loggers with their MNs at a time. Raises psycopg.Error."""
    rows = session.execute(DEVICES, {"plant": plant, "at": at}).fetchall()
    return [RegisteredDevice._make(row) for row in rows]
