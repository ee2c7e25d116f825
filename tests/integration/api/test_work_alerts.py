"""Cases worked on by several people at once, shifts handed over, and what silences hide from whom."""

import asyncio

import pytest

from services.api.routes import handover_work
from tests.fixtures.api import Api
from tests.fixtures.working import VERDICT, World, populated

HTML = '<img src=x onerror="alert(1)">&lt;\u6d4b\u8bd5'
TO = "2026-08-11T08:00"


@pytest.fixture
def world(api: Api) -> World:
    return populated(api)


async def test_many_are_acknowledged_and_each_refusal_says_why(world: World) -> None:
    foreign = world.rows(
        "INSERT INTO alert (key, kind, plant, state, severity, since, sure, zh, en, clause, opened_at,"
        " version, changed_at) SELECT 'x', 'no_data', id, 'open', 'red', now(), true, '', '', '', now(),"
        " 1, now() FROM plant WHERE code = 'P2' RETURNING id"
    )[0][0]
    body = {"alerts": [world.alert, foreign, 999_999, world.alert], "note": "已看"}

    first = await world.made("officer", "/alerts/acknowledge", body)
    second = await world.made("officer", "/alerts/acknowledge", body)

    assert [one["alert"] for one in first["done"]] == [world.alert]
    assert [one["alert"] for one in first["refused"]] == [foreign, 999_999]
    assert {one["zh"] for one in first["refused"]} == {"不存在，或不在您的范围内。"}
    assert second["done"] == []
    assert second["refused"][0]["alert"] == world.alert
    assert "officer" in second["refused"][0]["en"]
    assert world.audited("alert.acknowledge") == [("officer", f"alert/{world.alert}", "P1")]
    assert world.count("SELECT count(*) FROM alert WHERE state = 'open' AND id = %s", foreign) == 1


@pytest.mark.parametrize(
    "alerts",
    [[], [0], [1 << 63], list(range(1, 502))],
    ids=["none", "nought", "too great", "too many"],
)
async def test_a_senseless_list_is_refused(alerts: list[int], world: World) -> None:
    answer = await world.post("officer", "/alerts/acknowledge", {"alerts": alerts})

    assert answer.status_code == 422


async def test_of_two_who_looked_at_the_same_one_is_told_what_became_of_it(world: World) -> None:
    seen = {"If-Match": '"1"', "Accept-Language": "en"}
    path = f"/alerts/{world.alert}"

    answers = await asyncio.gather(  # noqa: TID251 - two requests at once are what is tried
        world.post("officer", f"{path}/acknowledge", {}, headers=seen),
        world.post("second", f"{path}/resolve", VERDICT, headers=seen),
    )

    assert sorted(one.status_code for one in answers) == [200, 412]
    [late] = [one for one in answers if one.status_code == 412]
    assert late.headers["etag"] == '"2"'
    told = {one["place"]: one["detail"] for one in late.json()["errors"]}
    assert told["/version"] == "2"
    assert told["/state"] in {"acknowledged", "closed by second, while it goes on"}
    assert world.count("SELECT count(*) FROM alert_event") == 2


async def test_a_remark_is_kept_as_text_whatever_it_looks_like(world: World) -> None:
    answer = await world.post("officer", f"/alerts/{world.alert}/comments", {"text": HTML})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    [(detail,)] = world.rows("SELECT detail ->> 'text' FROM alert_event WHERE what = 'commented'")
    assert detail == HTML


@pytest.mark.parametrize(
    "text", ["", "   ", "a\x00b", "\x1b[31m", "\u202egpj.exe", "x" * 2_001], ids=repr
)
async def test_what_is_no_plain_text_is_refused(text: str, world: World) -> None:
    answer = await world.post("officer", f"/alerts/{world.alert}/comments", {"text": text})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"] == "/text"


async def test_a_refusal_is_said_in_the_language_of_who_asks(world: World) -> None:
    path, english = f"/alerts/{world.alert}/reopen", {"Accept-Language": "en"}

    zh = await world.post("officer", path, {"reason": "复查"})
    en = await world.post("officer", path, {"reason": "again"}, headers=english)

    assert (zh.status_code, en.status_code) == (409, 409)
    assert zh.json()["detail"] == f"告警{world.alert}的状态是已告警：只有已办结或恢复的告警才能重开"
    assert "only a closed or recovered case can be opened again" in en.json()["detail"]


async def test_a_case_repeats_only_one_that_its_reader_sees(world: World) -> None:
    body = {**VERDICT, "disposition": "duplicate", "duplicate_of": 424_242}

    answer = await world.post("officer", f"/alerts/{world.alert}/resolve", body)

    assert answer.status_code == 404
    assert world.count("SELECT count(*) FROM alert_event") == 1


