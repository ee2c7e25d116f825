"""What plants are called in English. It must not know who asks: scope is decided before."""

from collections.abc import Iterable
from typing import cast

from services.store.session import Session

NAMES = "SELECT code, name_en FROM plant WHERE code = ANY(%s) AND name_en IS NOT NULL"


def english_names(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
    """By code; a plant that has none is left out. Raises psycopg.Error."""
    wanted = sorted({code for code in codes if code is not None})
    if not wanted:
        return {}
    return dict(cast("list[tuple[str, str]]", session.execute(NAMES, (wanted,)).fetchall()))
