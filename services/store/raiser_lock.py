"""Who raises cases: one at a time, by an advisory lock on the very connection that writes them.

Whoever lost the lock has lost the connection, and cannot write any more.
"""

from services.store.session import Session

# The number has no meaning but to be always the same.
RAISER_LOCK = 0x716B_7261
# A raiser looks every moment; a host that hangs may not keep the others out.
QUIET = (
    "SELECT set_config('idle_session_timeout', '20s', false),"
    " set_config('idle_in_transaction_session_timeout', '20s', false)"
)


def try_raising(session: Session) -> bool:
    """Take the lock if it is free; it lasts as long as the connection. Raises psycopg.Error."""
    row = session.execute("SELECT pg_try_advisory_lock(%s)", (RAISER_LOCK,)).fetchone()
    taken = row is not None and row[0] is True
    if taken:
        session.execute(QUIET)
    return taken


def raise_unhurried(session: Session) -> None:
    """Let a session that raises be silent: nobody else uses this database. Raises psycopg.Error."""
    session.execute("SELECT set_config('idle_session_timeout', '0', false)")


def stop_raising(session: Session) -> None:
    """Give the lock back. Raises psycopg.Error."""
    session.execute("SELECT pg_advisory_unlock(%s)", (RAISER_LOCK,))
