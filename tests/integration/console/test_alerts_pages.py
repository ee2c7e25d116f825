"""The pages of cases: who sees what, what one may do, what was asked for and what came of it."""

import re

import httpx
import orjson
import psycopg
import pytest

from tests.fixtures.api import Api, signed_in
from tests.fixtures.working import ORDER, VERDICT, World, populated

TO = "2026-08-11T08:00"
NEAR = {
    "code": "a21026", "period": "hour", "start": "2026-08-03T01:00:00+00:00",
    "limits": [
        {"high": "35", "low": None, "unit": "mg/m3", "value": "42.500000000", "limit": 1,
         "version": 1, "multiple": "0.214285714", "clause": "GB 13223-2011"},
    ],
}  # fmt: skip


@pytest.fixture
def world(api: Api) -> World:
    return populated(api)


async def browser_of(world: World, who: str) -> httpx.AsyncClient:
    """Somebody who is signed in."""
    browser = world.api.browser()
    await signed_in(browser, who)
    return browser


async def seen(world: World, who: str, path: str, **params: object) -> httpx.Response:
    """A page as one of the people sees it."""
    browser = await browser_of(world, who)
    asked = {"lang": "en", **{name: str(value) for name, value in params.items()}}
    return await browser.get(f"/console{path}", params=asked)


def rows(page: httpx.Response) -> list[int]:
    """The cases of a list, in its order."""
    return [int(number) for number in re.findall(r'<tr id="alert-(\d+)"', page.text)]


def acts(page: httpx.Response) -> set[str]:
    """The dialogs that a page has."""
    return set(re.findall(r'<dialog id="d-(\w+)"', page.text)) - {"keys"}


def told(world: World, evidence: object, alert: int | None = None) -> None:
    with psycopg.connect(world.api.url, autocommit=True) as owner:
        owner.execute(
            "UPDATE alert SET evidence = %s::text::jsonb WHERE id = %s",
            (orjson.dumps(evidence).decode(), alert or world.alert),
        )


async def test_the_list_shows_the_number_against_its_limit(world: World) -> None:
    told(world, NEAR)

    page = await seen(world, "officer", "/alerts")

    assert page.status_code == 200
    assert rows(page) == [world.alert]
    assert '<b class="over">42.5</b> / 35\u00a0mg/m³' in page.text
    assert "0.21 times over" in page.text
    assert f'data-trend="{world.alert}"' in page.text


async def test_in_chinese_it_is_chinese(world: World) -> None:
    page = await seen(world, "officer", "/alerts", lang="zh")

    assert '<html lang="zh-CN">' in page.text
    assert "小时均值超标" in page.text
    assert "hourly mean" not in page.text


async def test_nobody_sees_cases_of_others(world: World) -> None:
    number = world.alert
    paths = [f"/alerts/{number}{more}" for more in ("", "/evidence")]

    lists = [await seen(world, who, "/alerts", view="all") for who in ("elsewhere", "neighbour")]
    others = [await seen(world, "neighbour", f"/alerts/rows/{number}")]
    others += [await seen(world, "elsewhere", path) for path in paths]
    trends = await seen(world, "elsewhere", "/alerts/trends", alert=number)

    assert [rows(page) for page in lists] == [[], []]
    assert "There are no such cases" in lists[0].text
    assert [one.status_code for one in others] == [404] * 3
    assert (trends.status_code, trends.text.strip()) == (200, "")


async def test_each_is_offered_what_he_may_do(world: World) -> None:
    pages = {
        who: await seen(world, who, f"/alerts/{world.alert}")
        for who in ("officer", "plant", "auditor")
    }

    assert {who: acts(page) for who, page in pages.items()} == {
        "officer": {"judge", "comment", "assign", "reopen", "silence", "order"},
        "plant": {"contest"},
        "auditor": set(),
    }
    assert [who for who, page in pages.items() if "/acknowledge" in page.text] == ["officer"]


async def test_a_case_not_sure_yet_is_no_alarm(world: World) -> None:
    with psycopg.connect(world.api.url, autocommit=True) as owner:
        owner.execute("UPDATE alert SET state = 'pending' WHERE id = %s", (world.alert,))

    usual = await seen(world, "officer", "/alerts")
    pending = await seen(world, "officer", "/alerts", view="pending")

    assert rows(usual) == []
    assert "Nothing is going on" in usual.text
    assert rows(pending) == [world.alert]


