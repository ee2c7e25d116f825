"""Who may add to the beliefs about limits and settings, and what was known of them at a time.

Writers follow one another, so positions and times of recording rise together. It must not know what
a belief says.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, LiteralString, NamedTuple, cast

import psycopg

# One lock for all who write limits and settings; the number only has to be always the same.
BELIEF_LOCK = 0x716B_6C6D
# Above every position that there can be.
EVERYTHING = (1 << 64) - 1
KNOWN_AT = """
SELECT COALESCE(max(position)::text::numeric + 1, 0)
FROM (
  SELECT position, recorded_at FROM limit_version
  UNION ALL SELECT position, recorded_at FROM rule_setting
) AS belief
WHERE recorded_at <= %(at)s
"""


class History(NamedTuple):
    """Rows that follow one another under a lock; the query gives the position after those by `at`."""

    lock: int
    known_at: LiteralString


BELIEFS: Final = History(BELIEF_LOCK, KNOWN_AT)
"""Limits and settings."""


@contextmanager
def belief_lock(connection: psycopg.Connection) -> Generator[None]:
    """A transaction in which nobody else writes limits or settings; an exception rolls it back."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (BELIEF_LOCK,))
        yield


def closed_position(connection: psycopg.Connection) -> int:
    """The position below which nothing will ever be added. Raises psycopg.Error."""
    row = connection.execute("SELECT closed_position()::text").fetchone()
    return int(cast("str", row[0])) if row else 0


def own_position(connection: psycopg.Connection) -> int:
    """The position of whatever this transaction writes; below it lies what was known before.

    Raises psycopg.Error.
    """
    row = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
    return int(cast("str", row[0])) if row else 0


def position_at(connection: psycopg.Connection, at: datetime, history: History = BELIEFS) -> int:
    """The position below which lies what was recorded in a history by a time that is over.

    Asked again it is the same: whoever is writing now is waited for, and whoever writes later
    records a later time. Raises psycopg.Error.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock_shared(%s)", (history.lock,))
        row = connection.execute(history.known_at, {"at": at}).fetchone()
    return int(cast("int", row[0])) if row else 0
