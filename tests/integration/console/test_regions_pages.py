"""Regions and monthly reports: what is counted, drawn and explained, and what lies outside a scope."""

import re
from collections.abc import Iterator

import pytest

from schemas.access import Role, Scope
from services.embedded.postgres import Postgres
from tests.fixtures.answered import HOUR, START, Answered, copy_of, judged_once, looking
from tests.fixtures.api import Api
from tests.fixtures.servers import GivenServer


@pytest.fixture(scope="module")
def answered(postgres: Postgres | GivenServer, template: str) -> Iterator[Answered]:
    with judged_once(postgres, template) as made:
        yield made


@pytest.fixture
def database(postgres: Postgres | GivenServer, answered: Answered) -> Iterator[str]:
    with copy_of(postgres, answered.name) as url:
        yield url


def plant_of(api: Api, code: str = "P1") -> int:
    with api.registrar() as owner:
        [(plant,)] = owner.execute("SELECT id FROM plant WHERE code = %s", (code,)).fetchall()
    return int(plant)


async def test_the_regions_begin_where_ways_part(api: Api) -> None:
    browser = await looking(api)

    answer = await browser.get("/console/regions")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/regions/15"


async def test_whoever_sees_one_plant_begins_at_its_own_region(api: Api) -> None:
    browser = await looking(api, Role.PLANT, Scope(None, frozenset({plant_of(api)})))

    answer = await browser.get("/console/regions", params={"lang": "en"})

    assert answer.headers["location"] == "/console/regions/150502?lang=en"


async def test_a_region_shows_its_plants_with_the_reason(api: Api) -> None:
    browser = await looking(api)

    page = (await browser.get("/console/regions/15", params={"lang": "en"})).text

    assert 'href="/console/plants/P1"' in page
    assert 'href="/console/reports/P1/2026-08"' in page
    assert '<span class="status compliant">compliant <b>1</b></span>' in page
    assert '<span class="status unknown">unknown</span>' in page
    assert "no limit is set" in page


async def test_only_plants_that_stood_so_are_listed_when_asked(api: Api) -> None:
    browser = await looking(api)
    asked = {"word": "exceeding", "at": (START + 10 * HOUR).isoformat()}

    page = (await browser.get("/console/regions/15", params=asked)).text

    listed = page[page.index("企业 · 超标 (1)") :]
    assert "示例厂" in listed
    assert "另一厂" not in listed


async def test_plants_are_drawn_where_they_lie(api: Api) -> None:
    browser = await looking(api)
    with api.registrar() as owner:
        owner.execute("UPDATE plant SET longitude = 122.2, latitude = 43.6 WHERE code = 'P1'")

    page = (await browser.get("/console/regions/15")).text

    drawn = page[page.index('class="scroll map"') : page.index('id="ranking"')]
    assert re.search(r'<g class="shape unknown" transform="translate\(380.0 230.0\)"', drawn)
    assert "122°E" in drawn
    assert "未登记坐标" in drawn
    assert "另一厂" in drawn[drawn.index("未登记坐标") :]


async def test_without_coordinates_the_page_says_what_to_do(api: Api) -> None:
    browser = await looking(api)

    page = (await browser.get("/console/regions/15")).text

    assert "没有一家企业登记了坐标" in page
    assert '<svg viewBox="0 0 760' not in page


async def test_exceedances_are_ranked(api: Api) -> None:
    browser = await looking(api)

    page = (await browser.get("/console/regions/15", params={"lang": "en"})).text

    ranking = page[page.index('class="ranks"') :]
    assert '<b class="over">3 hours</b>' in ranking[: ranking.index("</ol>")]


async def test_a_plant_of_another_scope_is_nowhere(api: Api) -> None:
    browser = await looking(api, Role.OPERATOR, Scope("150502", None))

    page = await browser.get("/console/regions/15")
    outside = await browser.get("/console/regions/1502")
    report = await browser.get("/console/reports/P2/2026-08")

    assert "另一厂" not in page.text
    assert (outside.status_code, report.status_code) == (404, 404)


async def test_a_report_counts_hours_and_names_what_exceeded(api: Api) -> None:
    browser = await looking(api)

    page = (await browser.get("/console/reports/P1/2026-08", params={"lang": "en"})).text

    assert "the month still runs" in page
    assert "exceeding 3" in page
    assert page.count('<th scope="row"><time datetime="2026-08-09T2') == 2
    assert "What exceeded or was excused</h3>" not in page
    assert "What exceeded or was excused (3)" in page
    assert ">0.20<" in page
    assert "≤ 100\u00a0mg/m³ (O₂ 6 %)" in page


async def test_a_report_is_the_same_as_of_its_position(api: Api) -> None:
    browser = await looking(api)
    first = (await browser.get("/console/reports/P1/2026-08")).text
    [position] = re.findall(r"2026-08\?as_of=(\d+)", first)
    with api.registrar() as owner:
        owner.execute(
            "INSERT INTO verdict (start, point, limit_key, limit_version, period, stage, outcome,"
            " value, multiple, sure, doubts, why, evidence, rules)"
            " SELECT start, point, limit_key, limit_version, period, 'final', 'compliant', 50, NULL,"
            " sure, doubts, why, evidence, rules FROM verdict WHERE outcome = 'exceeding'"
        )

    now = (await browser.get("/console/reports/P1/2026-08")).text
    then = (await browser.get("/console/reports/P1/2026-08", params={"as_of": position})).text

    assert "超标与豁免 (0)" in now
    assert "超标与豁免 (3)" in then


async def test_a_month_that_cannot_be_told_is_refused(api: Api) -> None:
    browser = await looking(api)

    told = {
        month: (await browser.get(f"/console/reports/P1/{month}")).status_code
        for month in ("2026-07", "2026-09", "2026-13", "soon")
    }

    assert told == {"2026-07": 200, "2026-09": 422, "2026-13": 422, "soon": 422}


async def test_a_ranking_of_the_month_begins_with_the_month(api: Api) -> None:
    browser = await looking(api)

    page = (await browser.get("/console/regions/15")).text
    [link] = re.findall(r'href="([^"]*by=effectiveness[^"]*)"', page)
    ranked = (await browser.get(link.replace("&amp;", "&"))).text

    assert "2026-08-01 – 2026-08-10" in ranked[ranked.index('id="ranking"') :]
