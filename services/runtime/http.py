"""A process's own two pages: /metrics for Prometheus and /healthz for whoever restarts it.

It must not know what is measured or what being well means: both are handed in.
"""

import socket
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import orjson
import uvicorn
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

# A scrape takes milliseconds; one that takes longer than this is not waited for.
SHUTDOWN_S = 2

Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the process does its work, and what each part of it says in a few words."""

    ok: bool
    checks: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class _Page:
    status: int
    content_type: str
    body: bytes


def pages(registry: CollectorRegistry, health: Callable[[], Health]) -> App:
    """The ASGI application: /metrics from `registry`, /healthz 200 or 503 from `health`."""

    async def app(scope: Message, _receive: Receive, send: Send) -> None:
        page = _page(str(scope.get("path", "")), registry, health)
        length = str(len(page.body)).encode()
        headers = [
            (b"content-type", page.content_type.encode()),
            (b"content-length", length),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": page.status, "headers": headers})
        body = b"" if scope.get("method") == "HEAD" else page.body
        await send({"type": "http.response.body", "body": body})

    return app


def _page(path: str, registry: CollectorRegistry, health: Callable[[], Health]) -> _Page:
    if path == "/metrics":
        return _Page(200, CONTENT_TYPE_LATEST, generate_latest(registry))
    if path == "/healthz":
        found = health()
        body = orjson.dumps({"ok": found.ok, "checks": found.checks})
        return _Page(200 if found.ok else 503, "application/json", body)
    return _Page(404, "text/plain", b"only /metrics and /healthz are here\n")


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A listening TCP socket; port 0 takes a free one, told by `getsockname()[1]`.

    `shared`: with others that say the same; the kernel deals the connections out among them. Raises OSError, in words that name the settings, when the address cannot be had.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, reuse_port=shared)
    except OSError as error:
        raise OSError(
            error.errno,
            f"cannot listen on {host} port {port} ({error.strerror}): another process has it, or "
            "QINGKONG_METRICS_HOST is not this host's; set QINGKONG_METRICS_PORT to another or 0",
        ) from error
    # Connections inherit it. Else the end of each answer waits 40 ms for the beginning's ACK: asyncio
    # sees to that only where a socket names its protocol, and this one does not.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


class _GuestServer(uvicorn.Server):
    """A uvicorn server in somebody else's process: signals are not its business."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def serve(app: App, listening: socket.socket) -> None:
    """Answer until cancelled; then finish what is being answered, for SHUTDOWN_S at most."""
    server = _GuestServer(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            http="h11",
            interface="asgi3",
            timeout_graceful_shutdown=SHUTDOWN_S,
        )
    )
    with listening:
        try:
            await server.serve(sockets=[listening])
        finally:
            if server.started:
                await server.shutdown(sockets=[listening])
