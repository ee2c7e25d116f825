"""The English names of plants and regions that have one, for lists of what names them in Chinese.

It must not know what is listed.
"""

from collections.abc import Iterable
from typing import Final, LiteralString

from services.store.session import Session

PLANTS: Final[LiteralString] = (
    "SELECT code, name_en FROM plant WHERE code = ANY(%s) AND name_en IS NOT NULL"
)
REGIONS: Final[LiteralString] = (
    "SELECT code, name_en FROM region WHERE code = ANY(%s) AND name_en IS NOT NULL"
)


def english_plants(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """English names by code. Raises psycopg.Error."""
    return _names(session, PLANTS, codes)


def english_regions(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """English names by code. Raises psycopg.Error."""
    return _names(session, REGIONS, codes)


def _names(session: Session, query: LiteralString, codes: Iterable[str]) -> dict[str, str]:
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    return dict(session.execute(query, (wanted,)).fetchall())
