"""Signing in and out as a browser does, and what keeps others from doing it in one's name."""

import asyncio

import psycopg
import pytest

from services.api.signing_in import OF_ACCOUNT, OF_ADDRESS
from tests.fixtures.api import PASSWORD, Api, signed_in

ME = "/api/v1/me"
SESSION = "/api/v1/session"
WRONG = {"name": "anna", "password": "not the password"}


async def test_whoever_signs_in_is_known_until_he_leaves(api: Api) -> None:
    api.account("anna")
    browser = api.browser()

    headers = await signed_in(browser, "Anna")
    known = await browser.get(ME)
    left = await browser.delete(SESSION, headers=headers)
    after = await browser.get(ME)

    assert (known.json()["name"], known.json()["role"]) == ("anna", "operator")
    assert (left.status_code, after.status_code) == (204, 401)


@pytest.mark.parametrize(
    ("base", "name", "secure"),
    [("https://testserver", "__Host-qk_session", 1), ("http://testserver", "qk_session", 0)],
    ids=["https", "http"],
)
async def test_the_cookie_is_for_no_script_and_no_other_site(
    api: Api, base: str, name: str, secure: int
) -> None:
    api.account("anna")

    answer = await api.browser(base).post(SESSION, json={"name": "anna", "password": PASSWORD})

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{name}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert cookie.count("Secure") == secure
    assert answer.headers["cache-control"] == "no-store"


async def test_signing_in_again_gives_another_secret_and_ends_the_former(api: Api) -> None:
    api.account("anna")
    browser, thief = api.browser(), api.browser()
    await signed_in(browser, "anna")
    planted = dict(browser.cookies)
    thief.cookies.update(planted)

    await signed_in(browser, "anna")

    assert dict(browser.cookies) != planted
    assert (await thief.get(ME)).status_code == 401
    assert (await browser.get(ME)).status_code == 200


async def test_a_secret_that_somebody_else_chose_is_never_taken_up(api: Api) -> None:
    api.account("anna")
    browser = api.browser()
    browser.cookies.set("__Host-qk_session", "chosen-by-somebody-else", domain="testserver.local")

    answer = await browser.post(
        SESSION,
        json={"name": "anna", "password": PASSWORD},
        headers={"Cookie": "__Host-qk_session=chosen-by-somebody-else"},
    )

    assert "chosen-by-somebody-else" not in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": ""}],
    ids=["none", "another", "empty"],
)
async def test_a_cookie_alone_changes_nothing(api: Api, headers: dict[str, str]) -> None:
    api.account("anna")
    browser = api.browser()
    await signed_in(browser, "anna")

    refused = await browser.delete(SESSION, headers=headers)

    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/csrf"
    assert (await browser.get(ME)).status_code == 200


async def test_the_csrf_token_of_one_session_is_none_of_another(api: Api) -> None:
    api.account("anna")
    one, other = api.browser(), api.browser()
    of_one = await signed_in(one, "anna")
    await signed_in(other, "anna")

    refused = await other.delete(SESSION, headers=of_one)

    assert refused.status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_sites_page_signs_nobody_in(api: Api, site: str) -> None:
    api.account("anna")

    refused = await api.browser().post(
        SESSION,
        json={"name": "anna", "password": PASSWORD},
        headers={"Sec-Fetch-Site": site},
    )

    assert refused.status_code == 403


async def test_a_form_of_another_site_is_no_json(api: Api) -> None:
    api.account("anna")

    refused = await api.browser().post(
        SESSION,
        content=b'{"name": "anna", "password": "%s"}' % PASSWORD.encode(),
        headers={"Content-Type": "text/plain"},
    )

    assert refused.status_code == 422


async def test_a_session_ends_when_nobody_uses_it(api: Api) -> None:
    api.account("anna")
    browser = api.browser()
    await signed_in(browser, "anna")

    api.clock.go(minutes=29)
    used = await browser.get(ME)
    api.clock.go(minutes=29)
    still = await browser.get(ME)
    api.clock.go(minutes=31)
    over = await browser.get(ME)

    assert [used.status_code, still.status_code, over.status_code] == [200, 200, 401]


async def test_a_session_ends_after_half_a_day_however_much_it_is_used(api: Api) -> None:
    api.account("anna")
    browser = api.browser()
    await signed_in(browser, "anna")

    for _ in range(24):
        api.clock.go(minutes=29)
        assert (await browser.get(ME)).status_code == 200
    api.clock.go(minutes=25)

    assert (await browser.get(ME)).status_code == 401


async def test_unknown_and_disabled_accounts_cost_and_say_the_same_as_a_wrong_password(
    api: Api,
) -> None:
    api.account("anna")
    api.account("gone")
    with psycopg.connect(api.url) as owner:
        owner.execute("UPDATE account SET disabled = true WHERE name = 'gone'")
    told: list[tuple[int, object]] = []
    looked: list[int] = []

    for name, password in (("anna", "no"), ("nobody", "no"), ("gone", PASSWORD)):
        before = api.hasher.verified
        answer = await api.browser().post(SESSION, json={"name": name, "password": password})
        looked.append(api.hasher.verified - before)
        told.append((answer.status_code, answer.json()["detail"]))

    assert looked == [1, 1, 1]
    assert set(told) == {(401, "用户名或密码错误，或账号已停用。")}


