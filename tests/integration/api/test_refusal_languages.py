"""Whoever asks in Chinese is refused in Chinese throughout, and whoever asks in English in English."""

import re
from typing import Any, NamedTuple

import pytest

from schemas.access import Role, Scope
from tests.fixtures.api import Api
from tests.fixtures.working import LIMIT, MARK, RESULT, World, populated, version_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}")
CODES = re.compile(r"`[^`]*`|“[^”]*”|[\w./]+_[\w./]+")
FILE = """
plants:
  - {code: P9, name: 新厂, region: 1599, outlet: [], outlets: [{code: DA 1, medium: gas}],
     devices: [{mn: X1, commissioned_at: soon, channels: [{code: a21026, range: [9, 1]}]}]}
"""
ENTRIES: dict[str, Any] = {
    "plants": [{
        "code": "P9", "name": "新厂", "region": "1599",
        "outlets": [{"code": "DA001", "medium": "air", "successor": "DA001"}],
        "units": [{"code": "B1", "process": "boiler", "rated_capacity": 480}],
        "groups": [{"code": "G1", "needed": 2, "facilities": ["T9"]}],
        "devices": [{
            "mn": "MN-A", "commissioned_at": "2024-01-01",
            "channels": [{"code": "a21026", "unit": "mgm"}, {"code": "zz99"}],
        }],
    }],
}  # fmt: skip
SETTING = "/settings/order_parameters.accept_term"
WISH = {"value": "12h", "reason": "规定"}


class Asked(NamedTuple):
    """A request that is refused."""

    who: str
    method: str
    path: str
    body: object = None


ASKED = {
    "limit-figures": Asked("officer", "POST", "/limits", {
        **LIMIT, "max": -3, "unit": "furlong", "origin": None, "standard": None, "o2": 30,
        "condition": "load~5", "verified": True, "source": "",
    }),
    "limit-unit": Asked("officer", "POST", "/limits", {**LIMIT, "unit": "mg/L"}),
    "limit-row": Asked("officer", "POST", "/limits", {
        "point": LIMIT["point"], "from": "2024-01-01", "catalogue": "no-such-row",
    }),
    "limit-backwards": Asked("officer", "POST", "/limits", {**LIMIT, "to": "2023-01-01"}),
    "limit-fields": Asked("officer", "POST", "/limits", {"point": 7, "from": 3, "max": "x"}),
    "setting-name": Asked("administrator", "PUT", "/settings/no_such.thing", WISH),
    "setting-value": Asked("administrator", "PUT", SETTING, {**WISH, "value": [1, {"a": 2}]}),
    "setting-json": Asked("administrator", "PUT", SETTING, {**WISH, "value": "[1"}),
    "setting-place": Asked("administrator", "PUT", SETTING, {**WISH, "scope": "point:P1/DA1/x"}),
    "setting-scope": Asked("administrator", "PUT", SETTING, {**WISH, "scope": "moon"}),
    "setting-of-others": Asked("county", "PUT", SETTING, WISH),
    "mark": Asked("officer", "POST", "/marks", {
        **MARK, "kind": "start_upp", "point": "out/zz", "origin": "bureau", "evidence": "",
    }),
    "mark-backwards": Asked("officer", "POST", "/marks", {**MARK, "to": "2025-08-09T10:00"}),
    "mark-gone": Asked("officer", "POST", "/marks/999/review", {"verdict": "accept"}),
    "result": Asked("officer", "POST", "/results", {
        **RESULT, "value": "<3", "unit": "kg", "from": "2030-01-01T00:00", "converted": "x",
        "reference_oxygen": "40", "samples": 0,
    }),
    "silence": Asked("officer", "POST", "/silences", {"to": "2020-01-01T00:00", "reason": "检修"}),
    "receiver": Asked("administrator", "PUT", "/notify/receivers/duty", {
        "channel": "email", "address": "nobody",
    }),
    "receiver-key": Asked("administrator", "PUT", "/notify/receivers/duty", {
        "channel": "webhook", "address": "ftp://a.example/x",
    }),
    "receivers-of-all": Asked("county", "GET", "/notify/receivers"),
    "route": Asked("administrator", "PUT", "/notify/routes/n", {"rule": {"receivers": []}}),
    "route-receiver": Asked("administrator", "PUT", "/notify/routes/n", {
        "rule": {"receivers": ["nobody"]},
    }),
    "entries": Asked("administrator", "POST", "/registry/entries?dry_run=true", ENTRIES),
    "range": Asked("officer", "GET", "/plants/P1/states?from=2026-08-02&to=2026-08-01"),
    "password": Asked("administrator", "POST", "/accounts", {
        "name": "new", "role": "operator", "password": "short",
    }),
}  # fmt: skip


