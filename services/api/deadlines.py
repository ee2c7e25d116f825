"""How long anything may take of who asks over the network: to say what he wants, and to be answered.

It must not know what is asked.
"""

import asyncio
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from services.api.context import request_id_of
from services.api.problems import Kinds, Problem, answer

HEAD_S: Final = 20.0


class Deadlines:
    """ASGI: an answer begins within `answer_s`, body and work together; else the caller is told so.

    What was begun goes on to its own end (each query has its time), and nobody hears of it. A piece of
    an answer that is not taken within `answer_s` is the last one.
    """

    def __init__(self, app: ASGIApp, answer_s: float) -> None:
        self._app = app
        self._answer_s = answer_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = _Told(send, self._answer_s)
        failed: Exception | None = None

        async def work() -> None:
            await self._app(scope, receive, told.send)

        try:
            async with asyncio.TaskGroup() as group:
                working = group.create_task(work())
                await asyncio.wait({working}, timeout=self._answer_s)
                if not working.done() and told.give_up():
                    request = Request(scope)
                    given = answer(request, _too_slow(), request_id_of(request))
                    await given(scope, receive, send)
        except ExceptionGroup as found:
            failed = _unforeseen(found)
        if failed is not None:
            raise failed


def _unforeseen(found: ExceptionGroup[Exception]) -> Exception | None:
    """What nobody expected; None: an answer is left without its end, and the server breaks it off."""
    _, others = found.split(NotTakenError)
    if others is None:
        return None
    return others.exceptions[0] if len(others.exceptions) == 1 else others


class NotTakenError(TimeoutError):
    """Whoever asked takes no more."""


class _Told:
    """What leaves, as long as it is not too late."""

    def __init__(self, send: Send, patience_s: float) -> None:
        self._send = send
        self._patience_s = patience_s
        self._begun = self._given_up = False

    def give_up(self) -> bool:
        """Whether nothing has been said yet; from then on nothing will."""
        self._given_up = not self._begun
        return self._given_up

    async def send(self, message: Message) -> None:
        if self._given_up:
            return
        self._begun = True
        try:
            async with asyncio.timeout(self._patience_s):
                await self._send(message)
        except TimeoutError:
            raise NotTakenError from None


def _too_slow() -> Problem:
    return Problem(
        Kinds.TOO_SLOW,
        "未能在时限内答复：请缩小范围；写入可能已经完成，请以同一 Idempotency-Key 重发以确认。",
        "there was no answer in time: ask for less. What was to be written may have been: send it again "
        "under the same Idempotency-Key to see",
        headers={"Connection": "close", "Retry-After": "30"},
    )


class PatientProtocol(H11Protocol):
    """A connection on which the head of a request does not come within `head_s` is closed.

    Else whoever opens connections and says nothing, or a letter a minute, keeps all others out.
    """

    head_s = HEAD_S
    _waits: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] - as its parent
        super().connection_made(transport)
        self._judge()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._judge()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._judge()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._rest()

    def _judge(self) -> None:
        # Before the first request there is no cycle, whatever its type says.
        silent = not self.cycle or self.cycle.response_complete
        if not silent or self.transport.is_closing():
            self._rest()
        elif self._waits is None:
            self._waits = self.loop.call_later(self.head_s, self._give_up)

    def _rest(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _give_up(self) -> None:
        self._waits = None
        self.transport.close()
