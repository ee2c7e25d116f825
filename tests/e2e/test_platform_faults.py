"""The platform's own trouble is one case of the platform's, and hides nothing that really happened.

Every clock runs 40 times as fast as ours, and every threshold has its default: a logger is offline
after ten minutes.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from schemas.alert import Alert, AlertKind, AlertState
from services.embedded.mosquitto import Mosquitto
from services.embedded.postgres import Postgres
from services.store.migrations import migrate
from tests.fixtures.brisk import works
from tests.fixtures.brisk_world import EVERY, MINUTE, OVER, USUAL, Play, World, figures, world
from tests.fixtures.ingest import Ingest, IngestFloor
from tests.fixtures.proxy import MakeProxy
from tests.fixtures.site import Site, site_of

LOGGERS = 20
RATE = 40.0
DIES, EXCEEDS = 3, 4
JITTER = timedelta(seconds=75)
"""A frame's own second, its interval, and what ingest and the watch need for it at this speed."""


PARTS = ("judging", "live", "raising", "outbox")


@dataclass(frozen=True)
class Truth:
    """What happened while the platform was in trouble, by the loggers' data times."""

    struck: datetime
    healed: datetime
    heard: datetime
    """The last data time of the dead logger that the platform heard of while all was well."""
    died: datetime
    exceeded: tuple[datetime, datetime]

    def said(self) -> str:
        began, ended = self.exceeded
        return (
            f"\nstruck {self.struck:%H:%M:%S}, healed {self.healed:%H:%M:%S}; exceeded "
            f"{began:%H:%M:%S} to {ended:%H:%M:%S}; the dead one was heard at {self.heard:%H:%M:%S} "
            f"and died at {self.died:%H:%M:%S}"
        )


@dataclass
class Fault:
    """How the platform is struck and healed; the ingest process at work."""

    made: World
    server: Postgres
    ingest: Ingest

    async def stop_broker(self) -> None:
        await asyncio.to_thread(self.made.site.broker.stop)

    async def start_broker(self) -> None:
        await asyncio.to_thread(self.made.site.broker.start)

    async def stop_database(self) -> None:
        await asyncio.to_thread(self.server.stop)

    async def start_database(self) -> None:
        await asyncio.to_thread(self.server.start)

    async def stop_ingest(self) -> None:
        assert (await self.ingest.stop())[0] == 0

    async def start_ingest(self) -> None:
        self.ingest = await self.made.platform.ingest()


Act = Callable[[Fault], Awaitable[None]]


class Outage(NamedTuple):
    """What strikes and heals, and what is told of the platform."""

    strike: Act
    heal: Act
    told: Sequence[tuple[str, None, str]] = ()


SILENT = [("platform_silent", None, "resolved")]
OUTAGES = {
    "the broker is down": Outage(Fault.stop_broker, Fault.start_broker, SILENT),
    # Ingest goes on receiving, and keeps when: nobody was silent.
    "the database is down": Outage(Fault.stop_database, Fault.start_database),
    "no ingest runs": Outage(Fault.stop_ingest, Fault.start_ingest, SILENT),
}


@pytest.fixture
async def own_site(
    server: Postgres, broker: Mosquitto, proxy: MakeProxy, floor: IngestFloor
) -> Site:
    """Give a database server and a broker that may be stopped."""
    await asyncio.to_thread(server.create_database)
    await asyncio.to_thread(migrate, server.url())
    return await site_of(server.url(), broker, proxy, floor)


async def suffer(fault: Fault, outage: Outage) -> Truth:
    """Twelve minutes in which a logger dies and the outlet of another one exceeds for six minutes."""
    made, fleet = fault.made, fault.made.fleet
    await made.passes(3)
    struck, heard = made.clock.now(), fleet.said[DIES][-1]
    await outage.strike(fault)
    await made.clock.reaches(struck + 2 * MINUTE)
    died = fleet.die(DIES)
    fleet.values[EXCEEDS] = OVER
    began = fleet.said[EXCEEDS][-1] + EVERY
    await made.clock.reaches(began + 6 * MINUTE)
    fleet.values[EXCEEDS] = USUAL
    ended = fleet.said[EXCEEDS][-1] + EVERY
    await made.clock.reaches(struck + 12 * MINUTE)
    healed = made.clock.now()
    await outage.heal(fault)
    return Truth(struck, healed, heard, died, (began, ended))


def resolved(one: Alert) -> bool:
    return one.state is AlertState.RESOLVED


def opened(one: Alert) -> bool:
    return one.opened_at is not None


@pytest.mark.soak
@pytest.mark.timeout(240)
@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)
async def test_an_outage_is_one_case_of_the_platform_and_what_happened_meanwhile_is_told_after_it(
    own_site: Site,
    server: Postgres,
    floor: IngestFloor,
    outage: Outage,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with world(own_site, floor, Play(LOGGERS, RATE)) as made:
        ingest = await made.platform.ingest()
        alerts = await made.platform.alerts()
        await works(alerts).well(40, "raises")
        await made.heard()

        truth = await suffer(Fault(made, server, ingest), outage)

        exceeded = await made.case(AlertKind.PREWARNING, resolved, 40, f"P{EXCEEDS}")
        offline = await made.case(AlertKind.DEVICE_OFFLINE, opened, 60, f"P{DIES}")
        await made.clock.reaches(offline.opened_at or truth.healed)
        told, text = made.told(), figures(made)
        status, took_s = await alerts.stop()

    with capsys.disabled():
        sys.stdout.write(f"{truth.said()}{text}\nended {took_s:.1f} s after SIGTERM\n")
    assert (exceeded.since, exceeded.until) == truth.exceeded
    assert -JITTER < offline.since - truth.heard < truth.died - truth.heard + JITTER
    assert told == [
        ("device_offline", f"P{DIES}", "open"),
        *outage.told,
        ("prewarning", f"P{EXCEEDS}", "resolved"),
    ]
    assert status == 0


@pytest.mark.soak
@pytest.mark.timeout(240)
async def test_a_process_whose_clock_is_wrong_judges_raises_and_tells_nothing_and_is_told_of_once(
    site: Site, floor: IngestFloor, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its clock is an hour ahead, and it was there first."""
    async with world(site, floor, Play(5, RATE)) as made:
        await made.platform.ingest()
        wrong = await made.platform.alerts(ahead_s=3600, host="astray")
        await wrong.says(503, "the clock of astray is 3600")
        right = await made.platform.alerts()
        await works(right).well(40, "raises")
        clock = await made.case(AlertKind.PLATFORM_CLOCK, opened, 20)
        began = made.fleet.said[EXCEEDS][-1] + EVERY
        made.fleet.values[EXCEEDS] = OVER

        exceeded = await made.case(AlertKind.PREWARNING, opened, 30, f"P{EXCEEDS}")
        _, checks = await wrong.health()
        status, took_s = await wrong.stop()
        over = await made.case(AlertKind.PLATFORM_CLOCK, resolved, 60)
        told, text = made.told(), figures(made)
        now = made.clock.now()

    with capsys.disabled():
        sys.stdout.write(f"{text}\nended {took_s:.1f} s after SIGTERM\n")
    assert exceeded.since == began
    assert over.alert == clock.alert
    assert "astray" in clock.en
    assert told == [
        ("platform_clock", None, "resolved"),
        ("prewarning", f"P{EXCEEDS}", "open"),
    ]
    said = wrong.log.read_text(encoding="utf-8")
    assert all("the clock of astray" in checks[part] for part in PARTS)
    assert "raising begins" not in said
    assert '"judged"' not in said
    assert all(one.alert.changed_at <= now for one in made.cases())
    assert status == 0
