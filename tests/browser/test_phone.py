"""On a phone: one row of a header, and a plant's page whose outlets say how they stand before they are opened."""

from collections.abc import AsyncGenerator

import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.fixtures.browser import DESK, PHONE, Tab, tab_of
from tests.fixtures.console_world import OWN, Served

PAGE = f"/console/plants/{OWN}"
OUTLETS = "details.outlet"
HEIGHT = "() => document.documentElement.scrollHeight"


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, read_console: Served) -> AsyncGenerator[Tab]:
    """The plant's officer with a phone in the hand."""
    async with tab_of(browser, read_console.base, "zh", PHONE) as tab:
        await tab.sign_in("plant")
        yield tab


async def test_the_header_is_one_row_and_the_menu_holds_the_rest(phone: Tab) -> None:
    await phone.open("/console/orders")
    await expect(phone.page.locator("#feed-state")).to_have_text("实时")
    tall = await phone.ask("() => document.querySelector('header.top').offsetHeight")
    menu = phone.page.get_by_role("button", name="菜单")
    way_out = phone.page.get_by_role("button", name="退出")
    await expect(way_out).to_be_hidden()

    await menu.click()

    await expect(way_out).to_be_visible()
    await expect(phone.page.get_by_role("link", name="English")).to_be_visible()
    await expect(menu).to_have_attribute("aria-expanded", "true")
    assert tall <= 56
    assert await phone.overflow() <= 0
    assert await phone.violations() == []
    await phone.page.keyboard.press("Escape")
    await expect(way_out).to_be_hidden()
    await expect(menu).to_be_focused()


async def test_outlets_tell_their_state_folded_and_open_by_keyboard(phone: Tab) -> None:
    await phone.open(PAGE)
    outlet = phone.page.locator(OUTLETS).first
    await expect(phone.page.locator("#facility-list")).to_be_visible()
    folded = await phone.ask(HEIGHT)
    await expect(outlet.locator("summary .status")).to_be_visible()
    await expect(outlet.locator("table")).to_be_hidden()

    await outlet.locator("summary").focus()
    await phone.page.keyboard.press("Enter")

    await expect(outlet.locator("table")).to_be_visible()
    assert folded < 3000
    assert await phone.overflow() <= 0
    assert await phone.violations() == []


async def test_what_was_opened_stays_open_when_the_page_is_read_again(phone: Tab) -> None:
    await phone.open(PAGE)
    outlet = phone.page.locator(OUTLETS).first
    await outlet.locator("summary").click()

    await phone.ask(
        """() => htmx.ajax("GET", location.href,
             { target: document.getElementById("live"), select: "#live", swap: "outerHTML" })"""
    )

    await expect(outlet.locator("table")).to_be_visible()
    await expect(outlet.locator("summary")).to_be_focused()


async def test_on_a_desk_all_outlets_are_open(browser: Browser, read_console: Served) -> None:
    async with tab_of(browser, read_console.base, "zh", DESK) as tab:
        await tab.sign_in("plant")
        await tab.open(PAGE)

        await expect(tab.page.locator(f"{OUTLETS}:not([open])")).to_have_count(0)
        await expect(tab.page.locator(f"{OUTLETS} table").first).to_be_visible()
