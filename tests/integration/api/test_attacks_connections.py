"""Connections that mean harm: real sockets to a real server, on which bytes come slowly, wrongly or not.

| attack | test |
|---|---|
| connections that say nothing, or a letter a minute (slowloris) | `test_who_never_says_what_he_wants_is_let_go` |
| the same on a connection that has asked before | `test_a_second_head_must_come_too` |
| a body a byte at a time | `test_a_body_that_never_ends_is_given_up` |
| work that takes for ever | `test_work_that_takes_too_long_is_answered_for` |
| an answer that nobody takes | `test_an_answer_that_nobody_takes_is_broken_off` |
| headers without end, a milliard of headers | `test_a_head_without_end_is_refused` |
| request smuggling: two lengths, length and chunks | `test_a_request_has_one_length` |
| line breaks in the target and in headers | `test_a_request_has_one_length` |
| a false X-Forwarded-For or -Proto | `test_an_address_that_the_caller_invents_is_not_believed` |
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.commands import GuestServer
from services.api.deadlines import Deadlines, PatientProtocol
from services.runtime.http import listen
from tests.fixtures.api import PASSWORD, Api, running

LOGIN = json.dumps({"name": "anna", "password": PASSWORD}).encode()


class HurriedProtocol(PatientProtocol):
    """Waits a fraction of a second for a head."""

    head_s = 0.2


@asynccontextmanager
async def served(app: ASGIApp, trusted: str | None = None) -> AsyncGenerator[int]:
    """The port of a server as `qingkong api` runs it."""
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        app, http=HurriedProtocol, lifespan="off", log_config=None, access_log=False, ws="none",
        proxy_headers=trusted is not None, forwarded_allow_ips=trusted, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = GuestServer(config)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True


async def said(port: int, *pieces: bytes) -> bytes:
    """All that comes back until the other side closes."""
    async with asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answer = b""
        # Who is refused while he still sends may find the connection gone.
        with suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
        with suppress(ConnectionError):
            answer = await reader.read()
        writer.close()
        return answer


async def test_who_never_says_what_he_wants_is_let_go(api: Api) -> None:
    async with served(api.app) as port:
        answers = [await said(port, *begun) for begun in ((), (b"G",), (b"GET / HTTP/1.1\r\nA: ",))]

    assert answers == [b"", b"", b""]


async def test_a_second_head_must_come_too(api: Api) -> None:
    async with served(api.app) as port:
        answer = await said(port, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /he")

    assert answer.count(b"HTTP/1.1 200") == 1


async def test_who_asks_in_time_is_not_let_go(api: Api) -> None:
    async with served(api.app) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as c:
        answers = [(await c.get("/healthz")).status_code for _ in range(3)]

    assert answers == [200, 200, 200]


async def test_a_body_that_never_ends_is_given_up(database: str) -> None:
    head = b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"

    async with running(database, api_body_s=0.2) as api, served(api.app) as port:
        by_length = await said(port, head + b"Content-Length: 100\r\n\r\n{")
        by_chunks = await said(port, head + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")
        too_much = await said(port, head + b"Content-Length: 99999999999999999999\r\n\r\n{")

    assert [answer[:12] for answer in (by_length, by_chunks)] == [b"HTTP/1.1 408"] * 2
    assert too_much.startswith(b"HTTP/1.1 413")


async def asleep(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Work that takes longer than anybody waits."""
    await asyncio.sleep(0.5)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"late"})


async def test_work_that_takes_too_long_is_answered_for() -> None:
    async with served(Deadlines(asleep, 0.1)) as port:
        answer = await said(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 503")
    assert b"too-slow" in answer
    assert b"Idempotency-Key" in answer
    assert b"late" not in answer


async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise LookupError("as it was raised")


async def test_what_goes_wrong_is_told_as_it_was(api: Api) -> None:
    async def nowhere(_message: object) -> None:
        return

    async def nothing() -> dict[str, object]:
        return {"type": "http.disconnect"}

    with pytest.raises(LookupError, match="as it was raised"):
        await Deadlines(broken, 1)({"type": "http", "app": api.app}, nothing, nowhere)


async def endless(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Much more than fits into what lies between."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(1000):
        await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})


async def test_an_answer_that_nobody_takes_is_broken_off() -> None:
    ended = asyncio.Event()

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        await Deadlines(endless, 0.2)(scope, receive, send)
        ended.set()

    async with served(watched) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        async with asyncio.timeout(5):
            await ended.wait()
        writer.close()

    assert ended.is_set()


async def test_a_head_without_end_is_refused(api: Api) -> None:
    begun = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"

    async with served(api.app) as port:
        long = await said(port, begun + b"A: " + b"x" * 200_000)
        many = await said(port, begun + b"A: x\r\n" * 20_000)
        target = await said(port, b"GET /" + b"x" * 200_000)

    assert all(answer.startswith(b"HTTP/1.1 400") or not answer for answer in (long, many, target))


async def test_a_request_has_one_length(api: Api) -> None:
    post = b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\n"
    evil = (
        post + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        post + b"Content-Length: -1\r\n\r\n{}",
        post + b"Content-Length: +2\r\n\r\n{}",
        post + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        post + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
        b"GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nA: b\rc\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n folded: b\r\nHost: c\r\n\r\n",
    )

    async with served(api.app) as port:
        answers = [(await said(port, one))[:12] for one in evil]
        both = await said(
            port,
            post + b"Content-Length: 45\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            b"GET /healthz HTTP/1.1\r\nHost: smuggled\r\n\r\n",
        )

    assert [one for one in answers if not one.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))] == []
    # Only the first is answered, whichever of its lengths a proxy believed.
    assert both.startswith(b"HTTP/1.1 400")
    assert both.count(b"HTTP/1.1") == 1


async def test_an_address_that_the_caller_invents_is_not_believed(api: Api) -> None:
    api.account("anna")
    told = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https"}
    addresses: list[str] = []
    cookies: list[str] = []

    for trusted in (None, "192.0.2.0/24", "127.0.0.1", "127.0.0.1,198.51.100.0/24"):
        async with served(api.app, trusted) as port, httpx.AsyncClient() as http:
            answer = await http.post(
                f"http://127.0.0.1:{port}/api/v1/session",
                content=LOGIN,
                headers={**told, "Content-Type": "application/json"},
            )
        cookies.append(answer.headers["set-cookie"].partition("=")[0])
        with api.owner() as session:
            rows = session.execute("SELECT address FROM audit ORDER BY id DESC LIMIT 1").fetchall()
        addresses.append(rows[0][0])

    # The nearest address that no trusted proxy has: what stands before it anybody could have written.
    assert addresses == ["127.0.0.1", "127.0.0.1", "198.51.100.7", "203.0.113.9"]
    assert cookies == ["qk_session", "qk_session", "__Host-qk_session", "__Host-qk_session"]
