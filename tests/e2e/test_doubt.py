"""When it cannot be known what happened: an answer lost, a worker frozen and overtaken."""

import signal

import pytest

from services.runtime.clock import utc_now
from tests.fixtures.exactly import all_stored, assert_exactly
from tests.fixtures.ledger import batches, count, outcomes_by_frame
from tests.fixtures.numbered import mn_of, numbered, register
from tests.fixtures.publisher import Publisher, publishing
from tests.fixtures.site import Site
from tests.fixtures.until import until

DEVICES = 20


async def test_a_commit_whose_answer_was_lost_is_found_and_not_made_again(site: Site) -> None:
    register(site.database_url, map(mn_of, range(DEVICES)))
    worker = await site.start(slots=1)
    await worker.holds(0)
    lot = numbered(900, utc_now(), DEVICES)
    async with publishing(Publisher(site.broker.url, lot[:300])):
        pass
    await all_stored(site.database_url, lot[:300])
    before = count(site.database_url, "SELECT count(*) FROM batch")

    async def committed_unheard() -> bool:
        return count(site.database_url, "SELECT count(*) FROM batch") > before

    site.database_proxy.mute_after(b"COMMIT")
    async with publishing(Publisher(site.broker.url, lot[300:600])):
        await until(committed_unheard, 20, "a commit of which the worker hears nothing")
        assert site.database_proxy.mute
    await site.database_proxy.cut()
    await site.database_proxy.heal()
    async with publishing(Publisher(site.broker.url, lot[600:])):
        pass

    await all_stored(site.database_url, lot)
    assert_exactly(site.database_url, lot)
    fates = outcomes_by_frame(batches(site.database_url))
    assert sum(fate["r"] for fate in fates.values()) == 0


@pytest.mark.soak
@pytest.mark.timeout(180)
async def test_a_frozen_worker_is_overtaken_and_does_no_harm_when_it_wakes(site: Site) -> None:
    register(site.database_url, map(mn_of, range(DEVICES)))
    frozen = await site.start()
    await frozen.holds(0, 1)
    other = await site.start()
    await other.holds(1)
    lot = numbered(15_000, utc_now(), DEVICES)

    async with publishing(Publisher(site.broker.url, lot, per_second=300)) as publisher:
        await publisher.reached(500)
        frozen.process.send_signal(signal.SIGSTOP)
        await other.holds(0, 1, limit_s=60)
        frozen.process.send_signal(signal.SIGCONT)
        await frozen.works(limit_s=30)
        await other.works(limit_s=30)

    await all_stored(site.database_url, lot)
    assert_exactly(site.database_url, lot)
