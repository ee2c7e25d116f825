"""Regions that hold plants, with all above them: the tree that status is told by.

It must not know how anything stands.
"""

from collections.abc import Sequence
from typing import NamedTuple

from services.store.session import Session


class RegionNode(NamedTuple):
    """A region; `plants` lie in it or below it."""

    code: str
    zh: str
    en: str
    parent: str | None
    plants: int


TREE = """
WITH RECURSIVE up AS (
  SELECT plant.id AS plant, region.code, region.parent
  FROM plant JOIN region ON region.code = plant.region
  WHERE %(plants)s::integer[] IS NULL OR plant.id = ANY(%(plants)s::integer[])
  UNION SELECT up.plant, region.code, region.parent FROM up JOIN region ON region.code = up.parent
)
SELECT region.code, region.name, COALESCE(region.name_en, region.name), region.parent,
  count(*)::integer
FROM up JOIN region ON region.code = up.code
GROUP BY region.code ORDER BY region.code COLLATE "C"
"""


def regions_with_plants(session: Session, plants: Sequence[int] | None) -> list[RegionNode]:
    """The regions of these plants (None: of all), with those above. Raises psycopg.Error."""
    values = {"plants": None if plants is None else list(plants)}
    return [RegionNode._make(row) for row in session.execute(TREE, values).fetchall()]
