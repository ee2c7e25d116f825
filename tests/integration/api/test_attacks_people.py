"""Who pretends to be somebody else, or keeps somebody out; the list of attacks is in `test_attacks_list`."""

import asyncio
import statistics
import time
from datetime import timedelta

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from services.api import feed
from services.api.passwords import Passwords
from services.api.signing_in import KNOWN_FOR, OF_ACCOUNT
from services.store.throttles import sweep_tries
from tests.fixtures.api import PASSWORD, Api, running, signed_in
from tests.fixtures.until import until

API = "/api/v1"
SESSION = f"{API}/session"
RIGHT = {"name": "anna", "password": PASSWORD}
WRONG = {"name": "anna", "password": "not the password"}
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


async def test_who_fails_elsewhere_keeps_nobody_out_of_where_he_is_known(api: Api) -> None:
    api.account("anna")
    await signed_in(api.browser(address=HOME), "anna")
    for each in range(40):
        await api.browser(address=f"203.0.113.{each}").post(SESSION, json=WRONG)
        api.clock.go(seconds=20)

    evil = await api.browser(address="203.0.113.99").post(SESSION, json=RIGHT)
    at_home = await api.browser(address=HOME).post(SESSION, json=RIGHT)
    elsewhere = await api.browser(address=ELSEWHERE).post(SESSION, json=RIGHT)

    assert [one.status_code for one in (evil, at_home, elsewhere)] == [429, 201, 429]
    assert timedelta(seconds=int(elsewhere.headers["retry-after"])) <= OF_ACCOUNT.longest


async def test_who_fails_beside_him_keeps_nobody_out_who_is_known_there(api: Api) -> None:
    api.account("anna")
    await signed_in(api.browser(), "anna")
    for each in range(40):
        await api.browser().post(SESSION, json={"name": f"n{each}", "password": "x"})

    beside = await api.browser().post(SESSION, json={"name": "n1", "password": "x"})
    known = await api.browser().post(SESSION, json=RIGHT)

    assert [one.status_code for one in (beside, known)] == [429, 201]


async def test_where_he_is_known_his_own_failures_count(api: Api) -> None:
    api.account("anna")
    browser = api.browser()
    await signed_in(browser, "anna")

    tried = [(await browser.post(SESSION, json=WRONG)).status_code for _ in range(7)]

    assert tried == [401] * (OF_ACCOUNT.free + 1) + [429]


async def test_an_address_is_forgotten_after_a_season_and_not_before(api: Api) -> None:
    api.account("anna")
    await signed_in(api.browser(), "anna")
    kept: list[int] = []

    for days in (80, KNOWN_FOR.days - 79):
        api.clock.go(days=days)
        with api.owner() as session:
            sweep_tries(session, api.clock())
            rows = session.execute("SELECT count(*) FROM login_throttle WHERE key LIKE 'known:%%'")
            kept += [row[0] for row in rows.fetchall()]

    assert kept == [1, 0]


async def test_unknown_and_known_names_take_the_same_time() -> None:
    passwords = Passwords(Argon2Hasher(time_cost=2, memory_cost=4096, parallelism=1))
    hashed = passwords.hash(PASSWORD)

    def took(kept: str | None) -> float:
        began = time.perf_counter()
        passwords.check("not the password", kept)
        return time.perf_counter() - began

    # In turn, so that what else the machine does strikes both; the quickest quarter is least disturbed.
    pairs = [(took(hashed), took(None)) for _ in range(40)]
    known, unknown = (statistics.mean(sorted(side)[:10]) for side in zip(*pairs, strict=True))

    assert unknown == pytest.approx(known, rel=0.5)


async def test_another_origins_page_does_nothing_by_cookie(database: str) -> None:
    foreign: list[dict[str, str]] = [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://testserver.evil.example"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://a.testserver", "Sec-Fetch-Site": "same-site"},
    ]
    own: list[dict[str, str]] = [
        {},
        {"Origin": "https://testserver"},
        {"Origin": "https://qingkong.example"},
        {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"},
    ]
    async with running(database, public_url="https://qingkong.example") as api:
        api.account("anna")
        browser = api.browser()
        csrf = await signed_in(browser, "anna")
        begun = [
            (await api.browser().post(SESSION, json=RIGHT, headers=said)).status_code
            for said in [*foreign, *own]
        ]
        left = [
            (await browser.delete(SESSION, headers={**csrf, **said})).status_code
            for said in [*foreign, own[1]]
        ]

    assert begun == [403] * len(foreign) + [201] * len(own)
    assert left == [403] * len(foreign) + [204]


async def test_who_left_is_out_with_every_copy_of_his_cookie(api: Api) -> None:
    api.account("anna")
    browser, thief = api.browser(), api.browser()
    headers = await signed_in(browser, "anna")
    thief.cookies.update(dict(browser.cookies))

    before = await thief.get(f"{API}/me")
    await browser.delete(SESSION, headers=headers)
    after = [(await each.get(f"{API}/me")).status_code for each in (thief, browser)]

    assert (before.status_code, after) == (200, [401, 401])


async def test_a_revoked_token_ends_its_running_stream_and_is_refused_from_then_on(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = feed.RENEW_S
    monkeypatch.setattr(feed, "RENEW_S", 0.1)
    monkeypatch.setattr(feed, "HEARTBEAT_S", 0.05)
    machine = api.machine("officer")

    async def listens() -> bool:
        return api.app.state.feed.listeners == 1

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        stream = group.create_task(machine("GET", f"{API}/feed"))
        await until(listens, 5, "it listens")
        with api.owner() as session:
            session.execute("UPDATE token SET revoked_at = %s", (api.clock(),))
    again = await machine("GET", f"{API}/feed")

    assert longest <= 60
    assert stream.result().status_code == 200
    assert again.status_code == 401
