"""Tokens of machines: never more than their account, and over when they are revoked."""

from datetime import timedelta

import psycopg
import pytest

from schemas.access import Role, Scope
from tests.fixtures.api import Api, Asking, signed_in
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS

ME = "/api/v1/me"
TOKENS = "/api/v1/tokens"


async def test_a_token_says_who_asks(api: Api) -> None:
    machine = api.machine("duty", Role.AUDITOR)

    told = (await machine("GET", ME)).json()

    assert (told["name"], told["role"], told["way"]) == ("duty", "auditor", "token")
    assert told["csrf"] is None


async def test_a_revoked_token_is_refused_by_the_next_request(api: Api) -> None:
    api.account("anna")
    browser = api.browser()
    headers = await signed_in(browser, "anna")
    made = (await browser.post(TOKENS, json={"name": "export"}, headers=headers)).json()
    machine = Asking(api.browser(), made["secret"])
    before = await machine("GET", ME)

    revoked = await browser.delete(f"{TOKENS}/{made['token']}", headers=headers)
    after = await machine("GET", ME)

    assert (before.status_code, revoked.status_code, after.status_code) == (200, 204, 401)
    assert after.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("change", ["disabled = true", "role = 'auditor'"])
async def test_what_happens_to_the_account_happens_to_its_tokens(api: Api, change: str) -> None:
    machine = api.machine("duty", Role.ADMINISTRATOR)

    with psycopg.connect(api.url) as owner:
        owner.execute(f"UPDATE account SET {change}".encode())  # noqa: S608 - of the list above
    answer = await machine("GET", "/metrics")

    assert answer.status_code in {401, 403}


async def test_a_token_ends_with_its_time(api: Api) -> None:
    account = api.account("duty")
    machine = Asking(api.browser(), api.token(account, lasts=timedelta(days=1)))

    api.clock.go(hours=23)
    in_time = await machine("GET", ME)
    api.clock.go(hours=1)
    late = await machine("GET", ME)

    assert (in_time.status_code, late.status_code) == (200, 401)


@pytest.mark.parametrize(
    "header",
    ["Bearer ", "Bearer qk_wrong", "Basic YTpi", "qk_x", "Bearer qk_" + "x" * 5000, "Bearer qk_é"],
    ids=["empty", "wrong", "another scheme", "none", "endless", "no ascii"],
)
async def test_what_is_no_token_is_refused_even_where_anybody_may_ask(
    api: Api, header: str
) -> None:
    answer = await api.browser().get("/healthz", headers=[(b"Authorization", header.encode())])

    assert answer.status_code == 401


async def test_a_token_does_not_make_tokens(api: Api) -> None:
    machine = api.machine("root", Role.ADMINISTRATOR)

    refused = await machine("POST", TOKENS, json={"name": "another"})

    assert refused.status_code == 403


async def test_a_token_has_the_permissions_it_was_given_and_no_others(api: Api) -> None:
    account = api.account("duty")
    machine = Asking(api.browser(), api.token(account, ["own_account", "read_status"]))

    told = (await machine("GET", ME)).json()

    assert told["permissions"] == ["open_data", "own_account", "read_status", "sign_in"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "x", "permissions": ["read_audit"]}, 422),
        ({"name": "x", "permissions": ["own_tokens"]}, 422),
        ({"name": "x", "plants": ["P2"]}, 404),
        ({"name": "x", "region": "1502"}, 404),
        ({"name": "x", "region": "15"}, 422),
        ({"name": "x", "days": 367}, 422),
        ({"name": ""}, 422),
        ({"name": "x", "plants": ["P1"], "permissions": ["export"]}, 201),
    ],
    ids=[
        "not his",
        "of tokens",
        "a plant beyond",
        "a region beyond",
        "above his",
        "long",
        "",
        "fits",
    ],
)
async def test_a_token_cannot_give_more_than_its_account_has(
    api: Api, body: dict[str, object], status: int
) -> None:
    with psycopg.connect(api.url, autocommit=True) as owner:
        stored(owner, PLANTS)
    api.account("anna", Role.OPERATOR, Scope("1505"))
    browser = api.browser()
    headers = await signed_in(browser, "anna")

    answer = await browser.post(TOKENS, json=body, headers=headers)

    assert answer.status_code == status


async def test_nobody_sees_or_revokes_the_tokens_of_others(api: Api) -> None:
    other = api.account("other")
    api.token(other)
    api.account("anna")
    browser = api.browser()
    headers = await signed_in(browser, "anna")

    listed = await browser.get(TOKENS)
    refused = await browser.delete(f"{TOKENS}/1", headers=headers)

    assert listed.json()["items"] == []
    assert refused.status_code == 404


async def test_the_secret_is_told_once_and_kept_nowhere(api: Api) -> None:
    api.account("anna")
    browser = api.browser()
    headers = await signed_in(browser, "anna")

    made = (await browser.post(TOKENS, json={"name": "export"}, headers=headers)).json()
    listed = (await browser.get(TOKENS)).text

    with psycopg.connect(api.url) as owner:
        kept = str(owner.execute("SELECT * FROM token").fetchall())
    assert made["secret"].startswith("qk_")
    assert len(made["secret"]) == 46
    assert made["secret"] not in listed + kept
