"""Marks and laboratory results: whose they are, who may review them, and what is wrong with one."""

import pytest

from tests.fixtures.api import Api
from tests.fixtures.working import MARK, RESULT, World, populated, version_of

ACCEPT = {"verdict": "accept"}


@pytest.fixture
def world(api: Api) -> World:
    return populated(api)


async def test_nobody_accepts_what_he_entered_or_changed(world: World) -> None:
    """The administrator changes a plant's mark: from then on it is his too, whoever writes after."""
    entered = await world.post("plant", "/marks", MARK)
    path = f"/marks/{entered.json()['mark']}"
    changed = await world.ask(
        "administrator", "PATCH", path, json={"evidence": "曲线"}, headers=version_of(entered)
    )
    again = await world.ask(
        "plant", "PATCH", path, json={"evidence": "曲线与记录"}, headers=version_of(changed)
    )

    own = await world.post("administrator", f"{path}/review", ACCEPT, headers=version_of(again))
    other = await world.post("officer", f"{path}/review", ACCEPT, headers=version_of(again))

    assert own.status_code == 409
    assert "不得自审" in own.json()["detail"]
    assert (other.status_code, other.json()["review"]) == (200, "accepted")


async def test_what_was_changed_meanwhile_is_not_reviewed(world: World) -> None:
    entered = await world.post("plant", "/marks", MARK)
    path, seen = f"/marks/{entered.json()['mark']}", version_of(entered)
    changed = await world.ask("plant", "PATCH", path, json={"to": "2026-08-09T12:00"}, headers=seen)

    answer = await world.post("officer", f"{path}/review", ACCEPT, headers=seen)

    assert answer.status_code == 412
    assert answer.headers["etag"] == changed.headers["etag"]
    assert world.count("SELECT count(*) FROM mark WHERE review <> 'claimed'") == 0


@pytest.mark.parametrize(
    ("who", "origin", "status", "stated"),
    [
        ("plant", None, 201, "plant"),
        ("plant", "bureau", 403, None),
        ("plant", "logger", 403, None),
        ("officer", None, 201, "bureau"),
        ("officer", "plant", 403, None),
        ("administrator", "plant", 201, "plant"),
    ],
    ids=str,
)
async def test_whose_mark_it_is(
    who: str, origin: str | None, status: int, stated: str | None, world: World
) -> None:
    body = dict(MARK) if origin is None else {**MARK, "origin": origin}

    answer = await world.post(who, "/marks", body)

    assert answer.status_code == status, answer.text
    assert answer.json().get("origin") == stated


async def test_a_plant_does_not_change_what_the_bureau_stated_nor_the_bureau_the_plants(
    world: World,
) -> None:
    by_bureau = await world.post("officer", "/marks", MARK)
    by_plant = await world.post("plant", "/marks", {**MARK, "to": "2026-08-09T11:00"})
    wish = {"reason": "误录"}

    answers = [
        await world.post(
            who, f"/marks/{made.json()['mark']}/withdraw", wish, headers=version_of(made)
        )
        for who, made in (("plant", by_bureau), ("officer", by_plant))
    ]

    assert [one.status_code for one in answers] == [403, 403]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kind": "no such kind"}, "kind"),
        ({"to": "2026-08-09T07:00"}, "结束时间须晚于"),
        ({"evidence": ""}, "须说明依据"),
        ({"point": "out/none"}, "监测点 out/none 未登记"),
        ({"from": "2028-01-01", "to": "2028-01-02"}, "在 366 天以后"),
    ],
    ids=["kind", "backwards", "no reason", "no point", "far ahead"],
)
async def test_a_mark_that_cannot_be_entered(
    change: dict[str, object], place: str, world: World
) -> None:
    answer = await world.post("plant", "/marks", {**MARK, **change})

    assert answer.status_code == 422
    assert place in answer.json()["errors"][0]["detail"]
    assert "`qingkong" not in answer.text
    assert world.count("SELECT count(*) FROM mark") == 0


@pytest.mark.parametrize(
    "body",
    [
        {**MARK, "reviewer": "me"},
        {**MARK, "from": "9999-01-01"},
        {**MARK, "from": 0},
        [],
        "x",
        None,
    ],
    ids=["unknown field", "no year", "a number", "a list", "a text", "nothing"],
)
async def test_what_is_no_mark_at_all(body: object, world: World) -> None:
    answer = await world.post("plant", "/marks", body)

    assert answer.status_code == 422


async def test_evidence_that_looks_like_a_page_stays_text(world: World) -> None:
    html = "<script>alert('x')</script>"

    made = await world.made("plant", "/marks", {**MARK, "evidence": html})

    assert made["evidence"] == html
    assert world.rows("SELECT evidence FROM mark") == [(html,)]


async def test_marks_over_the_same_time_are_hinted_at(world: World) -> None:
    await world.made("plant", "/marks", MARK)

    second = await world.made("plant", "/marks", {**MARK, "from": "2026-08-09T09:00"})

    assert any("与标记 1 " in hint and "时段重叠" in hint for hint in second["hints"])
    assert not any("qingkong" in hint for hint in second["hints"])


async def test_a_result_is_kept_to_the_digit_and_once(world: World) -> None:
    first = await world.post("plant", "/results", RESULT)
    second = await world.post("plant", "/results", RESULT)

    assert (first.status_code, first.json()["value"]) == (201, 31.5)
    assert str(world.rows("SELECT value FROM manual_result")[0][0]) == "31.50"
    assert second.status_code == 422
    assert "已录入为监测结果 1" in second.json()["detail"]
    assert "更正该结果" in second.json()["detail"]


async def test_a_supervisory_result_is_the_bureaus(world: World) -> None:
    supervisory = {**RESULT, "kind": "supervisory"}
    made = await world.post("officer", "/results", supervisory)
    path = f"/results/{made.json()['result']}"

    entered = await world.post("plant", "/results", supervisory)
    corrected = await world.post(
        "plant", f"{path}/correct", {**RESULT, "reason": "错"}, headers=version_of(made)
    )
    withdrawn = await world.post(
        "plant", f"{path}/withdraw", {"reason": "错"}, headers=version_of(made)
    )

    assert [one.status_code for one in (made, entered, corrected, withdrawn)] == [
        201, 403, 403, 403,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unit": "kg/h"}, "与监测点的单位"),
        ({"value": -1}, "不能为负"),
        ({"value": None}, "须说明理由"),
        ({"from": "2027-01-01"}, "采样时间晚于现在"),
        ({"point": "none"}, "没有监测点“none”"),
    ],
    ids=["unit", "negative", "no value", "ahead", "no point"],
)
async def test_a_result_that_cannot_be_entered(
    change: dict[str, object], said: str, world: World
) -> None:
    answer = await world.post("plant", "/results", {**RESULT, **change})

    assert answer.status_code == 422
    assert said in answer.json()["errors"][0]["detail"]


async def test_a_correction_moves_no_result_to_another_plant(world: World) -> None:
    made = await world.post("plant", "/results", RESULT)
    body = {**RESULT, "plant": "P2", "reason": "写错企业"}

    answer = await world.post("administrator", "/results/1/correct", body, headers=version_of(made))

    assert answer.status_code == 404
