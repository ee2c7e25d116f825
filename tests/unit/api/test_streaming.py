"""What is streamed ends as it should, is broken off, or is cut off; and its source is always let go."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.types import Message, Scope

from services.api.streaming import BrokenOffError, Stream

SCOPE: Scope = {"type": "http", "path": "/x"}


class Peer:
    """Takes what is sent; stalls from the `stalls`-th message on, and goes away when told."""

    def __init__(self, stalls: int = 1_000) -> None:
        self.sent: list[Message] = []
        self.stalls = stalls
        self.gone = asyncio.Event()

    async def send(self, message: Message) -> None:
        if len(self.sent) >= self.stalls:
            await asyncio.Event().wait()
        self.sent.append(message)

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    @property
    def whole(self) -> bool:
        return self.sent[-1].get("more_body") is False


class Source:
    """Gives pieces, and knows whether it was let go."""

    def __init__(self, pieces: int, error: type[Exception] | None = None) -> None:
        self.pieces = pieces
        self.error = error
        self.closed = False
        self.ended: list[bool] = []

    def end(self) -> None:
        self.ended.append(self.closed)

    async def give(self) -> AsyncGenerator[bytes]:
        try:
            for number in range(self.pieces):
                yield b"" if number == 1 else b"x"
                await asyncio.sleep(0)
            if self.error is not None:
                raise self.error
        finally:
            self.closed = True


def stream(source: Source, patience_s: float = 5) -> Stream:
    return Stream(source.give(), "text/plain", {"X-A": "b"}, patience_s, source.end)


async def test_pieces_come_one_by_one_and_empty_ones_not_at_all() -> None:
    peer, source = Peer(), Source(4)

    await stream(source)(SCOPE, peer.receive, peer.send)

    assert [message.get("body") for message in peer.sent[1:]] == [b"x", b"x", b"x", b""]
    assert (b"x-a", b"b") in peer.sent[0]["headers"]
    assert (peer.whole, source.closed) == (True, True)
    assert source.ended == [True]


async def test_who_takes_nothing_is_cut_off() -> None:
    peer, source = Peer(stalls=3), Source(1_000)

    async with asyncio.timeout(5):
        await stream(source, patience_s=0.05)(SCOPE, peer.receive, peer.send)

    assert (peer.whole, source.closed, source.ended) == (False, True, [True])


async def test_what_breaks_off_does_not_look_whole() -> None:
    peer, source = Peer(), Source(2, BrokenOffError)

    await stream(source)(SCOPE, peer.receive, peer.send)

    assert (peer.whole, source.closed) == (False, True)


async def test_what_nobody_expected_is_not_hidden() -> None:
    peer, source = Peer(), Source(2, ZeroDivisionError)

    with pytest.RaisesGroup(ZeroDivisionError):
        await stream(source)(SCOPE, peer.receive, peer.send)

    assert source.closed
    assert source.ended == [True]


async def test_who_goes_away_lets_the_source_go() -> None:
    peer, source = Peer(stalls=3), Source(1_000)

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(stream(source)(SCOPE, peer.receive, peer.send))
        await asyncio.sleep(0.05)
        peer.gone.set()

    assert source.closed
    assert source.ended == [True]
