"""0 lost, 0 doubled, verified: whatever dies on the way, all that the broker took is stored once.

The publisher keeps its own list; the database is asked only what it has, never what it meant.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest

from services.embedded.mosquitto import Mosquitto
from services.embedded.postgres import Postgres
from services.runtime.clock import utc_now
from services.store.migrations import migrate
from tests.fixtures.balance import assert_balanced, watching
from tests.fixtures.exactly import all_stored, assert_exactly
from tests.fixtures.faults import LONG, SHORT, Trial
from tests.fixtures.ingest import IngestFloor
from tests.fixtures.ledger import Batch, batches, stored
from tests.fixtures.numbered import Publication, mn_of, numbered, register
from tests.fixtures.proxy import MakeProxy
from tests.fixtures.publisher import Publisher, publishing
from tests.fixtures.site import Site, site_of
from tests.fixtures.until import NotReachedError

DEVICES = 20
SETTLED_S = 60.0
SEED = 212
LOOKS = 10


@dataclass(frozen=True)
class Form:
    """How much, how fast, and through which faults."""

    publications: int
    per_second: float
    faults: tuple[str, ...]


SHORT_FORM = Form(10_000, 400, SHORT)
LONG_FORM = Form(100_000, 400, LONG)


@pytest.fixture
async def own_site(
    server: Postgres, broker: Mosquitto, proxy: MakeProxy, floor: IngestFloor
) -> Site:
    """Give a database server and a broker that may be killed."""
    await asyncio.to_thread(server.create_database)
    await asyncio.to_thread(migrate, server.url())
    return await site_of(server.url(), broker, proxy, floor)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(SHORT_FORM, id="short", marks=pytest.mark.timeout(180)),
        pytest.param(LONG_FORM, id="long", marks=[pytest.mark.soak, pytest.mark.timeout(1800)]),
    ],
)
async def test_what_the_broker_took_is_stored_exactly_once(
    own_site: Site, server: Postgres, form: Form, capsys: pytest.CaptureFixture[str]
) -> None:
    register(own_site.database_url, map(mn_of, range(DEVICES)))
    lot = numbered(form.publications, utc_now(), DEVICES)
    publisher = Publisher(own_site.broker.url, lot, form.per_second)
    trial = Trial(own_site, server, publisher, Random(SEED))  # noqa: S311 - chance, no secret
    faults = list(form.faults)
    trial.random.shuffle(faults)
    await trial.begin()

    async with publishing(publisher), watching(server.url()) as watch:
        await trial.suffer(faults)

    settled_s = await _settled(own_site, lot)
    kept = await asyncio.to_thread(batches, own_site.database_url)
    with capsys.disabled():
        sys.stdout.write(_figures(trial, kept, settled_s))
        sys.stdout.write(
            f"balance asked {watch.asked} times, {len(watch.uneven)} hours uneven; at most {watch.most_pending:,} "
            f"messages pending; the database was away {watch.away} times\n"
        )
    assert len(publisher.taken) == len(lot)
    assert_exactly(own_site.database_url, lot)
    assert watch.asked >= LOOKS
    assert watch.uneven == []
    assert_balanced(own_site.database_url, kept, lot)
    for worker in trial.workers:
        assert (await worker.stop())[0] == 0
    assert await own_site.left_in_sessions([0, 1]) == []


async def _settled(site: Site, lot: Sequence[Publication]) -> float:
    try:
        return await all_stored(site.database_url, lot, SETTLED_S)
    except NotReachedError:
        return SETTLED_S  # what is missing is told by name further on


def _figures(trial: Trial, kept: Sequence[Batch], settled_s: float) -> str:
    found, publisher = stored(trial.site.database_url), trial.publisher
    held_s = [
        found.committed_s[one.mn, *key] - publisher.taken[number]
        for number, one in enumerate(publisher.lot)
        for key in one.readings
        if number in publisher.taken and (one.mn, *key) in found.committed_s
    ]
    repeated = sum(batch.head.outcomes.count("r") for batch in kept)
    lines = [
        "",
        f"{len(publisher.taken):,} messages taken by the broker, {found.rows:,} readings stored",
        f"{len(kept):,} batches, {repeated:,} frames repeated",
        f"longest from PUBACK to commit: {max(held_s):.1f} s",
        f"from the last PUBACK to the last commit: {settled_s:.1f} s",
    ]
    for fault, recovery_s in trial.recovery_s(kept):
        lasted_s = fault.healed_s - fault.struck_s
        lines.append(f"{fault.name}: {lasted_s:.1f} s, both slots commit {recovery_s:.1f} s later")
    return "\n".join([*lines, ""])
