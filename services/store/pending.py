"""What each slot's worker holds behind its last batch; a row a slot, replaced with every batch."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from operator import attrgetter

from schemas.moment import EPOCH
from schemas.pending import HeldCount
from services.store.connection import Connection

# Hours are sent once each, with the number of entries they stand for: to read thousands of times
# from text took longer than all the rest.
REPLACE = """
INSERT INTO slot_pending (slot, publishers, hours, messages)
VALUES (%(slot)s, %(publishers)s::text[], ARRAY(
    SELECT run.hour FROM unnest(%(hours)s::timestamptz[], %(runs)s::integer[]) AS run (hour, length),
      generate_series(1, run.length) ORDER BY run.hour
  ), %(messages)s::integer[])
ON CONFLICT (slot) DO UPDATE SET reported_at = clock_timestamp(), publishers = EXCLUDED.publishers,
  hours = EXCLUDED.hours, messages = EXCLUDED.messages
"""


async def replace_pending(connection: Connection, slot: int, held: Sequence[HeldCount]) -> None:
    """Keep what is held now instead of what was held before, within the running transaction."""
    in_order = sorted(held, key=attrgetter("hour_us"))
    runs = Counter([one.hour_us for one in in_order])
    values = {
        "slot": slot,
        "publishers": _texts([one.publisher for one in in_order]),
        "hours": [EPOCH + timedelta(microseconds=hour_us) for hour_us in runs],
        "runs": list(runs.values()),
        "messages": f"{{{','.join([str(one.messages) for one in in_order])}}}",
    }
    await connection.execute(REPLACE, values)


async def forget_pending(connection: Connection, slot: int) -> None:
    """The slot is gone: nobody holds anything for it."""
    await connection.execute("DELETE FROM slot_pending WHERE slot = %s", (slot,))


def _texts(texts: Sequence[str]) -> str:
    """An array literal; the driver takes many times as long for hundreds of texts."""
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"
