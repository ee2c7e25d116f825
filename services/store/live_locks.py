"""Who judges a plant's running hour now: locks of their own, so that no evaluator holds it up.

It must not know what is judged.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, cast

from services.store.judging import PLANT_LOCKS
from services.store.session import Session

# Only has to be always the same, and none of the other spaces.
LIVE_LOCKS: Final = 0x716B_6C76
HOLD: Final = """
SELECT set_config('idle_in_transaction_session_timeout', '1min', true),
  CASE WHEN pg_try_advisory_xact_lock(%(live)s::integer, %(plant)s::integer)
    THEN NOT %(whole)s OR pg_try_advisory_xact_lock(%(judging)s::integer, %(plant)s::integer)
    ELSE false END
"""


@contextmanager
def live_hold(session: Session, plant: int, *, whole: bool = False) -> Generator[bool]:
    """A transaction that tries for the plant and says whether it has it; nobody waits.

    `whole`: also against evaluators, for findings that they make too. Raises psycopg.Error.
    """
    with session.transaction():
        values = {"live": LIVE_LOCKS, "judging": PLANT_LOCKS, "plant": plant, "whole": whole}
        row = session.execute(HOLD, values).fetchone()
        yield bool(cast("tuple[object, bool]", row)[1])