async def test_a_disabled_account_is_out_at_once(api: Api) -> None:
    api.account("anna")
    browser = api.browser()
    await signed_in(browser, "anna")

    with psycopg.connect(api.url) as owner:
        owner.execute("UPDATE account SET disabled = true")

    assert (await browser.get(ME)).status_code == 401


async def test_after_some_failures_each_wait_is_longer_and_no_password_is_looked_at(
    api: Api,
) -> None:
    api.account("anna")
    browser = api.browser()
    for _ in range(OF_ACCOUNT.free):
        assert (await browser.post(SESSION, json=WRONG)).status_code == 401
    waits: list[int] = []

    for _ in range(4):
        assert (await browser.post(SESSION, json=WRONG)).status_code == 401
        looked = api.hasher.verified
        refused = await browser.post(SESSION, json={"name": "anna", "password": PASSWORD})
        assert (refused.status_code, api.hasher.verified) == (429, looked)
        waits.append(int(refused.headers["retry-after"]))
        api.clock.go(seconds=waits[-1])

    assert waits == [1, 2, 4, 8]


async def test_a_success_forgets_the_failures_of_the_account(api: Api) -> None:
    api.account("anna")
    browser = api.browser()
    for _ in range(OF_ACCOUNT.free):
        await browser.post(SESSION, json=WRONG)

    api.clock.go(seconds=1)
    await signed_in(browser, "anna")
    after = [(await browser.post(SESSION, json=WRONG)).status_code for _ in range(OF_ACCOUNT.free)]

    assert after == [401] * OF_ACCOUNT.free


async def test_one_address_does_not_try_one_password_on_many_accounts(api: Api) -> None:
    browser = api.browser()

    tried = [
        (await browser.post(SESSION, json={"name": f"n{each}", "password": "x"})).status_code
        for each in range(OF_ADDRESS.free + 2)
    ]
    elsewhere = await api.browser(address="198.51.100.7").post(
        SESSION, json={"name": "n0", "password": "x"}
    )

    assert tried == [401] * (OF_ADDRESS.free + 1) + [429]
    assert elsewhere.status_code == 401


async def test_tries_at_once_are_counted_one_by_one(api: Api) -> None:
    api.account("anna")
    statuses: list[int] = []

    async def try_in() -> None:
        statuses.append((await api.browser().post(SESSION, json=WRONG)).status_code)

    async with asyncio.TaskGroup() as group:
        for _ in range(12):
            group.create_task(try_in())

    assert api.hasher.verified == statuses.count(401) == OF_ACCOUNT.free + 1
    assert statuses.count(429) == 12 - OF_ACCOUNT.free - 1


async def test_waits_outlive_the_process(api: Api) -> None:
    browser = api.browser()
    for _ in range(OF_ACCOUNT.free + 1):
        await browser.post(SESSION, json=WRONG)

    with psycopg.connect(api.url) as owner:
        rows = owner.execute(
            "SELECT left(key, 8), failures FROM login_throttle ORDER BY key"
        ).fetchall()

    assert rows == [("account:", OF_ACCOUNT.free + 1), ("address:", OF_ACCOUNT.free + 1)]


async def test_a_new_password_ends_all_other_sessions(api: Api) -> None:
    api.account("anna")
    here, there = api.browser(), api.browser()
    headers = await signed_in(here, "anna")
    await signed_in(there, "anna")
    new = "an entirely other phrase"

    changed = await here.put(
        f"{ME}/password", json={"password": PASSWORD, "new_password": new}, headers=headers
    )

    assert changed.status_code == 204
    assert [(await each.get(ME)).status_code for each in (here, there)] == [200, 401]
    await signed_in(there, "anna", new)


@pytest.mark.parametrize(
    "new",
    ["short", "anna anna anna", "aaaaaaaaaaaaaaaa", "x1" * 150],
    ids=["short", "the name", "few characters", "endless"],
)
async def test_a_weak_password_is_refused_in_words(api: Api, new: str) -> None:
    api.account("anna")
    browser = api.browser()
    headers = await signed_in(browser, "anna")

    refused = await browser.put(
        f"{ME}/password", json={"password": PASSWORD, "new_password": new}, headers=headers
    )

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["place"] == "/new_password"


async def test_nothing_of_a_password_or_secret_is_kept(api: Api) -> None:
    api.account("anna")
    browser = api.browser()
    await signed_in(browser, "anna")
    await browser.post(SESSION, json={"name": "hunter2-in-the-wrong-field", "password": "x"})
    [secret] = dict(browser.cookies).values()

    with psycopg.connect(api.url) as owner:
        tables = ("account", "session", "audit", "login_throttle")
        kept = "".join(
            str(owner.execute(f"SELECT * FROM {table}".encode()).fetchall())  # noqa: S608 - of a list above
            for table in tables
        )

    assert PASSWORD not in kept
    assert secret not in kept
    assert "hunter2" not in kept


async def test_signing_in_and_failing_to_are_in_the_audit_log(api: Api) -> None:
    api.account("anna")
    browser = api.browser()
    await browser.post(SESSION, json=WRONG)
    headers = await signed_in(browser, "anna")
    await browser.delete(SESSION, headers=headers)

    with psycopg.connect(api.url) as owner:
        rows = owner.execute(
            "SELECT action, actor, object, address FROM audit ORDER BY id"
        ).fetchall()

    assert rows == [
        ("session.refused", "anna", "account/anna", "192.0.2.1"),
        ("session.begin", "anna", "account/anna", "192.0.2.1"),
        ("session.end", "anna", "account/anna", "192.0.2.1"),
    ]
