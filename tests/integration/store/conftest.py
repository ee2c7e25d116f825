"""Two connections that write, as two workers have them."""

from collections.abc import AsyncIterator

import pytest

from services.store.batches import prepare_connection
from services.store.connection import Connection, connect


@pytest.fixture
async def workers(database: str) -> AsyncIterator[tuple[Connection, Connection]]:
    async with (
        await connect(database, "ingest", "one") as one,
        await connect(database, "ingest", "two") as two,
    ):
        await prepare_connection(one)
        await prepare_connection(two)
        yield one, two
