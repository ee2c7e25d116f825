"""The pages of plants: the list, the day at a glance, gaps, marks, laboratory results, rates, exports."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx
import psycopg
import pytest

from schemas.access import Role, Scope
from services.embedded.postgres import Postgres
from tests.fixtures.answered import NOW, Answered, copy_of, judged_once
from tests.fixtures.api import Api, running, signed_in
from tests.fixtures.evaluated import Said, put
from tests.fixtures.servers import GivenServer
from tests.fixtures.working import MARK, RESULT, World, populated, version_of


@pytest.fixture(scope="module")
def answered(postgres: Postgres | GivenServer, template: str) -> Iterator[Answered]:
    """A plant with half a day of hours, judged once for all tests here."""
    with judged_once(postgres, template) as found:
        yield found


@pytest.fixture
async def judged(postgres: Postgres | GivenServer, answered: Answered) -> AsyncIterator[Api]:
    """The API over a copy of it, at the moment it was judged."""
    with copy_of(postgres, answered.name) as url:
        async with running(url) as made:
            made.clock.at = NOW + timedelta(minutes=5)
            yield made


@pytest.fixture
def world(api: Api) -> World:
    return populated(api)


OVER = "2026-08-09T23:30"
"""In the second of two hours over the limit."""


def plants(api: Api) -> dict[str, int]:
    with psycopg.connect(api.url, autocommit=True) as owner:
        return {str(code): int(key) for code, key in owner.execute("SELECT code, id FROM plant")}


async def seen(api: Api, who: str, path: str, **params: object) -> httpx.Response:
    """A page as one of the people sees it."""
    browser = api.browser()
    await signed_in(browser, who)
    asked = {"lang": "en", **{name: str(value) for name, value in params.items()}}
    return await browser.get(f"/console/plants{path}", params=asked)


async def test_plants_are_found_by_name_and_by_how_they_stand(judged: Api) -> None:
    judged.account("anna")

    page = await seen(judged, "anna", "", at=OVER)
    standing = await seen(judged, "anna", "", at=OVER, word="exceeding")
    named = await seen(judged, "anna", "", q="另一")
    none = await seen(judged, "anna", "", q="nowhere")

    found = [
        re.findall(r'href="/console/plants/(P\d)"', one.text) for one in (page, standing, named)
    ]
    assert found == [["P1", "P2"], ["P1"], ["P2"]]
    assert "No plant matches." in none.text


async def test_the_worst_is_listed_first_and_fifty_at_once(judged: Api) -> None:
    judged.account("anna")
    with psycopg.connect(judged.url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO plant (code, name, region) SELECT 'A' || n, 'A' || n, '1502'"
            " FROM generate_series(100, 170) AS n"
        )

    first = await seen(judged, "anna", "", at=OVER)
    second = await seen(judged, "anna", "", at=OVER, page=2)

    codes = [re.findall(r'href="/console/plants/(\w+)"', one.text) for one in (first, second)]
    assert codes[0][:2] == ["P1", "A100"]
    assert [len(one) for one in codes] == [50, 23]
    assert "page=2" in first.text
    # More than a page holds: leagues to choose from.
    assert re.search(r'<ul class="chips leagues".*?region=1502', first.text, re.DOTALL)


async def test_a_plants_people_are_led_to_their_own_plant(judged: Api) -> None:
    own = plants(judged)["P1"]
    judged.account("plant", Role.PLANT, Scope(None, frozenset({own})))
    browser = judged.browser()
    await signed_in(browser, "plant")

    led = await browser.get("/console/plants")
    other = await browser.get("/console/plants/P2")

    assert (led.status_code, led.headers["location"]) == (303, "/console/plants/P1")
    assert other.status_code == 404


async def test_the_day_at_a_glance_has_numbers_beside_their_limits(judged: Api) -> None:
    judged.account("anna")

    page = await seen(judged, "anna", "/P1")

    assert page.status_code == 200, page.text
    assert "<strong>sulphur dioxide</strong>" in page.text
    assert re.search(
        r'<span class="value">60</span>\s*<span class="sub">≤ 100\u00a0mg/m³ · 60 %', page.text
    )
    assert re.search(r'href="/console/verdicts/\d+">compliant</a>', page.text)
    # 120 mg/m3 in one hour of this day, in three of the month.
    assert "over in 1 h" in page.text
    assert "over in 3 h" in page.text


async def test_the_hours_of_the_day_are_drawn_and_told_in_words(judged: Api) -> None:
    judged.account("anna")
    with psycopg.connect(judged.url, autocommit=True) as owner:
        put(owner, [Said(NOW + timedelta(minutes=at), "a21026", 20.0, 40.0) for at in range(4)])

    page = await seen(judged, "anna", "/P1")
    chinese = await seen(judged, "anna", "/P1", lang="zh")

    [picture] = re.findall(r'<svg class="day-chart".*?</svg>', page.text, re.DOTALL)
    # Eight hours of the day were judged, the ninth has not been; the fifth of the scene never came.
    assert 'aria-label="today' in picture
    assert "least 60, mean" in picture
    assert "greatest 120 mg/m³; over the limit in 1 h" in picture
    assert "the running hour so far 40" in picture
    assert picture.count('<rect class="hour ') == 7
    assert "；超标 1 小时" in chinese.text


async def test_of_an_hour_without_a_valid_minute_nothing_is_projected(judged: Api) -> None:
    judged.account("anna")
    with psycopg.connect(judged.url, autocommit=True) as owner:
        put(owner, [Said(NOW, "a21026", 20.0, 40.0, flag="F")])

    page = await seen(judged, "anna", "/P1", lang="zh")

    assert "无有效分钟数据，不能预计" in page.text
    assert "未接近限值" not in page.text


async def test_an_earlier_moment_is_told_as_it_was(judged: Api) -> None:
    judged.account("anna", Role.AUDITOR)

    page = await seen(judged, "anna", "/P1", at=OVER)

    assert "This is how it stood at 2026-08-09 23:30:00" in page.text
    assert re.search(r'<span class="value over">120</span>', page.text)
    assert "over in 1 h" in page.text


async def test_an_outlet_without_limits_says_that_nothing_can_be_judged(judged: Api) -> None:
    judged.account("anna")

    page = await seen(judged, "anna", "/P1")

    assert 'id="DA002"' in page.text
    assert "This outlet has no limit: nothing can be judged." in page.text


async def test_a_gap_says_why_and_what_mends_it_until_when(judged: Api) -> None:
    judged.account("anna")

    page = await seen(
        judged, "anna", "/P1/gaps", **{"from": "2026-08-09T20:00", "to": "2026-08-10T08:00"}
    )
    judged.clock.go(hours=12)
    part = await seen(judged, "anna", "/P1/part/gaps")

    assert "no record came" in page.text
    assert page.text.count("<strong>DA001</strong> no record came") == 1
    assert '<span class="hours">08-10 00:00–' in page.text
    assert "the device sends it again" in page.text
    assert "<html" not in part.text
    assert "Gaps whose time runs out within 24 h" in part.text


async def test_facilities_say_whether_they_run(judged: Api) -> None:
    judged.account("anna")

    part = await seen(judged, "anna", "/P1/part/facilities")

    assert part.status_code == 200, part.text
    assert "FGD1" in part.text
    assert '<span class="run unknown">unknown</span>' in part.text


async def test_rates_and_exports_are_of_the_range_that_is_asked_for(judged: Api) -> None:
    judged.account("anna")

    rates = await seen(judged, "anna", "/P1/rates", period="hour")
    export = await seen(judged, "anna", "/P1/export", **{"from": "2026-08-09", "to": "2026-08-10"})
    [link] = re.findall(r'href="(/api/v1/export/verdicts.csv[^"]*period=hour)"', export.text)
    browser = judged.browser()
    await signed_in(browser, "anna")
    file = await browser.get(link.replace("&amp;", "&"))

    assert rates.status_code == 200, rates.text
    assert file.status_code == 200, file.text
    assert "a21026" in file.text


async def test_a_mark_is_the_sides_to_change_and_the_bureaus_to_review(world: World) -> None:
    entered = await world.post("plant", "/marks", MARK)
    number = entered.json()["mark"]

    plant = await seen(world.api, "plant", "/P1/marks")
    officer = await seen(world.api, "officer", "/P1/marks")
    auditor = await seen(world.api, "auditor", "/P1/marks")

    offered = [
        set(re.findall(rf"api/v1/marks/{number}(?:/(\w+))?\W", page.text))
        for page in (plant, officer, auditor)
    ]
    assert offered == [{"", "withdraw"}, {"review"}, set()]
    assert '<select name="kind" required><option value="">Choose</option>' in plant.text
    assert "start-up" in auditor.text
    assert "记录第 17 页" in auditor.text


async def test_quotas_of_marked_time_are_told_by_unit(world: World) -> None:
    entered = await world.post("plant", "/marks", MARK)
    await world.post(
        "officer",
        f"/marks/{entered.json()['mark']}/review",
        {"verdict": "accept"},
        headers=version_of(entered),
    )

    marks = await seen(world.api, "plant", "/P1/marks")
    today = await seen(world.api, "plant", "/P1")

    assert "start, stop, fault, accident" in marks.text
    assert re.search(r">2\.0 h<", marks.text)
    assert "<b>2 / 60 h</b>" in today.text


async def test_a_laboratory_result_is_corrected_by_its_version(world: World) -> None:
    await world.made("plant", "/results", RESULT)

    plant = await seen(world.api, "plant", "/P1/results")
    auditor = await seen(world.api, "auditor", "/P1/results")

    assert "DA001/out/a21026" in plant.text
    assert '<span class="value">31.50</span>' in plant.text
    assert '/correct"' in plant.text
    assert 'value="supervisory"' not in plant.text.split('id="new"')[1]
    assert "/correct" not in auditor.text


@pytest.mark.parametrize("path", ["", "/gaps", "/marks", "/results", "/rates", "/export"])
async def test_a_plant_with_nothing_yet_says_so_in_both_languages(path: str, world: World) -> None:
    chinese = await seen(world.api, "plant", f"/P1{path}", lang="zh")
    english = await seen(world.api, "plant", f"/P1{path}")

    assert [chinese.status_code, english.status_code] == [200, 200], english.text
    assert '<html lang="zh-CN">' in chinese.text
    assert "示例厂" in english.text


async def test_open_orders_are_named_where_the_plant_looks_first(world: World) -> None:
    order = await world.made(
        "officer", "/orders", {"plant": "P1", "demand": "整改", "reason": "超标"}
    )

    page = await seen(world.api, "plant", "/P1")

    assert f'href="/console/orders/{order["order"]}">Order {order["number"]}</a>' in page.text
    assert "the plant has to accept it." in page.text


async def test_out_of_scope_no_page_of_a_plant_is_found(world: World) -> None:
    paths = ("", "/gaps", "/marks", "/results", "/rates", "/export", "/part/gaps")

    answers = [await seen(world.api, "neighbour", f"/P1{path}") for path in paths]

    assert {one.status_code for one in answers} == {404}


async def test_where_nothing_is_registered_the_list_says_what_to_do(api: Api) -> None:
    api.account("anna")

    page = await seen(api, "anna", "")

    assert page.status_code == 200
    assert "entered by an administrator" in page.text
