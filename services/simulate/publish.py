"""Virtual loggers on the air as they live: a connection and an account each, MQTT 5, QoS 1.

Edge: the only place of the fleet that waits and meets the broker.
"""

import asyncio
import random
import ssl
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Final

import aiomqtt
import structlog

from services.runtime.backoff import Backoff
from services.simulate.outgoing import Air, Outgoing
from services.simulate.replay import quiet_log

AHEAD_S: Final = 30.0
"""So long before an hour begins it is worked out."""
LOOK_S: Final = 1.0
MOST_AT_ONCE: Final = 20
"""Messages of one device in flight, where several are due."""


@dataclass(frozen=True)
class Station:
    """Where the fleet publishes: the broker, a password per account, and the clock (unix seconds).

    `sent` hears of each message that the broker has taken.
    """

    host: str
    port: int
    passwords: Mapping[str, str] = field(repr=False)
    clock: Callable[[], float]
    sent: Callable[[Outgoing], None]
    tls: ssl.SSLContext | None = None


async def publish_fleet(air: Air, station: Station) -> None:
    """Publish what each device has to say as its time comes; ends with the air, or cancelled."""
    waiting = {account: _Waiting() for account in air.accounts()}
    async with asyncio.TaskGroup() as fleet:
        tasks = [
            fleet.create_task(_keep_publishing(account, queue, station), name=f"logger {account}")
            for account, queue in waiting.items()
        ]
        try:
            lots = air.lots(in_order=True)
            while (lot := await asyncio.to_thread(_next_lot, lots)) is not None:
                for one in lot:
                    waiting[one.account].put(one)
                if lot:
                    await _until(lot[-1].at_s - AHEAD_S, station)
            for queue in waiting.values():
                await queue.empty.wait()
        finally:
            for queue in waiting.values():
                queue.over = True
        for task in tasks:
            task.cancel()


def _next_lot(lots: Iterator[Iterable[Outgoing]]) -> list[Outgoing] | None:
    lot = next(lots, None)
    return None if lot is None else list(lot)


async def _until(at_s: float, station: Station) -> None:
    while True:
        left_s = at_s - station.clock()
        if left_s <= 0:
            return
        # In small steps: the wall clock may be set, and goes on while the machine sleeps.
        await asyncio.sleep(min(left_s, LOOK_S))


class _Waiting:
    """What an account has still to publish, in the order of time."""

    def __init__(self) -> None:
        self._messages: deque[Outgoing] = deque()
        self._more = asyncio.Event()
        self.over = False
        """No more is to be published; beside the cancelling, which connecting may lose (3.11)."""
        self.empty = asyncio.Event()
        self.empty.set()

    def put(self, message: Outgoing) -> None:
        self._messages.append(message)
        self.empty.clear()
        self._more.set()

    async def first(self) -> Outgoing:
        await self._more.wait()
        return self._messages[0]

    def due(self, now_s: float, most: int) -> list[Outgoing]:
        """Those whose time has come, the first one in any case."""
        first, *others = islice(self._messages, most)
        return [first, *takewhile(lambda each: each.at_s <= now_s, others)]

    def taken(self) -> None:
        self._messages.popleft()
        if not self._messages:
            self._more.clear()
            self.empty.set()


async def _keep_publishing(account: str, waiting: _Waiting, station: Station) -> None:
    """A connection after the other, at growing intervals; what was missed meanwhile comes first."""
    log = structlog.stdlib.get_logger(__name__).bind(account=account)
    backoff = Backoff()
    chance = random.Random(account).random  # noqa: S311 - spreads reconnects, guards nothing
    spoken = _Spoken()
    while not waiting.over:
        before = spoken.messages
        try:
            await _speak(account, waiting, station, spoken)
        except* aiomqtt.MqttError as errors:
            backoff = backoff.after_failure() if spoken.messages == before else Backoff()
            log.warning("logger_offline", error=str(errors.exceptions[0]))
        await asyncio.sleep(backoff.wait_s(chance))


@dataclass(slots=True)
class _Spoken:
    """How many messages the broker has taken."""

    messages: int = 0


async def _speak(account: str, waiting: _Waiting, station: Station, spoken: _Spoken) -> None:
    client = aiomqtt.Client(
        station.host,
        station.port,
        username=account,
        password=station.passwords[account],
        identifier=account,
        protocol=aiomqtt.ProtocolVersion.V5,
        tls_context=station.tls,
        logger=quiet_log(),
    )
    async with client:
        while not waiting.over:
            message = await waiting.first()
            await _until(message.at_s, station)
            due = waiting.due(station.clock(), MOST_AT_ONCE)
            async with asyncio.TaskGroup() as publications:
                for each in due:
                    publications.create_task(client.publish(each.topic, each.payload, qos=1))
            for each in due:
                waiting.taken()
                spoken.messages += 1
                station.sent(each)
