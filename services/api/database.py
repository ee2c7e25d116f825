"""The database as routes see it: a session of role `api`, lent for one request.

A session is in autocommit mode; whoever writes opens a transaction (`services.api.writing`).
"""

from collections.abc import Generator
from typing import Annotated, TypeAlias, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from services.store.pool import Pool
from services.store.session import Session

Database: TypeAlias = Pool


def database_of(connection: HTTPConnection) -> Database:
    """The pool, for what needs a session only now and then."""
    return cast("Database", connection.app.state.context.database)


DatabaseDep = Annotated[Database, Depends(database_of)]


def session_of(database: DatabaseDep) -> Generator[Session]:
    """A session of the pool; given back before the answer leaves."""
    with database.session() as session:
        yield session


# Of the function and not of the request: a slow reader of the answer keeps no connection.
SessionDep = Annotated[Session, Depends(session_of, scope="function")]