FILTERS: list[tuple[dict[str, str], bool]] = [
    ({}, True),
    ({"severity": "blue"}, False),
    ({"state": "acknowledged"}, False),
    ({"kind": "limit_hour", "plant": "P1", "region": "1505", "severity": "red"}, True),
    ({"assignee": "officer"}, False),
    ({"undisposed": "true"}, False),
    ({"found_late": "true"}, False),
    ({"view": "all"}, True),
]


async def test_what_arrives_is_shown_where_it_fits_the_filter(world: World) -> None:
    wrong: list[dict[str, str]] = []

    for params, fits in FILTERS:
        listed = await seen(world, "officer", "/alerts", **params)
        arrived = await seen(world, "officer", f"/alerts/rows/{world.alert}", **params)
        wanted = [world.alert] if fits else []
        if rows(listed) != wanted or rows(arrived) != wanted:
            wrong.append(params)
        if arrived.status_code != (200 if fits else 204):
            wrong.append(params)

    assert wrong == []


async def test_what_does_not_fit_any_more_is_shown_as_changed(world: World) -> None:
    await world.made("officer", f"/alerts/{world.alert}/resolve", VERDICT)

    path = f"/alerts/rows/{world.alert}"
    gone = await seen(world, "officer", path)
    still = await seen(world, "officer", path, shown="true")
    world.api.clock.go(minutes=1)
    shift = (await seen(world, "officer", "/handover")).text

    assert gone.status_code == 204
    assert 'class="case past"' in still.text
    assert (
        '<span class="state closed going-on">closed by officer, while it goes on</span>'
        in still.text
    )
    assert "data-act" not in still.text
    assert "Nothing recovered in the shift" in shift
    assert f'"/console/alerts/{world.alert}"' in shift[shift.index('id="h-closed"') :]
    assert "by officer</span>" in shift


async def test_the_head_counts_what_waits_and_what_is_ones_own(world: World) -> None:
    path = f"/alerts/{world.alert}"
    before = await seen(world, "officer", "/alerts/counts")
    await world.made("officer", f"{path}/acknowledge", {})
    await world.made("officer", f"{path}/assign", {"assignee": "officer"})

    mine = await seen(world, "officer", "/alerts/counts")
    others = await seen(world, "second", "/alerts/counts")
    elsewhere = await seen(world, "elsewhere", "/alerts/counts")

    numbers = [re.findall(r"<b>(\d+)</b>", one.text) for one in (before, mine, others, elsewhere)]
    # Red, orange, yellow, blue, acknowledged, one's own.
    assert numbers == [
        ["1", "0", "0", "0", "0", "0"],
        ["0", "0", "0", "0", "1", "1"],
        ["0", "0", "0", "0", "1", "0"],
        ["0", "0", "0", "0", "0", "0"],
    ]


async def test_a_newcomer_is_told_what_since_when_and_what_to_do(world: World) -> None:
    told(world, NEAR)

    page = await seen(world, "plant", f"/alerts/{world.alert}", lang="zh")

    assert "<h1>示例厂 · DA001：小时均值超标</h1>" in page.text
    assert "<b>08-03 09–10时</b>" in page.text
    assert "42.5 <small>mg/m³</small>" in page.text
    assert '≤ 35\u00a0mg/m³</b> <span class="over">超标 0.21 倍' in page.text
    assert "2026-08-03 09:00" in page.text
    assert "告警原文：</strong>" in page.text
    assert "SO2 小时均值超标。" in page.text
    assert "应采取的措施" in page.text
    assert "GB 13223-2011" in page.text
    assert "触发规则：小时均值超标。" in page.text


async def test_an_officer_is_told_what_is_his_to_do_and_a_plant_is_not(world: World) -> None:
    officer, auditor, plant = [
        await seen(world, who, f"/alerts/{world.alert}", lang="zh")
        for who in ("officer", "auditor", "plant")
    ]

    for page in (officer, auditor):
        assert page.text.index("处置建议：") < page.text.index("企业应采取的措施：")
    assert "下发督办或安排现场检查" in officer.text
    assert "处置建议" not in plant.text
    assert "安排现场检查" not in plant.text


