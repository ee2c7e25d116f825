"""Coming in and going out as a person does: by keyboard, on a phone, in either language."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.fixtures.browser import DESK, PHONE, Tab, tab_of
from tests.fixtures.console_world import Served


async def focused(tab: Tab) -> str:
    """What has the focus, as one knows it."""
    return await tab.ask(
        "() => document.activeElement.name || document.activeElement.textContent.trim()"
    )


async def cookies(tab: Tab) -> list[str | None]:
    return [one.get("name") for one in await tab.page.context.cookies()]


async def test_a_person_signs_in_by_keyboard_alone_and_out_again(
    browser: Browser, read_console: Served
) -> None:
    async with tab_of(browser, read_console.base) as tab:
        await tab.open("/console/sign-in")
        first = await focused(tab)
        await tab.page.keyboard.type("operator")
        await tab.page.keyboard.press("Tab")
        second = await focused(tab)
        await tab.page.keyboard.type("correct horse battery 7")
        async with tab.page.expect_navigation():
            await tab.page.keyboard.press("Enter")
        signed_in = await cookies(tab)
        await tab.page.get_by_role("button", name="退出").click()
        await expect(tab.page.get_by_role("heading", name="登录晴空")).to_be_visible()
        signed_out = await cookies(tab)

    assert (first, second) == ("name", "password")
    assert "qk_session" in signed_in
    assert "qk_session" not in signed_out


async def test_a_wrong_password_is_told_where_it_was_typed(
    browser: Browser, read_console: Served
) -> None:
    async with tab_of(browser, read_console.base) as tab:
        tab.expected = ("401",)
        await tab.open("/console/sign-in")
        await tab.page.fill("input[name=name]", "operator")
        await tab.page.fill("input[name=password]", "a guess of somebody")
        await tab.page.keyboard.press("Enter")

        told = tab.page.get_by_role("alert")
        await expect(told).to_have_text(re.compile("用户名或密码错误"))
        assert await tab.page.input_value("input[name=name]") == "operator"


async def test_the_switch_changes_the_language_of_all_that_follows(
    browser: Browser, read_console: Served
) -> None:
    async with tab_of(browser, read_console.base) as tab:
        await tab.open("/console/sign-in")
        before = await tab.ask("() => document.documentElement.lang")
        await tab.page.get_by_role("link", name="English").click()
        await expect(tab.page.get_by_role("heading", level=1)).to_have_text("Sign in to Qingkong")
        await tab.open("/console/sign-in")

        assert before.startswith("zh")
        assert await tab.ask("() => document.documentElement.lang") == "en"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_the_way_in_fits_and_can_be_read_by_anybody(
    size: tuple[int, int], browser: Browser, read_console: Served
) -> None:
    async with tab_of(browser, read_console.base, "zh", size) as tab:
        status = await tab.open("/console/sign-in")

        assert status == 200
        assert await tab.overflow() <= 0
        assert await tab.violations() == []


async def test_the_focus_is_seen_on_everything_that_takes_it(
    browser: Browser, read_console: Served
) -> None:
    async with tab_of(browser, read_console.base) as tab:
        await tab.sign_in("operator")
        seen: dict[str, bool] = {}
        for _ in range(20):
            await tab.page.keyboard.press("Tab")
            name, drawn = await tab.ask(
                """() => {
                  const one = document.activeElement, style = getComputedStyle(one);
                  const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
                  return [one.tagName + ' ' + one.textContent.trim().slice(0, 20), drawn];
                }"""
            )
            seen[name] = drawn

    assert len(seen) > 5
    assert [name for name, drawn in seen.items() if not drawn and not name.startswith("BODY")] == []


async def test_the_console_asks_nobody_but_its_own_host(
    browser: Browser, read_console: Served
) -> None:
    async with tab_of(browser, read_console.base) as tab:
        await tab.sign_in("auditor")

        assert set(tab.statuses.values()) <= {200, 201, 303}
