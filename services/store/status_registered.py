"""All outlets that can be told of, with their plants and regions, and by what one knows that they changed.

They are many and change seldom, so whoever asks often keeps them. It must not know who keeps them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple, cast

from services.store.session import Session
from services.store.status_then import of_registry


class Changed(NamedTuple):
    """The registry's version and the newest limit: with the same ones the same is registered."""

    registry: int
    limit: int


class ListedOutlet(NamedTuple):
    """A discharge outlet; `limited`: a limit was ever assigned to one of its points."""

    plant: int
    subject: int
    medium: str
    merged_at: datetime | None
    limited: bool


class ListedPlant(NamedTuple):
    """A plant and its region; `name_en` None: it is called by its Chinese name everywhere."""

    id: int
    code: str
    name: str
    region: str
    name_en: str | None = None


class ListedRegion(NamedTuple):
    """A region and what it belongs to."""

    code: str
    zh: str
    en: str
    parent: str | None


class Listed(NamedTuple):
    """All there are: outlets by plant, plants and regions by code, in their order."""

    outlets: Mapping[int, Sequence[ListedOutlet]]
    plants: Sequence[ListedPlant]
    regions: Mapping[str, ListedRegion]


CHANGED = """
SELECT (SELECT COALESCE(max(version), 0) FROM registry_change),
  (SELECT COALESCE(max(id), 0) FROM limit_version)
"""
OUTLETS: LiteralString = """
SELECT subject.plant, subject.id, outlet.medium, outlet.merged_at,
  EXISTS (SELECT FROM {point} AS point
    JOIN {limit_version} AS limit_version ON limit_version.point = point.id
    WHERE point.subject = subject.id)
FROM {subject} AS subject JOIN {outlet} AS outlet ON outlet.id = subject.id
WHERE outlet.role = 'discharge'
ORDER BY subject.plant, subject.code COLLATE "C"
"""
PLANTS: LiteralString = """
SELECT id, code, name, region, name_en FROM {plant} AS plant ORDER BY code COLLATE "C"
"""
REGIONS: LiteralString = """
SELECT code, name, COALESCE(name_en, name), parent FROM {region} AS region ORDER BY code COLLATE "C"
"""


def changed(session: Session) -> Changed:
    """How far what is registered has come. Raises psycopg.Error."""
    row = session.execute(CHANGED).fetchone()
    return Changed._make(cast("tuple[int, int]", row))


def read_listed(session: Session, known: int | None = None) -> Listed:
    """All that is registered, in the caller's snapshot; as of below a position where one is given.

    Raises psycopg.Error.
    """
    outlets: dict[int, list[ListedOutlet]] = {}
    for row in session.execute(of_registry(OUTLETS, known)).fetchall():
        one = ListedOutlet._make(row)
        outlets.setdefault(one.plant, []).append(one)
    plants = [
        ListedPlant._make(row) for row in session.execute(of_registry(PLANTS, known)).fetchall()
    ]
    regions = [
        ListedRegion._make(row) for row in session.execute(of_registry(REGIONS, known)).fetchall()
    ]
    return Listed(outlets, plants, {one.code: one for one in regions})
