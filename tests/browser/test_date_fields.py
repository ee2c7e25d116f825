"""A field of a time says in one form what it holds, and the times that are mostly meant are a key away."""

from playwright.async_api import Browser, expect

from schemas.registry_words import BEIJING
from tests.fixtures.browser import tab_of
from tests.fixtures.console_world import Served

FIELD = "input[name=as_of]"
SAID = f"label:has({FIELD}) .when-said"


async def test_a_time_is_said_and_chosen_by_keyboard_in_beijing_time(
    browser: Browser, read_console: Served
) -> None:
    today = read_console.context.clock().astimezone(BEIJING)
    async with tab_of(browser, read_console.base) as tab:
        await tab.sign_in("operator")
        await tab.open("/console/history")
        midnight = tab.page.get_by_role("button", name="今日 0 时")
        hidden = await midnight.count()

        await tab.page.fill(FIELD, f"{today.year - 1}-03-04T13:05")
        await expect(tab.page.locator(SAID)).to_have_text(f"{today.year - 1}-03-04 13:05 北京时间")
        await midnight.focus()
        await tab.page.keyboard.press("Enter")
        chosen = await tab.page.input_value(FIELD)
        await expect(tab.page.locator(SAID)).to_have_text(f"{today:%Y-%m-%d} 00:00 北京时间")
        await tab.page.focus(FIELD)
        await tab.page.keyboard.press("Escape")

        await expect(midnight).to_be_hidden()

    assert (hidden, chosen) == (0, f"{today:%Y-%m-%dT}00:00")
