"""Each request by a name of its own: in the log, in the metrics, in the answer's header.

It must not know what is answered, and tells no query, header or body: they may hold secrets.
"""

import re
import secrets
import time
from dataclasses import dataclass
from typing import Final, cast

import structlog
from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.callers import Caller
from services.api.context import CALLER, REQUEST_ID
from services.api.failures import unforeseen

LOG = structlog.stdlib.get_logger("qingkong.access")
HEADER: Final = "X-Request-ID"
GIVEN: Final = re.compile(r"[0-9A-Za-z._-]{1,64}")
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0)
NOWHERE: Final = "none"
INTERNAL: Final = 500
QUIET: Final = frozenset({"/healthz", "/readyz"})


class RequestMetrics:
    """What is measured of requests, by the route's template: paths are without number."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.seconds = Histogram(
            "qingkong_api_request_seconds",
            "Time to the end of the answer. A rise of one route: its query needs an index.",
            ["method", "route"],
            buckets=BUCKETS,
            registry=registry,
        )
        self.answers = Counter(
            "qingkong_api_answers",
            "Answers by status. 5xx rise: see the log; 401 and 429: somebody tries passwords.",
            ["method", "route", "status"],
            registry=registry,
        )


@dataclass(slots=True)
class _Answered:
    """How an answer goes on."""

    status: int = 0
    bytes_out: int = 0
    ended: bool = False


class RequestLog:
    """ASGI: gives each request its id, and tells of its end."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = secrets.token_hex(8)
        scope[REQUEST_ID] = name
        answered = _Answered()
        begun = time.perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered.status = cast("int", message["status"])
                MutableHeaders(scope=message)[HEADER] = name
            elif message["type"] == "http.response.body":
                answered.bytes_out += len(cast("bytes", message.get("body", b"")))
                answered.ended = not message.get("more_body", False)
            await send(message)

        try:
            await self._app(scope, receive, counted)
        except Exception:
            LOG.exception("unforeseen", request_id=name)
            if answered.status:
                # Half an answer must not look whole: the server breaks the connection off.
                raise
            await unforeseen(Request(scope))(scope, receive, counted)
        finally:
            self._tell(scope, answered, time.perf_counter() - begun)

    def _tell(self, scope: Scope, answered: _Answered, seconds: float) -> None:
        method, route = _method(scope), route_of(scope)
        self._metrics.seconds.labels(method, route).observe(seconds)
        status = answered.status or INTERNAL
        self._metrics.answers.labels(method, route, str(status)).inc()
        if route in QUIET:
            return
        found = scope.get(CALLER)
        caller = found if isinstance(found, Caller) else None
        LOG.info(
            "request",
            request_id=cast("str", scope[REQUEST_ID]),
            given_id=_given(Headers(scope=scope)),
            method=method,
            route=route,
            path=cast("str", scope["path"]),
            status=status,
            ms=round(seconds * 1000, 1),
            bytes=answered.bytes_out,
            whole=answered.ended,
            account=None if caller is None else caller.account,
            way=None if caller is None else caller.way,
            address=_address(scope),
        )


def route_of(scope: Scope) -> str:
    """The template of the route that answered, without the prefix that all share."""
    return str(getattr(scope.get("route"), "path", NOWHERE))


def _method(scope: Scope) -> str:
    method = cast("str", scope["method"])
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return method if method in known else "other"


def _given(headers: Headers) -> str | None:
    given = headers.get(HEADER)
    return given if given and GIVEN.fullmatch(given) else None


def _address(scope: Scope) -> str | None:
    client = cast("tuple[str, int] | None", scope.get("client"))
    return client[0] if client else None
