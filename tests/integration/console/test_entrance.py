"""The way into the console: who is not signed in, which language, and files that are kept."""

import re

import pytest

from schemas.access import EVERYTHING, Role
from services.api.callers import Caller
from services.api.console.navigation import ENTRIES, HOMES, entries_of
from services.api.console.words import VOCABULARIES
from services.api.permissions import PERMISSIONS
from tests.fixtures.api import Api, signed_in


async def test_whoever_is_not_signed_in_is_shown_the_way_in(api: Api) -> None:
    answer = await api.browser().get("/console")

    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert 'data-act="POST /api/v1/session"' in answer.text


async def test_the_root_leads_to_the_console(api: Api) -> None:
    answer = await api.browser().get("/")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPEN])
async def test_each_role_begins_at_its_own_page(api: Api, role: Role) -> None:
    api.account("anna", role)
    browser = api.browser()
    await signed_in(browser, "anna")

    answer = await browser.get("/console")

    assert (answer.status_code, answer.headers["location"]) == (303, HOMES[role])


async def test_a_language_that_was_chosen_is_kept(api: Api) -> None:
    browser = api.browser()

    first = await browser.get("/console/sign-in")
    chosen = await browser.get("/console/sign-in", params={"lang": "en"})
    then = await browser.get("/console/sign-in")

    assert '<html lang="zh-CN">' in first.text
    assert all('<html lang="en">' in one.text for one in (chosen, then))


async def test_a_browser_that_prefers_english_is_answered_so(api: Api) -> None:
    answer = await api.browser().get(
        "/console/sign-in", headers={"Accept-Language": "en-GB,en;q=0.9"}
    )

    assert answer.headers["content-language"] == "en"


async def test_files_are_kept_for_good_by_their_digest_alone(api: Api) -> None:
    page = await api.browser().get("/console/sign-in")
    [style] = re.findall(r'href="(/console/static/[^"]+\.css)"', page.text)

    kept = await api.browser().get(style)
    other = await api.browser().get(re.sub(r"static/\w+/", "static/0/", style))

    assert "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" not in other.headers["cache-control"]


@pytest.mark.parametrize("path", ["x.css", "../page.py", "%2e%2e/page.py", "vendor/htmx.LICENSE"])
async def test_no_other_file_is_handed_out(api: Api, path: str) -> None:
    answer = await api.browser().get(f"/console/static/0/{path}")

    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]


async def test_what_is_wrong_is_a_page_too(api: Api) -> None:
    api.account("anna")
    browser = api.browser()
    await signed_in(browser, "anna")

    answer = await browser.get("/console/nowhere", params={"lang": "en"})

    assert answer.status_code == 404
    assert "there is nothing at this address" in answer.text


async def test_what_is_wrong_with_an_address_is_said_in_the_language_of_the_page(api: Api) -> None:
    api.account("root", Role.ADMINISTRATOR)
    browser = api.browser()
    await signed_in(browser, "root")

    zh, en = [
        (await browser.get("/console/audit", params={"lang": lang, "limit": 0})).text
        for lang in ("zh", "en")
    ]

    assert "须不小于" in zh
    assert "greater than" not in zh
    assert "greater than or equal" in en


@pytest.mark.parametrize("role", list(Role))
def test_nobody_is_offered_a_page_that_he_may_not_see(role: Role) -> None:
    caller = Caller(1, "anna", role, EVERYTHING, "session", PERMISSIONS[role])

    assert all(one.permission in PERMISSIONS[role] for one in entries_of(caller))


def test_no_page_is_offered_twice() -> None:
    assert len({one.path for one in ENTRIES}) == len(ENTRIES)


def test_every_word_has_a_name_in_both_languages() -> None:
    assert all(all(pair) for names in VOCABULARIES.values() for pair in names.values())
