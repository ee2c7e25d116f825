"""The fleet: each logger with what became of its frames, why some were rejected, and its own alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from schemas.access import Role, Scope
from services.embedded.postgres import Postgres
from tests.fixtures.answered import END, NOW, Answered, copy_of, judged_once, looking
from tests.fixtures.api import Api, signed_in
from tests.fixtures.servers import GivenServer

REJECT = """
INSERT INTO reject (batch, seq, topic, mn, device, reason, detail, codes, whole, received_at, bytes)
SELECT 1, 0, 'hj212/MN-A', 'MN-A', id, %(reason)s, 'DataTime lies ahead', '{}', true, %(at)s,
  '##0101PW=246810;CN=2011'
FROM device WHERE code = %(device)s
"""
HEARD = """
INSERT INTO device_heard (device, known_at, first_at, heard_at, skews)
SELECT id, %(at)s, %(at)s, %(at)s, %(skews)s FROM device WHERE code = %(device)s
ON CONFLICT (device) DO UPDATE SET heard_at = EXCLUDED.heard_at, skews = EXCLUDED.skews
"""
# Two frames: one that is rejected, one that is stored; of a logger, or of nobody's (0).
BATCH = """
INSERT INTO batch (id, slot, number, received_from, received_to, frames, stored, repeated, rejected,
  readings, revised, devices, received_ms, outcomes, block_bytes, previous, digest)
SELECT 1 + %(number)s, 0, 1 + %(number)s, %(at)s, %(at)s, 2, 1, 0, 1, 1, 0, ARRAY[%(of)s::integer, id],
  '{0,0}', 'xs', 1, sha256('a'), sha256('b')
FROM device WHERE code = 'MN-A'
"""


@pytest.fixture(scope="module")
def answered(postgres: Postgres | GivenServer, template: str) -> Iterator[Answered]:
    with judged_once(postgres, template) as made:
        yield made


@pytest.fixture
def database(postgres: Postgres | GivenServer, answered: Answered) -> Iterator[str]:
    with copy_of(postgres, answered.name) as url:
        yield url


def own_plant(api: Api) -> Scope:
    with api.registrar() as owner:
        [(plant,)] = owner.execute("SELECT id FROM plant WHERE code = 'P1'").fetchall()
    return Scope(None, frozenset({plant}))


def row_of(page: str, device: str) -> str:
    """The row of the first table that links to the logger."""
    at = page.index(f'/{device}">{device}</a>')
    return page[page.rindex("<tr>", 0, at) : page.index("</tr>", at)]


def number(row: str, label: str) -> str:
    cell = row[row.index(f'data-label="{label}"') :]
    return cell[cell.index(">") + 1 : cell.index("<")]


async def test_every_frame_of_a_logger_is_accounted_for(api: Api) -> None:
    browser = await looking(api)
    with api.registrar() as owner:
        [(device,)] = owner.execute("SELECT id FROM device WHERE code = 'MN-A'").fetchall()
        owner.execute(BATCH, {"number": 1, "at": END, "of": device})

    page = (await browser.get("/console/fleet", params={"hours": 6, "lang": "en"})).text

    row = row_of(page, "MN-A")
    told = [number(row, name) for name in ("Received", "Stored", "Repeated", "Rejected", "Pending")]
    assert told == ["4", "3", "0", "1", "0"]
    assert "Balanced: every frame" in page
    assert "rejecting" in row


async def test_why_frames_were_rejected_is_told_with_what_to_do(api: Api) -> None:
    browser = await looking(api)
    with api.registrar() as owner:
        owner.execute(REJECT, {"reason": "clock", "at": END, "device": "MN-A"})

    page = (await browser.get("/console/fleet", params={"hours": 6})).text

    assert "/console/fleet/P1/MN-A/rejects?reason=clock" in page
    assert "时间不可用" in page
    assert "校准设备时钟" in page


async def test_a_silent_logger_is_found_by_the_filter(api: Api) -> None:
    browser = await looking(api)
    with api.registrar() as owner:
        for device, at in (("MN-A", NOW - timedelta(hours=3)), ("MN-B", NOW)):
            owner.execute(HEARD, {"at": at, "device": device, "skews": [0.0]})

    page = (await browser.get("/console/fleet", params={"show": "silent", "lang": "en"})).text

    assert '<span class="health silent">silent</span>' in row_of(page, "MN-A")
    assert "3 h ago" in row_of(page, "MN-A")
    assert ">MN-B</a>" not in page


async def test_a_clock_that_is_off_is_named_with_its_offset(api: Api) -> None:
    browser = await looking(api)
    with api.registrar() as owner:
        owner.execute(HEARD, {"at": NOW, "device": "MN-A", "skews": [-300.0, -301.0, -299.0]})

    page = (await browser.get("/console/fleet", params={"lang": "en"})).text

    assert "clock off" in row_of(page, "MN-A")
    assert number(row_of(page, "MN-A"), "Clock offset") == "-300 s"


async def test_where_no_logger_is_so_the_page_says_it(api: Api) -> None:
    browser = await looking(api)

    page = (await browser.get("/console/fleet", params={"show": "late"})).text

    assert "没有设备处于此状态" in page


async def test_a_plant_sees_its_own_loggers_and_no_strangers(api: Api) -> None:
    with api.registrar() as owner:
        owner.execute(BATCH, {"number": 1, "at": END, "of": 0})
    everything = await looking(api)
    scope = own_plant(api)
    api.account("bert", Role.PLANT, scope)
    browser = api.browser()
    await signed_in(browser, "bert")

    whole = (await everything.get("/console/fleet", params={"hours": 6})).text
    own = (await browser.get("/console/fleet", params={"hours": 6})).text
    other = await browser.get("/console/fleet/P2/MN-B")

    assert "未登记的 MN" in whole
    assert "另一厂" in whole
    assert "未登记的 MN" not in own
    assert "另一厂" not in own
    assert other.status_code == 404


async def test_a_logger_is_told_hour_by_hour(api: Api) -> None:
    browser = await looking(api)

    page = (await browser.get("/console/fleet/P1/MN-A", params={"lang": "en"})).text

    assert '<time datetime="2026-08-10T08:00:00+08:00">2026-08-10 08:00</time>' in page
    assert '<td class="number">2</td><td class="number">2</td>' in page
    assert "/console/fleet/P1/MN-A/frames" in page


async def test_frames_are_shown_masked_and_the_look_is_put_on_record(api: Api) -> None:
    browser = await looking(api)
    since = (END - timedelta(hours=1)).isoformat()

    page = (await browser.get("/console/fleet/P1/MN-A/frames", params={"from": since})).text

    assert page.count("QN=20260809200000000") == 2
    assert "246810" not in page
    with api.registrar() as owner:
        rows = owner.execute("SELECT action, object FROM audit ORDER BY id DESC LIMIT 1").fetchall()
    assert rows == [("frames.read", "device/P1/MN-A")]


async def test_rejects_are_shown_with_their_bytes_and_reason(api: Api) -> None:
    browser = await looking(api)
    with api.registrar() as owner:
        owner.execute(REJECT, {"reason": "clock", "at": END, "device": "MN-A"})

    page = (await browser.get("/console/fleet/P1/MN-A/rejects", params={"lang": "en"})).text
    none = await browser.get("/console/fleet/P1/MN-A/rejects", params={"reason": "json"})

    assert "Nothing was rejected over this time" in none.text
    assert "DataTime lies ahead" in page
    assert "PW=******;CN=2011" in page
