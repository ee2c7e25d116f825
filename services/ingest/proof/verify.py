"""Verification of the chains: every slot's batches in order, with bounded memory.

It judges nothing itself; what it compares with the outside is in `verify_against`.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime

from services.evidence.chain_judgement import Link, judge_batch, judge_rejects
from services.evidence.finding import Finding, Kind, Place
from services.evidence.kept import Held
from services.store.batch_walk import SlotExtent, Span, extents, stray_blocks, walk, whole_rejects
from services.store.connection import Connection

Advance = Callable[[int], None]
STRAYS_SHOWN = 20


@dataclass(slots=True)
class ChainTotals:
    """What was looked at. `linked_only`: the frames were dropped by retention."""

    slots: int = 0
    batches: int = 0
    frames: int = 0
    readings: int = 0
    linked_only: int = 0
    by_slot: dict[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """A check of all chains; frames received before `frames_kept_from` may have been dropped."""

    connection: Connection
    frames_kept_from: datetime
    advance: Advance
    totals: ChainTotals = field(default_factory=ChainTotals)

    async def findings(self) -> AsyncIterator[Finding]:
        """Walk every slot to its present end."""
        everything = Span()
        for extent in await extents(self.connection, everything):
            self.totals.slots += 1
            async for finding in self._slot(extent):
                yield finding
        for batch, received_from in await stray_blocks(self.connection, STRAYS_SHOWN):
            detail = f"frames of {received_from.isoformat()} belong to no batch"
            yield Finding(Kind.BLOCK_STRAY, detail, Place(batch=batch))

    async def _slot(self, extent: SlotExtent) -> AsyncIterator[Finding]:
        last = Link()
        async for window in walk(self.connection, extent, Span()):
            rejects = await whole_rejects(self.connection, [held.batch.id for held in window])
            for held in window:
                for finding in self._batch(last, held):
                    yield finding
                for finding in judge_rejects(held.batch, rejects.get(held.batch.id, set())):
                    yield finding
                last = Link(held.batch.number, held.batch.digest)
            self.advance(len(window))
        self.totals.by_slot[extent.slot] = last.number

    def _batch(self, last: Link, held: Held) -> list[Finding]:
        batch = held.batch
        judged = judge_batch(last, held, may_be_dropped=batch.received_to < self.frames_kept_from)
        self.totals.batches += 1
        self.totals.frames += batch.frames
        self.totals.readings += batch.readings
        self.totals.linked_only += not judged.recomputed
        return judged.findings
