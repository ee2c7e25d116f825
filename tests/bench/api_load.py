"""Asks on a fixed schedule, whatever the answers take: what waits in a queue counts as waiting.

A client of few lines over kept connections, so that asking costs little beside answering.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

MOST = 64
"""Connections at once; a request beyond waits for one, and its time goes on."""
PATIENCE_S = 30.0


class Wish(NamedTuple):
    """A request: what it counts as, and its target."""

    kind: str
    target: str


class Answer(NamedTuple):
    """What came of one: seconds from when it was due to its last byte."""

    kind: str
    seconds: float
    status: int
    bytes: int


@dataclass
class Asker:
    """Asks one server with a token over connections that are kept."""

    host: str
    port: int
    token: str
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(
        default_factory=list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
    )

    async def ask(self, target: str) -> tuple[int, int]:
        """The status and the bytes of the body."""
        head = f"GET {target} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self.token}\r\n\r\n"
        while self.idle:
            reader, writer = self.idle.pop()
            # The server ends what was idle for long; nothing of an answer has come then.
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                return await self._asked(reader, writer, head.encode())
            writer.close()
        return await self._asked(
            *await asyncio.open_connection(self.host, self.port), head.encode()
        )

    async def _asked(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
    ) -> tuple[int, int]:
        writer.write(head)
        told = await reader.readuntil(b"\r\n\r\n")
        length = int(told.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        self.idle.append((reader, writer))
        return int(told[9:12]), length

    def close(self) -> None:
        for _, writer in self.idle:
            writer.close()


async def asked(asker: Asker, wishes: Sequence[Wish], every_s: float) -> list[Answer]:
    """One wish each `every_s` from now on; the answers in the order they came."""
    answers: list[Answer] = []
    free = asyncio.Semaphore(MOST)

    async def one(wish: Wish, due: float) -> None:
        async with free, asyncio.timeout(PATIENCE_S):
            status, length = await asker.ask(wish.target)
        answers.append(Answer(wish.kind, time.perf_counter() - due, status, length))

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for place, wish in enumerate(wishes):
            due = began + place * every_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(one(wish, due))
    return answers


async def one_by_one(asker: Asker, targets: Sequence[str]) -> list[float]:
    """Each when the one before is answered; the seconds of each."""
    taken: list[float] = []
    for target in targets:
        began = time.perf_counter()
        status, _ = await asker.ask(target)
        assert status == 200, f"{status} for {target}"
        taken.append(time.perf_counter() - began)
    return taken
