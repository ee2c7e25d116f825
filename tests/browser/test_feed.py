"""The live feed in a browser: one connection for all tabs, and what it brings is in the page at once."""

from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, expect

from tests.fixtures.browser import PATIENCE_MS, profile, watched
from tests.fixtures.console_world import Served
from tests.fixtures.proxy import Proxy
from tests.fixtures.until import until

FEED = "/api/v1/feed"
TABS = 8
BEATS = 12
BEAT_MS = 5_000
"""Together more than three heartbeats. By the browser's clock, so slowly that tabs hear of each other."""


async def beats(one: BrowserContext) -> None:
    """Let a minute pass in its tabs."""
    for _ in range(BEATS):
        await one.clock.run_for(BEAT_MS)


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


async def test_a_connection_that_breaks_without_a_word_is_noticed_by_all_tabs(
    browser: Browser, console: Served
) -> None:
    server = urlsplit(console.base)
    proxy = Proxy(server.hostname or "", server.port or 0)
    await proxy.heal()
    base = f"http://127.0.0.1:{proxy.port}"
    try:
        async with profile(browser) as one:
            await one.clock.install()
            leads = watched(await one.new_page(), base)
            await leads.sign_in("operator")
            hears = watched(await one.new_page(), base)
            await hears.open("/console/alerts")
            tabs = (leads, hears)
            for tab in tabs:
                await expect(tab.page.locator("#feed-state")).to_have_text("实时")
            before = console.counting.came[FEED]

            proxy.deaf()
            await beats(one)
            for tab in tabs:
                await expect(tab.page.locator("#feed-state")).to_contain_text("已断开")
            alert = console.exceed()
            await proxy.heal()
            await beats(one)

            row = hears.page.locator(f"#alert-{alert}")
            await expect(row).to_be_visible(timeout=2 * PATIENCE_MS)
            for tab in tabs:
                await expect(tab.page.locator("#feed-state")).to_have_text("实时")
                tab.check()
            assert console.counting.came[FEED] > before
            assert await row.count() == 1
    finally:
        await proxy.cut()
