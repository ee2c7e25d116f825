"""A plant and what stood in it as it was registered below a position.

It must not know who asks.
"""

from datetime import datetime
from typing import Final

from psycopg import sql

from services.store.export_places import table_known
from services.store.session import Session
from services.store.status_place import PlacePoint
from services.store.status_registry import ListedPlant, RegisteredDevice, RegisteredSubject

TABLES: Final = (
    "plant", "region", "subject", "outlet", "process_unit", "treatment_facility", "device",
    "device_mn", "point", "channel_binding", "channel_setting",
)  # fmt: skip
PLANT = sql.SQL("""
SELECT plant.code, plant.name, plant.name_en, plant.region, COALESCE(region.name, plant.region),
  credit_code, permit, industry, longitude, latitude,
  (SELECT count(*)::integer FROM {subject} AS subject
    WHERE subject.plant = plant.id AND kind = 'outlet'),
  (SELECT count(*)::integer FROM {device} AS device WHERE device.plant = plant.id)
FROM {plant} AS plant LEFT JOIN {region} AS region ON region.code = plant.region
WHERE plant.id = %(plant)s
""")
SUBJECTS = sql.SQL("""
SELECT subject.id, subject.kind, subject.code, subject.name, medium, role, reference_oxygen,
  merged_at, process, fuel, rated_capacity, rated_unit, treatment, design_capacity, design_unit,
  commissioned_on
FROM {subject} AS subject
LEFT JOIN {outlet} AS outlet ON outlet.id = subject.id
LEFT JOIN {process_unit} AS process_unit ON process_unit.id = subject.id
LEFT JOIN {treatment_facility} AS treatment_facility ON treatment_facility.id = subject.id
WHERE subject.plant = %(plant)s
ORDER BY subject.kind COLLATE "C", subject.code COLLATE "C"
""")
DEVICES = sql.SQL("""
SELECT device.code, device_mn.mn, protocol, realtime_interval_s, minute_interval_s, commissioned_at,
  gateway, NULL::timestamptz
FROM {device} AS device
LEFT JOIN {device_mn} AS device_mn
  ON device_mn.device = device.id AND device_mn.valid @> %(at)s::timestamptz
WHERE device.plant = %(plant)s ORDER BY device.code COLLATE "C"
""")
POINTS = sql.SQL("""
SELECT point.id, point.subject, side, point.code, setting.unit
FROM {point} AS point
JOIN {subject} AS subject ON subject.id = point.subject
LEFT JOIN {channel_binding} AS binding ON binding.point = point.id AND binding.rank = 'main'
  AND binding.valid @> %(at)s::timestamptz
LEFT JOIN {channel_setting} AS setting ON setting.channel = binding.channel
  AND setting.valid @> %(at)s::timestamptz
WHERE subject.plant = %(plant)s
ORDER BY point.subject, side COLLATE "C", point.code COLLATE "C"
""")


class RegisteredThen:
    """What was registered of a plant below a position, as it was bound `at` a time."""

    def __init__(self, session: Session, plant: int, known: int, at: datetime) -> None:
        self._session = session
        self._values = {"plant": plant, "at": at}
        self._tables = {name: table_known(name, known) for name in TABLES}

    def plant(self) -> ListedPlant | None:
        """None: it was not registered. Raises psycopg.Error."""
        rows = self._rows(PLANT)
        return ListedPlant._make(rows[0]) if rows else None

    def subjects(self) -> list[RegisteredSubject]:
        """Raises psycopg.Error."""
        return [RegisteredSubject._make(row) for row in self._rows(SUBJECTS)]

    def devices(self) -> list[RegisteredDevice]:
        """When they were last heard is not told. Raises psycopg.Error."""
        return [RegisteredDevice._make(row) for row in self._rows(DEVICES)]

    def points(self) -> list[PlacePoint]:
        """Raises psycopg.Error."""
        return [PlacePoint._make(row) for row in self._rows(POINTS)]

    def _rows(self, statement: sql.SQL) -> list[tuple[object, ...]]:
        made = statement.format(**self._tables)
        return self._session.execute(made, self._values, prepare=False).fetchall()
