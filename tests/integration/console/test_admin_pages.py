"""Pages of administration: who is offered what, what is shown of it, and what is never shown."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from schemas.access import EVERYTHING, Role, Scope
from services.runtime.seal import new_seal_key
from tests.fixtures.answered import PLANTS as WITH_CHANNELS
from tests.fixtures.answered import keep_batch
from tests.fixtures.api import PASSWORD, Api, running, signed_in
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS, opened

ADMIN = "/console/admin"
REGION = Scope("1505")
AT = datetime(2026, 8, 10, 0, tzinfo=UTC)
FRAME = b"##0055QN=1;ST=31;CN=2011;PW=246810;MN=MN-A;CP=&&<b>a99999</b>-Rtd=1&&FFFF\r\n"
REJECT = """
INSERT INTO reject (batch, seq, topic, mn, device, reason, detail, whole, received_at, bytes, policy)
VALUES (1, %s, 'hj212/x', %s, %s, %s, 'register a99999', true, %s, %s, %s)
"""
DISPOSED = """
UPDATE alert SET state = 'resolved', resolved_at = opened_at, disposition = %s WHERE id = %s
"""
ASKED = {
    "email": "address",
    "webhook": "address secret",
    "mqtt": "address secret config.topic",
    "dingtalk": "address secret",
    "wecom": "address",
    "feishu": "address secret",
    "sms": "address secret config.to config.body config.headers config.success",
}
PAGES = [
    "",
    "/registry",
    "/registry/import",
    "/registry/versions",
    "/registry/plants/P1",
    "/accounts",
    "/accounts/root",
    "/tokens",
    "/notify",
    "/notify/new?channel=sms",
    "/notify/routes",
    "/notify/routes/new",
    "/notify/contacts",
    "/notify/deliveries",
    "/rejects",
    "/settings",
    "/settings?text=stillness",
    "/settings/stillness_parameters.constant_hours",
]


@pytest.fixture
async def sealing(database: str) -> AsyncIterator[Api]:
    """The API with a key to seal with."""
    async with running(database, seal_key=new_seal_key()) as made:
        yield made


async def looks(
    api: Api, name: str, role: Role = Role.ADMINISTRATOR, scope: Scope = EVERYTHING
) -> httpx.AsyncClient:
    """The browser of a new account, signed in; what changes anything sends its X-CSRF-Token."""
    api.account(name, role, scope)
    browser = api.browser()
    browser.headers.update(await signed_in(browser, name))
    return browser


def words(answer: httpx.Response) -> str:
    """What of a page is read, its blanks made one."""
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


def tabs(answer: httpx.Response) -> list[str]:
    found = re.search(r'<nav class="tabs".*?</nav>', answer.text, re.DOTALL)
    return re.findall(r'href="([^"]+)"', found[0]) if found else []


def rejected(api: Api) -> None:
    """Two frames of P1's device, and one of nobody's."""
    with api.registrar() as owner:
        stored(owner, WITH_CHANNELS)
        ids = dict(owner.execute("SELECT code, id FROM device").fetchall())
        keep_batch(owner, 1, AT, [ids["MN-A"], ids["MN-B"], 0])
        for values in (
            (0, "MN-A", ids["MN-A"], "crc_mismatch", AT, FRAME, "crc: off"),
            (1, "MN-B", ids["MN-B"], "truncated", AT, FRAME, None),
            (2, "MN;?", None, "unknown_device", AT, b"\xff\x00<i>", None),
        ):
            owner.execute(REJECT, values)
    api.clock.go(minutes=5)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_every_page_is_there_in_both_languages_with_one_heading(api: Api, lang: str) -> None:
    with api.registrar() as owner:
        stored(owner, PLANTS)
    root = await looks(api, "root")
    wrong: list[str] = []

    for page in [f"{ADMIN}{each}" for each in PAGES] + ["/console/me", "/console/tokens"]:
        answer = await root.get(page, params={"lang": lang} | dict(httpx.URL(page).params))
        headings = re.findall(r"<h1.*?</h1>", answer.text, re.DOTALL)
        foreign = lang == "en" and page != f"{ADMIN}/registry/plants/P1"
        if answer.status_code != 200 or len(headings) != 1:
            wrong.append(f"{page}: {answer.status_code}, {len(headings)} headings")
        elif foreign and re.search(r"[\u4e00-\u9fff]", headings[0]):
            wrong.append(f"{page}: {headings[0]}")

    assert wrong == []


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.OPERATOR, ["rejects", "settings"]),
        (Role.AUDITOR, ["rejects", "settings"]),
        (
            Role.ADMINISTRATOR,
            ["", "registry", "accounts", "tokens", "notify", "rejects", "settings"],
        ),
    ],
)
async def test_only_those_tabs_are_offered_that_one_may_open(
    api: Api, role: Role, offered: list[str]
) -> None:
    browser = await looks(api, "anna", role)

    shown = tabs(await browser.get(f"{ADMIN}/settings"))

    assert shown == [f"{ADMIN}/{one}".rstrip("/") for one in offered]
    assert {(await browser.get(one)).status_code for one in shown} == {200}


async def test_the_overview_tells_what_waits_for_a_hand(api: Api) -> None:
    rejected(api)
    root = await looks(api, "root")

    shown = words(await root.get(ADMIN))

    assert "3 条报文" in shown
    assert "CRC 校验不符 1" in shown
    assert "尚无接收者：告警不会通知任何人" in shown
    assert re.search(r"\d+ 项未核实", shown)


async def test_a_plant_is_shown_as_the_document_has_it(api: Api) -> None:
    with api.registrar() as owner:
        stored(owner, PLANTS)
    root = await looks(api, "root")

    shown = words(await root.get(f"{ADMIN}/registry/plants/P1"))

    assert "MN-A" in shown
    assert "2024-01-01 – 至今" in shown
    assert "a21026 二氧化硫 本排放口 主用 投运 – 至今" in shown


async def test_an_administrator_of_a_region_sees_what_lies_in_it(api: Api) -> None:
    with api.registrar() as owner:
        stored(owner, PLANTS)
    api.account("inside", Role.OPERATOR, REGION)
    api.account("outside", Role.OPERATOR, Scope("1502"))
    local = await looks(api, "local", scope=REGION)

    registry, accounts = [await local.get(f"{ADMIN}{each}") for each in ("/registry", "/accounts")]
    overview = await local.get(ADMIN)
    gone = [
        (await local.get(f"{ADMIN}{each}")).status_code
        for each in (
            "/registry/plants/P2",
            "/registry/versions",
            "/accounts/outside",
            "/notify",
            "/notify/deliveries",
        )
    ]
    contacts = await local.get(f"{ADMIN}/notify/contacts")

    assert "P1" in words(registry)
    assert "P2" not in words(registry)
    assert "/registry/versions" not in registry.text
    assert "inside" in words(accounts)
    assert "outside" not in words(accounts)
    assert "条死信" not in words(overview)
    assert set(gone) == {404}
    assert contacts.status_code == 200
    assert f"{ADMIN}/notify/contacts" in tabs(overview)
    assert f"{ADMIN}/notify" not in tabs(overview)


async def test_nobody_is_offered_to_lock_himself_out(api: Api) -> None:
    api.account("anna", Role.AUDITOR)
    root = await looks(api, "root")

    own = (await root.get(f"{ADMIN}/accounts/root")).text
    other = (await root.get(f"{ADMIN}/accounts/anna")).text

    assert "/accounts/root/lock" not in own
    assert 'data-act="PUT /api/v1/accounts/root"' not in own
    assert 'data-act="POST /api/v1/accounts/anna/lock" data-etag=\'"1"\'' in other
    assert 'data-act="PUT /api/v1/accounts/anna" data-etag=\'"1"\'' in other
    assert 'data-act="DELETE /api/v1/accounts/anna/sessions"' in other


async def test_a_locked_account_is_told_and_can_be_unlocked(api: Api) -> None:
    api.account("anna", Role.AUDITOR)
    root = await looks(api, "root")
    await root.post("/api/v1/accounts/anna/lock")

    listed, shown = await root.get(f"{ADMIN}/accounts"), await root.get(f"{ADMIN}/accounts/anna")

    assert "anna 审计人员 全部 密码 已停用" in words(listed)
    assert "/accounts/anna/unlock" in shown.text


async def test_tokens_are_shown_by_their_beginning_and_never_whole(api: Api) -> None:
    duty = await looks(api, "duty", Role.OPERATOR)
    root = await looks(api, "root")
    draft = {"name": "nightly", "permissions": ["export"], "days": 30}
    made = (await duty.post("/api/v1/tokens", json=draft)).json()

    own = await duty.get("/console/tokens")
    all_, account = [await root.get(f"{ADMIN}{each}") for each in ("/tokens", "/accounts/duty")]

    assert all(made["beginning"] in page.text for page in (own, all_, account))
    assert all(made["secret"] not in page.text for page in (own, all_, account))
    assert f'data-act="DELETE /api/v1/tokens/{made["token"]}"' in own.text
    assert f'data-act="DELETE /api/v1/accounts/duty/tokens/{made["token"]}"' in account.text


async def test_no_token_is_offered_that_would_give_more_than_its_account_may(api: Api) -> None:
    duty = await looks(api, "duty", Role.OPERATOR)

    page = (await duty.get("/console/tokens")).text

    assert 'value="write_limits"' in page
    assert 'value="write_settings"' not in page
    assert 'value="manage_accounts"' not in page


async def test_who_may_have_no_tokens_is_led_to_none(api: Api) -> None:
    auditor = await looks(api, "auditor", Role.AUDITOR)

    me, tokens = await auditor.get("/console/me"), await auditor.get("/console/tokens")

    assert 'data-act="PUT /api/v1/me/password"' in me.text
    assert "/console/tokens" not in me.text
    assert tokens.status_code == 403
    assert PASSWORD not in me.text


async def test_a_receiver_is_asked_for_what_its_way_needs(api: Api) -> None:
    root = await looks(api, "root")
    shown: dict[str, str] = {}

    for channel in ASKED:
        page = await root.get(f"{ADMIN}/notify/new", params={"channel": channel})
        shown[channel] = page.text

    for channel, asked in ASKED.items():
        found = re.findall(r'data-into="([^"]+)"', shown[channel])
        assert found == [*asked.split(), "language", "reason"]
        assert ("QINGKONG_SEAL_KEY" in shown[channel]) == (channel != "email")


async def test_receivers_routes_and_messages_are_shown_without_what_is_sealed(
    sealing: Api,
) -> None:
    root = await looks(sealing, "root")
    hook = {"channel": "webhook", "address": "https://room.example/hook?token=very-secret"}
    rule = {
        "receivers": ["room"], "least": "orange", "hours": {"begin_min": 1200, "end_min": 480},
        "escalations": [{"after_min": 30, "receivers": ["room"]}],
    }  # fmt: skip
    await root.put("/api/v1/notify/receivers/room", json=hook)
    await root.put("/api/v1/notify/routes/night", json={"rule": rule})
    await root.post("/api/v1/notify/receivers/room/test")

    receivers, receiver, routes, route, deliveries = [
        await root.get(f"{ADMIN}/notify{each}")
        for each in ("", "/receivers/room", "/routes", "/routes/night", "/deliveries")
    ]

    assert 'data-act="POST /api/v1/notify/receivers/room/test"' in receivers.text
    assert "https://room.example/…" in words(receiver)
    assert "very-secret" not in receivers.text + receiver.text
    assert "20:00–08:00" in words(routes)
    assert "30 分后 → room" in words(routes)
    assert 'data-form="minutes" value="20:00"' in route.text
    assert "room" in words(deliveries)
    assert "等待发送" in words(deliveries)


async def test_a_dead_letter_can_be_tried_again(sealing: Api) -> None:
    root = await looks(sealing, "root")
    mail = {"channel": "email", "address": "duty@bureau.example"}
    await root.put("/api/v1/notify/receivers/duty", json=mail)
    made = (await root.post("/api/v1/notify/receivers/duty/test")).json()["delivery"]
    with sealing.registrar() as owner:
        owner.execute("UPDATE delivery SET state = 'dead', last_error = 'no route to host'")

    shown = await root.get(f"{ADMIN}/notify/deliveries", params={"state": "dead"})

    assert "no route to host" in words(shown)
    assert f'data-act="POST /api/v1/notify/deliveries/{made}/retry"' in shown.text


async def test_rejects_teach_by_device_and_reason(api: Api) -> None:
    rejected(api)
    root = await looks(api, "root")

    zh = words(await root.get(f"{ADMIN}/rejects"))
    en = words(await root.get(f"{ADMIN}/rejects", params={"lang": "en"}))

    assert "P1 / MN-A MN-A CRC 校验不符 1" in zh
    assert "登记后即可接收： crc: off" in zh
    assert "未登记 MN;? 设备未登记" in zh
    assert "The frame is cut off" in en


async def test_the_bytes_of_a_reject_are_text_and_hex_and_never_markup(api: Api) -> None:
    rejected(api)
    root = await looks(api, "root")

    page = (await root.get(f"{ADMIN}/rejects")).text

    assert "<b>a99999" not in page
    assert "&lt;b&gt;a99999" in page
    assert "0000  ff 00 3c 69 3e" in page


async def test_what_a_plant_sees_of_rejects_is_its_own_without_passwords_and_on_record(
    api: Api,
) -> None:
    rejected(api)
    with api.registrar() as owner:
        [(plant,)] = owner.execute("SELECT id FROM plant WHERE code = 'P1'").fetchall()
    browser = await looks(api, "plant", Role.PLANT, Scope(None, frozenset({plant})))

    answer = await browser.get(f"{ADMIN}/rejects")
    shown = words(answer)

    with api.registrar() as owner:
        looked = owner.execute("SELECT actor FROM audit WHERE action = 'rejects.read'").fetchall()
    assert "MN-A" in shown
    assert "MN-B" not in shown
    assert "MN;?" not in shown
    assert "246810" not in answer.text
    assert "qingkong rejects retry" not in answer.text
    assert looked == [("plant",)]


async def test_the_command_that_feeds_rejects_in_again_is_quoted(api: Api) -> None:
    rejected(api)
    root = await looks(api, "root")

    page = await root.get(f"{ADMIN}/rejects", params={"mn": "MN;?", "reason": "unknown_device"})

    assert (
        "qingkong rejects retry --reason unknown_device --mn &#39;MN;?&#39; --dry-run" in page.text
    )


async def test_a_time_without_rejects_says_so(api: Api) -> None:
    root = await looks(api, "root")

    shown = words(await root.get(f"{ADMIN}/rejects"))

    assert "这段时间没有拒收的报文" in shown


async def test_beside_its_parameters_stands_how_often_a_rule_was_right(api: Api) -> None:
    with api.registrar() as owner:
        stored(owner, PLANTS)
        for severity, disposition in (("red", "confirmed"), ("orange", "instrument")):
            owner.execute(DISPOSED, (disposition, opened(owner, severity)))
    duty = await looks(api, "duty", Role.OPERATOR)

    groups = words(await duty.get(f"{ADMIN}/settings"))
    one = words(await duty.get(f"{ADMIN}/settings", params={"text": "limit_hour_case"}))

    assert re.search(r"小时值超标告警 \d+ — \d+ 2 0 1 1 50 %", groups)
    assert "命中率 50 %" in one


async def test_a_parameter_that_was_set_is_shown_with_who_why_and_its_history(api: Api) -> None:
    with api.registrar() as owner:
        stored(owner, PLANTS)
    root = await looks(api, "root")
    name = "stillness_parameters.constant_hours"
    said = {"value": "6", "scope": "plant:P1", "reason": "地方规定"}
    answer = await root.put(f"/api/v1/settings/{name}", json=said)
    assert answer.status_code == 200, answer.text

    page = await root.get(f"{ADMIN}/settings/{name}")
    there = words(await root.get(f"{ADMIN}/settings", params={"text": name, "scope": "plant:P1"}))

    assert "6 h plant:P1" in words(page)
    assert "地方规定" in words(page)
    assert f'data-act="PUT /api/v1/settings/{name}" data-trial' in page.text
    assert "6 h 4 h" in there
    assert "plant:P1 · root" in there


async def test_who_may_not_set_parameters_reads_them(api: Api) -> None:
    duty = await looks(api, "duty", Role.OPERATOR)

    listed = await duty.get(f"{ADMIN}/settings", params={"text": "stillness"})
    one = await duty.get(f"{ADMIN}/settings/stillness_parameters.constant_hours")
    none = words(await duty.get(f"{ADMIN}/settings", params={"text": "nothing like this"}))

    assert "stillness_parameters.constant_hours" in words(listed)
    assert "/settings/stillness" not in listed.text
    assert one.status_code == 403
    assert "没有符合的参数" in none


async def test_only_what_nobody_vouches_for_is_listed_where_that_is_asked(api: Api) -> None:
    duty = await looks(api, "duty", Role.OPERATOR)

    shown = await duty.get(f"{ADMIN}/settings", params={"unverified": "true", "text": "absence"})

    assert "absence_parameters.backfill_share" in words(shown)
    assert "absence_parameters.gap_s" not in words(shown)
