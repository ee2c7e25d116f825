"""How the places of cases are called, and where they lie, for sentences and for settings.

It must not know what happens there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from services.store.session import Session

PLANTS = "SELECT id, code, name, COALESCE(name_en, name), region FROM plant WHERE id = ANY(%s)"
SUBJECTS = "SELECT id, plant, kind, code, name FROM subject WHERE id = ANY(%s)"
POINTS = "SELECT id, subject, side, code FROM point WHERE id = ANY(%s)"


class PlantName(NamedTuple):
    """A plant as people call it."""

    plant: int
    code: str
    zh: str
    en: str
    region: str


class SubjectName(NamedTuple):
    """An outlet, unit or facility as people call it."""

    subject: int
    plant: int
    kind: str
    code: str
    name: str

    @property
    def said(self) -> str:
        """Its code, with its name where that says more."""
        return subject_said(self.code, self.name)


class PointName(NamedTuple):
    """What is measured where."""

    point: int
    subject: int
    side: str
    code: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id; who is not registered has none."""

    plants: dict[int, PlantName] = field(default_factory=dict[int, PlantName])
    subjects: dict[int, SubjectName] = field(default_factory=dict[int, SubjectName])
    points: dict[int, PointName] = field(default_factory=dict[int, PointName])


def subject_said(code: str, name: str) -> str:
    """`DA001(烟气总排口)`: the code, with the name where that says more."""
    return code if name in {"", code} else f"{code}({name})"


def place_said(plant: str, subject: str) -> str:
    """`XX厂 DA001`: with this begins what is said of a case; `subject` as it is said, or empty."""
    return f"{plant} {subject}".strip()


def read_names(session: Session, subjects: Iterable[int], points: Iterable[int] = ()) -> Names:
    """Of these subjects with their plants, and of these points. Raises psycopg.Error."""
    names = Names()
    for row in session.execute(SUBJECTS, (sorted(set(subjects)),)).fetchall():
        subject = SubjectName._make(row)
        names.subjects[subject.subject] = subject
    plants = sorted({one.plant for one in names.subjects.values()})
    names.plants.update(plant_names(session, plants))
    for row in session.execute(POINTS, (sorted(set(points)),)).fetchall():
        point = PointName._make(row)
        names.points[point.point] = point
    return names


def plant_names(session: Session, plants: Iterable[int]) -> dict[int, PlantName]:
    """Of these plants. Raises psycopg.Error."""
    rows = session.execute(PLANTS, (sorted(set(plants)),)).fetchall()
    return {cast("int", row[0]): PlantName._make(row) for row in rows}
