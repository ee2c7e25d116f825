"""The wish to stop, as an event: the first signal asks, the second does not ask again."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@asynccontextmanager
async def stop_event() -> AsyncGenerator[asyncio.Event, None]:
    """An event that the first SIGTERM or SIGINT sets, in the main thread's loop.

    From then on the signals do what they do by themselves, so a second one ends the process at
    once. What was installed before is put back at the end.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}

    def first() -> None:
        stop.set()
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, first)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


async def stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until somebody wishes to stop; whether he does."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True
