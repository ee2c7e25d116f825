"""Accounts over HTTP: administrators alone, never past their own scope, and nobody's hash is told."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from schemas.access import Role, Scope
from tests.fixtures.api import PASSWORD, Api, Asking, signed_in
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS

ACCOUNTS = "/api/v1/accounts"
ME = "/api/v1/me"
OTHER = "an even better horse 8"


class Page:
    """A page of ours that somebody is signed in to."""

    def __init__(self, browser: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
        self._browser, self._headers = browser, headers

    async def __call__(self, method: str, path: str = "", **given: Any) -> httpx.Response:
        headers = {**self._headers, **given.pop("headers", {})}
        return await self._browser.request(method, f"{ACCOUNTS}{path}", headers=headers, **given)

    async def tag(self, name: str) -> dict[str, str]:
        return {"If-Match": (await self("GET", f"/{name}")).headers["etag"]}


async def page(api: Api, scope: Scope | None = None) -> Page:
    with api.registrar() as owner:
        stored(owner, PLANTS)
    api.account("root", Role.ADMINISTRATOR, scope or Scope())
    browser = api.browser()
    return Page(browser, await signed_in(browser, "root"))


async def test_an_account_that_was_added_signs_in_and_sees_what_it_was_given(api: Api) -> None:
    root = await page(api)

    made = await root(
        "POST",
        json={"name": "duty", "role": "operator", "region": "1505", "password": PASSWORD},
    )
    browser = api.browser()
    await signed_in(browser, "duty")
    me = (await browser.get(ME)).json()

    assert (made.status_code, made.headers["location"]) == (201, f"{ACCOUNTS}/duty")
    assert (me["role"], me["scope"]["region"]) == ("operator", "1505")


async def test_no_answer_has_a_password_or_its_hash(api: Api) -> None:
    root = await page(api)
    made = await root("POST", json={"name": "duty", "role": "auditor", "password": PASSWORD})

    texts = [made.text, (await root("GET")).text, (await root("GET", "/duty")).text]

    assert not any("argon2" in text or PASSWORD in text for text in texts)
    assert all('"has_password":true' in text for text in texts)


async def test_nothing_of_a_password_is_kept_but_its_hash(api: Api) -> None:
    root = await page(api)
    body = {"name": "duty", "role": "auditor", "password": PASSWORD}

    made = await root("POST", json=body, headers={"Idempotency-Key": "one"})
    again = await root("POST", json=body, headers={"Idempotency-Key": "one"})

    with api.registrar() as owner:
        assert owner.execute("SELECT count(*) FROM idempotency").fetchone() == (0,)
    assert (made.status_code, again.status_code) == (201, 409)


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ("", {"role": "auditor", "region": "1505"}),
        ("/password", {"password": OTHER}),
        ("/lock", None),
    ],
    ids=["another role", "another password", "locked"],
)
async def test_a_change_ends_the_sessions_that_rest_on_what_was(
    api: Api, change: str, body: dict[str, object] | None
) -> None:
    root = await page(api)
    api.account("duty")
    browser = api.browser()
    await signed_in(browser, "duty")

    done = await root(
        "POST" if body is None else "PUT",
        f"/duty{change}",
        json=body,
        headers=await root.tag("duty"),
    )

    assert done.status_code == 200, done.text
    assert (await browser.get(ME)).status_code == 401


async def test_a_locked_account_is_out_and_an_unlocked_one_in_again(api: Api) -> None:
    root = await page(api)
    machine = Asking(api.browser(), api.token(api.account("duty")))

    locked = await root("POST", "/duty/lock")
    out = await machine("GET", ME)
    unlocked = await root("POST", "/duty/unlock")
    back = await machine("GET", ME)

    assert (locked.json()["locked"], unlocked.json()["locked"]) == (True, False)
    assert (out.status_code, back.status_code) == (401, 200)


async def test_a_change_says_which_version_it_was_made_for(api: Api) -> None:
    root = await page(api)
    api.account("duty")
    body = {"role": "auditor"}
    seen = await root.tag("duty")
    first = await root("PUT", "/duty", json=body, headers=seen)

    without = await root("PUT", "/duty", json=body)
    late = await root("PUT", "/duty", json=body, headers=seen)

    assert (first.status_code, without.status_code, late.status_code) == (200, 428, 412)


@pytest.mark.parametrize("path", ["/lock", "/password", ""])
async def test_nobody_locks_or_changes_himself(api: Api, path: str) -> None:
    root = await page(api)
    body = {"password": OTHER} if path == "/password" else {"role": "auditor"}

    refused = await root(
        "POST" if path == "/lock" else "PUT",
        f"/root{path}",
        json=None if path == "/lock" else body,
        headers=await root.tag("root"),
    )

    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"region": "1505"}, 201),
        ({"plants": ["P1"], "role": "plant"}, 201),
        ({}, 422),
        ({"region": "15"}, 422),
        ({"region": "1502"}, 404),
        ({"plants": ["P2"], "role": "plant"}, 404),
        ({"region": "1505", "role": "open"}, 422),
        ({"region": "1505", "role": "plant"}, 422),
        ({"region": "1505", "password": "short"}, 422),
        ({"region": "1505", "password": "x" * 40}, 422),
    ],
    ids=[
        "his",
        "a plant of his",
        "all",
        "above",
        "beside",
        "a plant beyond",
        "no role",
        "no plant of its own",
        "short",
        "x",
    ],
)
async def test_an_administrator_of_a_region_gives_no_more_than_it(
    api: Api, given: dict[str, object], status: int
) -> None:
    root = await page(api, Scope("1505"))

    answer = await root("POST", json={"name": "new", "role": "operator", **given})

    assert answer.status_code == status, answer.text


async def test_an_administrator_of_a_region_finds_no_account_outside_of_it(api: Api) -> None:
    root = await page(api, Scope("1505"))
    api.account("everywhere")
    api.account("here", Role.AUDITOR, Scope("1505"))

    listed = [one["name"] for one in (await root("GET")).json()["items"]]

    assert listed == ["here", "root"]
    assert (await root("POST", "/everywhere/lock")).status_code == 404


async def test_what_was_done_is_in_the_audit_log_and_no_password_with_it(api: Api) -> None:
    root = await page(api)
    await root("POST", json={"name": "duty", "role": "auditor", "password": PASSWORD})
    await root("PUT", "/duty/password", json={"password": OTHER})
    await root("PUT", "/duty", json={"role": "operator"}, headers=await root.tag("duty"))

    with api.registrar() as owner:
        rows = owner.execute("SELECT action, object, detail FROM audit ORDER BY id").fetchall()

    assert [row[0] for row in rows][1:] == ["account.add", "account.password", "account.change"]
    assert {row[1] for row in rows[1:]} == {"account/duty"}
    assert PASSWORD not in str(rows)
    assert OTHER not in str(rows)


async def test_an_administrator_makes_lists_and_revokes_the_tokens_of_a_machines_account(
    api: Api,
) -> None:
    root = await page(api)
    await root("POST", json={"name": "robot", "role": "auditor"})

    made = (
        await root("POST", "/robot/tokens", json={"name": "x", "permissions": ["export"]})
    ).json()
    machine = Asking(api.browser(), made["secret"])
    before = (await machine("GET", "/healthz")).status_code
    listed = (await root("GET", "/robot/tokens")).json()["items"]
    revoked = [
        (await root("DELETE", f"/robot/tokens/{made['token']}")).status_code for _ in range(2)
    ]
    after = (await machine("GET", "/healthz")).status_code

    assert (listed[0]["account"], listed[0]["permissions"]) == ("robot", ["export"])
    assert listed[0]["used_at"] is not None
    assert (before, revoked, after) == (200, [204, 204], 401)


async def test_an_account_is_signed_out_everywhere(api: Api) -> None:
    root = await page(api)
    api.account("duty")
    browsers = [api.browser(), api.browser()]
    for browser in browsers:
        await signed_in(browser, "duty")

    ended = await root("DELETE", "/duty/sessions")

    assert ended.json() == {"ended": 2}
    assert [(await browser.get(ME)).status_code for browser in browsers] == [401, 401]
