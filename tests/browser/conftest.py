"""Tests in a real browser: one loop for all of them, for the browser belongs to the one it began in."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import structlog
from playwright.async_api import Browser

from services.embedded.postgres import Postgres
from tests.fixtures.browser import started_browser
from tests.fixtures.console_world import Served, console_template, served, worked_on
from tests.fixtures.database import copied
from tests.fixtures.servers import GivenServer

FOLDER = Path(__file__).parent
TIMEOUT_S = 180
"""The first of them waits for the browser to be fetched and the database to be filled."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.timeout(TIMEOUT_S))


@pytest.fixture(scope="session", autouse=True)
def short_logs() -> Iterator[None]:
    """A fault of a page is a trace, and not all that the page was made of: that takes a minute."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()]
    )
    yield
    structlog.reset_defaults()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncGenerator[Browser]:
    async with started_browser() as one:
        yield one


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(
    postgres: Postgres | GivenServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The template with half a day of four plants, made once a session."""
    return await console_template(postgres, template, tmp_path_factory.mktemp("console"))


@pytest_asyncio.fixture(loop_scope="session")
async def console(postgres: Postgres | GivenServer, world: str) -> AsyncGenerator[Served]:
    """A console that the test may write to."""
    with copied(postgres, world) as url, served(url) as one:
        yield one


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def read_console(postgres: Postgres | GivenServer, world: str) -> AsyncGenerator[Served]:
    """The console that all tests share which only look: a case of it is worked on."""
    with copied(postgres, world) as url, served(url) as one:
        await worked_on(one)
        yield one