async def test_what_nobody_vouches_for_is_named_without_a_look_at_evidence(world: World) -> None:
    sure = world.judged()
    [(verdict,)] = world.rows(
        "INSERT INTO verdict (start, point, limit_key, limit_version, period, stage, outcome, value,"
        " multiple, sure, doubts, why, evidence, rules) SELECT start, point, limit_key, limit_version,"
        " period, 'provisional', outcome, value, multiple, false, '{oxygen_guard}', why, evidence, rules"
        " FROM verdict WHERE id = %s RETURNING id",
        sure,
    )
    told(world, {"source": f"verdict:{verdict}"})
    world.rows("UPDATE alert SET sure = false WHERE id = %s RETURNING id", world.alert)

    page = await seen(world, "officer", f"/alerts/{world.alert}", lang="zh")

    assert "规则参数沿用平台默认值，尚无人确认：不再折算的含氧量。" in page.text
    assert "迟到、补传和更正的数据还可能改变结论" in page.text
    assert world.audited("evidence.read") == []


async def test_other_cases_of_the_outlet_are_named_within_ones_scope(world: World) -> None:
    other = world.rows(
        "INSERT INTO alert (key, kind, plant, subject, point, state, severity, since, spells, spans, sure,"
        " found_late, zh, en, clause, evidence, version, changed_at, opened_at)"
        " SELECT 'another', 'prewarning', plant, subject, point, 'open', 'blue', since, 1, 1, true, false, '预警',"
        " 'warning', '', '{}', 1, changed_at, since FROM alert WHERE id = %s RETURNING id",
        world.alert,
    )[0][0]

    page = await seen(world, "officer", f"/alerts/{world.alert}")
    back = await seen(world, "plant", f"/alerts/{other}")

    assert f'href="/console/alerts/{other}">about to exceed #{other}</a>' in page.text
    assert "here also: 1 open case<" in page.text
    assert f'href="/console/alerts/{world.alert}">' in back.text


async def test_each_step_says_who_and_both_times_where_they_differ(world: World) -> None:
    await world.made("officer", f"/alerts/{world.alert}/comments", {"text": "<b>已致电</b>"})

    page = await seen(world, "plant", f"/alerts/{world.alert}")

    [steps] = re.findall(r'<ol id="steps".*?</ol>', page.text, re.DOTALL)
    assert [*re.findall(r"<strong>(\w+)</strong>", steps)] == ["commented", "opened"]
    assert "<blockquote>&lt;b&gt;已致电&lt;/b&gt;</blockquote>" in steps
    assert "2026-08-10 09:00:00" in steps
    assert re.search(r"happened <time[^>]*>2026-08-03 09:00</time> · recorded", steps)


async def test_its_orders_and_contests_are_named(world: World) -> None:
    order = await world.made("officer", "/orders", {**ORDER, "alerts": [world.alert]})
    words = {"about": "alert", "key": str(world.alert), "grounds": "仪器故障"}
    filed = await world.ask("plant", "POST", "/contests", data=words)

    page = await seen(world, "officer", f"/alerts/{world.alert}")

    assert filed.status_code == 201, filed.text
    assert f'href="/console/orders/{order["order"]}">Order {order["number"]}</a>' in page.text
    assert f'href="/console/contests/{filed.json()["contest"]}"' in page.text


async def test_only_whoever_asks_for_evidence_is_put_on_record(world: World) -> None:
    verdict = world.judged()
    told(world, {"source": f"verdict:{verdict}"})

    await seen(world, "auditor", f"/alerts/{world.alert}")
    before = world.audited("evidence.read")
    page = await seen(world, "auditor", f"/alerts/{world.alert}/evidence")

    assert before == []
    assert world.audited("evidence.read") == [("auditor", f"alert/{world.alert}", "P1")]
    assert f"Verdict #{verdict}" in page.text
    assert page.text.startswith("<!doctype html>")


