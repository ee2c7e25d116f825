"""The live feed of a process: one reader numbers what is new, holds it, and wakes who listens.

Listeners are not waited for: each takes what lies behind the number he has come to.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Final, NamedTuple

import structlog

from services.api.context import Context
from services.api.database import Database
from services.api.feed_ring import Item, Ring, Shown, Watch
from services.api.feed_words import greeting, heartbeat, item_of, reset
from services.api.problems import Problem
from services.store.errors import DatabaseError
from services.store.feed import AT_ONCE, Stretch, feed_head, number_new, read_feed
from services.store.pool import PoolBusyError

EVERY_S: Final = 0.2
"""So often the database is looked at while somebody listens: events come in bunches of that time."""
IDLE_S: Final = 2.0
HEARTBEAT_S: Final = 15.0
RENEW_S: Final = 60.0
"""So often it is asked whether a listener still may listen, and to which plants."""
BEHIND: Final = 2000
"""So many numbers are read from the database at once for who is behind."""
FAULTS: Final = (DatabaseError, PoolBusyError)

Renew = Callable[[], Watch]
log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Listener(NamedTuple):
    """Who listens. `position`: the number he has come to, None: he begins now.

    `renew` gives what he may see by now, and raises Problem when he may not listen any more.
    """

    position: int | None
    watch: Watch
    renew: Renew


class _Pace:
    """When a listener is to hear something though there is nothing, and to be asked for again."""

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._spoken = self._renewed = self._clock()

    @property
    def left_s(self) -> float:
        return HEARTBEAT_S - (self._clock() - self._spoken)

    def spoken(self) -> None:
        self._spoken = self._clock()

    def due(self, position: int) -> bytes:
        """A heartbeat, if it is time for one."""
        return heartbeat(position) if self.left_s <= 0 else b""

    async def renewed(self, listener: Listener, watch: Watch) -> Watch | None:
        """What he may see, asked again after a while; None: he may not listen any more."""
        if self._clock() - self._renewed < RENEW_S:
            return watch
        self._renewed = self._clock()
        try:
            return await asyncio.to_thread(listener.renew)
        except Problem:
            return None


class Feed:
    """`run` reads until the application stops; `listen` is asked once for each listener."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ring: Ring | None = None
        self._ended = False
        self._news = asyncio.Event()
        self._wanted = asyncio.Event()
        self.listeners = 0

    @property
    def head(self) -> int:
        """The highest number that this process told; 0: none yet."""
        return 0 if self._ring is None else self._ring.head

    async def run(self) -> None:
        """Read what is new again and again; a fault of the database is told and tried again."""
        faulty = False
        while not self._context.stopping.is_set():
            more = False
            try:
                more = await self._round()
                if faulty:
                    log.info("feed.reads_again", head=self.head)
                faulty = False
            except FAULTS as error:
                if not faulty:
                    log.warning("feed.cannot_read", error=str(error).strip())
                faulty = True
            if not more:
                await self._rest(IDLE_S if faulty else EVERY_S)
        self.end()

    def end(self) -> None:
        """Let every listener go; he comes again and goes on."""
        self._ended = True
        self._tell()

    async def listen(self, listener: Listener) -> AsyncGenerator[bytes]:
        """The stream's text. Ends with the feed; with the right to listen; raises on faults."""
        self.listeners += 1
        self._wanted.set()
        try:
            async for text in self._stream(listener):
                yield text
        finally:
            self.listeners -= 1
            if not self.listeners:
                self._wanted.clear()

    async def _stream(self, listener: Listener) -> AsyncGenerator[bytes]:
        ring = await self._ready()
        if ring is None:
            return
        position, stranger = await self._beginning(ring, listener.position)
        yield reset(position) if stranger else greeting(position)
        pace = _Pace()
        watch: Watch | None = listener.watch
        while watch is not None and not self._ended:
            # Whoever waits for this event misses nothing that is told from here on.
            news = self._news
            shown = ring.since(position, watch) or await self._behind(ring, position, watch)
            position = shown.upto
            text = shown.text or pace.due(position)
            if text:
                yield text
                pace.spoken()
            watch = await pace.renewed(listener, watch)
            if position >= ring.head:
                await _within(news, pace.left_s)

    async def _round(self) -> bool:
        """Number and read once; whether there is more already. Raises FAULTS."""
        ring, database = self._ring, self._context.database
        if ring is None:
            self._ring = Ring(await asyncio.to_thread(_begin, database))
            self._tell()
            return False
        upto, items, more = await asyncio.to_thread(_step, database, ring.head)
        if upto > ring.head:
            ring.tell(upto, items)
            self._tell()
        return more

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def _rest(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if not self.listeners and not self._context.stopping.is_set():
            await _within(self._wanted, IDLE_S)

    async def _ready(self) -> Ring | None:
        while self._ring is None and not self._ended:
            await _within(self._news, HEARTBEAT_S)
        return self._ring

    async def _beginning(self, ring: Ring, asked: int | None) -> tuple[int, bool]:
        """Where a listener goes on, and whether what he named was never given here."""
        if asked is None:
            return ring.head, False
        if asked <= ring.head:
            return asked, False
        # Another process may have numbered what this one has not read yet.
        known = await asyncio.to_thread(_head, self._context.database)
        return (asked, False) if asked <= known else (ring.head, True)

    async def _behind(self, ring: Ring, position: int, watch: Watch) -> Shown:
        """What the ring does not hold any more, a piece at a time."""
        upto = min(position + BEHIND, ring.head)
        items = await asyncio.to_thread(
            _read, self._context.database, Stretch(position, upto, _plants(watch))
        )
        return Shown(upto, b"".join(item.text for item in items if watch.shows(item)))


def _begin(database: Database) -> int:
    """Number all that nobody has numbered yet; the head then. Raises FAULTS."""
    with database.session() as session:
        while number_new(session) >= AT_ONCE:
            pass
        return feed_head(session)


def _head(database: Database) -> int:
    with database.session() as session:
        return feed_head(session)


def _step(database: Database, after: int) -> tuple[int, list[Item], bool]:
    """The head now, what lies behind `after` up to it, and whether there is more. Raises FAULTS."""
    with database.session() as session:
        numbered = number_new(session)
        head = feed_head(session)
        upto = min(head, after + AT_ONCE)
        if upto <= after:
            return after, [], False
        told = read_feed(session, Stretch(after, upto), AT_ONCE)
        return upto, [item_of(one) for one in told], upto < head or numbered >= AT_ONCE


def _read(database: Database, stretch: Stretch) -> list[Item]:
    with database.session() as session:
        return [item_of(one) for one in read_feed(session, stretch, BEHIND)]


def _plants(watch: Watch) -> list[int] | None:
    return None if watch.plants is None else sorted(watch.plants)


async def _within(event: asyncio.Event, seconds: float) -> None:
    """Wait for it, but no longer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(max(seconds, 0)):
            await event.wait()
