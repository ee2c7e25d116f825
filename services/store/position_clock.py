"""Which position was closed when: maps a time to what was known then, always to the same.

It must not know what is asked for as of then.
"""

from datetime import datetime
from typing import Final, LiteralString, cast

from services.store.session import Session

# The same number as in tell_position() of the database.
CLOCK_LOCK: Final = 1903912035
TELL: LiteralString = "SELECT tell_position()::text"
WAIT: LiteralString = "SELECT pg_advisory_xact_lock_shared(%s)"
# Checkpoints tell it for times before this clock began to go.
BY: LiteralString = """
SELECT %(at)s > clock_timestamp(),
  COALESCE(
    (SELECT position FROM position_clock WHERE at <= %(at)s ORDER BY at DESC LIMIT 1),
    (SELECT closed FROM checkpoint WHERE made_at <= %(at)s ORDER BY closed DESC LIMIT 1)
  )::text
"""

FIRST: LiteralString = """
SELECT LEAST((SELECT min(at) FROM position_clock), (SELECT min(made_at) FROM checkpoint))
"""


class AheadError(Exception):
    """The time is not over by the database's clock, so nobody can say what will be known then."""


def tell_position(session: Session) -> int:
    """Note which position is closed now, where it has moved; gives it. Raises psycopg.Error."""
    row = session.execute(TELL).fetchone()
    return int(cast("str", row[0])) if row else 0


def position_by(session: Session, at: datetime) -> int | None:
    """The last position known to be closed by a time that is over; None: none was told by then.

    Asked again it is the same: whoever is telling now is waited for. Raises
    AheadError, psycopg.Error.
    """
    with session.transaction():
        session.execute(WAIT, (CLOCK_LOCK,))
        row = session.execute(BY, {"at": at}).fetchone()
    ahead, position = cast("tuple[bool, str | None]", row)
    if ahead:
        raise AheadError
    return None if position is None else int(position)


def first_told(session: Session) -> datetime | None:
    """The earliest time that `position_by` knows one of; None: none yet. Raises psycopg.Error."""
    row = session.execute(FIRST).fetchone()
    return None if row is None else cast("datetime | None", row[0])
