"""Where a reader of a history stands, so that nothing is missed that commits late.

Positions are transactions, and an earlier one may commit later. So a reader goes on from the closed
position and names the rows above it that it has read already. It must not know what the rows say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, cast

from services.store.session import Session

MOST_SEEN: Final = 100_000
"""So many rows may be named; then a reader waits until the long transaction has ended."""
LOAD = "SELECT position::text, after, seen FROM reading_cursor WHERE reader = %s"
# A batch whose transaction still runs may lie below those that can be seen.
BEFORE_BATCHES = """
SELECT LEAST(closed_position(), (SELECT min(position) FROM batch WHERE received_to >= %s))::text
"""
KEEP = """
INSERT INTO reading_cursor (reader, position, after, seen)
VALUES (%(reader)s, %(position)s::text::xid8, %(after)s, %(seen)s::bigint[])
ON CONFLICT (reader) DO UPDATE
SET position = EXCLUDED.position, after = EXCLUDED.after, seen = EXCLUDED.seen
"""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Read are all rows below `position`, of it those with an id up to `after`, and those `seen`."""

    position: int = 0
    after: int = 0
    seen: frozenset[int] = field(default_factory=frozenset[int])

    @property
    def waits(self) -> bool:
        """Whether no more rows may be named: only what is closed is read then."""
        return len(self.seen) >= MOST_SEEN

    def values(self) -> dict[str, object]:
        """For a statement that reads on."""
        return {
            "position": str(self.position),
            "after": self.after,
            "seen": list(self.seen),
            "waits": self.waits,
        }


class Place(NamedTuple):
    """Of a row that was read: its position and its id."""

    position: int
    id: int


class Reading(NamedTuple):
    """What one statement read: the places in order, and the closed position of its snapshot.

    `full`: it stopped at the most rows that it may read.
    """

    places: Sequence[Place]
    closed: int
    full: bool

    @property
    def partly_closed(self) -> bool:
        """Whether rows below the closed position are left."""
        return self.full and bool(self.places) and self.places[-1].position < self.closed


def advanced(cursor: Cursor, reading: Reading, still_open: Iterable[int]) -> Cursor:
    """The cursor behind what was read.

    `still_open`: of the rows seen before, those that lie at or above the closed position. Below it
    a position is there with all of its rows, so that the last row read says how far one is.
    """
    if reading.partly_closed:
        last = reading.places[-1]
        return Cursor(last.position, last.id, cursor.seen)
    above = {place.id for place in reading.places if place.position >= reading.closed}
    seen = frozenset(above.union(still_open))
    if reading.closed <= cursor.position:
        return Cursor(cursor.position, cursor.after, seen)
    return Cursor(reading.closed, 0, seen)


def before_batches(session: Session, since: datetime) -> Cursor:
    """Before every batch with something received since then, committed or still to be.

    Raises psycopg.Error.
    """
    row = session.execute(BEFORE_BATCHES, (since,)).fetchone()
    return Cursor(int(cast("str", row[0])) if row else 0)


def read_cursor(session: Session, reader: str) -> Cursor:
    """Where a reader stands; one that never read stands before everything. Raises psycopg.Error."""
    row = session.execute(LOAD, (reader,)).fetchone()
    if row is None:
        return Cursor()
    position, after, seen = cast("tuple[str, int, list[int]]", row)
    return Cursor(int(position), after, frozenset(seen))


def keep_cursor(session: Session, reader: str, cursor: Cursor) -> None:
    """Keep where the reader stands, in the transaction of what it made of the rows."""
    values = {
        "reader": reader,
        "position": str(cursor.position),
        "after": cursor.after,
        "seen": sorted(cursor.seen),
    }
    session.execute(KEEP, values)
