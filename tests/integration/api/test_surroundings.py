"""What surrounds every answer: ids, headers, limits, problems, health, as of."""

import gzip
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from schemas.access import Role, Scope
from services.api.upkeep import upkeep
from tests.fixtures.api import Api, running
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS

AUDIT = "/api/v1/audit"
# A port that nobody listens on.
NOBODY = "postgresql://qingkong@127.0.0.1:1/qingkong"


async def test_every_answer_has_an_id_and_says_what_browsers_shall_refuse(api: Api) -> None:
    answers = [await api.browser().get(path) for path in ("/healthz", "/nix", "/api/v1/me")]

    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "max-age" in answer.headers["strict-transport-security"]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3
    assert answers[1].json()["request_id"] == answers[1].headers["x-request-id"]


async def test_plain_http_is_told_nothing_of_https(api: Api) -> None:
    answer = await api.browser("http://testserver").get("/healthz")

    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "title"),
    [
        ("", "未登录"),
        ("en-GB,en;q=0.9", "Say who you are"),
        ("en;q=0.1, zh;q=0.9", "未登录"),
        ("fr", "未登录"),
        ("en;q=x,zh;q=y", "Say who you are"),
    ],
    ids=["none", "English", "rather Chinese", "neither", "nonsense"],
)
async def test_problems_are_told_in_the_callers_language(
    api: Api, accepted: str, title: str
) -> None:
    answer = await api.browser().get("/api/v1/me", headers={"Accept-Language": accepted})

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == title


@pytest.mark.parametrize(
    ("method", "path", "given", "status"),
    [
        ("POST", "/api/v1/session", {"json": {"name": "x"}}, 422),
        ("POST", "/api/v1/session", {"json": {"name": "x", "password": "y", "z": 1}}, 422),
        ("POST", "/api/v1/session", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ("POST", "/api/v1/session", {"json": {"name": "a\0b", "password": "y"}}, 422),
        ("PATCH", "/api/v1/session", {}, 405),
        ("POST", "/api/v1/session", {"content": b"x" * 3000}, 413),
    ],
    ids=["missing", "unknown", "no JSON", "a character that is none", "no such method", "large"],
)  # fmt: skip
async def test_what_cannot_be_read_is_a_problem(
    database: str, method: str, path: str, given: dict[str, Any], status: int
) -> None:
    async with running(database, api_body_bytes=2048) as api:
        answer = await api.browser().request(method, path, **given)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


async def test_a_large_body_without_its_length_is_refused_too(database: str) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b" " * 1000

    async with running(database, api_body_bytes=2048) as api:
        answer = await api.browser().post(
            "/api/v1/session", content=pieces(), headers={"Content-Type": "application/json"}
        )

    assert answer.status_code == 413


async def test_large_answers_are_compressed(api: Api) -> None:
    answer = await api.browser().get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(answer.content)) < len(answer.content) / 2


@pytest.mark.parametrize(
    ("origins", "told"),
    [("", None), ("https://data.example", "https://data.example")],
    ids=["by default", "named"],
)
async def test_other_origins_may_ask_only_where_named(
    database: str, origins: str, told: str | None
) -> None:
    async with running(database, api_cors_origins=origins) as api:
        answer = await api.browser().get("/healthz", headers={"Origin": "https://data.example"})

    assert answer.headers.get("access-control-allow-origin") == told
    assert "access-control-allow-credentials" not in answer.headers


async def test_metrics_are_by_the_routes_template(api: Api) -> None:
    machine = api.machine("root", Role.ADMINISTRATOR)
    await machine("GET", "/api/v1/me")
    for each in range(3):
        await api.browser().get(f"/nix/{each}")

    text = (await machine("GET", "/metrics")).text

    counted = {
        (sample.labels["route"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "qingkong_api_answers_total"
    }
    assert counted["/me", "200"] == 1
    assert counted["none", "404"] == 3


async def test_without_its_database_it_lives_and_is_not_ready() -> None:
    async with running(NOBODY) as api:
        lives, ready, asked = [
            await api.browser().get(path, headers=headers)
            for path, headers in (
                ("/healthz", {}),
                ("/readyz", {}),
                ("/api/v1/me", {"Authorization": "Bearer qk_x"}),
            )
        ]

    assert (lives.status_code, ready.status_code, asked.status_code) == (200, 503, 503)
    assert asked.json()["type"] == "/problems/unavailable"
    assert "retry-after" in asked.headers


async def test_a_time_means_the_position_that_was_closed_then(api: Api) -> None:
    machine = api.machine("root", Role.ADMINISTRATOR)
    with psycopg.connect(api.url, autocommit=True) as owner:
        owner.execute("TRUNCATE position_clock")
        upkeep(api.context, sweep=True)
        [(told, first)] = owner.execute("SELECT at, position::text FROM position_clock").fetchall()
        owner.execute("CREATE TABLE scratch ()")
        upkeep(api.context, sweep=False)
        [(later, second)] = owner.execute(
            "SELECT at, position::text FROM position_clock ORDER BY at DESC LIMIT 1"
        ).fetchall()

    asked = [
        (await machine("GET", AUDIT, params={"as_of": at.isoformat()})).headers["qingkong-position"]
        for at in (told, later)
    ]

    assert asked == [first, second]
    assert int(first) < int(second)


@pytest.mark.parametrize(
    "as_of",
    ["2999-01-01", "1999-01-01T00:00:00Z", "soon", str(1 << 62), "9" * 39, "0x1", "٣"],
    ids=["ahead", "before all", "no time", "not closed", "endless", "no digits", "other digits"],
)
async def test_as_of_what_nobody_knows_is_refused_in_words(api: Api, as_of: str) -> None:
    machine = api.machine("root", Role.ADMINISTRATOR)

    answer = await machine("GET", AUDIT, params={"as_of": as_of})

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/bad-as-of"


async def test_the_audit_log_is_read_by_pages_and_by_scope(api: Api) -> None:
    with api.registrar() as owner:
        stored(owner, PLANTS)
        owner.execute(
            "INSERT INTO audit (at, actor, way, action, object, plant, request_id, address)"
            " SELECT now(), 'tester', 'session', 'alert.close', 'alert/' || id, id, 'r', ''"
            " FROM plant, generate_series(1, 3)"
        )
        [(plant,)] = owner.execute("SELECT id FROM plant WHERE code = 'P1'").fetchall()
    machine = api.machine("auditor", Role.AUDITOR, Scope("1505"))
    pages: list[list[str]] = []
    cursor: str | None = None

    for _ in range(2):
        asked = {"limit": "2", "action": "alert", **({"cursor": cursor} if cursor else {})}
        told = (await machine("GET", AUDIT, params=asked)).json()
        pages.append([row["about"] for row in told["items"]])
        cursor = told["next"]

    assert pages == [[f"alert/{plant}"] * 2, [f"alert/{plant}"]]
    assert cursor is None


async def test_the_documentation_needs_no_other_host(api: Api) -> None:
    browser = api.browser()

    page = await browser.get("/api/v1/docs")
    style = await browser.get("/api/v1/docs.css")

    assert page.headers["content-type"] == style.headers["content-type"].replace("css", "html")
    assert "登录" in page.text
    assert "/api/v1/session" in page.text
    assert "://" not in page.text
    assert "<script" not in page.text
