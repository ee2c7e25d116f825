"""The application: its routes, its limits, what surrounds every answer.

It must not know where it listens, and holds nothing of its own: all is in the context.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import cache
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from services.api.console.rendering import make_console
from services.api.console.routes import PAGES
from services.api.context import Clock, Context
from services.api.database import Database
from services.api.deadlines import Deadlines
from services.api.failures import add_handlers
from services.api.limits import BodyLimits, Limits
from services.api.openapi_document import Documented, operation_id
from services.api.passwords import Passwords
from services.api.problems import MEDIA_TYPE, ProblemDocument
from services.api.rates import Rates
from services.api.request_log import RequestLog, RequestMetrics
from services.api.routers import PREFIX, ROUTERS
from services.api.routes.feed import feeding
from services.api.routes.operation import router as operation
from services.api.security_headers import SecurityHeaders
from services.api.upkeep import keep_up
from services.runtime.api_settings import origins_of
from services.runtime.clock import utc_now
from services.runtime.settings import Settings
from services.store.pool import Pool, PoolSize

SMALL: Final = 1000
"""Bytes under which compressing gains nothing."""
ABOUT: Final = """
Pollution monitoring 污染源自动监控: what was measured, judged and done, from the device to the proof.

Times are ISO 8601 with their offset; answers are in +08:00. Ranges are half-open: `from` ≤ t < `to`.
Errors are RFC 9457 problems, in Chinese or, by `Accept-Language: en`, in English.
People sign in by `POST /api/v1/session`; machines send `Authorization: Bearer qk_…`.
"""


def make_context(
    settings: Settings,
    database: Database,
    clock: Clock = utc_now,
    elapsed: Callable[[], float] = time.monotonic,
    passwords: Passwords | None = None,
) -> Context:
    """What the application will hold."""
    rates = Rates(settings.open_data_per_minute, elapsed)
    return Context(
        *(settings, database, clock, CollectorRegistry(), rates),
        asyncio.Semaphore(settings.api_connections),
        passwords or Passwords(),
    )


def make_pool(settings: Settings, url: str) -> Database:
    """The connections of one process, not opened yet."""
    size = PoolSize(
        most=settings.api_connections, statement_ms=max(1, round(settings.api_statement_s * 1000))
    )
    return Pool(url, "api", "qingkong-api", size)


def make_app(context: Context) -> FastAPI:
    """The application; its lifespan opens the connections and closes them."""
    app = Documented(
        title="Qingkong 晴空",
        version=version("qingkong"),
        description=ABOUT,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        # It would answer with the host that the caller says we are.
        redirect_slashes=False,
        lifespan=_lifespan,
        routes=list(_routes()),
    )
    app.state.context = context
    app.state.console = make_console()
    add_handlers(app)
    _surround(app, context)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """All routes, which hold nothing of an application.

    What each depends on is worked out when it is first asked for: once for a process, which may make
    several applications.
    """
    frame = FastAPI(
        openapi_url=None,
        generate_unique_id_function=operation_id,
        responses={
            "default": {
                "description": "A problem 问题 (RFC 9457)",
                "model": ProblemDocument,
                "content": {MEDIA_TYPE: {}},
            }
        },
    )
    for router in ROUTERS:
        frame.include_router(router, prefix=PREFIX)
    frame.include_router(operation)
    for router in PAGES:
        frame.include_router(router, include_in_schema=False)
    return tuple(frame.router.routes)


def _surround(app: FastAPI, context: Context) -> None:
    """From the innermost to the outermost."""
    settings = context.settings
    limits = Limits(settings.api_body_bytes, settings.api_body_s)
    app.add_middleware(BodyLimits, limits=limits)
    app.add_middleware(GZipMiddleware, minimum_size=SMALL, compresslevel=5)
    origins = origins_of(settings.api_cors_origins)
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Idempotency-Key", "If-Match", "Last-Event-ID"],
            expose_headers=[
                *("ETag", "Qingkong-Position", "X-Request-ID", "Retry-After"),
                *("Qingkong-Manifest", "Content-Disposition", "Link"),
            ],
        )
    app.add_middleware(Deadlines, answer_s=settings.api_answer_s)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog, metrics=RequestMetrics(context.metrics))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    context: Context = app.state.context
    await asyncio.to_thread(context.database.open)
    try:
        async with feeding(app), asyncio.TaskGroup() as group:
            upkeep = group.create_task(keep_up(context), name="upkeep")
            try:
                yield
            finally:
                context.stopping.set()
                upkeep.cancel()
    finally:
        await asyncio.to_thread(context.database.close)
