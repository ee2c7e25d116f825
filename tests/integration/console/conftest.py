"""The API over a database of the test's own."""

from collections.abc import AsyncIterator

import pytest

from tests.fixtures.api import Api, running


@pytest.fixture
async def api(database: str) -> AsyncIterator[Api]:
    async with running(database) as made:
        yield made
