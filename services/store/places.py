"""Regions, plants and what stands in them, by the codes that people and addresses call them by.

It must not know who asks: scope is decided before and after.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, LiteralString, NamedTuple, cast

from services.store.session import Session

VERSION = "SELECT COALESCE(max(version), 0) FROM registry_change"
# A region with all below it.
BELOW: LiteralString = """
WITH RECURSIVE below AS (
  SELECT code FROM region WHERE code = %(region)s
  UNION SELECT region.code FROM region JOIN below ON region.parent = below.code
)
"""
PLANTS = """
SELECT id FROM plant
WHERE (%(region)s::text IS NULL OR region IN (SELECT code FROM below))
  AND (%(plants)s::integer[] IS NULL OR id = ANY(%(plants)s::integer[]))
ORDER BY id
"""
REGION = """
SELECT code, name, COALESCE(name_en, name), parent,
  ARRAY(
    WITH RECURSIVE above AS (
      SELECT code, parent FROM region WHERE code = %(region)s
      UNION SELECT upper.code, upper.parent FROM region AS upper JOIN above ON upper.code = above.parent
    )
    SELECT code FROM above
  )
FROM region WHERE code = %(region)s
"""
PLANT: LiteralString = "SELECT id, code, name, COALESCE(name_en, name), region FROM plant"
SUBJECT = """
SELECT subject.id, subject.kind, subject.code, subject.name, plant.id, plant.code, plant.name,
  COALESCE(plant.name_en, plant.name), plant.region
FROM plant JOIN subject ON subject.plant = plant.id
WHERE plant.code = %s AND subject.code = %s
"""
POINT = "SELECT id, subject, side, code FROM point WHERE subject = %s AND side = %s AND code = %s"
NAMED = "SELECT code, id FROM plant WHERE code = ANY(%s)"

Case = Literal["alert", "order", "contest", "verdict", "finding", "mark", "result"]
"""What is called by its number. Of a mark and a result the number is its key."""
CASES: Final[Mapping[Case, LiteralString]] = {
    "alert": "SELECT plant FROM alert WHERE id = %s",
    "order": "SELECT plant FROM supervision_order WHERE id = %s",
    "contest": "SELECT plant FROM contest WHERE id = %s",
    "verdict": "SELECT subject.plant FROM verdict JOIN point ON point.id = verdict.point"
    " JOIN subject ON subject.id = point.subject WHERE verdict.id = %s",
    "finding": "SELECT subject.plant FROM finding JOIN subject ON subject.id = finding.subject"
    " WHERE finding.id = %s",
    "mark": "SELECT subject.plant FROM mark JOIN subject ON subject.id = mark.subject"
    " WHERE mark.mark_key = %s LIMIT 1",
    "result": "SELECT subject.plant FROM manual_result JOIN point ON point.id = manual_result.point"
    " JOIN subject ON subject.id = point.subject WHERE manual_result.result_key = %s LIMIT 1",
}
MOST_NUMBER: Final = (1 << 63) - 1


class RegionRef(NamedTuple):
    """A region; `above` are the codes from itself up to the root, `plants` those in it or below it."""

    code: str
    zh: str
    en: str
    parent: str | None
    above: frozenset[str]
    plants: tuple[int, ...]


class PlantRef(NamedTuple):
    """A plant."""

    id: int
    code: str
    zh: str
    en: str
    region: str


class SubjectRef(NamedTuple):
    """An outlet, unit or facility."""

    id: int
    plant: PlantRef
    kind: str
    code: str
    name: str


class PointRef(NamedTuple):
    """What is measured or said at a side of a subject."""

    id: int
    subject: SubjectRef
    side: str
    code: str


def present_version(session: Session) -> int:
    """The registry's version; 0 when nothing was ever registered. Raises psycopg.Error."""
    row = session.execute(VERSION).fetchone()
    return cast("int", row[0]) if row else 0


def plants_of(session: Session, region: str | None, plants: Iterable[int] | None) -> list[int]:
    """The ids of the plants of a region with all below it, of these plants. Raises psycopg.Error."""
    values = {"region": region, "plants": None if plants is None else sorted(plants)}
    rows = session.execute(BELOW + PLANTS, values).fetchall()
    return [cast("int", row[0]) for row in rows]


def region_by_code(session: Session, code: str) -> RegionRef | None:
    """Raises psycopg.Error."""
    row = session.execute(REGION, {"region": code}).fetchone()
    if row is None:
        return None
    code, zh, en, parent, above = cast("tuple[str, str, str, str | None, list[str]]", row)
    return RegionRef(code, zh, en, parent, frozenset(above), tuple(plants_of(session, code, None)))


def plant_by_code(session: Session, code: str) -> PlantRef | None:
    """Raises psycopg.Error."""
    row = session.execute(PLANT + " WHERE code = %s", (code,)).fetchone()
    return None if row is None else PlantRef._make(row)


def plant_by_id(session: Session, plant: int) -> PlantRef | None:
    """Raises psycopg.Error."""
    row = session.execute(PLANT + " WHERE id = %s", (plant,)).fetchone()
    return None if row is None else PlantRef._make(row)


def plant_ids(session: Session, codes: Iterable[str]) -> dict[str, int]:
    """The ids of those codes that are registered. Raises psycopg.Error."""
    rows = session.execute(NAMED, (sorted(set(codes)),)).fetchall()
    return dict(cast("list[tuple[str, int]]", rows))


def plant_codes(session: Session, plants: Iterable[int]) -> list[str]:
    """The codes of these plants, in order of their ids. Raises psycopg.Error."""
    query = "SELECT code FROM plant WHERE id = ANY(%s) ORDER BY id"
    rows = session.execute(query, (sorted(set(plants)),)).fetchall()
    return [cast("str", row[0]) for row in rows]


def subject_by_codes(session: Session, plant: str, code: str) -> SubjectRef | None:
    """Of a plant by its code. Raises psycopg.Error."""
    row = session.execute(SUBJECT, (plant, code)).fetchone()
    if row is None:
        return None
    key, kind, code, name, *of_plant = cast("tuple[int, str, str, str, object]", row)
    return SubjectRef(key, PlantRef._make(of_plant), kind, code, name)


def point_by_code(session: Session, subject: SubjectRef, side: str, code: str) -> PointRef | None:
    """Raises psycopg.Error."""
    row = session.execute(POINT, (subject.id, side, code)).fetchone()
    return None if row is None else PointRef(cast("int", row[0]), subject, side, code)


class CaseRef(NamedTuple):
    """An alert, order, verdict ...; `plant` None: it is about the platform itself."""

    number: int
    plant: int | None


def case_by_number(session: Session, case: Case, number: int) -> CaseRef | None:
    """None: there is none. Raises psycopg.Error."""
    if not 0 <= number <= MOST_NUMBER:
        return None
    row = session.execute(CASES[case], (number,)).fetchone()
    return None if row is None else CaseRef(number, cast("int | None", row[0]))
