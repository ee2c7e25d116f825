"""Many devices, a fifth of them with a quirk each: refused by name, then accepted.

Five hundred of them in the long form; in the short one fewer, with every quirk among them.
"""

from pathlib import Path

import pytest

from services.demo.preparing import seal_file
from services.simulate.quirks import QUIRK_POLICIES
from services.simulate.world import World
from tests.fixtures.province import (
    Played,
    Venue,
    accounted,
    first_hours,
    outcomes,
    played,
    policies_named,
    refusals,
    registered,
    scenario,
    topic_of,
    without_policies,
    world_before_now,
)
from tests.fixtures.site import Site

REALTIME_S = 600
HOURS = 0.25
BEGAN_DAYS_AGO = 2.0
LIMIT_S = 120
# Accepted by what else the registry says of the device: codes, units, sentinels, the gateway.
ELSEWHERE = frozenset({"old_codes", "vendor_units", "sentinels", "gateway"})
parts = pytest.mark.parametrize(
    "part", [pytest.param(0.3, id="short"), pytest.param(1.0, id="all", marks=pytest.mark.soak)]
)


async def run(site: Site, folder: Path, part: float, *, policies: bool) -> Played:
    told = scenario("quirks-500", REALTIME_S)
    fewer = tuple(one.model_copy(update={"count": round(one.count * part)}) for one in told.plants)
    told = told.model_copy(update={"plants": fewer})
    world = world_before_now(told, BEGAN_DAYS_AGO)
    seal = seal_file(folder)
    registered(site.database_url, world if policies else without_policies(world), seal)
    # A fifth of all frames may be refused without stopping intake for the others.
    worker = await site.start(slots=1, SEAL_KEY_FILE=seal)
    await worker.holds(0)
    done = await played(
        world,
        told,
        first_hours(world, HOURS),
        Venue(site.broker.url, folder / "truth", site.database_url),
    )
    await accounted(site.database_url, done.frames, LIMIT_S)
    return done


def topics(world: World, *, quirky: bool) -> list[str]:
    return sorted({topic_of(each) for each in world.devices if (each.quirk is not None) is quirky})


@parts
@pytest.mark.timeout(120)
async def test_without_policies_each_quirk_is_refused_by_name_and_costs_nobody_else(
    site: Site, tmp_path: Path, part: float
) -> None:
    done = await run(site, tmp_path, part, policies=False)

    expected = done.accounts()
    kept, rejected = outcomes(site.database_url), refusals(site.database_url)
    named = policies_named(site.database_url)
    for topic in topics(done.world, quirky=False):
        assert rejected[topic] == expected[topic].refused, topic
        assert kept[topic].received == expected[topic].frames, topic
    assert {device.quirk for device in done.world.devices} == {None, *QUIRK_POLICIES}
    odd = {
        device.quirk: topic_of(device)
        for device in done.world.devices
        if device.quirk not in {None, *ELSEWHERE} and expected[topic_of(device)].odd
    }
    assert {quirk: rejected[topic] for quirk, topic in odd.items()} == {
        quirk: expected[topic].odd + expected[topic].refused for quirk, topic in odd.items()
    }
    assert {quirk: named[topic] - {None} for quirk, topic in odd.items()} == {
        quirk: {needed(str(quirk))} for quirk in odd
    }


def needed(quirk: str) -> str:
    """The policy that a reject of the quirk must name."""
    rules = QUIRK_POLICIES[quirk]
    return rules.policies[0] if rules.policies else f"crc: {rules.crc}"


@parts
@pytest.mark.timeout(120)
async def test_with_their_policies_all_is_stored(site: Site, tmp_path: Path, part: float) -> None:
    done = await run(site, tmp_path, part, policies=True)

    expected = done.accounts()
    kept, rejected = outcomes(site.database_url), refusals(site.database_url)
    for topic in (*topics(done.world, quirky=True), *topics(done.world, quirky=False)):
        assert rejected[topic] == expected[topic].refused, topic
        assert kept[topic].received == expected[topic].frames, topic
