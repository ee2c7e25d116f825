"""What each loop of each process says of itself: how far behind, and how its clock differs.

A host that said nothing for a week is gone; its row goes with the next report of the same loop.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, cast

from schemas.watch import Progress
from services.store.session import Session

REPORT: Final = """
INSERT INTO loop_progress (name, host, lag_s, skew_s, said_at)
VALUES (%(name)s, %(host)s, %(lag_s)s, %(skew_s)s, COALESCE(%(at)s::timestamptz, clock_timestamp()))
ON CONFLICT (name, host) DO UPDATE SET lag_s = EXCLUDED.lag_s, skew_s = EXCLUDED.skew_s,
  said_at = EXCLUDED.said_at
"""
# Of the same name alone, for those go by the same clock. Who reports at the same time may be at the
# same rows: one of them is enough.
FORGET: Final = """
DELETE FROM loop_progress WHERE ctid IN (SELECT ctid FROM loop_progress
  WHERE name = %(name)s AND said_at < COALESCE(%(at)s::timestamptz, clock_timestamp()) - %(after)s::interval
  FOR UPDATE SKIP LOCKED)
"""
GONE_AFTER: Final = timedelta(days=7)
READ: Final = "SELECT name, host, lag_s, skew_s, said_at FROM loop_progress ORDER BY name, host"


def report_progress(session: Session, said: Progress) -> None:
    """Keep what a loop says, as of `said_at`. Raises psycopg.Error."""
    _report(session, {**said._asdict(), "at": said.said_at})


def report_clock(session: Session, host: str, skew_s: float) -> None:
    """Keep by how much a host's clock is ahead, as of the server's own clock."""
    values = {"name": "clock", "host": host, "lag_s": 0.0, "skew_s": skew_s, "at": None}
    _report(session, values)


def read_progress(session: Session) -> list[Progress]:
    """What every loop last said. Raises psycopg.Error."""
    return [Progress._make(row) for row in session.execute(READ).fetchall()]


def _report(session: Session, values: Mapping[str, object]) -> None:
    session.execute(REPORT, values)
    session.execute(FORGET, {**values, "after": GONE_AFTER})


def database_now(session: Session) -> datetime:
    """The server's clock. Raises psycopg.Error."""
    row = session.execute("SELECT clock_timestamp()").fetchone()
    if row is None:
        raise AssertionError("a SELECT of one value gives one row")
    return cast("datetime", row[0])
