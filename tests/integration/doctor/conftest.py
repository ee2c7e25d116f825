"""The doctor examines a server as it is meant to be run: one that loses no commit."""

from collections.abc import Iterator

import pytest

from services.embedded.postgres import Postgres
from tests.fixtures.database import make_template
from tests.fixtures.servers import SMALL, Yard


@pytest.fixture(scope="package")
def postgres(yard: Yard) -> Iterator[Postgres]:
    server = yard.postgres(SMALL)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="package")
def template(postgres: Postgres) -> str:
    return make_template(postgres)
