"""A case says what keeps it quiet, to everybody who sees it, and is found by it."""

from typing import Any

import pytest

from tests.fixtures.api import Api
from tests.fixtures.working import World, populated

MAINTENANCE = {
    "plant": "P1", "from": "2026-08-09T08:00", "to": "2026-08-11T08:00", "reason": "在线仪表检修",
    "maintenance": True,
}  # fmt: skip


@pytest.fixture
def world(api: Api) -> World:
    return populated(api)


async def listed(world: World, who: str, **params: Any) -> list[dict[str, Any]]:
    """The cases that somebody is shown."""
    answer = await world.ask(who, "GET", "/alerts", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_a_quiet_case_says_by_whom_until_when_and_why(world: World) -> None:
    path = f"/alerts/{world.alert}"
    loud = (await world.ask("plant", "GET", path)).json()

    made = await world.made("officer", "/silences", MAINTENANCE)

    told = {
        "silence": made["silence"], "maintenance": True, "actor": "officer", "reason": "在线仪表检修",
        "since": "2026-08-09T08:00:00+08:00", "until": "2026-08-11T08:00:00+08:00",
    }  # fmt: skip
    one = (await world.ask("plant", "GET", path)).json()
    evidence = (await world.ask("auditor", "GET", f"{path}/evidence")).json()
    assert loud["silenced"] is None
    assert one["silenced"] == evidence["alert"]["silenced"] == told
    assert [row["silenced"] for row in await listed(world, "officer")] == [told]


async def test_quiet_cases_are_found_and_so_are_the_others(world: World) -> None:
    made = await world.made("officer", "/silences", MAINTENANCE)
    both = [await listed(world, "officer", silenced=wanted) for wanted in (True, False)]

    await world.made("officer", f"/silences/{made['silence']}/withdraw", {"reason": "完工"})

    after = [await listed(world, "officer", silenced=wanted) for wanted in (True, False)]
    assert [len(some) for some in (*both, *after)] == [1, 0, 0, 1]
    assert after[1][0]["silenced"] is None
    assert await listed(world, "neighbour", silenced=True) == []


async def test_as_of_a_position_nothing_is_said_of_a_time(world: World) -> None:
    known = (await world.ask("officer", "GET", f"/alerts/{world.alert}/events")).json()["as_of"]
    before = await listed(world, "officer", as_of=known)

    await world.made("officer", "/silences", MAINTENANCE)

    assert await listed(world, "officer", as_of=known) == before
    assert await listed(world, "officer", as_of=known, silenced=True) == []


async def test_a_case_names_its_plant_in_both_languages(world: World) -> None:
    named = await listed(world, "officer")
    world.rows("UPDATE plant SET name_en = 'Example plant' WHERE code = 'P1' RETURNING id")

    [one] = await listed(world, "officer")
    shift = await world.ask("officer", "GET", "/handover", params={"from": "2026-08-09T08:00"})

    assert [row["plant_name_en"] for row in named] == ["示例厂"]
    assert (one["plant_name"], one["plant_name_en"]) == ("示例厂", "Example plant")
    assert (one["subject"], one["subject_name"]) == ("DA001", "DA001")
    assert [row["plant_name_en"] for row in shift.json()["unacknowledged"]] == ["Example plant"]


async def test_a_case_about_one_point_names_its_pollutant_now_and_as_known(world: World) -> None:
    [before] = await listed(world, "officer")
    world.rows("UPDATE alert SET point = (SELECT min(id) FROM point) RETURNING id")
    [(code,)] = world.rows("SELECT code FROM point ORDER BY id LIMIT 1")
    known = (await world.ask("officer", "GET", f"/alerts/{world.alert}/events")).json()["as_of"]

    [now] = await listed(world, "officer")
    [then] = await listed(world, "officer", as_of=known)

    assert before["point"] is not None or before["code"] is None
    assert (now["code"], then["code"]) == (code, code)
