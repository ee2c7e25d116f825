"""The registry's tables as they were known below a position, for how places stood then.

As registered now, where nothing was registered at or above it. It must not know what is read of them.
"""

from collections.abc import Mapping
from typing import Final, LiteralString, cast

from psycopg import sql

from services.store.export_places import table_known
from services.store.places import PlantRef
from services.store.session import Session

LATER = """
SELECT EXISTS (SELECT FROM registry_history WHERE position >= %(known)s::text::xid8)
  OR EXISTS (SELECT FROM registry_change WHERE position >= %(known)s::text::xid8)
  OR EXISTS (SELECT FROM limit_version WHERE position >= %(known)s::text::xid8)
"""
PLANT: LiteralString = """
SELECT id, code, name, COALESCE(name_en, name), region FROM {plant} AS plant WHERE id = %s
"""
TABLES: Final[tuple[LiteralString, ...]] = (
    "plant", "region", "subject", "outlet", "process_unit", "treatment_facility", "point",
    "channel_binding", "channel_setting", "facility_group_path",
)  # fmt: skip
LIMITS: Final = sql.SQL("(SELECT point FROM limit_version WHERE position < {known}::xid8)")
NOW: Final[Mapping[str, LiteralString]] = {
    **{name: name for name in TABLES},
    "limit_version": "limit_version",
}


def registered_below(session: Session, position: int | None) -> int | None:
    """The position, where anything was registered or any limit given since; None: as it is now.

    `position` None: nobody asked for one. Raises psycopg.Error.
    """
    if position is None:
        return None
    row = session.execute(LATER, {"known": str(position)}).fetchone()
    [later] = cast("tuple[bool]", row)
    return position if later else None


def plant_known(session: Session, plant: int, known: int) -> PlantRef | None:
    """The plant as it was registered below a position; None: it was not. Raises psycopg.Error."""
    row = session.execute(of_registry(PLANT, known), (plant,)).fetchone()
    return None if row is None else PlantRef._make(row)


def of_registry(statement: LiteralString, known: int | None) -> sql.Composed:
    """A statement with the names of tables in braces, as of below a position (None: as of now)."""
    if known is None:
        tables = {name: sql.SQL(table) for name, table in NOW.items()}
        return sql.SQL(statement).format(**tables)
    return sql.SQL(statement).format(
        **{name: table_known(name, known) for name in TABLES},
        limit_version=LIMITS.format(known=sql.Literal(str(known))),
    )
