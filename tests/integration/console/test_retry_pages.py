"""The rejects page: the newest first, and buttons that have rejects fed in again for who may."""

import html
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from schemas.access import EVERYTHING, Role, Scope
from services.runtime.settings import Settings
from tests.fixtures.api import Api, signed_in
from tests.fixtures.kept import START, STEP, Kept, frame
from tests.fixtures.retrying import carried_out

PAGE = "/console/admin/rejects"
RETRIES = "/api/v1/rejects/retries"
SPAN = {"from": "2026-08-01T00:00:00+08:00", "to": "2026-08-02T00:00:00+08:00"}


@pytest.fixture
async def kept(api: Api, tmp_path: Path) -> Kept:
    """Three rejects of MN-B, and one of nobody's."""
    kept = Kept(api.url, Settings(database_url=SecretStr(api.url), home=tmp_path))
    kept.register("MN-A", "MN-B", codes=["a21026"])
    for step in range(3):
        at = START + step * STEP
        await kept.store([("MN-B", frame("MN-B", at, codes=["a34013"]))], at)
    await kept.store([("MN-?", frame("MN-?", START))], START + 3 * STEP)
    return kept


async def looks(api: Api, name: str, role: Role, scope: Scope = EVERYTHING) -> httpx.AsyncClient:
    api.account(name, role, scope)
    browser = api.browser()
    browser.headers.update(await signed_in(browser, name))
    return browser


def bodies(page: str) -> list[dict[str, Any]]:
    """What the buttons of a page ask for."""
    acts = rf"data-act=\"POST {RETRIES}\" data-body='([^']*)'"
    return [json.loads(html.unescape(found)) for found in re.findall(acts, page)]


async def test_the_newest_stands_first_with_a_button_and_a_command_for_each(
    api: Api, kept: Kept
) -> None:
    root = await looks(api, "root", Role.ADMINISTRATOR)

    page = (await root.get(PAGE, params=SPAN)).text
    chosen = (await root.get(PAGE, params={**SPAN, "mn": "MN-?", "reason": "unknown_device"})).text
    answer = await root.post(RETRIES, json=bodies(chosen)[0])

    assert kept.rows("SELECT count(*) FROM reject") == [(4,)]
    assert re.findall(r'<h3 id="r-(\d+)"', page) == ["4", "3", "2", "1"]
    every, *single = bodies(page)
    assert every == {**SPAN, "dry_run": True}
    assert single == [{"reject": number, "dry_run": True} for number in (4, 3, 2, 1)]
    assert "qingkong rejects retry 4" in page
    assert answer.status_code == 202, answer.text
    assert answer.json()["total"] == 1


async def test_who_may_not_is_offered_nothing(api: Api, kept: Kept) -> None:
    assert kept

    for role in (Role.OPERATOR, Role.AUDITOR):
        browser = await looks(api, role.value, role)
        page = await browser.get(PAGE, params=SPAN)
        part = await browser.get(f"{PAGE}/retries/1")

        assert "data-act" not in page.text.partition("<main")[2].partition("</main>")[0]
        assert "qingkong rejects retry" not in page.text
        assert part.status_code == 403


async def test_a_dry_run_is_followed_and_offers_the_real_one_where_that_would_store_something(
    api: Api, kept: Kept
) -> None:
    root = await looks(api, "root", Role.ADMINISTRATOR)
    part = f"{PAGE}/retries"

    useless = (await root.post(RETRIES, json={"reject": 4, "dry_run": True})).json()["retry"]
    dry = (await root.post(RETRIES, json={"mn": "MN-B", "dry_run": True})).json()["retry"]
    waiting = (await root.get(f"{part}/{dry}")).text
    kept.owner(
        "INSERT INTO point (subject, side, code) VALUES (1, 'out', 'x')",
        "INSERT INTO channel (device, code) SELECT device, 'a34013' FROM device_mn WHERE mn = 'MN-B'",
        "INSERT INTO channel_binding (channel, point, valid)"
        " VALUES (currval('channel_id_seq'), currval('point_id_seq'), tstzrange(NULL, NULL))",
    )
    await carried_out(kept)
    none = (await root.get(f"{part}/{useless}")).text
    tried = (await root.get(f"{part}/{dry}")).text
    [offered] = bodies(tried)
    real = (await root.post(RETRIES, json=offered)).json()["retry"]
    await carried_out(kept)
    after = (await root.get(f"{part}/{real}")).text
    listed = (await root.get(PAGE, params={**SPAN, "lang": "en"})).text

    assert f'hx-get="{part}/{dry}" hx-trigger="every 2s"' in waiting
    assert "等待执行" in waiting
    assert bodies(none) == []
    assert "没有一条能入库" in none
    assert "设备未登记 × 1" in _read(none)
    assert "3 可入库" in _read(tried)
    assert "hx-get" not in tried + after
    assert offered == {"mn": "MN-B", "clock_offset_s": 0, "again": False}
    assert "3 已补入库" in _read(after)
    assert bodies(after) == []
    assert f"Retry #{real}" in _read(listed)
    assert "3 would be stored" in _read(listed)


async def test_one_that_waits_can_be_stopped_and_says_what_was_not_begun(
    api: Api, kept: Kept
) -> None:
    assert kept
    root = await looks(api, "root", Role.ADMINISTRATOR)
    unwanted = (await root.post(RETRIES, json={"mn": "MN-B"})).json()["retry"]

    waiting = (await root.get(f"{PAGE}/retries/{unwanted}")).text
    await root.post(f"{RETRIES}/{unwanted}/stop", json={})
    stopped = (await root.get(f"{PAGE}/retries/{unwanted}")).text

    assert f'data-act="POST {RETRIES}/{unwanted}/stop"' in waiting
    assert "已由 root 停止：其余 3 条未处理。" in _read(stopped)
    assert "hx-get" not in stopped


def _read(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))
