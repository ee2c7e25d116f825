"""`qingkong api` as an operator runs it: a process, its ports, its end."""

import os
import re
import signal
from pathlib import Path

import httpx
import pytest

from services.demo.service_process import Service, running
from tests.fixtures.serving import Serving, serving_together
from tests.fixtures.until import until

STARTS = re.compile(r'"port": (\d+), "metrics_port": (\d+)')


async def test_it_serves_and_ends_when_asked(database: str, tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    environment = {
        **os.environ,
        "QINGKONG_DATABASE_URL": database,
        "QINGKONG_MQTT_URL": "mqtt://127.0.0.1:1",
        "QINGKONG_API_PORT": "0",
        "QINGKONG_METRICS_PORT": "0",
        "QINGKONG_LOG_FORMAT": "json",
    }

    async with running(Service(("api",), log, environment)) as process:
        await until(lambda: said(log), 20, "the API says its ports")
        ports = STARTS.search(text_of(log))
        assert ports is not None
        async with httpx.AsyncClient() as http:
            await until(lambda: ready(http, ports[1]), 10, "the API is ready")
            hidden = await http.get(
                f"http://127.0.0.1:{ports[1]}/api/v1/me?token=hunter2",
                headers={"Authorization": "Bearer qk_hunter2", "X-Forwarded-For": "203.0.113.9"},
            )
            measured = await http.get(f"http://127.0.0.1:{ports[2]}/metrics")
        process.send_signal(signal.SIGTERM)
        code = await process.wait()

    text = text_of(log)
    assert hidden.status_code == 401
    assert "server" not in hidden.headers
    assert "qingkong_api_request_seconds" in measured.text
    assert code == 0
    assert '"path": "/api/v1/me"' in text
    assert "hunter2" not in text
    assert "203.0.113.9" not in text
    assert "Traceback" not in text


async def said(log: Path) -> bool:
    return STARTS.search(text_of(log)) is not None


def text_of(log: Path) -> str:
    return log.read_text() if log.exists() else ""


async def ready(http: httpx.AsyncClient, port: str) -> bool:
    try:
        return (await http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
    except httpx.TransportError:
        return False


def test_two_processes_share_a_port_only_where_they_are_told_to(
    database: str, tmp_path: Path
) -> None:
    with serving_together(database, tmp_path, 2) as (one, other):
        asked = [httpx.get(f"{one.base}/healthz").status_code for _ in range(20)]
        stranger = Serving(database, tmp_path / "stranger.log", {}, one.port)
        with pytest.raises(AssertionError, match="cannot listen on"):
            stranger.start()
        one.stop()
        alone = [httpx.get(f"{other.base}/healthz").status_code for _ in range(5)]

    assert (set(asked), set(alone)) == ({200}, {200})
