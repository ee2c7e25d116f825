"""Whoever watches the pages sees what is wrong with one: else all the other tests would say nothing."""

import pytest
from playwright.async_api import Browser

from tests.fixtures.browser import PHONE, tab_of
from tests.fixtures.console_world import Served

WRONG = {
    "console.error('it is broken')": "it is broken",
    "setTimeout(() => { throw new Error('nobody caught it') })": "nobody caught it",
    "fetch('http://192.0.2.1/x').catch(() => null)": "violates the following Content Security Policy",
    "location.assign('http://localhost:45678/x')": "request leaves the host",
    "fetch('/nothing')": "404",
}


async def looked_at(browser: Browser, base: str, script: str) -> None:
    """A visit to the way in, where a script goes wrong."""
    async with tab_of(browser, base) as tab:
        await tab.open("/console/sign-in")
        await tab.ask(f"() => {{ {script}; }}")
        await tab.page.wait_for_timeout(300)


async def test_each_fault_of_a_page_fails_its_test(browser: Browser, read_console: Served) -> None:
    for script, told in WRONG.items():
        with pytest.raises(AssertionError, match=told):
            await looked_at(browser, read_console.base, script)


async def test_a_picture_without_words_and_a_wide_page_are_found(
    browser: Browser, read_console: Served
) -> None:
    async with tab_of(browser, read_console.base, "zh", PHONE) as tab:
        await tab.open("/console/sign-in")
        await tab.ask(
            """() => {
              const wide = document.createElement('input');
              wide.style.width = '700px';
              document.querySelector('main').append(wide);
            }"""
        )

        assert await tab.overflow() > 0
        assert any(one.startswith("label: ") for one in await tab.violations())
