"""Pages of limits: what binds, by which law, known since when; and who is offered to change it."""

import re
from typing import Any

import httpx
import pytest

from tests.fixtures.api import Api, signed_in
from tests.fixtures.working import LIMIT, World, populated

PAGE = "/console/limits/P1"


@pytest.fixture
def world(api: Api) -> World:
    return populated(api)


async def looks(world: World, who: str) -> httpx.AsyncClient:
    """The browser of somebody who is signed in."""
    browser = world.api.browser()
    await signed_in(browser, who)
    return browser


async def a_limit(world: World, **other: object) -> dict[str, Any]:
    return (await world.made("officer", "/limits", {**LIMIT, **other}))["limit"]


def words(answer: httpx.Response) -> str:
    """What of a page is read, its blanks made one."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


async def test_a_limit_is_shown_with_all_that_it_rests_on(world: World) -> None:
    await a_limit(world)
    browser = await looks(world, "officer")

    shown = words(await browser.get(PAGE))

    for said in (
        "二氧化硫",
        "≤ 35 mg/m³",
        "小时均值",
        "排污许可证 · PERMIT-1 表5",
        "2024-01-01 – 长期",
    ):
        assert said in shown
    assert "设定 · officer" in shown
    assert "未核实" in shown


async def test_what_was_read_in_its_source_is_verified(world: World) -> None:
    await a_limit(world, verified=True, confidence="high")
    browser = await looks(world, "officer")

    shown = words(await browser.get(PAGE, params={"lang": "en"})).partition("Put a new limit")[0]

    assert "verified" in shown
    assert "unverified" not in shown


async def test_an_outlet_without_a_limit_says_what_follows_from_that(world: World) -> None:
    officer, plant = await looks(world, "officer"), await looks(world, "plant")

    may, may_not = words(await officer.get(PAGE)), words(await plant.get(PAGE))

    assert "没有限值就不会判定超标：请设定" in may
    assert "请联系监管人员" in may_not


async def test_who_sees_one_plant_is_led_to_its_own(world: World) -> None:
    plant = await looks(world, "plant")
    administrator = await looks(world, "administrator")

    led = await plant.get("/console/limits")
    chooses = await administrator.get("/console/limits")
    asked = await administrator.get("/console/limits", params={"plant": "P2"})

    assert (led.status_code, led.headers["location"]) == (303, PAGE)
    assert "/console/limits/P1" in chooses.text
    assert "/console/limits/P2" in chooses.text
    assert asked.headers["location"] == "/console/limits/P2"


@pytest.mark.parametrize("path", ["/console/limits/P2", "/console/limits/P3"])
async def test_what_lies_outside_is_not_there(world: World, path: str) -> None:
    browser = await looks(world, "plant")

    answer = await browser.get(path)

    assert answer.status_code == 404


async def test_a_limit_stands_under_its_own_plant_alone(world: World) -> None:
    limit = (await a_limit(world))["limit"]
    browser = await looks(world, "administrator")

    own = await browser.get(f"/console/limits/P1/{limit}")
    other = await browser.get(f"/console/limits/P2/{limit}")

    assert (own.status_code, other.status_code) == (200, 404)


async def test_a_change_is_sent_over_the_version_that_was_looked_at(world: World) -> None:
    limit = await a_limit(world)
    browser = await looks(world, "officer")

    page = (await browser.get(f"/console/limits/P1/{limit['limit']}")).text

    for act in ("change", "correct", "withdraw"):
        form = f'data-act="POST /api/v1/limits/{limit["limit"]}/{act}"'
        assert f"{form} data-etag='\"{limit['version']}\"'" in page
    assert page.count("data-preview") == 3


async def test_rows_of_the_catalogue_are_offered_for_what_is_measured_there(world: World) -> None:
    browser = await looks(world, "officer")

    page = (await browser.get(PAGE)).text

    points = re.findall(r'<option value="P1/DA001/out/\w+" data-code="(\w+)"', page)
    rows = re.findall(r'<option value="[^"]+/hour/[^"]+" data-code="(\w+)"', page)
    assert points == ["a21026", "a19001"]
    assert set(rows) == {"a21026"}


@pytest.mark.parametrize("who", ["plant", "auditor"])
async def test_who_may_not_write_limits_is_offered_no_act(world: World, who: str) -> None:
    limit = (await a_limit(world))["limit"]
    browser = await looks(world, who)

    pages = [(await browser.get(path)).text for path in (PAGE, f"{PAGE}/{limit}")]

    assert all("/api/v1/limits" not in page for page in pages)


async def test_all_that_was_believed_is_kept_and_shown(world: World) -> None:
    limit = await a_limit(world)
    before = (await world.ask("officer", "GET", "/plants/P1/limits")).json()["as_of"]
    await world.made(
        "officer",
        f"/limits/{limit['limit']}/change",
        {"from": "2026-08-01", "max": 30, "reason": "换证", "source": "新证"},
        headers={"If-Match": f'"{limit["version"]}"'},
    )
    browser = await looks(world, "auditor")

    now = words(await browser.get(PAGE))
    then = words(await browser.get(PAGE, params={"as_of": before}))
    history = words(await browser.get(PAGE, params={"history": "true"}))
    versions = words(await browser.get(f"{PAGE}/{limit['limit']}"))

    assert ("≤ 30 mg/m³" in now, "≤ 35 mg/m³" in now) == (True, False)
    assert ("≤ 30 mg/m³" in then, "≤ 35 mg/m³" in then) == (False, True)
    assert all(f"≤ {figure} mg/m³" in each for each in (history, versions) for figure in (30, 35))
    assert "换证" in versions


async def test_what_was_withdrawn_binds_nothing(world: World) -> None:
    limit = await a_limit(world)
    await world.made(
        "officer",
        f"/limits/{limit['limit']}/withdraw",
        {"from": "2026-08-01", "reason": "排口拆除"},
        headers={"If-Match": f'"{limit["version"]}"'},
    )
    browser = await looks(world, "officer")

    shown = await browser.get(f"{PAGE}/{limit['limit']}", params={"lang": "en"})

    assert "binds nothing" in words(shown)
    assert 'class="withdrawn"' in shown.text


async def test_words_that_a_person_wrote_are_text(world: World) -> None:
    limit = (await a_limit(world, source="<script>alert(1)</script>"))["limit"]
    browser = await looks(world, "officer")

    page = (await browser.get(f"{PAGE}/{limit}")).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
