"""Plants as orders name them, and the regions above a region. It must not know what orders are."""

from collections.abc import Mapping
from typing import cast

from schemas.order import OrderPlant
from services.store.session import Session

PLANT = "SELECT id, code, name, region FROM plant WHERE code = %s"
BY_ID = "SELECT id, code, name, region FROM plant WHERE id = %s"
CODES = "SELECT code FROM plant ORDER BY code"
REGIONS = "SELECT code, parent FROM region"


def plant_of_code(session: Session, code: str) -> OrderPlant | None:
    """The plant of a code. Raises psycopg.Error."""
    row = session.execute(PLANT, (code,)).fetchone()
    return None if row is None else OrderPlant._make(row)


def plant_of_id(session: Session, plant: int) -> OrderPlant | None:
    """The plant of an id. Raises psycopg.Error."""
    row = session.execute(BY_ID, (plant,)).fetchone()
    return None if row is None else OrderPlant._make(row)


def plant_codes(session: Session) -> list[str]:
    """The codes of all plants. Raises psycopg.Error."""
    return [cast("str", row[0]) for row in session.execute(CODES).fetchall()]


def region_parents(session: Session) -> dict[str, str | None]:
    """Each region with the one above it. Raises psycopg.Error."""
    rows = session.execute(REGIONS).fetchall()
    return dict(cast("list[tuple[str, str | None]]", rows))


def chain_from(parents: Mapping[str, str | None], region: str) -> tuple[str, ...]:
    """A region and those above it, the nearest first; a circle ends where it would begin again."""
    chain = [region]
    while (above := parents.get(chain[-1])) is not None and above not in chain:
        chain.append(above)
    return tuple(chain)
