"""One connection to the broker: joins a session to a transport and to the event loop's clock."""

import asyncio
from collections.abc import Callable

from services.ingest.events import Cause, Closed, Step
from services.ingest.session import Session

LEAVE_WITHIN_S = 2.0


class Link(asyncio.Protocol):
    """One connection: carries bytes between its transport and its session."""

    transport: asyncio.Transport

    def __init__(
        self,
        session: Session,
        wall_clock_us: Callable[[], int],
        apply: Callable[["Link", Step], None],
    ) -> None:
        self.session = session
        self._wall_clock_us = wall_clock_us
        self._apply = apply
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self.end: Closed | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - narrows asyncio's own type
        self.transport = transport
        self._apply(self, Step())  # the owner knows of it before it can be asked to leave
        self.send(self.session.connect(self._loop.time()))

    def data_received(self, data: bytes) -> None:
        self._take(self.session.receive(data, self._loop.time(), self._wall_clock_us()))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self.session.closed:
            self.session.disconnect(end_session=False)
            self.end = Closed(Cause.SERVER_LEFT, str(exc or "the connection was cut"))
            self._apply(self, Step(events=[self.end]))
        if not self.lost.done():
            self.lost.set_result(None)

    def send(self, data: bytes) -> None:
        """Write, and set the timer anew: what is sent may ask for an answer in time."""
        self.transport.write(data)
        self._set_timer()

    def read(self, wanted: bool) -> None:  # noqa: FBT001 - the one thing this is about
        """Let the socket fill up, or read on; never while an answer is awaited."""
        suspend = not wanted and self.session.settled
        if suspend and not self.session.suspended:
            self.session.suspend()
            self.transport.pause_reading()
            self._set_timer()
        elif wanted and self.session.suspended:
            self.session.resume(self._loop.time())
            self.transport.resume_reading()
            self._set_timer()

    async def leave(self, *, end_session: bool) -> bool:
        """Send DISCONNECT behind everything already written; cut the wire if that takes long.

        True when the broker closed the connection upon it.
        """
        farewell = self.session.disconnect(end_session=end_session)
        if farewell:
            # The broker closes on DISCONNECT. To close first, with bytes of its own unread here,
            # would reset the connection under the last acknowledgements.
            self.transport.write(farewell)
            self.transport.resume_reading()
            await asyncio.wait([self.lost], timeout=LEAVE_WITHIN_S)
        heard = bool(farewell) and self.lost.done()
        self.transport.abort()
        return heard

    def _take(self, step: Step) -> None:
        if step.send:
            self.transport.write(step.send)
        self._apply(self, step)
        for event in step.events:
            if isinstance(event, Closed):
                self.end = event
                self._hang_up()
        if step.send or step.events:
            self._set_timer()

    def _hang_up(self) -> None:
        # close() waits for what a peer that no longer reads will never take.
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        deadline = self.session.next_deadline()
        self._timer = None if deadline is None else self._loop.call_at(deadline, self._tick)

    def _tick(self) -> None:
        self._take(self.session.tick(self._loop.time()))
        self._set_timer()
