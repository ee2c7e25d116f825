"""What the places that silences name are called. It must not know what a silence is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from services.store.session import Session

NAMED_PLANTS = "SELECT id, code, name, COALESCE(name_en, name) FROM plant WHERE id = ANY(%s)"
NAMED_SUBJECTS = "SELECT id, code, name, name FROM subject WHERE id = ANY(%s)"
NAMED_REGIONS = "SELECT code, code, name, COALESCE(name_en, name) FROM region WHERE code = ANY(%s)"
NAMED_DEVICES = """
SELECT DISTINCT ON (device.id) device.id, device.code, COALESCE(mn, device.code), COALESCE(mn, device.code)
FROM device LEFT JOIN device_mn ON device_mn.device = device.id
WHERE device.id = ANY(%s)
ORDER BY device.id, device_mn.valid DESC NULLS LAST
"""


class PlaceName(NamedTuple):
    """A place: its code and names."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """By their ids, regions by their codes; one that is not registered any more is left out."""

    regions: dict[str, PlaceName]
    plants: dict[int, PlaceName]
    subjects: dict[int, PlaceName]
    devices: dict[int, PlaceName]


def place_names(
    session: Session,
    regions: Sequence[str],
    plants: Sequence[int],
    subjects: Sequence[int],
    devices: Sequence[int],
) -> PlaceNames:
    """Raises psycopg.Error."""
    named = session.execute(NAMED_REGIONS, (list(regions),)).fetchall()
    return PlaceNames(
        {cast("str", row[0]): PlaceName._make(row[1:]) for row in named},
        _named(session.execute(NAMED_PLANTS, (list(plants),)).fetchall()),
        _named(session.execute(NAMED_SUBJECTS, (list(subjects),)).fetchall()),
        _named(session.execute(NAMED_DEVICES, (list(devices),)).fetchall()),
    )


def _named(rows: Sequence[Sequence[object]]) -> dict[int, PlaceName]:
    return {cast("int", row[0]): PlaceName._make(cast("list[str]", row[1:])) for row in rows}
