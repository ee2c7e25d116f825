"""The history as known on a day: what was revised since is marked, and both beliefs stand side by side."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

import psycopg
from playwright.async_api import Browser, expect

from tests.fixtures.browser import tab_of
from tests.fixtures.console_world import LIMITED, OWN, Served
from tests.fixtures.raised import HOUR, Said, judge

CODE = "a21002"
REVISED = """
INSERT INTO mean (start, point, period, stage, source, value, converted, valid_s, due_s, valid,
  evidence, rules)
SELECT start, point, period, 'final', source, 40,
  (SELECT COALESCE(jsonb_object_agg(key, '41.5'), '{}') FROM jsonb_object_keys(converted) AS key),
  valid_s, due_s, true, evidence, rules
FROM mean WHERE point = %s AND period = 'hour' AND start = %s ORDER BY position DESC, id DESC LIMIT 1
RETURNING point
"""
SUBJECT = """
SELECT subject.code FROM point JOIN subject ON subject.id = point.subject WHERE point.id = %s
"""


def revised(console: Served, point: int, limit: int, start: datetime) -> None:
    """The hour is believed to be another one from now on, and no longer over its limit."""
    with psycopg.connect(console.url, autocommit=True) as owner:
        assert owner.execute(REVISED, (point, start)).fetchall()
        judge(owner, Said(start, "41.5", point=point, limit=limit))


async def test_a_revised_hour_is_told_as_it_was_believed_then_and_as_it_is_now(
    browser: Browser, console: Served
) -> None:
    console.exceed("180", OWN, CODE)
    [(point, limit)] = console.rows(LIMITED, OWN, CODE)
    [(subject,)] = console.rows(SUBJECT, point)
    start = console.context.clock().replace(minute=0, second=0, microsecond=0) - HOUR
    async with console.person("auditor") as auditor:
        then = (await auditor.get(f"/plants/{OWN}/limits")).json()["as_of"]
    revised(console, point, limit, start)
    asked = {
        "p": f"{OWN}/{subject}/out/{CODE}",
        "kind": "hour",
        "from": (start - timedelta(hours=6)).isoformat(),
        "to": (start + HOUR).isoformat(),
    }

    async with tab_of(browser, console.base) as tab:
        await tab.sign_in("auditor")
        await tab.open(f"/console/history?{urlencode({**asked, 'as_of': then})}")
        await expect(tab.page.locator("#history-then-changes")).to_contain_text("1 个数值此后变了")
        changes = await tab.page.locator("#history-revisions tbody tr").all_inner_texts()
        judged = tab.page.locator("#history-verdicts tbody tr", has_text="180")
        await expect(judged).to_contain_text("超标")
        await expect(judged).to_contain_text("不再判为超标")
        await expect(judged).to_contain_text("▽ 已变")
        await tab.page.locator("#history-now").click()
        await expect(tab.page.locator("#history-then")).to_be_hidden()
        await expect(tab.page.locator("#history-verdicts")).not_to_contain_text("180")

    assert len(changes) == 1
    assert "41.5" in changes[0]