async def test_what_others_did_crowds_nobodys_shift_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover_work, "MOST", 1)
    world.rows(
        "WITH one AS (INSERT INTO alert (key, kind, plant, state, severity, since, sure, zh, en, clause,"
        " opened_at, version, changed_at) SELECT 'x', 'no_data', id, 'open', 'red', now(), true, '', '',"
        " '', now(), 1, now() FROM plant WHERE code = 'P2' RETURNING id)"
        " INSERT INTO alert_event (alert, version, what, reason, actor, at, made_at, state, severity,"
        " since, detail) SELECT one.id, number, 'commented', 'by_person', 'x', '2026-08-09T23:00Z',"
        " '2026-08-09T23:00Z', 'open', 'red', '2026-08-09T23:00Z', '{}'"
        " FROM one, generate_series(1, 3) AS number RETURNING id"
    )
    await world.made("officer", f"/alerts/{world.alert}/comments", {"text": "已电话通知"})
    world.api.clock.go(seconds=1)

    shift = (await world.ask("officer", "GET", "/handover?from=2026-08-10T06:00")).json()

    assert [one["detail"]["text"] for one in shift["remarks"]] == ["已电话通知"]
    assert shift["cut"] is False


async def test_a_shift_is_handed_over_within_ones_scope(world: World) -> None:
    path = "/handover?from=2026-08-03T08:00&to=2026-08-04T08:00"
    world.api.clock.go(seconds=1)
    await world.made("officer", f"/alerts/{world.alert}/comments", {"text": "已电话通知"})
    world.api.clock.go(seconds=1)

    shift = (await world.ask("officer", "GET", path)).json()
    now = (await world.ask("officer", "GET", "/handover?from=2026-08-10T08:00")).json()
    elsewhere = (await world.ask("elsewhere", "GET", path)).json()

    assert [one["alert"] for one in shift["opened"]] == [world.alert]
    assert shift["opened"][0]["from"] == "2026-08-03T09:00:00+08:00"
    assert [one["alert"] for one in shift["unacknowledged"]] == [world.alert]
    assert [one["actor"] for one in now["remarks"]] == ["officer"]
    assert now["remarks"][0]["detail"] == {"text": "已电话通知"}
    assert [elsewhere[name] for name in ("opened", "unacknowledged", "remarks")] == [[], [], []]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("from=2026-08-04&to=2026-08-03", 422),
        ("from=2026-01-01&to=2026-08-03", 422),
        ("from=yesterday", 422),
        ("from=2026-08-03&to=2026-08-04&region=1502", 404),
    ],
    ids=["no beginning", "backwards", "too long", "no time", "not one's region"],
)
async def test_no_shift(query: str, status: int, world: World) -> None:
    answer = await world.ask("officer", "GET", f"/handover?{query}")

    assert answer.status_code == status


async def test_a_silence_says_what_it_hid_and_only_to_whom_it_concerns(world: World) -> None:
    said = {"plant": "P1", "from": "2026-08-01", "to": TO, "reason": "检修", "maintenance": True}
    made = await world.made("officer", "/silences", said)
    path = f"/silences/{made['silence']}"

    shown = await world.ask("plant", "GET", path)
    hidden = await world.ask("neighbour", "GET", path)
    listed = [
        len((await world.ask(who, "GET", "/silences")).json()["items"])
        for who in ("officer", "auditor", "administrator", "neighbour", "elsewhere")
    ]

    assert [one["alert"] for one in shown.json()["quiet"]] == [world.alert]
    assert shown.headers["etag"] == f'"{made["version"]}"'
    assert hidden.status_code == 404
    assert listed == [1, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ({"kinds": ["no_data"]}, 403),
        ({"region": "15"}, 403),
        ({"region": "1502"}, 404),
        ({"plant": "P2"}, 404),
        ({"mn": "MN-B"}, 404),
        ({"plant": "P1", "subject": "none"}, 404),
        ({}, 403),
        ({"region": "150502"}, 201),
        ({"region": "1505"}, 201),
        ({"mn": "MN-A"}, 201),
        ({"plant": "P1", "region": "15"}, 201),
    ],
    ids=[
        "kinds everywhere", "the region above", "another region", "another plant",
        "another plant's logger", "no such outlet", "nothing", "a part of it", "one's own region",
        "a logger of it", "a plant of it",
    ],
)  # fmt: skip
async def test_nobody_silences_beyond_his_scope(
    place: dict[str, object], status: int, world: World
) -> None:
    answer = await world.post("officer", "/silences", {**place, "to": TO, "reason": "检修"})

    assert answer.status_code == status, answer.text


async def test_what_is_silenced_everywhere_is_seen_by_all_and_withdrawn_by_who_sees_all(
    world: World,
) -> None:
    said = {"kinds": ["no_data"], "to": TO, "reason": "平台升级"}
    made = await world.made("administrator", "/silences", said)
    path = f"/silences/{made['silence']}/withdraw"

    shown = (await world.ask("plant", "GET", "/silences")).json()["items"]
    refused = await world.post("officer", path, {"reason": "结束"})
    gone = await world.made("administrator", path, {"reason": "结束"})
    again = await world.post("administrator", path, {"reason": "结束"})

    assert [one["silence"] for one in shown] == [made["silence"]]
    assert refused.status_code == 403
    assert gone["withdrawn"] is True
    assert again.status_code == 409
    assert (await world.ask("plant", "GET", "/silences")).json()["items"] == []
