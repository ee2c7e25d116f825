"""The virtual province at full speed into a running ingest: what arrives is what truly was said."""

from pathlib import Path

import pytest

from schemas.scenario import Scenario
from services.demo.preparing import seal_file
from tests.fixtures.ledger import assert_accounted, assert_chains_whole, batches
from tests.fixtures.province import (
    Played,
    Venue,
    accounted,
    changes_of,
    events,
    first_hours,
    outcomes,
    parameters,
    played,
    refusals,
    registered,
    scenario,
    states,
    world_before_now,
)
from tests.fixtures.site import Site

REALTIME_S = 600
MINUTE_S = 300
LIMIT_S = 120
HOURS = 4
MONTH_HOURS = 30 * 24


async def published(site: Site, folder: Path, told: Scenario, hours: float) -> Played:
    world = world_before_now(told, hours / 24 + 1)
    seal = seal_file(folder)
    registered(site.database_url, world, seal)
    worker = await site.start(slots=1, SEAL_KEY_FILE=seal)
    await worker.holds(0)
    span = first_hours(world, hours)
    run = await played(
        world, told, span, Venue(site.broker.url, folder / "truth", site.database_url)
    )
    await accounted(site.database_url, run.frames, LIMIT_S)
    return run


def assert_true(site: Site, run: Played) -> None:
    """Hold what is stored against the truth: accounts, rejects, states, settings, events."""
    assert_accounts(site, run)
    assert_device_facts(site, run)


def assert_accounts(site: Site, run: Played) -> None:
    kept = outcomes(site.database_url)
    rejected = refusals(site.database_url)
    repeats_known = {f"{prefix}/{mn}" for mn in run.plain() for prefix in ("hj212", "cems/v1")}
    for topic, account in run.accounts().items():
        assert kept[topic].received == account.frames, topic
        assert rejected[topic] == account.refused, topic
        assert kept[topic].rejected == account.refused.total(), topic
        if topic in repeats_known:
            assert kept[topic].repeated == account.repeated, topic


def assert_device_facts(site: Site, run: Played) -> None:
    plain = run.plain()
    said = [
        (str(row["mn"]), str(row["code"]), int(str(row["at"])), int(str(row["state"])))
        for row in run.truth("states")
        if row["mn"] in plain
    ]
    assert [row for row in states(site.database_url) if row[0] in plain] == changes_of(said)
    names = ("mn", "at", "kind", "about", "code", "text")
    assert {row for row in events(site.database_url) if row[0] in plain} == {
        tuple(row[name] for name in names) for row in run.truth("events") if row["mn"] in plain
    }
    names = ("mn", "at", "about", "code", "value")
    assert {row for row in parameters(site.database_url) if row[0] in plain} == {
        tuple(row[name] for name in names) for row in run.truth("parameters") if row["mn"] in plain
    }


@pytest.mark.timeout(180)
async def test_hours_of_the_province_are_stored_as_they_were_said(
    site: Site, tmp_path: Path
) -> None:
    told = scenario("province", REALTIME_S)

    run = await published(site, tmp_path, told, HOURS)

    assert_true(site, run)
    kept = batches(site.database_url)
    assert_accounted(kept)
    assert_chains_whole(kept)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
async def test_a_month_of_the_province_is_stored_as_it_was_said(site: Site, tmp_path: Path) -> None:
    told = scenario("province", REALTIME_S, MINUTE_S, duration=MONTH_HOURS * 3_600)

    run = await published(site, tmp_path, told, MONTH_HOURS)

    assert_true(site, run)
