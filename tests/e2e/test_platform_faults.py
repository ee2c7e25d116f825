"""The platform's own trouble is one case of the platform's, and hides nothing that really happened.

Every clock runs 30 times as fast as ours, and every threshold has its default: a logger is offline
after ten minutes.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from schemas.alert import Alert, AlertKind, AlertState
from services.embedded.mosquitto import Mosquitto
from services.embedded.postgres import Postgres
from services.runtime.clock import wall_clock_s
from services.store.migrations import migrate
from tests.fixtures.brisk import works
from tests.fixtures.brisk_world import EVERY, MINUTE, OVER, USUAL, World, world
from tests.fixtures.ingest import Ingest, IngestFloor
from tests.fixtures.proxy import MakeProxy
from tests.fixtures.site import Site, site_of
from tests.fixtures.until import until

LOGGERS = 20
RATE = 30.0
OUTAGE_MIN = 12.0
DIES, EXCEEDS = 3, 4
JITTER = timedelta(seconds=45)
"""A frame's own second, its interval, and what ingest and the watch need for it at this speed."""


@pytest.fixture
async def platform(site: Site, floor: IngestFloor) -> AsyncIterator[World]:
    async with world(site, floor, LOGGERS, RATE) as made:
        yield made


async def begin(made: World) -> tuple[Ingest, Ingest]:
    """Ingest and an alert process, and everybody heard."""
    ingest = await made.platform.ingest()
    alerts = await made.platform.alerts()
    await works(alerts).well(40, "raises")
    await made.heard()
    return ingest, alerts


async def what_happens_meanwhile(made: World) -> tuple[datetime, datetime, datetime]:
    """A logger dies, another's outlet exceeds for six minutes; its last word, and the true times."""
    fleet = made.fleet
    await made.passes(2)
    died_at = fleet.die(DIES)
    fleet.values[EXCEEDS] = OVER
    began = fleet.said[EXCEEDS][-1] + EVERY
    await made.clock.reaches(began + 6 * MINUTE)
    fleet.values[EXCEEDS] = USUAL
    ended = fleet.said[EXCEEDS][-1] + EVERY
    await made.passes(OUTAGE_MIN - 9)
    return died_at, began, ended


def ended(one: Alert) -> bool:
    return one.state is AlertState.RESOLVED


def opened(one: Alert) -> bool:
    return one.opened_at is not None


async def all_is_told(made: World, healed: datetime, outage: tuple[datetime, datetime]) -> None:
    """One case of the platform, then what really happened with its true times, and nothing else."""


async def test_a_broker_that_was_down_is_one_case_and_what_happened_meanwhile_is_told_after_it(
    platform: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await begin(platform)
    await platform.passes(3)
    down_at = platform.clock.now()
    await asyncio.to_thread(platform.site.broker.stop)
    silent = platform.fleet.said[DIES][-1]

    _, began, over = await what_happens_meanwhile(platform)
    deaf = await platform.case(AlertKind.PLATFORM_SILENT, opened, 10)
    noticed = platform.clock.now()
    await asyncio.to_thread(platform.site.broker.start)
    up_at = platform.clock.now()

    exceeded = await platform.case(AlertKind.PREWARNING, ended, 30, f"P{EXCEEDS}")
    told = platform.clock.now()
    gone = await platform.case(AlertKind.PLATFORM_SILENT, ended, 30)
    offline = await platform.case(AlertKind.DEVICE_OFFLINE, opened, 40, f"P{DIES}")
    with capsys.disabled():
        sys.stdout.write(
            f"\nbroker down at {down_at:%H:%M:%S}, case since {deaf.since:%H:%M:%S} "
            f"(looked {noticed:%H:%M:%S}, opened_at {deaf.opened_at:%H:%M:%S}), up {up_at:%H:%M:%S}, "
            f"case until {gone.until:%H:%M:%S}; exceeded {exceeded.since:%H:%M:%S} to "
            f"{exceeded.until:%H:%M:%S} (truth {began:%H:%M:%S} to {over:%H:%M:%S}), told {told:%H:%M:%S};"
            f" offline since {offline.since:%H:%M:%S} (last {silent:%H:%M:%S}), opened "
            f"{offline.opened_at:%H:%M:%S}\n{platform.told()}\n"
        )
    assert (exceeded.since, exceeded.until) == (began, over)
    assert abs(offline.since - silent) < JITTER
    assert abs(deaf.since - down_at) < JITTER
    assert platform.told() == [
        ("device_offline", f"P{DIES}", "open"),
        ("platform_silent", None, "resolved"),
        ("prewarning", f"P{EXCEEDS}", "resolved"),
    ]
