"""What is known of one plant's places for a look at now: points, facilities, and their findings.

It must not know how it is shown.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple

from services.store.session import Session
from services.store.status_then import NOW, of_registry


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


POINTS: LiteralString = """
SELECT point.id, point.subject, side, point.code, setting.unit
FROM {point} AS point
LEFT JOIN {channel_binding} AS binding ON binding.point = point.id AND binding.rank = 'main'
  AND binding.valid @> %(at)s::timestamptz
LEFT JOIN {channel_setting} AS setting ON setting.channel = binding.channel
  AND setting.valid @> %(at)s::timestamptz
WHERE point.subject = ANY(%(subjects)s)
ORDER BY point.subject, side COLLATE "C", point.code COLLATE "C"
"""
SUBJECTS: LiteralString = """
SELECT subject.id, subject.kind, subject.code, subject.name,
  COALESCE(outlet.medium, process_unit.process, treatment_facility.treatment, '')
FROM {subject} AS subject
LEFT JOIN {outlet} AS outlet ON outlet.id = subject.id
LEFT JOIN {process_unit} AS process_unit ON process_unit.id = subject.id
LEFT JOIN {treatment_facility} AS treatment_facility ON treatment_facility.id = subject.id
WHERE subject.plant = %s
ORDER BY subject.kind COLLATE "C", subject.code COLLATE "C"
"""
UNITS_OF: LiteralString = """
SELECT DISTINCT unit FROM {facility_group_path} AS path WHERE outlet = %s ORDER BY unit
"""
POINTS_NOW = POINTS.format(**NOW)
SUBJECTS_NOW = SUBJECTS.format(**NOW)
UNITS_NOW = UNITS_OF.format(**NOW)


def points_at(
    session: Session, subjects: Sequence[int], at: datetime, known: int | None = None
) -> list[PlacePoint]:
    """The points of these subjects, as registered now or below a position. Raises psycopg.Error."""
    query = POINTS_NOW if known is None else of_registry(POINTS, known)
    rows = session.execute(query, {"subjects": list(subjects), "at": at}).fetchall()
    return [PlacePoint._make(row) for row in rows]


def subjects_of(session: Session, plant: int, known: int | None = None) -> list[PlantSubject]:
    """All outlets, units and facilities of a plant, likewise. Raises psycopg.Error."""
    query = SUBJECTS_NOW if known is None else of_registry(SUBJECTS, known)
    return [PlantSubject._make(row) for row in session.execute(query, (plant,)).fetchall()]


def units_before(session: Session, outlet: int, known: int | None = None) -> list[int]:
    """The units from which a way leads to the outlet, likewise: their marks bear on it.

    Raises psycopg.Error.
    """
    query = UNITS_NOW if known is None else of_registry(UNITS_OF, known)
    return [int(str(row[0])) for row in session.execute(query, (outlet,)).fetchall()]
