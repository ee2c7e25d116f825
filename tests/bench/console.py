"""The console in a real browser: first paint, from a case's commit to its row, frames while panning 100,000 points."""

import asyncio
import math
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import psycopg
from playwright.async_api import Browser

from services.embedded.servers import ServerSettings
from services.store.migrations import migrate
from tests.bench.rules_server import server
from tests.fixtures.browser import Tab, started_browser, tab_of
from tests.fixtures.console_world import END, OWN, Served, add_accounts, play, served

POINTS = 100_000
PANS, ZOOMS = 60, 3
CASES = (
    *(("INC-HEAT", "a21002"), ("INC-HEAT", "a21026"), ("INC-STEEL", "a21026")),
    *(("INC-STEEL", "a21002"), ("INC-POWER", "a21026"), ("INC-POWER", "a34013")),
)
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
PLACE = """
SELECT channel, subject.code FROM channel_binding JOIN point ON point.id = channel_binding.point
JOIN subject ON subject.id = point.subject JOIN plant ON plant.id = subject.plant
WHERE plant.code = %s AND point.code = 'a21002' AND point.side = 'out' LIMIT 1
"""
FILL = """
INSERT INTO reading_realtime (time, channel, value, flag, span_s, sent_at, received_at, batch, seq)
SELECT tick, %(channel)s, 30 + 12 * sin(number / 700.0) + number %% 13, 'N', 1, tick, tick, 1, number
FROM generate_series(1, %(points)s) AS number
CROSS JOIN LATERAL (SELECT %(end)s::timestamptz - number * INTERVAL '1 second' AS tick) AS one
ON CONFLICT DO NOTHING
"""
FRAMES = """() => {
  window.gaps = [];
  let before = performance.now();
  const next = (now) => { window.gaps.push(now - before); before = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""


def run() -> dict[str, float]:
    """Half a day of four plants, and one point that says something every second."""
    return asyncio.run(_run())


async def _run() -> dict[str, float]:
    with server(ServerSettings()) as url, tempfile.TemporaryDirectory() as folder:
        migrate(url)
        await play(url, Path(folder))
        add_accounts(url)
        with served(url, END) as console:
            async with started_browser() as browser:
                return await _measured(browser, console)


async def _measured(browser: Browser, console: Served) -> dict[str, float]:
    paints: list[float] = []
    async with tab_of(browser, console.base) as tab:
        await tab.sign_in("operator")
        for path in ("/console/alerts", "/console/plants", "/console/orders", "/console/history"):
            await tab.open(path)
            paints.append(await tab.ask(PAINT))
        waits = await _waits(tab, console)
        gaps = await _panned(tab, console)
    return {
        "console.first_paint_worst_ms": max(paints),
        "console.first_paint_median_ms": median(paints),
        "console.commit_to_row_median_s": median(waits),
        "console.commit_to_row_worst_s": max(waits),
        "console.panned_points": POINTS,
        "console.frame_median_ms": median(gaps),
        "console.frame_p95_ms": gaps[math.floor(len(gaps) * 0.95)],
        "console.frame_worst_ms": gaps[-1],
    }


async def _waits(tab: Tab, console: Served) -> list[float]:
    """Seconds from when a case is committed to its row in an open list."""
    await tab.open("/console/alerts")
    await tab.page.wait_for_selector("#feed-state:not(:empty)")
    waits: list[float] = []
    for plant, code in CASES:
        alert = await asyncio.to_thread(console.exceed, "180", plant, code)
        began = time.monotonic()
        await tab.page.wait_for_selector(f"#alert-{alert}")
        waits.append(time.monotonic() - began)
    return waits


async def _panned(tab: Tab, console: Served) -> list[float]:
    """Milliseconds between frames while the chart is moved by keys, in order."""
    [(channel, subject)] = console.rows(PLACE, OWN)
    with psycopg.connect(console.url, autocommit=True) as owner:
        owner.execute(FILL, {"channel": channel, "points": POINTS, "end": END})
    asked = {
        "p": f"{OWN}/{subject}/out/a21002",
        "kind": "realtime",
        "value": "measured",
        "from": (END - timedelta(seconds=POINTS)).isoformat(),
        "to": END.isoformat(),
    }
    await tab.open(f"/console/history?{urlencode(asked)}")
    plot = tab.page.locator("canvas").first
    await plot.wait_for()
    await plot.locator("xpath=ancestor::*[@tabindex][1]").focus()
    await tab.ask(FRAMES)
    for step in range(PANS):
        back = "ArrowLeft" if step % 20 < PANS // 6 else "ArrowRight"
        await tab.page.keyboard.press("+" if step < ZOOMS else back)
    return sorted(await tab.ask("() => window.gaps"))
