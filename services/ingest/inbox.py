"""Messages received and not yet taken, between an MQTT consumer and its one taker.

The broker's Receive Maximum bounds it; it drops nothing that the broker would not deliver again.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

from services.ingest.message import ConsumerClosed, Message


class Inbox:
    """A deque with one taker; nothing leaves it except into the taker's hands."""

    def __init__(self) -> None:
        self._messages: deque[Message] = deque()
        self._arrived = asyncio.Event()
        self._closed = False
        self.payload_bytes = 0

    def __len__(self) -> int:
        return len(self._messages)

    def waiting(self) -> list[Message]:
        return list(self._messages)

    def put(self, messages: Sequence[Message]) -> None:
        self._messages.extend(messages)
        self.payload_bytes += sum([len(message.payload) for message in messages])
        self._arrived.set()

    async def take(self, limit: int, timeout_s: float | None) -> list[Message]:
        """Wait for at least one message; empty after `timeout_s`; ConsumerClosed when closed."""
        try:
            async with asyncio.timeout(timeout_s):
                # Between the end of this wait and the return nothing awaits, so a cancellation
                # finds the messages either still here or with the taker.
                while not self._messages and not self._closed:
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            return []
        if self._closed:
            raise ConsumerClosed("the MQTT consumer is closed")
        return self._pop(limit)

    def drop_redelivered(self) -> None:
        """Forget what the broker will deliver again; messages of QoS 0 come only once."""
        kept = [message for message in self._messages if not message.token]
        self._messages.clear()
        self.payload_bytes = 0
        if kept:
            self.put(kept)

    def close(self) -> None:
        self._closed = True
        self._arrived.set()

    def _pop(self, limit: int) -> list[Message]:
        pop = self._messages.popleft
        taken = [pop() for _ in range(min(limit, len(self._messages)))]
        self.payload_bytes -= sum([len(message.payload) for message in taken])
        return taken
