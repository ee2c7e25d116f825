"""Failures to sign in, counted before a password is looked at, so that none is tried unseen.

It must not know what the keys mean.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast

from services.store.session import Session

FORGOTTEN: Final = timedelta(days=1)
"""After so long without a failure nothing is known of a key any more."""
MOST_DOUBLINGS: Final = 20
READ = "SELECT failures, until, last_at FROM login_throttle WHERE key = %s FOR UPDATE"
WRITE = """
INSERT INTO login_throttle (key, failures, last_at, until)
VALUES (%(key)s, %(failures)s, %(now)s, %(until)s)
ON CONFLICT (key) DO UPDATE
SET failures = EXCLUDED.failures, last_at = EXCLUDED.last_at, until = EXCLUDED.until
"""
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))"
FORGET = "DELETE FROM login_throttle WHERE key = %s"
FORGIVE = (
    "UPDATE login_throttle SET failures = greatest(failures - 1, 0), until = %s WHERE key = %s"
)
KNOWN = "SELECT 1 FROM login_throttle WHERE key = %s AND until > %s"
SWEEP = "DELETE FROM login_throttle WHERE last_at < %s AND until < %s"


class Patience(NamedTuple):
    """So many tries cost nothing; then each failure doubles the wait, from a second to `longest`."""

    free: int
    longest: timedelta


def begin_try(session: Session, key: str, patience: Patience, now: datetime) -> timedelta | None:
    """Count a try as failed; None: go on. Otherwise nothing is counted, and this long is to be waited.

    Raises psycopg.Error.
    """
    with session.transaction():
        session.execute(LOCK, (key,))
        row = session.execute(READ, (key,)).fetchone()
        failures, until, last = cast("tuple[int, datetime, datetime]", row or (0, now, now))
        if now - last > FORGOTTEN:
            failures, until = 0, now
        if until > now:
            return until - now
        failures += 1
        wait = wait_after(failures, patience)
        values = {"key": key, "failures": failures, "now": now, "until": now + wait}
        session.execute(WRITE, values)
    return None


def wait_after(failures: int, patience: Patience) -> timedelta:
    """How long is to be waited after so many failures in a row."""
    beyond = failures - patience.free
    if beyond <= 0:
        return timedelta()
    doubled = timedelta(seconds=1) * (1 << min(beyond - 1, MOST_DOUBLINGS))
    return min(doubled, patience.longest)


def forget_tries(session: Session, key: str) -> None:
    """A success: nothing is held against the key any more. Raises psycopg.Error."""
    session.execute(FORGET, (key,))


def forgive_try(session: Session, key: str, now: datetime) -> None:
    """A success of one of many behind a key: only its own try is taken back. Raises psycopg.Error."""
    session.execute(FORGIVE, (now, key))


def keep_until(session: Session, key: str, now: datetime, until: datetime) -> None:
    """Remember a key as one that is well known, until then. Raises psycopg.Error."""
    session.execute(WRITE, {"key": key, "failures": 0, "now": now, "until": until})


def kept_until(session: Session, key: str, now: datetime) -> bool:
    """Whether it still is. Raises psycopg.Error."""
    return session.execute(KNOWN, (key, now)).fetchone() is not None


def sweep_tries(session: Session, now: datetime) -> int:
    """Forget keys that have been quiet; how many. Raises psycopg.Error."""
    return session.execute(SWEEP, (now - FORGOTTEN, now)).rowcount
