"""What holds for every act of work: who may, where, over which version, once, and what is kept of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.fixtures.api import Api
from tests.fixtures.working import (
    ANSWER,
    CLOSING,
    LIMIT,
    MARK,
    ORDER,
    RESULT,
    VERDICT,
    World,
    populated,
)

Made = Mapping[str, Any]
Prepare = Callable[[World], Awaitable[Made]]
BECAUSE = {"reason": "录入错误"}
BUREAU = ("officer", "elsewhere", ("plant", "auditor"))
PLANT = ("plant", "neighbour", ("officer", "auditor"))
EITHER = ("plant", "neighbour", ("auditor",))
SILENCE = {"plant": "P1", "to": "2026-08-11T08:00", "reason": "在线仪表检修"}
EVENTS = {
    "alert": "SELECT count(*) FROM alert_event",
    "order": "SELECT count(*) FROM order_event",
    "contest": "SELECT count(*) FROM contest_event",
    "mark": "SELECT count(*) FROM mark",
    "result": "SELECT count(*) FROM manual_result",
    "limit": "SELECT count(*) FROM limit_version",
    "silence": "SELECT count(*) FROM silence",
}


@dataclass(frozen=True)
class Act:
    """An act: what it is called in the audit log, how it is asked for, and who may."""

    action: str
    path: str
    prepare: Prepare
    people: tuple[str, str, tuple[str, ...]]
    body: Mapping[str, object] = field(default_factory=dict[str, object])
    method: str = "POST"
    form: bool = False
    seen: bool = True
    """Whether there is a version to have looked at."""

    async def ask(self, world: World, who: str, made: Made, **headers: str) -> httpx.Response:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        body = {"data": dict(self.body)} if self.form else {"json": dict(self.body)}
        path = self.path.format(**made)
        return await world.ask(who, self.method, path, headers=told, **body)


async def nothing(world: World) -> Made:
    return {"alert": world.alert, "version": 1}


async def resolved(world: World) -> Made:
    return await world.made("officer", f"/alerts/{world.alert}/resolve", VERDICT)


async def a_mark(world: World) -> Made:
    return await world.made("plant", "/marks", MARK)


async def a_result(world: World) -> Made:
    return await world.made("plant", "/results", RESULT)


async def a_limit(world: World) -> Made:
    return (await world.made("officer", "/limits", LIMIT))["limit"]


async def a_silence(world: World) -> Made:
    return await world.made("officer", "/silences", SILENCE)


async def an_order(world: World) -> Made:
    return await world.made("officer", "/orders", ORDER)


async def an_accepted_order(world: World) -> Made:
    order = await an_order(world)
    return await world.made("plant", f"/orders/{order['order']}/accept", None)


async def an_answered_order(world: World) -> Made:
    order = (await an_accepted_order(world))["order"]
    answer = await world.ask("plant", "POST", f"/orders/{order}/answer", data=ANSWER)
    return answer.json()


async def a_verified_order(world: World) -> Made:
    order = (await an_answered_order(world))["order"]
    return await world.made("officer", f"/orders/{order}/verify", {"found": "现场核查属实"})


async def a_closed_order(world: World) -> Made:
    order = (await a_verified_order(world))["order"]
    return await world.made("officer", f"/orders/{order}/close", CLOSING)


async def a_verdict(world: World) -> Made:
    return {"key": world.judged()}


async def a_contest(world: World) -> Made:
    form = {"about": "alert", "key": str(world.alert), "grounds": "仪器校准期间"}
    return (await world.ask("plant", "POST", "/contests", data=form)).json()


def contest_of_the_alert() -> Mapping[str, object]:
    return {"about": "alert", "key": "1", "grounds": "仪器校准期间"}


MORE = {"from": "2026-09-01", "max": 30}
STAGE = {"stage": "answer", "until": "2026-08-20T08:00", "reason": "设备到货延迟"}
ACTS = [
    Act("alert.acknowledge", "/alerts/{alert}/acknowledge", nothing, BUREAU),
    Act("alert.assign", "/alerts/{alert}/assign", nothing, BUREAU, {"assignee": "值班员"}),
    Act("alert.comment", "/alerts/{alert}/comments", nothing, BUREAU, {"text": "已电话通知"}),
    Act("alert.resolve", "/alerts/{alert}/resolve", nothing, BUREAU, VERDICT),
    Act("alert.dispose", "/alerts/{alert}/dispose", resolved, BUREAU, VERDICT),
    Act("alert.reopen", "/alerts/{alert}/reopen", resolved, BUREAU, BECAUSE),
    Act("silence.add", "/silences", nothing, BUREAU, SILENCE, seen=False),
    Act("silence.withdraw", "/silences/{silence}/withdraw", a_silence, BUREAU, BECAUSE),
    Act("mark.enter", "/marks", nothing, EITHER, MARK, seen=False),
    Act("mark.change", "/marks/{mark}", a_mark, EITHER, {"to": "2026-08-09T11:00"}, method="PATCH"),
    Act("mark.withdraw", "/marks/{mark}/withdraw", a_mark, EITHER, BECAUSE),
    Act("mark.review", "/marks/{mark}/review", a_mark, BUREAU, {"verdict": "accept"}),
    Act("result.enter", "/results", nothing, EITHER, RESULT, seen=False),
    Act(
        *("result.correct", "/results/{result}/correct", a_result, EITHER),
        {**RESULT, **BECAUSE, "value": 32},
    ),
    Act("result.withdraw", "/results/{result}/withdraw", a_result, EITHER, BECAUSE),
    Act("order.issue", "/orders", nothing, BUREAU, ORDER, seen=False),
    Act("order.accept", "/orders/{order}/accept", an_order, PLANT),
    Act("order.answer", "/orders/{order}/answer", an_accepted_order, PLANT, ANSWER, form=True),
    Act("order.verify", "/orders/{order}/verify", an_answered_order, BUREAU, {"found": "属实"}),
    Act("order.return", "/orders/{order}/return", an_answered_order, BUREAU, BECAUSE),
    Act("order.close", "/orders/{order}/close", a_verified_order, BUREAU, CLOSING),
    Act("order.file", "/orders/{order}/file", a_closed_order, BUREAU),
    Act("order.withdraw", "/orders/{order}/withdraw", an_order, BUREAU, BECAUSE),
    Act("order.remind", "/orders/{order}/remind", an_order, BUREAU),
    Act("order.extend", "/orders/{order}/extend", an_order, BUREAU, STAGE),
    Act("contest.file", "/contests", nothing, PLANT, contest_of_the_alert(), form=True, seen=False),
    Act(
        *("contest.answer", "/contests/{contest}/answer", a_contest, BUREAU),
        {"outcome": "rejected", "reasons": "校准未备案"},
    ),
    Act("contest.withdraw", "/contests/{contest}/withdraw", a_contest, PLANT, BECAUSE),
    Act("limit.assign", "/limits", nothing, BUREAU, LIMIT, seen=False),
    Act("limit.change", "/limits/{limit}/change", a_limit, BUREAU, MORE),
    Act(
        *("limit.correct", "/limits/{limit}/correct", a_limit, BUREAU),
        {**MORE, **BECAUSE, "from": "2026-01-01", "approver": "second"},
    ),
    Act(
        *("limit.withdraw", "/limits/{limit}/withdraw", a_limit, BUREAU),
        {**BECAUSE, "from": "2026-09-01"},
    ),
]


@pytest.fixture
def world(api: Api) -> World:
    return populated(api)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.action)
async def test_each_act_of_work(act: Act, world: World) -> None:
    made = await act.prepare(world)
    allowed, foreign, forbidden = act.people
    noun = act.action.partition(".")[0]
    before = world.count(EVENTS[noun])
    version = {"If_Match": f'"{made["version"]}"'} if act.seen else {}

    refused = [await act.ask(world, who, made, **version) for who in forbidden]
    outside = await act.ask(world, foreign, made, **version)
    stale = await act.ask(world, allowed, made, If_Match='"999999"') if act.seen else None
    untouched = world.count(EVENTS[noun])
    done = await act.ask(world, allowed, made, Idempotency_Key="k1", **version)
    after = world.count(EVENTS[noun])
    again = await act.ask(world, allowed, made, Idempotency_Key="k1", **version)

    assert [one.status_code for one in refused] == [403] * len(forbidden)
    assert outside.status_code == 404, outside.text
    assert outside.headers["content-type"] == "application/problem+json"
    if stale is not None:
        assert stale.status_code == 412, stale.text
        assert stale.headers["etag"] == f'"{made["version"]}"'
    assert untouched == before
    assert done.status_code in {200, 201}, done.text
    assert after == before + 1
    assert (again.status_code, again.content) == (done.status_code, done.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert world.count(EVENTS[noun]) == after
    [(actor, about, plant)] = world.audited(act.action)[-1:]
    assert (actor, plant) == (allowed, "P1")
    assert about.startswith(f"{noun}/"), about
    assert len(world.audited(act.action)) == 1
    if done.status_code == 201:
        assert done.headers["location"] == f"/api/v1/{noun}s/{about.partition('/')[2]}"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/marks/{mark}/withdraw", BECAUSE),
        ("/marks/{mark}/review", {"verdict": "lapse"}),
    ],
    ids=["withdraw", "review"],
)
async def test_who_says_no_version_is_asked_for_one(
    path: str, body: Mapping[str, object], world: World
) -> None:
    made = await a_mark(world)

    answer = await world.post("administrator", path.format(**made), body)

    assert answer.status_code == 428


async def test_an_administrator_acts_for_either_side(world: World) -> None:
    order = await world.made("administrator", "/orders", ORDER)
    path = f"/orders/{order['order']}"

    accepted = await world.made("administrator", f"{path}/accept", None)
    answer = await world.ask("administrator", "POST", f"{path}/answer", data=ANSWER)
    verified = await world.made("administrator", f"{path}/verify", {"found": "属实"})

    assert [accepted["state"], answer.json()["state"], verified["state"]] == [
        "accepted", "answered", "verified",
    ]  # fmt: skip
    parties = world.rows("SELECT party, place FROM order_event ORDER BY version")
    assert parties == [
        ("bureau", "150502"), ("plant", "P1"), ("plant", "P1"), ("bureau", "150502"),
    ]  # fmt: skip


async def test_nobody_who_is_not_signed_in_works(world: World) -> None:
    answer = await world.api.browser().post(f"/api/v1/alerts/{world.alert}/acknowledge", json={})

    assert answer.status_code == 401


async def test_a_key_that_was_used_for_something_else_is_refused(world: World) -> None:
    path, headers = f"/alerts/{world.alert}/comments", {"Idempotency-Key": "k1"}
    await world.post("officer", path, {"text": "一"}, headers=headers)

    answer = await world.post("officer", path, {"text": "二"}, headers=headers)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/idempotency-key-reused"
