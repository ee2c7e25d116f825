"""Requests that mean harm, one by one: what is in an address, a header or a body is never more than text.

| attack | test |
|---|---|
| SQL, NUL, format and path characters in every parameter of every reading route | `test_no_parameter_is_more_than_text` |
| the ends of time, a century of seconds, a milliard of items | `test_absurd_questions_are_refused_in_words` |
| path tricks in file numbers | `test_a_path_leads_nowhere_else` |
| JSON that is deep, large, not finite, not text | `test_a_body_that_would_break_its_reader` |
| a body packed to burst | `test_a_packed_body_is_not_unpacked` |
| a foreign Host that answers repeat | `test_no_answer_repeats_the_host` |
| a token in the address | `test_a_token_in_the_address_lets_nobody_in` |
| response splitting by what is sent back | `test_nothing_sent_becomes_a_header` |
"""

import gzip
from collections.abc import Iterator, Sequence
from typing import Any, Final, cast
from urllib.parse import quote

import pytest

from schemas.access import Role
from services.embedded.postgres import Postgres
from tests.fixtures.answered import Answered, copy_of, judged_once
from tests.fixtures.api import Api, Asking
from tests.fixtures.servers import GivenServer

API = "/api/v1"
POINT = f"{API}/plants/P1/subjects/DA001/points/out/a21026"
GOOD = {
    "plant": "P1", "outlet": "DA001", "subject": "DA001", "facility": "FGD1", "side": "out",
    "code": "a21026", "region": "150502", "what": "means", "form": "csv",
}  # fmt: skip
BAD = "' OR 1=1; DROP TABLE account;--%s%(x)s{0}\\ \u202e../..//etc/passwd"
ABSURD: Final[Sequence[tuple[str, dict[str, str], int]]] = (
    (f"{POINT}/readings", {"from": "9998-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z"}, 422),
    (f"{POINT}/readings", {"from": "0001-01-01T00:00:00+14:00"}, 422),
    (f"{POINT}/means", {"to": "0001-01-01T00:00:00+08:00"}, 422),
    (f"{API}/export/means.csv", {"to": "0001-01-01T00:00:00+08:00"}, 422),
    (
        f"{API}/export/means.csv",
        {"from": "1901-01-01T00:00:00Z", "to": "8999-01-01T00:00:00Z"},
        422,
    ),
    (f"{POINT}/readings", {"series": "realtime", "from": "1926-01-01T00:00:00Z"}, 422),
    (f"{POINT}/readings", {"limit": "1000000000"}, 422),
    (f"{POINT}/readings", {"points": "1000000000"}, 422),
    (f"{API}/alerts", {"limit": "1e9"}, 422),
    (f"{API}/alerts", {"cursor": "A" * 5000}, 422),
    (f"{API}/alerts", {"cursor": "WyInIE9SIDE9MSIsIDFd"}, 400),
    (f"{API}/alerts", {"sort": "id; DROP TABLE alert"}, 200),
    (f"{API}/alerts/{'9' * 4000}", {}, 404),
    (f"{API}/alerts", {"as_of": "9" * 39}, 422),
    (f"{API}/alerts", {"as_of": "٣"}, 422),
    (f"{API}/verdicts/-1", {}, 404),
    (f"{API}/export/means.csv", {"subject": "a\0b"}, 400),
    (f"{API}/export/means.csv", {"code": "\0"}, 400),
)
PATHS: Final = (
    "attachments/..%2f..%2f..%2fetc%2fpasswd",
    "attachments/../../../etc/passwd",
    "attachments/%2e%2e%2f1",
    "attachments/1%00.html",
    "attachments/1%0d%0aSet-Cookie:%20x=1",
    "export/manifest/..%2f..%2fetc%2fpasswd",
    "export/..%2fmeans.csv",
    "problems/..%2f..%2fapp.py",
    "/etc/passwd",
)
BODIES: Final = {
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "half a character": b'{"name": "\\ud800", "password": "\\ud800\\udc00x"}',
    "half a character as a field": b'{"\\ud800": 1, "name": "a", "password": "b"}',
    "NUL": b'{"name": "a\\u0000", "password": "b"}',
    "no numbers": b'{"name": NaN, "password": Infinity}',
    "a number of 100,000 digits": b'{"name": ' + b"9" * 100_000 + b"}",
    "a long name": b'{"name": "' + "\U0001f4a9".encode() * 100_000 + b'", "password": "b"}',
    "no UTF-8": b"\xff\xfe{}",
    "nothing": b"",
}
LEAKS = ("psycopg", "syntax error", "Traceback", "SELECT ", "root:")


@pytest.fixture(scope="module")
def answered(postgres: Postgres | GivenServer, template: str) -> Iterator[Answered]:
    with judged_once(postgres, template) as made:
        yield made


@pytest.fixture
def database(postgres: Postgres | GivenServer, answered: Answered) -> Iterator[str]:
    with copy_of(postgres, answered.name) as url:
        yield url


