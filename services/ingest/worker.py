"""One ingest process: a keeper of the registry and a task per slot, each free or held.

A worker without a slot takes a free one at once, one that has a slot already only after a while:
so two workers share two slots, and the survivor of two gets both.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from services.ingest.batching import BatchLimits
from services.ingest.draft import Draft
from services.ingest.events import Closed, Connected, Event, SessionLost, SubscriptionRefused
from services.ingest.from_settings import clock_guard, consumer_settings
from services.ingest.keeper import Keeper
from services.ingest.message import Consumer, Message, SessionTakenOver
from services.ingest.metrics import IngestMetrics
from services.ingest.mqtt import MqttConsumer
from services.ingest.pipeline import Pipeline
from services.ingest.proof.asked_retries import AskedRetries
from services.ingest.proof.checkpoint_maker import keep_checkpoints
from services.ingest.reject_watch import RejectWatch
from services.ingest.writer import Writer
from services.runtime.clock import wall_clock_s, wall_clock_us
from services.runtime.http import Health
from services.runtime.seal import opener_of
from services.runtime.settings import Settings
from services.runtime.signals import stopped_within
from services.store.batches import SlotLostError
from services.store.errors import DatabaseError

LOG = structlog.stdlib.get_logger(__name__)
FIRST_SLOT_POLL_S = 0.3
NEXT_SLOT_POLL_S = 2.5
TAKE_BACK_S = 0.5
# The part of the time to stop that slots may use; the rest is for cutting short what is late.
FINISHING = 0.9
SEVERED_S = 0.1


@dataclass(slots=True)
class Worker:
    """Holds as many slots as it can get without taking them from others."""

    settings: Settings
    database_url: str
    mqtt_url: str
    metrics: IngestMetrics
    stop: asyncio.Event
    keeper: Keeper = field(init=False)
    held: dict[int, Pipeline] = field(default_factory=dict[int, Pipeline])
    writers: dict[int, Writer] = field(default_factory=dict[int, Writer])
    holding: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: dict[int, str] = field(default_factory=dict[int, str])

    def __post_init__(self) -> None:
        self.keeper = Keeper(self.database_url, self.metrics, opener_of(self.settings))
        self.metrics.slots.set(self.settings.slots)
        self.metrics.receive_maximum.set(self.settings.receive_maximum)

    async def run(self) -> None:
        """Work until `stop` is set; what was taken is then committed, within the set time."""
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(self.keeper.run(self.holding), name="registry")
            slots = [
                group.create_task(self._attend(slot), name=f"slot {slot}")
                for slot in range(self.settings.slots)
            ]
            signing = group.create_task(
                keep_checkpoints(self.settings, self.database_url, self.metrics, self.stop),
                name="checkpoints",
            )
            retries = AskedRetries(self.settings, self.database_url, self.keeper, self.metrics)
            retrying = group.create_task(retries.run(self.stop), name="retries")
            await self.stop.wait()
            done, late = await asyncio.wait(slots, timeout=FINISHING * self.settings.shutdown_s)
            # What a piece had written by now is taken back, and done again by whoever comes next.
            retries.sever()
            await self._cut_short(late, keeping)
            retrying.cancel()
            signing.cancel()
        await self.keeper.close()
        LOG.info("stopped", slots_finished=len(done))

    def health(self) -> Health:
        """Whether everything this process is to do is being done."""
        checks = {"database": self.keeper.error or "ok"}
        ok = self.keeper.error is None
        for slot in range(self.settings.slots):
            pipeline = self.held.get(slot)
            state = self.trouble.get(slot, "held elsewhere or free")
            if pipeline is not None:
                state = _state_of(pipeline)
                ok = ok and state == "ok"
            checks[f"slot {slot}"] = state
        return Health(ok=ok, checks=checks)

    async def _cut_short(self, late: set[asyncio.Task[None]], keeping: asyncio.Task[None]) -> None:
        # A driver cancelled in the middle of a query asks the server to cancel it, and waits for
        # a server that may never answer. So what waits is made to fail before it is cancelled.
        self.keeper.sever()
        if late:
            for writer in self.writers.values():
                writer.sever()
        await asyncio.wait([keeping, *late], timeout=SEVERED_S)
        for task in late:
            LOG.error(
                "slot did not finish in time; the broker delivers again", task=task.get_name()
            )
            task.cancel()
        keeping.cancel()

    async def _attend(self, slot: int) -> None:
        while not (self.keeper.loaded.is_set() or self.stop.is_set()):
            await stopped_within(self.stop, FIRST_SLOT_POLL_S)
        while not self.stop.is_set():
            try:
                await self._hold_if_free(slot)
            except DatabaseError as error:
                self.trouble[slot] = f"{type(error).__name__}: {error}".strip()
            await stopped_within(self.stop, NEXT_SLOT_POLL_S if self.held else FIRST_SLOT_POLL_S)

    async def _hold_if_free(self, slot: int) -> None:
        writer = Writer(self.database_url, slot, self.metrics, self._redraft(slot))
        if self.keeper.others_wait and self.held:
            return
        self.writers[slot] = writer
        if not await writer.take_slot():
            self.trouble.pop(slot, None)
            return
        try:
            await self._work(slot, writer)
        except* SlotLostError:
            LOG.warning("slot lost to another worker", slot=slot)
        finally:
            self.held.pop(slot, None)
            self._show_held(slot, held=False)
            await writer.give_back()

    async def _work(self, slot: int, writer: Writer) -> None:
        ending = asyncio.Event()
        consumer = self._consumer(slot, expects_session=writer.place.number > 0)
        pipeline = self._pipeline(consumer, writer, ending)
        self.held[slot], writer.behind = pipeline, pipeline.behind
        self.trouble.pop(slot, None)
        self._show_held(slot, held=True)
        LOG.info("slot taken", slot=slot, chain_at=writer.place.number)
        async with asyncio.TaskGroup() as group:
            receiving = group.create_task(self._receive(pipeline), name=f"receive {slot}")
            ends = group.create_task(self._ends(pipeline), name=f"watch {slot}")
            await pipeline.run()
            # Another consumer may have taken the first one's place.
            await pipeline.consumer.close()
            await asyncio.wait([receiving])
            ends.cancel()

    async def _receive(self, pipeline: Pipeline) -> None:
        """Keep the consumer connected. Thrown out under our id: whoever holds the lock goes on."""
        while not pipeline.stop.is_set():
            try:
                await pipeline.consumer.run()
            except SessionTakenOver:
                if not await pipeline.writer.holds_slot():
                    raise SlotLostError("another client took the session over") from None
                LOG.warning("another client used our id; taking it back", slot=pipeline.writer.slot)
                await stopped_within(self.stop, TAKE_BACK_S)
                pipeline.consumer = self._consumer(pipeline.writer.slot, expects_session=True)
            else:
                return

    async def _ends(self, pipeline: Pipeline) -> None:
        """Pass the wish to stop on, or give one slot of several to a worker that has none."""
        while not self.stop.is_set():
            await stopped_within(self.stop, 1.0)
            most = max(self.held, default=-1)
            if self.keeper.others_wait and len(self.held) > 1 and most == pipeline.writer.slot:
                LOG.info("a worker waits for a slot; giving this one", slot=most)
                break
        pipeline.stop.set()

    def _redraft(self, slot: int) -> Callable[[Sequence[Message]], Draft]:
        return lambda messages: self.held[slot].redraft(list(messages))

    def _pipeline(self, consumer: Consumer, writer: Writer, ending: asyncio.Event) -> Pipeline:
        settings = self.settings
        return Pipeline(
            consumer=consumer,
            writer=writer,
            keeper=self.keeper,
            metrics=self.metrics,
            guard=clock_guard(settings),
            limits=BatchLimits(settings.batch_size, settings.batch_age_ms / 1000),
            watch=RejectWatch(settings.reject_share_limit, settings.reject_share_min_frames),
            wall_clock_s=wall_clock_s,
            stop=ending,
        )

    def _consumer(self, slot: int, *, expects_session: bool) -> MqttConsumer:
        settings = self.settings
        return MqttConsumer(
            consumer_settings(settings, self.mqtt_url, slot, expects_session=expects_session),
            wall_clock_us=wall_clock_us,
            random=random.random,
            on_event=lambda event: self._tell(slot, event),
        )

    def _tell(self, slot: int, event: Event) -> None:
        match event:
            case Connected():
                pipeline = self.held.get(slot)
                if pipeline is not None and pipeline.consumer.state.connections > 1:
                    self.metrics.mqtt_reconnects.inc()
                LOG.info("broker connected", slot=slot, session_present=event.session_present)
            case SessionLost():
                self.metrics.mqtt_sessions_lost.inc()
                LOG.error(
                    "the broker has forgotten our session: what was queued there is gone; compare "
                    "the hours' accounts and have the devices send those hours again",
                    slot=slot,
                )
            case SubscriptionRefused():
                LOG.error(
                    "the broker refuses a subscription: let our account read these topics",
                    slot=slot,
                    topics=event.topic_filter,
                    reason=event.reason,
                )
            case Closed():
                LOG.warning("broker connection ended", slot=slot, why=event.detail)
            case _:
                pass

    def _show_held(self, slot: int, *, held: bool) -> None:
        self.metrics.slot_held.labels(slot=str(slot)).set(held)
        if self.held:
            self.holding.set()
        else:
            self.holding.clear()


def _state_of(pipeline: Pipeline) -> str:
    state = pipeline.consumer.state
    if pipeline.writer.trouble is not None:
        return f"held, but not storing: {pipeline.writer.trouble}"
    if pipeline.stopped:
        return "held, but intake is stopped: nearly everything is rejected"
    if state.refused:
        return f"held, but the broker refuses {', '.join(state.refused)}"
    if not state.connected:
        return f"held, but no broker: {state.connection_error or 'connecting'}"
    return "ok"