@pytest.fixture
def world(api: Api) -> World:
    return populated(api)


def told(answer: Any) -> list[str]:
    found = answer.json()
    parts = [part for one in found["errors"] for part in (one["place"], one["detail"])]
    return [found["title"], found["detail"], *parts]


def wrong(zh: Any, en: Any) -> list[str]:
    """What of two answers is in the wrong language, or no refusal."""
    if not (400 <= zh.status_code < 500 and en.status_code == zh.status_code):
        return [zh.text]
    return [
        *(text for text in told(zh) if ENGLISH.search(CODES.sub("", text))),
        *(text for text in told(zh)[:2] if not CHINESE.search(text)),
        *(text for text in told(en) if CHINESE.search(text) or "`qingkong limits" in text),
    ]


async def both(world: World, asked: Asked, **given: Any) -> tuple[Any, Any]:
    """The same in Chinese and in English."""
    headers = given.pop("headers", {})
    return tuple([
        await world.ask(
            asked.who, asked.method, asked.path, json=asked.body,
            headers={**headers, "Accept-Language": language}, **given,
        )
        for language in ("zh-CN", "en")
    ])  # fmt: skip


async def test_refusals_are_wholly_in_the_callers_language(world: World) -> None:
    world.asking["county"] = world.api.machine("county", Role.ADMINISTRATOR, Scope("1505"))

    found = {name: wrong(*await both(world, asked)) for name, asked in ASKED.items()}

    assert {name: texts for name, texts in found.items() if texts} == {}


async def test_so_are_those_of_acts_on_a_limit_and_what_is_told_beside(world: World) -> None:
    made = await world.made("officer", "/limits", LIMIT)
    limit = f"/limits/{made['limit']['limit']}"
    seen = await world.post(
        "officer", f"{limit}/change", {"from": "2026-08-01", "max": 30, "preview": True}
    )
    tag = version_of(seen)
    acts: dict[str, tuple[str, object, dict[str, str]]] = {
        "same-day": (f"{limit}/change", {"from": "2024-01-01", "max": 30}, tag),
        "unchanged": (f"{limit}/change", {"from": "2026-08-01", "max": 35, "source": "排污许可证"}, tag),
        "too-early": (f"{limit}/withdraw", {"from": "2020-01-01", "reason": "x"}, tag),
        "nobody": (f"{limit}/correct", {
            "from": "2026-01-01", "max": 60, "reason": "x", "approver": "nobody",
        }, tag),
        "again": ("/limits", LIMIT, {}),
    }  # fmt: skip

    found = {
        name: wrong(*await both(world, Asked("officer", "POST", path, body), headers=headers))
        for name, (path, body, headers) in acts.items()
    }
    beside = await both(
        world, Asked("officer", "POST", "/limits", {**LIMIT, "max": 50, "preview": True})
    )

    assert {name: texts for name, texts in found.items() if texts} == {}
    assert [bool(CHINESE.search(one)) for one in beside[0].json()["warnings"]] == [True, True]
    assert not any(CHINESE.search(one.replace("表5", "")) for one in beside[1].json()["warnings"])


async def test_a_file_is_refused_in_the_callers_language_by_line_and_column(world: World) -> None:
    files = {"file": ("new.yaml", FILE.encode())}
    asked = Asked("administrator", "POST", "/registry/imports?dry_run=true")
    broken = {"file": ("new.xlsx", b"PK\x03\x04")}

    zh, en = await both(world, asked, files=files)
    workbook = wrong(*await both(world, asked, files=broken))

    assert [*wrong(zh, en), *workbook] == []
    assert len(zh.json()["errors"]) == len(en.json()["errors"]) > 3
    assert "第 " in zh.json()["errors"][0]["place"]
    assert en.json()["errors"][0]["place"].startswith("line ")
