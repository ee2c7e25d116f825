"""A broker that dies without a word: what it loses is bounded, known, and closed by a resend.

Mosquitto acknowledges before it has saved; it saves every other second.
"""

import sys

import pytest

from services.runtime.clock import utc_now, wall_clock_s
from tests.fixtures.exactly import all_stored, assert_exactly
from tests.fixtures.ingest import Ingest
from tests.fixtures.ledger import stored
from tests.fixtures.numbered import Publication, mn_of, numbered, register, sent_values
from tests.fixtures.publisher import Publisher, publishing
from tests.fixtures.site import Site
from tests.fixtures.until import until

DEVICES = 20
# Mosquitto 2.0.21 compares whole seconds with "less than", so an autosave_interval of 1 saves every
# two seconds.
AUTOSAVE_S = 2.0
# Writing the file, and a loop that was busy when it was time.
SLACK_S = 1.0
# What a device sends once more after its connection was cut.
RESENT_S = 5.0
PER_SECOND = 1000
LOT = 3000


async def one_worker(site: Site) -> Ingest:
    register(site.database_url, map(mn_of, range(DEVICES)))
    worker = await site.start(slots=1)
    await worker.holds(0)
    return worker


async def kill_while_publishing(site: Site, publisher: Publisher) -> float:
    """SIGKILL the broker in the middle; the moment, in seconds since 1970 UTC."""
    async with publishing(publisher):
        await publisher.reached(LOT * 2 // 3)
        killed_s = wall_clock_s()
        site.broker.kill()
        publisher.give_up()
    return killed_s


async def saved(site: Site) -> float:
    """Wait until the broker has saved once more: all that it has acknowledged; seconds.

    It saves in the same thread that it acknowledges in, so no save is half before and half after.
    """
    file = site.broker.folder / "store/mosquitto.db"
    seen = set[int]()

    async def so() -> bool:
        if file.exists():
            seen.add(file.stat().st_mtime_ns)
        return len(seen) > 1

    return await until(so, 10, "a save of the broker's queues")


async def settled(site: Site, last: Publication) -> None:
    """Wait for the end of the queue: one slot gets everything in order, so its last is the end."""
    async with publishing(Publisher(site.broker.url, [last])):
        pass

    async def so() -> bool:
        return sent_values([last]).items() <= stored(site.database_url).values.items()

    await until(so, 30, "the last message stored")


def lost_of(site: Site, publisher: Publisher) -> list[int]:
    """Numbers of the publications that the broker took and nobody has."""
    found = stored(site.database_url).values
    return [
        number
        for number in sorted(publisher.taken)
        if not sent_values([publisher.lot[number]]).keys() <= found.keys()
    ]


@pytest.mark.parametrize("ingest", ["at work", "away"])
async def test_a_killed_broker_loses_at_most_its_last_seconds_and_a_resend_closes_the_gap(
    site: Site, ingest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = await one_worker(site)
    if ingest == "away":
        await worker.stop()
    lot = numbered(LOT, utc_now(), DEVICES)
    publisher = Publisher(site.broker.url, lot, PER_SECOND)

    killed_s = await kill_while_publishing(site, publisher)
    site.broker.start()
    if ingest == "away":
        await (await site.start(slots=1)).holds(0)
    await settled(site, lot[-1])

    lost = lost_of(site, publisher)
    with capsys.disabled():
        sys.stdout.write(
            f"\nbroker killed, ingest {ingest}: {len(lost)} of {len(publisher.taken)} acknowledged"
            f" messages lost, at {PER_SECOND} a second\n"
        )
    assert all(publisher.taken[number] > killed_s - AUTOSAVE_S - SLACK_S for number in lost)
    assert len(lost) <= PER_SECOND * (AUTOSAVE_S + SLACK_S)

    again = lot[publisher.taken_since(killed_s - RESENT_S) :]
    async with publishing(Publisher(site.broker.url, again)):
        pass
    await settled(site, lot[-1])
    await all_stored(site.database_url, lot)
    assert_exactly(site.database_url, lot)


async def test_a_broker_killed_after_a_quiet_while_loses_nothing(site: Site) -> None:
    await (await one_worker(site)).stop()
    lot = numbered(LOT, utc_now(), DEVICES)
    async with publishing(Publisher(site.broker.url, lot[:-1])):
        pass

    quiet_s = await saved(site)
    site.broker.kill()
    site.broker.start()

    assert quiet_s < AUTOSAVE_S + SLACK_S
    await (await site.start(slots=1)).holds(0)
    await settled(site, lot[-1])
    assert_exactly(site.database_url, lot)
