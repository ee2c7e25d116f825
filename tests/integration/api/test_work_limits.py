"""Limits and settings: what would turn is told before anything is written, and who must agree."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from schemas.access import Role, Scope
from services.store.limits import limit_history
from tests.fixtures.api import Api
from tests.fixtures.limits import judge
from tests.fixtures.working import LIMIT, World, populated, version_of

HOUR = timedelta(hours=1)
FIRST = datetime(2026, 8, 3, 1, tzinfo=UTC)
CORRECTION = {
    "from": "2026-01-01", "max": 60, "reason": "录入错误", "approver": "second",
}  # fmt: skip


@pytest.fixture
def world(api: Api) -> World:
    return populated(api)


async def a_judged_limit(world: World) -> dict[str, Any]:
    """A limit of 35 with an hour of 30 and one of 50 judged by it."""
    made = (await world.made("officer", "/limits", LIMIT))["limit"]
    with psycopg.connect(world.api.url, autocommit=True) as owner:
        [version] = limit_history(owner, made["limit"])
        judge(owner, version, [(FIRST, "compliant", "30"), (FIRST + HOUR, "exceeding", "50")])
    return made


async def test_a_correction_is_seen_before_it_is_made(world: World) -> None:
    limit = (await a_judged_limit(world))["limit"]
    path = f"/limits/{limit}/correct"

    seen = await world.post("officer", path, {**CORRECTION, "preview": True})
    before = world.count("SELECT count(*) FROM limit_version")
    done = await world.post("officer", path, CORRECTION, headers=version_of(seen))

    turned = [(one["was"], one["would_be"], one["value"]) for one in seen.json()["turned"]]
    assert turned == [("exceeding", "compliant", 50.0)]
    assert (seen.json()["looked_at"], seen.json()["turns"], seen.json()["written"]) == (2, 1, False)
    assert before == 1
    assert (done.status_code, done.json()["written"], done.json()["turns"]) == (200, True, 1)
    assert done.json()["limit"]["approver"] == "second"
    assert world.audited("limit.correct_preview") == [("officer", f"limit/{limit}", "P1")]
    assert world.audited("limit.correct") == [("officer", f"limit/{limit}", "P1")]
    assert world.count("SELECT count(*) FROM touched") > 0


async def test_what_was_corrected_meanwhile_is_looked_at_again(world: World) -> None:
    limit = (await a_judged_limit(world))["limit"]
    path = f"/limits/{limit}/correct"
    seen = await world.post("officer", path, {**CORRECTION, "preview": True})
    await world.made("administrator", path, CORRECTION, headers=version_of(seen))

    late = await world.post("officer", path, {**CORRECTION, "max": 70}, headers=version_of(seen))
    unsaid = await world.post("officer", path, {**CORRECTION, "max": 70})

    assert (late.status_code, unsaid.status_code) == (412, 428)
    assert "administrator" in late.json()["detail"]


@pytest.mark.parametrize(
    "approver", ["officer", "OFFICER", "auditor", "plant", "elsewhere", "nobody"]
)
async def test_who_cannot_approve(approver: str, world: World) -> None:
    limit = (await a_judged_limit(world))["limit"]
    body = {**CORRECTION, "approver": approver, "preview": True}

    answer = await world.post("officer", f"/limits/{limit}/correct", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"] == "/approver"


async def test_who_turns_what_was_judged_says_why(world: World) -> None:
    made = await a_judged_limit(world)
    path, seen = f"/limits/{made['limit']}/change", {"If-Match": f'"{made["version"]}"'}
    wish = {"from": "2026-08-01", "max": 60}

    silent = await world.post("officer", path, wish, headers=seen)
    told = await world.post("officer", path, {**wish, "reason": "换证"}, headers=seen)

    assert silent.status_code == 422
    assert "须填写原因" in silent.json()["detail"]
    assert (told.status_code, told.json()["limit"]["high"]) == (200, 60.0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unit": None}, "缺少单位"),
        ({"max": None}, "缺少限值"),
        ({"max": -1}, "不会小于 0"),
        ({"o2": 30}, "须在 0 至 21 之间"),
        ({"catalogue": "no such row"}, "没有条目 no such row"),
        ({"to": "2023-01-01"}, "结束时间须晚于"),
        ({"condition": "load >>> 1"}, ""),
    ],
    ids=["unit", "figure", "negative", "oxygen", "catalogue", "backwards", "condition"],
)
async def test_a_limit_that_cannot_be(change: dict[str, object], said: str, world: World) -> None:
    answer = await world.post("officer", "/limits", {**LIMIT, **change})

    assert answer.status_code == 422, answer.text
    assert said in answer.json()["detail"]
    assert "--" not in answer.text
    assert "`qingkong" not in answer.text
    assert world.count("SELECT count(*) FROM limit_version") == 0


@pytest.mark.parametrize(
    "point", ["P2/DA001/out/a21026", "P1/DA001/out/none", "P1", "", "/", "a/b/c/d"]
)
async def test_a_point_that_is_not_there(point: str, world: World) -> None:
    answer = await world.post("officer", "/limits", {**LIMIT, "point": point})

    assert answer.status_code in {404, 422}


async def test_a_preview_of_a_new_limit_writes_nothing(world: World) -> None:
    answer = await world.post("officer", "/limits", {**LIMIT, "preview": True})

    assert (answer.status_code, answer.json()["limit"]["limit"]) == (200, -1)
    assert answer.json()["warnings"]
    assert world.count("SELECT count(*) FROM limit_version") == 0


async def test_a_parameter_is_set_for_a_plant_and_taken_back(world: World) -> None:
    path = "/settings/order_parameters.accept_term"
    wish = {"scope": "plant:P1", "reason": "地方规定"}

    preview = await world.ask(
        "administrator", "PUT", path, json={**wish, "value": "12h", "preview": True}
    )
    done = await world.ask("administrator", "PUT", path, json={**wish, "value": "12h"})
    there = await world.ask("officer", "GET", "/settings?scope=plant:P1&text=accept_term")
    elsewhere = await world.ask("elsewhere", "GET", "/settings?scope=plant:P2&text=accept_term")
    unset = await world.ask("administrator", "PUT", path, json={**wish, "value": None})
    known = await world.ask("administrator", "GET", f"{path}/history")

    assert (preview.json()["written"], done.json()["written"]) == (False, True)
    assert there.json()["items"][0]["value"] == "12h"
    assert there.json()["items"][0]["set"]["scope"] == "plant:P1"
    assert (elsewhere.json()["items"][0]["value"], elsewhere.json()["items"][0]["set"]) == (
        "24h", None,
    )  # fmt: skip
    assert unset.status_code == 200
    assert [one["value"] for one in known.json()["items"]] == ["12h", None]
    assert [who for who, _, _ in world.audited("setting.set")] == ["administrator"] * 2


async def test_a_setting_over_one_that_was_not_seen(world: World) -> None:
    path, wish = "/settings/order_parameters.accept_term", {"value": "12h", "reason": "规定"}
    first = await world.ask("administrator", "PUT", path, json=wish)
    await world.ask("administrator", "PUT", path, json={**wish, "value": "6h"})

    late = await world.ask(
        "administrator", "PUT", path, json={**wish, "value": "8h"}, headers=version_of(first)
    )

    assert late.status_code == 412
    assert world.count("SELECT count(*) FROM rule_setting") == 2


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("no_such.thing", {}, "没有参数 no_such.thing"),
        ("order_parameters.accept_term", {"value": "soon"}, "不能设为“soon”"),
        ("order_parameters.accept_term", {"value": {"a": [1]}}, "不能设为"),
        ("order_parameters.accept_term", {"scope": "plant:P9"}, "没有企业 P9"),
        ("order_parameters.accept_term", {"scope": "moon"}, "不是适用范围"),
        (
            "order_parameters.accept_term",
            {"from": "2026-02-01", "to": "2026-01-01"},
            "结束时间须晚于",
        ),
    ],
    ids=["name", "value", "shape", "plant", "scope", "backwards"],
)
async def test_a_setting_that_cannot_be(
    name: str, change: dict[str, object], said: str, world: World
) -> None:
    body = {"value": "12h", "reason": "规定", **change}

    answer = await world.ask("administrator", "PUT", f"/settings/{name}", json=body)

    assert answer.status_code == 422, answer.text
    assert said in answer.json()["detail"]
    assert world.count("SELECT count(*) FROM rule_setting") == 0


async def test_an_administrator_of_a_region_sets_what_is_its_own(world: World) -> None:
    path, wish = "/settings/order_parameters.accept_term", {"value": "12h", "reason": "规定"}
    for scope in ("plant:P2", "region:1502", "region:15", "all"):
        await world.ask("administrator", "PUT", path, json={**wish, "scope": scope})
    world.asking["county"] = world.api.machine("county", Role.ADMINISTRATOR, Scope("1505"))
    scopes = ["plant:P1", "region:150502", "plant:P2", "region:1502", "all"]

    answers = [
        await world.ask("county", "PUT", path, json={**wish, "scope": scope}) for scope in scopes
    ]
    history = await world.ask("county", "GET", f"{path}/history")

    assert [one.status_code for one in answers] == [200, 200, 404, 404, 403]
    assert {one["scope"] for one in history.json()["items"]} == {"region:15", "all", *scopes[:2]}


@pytest.mark.parametrize("who", ["officer", "plant", "auditor"])
async def test_who_sets_nothing(who: str, world: World) -> None:
    body = {"value": "12h", "reason": "规定"}

    answer = await world.ask(who, "PUT", "/settings/order_parameters.accept_term", json=body)
    history = await world.ask(who, "GET", "/settings/order_parameters.accept_term/history")

    assert (answer.status_code, history.status_code) == (403, 403)


@pytest.mark.parametrize(
    "scope", ["plant:P2", "subject:P2/DA001", "region:1502", "all:x", "plant:"]
)
async def test_nobody_reads_what_is_set_beyond_his_scope(scope: str, world: World) -> None:
    answer = await world.ask("officer", "GET", "/settings", params={"scope": scope})

    assert answer.status_code == 404
