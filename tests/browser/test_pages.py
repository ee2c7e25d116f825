"""Every page that each role can reach by links: it answers, fits, complains of nothing, and can be read by anybody."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser

from services.api.route_list import listed_routes
from tests.fixtures.browser import DESK, PHONE, Tab, tab_of
from tests.fixtures.console_world import Served

PEOPLE = ("operator", "plant", "auditor", "admin")
SIZES: Mapping[str, tuple[int, int]] = {"desk": DESK, "phone": PHONE}
LINKS = "() => [...document.querySelectorAll('a[href]')].map((one) => one.getAttribute('href'))"
NO_PAGE = re.compile(r"/console/static/|\.(csv|xlsx|json|pdf|parquet)$")
PATTERNS = [
    (listed.path, re.compile(re.sub(r"\{[^}]*\}", "[^/]+", listed.path) + "$"))
    for listed in sorted(listed_routes(), key=lambda listed: listed.path.count("{"))
    if listed.path.startswith("/console") and "GET" in listed.methods
]


@dataclass
class Walk:
    """A person who follows one link to each kind of page, and what he met."""

    tab: Tab
    who: str
    lang: str
    wide: int
    looks_closely: bool
    wrong: list[str] = field(default_factory=list[str])
    seen: list[str] = field(default_factory=list[str])

    async def everywhere(self) -> None:
        """Begin at home, and go on until there is no other kind of page."""
        left = ["/console"]
        while left:
            path = left.pop(0)
            if kind_of(path) in self.seen:
                continue
            self.seen.append(kind_of(path))
            left += await self.visited(path)

    async def visited(self, path: str) -> Sequence[str]:
        """Look at a page; where it leads to."""
        before = len(self.tab.faults)
        status = await self.tab.open(path)
        found = [] if status == 200 else [f"status {status}"]
        over = await self.tab.overflow()
        found += [f"wider than the window by {over} px"] if over > 0 else []
        if self.looks_closely:
            found += await self.tab.violations()
            page = kind_of(urlsplit(self.tab.page.url).path).removeprefix("/console")
            name = re.sub(r"\W+", "-", page).strip("-") or "home"
            await self.tab.picture(f"{self.who}-{name}-{self.lang}-{self.wide}")
        found += self.tab.faults[before:]
        self.wrong += [f"{self.who} {self.lang} {self.wide} {path}: {one}" for one in found]
        links: list[str] = await self.tab.ask(LINKS)
        return [one for one in links if one.startswith("/console") and not NO_PAGE.search(one)]


def kind_of(path: str) -> str:
    """The route that answers there."""
    bare = urlsplit(path).path
    return next((route for route, pattern in PATTERNS if pattern.match(bare)), bare)


async def walked(
    browser: Browser, console: Served, who: str, place: tuple[str, str], *, closely: bool
) -> Walk:
    """Somebody's walk through all pages, in a language and at a width."""
    lang, size = place
    async with tab_of(browser, console.base, lang, SIZES[size]) as tab:
        tab.expected = ("",)  # what went wrong is told page by page
        await tab.sign_in(who)
        walk = Walk(tab, who, lang, SIZES[size][0], closely)
        tab.faults.clear()
        await walk.everywhere()
    return walk


@pytest.mark.parametrize("who", PEOPLE)
async def test_every_page_that_a_role_can_reach_answers_and_fits(
    who: str, browser: Browser, read_console: Served
) -> None:
    walk = await walked(browser, read_console, who, ("zh", "desk"), closely=who == "admin")

    assert walk.wrong == []
    assert len(walk.seen) > 5


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_can_be_read_by_anybody(
    who: str, lang: str, size: str, browser: Browser, read_console: Served
) -> None:
    walk = await walked(browser, read_console, who, (lang, size), closely=True)

    assert walk.wrong == []
