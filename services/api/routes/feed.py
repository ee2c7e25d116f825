"""The live feed: what happens to alerts and orders, while it happens."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request
from starlette.requests import HTTPConnection

from schemas.alert import AlertKind, Severity
from services.api.access import CallerDep, Sight, require
from services.api.callers import Caller, may
from services.api.context import Context, ContextDep
from services.api.feed import Feed, Listener
from services.api.feed_ring import Watch
from services.api.feed_words import position_of
from services.api.identity import identified
from services.api.models.feed import FeedEvent
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, not_found
from services.api.streaming import Stream

MEDIA_TYPE: Final = "text/event-stream"
MOST_LISTENERS: Final = 800
"""Others are to have connections too."""
UNBUFFERED: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@asynccontextmanager
async def feeding(app: FastAPI) -> AsyncGenerator[None]:
    """The reader lives as long as the application."""
    feed = Feed(cast("Context", app.state.context))
    app.state.feed = feed
    async with asyncio.TaskGroup() as group:
        reader = group.create_task(feed.run())
        yield
        feed.end()
        reader.cancel()


router = APIRouter(tags=["feed 实时推送"])


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody wants to hear of."""

    region: str | None
    plant: str | None
    about: frozenset[str] | None
    kinds: frozenset[str] | None
    severities: frozenset[str] | None

    def watch(self, sight: Sight) -> Watch:
        """Of it what the caller may see. Raises Problem."""
        plants = sight.plants_in(self.region)
        if self.plant is not None:
            wanted = sight.plant(self.plant).id
            plants = [wanted] if plants is None or wanted in plants else []
        seen = None if plants is None else frozenset(plants)
        return Watch(seen, self.about, self.kinds, self.severities)


def filter_of(
    region: Annotated[
        str | None, Query(max_length=12, description="A region with all below it 行政区划代码")
    ] = None,
    plant: Annotated[str | None, Query(max_length=100, description="A plant's code 企业")] = None,
    about: Annotated[
        list[Literal["alert", "order"]] | None, Query(description="Alerts, orders, or both 类别")
    ] = None,
    kind: Annotated[
        list[AlertKind] | None, Query(description="Of alerts: only these kinds 告警类型")
    ] = None,
    severity: Annotated[
        list[Severity] | None, Query(description="Of alerts: only these severities 级别")
    ] = None,
) -> Filter:
    return Filter(region, plant, _words(about), _words(kind), _words(severity))


def feed_of(connection: HTTPConnection) -> Feed:
    return cast("Feed", connection.app.state.feed)


FilterDep = Annotated[Filter, Depends(filter_of)]
FeedDep = Annotated[Feed, Depends(feed_of)]
LAST = Header(
    alias="Last-Event-ID",
    max_length=40,
    description="The id of the last event that came: all that lies behind it follows. "
    "Absent: what happens from now on.",
)
BEGUN = Query(
    alias="last",
    max_length=40,
    description="The same for whoever cannot send the header when he first asks, as a browser's "
    "EventSource; the header counts where both are given.",
)


def position_asked(
    last: Annotated[str | None, LAST] = None, begun: Annotated[str | None, BEGUN] = None
) -> int | None:
    """The number that somebody has come to. Raises Problem when what he names is none of ours."""
    try:
        return position_of(last if last and last.strip() else begun)
    except ValueError:
        raise Problem(
            Kinds.BAD_REQUEST,
            "Last-Event-ID 应为本推送给出的事件 id。",
            "Last-Event-ID is the id of an event of this feed: leave it out to begin now",
        ) from None


def listener_of(
    request: Request,
    context: ContextDep,
    caller: CallerDep,
    wanted: FilterDep,
    position: Annotated[int | None, Depends(position_asked)],
) -> Listener:
    """Who listens. Raises Problem."""

    def watch(by: Caller) -> Watch:
        # Taken and given back at once: after a restart all listeners come at the same time, and who
        # held a connection while he waits for a thread would keep both from the others.
        with context.database.session() as session:
            return wanted.watch(Sight(session, context, by))

    def renewed() -> Watch:
        found = identified(request, context)
        if not may(found, Permission.READ_FEED):
            raise not_found()
        return watch(found)

    return Listener(position, watch(caller), renewed)


@router.get(
    "/feed",
    summary="What happens to alerts and orders, live 实时事件流",
    dependencies=[require(Permission.READ_FEED)],
    response_class=Stream,
    status_code=200,
    responses={
        200: {
            "model": FeedEvent,
            "description": "Server-sent events: `alert` and `order`, each with a `FeedEvent` as its data; "
            "`reset` when Last-Event-ID is of no feed of ours (read the lists again); `heartbeat` 心跳 "
            "when nothing else came for 15 s: it has no id, and its data names the number come to.",
            "content": {MEDIA_TYPE: {}},
        },
        404: {},
    },
)
async def read_feed(
    feed: FeedDep,
    listener: Annotated[Listener, Depends(listener_of)],
) -> Stream:
    """Server-sent events 服务器推送事件.

    Each has an id; after a break send the last one as `Last-Event-ID` (browsers do so themselves),
    and nothing is missed and nothing comes twice.

    Events come in bunches of at most a quarter of a second. Where there is none for 15 s, an event
    `heartbeat` tells that the connection lives (a comment says the same to who reads those): when
    nothing at all comes for three times as long, close it and connect again, for a computer that
    slept or a router that forgot the connection breaks it without a word. Whoever takes nothing for
    10 s is cut off, and goes on where he was when he comes again.
    """
    if feed.listeners >= MOST_LISTENERS:
        raise Problem(
            Kinds.UNAVAILABLE,
            "实时推送的连接数已满，请稍后再试。",
            "too many listen already: try again later",
            headers={"Retry-After": "30"},
        )
    return Stream(feed.listen(listener), MEDIA_TYPE, UNBUFFERED)


def _words(
    some: list[AlertKind] | list[Severity] | list[Literal["alert", "order"]] | None,
) -> frozenset[str] | None:
    return None if some is None else frozenset(str(one) for one in some)
