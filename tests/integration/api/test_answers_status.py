"""How places stand is told by what was judged, within scope."""

from collections.abc import Iterator

import pytest

from schemas.access import Role, Scope
from services.embedded.postgres import Postgres
from tests.fixtures.answered import (
    END,
    HOUR,
    MISSING,
    OVER,
    START,
    Answered,
    Place,
    copy_of,
    judged_once,
    start_of,
)
from tests.fixtures.api import API, Api, Asking, got
from tests.fixtures.servers import GivenServer

POINT = f"{API}/plants/P1/subjects/DA001/points/out/a21026"
RANGE = {"from": START.isoformat(), "to": END.isoformat()}


@pytest.fixture(scope="module")
def answered(postgres: Postgres | GivenServer, template: str) -> Iterator[Answered]:
    with judged_once(postgres, template) as made:
        yield made


@pytest.fixture
def database(postgres: Postgres | GivenServer, answered: Answered) -> Iterator[str]:
    with copy_of(postgres, answered.name) as url:
        yield url


@pytest.fixture
def place(answered: Answered) -> Place:
    return answered.place


@pytest.fixture
def machine(api: Api) -> Asking:
    return api.machine("officer", Role.OPERATOR)


async def test_an_outlet_is_told_by_its_newest_hour(machine: Asking) -> None:
    now = await got(machine, f"{API}/plants/P1/outlets/DA001/status")
    then = await got(
        machine, f"{API}/plants/P1/outlets/DA001/status", at=(START + 10 * HOUR).isoformat()
    )
    gone = await got(
        machine, f"{API}/plants/P1/outlets/DA001/status", at=(START - 9 * HOUR).isoformat()
    )

    assert (now["standing"]["word"], then["standing"]["word"]) == ("compliant", "exceeding")
    assert gone["standing"]["word"] == "unknown"
    assert [one["what"] for one in gone["standing"]["reasons"]] == ["not_judged"]
    [reason] = [one for one in then["standing"]["reasons"] if one["kind"] == "verdict"]
    evidence = await got(machine, reason["link"])
    assert evidence["outcome"] == "exceeding"


async def test_a_period_counts_each_outcome_once(machine: Asking) -> None:
    found = await got(machine, f"{API}/plants/P1/outlets/DA001/status/period", **RANGE)

    counts = {one["outcome"]: one["periods"] for one in found["outcomes"]}
    assert counts["exceeding"] == len(OVER)
    assert sum(counts.values()) == 12
    assert found["word"] == "exceeding"


async def test_a_region_counts_its_plants(machine: Asking) -> None:
    found = await got(machine, f"{API}/regions/15/status")
    ranked = await got(machine, f"{API}/regions/15/rankings", **RANGE)

    assert [(one["code"], one["word"]) for one in found["plants"]] == [
        ("P1", "unknown"), ("P2", "unknown"),
    ]  # fmt: skip
    assert found["counts"]["outlets"] == {"unknown": 2, "compliant": 1}
    assert {one["code"]: one["counts"]["plants"] for one in found["below"]} == {
        "1502": {"unknown": 1}, "1505": {"unknown": 1}, "150502": {"unknown": 1},
    }  # fmt: skip
    assert [(one["code"], one["value"]) for one in ranked["items"]] == [("P1", len(OVER))]


async def test_the_gap_is_found_with_what_mends_it(machine: Asking) -> None:
    found = await got(machine, f"{API}/plants/P1/outlets/DA001/gaps", **RANGE)

    [gap] = [one for one in found["items"] if one["point"] == "out/a21026"]
    assert (start_of(gap, "since"), gap["hours"]) == (START + MISSING * HOUR, 1)
    assert {one["kind"] for one in gap["mends"]} >= {"backfill"}


async def test_what_lies_outside_of_the_scope_is_not_found(api: Api, place: Place) -> None:
    assert place
    blind = api.machine("neighbour", Role.OPERATOR, Scope("1502"))
    paths = [
        f"{POINT}/readings", f"{POINT}/means", f"{POINT}/verdicts", f"{API}/plants/P1/status",
        f"{API}/plants/P1/outlets/DA001/status", f"{API}/plants/P1/outlets/DA001/gaps",
        f"{API}/plants/P1/devices/MN-A/frames", f"{API}/plants/P1/limits", f"{API}/plants/P1/marks",
        f"{API}/plants/P1/events", f"{API}/plants/P1/parameters", f"{API}/plants/P1",
        f"{API}/regions/1505/status", f"{API}/plants/P1/facilities/FGD1/status",
    ]  # fmt: skip

    answers = [await blind("GET", path) for path in paths]

    assert [one.status_code for one in answers] == [404] * len(paths)
    listed = await got(blind, f"{API}/plants")
    assert [one["code"] for one in listed["items"]] == ["P2"]
    region = await got(blind, f"{API}/regions/15/status")
    assert [one["code"] for one in region["plants"]] == ["P2"]
    assert [one["code"] for one in (await got(blind, f"{API}/regions"))["items"]] == ["15", "1502"]


async def test_every_look_at_a_plant_answers(machine: Asking) -> None:
    plant = await got(machine, f"{API}/plants/P1")
    status = await got(machine, f"{API}/plants/P1/status")
    facility = await got(machine, f"{API}/plants/P1/facilities/FGD1/status")
    limits = await got(machine, f"{API}/plants/P1/limits")
    rest = [
        await got(machine, f"{API}/plants/P1/{one}") for one in ("marks", "events", "parameters")
    ]

    assert {one["code"] for one in plant["subjects"]} == {"DA001", "DA002", "B1", "FGD1"}
    assert [one["standing"]["word"] for one in status["outlets"]] == ["compliant", "unknown"]
    assert facility["treatment"] == "desulphurisation"
    assert [one["bound"]["high"] for one in limits["items"]] == [100]
    assert [one["items"] for one in rest] == [[], [], []]
