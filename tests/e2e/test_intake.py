"""What ingest lets in: late registries, strangers, wrong clocks, and a stop when all is refused."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from services.runtime.clock import utc_now
from tests.fixtures.ledger import (
    Reject,
    assert_accounted,
    assert_chains_whole,
    batches,
    count,
    outcomes_by_frame,
    rejects,
    stored,
)
from tests.fixtures.numbered import Publication, hj212, mn_of, numbered, register, sent_values
from tests.fixtures.publisher import Publisher, publishing
from tests.fixtures.site import Site
from tests.fixtures.until import until

DEVICES = 20
# The settings' default: so many frames are needed before the share of rejects is judged.
JUDGED_FRAMES = 1000
GOES_ON_S = 20


async def published(site: Site, lot: Sequence[Publication]) -> None:
    async with publishing(Publisher(site.broker.url, lot)):
        pass


async def accounted(site: Site, frames: int) -> None:
    """Wait until so many frames are in batches, whatever became of them."""

    async def so() -> bool:
        return count(site.database_url, "SELECT COALESCE(sum(frames), 0) FROM batch") >= frames

    await until(so, 30, f"{frames} frames accounted for")


def assert_kept(found: Sequence[Reject], sent: Sequence[Publication], reason: str) -> None:
    assert {reject.reason for reject in found} == {reason}
    assert sorted(reject.payload for reject in found) == sorted(one.payload for one in sent)


async def test_devices_registered_before_their_first_message_are_never_rejected(
    site: Site,
) -> None:
    worker = await site.start(slots=1)
    await worker.holds(0)
    lot = numbered(500, utc_now(), DEVICES)

    register(site.database_url, map(mn_of, range(DEVICES)))
    await published(site, lot)

    await accounted(site, len(lot))
    assert rejects(site.database_url) == []
    assert stored(site.database_url).values == sent_values(lot)


async def test_a_queue_older_than_the_registry_is_stored(site: Site) -> None:
    worker = await site.start(slots=1)
    await worker.holds(0)
    await worker.stop()
    lot = numbered(2000, utc_now(), DEVICES)
    await published(site, lot)

    register(site.database_url, map(mn_of, range(DEVICES)))
    await (await site.start(slots=1)).holds(0)

    await accounted(site, len(lot))
    assert rejects(site.database_url) == []
    assert stored(site.database_url).values == sent_values(lot)


async def test_an_unknown_device_is_rejected_and_kept_and_others_are_stored(site: Site) -> None:
    register(site.database_url, map(mn_of, range(DEVICES)))
    worker = await site.start(slots=1)
    await worker.holds(0)
    known = numbered(400, utc_now(), DEVICES)
    unknown = [hj212(mn_of(99), utc_now() - timedelta(seconds=n), (1.0, 2.0)) for n in range(50)]

    await published(site, [*known[:200], *unknown, *known[200:]])

    await accounted(site, len(known) + len(unknown))
    assert_kept(rejects(site.database_url), unknown, "unknown_device")
    assert stored(site.database_url).values == sent_values(known)


@pytest.mark.timeout(90)
async def test_intake_stops_when_nearly_all_is_rejected_and_goes_on_with_the_registry(
    site: Site,
) -> None:
    worker = await site.start(slots=1)
    await worker.holds(0)
    lot = numbered(4000, utc_now(), DEVICES)
    await published(site, lot)

    await worker.says(503, "intake is stopped", limit_s=20)

    # What was judged before there was enough to judge is kept; all else is still the broker's.
    early = {reject.payload for reject in rejects(site.database_url)}
    assert len(early) < JUDGED_FRAMES
    assert set(outcomes_by_frame(batches(site.database_url))) == early
    assert stored(site.database_url).values == {}

    register(site.database_url, map(mn_of, range(DEVICES)))

    await worker.holds(0, limit_s=GOES_ON_S)
    await accounted(site, len(lot))
    kept = batches(site.database_url)
    assert_accounted(kept)
    assert_chains_whole(kept)
    assert stored(site.database_url).values == sent_values(
        one for one in lot if one.payload not in early
    )
    assert {reject.payload for reject in rejects(site.database_url)} == early


async def test_stopped_intake_leaves_everything_with_the_broker(site: Site) -> None:
    worker = await site.start(slots=1, SHUTDOWN_S=3)
    await worker.holds(0)
    lot = numbered(3000, utc_now(), DEVICES)
    await published(site, lot)
    await worker.says(503, "intake is stopped", limit_s=20)

    status, _ = await worker.stop()

    assert status == 0
    kept = set(outcomes_by_frame(batches(site.database_url)))
    left = await site.left_in_sessions([0])
    assert kept.isdisjoint(left)
    assert kept | set(left) == {one.payload for one in lot}


async def test_a_clock_in_2040_is_rejected_with_its_bytes_and_harms_nobody_else(
    site: Site,
) -> None:
    register(site.database_url, map(mn_of, range(DEVICES)))
    worker = await site.start(slots=1)
    await worker.holds(0)
    sound = numbered(400, utc_now(), DEVICES)
    wrong = [
        hj212(mn_of(1), datetime(2040, 1, 1, tzinfo=UTC) + timedelta(days=n), (1.0, 2.0))
        for n in range(200)
    ]

    await published(site, [*sound[:200], *wrong, *sound[200:]])

    await accounted(site, len(sound) + len(wrong))
    assert_kept(rejects(site.database_url), wrong, "clock")
    assert stored(site.database_url).values == sent_values(sound)


async def test_a_device_eight_days_late_is_stored(site: Site) -> None:
    register(site.database_url, map(mn_of, range(DEVICES)))
    worker = await site.start(slots=1)
    await worker.holds(0)
    late = numbered(400, utc_now() - timedelta(days=8), DEVICES)
    prompt = numbered(400, utc_now(), DEVICES)

    await published(site, [*prompt[:200], *late, *prompt[200:]])

    await accounted(site, len(late) + len(prompt))
    assert rejects(site.database_url) == []
    assert stored(site.database_url).values == sent_values([*late, *prompt])
