"""Publishing what a file holds, as fast as acknowledged or at the pace of its own times.

Edge: the only place of replay that waits and meets the broker.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import aiomqtt

from services.runtime.broker_address import BrokerAddress
from services.simulate.replay_csv import DataError, Timed

IN_FLIGHT: Final = 400


class ReplayError(Exception):
    """The broker did not take everything; the text says what is known and what to do."""


@dataclass(slots=True)
class Told:
    """Messages and bytes that the broker has acknowledged."""

    messages: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Tempo:
    """`speed` times real time, None for as fast as acknowledged; `clock` gives seconds.

    Once `stop` is set nothing more is published, and what is on its way is waited for.
    """

    speed: float | None
    clock: Callable[[], float]
    stop: asyncio.Event | None = None

    @property
    def stopped(self) -> bool:
        return self.stop is not None and self.stop.is_set()


async def replay(
    messages: Iterator[Timed],
    broker: BrokerAddress,
    tls: ssl.SSLContext | None,
    tempo: Tempo,
    told: Told,
) -> None:
    """Publish all messages in their order with QoS 1 and wait for every acknowledgement.

    Raises ReplayError when the broker refuses or goes away, and DataError of `messages` when all
    before it is acknowledged.
    """
    client = aiomqtt.Client(
        broker.host,
        broker.port,
        username=broker.username,
        password=broker.password,
        protocol=aiomqtt.ProtocolVersion.V5,
        tls_context=tls,
        logger=quiet_log(),
        max_inflight_messages=IN_FLIGHT,
        max_concurrent_outgoing_calls=IN_FLIGHT * 2,
    )
    pace = _Pace(tempo)
    source = _Source(messages, tempo)
    try:
        async with client, asyncio.TaskGroup() as publishers:
            for number in range(IN_FLIGHT):
                publishers.create_task(
                    _publish(client, source, pace, told), name=f"publisher {number}"
                )
    except* aiomqtt.MqttError as errors:
        raise ReplayError(
            f"the broker took {told.messages} messages, then: {errors.exceptions[0]}. "
            "Run it again: what is stored already changes nothing."
        ) from errors
    if source.error is not None:
        raise source.error


def quiet_log() -> logging.Logger:
    """A log for the client, which would warn of each publication in flight beyond the tenth."""
    log = logging.getLogger(f"{__name__}.client")
    log.setLevel(logging.ERROR)
    return log


class _Source:
    """The messages up to the first that cannot be told, so that those before it still arrive."""

    def __init__(self, messages: Iterator[Timed], tempo: Tempo) -> None:
        self._messages = messages
        self._tempo = tempo
        self.error: DataError | None = None

    def __iter__(self) -> Iterator[Timed]:
        return self

    def __next__(self) -> Timed:
        if self._tempo.stopped:
            raise StopIteration
        try:
            return next(self._messages)
        except DataError as error:
            self.error = error
            raise StopIteration from error


class _Pace:
    """When a message is due, counted from the first one."""

    def __init__(self, tempo: Tempo) -> None:
        self.tempo = tempo
        self._began: tuple[float, float] | None = None

    async def wait(self, at_s: float) -> None:
        if self.tempo.speed is None:
            return
        if self._began is None:
            self._began = (at_s, self.tempo.clock())
        first_s, began = self._began
        wait_s = (at_s - first_s) / self.tempo.speed - (self.tempo.clock() - began)
        if wait_s > 0 and self.tempo.stop is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self.tempo.stop.wait()
        elif wait_s > 0:
            await asyncio.sleep(wait_s)


async def _publish(
    client: aiomqtt.Client, messages: Iterator[Timed], pace: _Pace, told: Told
) -> None:
    # Taking the next message and handing it to the client happens without a pause between when
    # nothing is to be waited for, so the order of the file is the order on the wire.
    for message in messages:
        await pace.wait(message.at_s)
        if pace.tempo.stopped:
            return
        await client.publish(message.topic, message.payload, qos=1)
        told.messages += 1
        told.size += len(message.payload)
