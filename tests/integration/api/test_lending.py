"""A request's connection: it comes back whatever becomes of the request, as it was lent."""

import asyncio

import pytest

from services.api.database import Database, Loan, session_of
from services.store.pool import is_at_rest
from tests.fixtures.api import Api
from tests.fixtures.until import until


async def all_free(database: Database) -> None:
    """Also those that the pool has yet to make."""

    async def free() -> bool:
        return database.free() == database.size.most

    await until(free, 10, "every connection is free")


async def test_who_is_gone_when_his_connection_comes_keeps_none(api: Api) -> None:
    loan = Loan(api.context.database)

    loan.end()
    loan.take()

    await all_free(api.context.database)


async def test_a_connection_goes_back_once(api: Api) -> None:
    database = api.context.database
    await all_free(database)
    loan = Loan(database)
    loan.take()

    lent = database.free()
    loan.end()
    loan.end()

    assert lent == database.size.most - 1
    await all_free(database)


async def test_what_was_left_half_done_is_undone(api: Api) -> None:
    lending = session_of(api.context.database, None)
    session = await anext(lending)
    await asyncio.to_thread(session.execute, "BEGIN")
    assert not is_at_rest(session)

    with pytest.raises(StopAsyncIteration):
        await anext(lending)

    assert is_at_rest(session)
