"""The path of one slot: receive, draft, commit, acknowledge; in the order the data moves.

The next batch is drafted while the last one is written. The broker's window is the only queue:
when writing stalls, nothing is acknowledged and the broker keeps what comes.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import structlog

from schemas.batch import BatchWrite
from schemas.series import Outcome
from services.ingest.admit import ClockGuard, publisher_of
from services.ingest.batching import (
    REGISTRY_REASONS,
    SLICE,
    SLICE_BYTES,
    BatchLimits,
    bytes_of,
    is_mendable,
    slice_of,
)
from services.ingest.counting import count_draft
from services.ingest.draft import Draft
from services.ingest.held import Held, Lot
from services.ingest.keeper import Keeper
from services.ingest.memory import Memory
from services.ingest.message import Consumer, ConsumerClosed, Message
from services.ingest.metrics import IngestMetrics
from services.ingest.reject_watch import RejectWatch, Tally, Voter
from services.ingest.writer import Writer
from services.runtime.signals import stopped_within
from services.store.batches import Written
from services.store.connection import HEARTBEAT_S

LOG = structlog.stdlib.get_logger(__name__)
LOOK_UP_S = 0.5
GATHER_S = 0.01
WAIT_S = 0.002
# While intake is stopped one batch is let through, as rejects, after so many rounds of so many
# seconds: a few publishers that nobody registers must not stop all others for ever.
STOPPED_S = 15.0
STOPPED_ROUNDS = 4


class Taken(NamedTuple):
    """A draft and the consumer that its messages came through, and must be acknowledged to."""

    draft: Draft
    consumer: Consumer
    prepared: BatchWrite | None


@dataclass(slots=True)
class Pipeline:
    """One slot at work. `wall_clock_s` is the time of commit, seconds since 1970 UTC."""

    consumer: Consumer
    writer: Writer
    keeper: Keeper
    metrics: IngestMetrics
    guard: ClockGuard
    limits: BatchLimits
    watch: RejectWatch
    wall_clock_s: Callable[[], float]
    stop: asyncio.Event
    memory: Memory = field(default_factory=Memory)
    stopped: bool = False
    _held: Held = field(default_factory=Held)
    _left: dict[Consumer, list[Message]] = field(default_factory=dict[Consumer, list[Message]])
    _drafts: asyncio.Queue[Taken | None] = field(default_factory=lambda: asyncio.Queue(maxsize=1))

    async def run(self) -> None:
        """Work until `stop` is set and all that was taken is committed.

        Raises SlotLostError when another worker continued the slot's chain.
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._draft_batches(), name="draft")
            group.create_task(self._commit_batches(), name="commit")

    def redraft(self, messages: list[Message]) -> Draft:
        """Draft messages once more, with the registry as it is now."""
        return self._add(self._empty_draft(), messages)

    def behind(self) -> list[Lot]:
        """All that was received and is neither committed nor in the batch that is being written."""
        return [*self._held.lots(), self.consumer.waiting()]

    async def _draft_batches(self) -> None:
        while not self.stop.is_set():
            consumer = self.consumer
            try:
                draft = await self._next_draft(consumer)
            except ConsumerClosed:
                # Another one takes its place, unless we are to stop, and gets all of it again.
                self._held.making = []
                await asyncio.sleep(LOOK_UP_S)
                continue
            if draft is not None and (settled := await self._settle_rejects(draft)) is not None:
                self._held.close(settled.messages, self._left.get(consumer, []))
                await self._drafts.put(Taken(settled, consumer, self.writer.prepare(settled)))
        await self._drafts.put(None)

    async def _next_draft(self, consumer: Consumer) -> Draft | None:
        """Collect a batch; None when nothing came for a while."""
        messages = self._left.pop(consumer, []) or await consumer.take(self.limits.size, LOOK_UP_S)
        # What was left by a consumer that is gone comes again through its successor.
        self._left.clear()
        self._held.making = [*messages]
        if not messages:
            return None
        loop = asyncio.get_running_loop()
        closes_at = loop.time() + self.limits.age_s
        draft = self._empty_draft()
        while True:
            left_s = closes_at - loop.time()
            # While a batch waits to be written, to close another one would only make it small.
            due = left_s <= 0 and not self._drafts.full()
            # Few messages are not worth a decoding of their own while there is time for more.
            if due or len(messages) >= SLICE or bytes_of(messages) >= SLICE_BYTES:
                draft, messages = await self._add_in_slices(draft, messages)
            wanted = self.limits.size - len(draft.messages) - len(messages)
            if wanted <= 0 or due or self.limits.reached(draft) or self.stop.is_set():
                break
            rest_s = min(left_s, GATHER_S) if left_s > 0 else WAIT_S
            await asyncio.sleep(rest_s if consumer.pending() < SLICE else 0)
            more = await consumer.take(wanted, 0)
            self._held.making += more
            messages += more
        draft, messages = await self._add_in_slices(draft, messages)
        if messages:
            self._left[consumer] = messages
        return draft

    async def _add_in_slices(
        self, draft: Draft, messages: list[Message]
    ) -> tuple[Draft, list[Message]]:
        """Add messages until the batch is full; the draft, and the messages that are left."""
        start = 0
        while start < len(messages) and not self.limits.reached(draft):
            part = slice_of(messages, start)
            start += len(part)
            self.metrics.messages_received.inc(len(part))
            self.metrics.bytes_received.inc(bytes_of(part))
            with self.metrics.decode_seconds.time():
                draft = self._add(draft, part)
            await asyncio.sleep(0)
        return draft, messages[start:]

    def _add(self, draft: Draft, messages: list[Message]) -> Draft:
        """Add messages; one that a fault of ours cannot take costs no other one."""
        before = list(draft.messages)
        try:
            draft.add(messages)
        except Exception:
            LOG.exception(
                "messages cannot be drafted at once; each goes alone", slot=self.writer.slot
            )
            return self._one_by_one([*before, *messages])
        return draft

    def _one_by_one(self, messages: list[Message]) -> Draft:
        draft = self._empty_draft()
        for message in messages:
            try:
                self._empty_draft().add([message])
            except Exception:
                LOG.exception(
                    "a message is rejected: a fault of this program", slot=self.writer.slot
                )
                detail = "a fault of this program, see its log: retry after an update"
                draft.refuse(message, "internal", detail)
            else:
                draft.add([message])
        return draft

    async def _settle_rejects(self, draft: Draft) -> Draft | None:
        """Ask the registry again before rejecting for it; stop the intake when too much is rejected.

        None when asked to stop meanwhile: the messages stay with the broker.
        """
        if not draft.rejects:
            self._note(draft)
            return draft
        if is_mendable(draft):
            await self.keeper.refresh()
            # It may as well have changed since the draft was begun.
            if self.keeper.lookup is not draft.lookup:
                draft = self.redraft(draft.messages)
        self._note(draft)
        for _ in range(STOPPED_ROUNDS):
            if not (is_mendable(draft) and self.watch.exceeded(self.keeper.lookup.registered)):
                break
            await self._pause_intake()
            if self.stop.is_set():
                return None
            await self.keeper.refresh()
            self.watch.forget()
            draft = self.redraft(draft.messages)
            self._note(draft)
        self._resume_intake()
        return draft

    def _note(self, draft: Draft) -> None:
        voters: list[Voter] = [*draft.devices]
        if 0 in voters:
            voters = [
                device or publisher_of(entry.topic)
                for device, entry in zip(draft.devices, draft.entries, strict=True)
            ]
        rejected = Counter(
            voters[reject.seq]
            for reject in draft.rejects
            if reject.whole and reject.reason in REGISTRY_REASONS
        )
        now_s = asyncio.get_running_loop().time()
        self.watch.note(Tally(now_s, Counter(voters), rejected))

    async def _pause_intake(self) -> None:
        if not self.stopped:
            self.stopped = True
            self.metrics.intake_stopped.set(1)
            self.consumer.pause()
            LOG.error(
                "intake stopped: nearly everything is being rejected; nothing is lost, the broker "
                "keeps it; mend the registry, or raise QINGKONG_REJECT_SHARE_LIMIT",
                share=round(self.watch.share(self.keeper.lookup.registered), 3),
                slot=self.writer.slot,
            )
        # The keeper notices by itself when somebody mends the registry.
        loop, version = asyncio.get_running_loop(), self.keeper.lookup.version
        until_s = loop.time() + STOPPED_S
        while loop.time() < until_s and self.keeper.lookup.version == version:
            if await stopped_within(self.stop, LOOK_UP_S):
                return

    def _resume_intake(self) -> None:
        if self.stopped:
            self.stopped = False
            self.metrics.intake_stopped.set(0)
            self.consumer.resume()
            LOG.info("intake goes on", slot=self.writer.slot)

    async def _commit_batches(self) -> None:
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    taken = await self._drafts.get()
            except TimeoutError:
                await self.writer.keep_alive()
                continue
            if taken is None:
                return
            self._held.made.popleft()
            with self.metrics.batch_seconds.time():
                written = await self.writer.commit(taken.draft, taken.prepared)
            taken.consumer.acknowledge([message.token for message in taken.draft.messages])
            self._count(taken.draft, written)

    def _count(self, draft: Draft, written: list[Written]) -> None:
        metrics, now_s = self.metrics, self.wall_clock_s()
        metrics.last_commit_timestamp_seconds.set(now_s)
        metrics.messages_pending.set(self.consumer.pending())
        metrics.batch_frames.observe(len(draft.entries))
        oldest_us = min(message.received_at_us for message in draft.messages)
        metrics.publish_to_commit.observe(max(0.0, now_s - oldest_us / 1e6))
        for batch in written:
            metrics.batches_committed.inc()
            metrics.slow_path_batches.inc(batch.careful)
            metrics.readings_stored.inc(batch.head.readings)
            metrics.readings_revised.inc(batch.head.revised)
            outcomes = batch.head.outcomes
            metrics.frames.labels(outcome="stored").inc(outcomes.count(Outcome.STORED))
            metrics.frames.labels(outcome="repeated").inc(outcomes.count(Outcome.REPEATED))
            metrics.frames.labels(outcome="rejected").inc(outcomes.count(Outcome.REJECTED))
        for reject in draft.rejects:
            metrics.rejects.labels(reason=reject.reason).inc()
        count_draft(metrics, draft)

    def _empty_draft(self) -> Draft:
        return Draft(self.keeper.lookup, self.guard, self.memory)
