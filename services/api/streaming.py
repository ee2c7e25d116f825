"""An answer that is sent piece by piece, to somebody who may be slow or gone.

Whoever takes nothing for a while is cut off, and what the pieces are made from is let go at once.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Final

import structlog
from fastapi import Response
from starlette.types import Receive, Scope, Send

PATIENCE_S: Final = 10.0
log: structlog.stdlib.BoundLogger = structlog.get_logger()


class BrokenOffError(Exception):
    """No more pieces can be made; whoever raises it has told why."""


class Stream(Response):
    """Sends the pieces of a generator. One that takes a piece not within `patience_s` is cut off.

    `ended` is called when nothing more will be sent, whyever, and the pieces are let go.
    Where the generator raises BrokenOffError the answer is not ended: the server then breaks the
    connection, and what was sent is known to be a part.
    """

    def __init__(
        self,
        pieces: AsyncGenerator[bytes],
        media_type: str,
        headers: Mapping[str, str],
        patience_s: float = PATIENCE_S,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(media_type=media_type, headers=dict(headers))
        del self.headers["content-length"]
        self._pieces = pieces
        self._patience_s = patience_s
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                pump = group.create_task(self._pump(scope, send))
                gone = group.create_task(_gone(receive))
                gone.add_done_callback(lambda _: pump.cancel())
                pump.add_done_callback(lambda _: gone.cancel())
        finally:
            self._ended()

    async def _pump(self, scope: Scope, send: Send) -> None:
        async with aclosing(self._pieces) as pieces:
            try:
                await self._sent(
                    send,
                    {
                        "type": "http.response.start",
                        "status": self.status_code,
                        "headers": self.raw_headers,
                    },
                )
                async for piece in pieces:
                    if piece:
                        await self._sent(
                            send, {"type": "http.response.body", "body": piece, "more_body": True}
                        )
                await self._sent(
                    send, {"type": "http.response.body", "body": b"", "more_body": False}
                )
            except BrokenOffError:
                return
            except TimeoutError:
                log.info("stream.cut_off", path=scope["path"], patience_s=self._patience_s)

    async def _sent(self, send: Send, message: dict[str, object]) -> None:
        async with asyncio.timeout(self._patience_s):
            await send(message)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
