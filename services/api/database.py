"""The database as routes see it: a session of role `api`, lent for one request.

A session is in autocommit mode; whoever writes opens a transaction (`services.api.writing`).
"""

import asyncio
import threading
from collections.abc import AsyncGenerator
from typing import Annotated, TypeAlias, cast

from fastapi import Depends
from fastapi.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from services.store.pool import PATIENCE_S, Pool, PoolBusyError, is_at_rest
from services.store.session import Session

Database: TypeAlias = Pool


def database_of(connection: HTTPConnection) -> Database:
    """The pool, for what needs a session only now and then."""
    return cast("Database", connection.app.state.context.database)


async def _database(connection: HTTPConnection) -> Database:
    return database_of(connection)


DatabaseDep = Annotated[Database, Depends(_database)]


async def turn_of(connection: HTTPConnection) -> AsyncGenerator[None]:
    """Wait for a turn, without a thread: who has one finds a connection free.

    Else all threads would wait for connections whose holders wait for a thread. Raises PoolBusyError.
    """
    turns = cast("asyncio.Semaphore", connection.app.state.context.turns)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await turns.acquire()
    except TimeoutError:
        raise PoolBusyError("every connection is lent") from None
    try:
        yield
    finally:
        turns.release()


TurnDep = Annotated[None, Depends(turn_of, scope="function")]


async def session_of(database: DatabaseDep, _turn: TurnDep) -> AsyncGenerator[Session]:
    """A session of the pool; given back before the answer leaves.

    It may have to be made, which a thread waits for; to give it back takes no time.
    """
    loan = Loan(database)
    try:
        yield await run_in_threadpool(loan.take)
    finally:
        if loan.ends_at_once():
            loan.end()
        else:
            # What was left half done is undone, and the server is waited for.
            await run_in_threadpool(loan.end)


class Loan:
    """One connection, taken by a thread for whom it may be too late: then it goes back at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._over = False

    def take(self) -> Session:
        """Raises PoolBusyError; psycopg.Error."""
        session = self._database.lend()
        with self._lock:
            late = self._over
            if not late:
                self._session = session
        if late:
            self._database.take_back(session)
        return session

    def ends_at_once(self) -> bool:
        """Whether nothing is to be undone."""
        return self._session is None or is_at_rest(self._session)

    def end(self) -> None:
        """Give it back, now or as soon as it comes."""
        with self._lock:
            self._over = True
            session, self._session = self._session, None
        if session is not None:
            self._database.take_back(session)


# Of the function and not of the request: a slow reader of the answer keeps no connection.
SessionDep = Annotated[Session, Depends(session_of, scope="function")]
