"""Signing in at an identity provider: real HTTP to one on the loopback, honest and otherwise."""

from collections.abc import AsyncIterator

import httpx
import pytest
from joserfc.jwk import OctKey

from services.api.identity import SECURE_COOKIE
from tests.fixtures.api import BEGIN, Api, running
from tests.fixtures.identity_provider import CLIENT, IdentityProvider, provided

BEGINS = "/api/v1/session/oidc"
BACK = "/api/v1/session/oidc/back"


@pytest.fixture
async def provider() -> AsyncIterator[IdentityProvider]:
    async with provided(int(BEGIN.timestamp())) as made:
        yield made


@pytest.fixture
async def joined(database: str, provider: IdentityProvider) -> AsyncIterator[Api]:
    async with running(
        database,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_allow_networks="127.0.0.0/8",
    ) as api:
        api.account("anna")
        with api.registrar() as owner:
            owner.execute("UPDATE account SET external = 'subject-1'")
        yield api


async def signing_in(
    browser: httpx.AsyncClient, provider: IdentityProvider, subject: str = "subject-1"
) -> httpx.Response:
    sent = await browser.get(BEGINS)
    assert sent.status_code == 303, sent.text
    return await browser.get(BACK, params=provider.agreed(sent.headers["location"], subject))


async def test_whom_the_provider_vouches_for_is_in(joined: Api, provider: IdentityProvider) -> None:
    browser = joined.browser()

    back = await signing_in(browser, provider)
    me = (await browser.get("/api/v1/me")).json()

    assert (back.status_code, back.headers["location"]) == (303, "/")
    assert (me["name"], me["way"]) == ("anna", "session")


async def test_whoever_has_no_account_here_is_not(joined: Api, provider: IdentityProvider) -> None:
    browser = joined.browser()

    back = await signing_in(browser, provider, "somebody")

    assert back.status_code == 401
    assert SECURE_COOKIE not in browser.cookies


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "other"},
        {"aud": [CLIENT, "other"]},
        {"azp": "other"},
        {"nonce": "other"},
        {"exp": int(BEGIN.timestamp()) - 600},
        {"iat": None},
    ],
    ids=["issuer", "audience", "two audiences", "party", "nonce", "over", "no time"],
)
async def test_a_token_that_is_not_for_this_is_refused(
    joined: Api, provider: IdentityProvider, claims: dict[str, object]
) -> None:
    provider.claims.update(claims)
    browser = joined.browser()

    back = await signing_in(browser, provider)

    assert back.status_code == 503
    assert SECURE_COOKIE not in browser.cookies


async def test_a_token_signed_by_a_shared_secret_is_refused(
    joined: Api, provider: IdentityProvider
) -> None:
    provider.secret = OctKey.import_key(b"x" * 32)

    back = await signing_in(joined.browser(), provider)

    assert back.status_code == 503


async def test_what_began_in_another_browser_does_not_end_here(
    joined: Api, provider: IdentityProvider
) -> None:
    sent = await joined.browser().get(BEGINS)
    brought = provider.agreed(sent.headers["location"], "subject-1")

    refused = await joined.browser().get(BACK, params=brought)

    assert refused.status_code == 400


async def test_what_came_back_once_does_not_come_again(
    joined: Api, provider: IdentityProvider
) -> None:
    browser = joined.browser()
    sent = await browser.get(BEGINS)
    brought = provider.agreed(sent.headers["location"], "subject-1")
    cookies = dict(browser.cookies)
    await browser.get(BACK, params=brought)

    again = await joined.browser().get(
        BACK,
        params=brought,
        headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())},
    )

    assert again.status_code == 400


async def test_without_a_provider_there_is_no_such_place(api: Api) -> None:
    answers = [(await api.browser().get(path)).status_code for path in (BEGINS, BACK)]

    assert answers == [404, 404]


async def test_a_provider_on_an_inner_network_must_be_allowed(
    database: str, provider: IdentityProvider
) -> None:
    async with running(database, oidc_issuer=provider.issuer, oidc_client_id=CLIENT) as api:
        refused = await api.browser().get(BEGINS)

    assert refused.status_code == 503
