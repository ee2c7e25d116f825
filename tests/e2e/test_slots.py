"""Slots: who works for which, what happens when a worker dies, is thrown out or told to leave."""

import pytest

from services.ingest.message import SessionTakenOver
from services.runtime.clock import utc_now
from tests.fixtures.consumer import running
from tests.fixtures.exactly import all_stored, assert_exactly
from tests.fixtures.ledger import batches, count, outcomes_by_frame
from tests.fixtures.numbered import mn_of, numbered, register
from tests.fixtures.publisher import Publisher, publishing
from tests.fixtures.site import Site

DEVICES = 20
SHUTDOWN_S = 3
# What a loaded machine may add to a process's own limit: imports, the interpreter's end.
SLACK_S = 1.5


async def test_a_second_worker_gets_one_slot_of_two_and_loses_nothing(site: Site) -> None:
    register(site.database_url, map(mn_of, range(DEVICES)))
    first = await site.start()
    await first.holds(0, 1)
    lot = numbered(3000, utc_now(), DEVICES)

    async with publishing(Publisher(site.broker.url, lot, per_second=400)):
        second = await site.start()
        await second.holds(1)
        await first.holds(0)

    await all_stored(site.database_url, lot)
    assert_exactly(site.database_url, lot)


async def test_the_survivor_of_two_workers_adopts_the_slot_of_the_dead(site: Site) -> None:
    register(site.database_url, map(mn_of, range(DEVICES)))
    first = await site.start()
    await first.holds(0, 1)
    second = await site.start()
    await second.holds(1)
    lot = numbered(2000, utc_now(), DEVICES)

    async with publishing(Publisher(site.broker.url, lot, per_second=400)) as publisher:
        await publisher.reached(500)
        await first.kill()
        took_s = await second.holds(0, 1)

    assert took_s < 6
    await all_stored(site.database_url, lot)
    assert_exactly(site.database_url, lot)


async def test_retiring_a_slot_stores_what_was_queued_and_ends_the_session(site: Site) -> None:
    register(site.database_url, map(mn_of, range(DEVICES)))
    before = await site.start(slots=2)
    await before.holds(0, 1)
    await before.stop()
    lot = numbered(1000, utc_now(), DEVICES)
    async with publishing(Publisher(site.broker.url, lot)):
        pass
    after = await site.start(slots=1)
    await after.holds(0)

    status, said = await site.retire(1)

    assert status == 0, said
    assert "session ended" in said
    await all_stored(site.database_url, lot)
    assert_exactly(site.database_url, lot)
    assert count(site.database_url, "SELECT count(*) FROM slot_pending WHERE slot = 1") == 0
    async with running(site.consumer(1)) as auditor:
        assert auditor.consumer.state.session_lost == 1


async def test_a_slot_in_use_is_not_retired(site: Site) -> None:
    worker = await site.start(slots=1)
    await worker.holds(0)

    status, said = await site.retire(0)

    assert status == 1
    assert "held by a running worker" in said


async def test_a_worker_takes_its_client_id_back_from_a_stranger(site: Site) -> None:
    register(site.database_url, map(mn_of, range(DEVICES)))
    worker = await site.start(slots=1)
    await worker.holds(0)
    lot = numbered(2000, utc_now(), DEVICES)
    publisher = Publisher(site.broker.url, lot, per_second=500)
    stranger = site.consumer(0)

    async with publishing(publisher):
        await publisher.reached(500)
        try:
            async with running(stranger):
                await stranger.take(1)
                await publisher.reached(1000)
        except* SessionTakenOver:
            pass

    await worker.holds(0)
    await all_stored(site.database_url, lot)
    assert_exactly(site.database_url, lot)


async def test_sigterm_stores_and_acknowledges_what_was_taken(site: Site) -> None:
    register(site.database_url, map(mn_of, range(DEVICES)))
    worker = await site.start(slots=1, SHUTDOWN_S=SHUTDOWN_S)
    await worker.holds(0)
    lot = numbered(2000, utc_now(), DEVICES)
    publisher = Publisher(site.broker.url, lot, per_second=1000)

    async with publishing(publisher):
        await publisher.reached(600)
        status, took_s = await worker.stop()

    assert (status, took_s < SHUTDOWN_S + SLACK_S) == (0, True)
    kept = set(outcomes_by_frame(batches(site.database_url)))
    left = await site.left_in_sessions([0])
    assert len(kept) >= 100
    assert kept.isdisjoint(left)
    assert kept | set(left) == {one.payload for one in lot}


@pytest.mark.parametrize("broken", ["gone", "deaf"])
async def test_sigterm_without_a_database_ends_in_time_and_loses_nothing(
    site: Site, broken: str
) -> None:
    register(site.database_url, map(mn_of, range(DEVICES)))
    worker = await site.start(slots=1, SHUTDOWN_S=SHUTDOWN_S)
    await worker.holds(0)
    lot = numbered(1500, utc_now(), DEVICES)
    publisher = Publisher(site.broker.url, lot, per_second=1000)

    async with publishing(publisher):
        await publisher.reached(300)
        if broken == "gone":
            await site.database_proxy.cut()
        else:
            site.database_proxy.deaf()
        await publisher.reached(1000)
        status, took_s = await worker.stop()

    assert (status, took_s < SHUTDOWN_S + SLACK_S) == (0, True), took_s
    await site.database_proxy.heal()
    await (await site.start(slots=1)).holds(0)
    await all_stored(site.database_url, lot)
    assert_exactly(site.database_url, lot)


async def test_sigterm_before_the_database_was_ever_there_ends_in_time(site: Site) -> None:
    await site.database_proxy.cut()
    worker = await site.start(slots=1, SHUTDOWN_S=SHUTDOWN_S)
    await worker.says(503, "OperationalError")

    status, took_s = await worker.stop()

    assert (status, took_s < SHUTDOWN_S) == (0, True), took_s
