"""Connections that are lent for one piece of work each: of one role, with a limit of time.

It must not know what they are lent for.
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import psycopg_pool
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus

from services.store.connection import KEEPALIVES, Role, session_options
from services.store.session import Session

PATIENCE_S = 5.0
"""So long somebody waits for a connection."""
IDLE_MS = 60_000
CHECKED_MOST = 100
ANSWERED_S = 1.0
"""A connection that was used since then is lent unchecked."""


class PoolBusyError(Exception):
    """Every connection is lent, or the server cannot be reached."""


@dataclass(frozen=True, slots=True)
class PoolSize:
    """How many connections there are, and how long a statement may take, in milliseconds."""

    most: int = 10
    least: int = 1
    statement_ms: int = 10_000


class Pool:
    """Connections in autocommit mode; open it before use, and close it."""

    def __init__(self, url: str, role: Role, application: str, size: PoolSize) -> None:
        options = (
            f"{session_options(role)} -c statement_timeout={size.statement_ms}"
            f" -c idle_in_transaction_session_timeout={IDLE_MS}"
        )
        address = make_conninfo(url, options=options, application_name=application, **KEEPALIVES)
        self.size = size
        self._used: WeakKeyDictionary[Session, float] = WeakKeyDictionary()
        self._pool: psycopg_pool.ConnectionPool[Session] = psycopg_pool.ConnectionPool(
            address,
            kwargs={"autocommit": True},
            min_size=size.least,
            max_size=size.most,
            max_waiting=CHECKED_MOST,
            timeout=PATIENCE_S,
            check=self._check,
            name=application,
            open=False,
        )

    def open(self) -> None:
        """Begin to connect; whether the server is there shows when a connection is asked for."""
        self._pool.open()

    def close(self) -> None:
        self._pool.close(timeout=PATIENCE_S)

    @contextmanager
    def session(self, patience_s: float = PATIENCE_S) -> Generator[Session]:
        """A connection for one piece of work.

        Raises PoolBusyError when none is to be had in `patience_s`; psycopg.Error.
        """
        connection = self.lend(patience_s)
        try:
            yield connection
        finally:
            self.take_back(connection)

    def lend(self, patience_s: float = PATIENCE_S) -> Session:
        """A connection, to be taken back. Raises as `session` does."""
        try:
            return self._pool.getconn(patience_s)
        except (psycopg_pool.PoolTimeout, psycopg_pool.TooManyRequests) as error:
            raise PoolBusyError(str(error)) from error

    def take_back(self, connection: Session) -> None:
        """Waits for the server where the connection is not at rest."""
        self._used[connection] = time.monotonic()
        self._pool.putconn(connection)

    def _check(self, connection: Session) -> None:
        """Whoever answered a moment ago is not asked again whether he is there."""
        used = self._used.get(connection)
        if used is None or time.monotonic() - used > ANSWERED_S:
            psycopg_pool.ConnectionPool.check_connection(connection)

    def free(self) -> int:
        """How many connections could be lent at once."""
        told = self._pool.get_stats()
        lent = told.get("pool_size", 0) - told.get("pool_available", 0)
        return max(self.size.most - lent, 0)


def is_at_rest(connection: Session) -> bool:
    """Whether nothing is left to be undone."""
    return connection.info.transaction_status is TransactionStatus.IDLE