@pytest.fixture
def root(api: Api) -> Asking:
    return api.machine("root", Role.ADMINISTRATOR)


def questions(document: dict[str, Any], bad: str) -> Iterator[tuple[str, dict[str, str]]]:
    """For each parameter of text of each reading route: the address with the bad value in its place."""
    for template, methods in document["paths"].items():
        parameters = cast("list[dict[str, Any]]", methods.get("get", {}).get("parameters", []))
        paths = [one["name"] for one in parameters if one["in"] == "path"]
        for one in parameters:
            if one["in"] == "header" or "text" not in _kinds(one) or template.endswith("/feed"):
                continue
            address = template
            for name in paths:
                said = bad if name == one["name"] else GOOD.get(name, "1")
                address = address.replace(f"{{{name}}}", quote(said, safe=""))
            yield address, {one["name"]: bad} if one["in"] == "query" else {}


def _kinds(parameter: dict[str, Any]) -> set[str]:
    schema = parameter["schema"]
    found = [schema, *schema.get("anyOf", ())]
    bare = [one for one in found if one.get("type") == "string" and "enum" not in one]
    return {"text"} if bare and not any("const" in one for one in bare) else set()


async def test_no_parameter_is_more_than_text(api: Api, root: Asking) -> None:
    asked = list(questions(api.app.openapi(), BAD))
    wrong: list[str] = []

    for address, query in asked:
        answer = await root("GET", address, params=query)
        leaked = [word for word in LEAKS if word in answer.text.replace(BAD, "")]
        if answer.status_code >= 500 or leaked:
            wrong.append(f"{answer.status_code} {address} {list(query)}: {leaked}")

    assert wrong == []
    assert len(asked) > 50
    with api.owner() as session:
        assert session.execute("SELECT count(*) FROM account").fetchall() == [(1,)]


async def test_absurd_questions_are_refused_in_words(root: Asking) -> None:
    wrong: list[str] = []

    for path, query, status in ABSURD:
        answer = await root("GET", path, params=query)
        problem = answer.headers["content-type"] == "application/problem+json"
        if answer.status_code != status or problem != (status >= 400):
            wrong.append(f"{path[:80]} {str(query)[:80]}: {answer.status_code} {answer.text[:200]}")

    assert wrong == []


async def test_a_path_leads_nowhere_else(root: Asking) -> None:
    for path in PATHS:
        answer = await root("GET", f"{API}/{path}")

        assert answer.status_code in {400, 404, 422}, path
        assert "root:" not in answer.text
        assert "set-cookie" not in answer.headers


async def test_a_body_that_would_break_its_reader(api: Api) -> None:
    browser = api.browser()

    for what, body in BODIES.items():
        answer = await browser.post(
            f"{API}/session", content=body, headers={"Content-Type": "application/json"}
        )

        assert answer.status_code in {400, 401, 422}, what
        assert len(answer.content) < 10_000


async def test_what_is_no_finite_number_is_none(root: Asking) -> None:
    for number in (b"NaN", b"Infinity", b"1e400", b"-1e400", b'"1e999999999"'):
        answer = await root(
            "PUT",
            f"{API}/settings/live_confirm_s",
            content=b'{"value": %s, "scope": "all", "reason": "x", "source": "x"}' % number,
            headers={"Content-Type": "application/json"},
        )

        assert answer.status_code in {400, 404, 422}, number


async def test_a_packed_body_is_not_unpacked(root: Asking) -> None:
    bomb = gzip.compress(b'{"reason": "' + b"0" * 50_000_000 + b'"}')

    answer = await root(
        "POST",
        f"{API}/alerts/1/acknowledge",
        content=bomb,
        headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
    )

    assert answer.status_code in {400, 404, 422}


async def test_no_answer_repeats_the_host(root: Asking) -> None:
    for path in (f"{API}/alerts/", f"{API}/session/", "//evil.example/api/v1/me"):
        answer = await root("GET", f"https://testserver{path}", headers={"Host": "evil.example"})

        assert answer.status_code == 404
        assert "location" not in answer.headers
        assert "https://evil.example" not in answer.text + str(answer.headers)


async def test_a_token_in_the_address_lets_nobody_in(api: Api, root: Asking) -> None:
    for name in ("token", "access_token", "authorization", "api_key"):
        answer = await api.browser().get(f"{API}/me", params={name: root.secret})

        assert answer.status_code == 401
        assert root.secret not in answer.text


async def test_nothing_sent_becomes_a_header(root: Asking) -> None:
    evil = "x\r\nSet-Cookie: evil=1"

    answer = await root(
        "GET",
        f"{API}/export/means.csv",
        params={"plant": "P1", "subject": evil, "code": evil},
        headers={"X-Request-ID": "evil=1", "Accept-Language": "evil=1;q=nan"},
    )

    assert answer.status_code == 200
    assert "evil" not in str(answer.headers)