async def test_a_case_over_two_limits_shows_both_verdicts(world: World) -> None:
    first, second = world.judged(), world.judged()
    told(world, {"source": f"verdict:{first},{second}"})

    found = await world.ask("officer", "GET", f"/alerts/{world.alert}/evidence")
    page = await seen(world, "officer", f"/alerts/{world.alert}/evidence")

    assert found.json()["sources"] == [f"verdict:{first}", f"verdict:{second}"]
    assert [f"Verdict #{number}" in page.text for number in (first, second)] == [True, True]


async def test_a_part_of_a_page_is_no_page(world: World) -> None:
    browser = await browser_of(world, "officer")

    path = f"/console/alerts/{world.alert}/evidence"
    part = await browser.get(path, headers={"HX-Request": "true"})

    assert part.status_code == 200
    assert "<html" not in part.text


async def test_a_case_without_means_has_no_picture(world: World) -> None:
    with psycopg.connect(world.api.url, autocommit=True) as owner:
        owner.execute("UPDATE alert SET point = NULL WHERE id = %s", (world.alert,))

    trends = await seen(world, "officer", "/alerts/trends", alert=world.alert)
    page = await seen(world, "officer", "/alerts")

    assert trends.text.strip() == ""
    assert "data-trend" not in page.text


async def test_the_picture_shows_the_hours_and_what_is_over(world: World) -> None:
    told(world, NEAR)
    with psycopg.connect(world.api.url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO mean (start, point, period, stage, source, value, converted, valid_s, due_s,"
            " valid, at_least, evidence, rules) SELECT '2026-08-03T01:00:00Z'::timestamptz"
            " - n * INTERVAL '1 hour', point.id, 'hour', 'final', 'computed', 42.5 - 10 * n, '{}',"
            " 3600, 3600, true, false, '{}', '1' FROM point, generate_series(0, 2) AS n"
            " WHERE point.code = 'a21026' AND point.subject = (SELECT subject FROM alert WHERE id = %s)",
            (world.alert,),
        )

    trend = await seen(world, "officer", "/alerts/trends", alert=world.alert)

    assert trend.status_code == 200
    assert f'data-trend="{world.alert}"' in trend.text
    assert trend.text.count("<polyline") == 1
    assert trend.text.count('class="over"') == 1
    assert 'aria-label="Hourly means 22.5–42.5 mg/m³' in trend.text


async def test_a_case_as_it_stood_offers_nothing_to_do(world: World) -> None:
    known = await world.ask("officer", "GET", f"/alerts/{world.alert}/events")
    await world.made("officer", f"/alerts/{world.alert}/acknowledge", {})

    then = await seen(world, "officer", f"/alerts/{world.alert}", as_of=known.json()["as_of"])

    assert then.status_code == 200
    assert acts(then) == set()
    assert 'data-state="open"' in then.text


async def test_the_shift_says_what_waits_what_is_in_hand_and_what_was_said(world: World) -> None:
    path = f"/alerts/{world.alert}"
    waits = await seen(world, "officer", "/handover")
    await world.made("officer", f"{path}/acknowledge", {"note": "已通知企业"})
    await world.made("officer", "/silences", {"plant": "P1", "to": TO, "reason": "检修"})
    world.api.clock.go(minutes=1)

    handed = await seen(world, "officer", "/handover")
    elsewhere = await seen(world, "elsewhere", "/handover")

    case = f'href="/console/alerts/{world.alert}"'
    assert case in waits.text
    assert "Nothing is in hand" in waits.text
    assert "Nothing is waiting" in handed.text
    assert case in handed.text
    assert "已通知企业" in handed.text
    assert "检修" in handed.text
    assert case not in elsewhere.text
    assert "检修" not in elsewhere.text


async def test_a_shift_that_ends_before_it_begins_is_refused_with_words(world: World) -> None:
    asked = {"from": "2026-08-10T08:00", "to": "2026-08-09T08:00"}

    page = await seen(world, "officer", "/handover", **asked)

    assert page.status_code in {400, 422}
    assert "`from` must lie before `to`" in page.text


async def test_orders_that_are_due_are_handed_over(world: World) -> None:
    dues = {"dues": {"accept": "2026-08-10T20:00", "answer": "2026-08-11T09:00"}}
    order = await world.made("officer", "/orders", {**ORDER, **dues})

    page = await seen(world, "officer", "/handover")

    assert order["number"] in page.text
    assert "2026-08-10 20:00" in page.text


async def test_silences_say_what_they_hid_and_to_whom_it_concerns(world: World) -> None:
    asked = {"plant": "P1", "from": "2026-08-03T08:00", "to": TO, "reason": "在线仪表检修"}
    made = await world.made("officer", "/silences", asked)

    page = await seen(world, "officer", "/silences")
    quiet = await seen(world, "officer", f"/silences/{made['silence']}/quiet")
    auditor = await seen(world, "auditor", "/silences")
    elsewhere = await seen(world, "elsewhere", "/silences")
    hidden = await seen(world, "elsewhere", f"/silences/{made['silence']}/quiet")

    assert "在线仪表检修" in page.text
    assert f'data-withdraw="{made["silence"]}"' in page.text
    assert f'href="/console/alerts/{world.alert}"' in quiet.text
    assert "data-withdraw" not in auditor.text
    assert "There are no silences" in elsewhere.text
    assert hidden.status_code == 404


async def test_a_quiet_case_says_so_in_the_list_and_on_its_page(world: World) -> None:
    loud = await seen(world, "officer", "/alerts")
    said = {"plant": "P1", "to": TO, "reason": "<b>检修</b>", "maintenance": True}
    made = await world.made("officer", "/silences", said)

    listed = await seen(world, "plant", "/alerts", lang="zh", silenced="true")
    others = await seen(world, "officer", "/alerts", silenced="false")
    arrived = await seen(world, "officer", f"/alerts/rows/{world.alert}", silenced="false")
    page = await seen(world, "auditor", f"/alerts/{world.alert}", lang="zh")
    english = await seen(world, "auditor", f"/alerts/{world.alert}")

    assert "kept quiet</span>" not in loud.text
    assert rows(listed) == [world.alert]
    assert "计划检修静默中" in listed.text
    assert "officer · &lt;b&gt;检修&lt;/b&gt;" in listed.text
    assert '<option value="true" selected>静默中</option>' in listed.text
    assert rows(others) == []
    assert arrived.status_code == 204
    assert "2026-08-11 08:00" in page.text
    assert "不通知任何人，由 officer 设置。理由：&lt;b&gt;检修&lt;/b&gt;" in page.text
    assert f'href="/console/silences#silence-{made["silence"]}"' in page.text
    assert "nobody is told of it; set by officer" in english.text


async def test_a_filter_of_several_words_stays_whole(world: World) -> None:
    browser = await browser_of(world, "officer")

    page = await browser.get(
        "/console/alerts?state=open&state=resolved&severity=red&limit=1&lang=en"
    )

    [states] = re.findall(r'<select name="state".*?</select>', page.text, re.DOTALL)
    assert re.findall(r'<option value="(\w+)" selected', states) == ["open", "resolved"]
    assert "multiple" in states
    assert 'name="severity" multiple' not in page.text
    assert "?state=open&amp;state=resolved&amp;severity=red&amp;limit=1&amp;lang=zh" in page.text


async def test_an_english_page_calls_the_plant_by_its_english_name(world: World) -> None:
    world.rows("UPDATE plant SET name_en = 'Example plant' WHERE code = 'P1' RETURNING id")

    english = [await seen(world, "officer", path) for path in ("/alerts", "/handover")]
    chinese = [await seen(world, "officer", path, lang="zh") for path in ("/alerts", "/handover")]

    assert ["Example plant" in page.text for page in english] == [True, True]
    assert ["示例厂" in page.text for page in english] == [False, False]
    assert ["示例厂" in page.text for page in chinese] == [True, True]


async def test_what_was_withdrawn_is_listed_where_all_are(world: World) -> None:
    made = await world.made("officer", "/silences", {"plant": "P1", "to": TO, "reason": "检修"})
    await world.made("officer", f"/silences/{made['silence']}/withdraw", {"reason": "已完工"})

    usual = await seen(world, "officer", "/silences")
    every = await seen(world, "officer", "/silences", all="true")

    assert "There are no silences" in usual.text
    assert "withdrawn" in every.text
    assert "已完工" in every.text
