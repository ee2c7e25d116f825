"""`qingkong api`: the composition root of the API."""

import asyncio
import gc
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager

import structlog
import uvicorn

from services.api.app import make_app, make_context, make_pool
from services.api.context import Context
from services.api.deadlines import PatientProtocol
from services.api.demo_accounts import why_refused
from services.runtime.http import Health, listen, pages, serve
from services.runtime.logs import configure_logs
from services.runtime.options import NOT_SET_UP, database_of, stop
from services.runtime.settings import Settings, SettingsError, read_settings
from services.runtime.signals import stop_event

LOG = structlog.stdlib.get_logger(__name__)
KEEP_ALIVE_S = 20
SWITCH_S = 0.0005
COLLECTED = (50_000, 20, 50)
"""New objects between two looks for cycles, and looks between two of the older ones.

A look at all of them holds up every answer for a tenth of a second, and finds next to nothing.
"""
MOST_CONNECTIONS = 1000


class GuestServer(uvicorn.Server):
    """A server that leaves signals to the process."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def api() -> None:
    """Serve the API on QINGKONG_API_HOST:QINGKONG_API_PORT.

    Stop with SIGTERM: what is being answered is finished. Metrics and health are on
    QINGKONG_METRICS_HOST:QINGKONG_METRICS_PORT. Put a proxy with TLS before it and name it in
    QINGKONG_API_TRUSTED_PROXIES; accounts come from `qingkong accounts add`. With
    QINGKONG_API_SHARE_PORT=true several processes serve the port together: two for each core.

    Example: QINGKONG_METRICS_PORT=9214 qingkong api
    """
    settings, url = read_settings(), database_of()
    refused = why_refused(settings, url)
    if refused is not None:
        stop(refused, code=NOT_SET_UP)
    configure_logs(settings)
    # A short answer, and whoever accepts the next request, waits no longer than this for a long one.
    sys.setswitchinterval(SWITCH_S)
    failures: list[str] = []
    try:
        asyncio.run(_run(settings, url))
    except* (SettingsError, OSError) as group:
        failures = [str(error) for error in group.exceptions]
    if failures:
        stop(*failures)


async def _run(settings: Settings, url: str) -> None:
    context = make_context(settings, make_pool(settings, url))
    config = _configured(settings, context)
    # What is made by now stays for ever.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)
    measured = listen(settings.metrics_host, settings.metrics_port)
    server = GuestServer(config)
    listening = _listening(settings)
    LOG.info(
        "api starts",
        host=settings.api_host,
        port=listening.getsockname()[1],
        metrics_port=measured.getsockname()[1],
    )
    async with stop_event() as stopping, asyncio.TaskGroup() as group:
        told = pages(context.metrics, lambda: _health(context))
        measuring = group.create_task(serve(told, measured), name="metrics")
        serving = group.create_task(server.serve(sockets=[listening]), name="api")
        asking = group.create_task(stopping.wait(), name="stop")
        await asyncio.wait({serving, asking}, return_when=asyncio.FIRST_COMPLETED)
        # Answers without end see it and end; the server then waits for all others.
        context.stopping.set()
        server.should_exit = True
        await serving
        asking.cancel()
        measuring.cancel()


def _configured(settings: Settings, context: Context) -> uvicorn.Config:
    trusted = settings.api_trusted_proxies
    return uvicorn.Config(
        make_app(context),
        http=PatientProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted or None,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=max(1, round(settings.shutdown_s)),
    )


def _listening(settings: Settings) -> socket.socket:
    try:
        return listen(settings.api_host, settings.api_port, shared=settings.api_share_port)
    except OSError as error:
        words = str(error.strerror).replace("QINGKONG_METRICS_", "QINGKONG_API_")
        raise OSError(error.errno, words) from error


def _health(context: Context) -> Health:
    free = context.database.free()
    return Health(free > 0, {"connections": f"{free} of {context.database.size.most} free"})
