"""A place for ingest processes, and servers behind proxies that a test may break."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.embedded.mosquitto import Mosquitto
from tests.fixtures.ingest import IngestFloor
from tests.fixtures.proxy import MakeProxy
from tests.fixtures.site import Site, site_of


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[IngestFloor]:
    place = IngestFloor(tmp_path)
    try:
        yield place
    finally:
        await place.close()


@pytest.fixture
async def site(database: str, broker: Mosquitto, proxy: MakeProxy, floor: IngestFloor) -> Site:
    """Give a migrated database and a broker, each reached through a proxy."""
    return await site_of(database, broker, proxy, floor)
