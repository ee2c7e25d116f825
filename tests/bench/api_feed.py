"""500 listeners in ten scopes at 20 events a second: from the commit to each of them."""

import asyncio
import json
import tempfile
import time
from pathlib import Path

import psycopg

from schemas.access import Role, Scope
from services.embedded.servers import ServerSettings
from services.store.connection import connect_now
from services.store.migrations import migrate
from tests.bench.rules_server import server
from tests.fixtures.listening import Stream, alerted, listening
from tests.fixtures.registry import stored
from tests.fixtures.serving import serving, token_of

SCOPES = 10
LISTENERS = 500
EVENTS = 400
EVERY_S = 0.05


def run() -> dict[str, float]:
    """Of ten scopes nine see two plants in ten each, and one sees all."""
    with server(ServerSettings()) as url, tempfile.TemporaryDirectory() as folder:
        migrate(url)
        with psycopg.connect(url, autocommit=True) as owner:
            stored(owner, _registry())
        tokens = [token_of(url, f"o{one}", Role.OPERATOR, _scope(one)) for one in range(SCOPES)]
        with serving(url, Path(folder)) as served:
            waits, missed = asyncio.run(_heard(served.base, url, tokens))
    waits.sort()
    return {
        "api.feed_p50_s": waits[len(waits) // 2],
        "api.feed_p99_s": waits[len(waits) * 99 // 100],
        "api.feed_worst_s": waits[-1],
        "api.feed_told": len(waits),
        "api.feed_missed": missed,
    }


def _registry() -> str:
    lines = ["plants:"]
    for one in range(SCOPES):
        lines += [f"  - code: P{one}", f"    name: 第{one}厂", "    region: 1505"]
    return "\n".join(lines)


def _scope(one: int) -> Scope:
    if one == 0:
        return Scope()
    return Scope(plants=frozenset({one, one + 1}))


async def _heard(base: str, url: str, tokens: list[str]) -> tuple[list[float], int]:
    """Seconds from each commit to each listener, and how many events somebody did not hear."""
    committed: dict[int, float] = {}
    plants: dict[int, int] = {}
    waits: list[float] = []
    heard = [0] * LISTENERS
    begun = asyncio.Semaphore(0)
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(
                _listen(base, tokens[one % SCOPES], (one, heard, committed, waits, begun))
            )
            for one in range(LISTENERS)
        ]
        for _ in range(LISTENERS):
            await begun.acquire()
        await asyncio.to_thread(_write, url, committed, plants)
        await asyncio.sleep(3)
        over.set()
        for task in tasks:
            task.cancel()
    wanted = [_wanted(one % SCOPES, plants) for one in range(LISTENERS)]
    return waits, sum(abs(one - two) for one, two in zip(wanted, heard, strict=True))


def _wanted(scope: int, plants: dict[int, int]) -> int:
    seen = range(1, SCOPES + 1) if scope == 0 else (scope, scope + 1)
    return sum(plants.get(plant, 0) for plant in seen)


def _write(url: str, committed: dict[int, float], plants: dict[int, int]) -> None:
    with connect_now(url, "alerts", "bench") as session:
        began = time.monotonic()
        for number in range(EVENTS):
            plant = 1 + number % SCOPES
            event = alerted(session, plant)
            committed[event] = time.monotonic()
            plants[plant] = plants.get(plant, 0) + 1
            time.sleep(max(0, began + (number + 1) * EVERY_S - time.monotonic()))


async def _listen(
    base: str,
    token: str,
    shared: tuple[int, list[int], dict[int, float], list[float], asyncio.Semaphore],
) -> None:
    one, heard, committed, waits, begun = shared
    async with listening(base, token) as stream:
        await stream.begun()
        begun.release()
        while True:
            number = await _next(stream)
            heard[one] += 1
            waits.append(time.monotonic() - committed.get(number, time.monotonic()))


async def _next(stream: Stream) -> int:
    """The key of the next case: cases and their events are numbered alike here."""
    return (await stream.hear(60)).key


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
