"""What of the readings lies below a position, told cheaply: by the batches that do not.

A reading's position is its batch's. Of what is known now few batches lie at or above the closed
position, mostly none; as of long ago most do, and each reading's batch is looked up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from psycopg import sql

from services.store.session import Session

MOST_FRESH: Final = 1_000
FRESH = """
SELECT ARRAY(SELECT id FROM batch WHERE position >= %(position)s::text::xid8
    ORDER BY position LIMIT %(most)s),
  EXISTS (SELECT FROM registry_history WHERE position >= %(position)s::text::xid8)
    OR EXISTS (SELECT FROM registry_change WHERE position >= %(position)s::text::xid8)
"""
NOT_FRESH = sql.SQL("{batch} <> ALL(%(fresh)s::bigint[])")
# One whose batch is not known is as old as can be.
LOOKED_UP = sql.SQL(
    "COALESCE((SELECT one.position FROM batch AS one WHERE one.id = {batch}), '0')"
    " < %(known)s::text::xid8"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A position with the batches at or above it; `fresh` None: too many to name.

    `registry` is the position for what is registered; None: as registered now, which is the same.
    """

    position: int
    fresh: Sequence[int] | None
    registry: int | None

    @property
    def nothing_fresh(self) -> bool:
        """Whether all that there is lies below the position."""
        return self.fresh is not None and not self.fresh

    def condition(self, batch: sql.Composable) -> sql.Composed:
        """That a row of this batch lies below the position."""
        template = LOOKED_UP if self.fresh is None else NOT_FRESH
        return template.format(batch=batch)

    def values(self) -> Mapping[str, object]:
        return {"fresh": list(self.fresh or ()), "known": str(self.position)}


def known_below(session: Session, position: int) -> Known:
    """What lies below the position, within the caller's snapshot. Raises psycopg.Error.

    Ask within one transaction that isolates (`one_snapshot`): a batch that comes between this and
    the reading would be taken for known.
    """
    values = {"position": str(position), "most": MOST_FRESH + 1}
    row = session.execute(FRESH, values).fetchone()
    batches, later = cast("tuple[list[int], bool]", row)
    fresh = None if len(batches) > MOST_FRESH else batches
    return Known(position, fresh, position if later else None)
