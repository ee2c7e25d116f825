"""Taking a slot away: adopt its session, unsubscribe, drain what is queued, end the session."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

from services.ingest.draft import Draft, Memory
from services.ingest.from_settings import clock_guard, consumer_settings
from services.ingest.message import Message
from services.ingest.metrics import IngestMetrics
from services.ingest.mqtt import MqttConsumer
from services.ingest.registry_copy import lookup_of
from services.ingest.writer import Writer
from services.runtime.clock import wall_clock_us
from services.runtime.seal import opener_of
from services.runtime.settings import Settings
from services.store.connection import connect
from services.store.registry import load_lookup


class SlotHeldError(Exception):
    """A running worker holds the slot; stop it, or lower its number of slots, first."""


class BrokerAwayError(Exception):
    """The broker does not answer; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Retirement:
    """A slot on its way out: its writer, its consumer, and how a message becomes a batch."""

    settings: Settings
    writer: Writer
    consumer: MqttConsumer
    quiet_s: float

    async def run(self) -> int:
        """Store what the session holds and end it; the number of messages stored."""
        async with asyncio.TaskGroup() as group:
            receiving = group.create_task(self.consumer.run(), name="receive")
            await _reach(self.consumer, self.settings.shutdown_s)
            stored = 0
            # Only a connection on which the filters are gone, and that lasted, was really emptied.
            while True:
                connection = self.consumer.state.connections
                await self.consumer.unsubscribe()
                stored += await self._drain()
                state = self.consumer.state
                if state.connected and state.connections == connection:
                    break
            await self.consumer.disconnect(end_session=True)
            await self.writer.forget_held()
            await asyncio.wait([receiving])
        return stored

    async def _drain(self) -> int:
        count = 0
        while messages := await self.consumer.take(self.settings.batch_size, self.quiet_s):
            await self.writer.commit(self.writer.redraft(messages))
            self.consumer.acknowledge([message.token for message in messages])
            count += len(messages)
        return count


async def retire_slot(
    settings: Settings,
    addresses: tuple[str, str],
    metrics: IngestMetrics,
    slot: int,
    quiet_s: float,
) -> int:
    """Store what the slot's session still holds and end it; the number of messages stored.

    Raises SlotHeldError when a worker holds the slot, BrokerAwayError, SessionTakenOver when
    somebody connects under the slot's id, psycopg.Error when the database is away.
    """
    database_url, mqtt_url = addresses
    async with await connect(database_url, "ingest", "qingkong ingest retire") as connection:
        lookup = lookup_of(await load_lookup(connection), opener_of(settings))
    memory, guard = Memory(), clock_guard(settings)

    def draft_of(messages: Sequence[Message]) -> Draft:
        draft = Draft(lookup, guard, memory)
        draft.add(messages)
        return draft

    writer = Writer(database_url, slot, metrics, draft_of)
    if not await writer.take_slot():
        raise SlotHeldError(f"slot {slot} is held by a running worker: stop it first")
    try:
        consumer = _consumer(settings, mqtt_url, slot)
        writer.behind = lambda: [consumer.waiting()]
        return await Retirement(settings, writer, consumer, quiet_s).run()
    finally:
        await writer.give_back()


async def _reach(consumer: MqttConsumer, limit_s: float) -> None:
    try:
        async with asyncio.timeout(limit_s):
            await consumer.ready()
    except TimeoutError:
        why = consumer.state.connection_error or "no answer"
        raise BrokerAwayError(
            f"the broker cannot be reached ({why}); nothing was changed"
        ) from None


def _consumer(settings: Settings, mqtt_url: str, slot: int) -> MqttConsumer:
    return MqttConsumer(
        consumer_settings(settings, mqtt_url, slot, expects_session=True, retiring=True),
        wall_clock_us=wall_clock_us,
        random=random.random,
        on_event=lambda _event: None,
    )
