"""Readings made again from the kept frames, under the batch and place they had.

What is there already stays; so it may be stopped and run again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from schemas.lookup import Lookup
from schemas.series import Series
from services.evidence.kept import Held
from services.ingest.admit import ClockGuard
from services.ingest.draft import Draft
from services.ingest.memory import Memory
from services.ingest.proof.redecode import Again, read_again
from services.store.batch_walk import Span, extents, walk
from services.store.batches import prepare_connection
from services.store.connection import Connection
from services.store.rebuild import restore
from services.store.rejects import retry_offsets

# Batches of one transaction.
STEP = 20


@dataclass(slots=True)
class Rebuilt:
    """What was done. `frames_gone`: batches whose frames retention has dropped."""

    batches: int = 0
    readings: int = 0
    frames_gone: int = 0


@dataclass(slots=True)
class Rebuild:
    """Frames received within `span`, read with the registry and guard as on arrival."""

    connection: Connection
    lookup: Lookup
    guard: ClockGuard
    series: Sequence[Series]
    advance: Callable[[int], None]
    memory: Memory = field(default_factory=Memory)
    done: Rebuilt = field(default_factory=Rebuilt)

    async def run(self, span: Span) -> Rebuilt:
        """Walk all slots. Raises psycopg.Error; what was committed until then stays."""
        await prepare_connection(self.connection)
        for extent in await extents(self.connection, span):
            async for window in walk(self.connection, extent, span):
                for start in range(0, len(window), STEP):
                    await self._step(window[start : start + STEP])
        return self.done

    async def _step(self, window: Sequence[Held]) -> None:
        offsets = await retry_offsets(self.connection, [held.batch.id for held in window])
        again = [read for held in window if (read := self._read(held, offsets))]
        refused = [pair for one in again for pair in one.refused]
        async with self.connection.transaction():
            for series in self.series:
                rows = b"".join(one.rows(series) for one in again)
                if rows:
                    self.done.readings += await restore(self.connection, series, rows, refused)
        self.done.batches += len(window)
        self.advance(len(window))

    def _read(self, held: Held, offsets: dict[int, int]) -> Again | None:
        entries = held.entries()
        if entries is None:
            self.done.frames_gone += 1
            return None
        draft = Draft(self.lookup, self.guard, self.memory)
        draft.clock_offset_us = offsets.get(held.batch.id, 0) * 1_000_000
        # Repeated frames gave no row; what they repeat keeps its own place.
        return read_again(held.batch, entries, draft, only_stored=True)
