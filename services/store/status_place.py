"""What is known of one plant's places for a look at now: points, facilities, and their findings.

It must not know how it is shown.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.store.session import Session


class PlacePoint(NamedTuple):
    """A point of a subject with its main channel's unit at a time; None: nobody speaks for it."""

    id: int
    subject: int
    side: str
    code: str
    unit: str | None


class PlantSubject(NamedTuple):
    """An outlet, unit or facility of a plant; `detail` is its medium, process or treatment."""

    id: int
    kind: str
    code: str
    name: str
    detail: str


POINTS = """
SELECT point.id, point.subject, side, point.code, setting.unit
FROM point
LEFT JOIN channel_binding AS binding ON binding.point = point.id AND binding.rank = 'main'
  AND binding.valid @> %(at)s::timestamptz
LEFT JOIN channel_setting AS setting ON setting.channel = binding.channel
  AND setting.valid @> %(at)s::timestamptz
WHERE point.subject = ANY(%(subjects)s)
ORDER BY point.subject, side COLLATE "C", point.code COLLATE "C"
"""
SUBJECTS = """
SELECT subject.id, subject.kind, subject.code, subject.name,
  COALESCE(outlet.medium, process_unit.process, treatment_facility.treatment, '')
FROM subject
LEFT JOIN outlet ON outlet.id = subject.id
LEFT JOIN process_unit ON process_unit.id = subject.id
LEFT JOIN treatment_facility ON treatment_facility.id = subject.id
WHERE subject.plant = %s
ORDER BY subject.kind COLLATE "C", subject.code COLLATE "C"
"""
UNITS_OF = """
SELECT DISTINCT unit FROM facility_group_path WHERE outlet = %s ORDER BY unit
"""


def points_at(session: Session, subjects: Sequence[int], at: datetime) -> list[PlacePoint]:
    """The points of these subjects. Raises psycopg.Error."""
    rows = session.execute(POINTS, {"subjects": list(subjects), "at": at}).fetchall()
    return [PlacePoint._make(row) for row in rows]


def subjects_of(session: Session, plant: int) -> list[PlantSubject]:
    """All outlets, units and facilities of a plant. Raises psycopg.Error."""
    return [PlantSubject._make(row) for row in session.execute(SUBJECTS, (plant,)).fetchall()]


def units_before(session: Session, outlet: int) -> list[int]:
    """The units from which a way leads to the outlet: their marks bear on it. Raises psycopg.Error."""
    return [int(str(row[0])) for row in session.execute(UNITS_OF, (outlet,)).fetchall()]
