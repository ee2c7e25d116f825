"""What an application holds while it runs, and what a request is known by.

It must not know what is answered.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, cast

from fastapi import Depends
from prometheus_client import CollectorRegistry
from starlette.requests import HTTPConnection

from services.api.database import Database
from services.api.passwords import Passwords
from services.api.rates import Rates
from services.api.registered import Registered
from services.api.scopes import Scopes
from services.runtime.settings import Settings

Clock = Callable[[], datetime]
REQUEST_ID: Final = "qingkong.request_id"
CALLER: Final = "qingkong.caller"
BODY_DIGEST: Final = "qingkong.body_digest"
"""Keys of a request's ASGI scope."""


@dataclass(frozen=True, slots=True)
class Context:
    """All that is shared between requests."""

    settings: Settings
    database: Database
    clock: Clock
    metrics: CollectorRegistry
    open_rates: Rates
    turns: asyncio.Semaphore
    """As many as there are connections: who waits for one holds none, nor a thread."""
    passwords: Passwords = field(default_factory=Passwords)
    scopes: Scopes = field(default_factory=Scopes)
    registered: Registered = field(default_factory=Registered)
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the process is asked to end: whoever answers without end stops then."""


def context_of(connection: HTTPConnection) -> Context:
    """The context of the application that answers."""
    return cast("Context", connection.app.state.context)


def request_id_of(connection: HTTPConnection) -> str:
    """What the request is called in the logs and in the audit log."""
    return cast("str", connection.scope.get(REQUEST_ID, ""))


def settings_of(connection: HTTPConnection) -> Settings:
    return context_of(connection).settings


def now_of(connection: HTTPConnection) -> datetime:
    return context_of(connection).clock()


# Coroutines: FastAPI sends every other function to a thread, which costs more than all of these.
async def _context(connection: HTTPConnection) -> Context:
    return context_of(connection)


async def _request_id(connection: HTTPConnection) -> str:
    return request_id_of(connection)


async def _settings(connection: HTTPConnection) -> Settings:
    return settings_of(connection)


async def _now(connection: HTTPConnection) -> datetime:
    return now_of(connection)


ContextDep = Annotated[Context, Depends(_context)]
RequestId = Annotated[str, Depends(_request_id)]
SettingsDep = Annotated[Settings, Depends(_settings)]
Now = Annotated[datetime, Depends(_now)]
