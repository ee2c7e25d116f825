"""Half of a character, which JSON can escape and nothing can hold, is refused wherever it stands."""

from typing import Any

import httpx
import pytest

from schemas.access import Role
from tests.fixtures.api import PASSWORD, Api, signed_in

HALF = r'"\ud800"'
OF_JSON = {"Content-Type": "application/json"}


async def sent(browser: httpx.AsyncClient, path: str, body: str, **headers: str) -> Any:
    method = "PUT" if "password" in path else "POST"
    return await browser.request(
        method, f"/api/v1{path}", content=body.encode(), headers={**OF_JSON, **headers}
    )


@pytest.mark.parametrize(
    "body",
    [
        f'{{"name": {HALF}, "password": "x"}}',
        f'{{"name": "somebody", "password": {HALF}}}',
        f'{{"name": "somebody", "password": "x", {HALF}: 1}}',
        HALF,
    ],
    ids=["name", "password", "field", "body"],
)
async def test_whoever_signs_in_with_half_a_character_is_told_so(api: Api, body: str) -> None:
    answer = await sent(api.browser(), "/session", body)

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_no_password_has_half_a_character_in_it(api: Api) -> None:
    api.account("officer", Role.OPERATOR)
    browser = api.browser()
    csrf = await signed_in(browser, "officer")
    before = f'{{"password": {HALF}, "new_password": "another good one 7"}}'
    after = f'{{"password": "{PASSWORD}", "new_password": "another good one \\ud800"}}'

    answers = [await sent(browser, "/me/password", body, **csrf) for body in (before, after)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "ud800" in answers[0].json()["detail"]
    await signed_in(api.browser(), "officer")


async def test_an_account_of_any_letters_can_be_added(api: Api) -> None:
    """Where it is, is told in the letters of an address."""
    api.account("chief", Role.ADMINISTRATOR)
    browser = api.browser()
    csrf = await signed_in(browser, "chief")

    answer = await sent(browser, "/accounts", '{"name": "通辽值班", "role": "operator"}', **csrf)

    assert answer.status_code == 201, answer.text
    assert answer.headers["location"].isascii()
