"""The receiving edge: one MQTT 5 session over TCP or TLS, reconnected for as long as it runs.

Joins the session state machine to a socket and to the clock. It must not know what a payload is.
"""

import asyncio
from collections.abc import Callable, Sequence

from services.ingest.broker import ConsumerSettings, tls_of, wait_s
from services.ingest.events import (
    Cause,
    Closed,
    Connected,
    Event,
    SessionLost,
    Step,
    SubscriptionRefused,
    Unsubscribed,
)
from services.ingest.inbox import Inbox
from services.ingest.link import LEAVE_WITHIN_S, Link
from services.ingest.message import (
    SESSION_NOT_ENDED,
    ConsumerState,
    Message,
    SessionTakenOver,
)
from services.ingest.session import Session
from services.runtime.broker_address import broker_address


class MqttConsumer:
    """The `Consumer` on the `mqtt5` codec.

    `wall_clock_us` gives microseconds since the epoch, UTC, read once per chunk of bytes;
    `random` gives 0 to 1; `on_event` is told everything that happens to the connection.
    """

    def __init__(
        self,
        settings: ConsumerSettings,
        *,
        wall_clock_us: Callable[[], int],
        random: Callable[[], float],
        on_event: Callable[[Event], None],
    ) -> None:
        self._settings = settings
        self._wall_clock_us = wall_clock_us
        self._random = random
        self._on_event = on_event
        self._state = ConsumerState()
        self._inbox = Inbox()
        self._link: Link | None = None
        self._attempt: asyncio.Timeout | None = None
        self._stopping = asyncio.Event()
        self._ready = asyncio.Event()
        self._unsubscribed = asyncio.Event()
        self._expects_session = settings.expects_session
        self._retiring = settings.retiring
        self._paused = False
        self._serial = 0

    @property
    def state(self) -> ConsumerState:
        return self._state

    async def run(self) -> None:
        """Stay connected until `close`; raises SessionTakenOver."""
        failures = 0
        loop = asyncio.get_running_loop()
        try:
            while not self._stopping.is_set():
                started = loop.time()
                await self._connect_and_wait()
                steady = loop.time() - started > self._settings.steady_s
                failures = 0 if steady else failures + 1
                await self._rest(wait_s(self._settings, failures, self._random))
        finally:
            self._stopping.set()
            self._inbox.close()
            if self._link is not None:
                self._link.transport.abort()

    async def ready(self) -> None:
        await self._ready.wait()

    async def take(self, limit: int, timeout_s: float | None) -> list[Message]:
        messages = await self._inbox.take(limit, timeout_s)
        self._regulate()
        return messages

    def acknowledge(self, tokens: Sequence[int]) -> None:
        link = self._link
        if link is not None:
            link.transport.write(
                link.session.acknowledge(tokens, asyncio.get_running_loop().time())
            )

    def pending(self) -> int:
        return len(self._inbox)

    def waiting(self) -> Sequence[Message]:
        return self._inbox.waiting()

    def pause(self) -> None:
        self._paused = True
        self._regulate()

    def resume(self) -> None:
        self._paused = False
        self._regulate()

    async def unsubscribe(self) -> None:
        self._retiring = True
        if self._link is not None:
            self._link.read(wanted=True)
            self._link.send(self._link.session.unsubscribe(asyncio.get_running_loop().time()))
        await self._unsubscribed.wait()

    async def disconnect(self, *, end_session: bool) -> None:
        self._stopping.set()
        self._inbox.close()
        if self._attempt is not None and not self._attempt.expired():
            self._attempt.reschedule(asyncio.get_running_loop().time())
        heard = self._link is not None and await self._link.leave(end_session=end_session)
        if end_session and not heard:
            raise ConnectionError(SESSION_NOT_ENDED)

    async def close(self) -> None:
        await self.disconnect(end_session=False)

    async def _connect_and_wait(self) -> None:
        try:
            link = await self._connect()
        except (OSError, ValueError) as error:  # a time-out is an OSError, a bad host a ValueError
            if not self._stopping.is_set():
                self._report(Closed(Cause.UNREACHABLE, str(error) or type(error).__name__))
            return
        try:
            await link.lost
        finally:
            link.transport.abort()
            self._link = None
            self._serial = link.session.serial
            self._state.connected = False
        if link.end is not None and link.end.cause is Cause.TAKEN_OVER:
            raise SessionTakenOver(self._settings.client_id)

    async def _connect(self) -> Link:
        address = broker_address(self._settings.url)
        context = tls_of(self._settings)
        loop = asyncio.get_running_loop()
        session = Session(
            self._settings,
            expects_session=self._expects_session,
            retiring=self._retiring,
            first_serial=self._serial,
        )
        try:
            async with asyncio.timeout(self._settings.reply_timeout_s) as self._attempt:
                _, link = await loop.create_connection(
                    lambda: Link(session, self._wall_clock_us, self._apply),
                    address.host,
                    address.port,
                    ssl=context,
                    ssl_shutdown_timeout=None if context is None else LEAVE_WITHIN_S,
                )
                return link
        finally:
            self._attempt = None

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    def _apply(self, link: Link, step: Step) -> None:
        self._link = link
        # Events first: on Connected the inbox is cleared of what this very chunk brings again.
        for event in step.events:
            self._report(event)
        if step.messages:
            self._state.messages += len(step.messages)
            before = self._inbox.payload_bytes
            self._inbox.put(step.messages)
            self._state.payload_bytes += self._inbox.payload_bytes - before
        self._regulate()

    def _report(self, event: Event) -> None:
        self._note(event)
        self._on_event(event)

    def _note(self, event: Event) -> None:
        state = self._state
        match event:
            case Connected():
                state.connected, state.connection_error = True, None
                state.connections += 1
                state.refused.clear()
                self._expects_session = True
                self._ready.set()
                # Without a session nothing is redelivered: what is here is then the last copy.
                if event.session_present:
                    self._inbox.drop_redelivered()
            case SessionLost():
                state.session_lost += 1
            case SubscriptionRefused():
                state.refused[event.topic_filter] = event.reason
            case Unsubscribed():
                self._unsubscribed.set()
            case Closed():
                state.connected = False
                state.connection_error = f"{event.cause.value}: {event.detail}"
            case _:
                pass

    def _regulate(self) -> None:
        """Stop reading while the owner wants it, or while QoS 0, which no window bounds, piles up."""
        if self._link is None:
            return
        slack = 1 if self._link.session.suspended else 2
        full = (
            len(self._inbox) > slack * self._settings.receive_maximum
            or self._inbox.payload_bytes > slack * self._settings.max_pending_bytes // 2
        )
        self._link.read(wanted=not (full or self._paused))
