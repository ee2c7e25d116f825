import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry, Counter

from services.runtime.http import Health, listen, pages, serve


async def fetch(port: int, path: str, method: str = "GET") -> tuple[int, str, str]:
    """Status, head and body of one request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    async with asyncio.timeout(5):
        answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), head, body


class Process:
    def __init__(self) -> None:
        self.health = Health(ok=True, checks={"database": "connected"})
        self.registry = CollectorRegistry()
        self.listening = listen("127.0.0.1", 0)
        self.port = int(self.listening.getsockname()[1])


@pytest.fixture
async def process() -> AsyncIterator[Process]:
    process = Process()
    async with asyncio.TaskGroup() as group:
        app = pages(process.registry, lambda: process.health)
        serving = group.create_task(serve(app, process.listening))
        yield process
        serving.cancel()


async def test_metrics_gives_what_the_registry_holds(process: Process) -> None:
    Counter("drops", "Raindrops.", registry=process.registry).inc(3)

    status, head, body = await fetch(process.port, "/metrics")

    assert status == 200
    assert "text/plain; version=" in head
    assert "drops_total 3.0" in body


async def test_a_healthy_process_answers_200_with_its_checks(process: Process) -> None:
    status, _, body = await fetch(process.port, "/healthz")

    assert status == 200
    assert json.loads(body) == {"ok": True, "checks": {"database": "connected"}}


async def test_an_unhealthy_process_answers_503_and_says_what_is_wrong(process: Process) -> None:
    process.health = Health(ok=False, checks={"broker": "connection refused"})

    status, _, body = await fetch(process.port, "/healthz")

    assert status == 503
    assert json.loads(body)["checks"] == {"broker": "connection refused"}


async def test_other_paths_are_not_found(process: Process) -> None:
    status, _, _ = await fetch(process.port, "/")

    assert status == 404


async def test_a_head_request_has_no_body(process: Process) -> None:
    status, _, body = await fetch(process.port, "/healthz", method="HEAD")

    assert (status, body) == (200, "")


async def test_cancelling_ends_it_and_frees_the_port() -> None:
    process = Process()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        app = pages(process.registry, lambda: process.health)
        serving = group.create_task(serve(app, process.listening))
        await fetch(process.port, "/metrics")

        serving.cancel()

    listen("127.0.0.1", process.port).close()


async def test_the_signals_stay_the_process_own(process: Process) -> None:
    await fetch(process.port, "/metrics")

    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_port_that_is_taken_is_said_with_what_to_do() -> None:
    with (
        listen("127.0.0.1", 0) as first,
        pytest.raises(OSError, match="QINGKONG_METRICS_PORT"),
        socket.socket(),
    ):
        listen("127.0.0.1", int(first.getsockname()[1]))
