"""Steps of cases, orders and contests as they were known below a position.

A step written by a transaction that began before that of an earlier step lies below it; it is not
known before the earlier one is. It must not know what a step says.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, LiteralString, TypeVar, cast

import orjson
from psycopg import sql
from psycopg.types.json import set_json_loads

from services.store.session import Session

Event = TypeVar("Event")
STEPS: Final = sql.SQL("""
SELECT {of}, {columns} FROM {table} AS one
WHERE {of} = ANY(%(ids)s) AND version < {hidden}
ORDER BY {of}, version
""")
# The version of the first step that is not known; above all where all of them are.
HIDDEN: Final = sql.SQL("""COALESCE((
    SELECT min(later.version) FROM {table} AS later
    WHERE later.{of} = {owner} AND later.position >= %(known)s::text::xid8), 2147483647)""")


@dataclass(frozen=True, slots=True)
class Steps(Generic[Event]):
    """A table of steps: whose they are by the column `of`, and what makes one of `columns`."""

    table: LiteralString
    of: LiteralString
    columns: LiteralString
    event_of: Callable[[Sequence[object]], Event]

    def hidden(self, owner: LiteralString) -> sql.Composed:
        """The first version that is not known of whose number is `owner`, in a statement with `known`."""
        return HIDDEN.format(
            table=sql.Identifier(self.table), of=sql.Identifier(self.of), owner=sql.SQL(owner)
        )


def known_steps(
    session: Session, steps: Steps[Event], ids: Sequence[int], known: int
) -> dict[int, list[Event]]:
    """What was known of the steps of these, in order; whoever has none is left out. Raises psycopg.Error."""
    statement = STEPS.format(
        of=sql.Identifier(steps.of),
        columns=sql.SQL(steps.columns),
        table=sql.Identifier(steps.table),
        hidden=steps.hidden("one." + steps.of),
    )
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    found: dict[int, list[Event]] = {}
    for owner, *event in cursor.execute(
        statement, {"ids": list(ids), "known": str(known)}
    ).fetchall():
        found.setdefault(cast("int", owner), []).append(steps.event_of(event))
    return found
