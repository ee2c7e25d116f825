"""Pages for whoever looks for proof: checkpoints and chains, the audit log, exports."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.access import Role, Scope
from services.embedded.postgres import Postgres
from services.evidence.checkpoint import (
    NO_PREVIOUS,
    Body,
    RegistryMark,
    SlotHead,
    TableMark,
    body_text,
    sign,
    text_digest,
)
from tests.fixtures.answered import (
    END,
    NOW,
    START,
    Answered,
    copy_of,
    judged_once,
    keep_batch,
    looking,
)
from tests.fixtures.api import Api
from tests.fixtures.servers import GivenServer

KEEP = """
INSERT INTO checkpoint (made_at, closed, body, key_id, signature)
VALUES (%s, pg_current_xact_id(), %s, %s, %s)
"""


@pytest.fixture(scope="module")
def answered(postgres: Postgres | GivenServer, template: str) -> Iterator[Answered]:
    with judged_once(postgres, template) as made:
        yield made


@pytest.fixture
def database(postgres: Postgres | GivenServer, answered: Answered) -> Iterator[str]:
    with copy_of(postgres, answered.name) as url:
        yield url


def checkpointed(owner: psycopg.Connection, number: int, previous: str) -> str:
    """Keep a checkpoint over the first batch of slot 0; the digest of its text."""
    head = SlotHead(1, "ab" * 32, 1, 3, 3, 0, 0, 36, 0)
    body = Body(
        *(number, NOW.isoformat(), 1, {0: head}, {"verdict": TableMark(12, "12", "cd" * 32)}),
        *(RegistryMark(1, "ef" * 32), previous),
    )
    signed = sign(body_text(body), Ed25519PrivateKey.generate())
    owner.execute(KEEP, (NOW, signed.text, signed.key_id, signed.signature))
    return text_digest(signed.text)


async def test_before_the_first_checkpoint_the_page_says_what_to_do(api: Api) -> None:
    browser = await looking(api)

    page = (await browser.get("/console/chain")).text

    assert "还没有检查点" in page
    assert "qingkong verify --against /media/usb/checkpoints" in page


async def test_the_newest_checkpoint_is_told_with_what_it_covers(api: Api) -> None:
    browser = await looking(api)
    with api.registrar() as owner:
        digest = checkpointed(owner, 1, NO_PREVIOUS)
        [(device,)] = owner.execute("SELECT id FROM device WHERE code = 'MN-A'").fetchall()
        keep_batch(owner, 2, END, [device])

    page = (await browser.get("/console/chain", params={"lang": "en"})).text

    assert digest in page
    row = page[page.index("Not covered yet</th>") :]
    assert re.search(r'data-label="Covered to">1<', row)
    assert re.search(r'data-label="Not covered yet">1<', row)
    assert "3 + 0 + 0" in row
    assert "✓ yes" in page


async def test_a_checkpoint_that_does_not_name_the_one_before_is_shown_to_be_wrong(
    api: Api,
) -> None:
    browser = await looking(api)
    with api.registrar() as owner:
        first = checkpointed(owner, 1, NO_PREVIOUS)
        second = checkpointed(owner, 2, first)
        checkpointed(owner, 3, "00" * 31 + "01")

    page = (await browser.get("/console/chain", params={"lang": "en"})).text

    assert second[:24] in page
    assert page.count("NO: run qingkong verify") == 1
    assert page.count("✓ yes") == 2


async def test_a_batch_and_its_frames_are_found_by_number(api: Api) -> None:
    browser = await looking(api)

    asked = await browser.get("/console/chain", params={"batch": 1, "seq": 2})
    batch = (await browser.get("/console/chain/batches/1", params={"lang": "en"})).text
    frame = (await browser.get(asked.headers["location"])).text

    assert asked.headers["location"] == "/console/chain/batches/1/frames/2"
    assert "none yet: the next one covers it" in batch
    assert "QN=20260809200000000" in frame
    assert "PW=******" in frame


async def test_a_batch_names_the_checkpoint_over_it(api: Api) -> None:
    browser = await looking(api)
    with api.registrar() as owner:
        checkpointed(owner, 1, NO_PREVIOUS)

    page = (await browser.get("/console/chain/batches/1")).text

    assert "尚无：由下一个检查点覆盖" not in page
    assert re.search(r"覆盖它的检查点</dt><dd><b>1</b>", page)


async def test_a_batch_of_other_plants_does_not_exist(api: Api) -> None:
    with api.registrar() as owner:
        [(plant,)] = owner.execute("SELECT id FROM plant WHERE code = 'P2'").fetchall()
        [(device,)] = owner.execute("SELECT id FROM device WHERE code = 'MN-A'").fetchall()
        keep_batch(owner, 2, END, [device])
    browser = await looking(api, Role.PLANT, Scope(None, frozenset({plant})))

    own = await browser.get("/console/chain/batches/1")
    other = await browser.get("/console/chain/batches/2")
    frame = await browser.get("/console/chain/batches/1/frames/0")

    assert (own.status_code, other.status_code, frame.status_code) == (200, 404, 404)


async def test_the_audit_log_tells_in_sentences_who_did_what(api: Api) -> None:
    browser = await looking(api)
    await browser.get("/console/chain/batches/1/frames/2")

    zh = (await browser.get("/console/audit")).text
    en = (await browser.get("/console/audit", params={"action": "frames", "lang": "en"})).text

    assert "登录" in zh
    assert '查看原始报文 <a href="/console/chain/batches/1/frames/2">batch/1/2</a>' in zh
    assert "looked at frames of" in en
    assert "signed in" not in en[en.index("<tbody>") :]
    assert '<option value="frames" selected>' in en


async def test_the_audit_log_goes_on_behind_its_first_page(api: Api) -> None:
    browser = await looking(api)
    for _ in range(3):
        await browser.get("/console/audit")

    first = (await browser.get("/console/audit", params={"limit": 2, "actor": "anna"})).text
    [following] = re.findall(r'href="([^"]+cursor=[^"]+)"', first)
    then = (await browser.get(following.replace("&amp;", "&"))).text

    assert first.count('data-label="谁"') == then.count('data-label="谁"') == 2
    assert "actor=anna" in following


async def test_whoever_may_not_read_the_audit_log_is_not_shown_it(api: Api) -> None:
    browser = await looking(api, Role.OPERATOR)

    answer = await browser.get("/console/audit")

    assert answer.status_code == 403
    assert "审计日志" not in answer.text


async def test_an_export_that_ended_is_listed_with_its_manifest(api: Api) -> None:
    browser = await looking(api)
    other = await looking(api, name="bert")
    asked = {"plant": "P1", "from": START.isoformat(), "to": END.isoformat()}
    before = (await browser.get("/console/exports")).text
    made = await browser.get("/api/v1/export/means.csv", params=asked)

    page = (await browser.get("/console/exports/made", params={"lang": "en"})).text
    others = (await other.get("/console/exports/made")).text

    name = made.headers["Qingkong-Manifest"]
    manifest = (await browser.get(f"/api/v1/export/manifest/{name}")).json()
    assert "您还没有完成过导出" in before
    assert f'href="/api/v1/export/manifest/{name}"' in page
    assert manifest["sha256"][:16] in page
    assert "您还没有完成过导出" in others


async def test_what_cannot_be_exported_is_refused_before_anything_is_begun(api: Api) -> None:
    browser = await looking(api)

    well = await browser.get("/console/exports/check/means.csv", params={"plant": "P1"})
    none = await browser.get("/console/exports/check/means.csv", params={"plant": "P9"})
    turned = {"from": END.isoformat(), "to": START.isoformat()}
    reversed_ = await browser.get("/console/exports/check/means.csv", params=turned)

    assert (well.status_code, none.status_code, reversed_.status_code) == (204, 404, 422)
    with api.registrar() as owner:
        begun = owner.execute("SELECT FROM audit WHERE action LIKE 'export.%'").fetchall()
    assert begun == []


async def test_the_exports_page_offers_the_regions_of_ones_own(api: Api) -> None:
    browser = await looking(api, Role.OPERATOR, Scope("150502", None))

    page = (await browser.get("/console/exports")).text

    assert '<option value="150502">科尔沁区 (1)</option>' in page
    assert 'value="1502"' not in page
