"""The database as routes see it: a session of role `api`, lent for one request.

A session is in autocommit mode; whoever writes opens a transaction (`services.api.writing`).
"""

import asyncio
from collections.abc import AsyncGenerator, Generator
from typing import Annotated, TypeAlias, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from services.store.pool import PATIENCE_S, Pool, PoolBusyError
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


def session_of(database: DatabaseDep, _turn: TurnDep) -> Generator[Session]:
    """A session of the pool; given back before the answer leaves."""
    with database.session() as session:
        yield session


# Of the function and not of the request: a slow reader of the answer keeps no connection.
SessionDep = Annotated[Session, Depends(session_of, scope="function")]
