"""How places stand is told by what was judged, within scope."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from schemas.access import Role, Scope
from services.embedded.postgres import Postgres
from tests.fixtures.answered import (
    END,
    HOUR,
    MISSING,
    NOW,
    OVER,
    PLANTS,
    START,
    Answered,
    Place,
    copy_of,
    judged_once,
    start_of,
)
from tests.fixtures.api import API, Api, Asking, got
from tests.fixtures.evaluated import CONVERTED, assigned, believe, point_of
from tests.fixtures.registry import stored
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


@pytest.mark.parametrize(
    ("minutes", "word"),
    [(30, "compliant"), (60, "exceeding"), (90, "exceeding")],
    ids=["while it runs", "with its end", "after it"],
)
async def test_at_a_moment_an_hour_tells_only_when_it_had_ended(
    machine: Asking, minutes: int, word: str
) -> None:
    at = (START + OVER[-1] * HOUR + minutes * timedelta(minutes=1)).isoformat()

    outlet = await got(machine, f"{API}/plants/P1/outlets/DA001/status", at=at)
    plant = await got(machine, f"{API}/plants/P1/status", at=at)
    region = await got(machine, f"{API}/regions/15/status", at=at)

    assert outlet["standing"]["word"] == plant["outlets"][0]["standing"]["word"] == word
    assert region["counts"]["outlets"] == {word: 1, "unknown": 2}


LATER = (
    PLANTS.replace("示例厂", "改名厂").replace(
        "{code: DA002, medium: air}",
        "{code: DA002, medium: air}\n      - {code: DA003, medium: air}",
    )
    + """
  - code: P3
    name: 新厂
    region: 150502
    outlets:
      - {code: DA001, medium: air}
"""
)


async def test_as_of_a_position_nothing_counts_that_was_registered_since(
    api: Api, machine: Asking
) -> None:
    at = (START + 10 * HOUR).isoformat()
    known = (await machine("GET", f"{API}/regions/15/status")).headers["Qingkong-Position"]
    paths = [
        f"{API}/regions/15/status", f"{API}/regions/150502/status", f"{API}/plants/P1/status",
        f"{API}/plants/P1/outlets/DA001/status", f"{API}/plants/P1/facilities/FGD1/status",
        f"{API}/plants/P1/outlets/DA001/status/period", f"{API}/plants/P2/status",
    ]  # fmt: skip
    asked = {"at": at, "as_of": known, **RANGE}
    before = [await got(machine, path, **asked) for path in paths]
    with api.registrar() as owner:
        stored(owner, LATER, NOW)
        believe(owner, assigned(point_of(owner, "a34013"), CONVERTED, START))

    after = [await got(machine, path, **asked) for path in paths]
    now = [await got(machine, path, at=at) for path in paths[:3]]
    new = [
        await machine("GET", f"{API}/plants/{path}/status", params=asked)
        for path in ("P3", "P3/outlets/DA001", "P1/outlets/DA003")
    ]

    assert after == before
    assert before[0]["counts"] == {
        "plants": {"exceeding": 1, "unknown": 1},
        "outlets": {"exceeding": 1, "unknown": 2},
    }
    assert now[0]["counts"] == {
        "plants": {"exceeding": 1, "unknown": 2},
        "outlets": {"exceeding": 1, "unknown": 4},
    }
    assert (before[2]["name"], now[2]["name"]) == ("示例厂", "改名厂")
    assert [one.status_code for one in new] == [404] * 3


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


SECOND = """
INSERT INTO verdict (start, point, limit_key, limit_version, period, stage, outcome, value, multiple,
  sure, doubts, why, evidence, rules)
SELECT start, point, limit_key + %s, limit_version, %s, stage, outcome, value, multiple, sure, doubts,
  why, evidence, rules FROM verdict WHERE outcome = 'exceeding' AND period = 'hour'
ORDER BY start LIMIT %s
"""


async def test_a_period_over_two_limits_ranks_once_and_days_beside_hours(api: Api) -> None:
    machine = api.machine("officer", Role.OPERATOR)
    with api.registrar() as owner:
        owner.execute(SECOND, [1_000, "hour", 10])
        owner.execute(SECOND, [2_000, "day", 1])
        owner.execute(SECOND, [3_000, "day", 1])

    told = {
        name: (await got(machine, f"{API}/regions/15/rankings", **RANGE, **asked))
        for name, asked in {
            "both": {},
            "hour": {"period": "hour"},
            "day": {"period": "day"},
        }.items()
    }

    counted = {
        name: [(one["value"], one["hours"], one["days"]) for one in ranking["items"]]
        for name, ranking in told.items()
    }
    hours = len(OVER)
    assert counted == {
        "both": [(hours + 1, hours, 1)], "hour": [(hours, hours, None)], "day": [(1, None, 1)],
    }  # fmt: skip
    assert [told[name]["period"] for name in ("both", "hour", "day")] == [None, "hour", "day"]


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
