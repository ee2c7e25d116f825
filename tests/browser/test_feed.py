"""The live feed in a browser: one connection for all tabs, and what it brings is in the page at once."""

from playwright.async_api import Browser, expect

from tests.fixtures.browser import PATIENCE_MS, profile, watched
from tests.fixtures.console_world import Served
from tests.fixtures.until import until

FEED = "/api/v1/feed"
TABS = 8


async def test_eight_tabs_hear_of_a_case_by_one_connection(
    browser: Browser, console: Served
) -> None:
    async with profile(browser) as one:
        first = watched(await one.new_page(), console.base)
        await first.sign_in("operator")
        others = [watched(await one.new_page(), console.base) for _ in range(TABS - 1)]
        for tab in others:
            await tab.open("/console/alerts")
        tabs = [first, *others]
        for tab in tabs:
            await expect(tab.page.locator("#feed-state")).to_contain_text("实时")
        console.counting.most[FEED] = console.counting.open[FEED]
        alert = console.exceed()
        for tab in tabs:
            row = tab.page.locator(f"#alert-{alert}")
            await expect(row).to_be_visible(timeout=2 * PATIENCE_MS)
        doubled = [await tab.page.locator(f"#alert-{alert}").count() for tab in tabs]
        open_now, most = console.counting.open[FEED], console.counting.most[FEED]

        await first.page.close()

        async def led_again() -> bool:
            return console.counting.open[FEED] == 1

        await until(led_again, 20, "another tab holds the connection")
        for tab in others:
            await expect(tab.page.locator("#feed-state")).to_contain_text("实时")
            tab.check()

    assert (open_now, most) == (1, 1)
    assert doubled == [1] * TABS
