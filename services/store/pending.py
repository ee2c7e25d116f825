"""What each slot's worker holds behind its last batch; a row a slot, replaced with every batch."""

from collections.abc import Sequence
from datetime import timedelta

from schemas.moment import EPOCH
from schemas.pending import HeldCount
from services.store.connection import Connection

REPLACE = """
INSERT INTO slot_pending (slot, hours, publishers, messages)
VALUES (%(slot)s, %(hours)s::timestamptz[], %(publishers)s::text[], %(messages)s::text[])
ON CONFLICT (slot) DO UPDATE SET reported_at = clock_timestamp(), hours = EXCLUDED.hours,
  publishers = EXCLUDED.publishers, messages = EXCLUDED.messages
"""


async def replace_pending(connection: Connection, slot: int, held: Sequence[HeldCount]) -> None:
    """Keep what is held now instead of what was held before, within the running transaction."""
    lots: dict[int, list[HeldCount]] = {}
    for one in held:
        lots.setdefault(one.hour_us, []).append(one)
    values = {
        "slot": slot,
        "hours": [EPOCH + timedelta(microseconds=hour_us) for hour_us in lots],
        # Each line ends: one nameless publisher differs from none.
        "publishers": ["".join([f"{one.publisher}\n" for one in lot]) for lot in lots.values()],
        "messages": [",".join([str(one.messages) for one in lot]) for lot in lots.values()],
    }
    await connection.execute(REPLACE, values)


async def forget_pending(connection: Connection, slot: int) -> None:
    """The slot is gone: nobody holds anything for it."""
    await connection.execute("DELETE FROM slot_pending WHERE slot = %s", (slot,))
