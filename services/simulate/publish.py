"""Virtual loggers on the air: a connection and an account each, MQTT 5, QoS 1, as real ones.

Edge: the only place of the fleet that waits and meets the broker.
"""

import asyncio
import random
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import aiomqtt
import structlog

from services.runtime.backoff import Backoff
from services.simulate.plant import VirtualLogger
from services.simulate.schedule import Pace, due

_LATEST_S = 120


@dataclass(frozen=True)
class Station:
    """Where the fleet publishes: the broker, a password per MN, and the clock (unix seconds)."""

    host: str
    port: int
    passwords: Mapping[str, str] = field(repr=False)
    clock: Callable[[], float]
    tls: ssl.SSLContext | None = None


async def publish_fleet(loggers: Sequence[VirtualLogger], station: Station, pace: Pace) -> None:
    """Publish what each logger has to say as its time comes; runs until cancelled."""
    async with asyncio.TaskGroup() as fleet:
        for logger in loggers:
            fleet.create_task(_keep_publishing(logger, station, pace), name=f"logger {logger.mn}")


async def _keep_publishing(logger: VirtualLogger, station: Station, pace: Pace) -> None:
    """A connection after the other, at growing intervals; what was missed meanwhile comes first."""
    log = structlog.stdlib.get_logger(__name__).bind(mn=logger.mn)
    spoken = _Spoken(int(station.clock()))
    backoff = Backoff()
    chance = random.Random(logger.mn).random  # noqa: S311 - spreads reconnects, guards nothing
    while True:
        before = spoken.until_s
        try:
            await _speak(logger, station, pace, spoken)
        except aiomqtt.MqttError as error:
            backoff = backoff.after_failure() if spoken.until_s == before else Backoff()
            log.warning("logger_offline", error=str(error))
        await asyncio.sleep(backoff.wait_s(chance))


@dataclass(slots=True)
class _Spoken:
    """The second up to which all has been published and acknowledged."""

    until_s: int


async def _speak(logger: VirtualLogger, station: Station, pace: Pace, spoken: _Spoken) -> None:
    client = aiomqtt.Client(
        station.host,
        station.port,
        username=logger.mn,
        password=station.passwords[logger.mn],
        identifier=logger.mn,
        protocol=aiomqtt.ProtocolVersion.V5,
        tls_context=station.tls,
    )
    async with client:
        while True:
            now = station.clock()
            # A logger keeps a while of what it could not send, not a whole outage.
            for at_s in range(max(spoken.until_s, int(now) - _LATEST_S) + 1, int(now) + 1):
                for message in due(logger, pace, at_s):
                    await client.publish(message.topic, message.payload, qos=1)
                spoken.until_s = at_s
            await asyncio.sleep(1 - now % 1)
