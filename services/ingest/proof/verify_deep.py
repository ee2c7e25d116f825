"""Deep verification: the kept frames are read again, and must give the readings that are there.

Reading again and comparing are done by windows of batches; only what does not agree is looked at
one by one.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schemas.lookup import Lookup
from schemas.series import Series
from services.evidence.finding import Finding, Kind, Place
from services.evidence.kept import Held, KeptBatch
from services.ingest.memory import Memory
from services.ingest.proof.deep_judgement import Case, Names, SeriesRow, judge_case
from services.ingest.proof.redecode import Again, lenient_draft, read_again
from services.store.batch_walk import (
    SlotExtent,
    Span,
    batches_by_id,
    extents,
    kept_notes,
    walk,
)
from services.store.connection import Connection
from services.store.proof import (
    Difference,
    differences,
    expect,
    left_over,
    note_proven,
    prepare_proof,
    refuse,
    settle,
    unexplained,
)
from services.store.rejects import reject_digests, retry_offsets

# So many that disagree are looked at one by one; whoever has more knows enough.
MOST_ROWS = 5_000
MOST_BATCHES = 200
NO_KEY = "no_key"


@dataclass(frozen=True, slots=True)
class Reading:
    """What frames are read with, and what may be gone: rows older than `kept_from` by series."""

    lookup: Lookup
    names: Names
    registry_changed_at: datetime | None
    kept_from: Mapping[Series, datetime]
    memory: Memory = field(default_factory=Memory)


@dataclass(slots=True)
class DeepTotals:
    """What was compared; `not_checkable` readings or frames were dropped by retention."""

    batches: int = 0
    frames: int = 0
    readings: int = 0
    not_checkable: int = 0
    frames_gone: int = 0


@dataclass(slots=True)
class DeepCheck:
    """A comparison of all readings with all frames of a span."""

    connection: Connection
    reading: Reading
    span: Span
    advance: Callable[[int], None]
    totals: DeepTotals = field(default_factory=DeepTotals)
    _missing: list[SeriesRow] = field(default_factory=list[SeriesRow])

    async def findings(self) -> AsyncIterator[Finding]:
        """Compare all, then look at what disagrees."""
        await prepare_proof(self.connection)
        for extent in await extents(self.connection, self.span):
            async for finding in self._slot(extent):
                yield finding
        wrong = await differences(self.connection, MOST_ROWS)
        for finding in await self._look(wrong):
            yield finding

    async def _slot(self, extent: SlotExtent) -> AsyncIterator[Finding]:
        async for window in walk(self.connection, extent, self.span):
            again, findings = await self._read(window)
            for finding in findings:
                yield finding
            for finding in await self._rejects(window):
                yield finding
            await self._compare(window, again)
            self.advance(len(window))

    async def _read(self, window: Sequence[Held]) -> tuple[dict[int, Again], list[Finding]]:
        offsets = await self._offsets(window)
        again: dict[int, Again] = {}
        findings: list[Finding] = []
        for held in window:
            entries, batch = held.entries(), held.batch
            self.totals.batches += 1
            if entries is None:
                self.totals.frames_gone += 1
                continue
            draft = lenient_draft(
                self.reading.lookup, self.reading.memory, offsets.get(batch.id, 0)
            )
            read = read_again(batch, entries, draft)
            self.totals.frames += len(entries)
            if len(read.write.outcomes) != len(batch.outcomes):
                detail = "read again, the bytes give another number of frames"
                place = Place(batch.slot, batch.number, batch.id)
                found, expected = str(len(read.write.outcomes)), str(len(batch.outcomes))
                findings.append(Finding(Kind.FRAMES_DIFFER, detail, place, found, expected))
            again[batch.id] = read
        return again, findings

    async def _rejects(self, window: Sequence[Held]) -> list[Finding]:
        """Whether the bytes of every reject are those of its frame."""
        kept: dict[int, list[tuple[int, bytes]]] = {}
        numbers = [held.batch.id for held in window]
        for batch, seq, digest in await reject_digests(self.connection, numbers):
            kept.setdefault(batch, []).append((seq, digest))
        findings: list[Finding] = []
        for held in window:
            entries = held.entries() if held.batch.id in kept else None
            if entries is None:
                continue
            frames = dict(enumerate(entry.frame for entry in entries))
            for seq, digest in kept[held.batch.id]:
                if hashlib.sha256(frames.get(seq, b"")).digest() != digest:
                    place = Place(held.batch.slot, held.batch.number, held.batch.id, seq)
                    detail = "the bytes of the reject are not those of its frame"
                    findings.append(Finding(Kind.REJECT_DIFFERS, detail, place))
        return findings

    async def _offsets(self, window: Sequence[Held]) -> dict[int, int]:
        retried = [held.batch.id for held in window if held.batch.origin == "retry"]
        return await retry_offsets(self.connection, retried) if retried else {}

    async def _compare(self, window: Sequence[Held], again: Mapping[int, Again]) -> None:
        matched: dict[int, int | None] = {
            held.batch.id: 0 if held.batch.id in again else None for held in window
        }
        unseen = {held.batch.id: 0 for held in window}
        refused = [pair for one in again.values() for pair in one.refused]
        for series in Series:
            rows = b"".join(one.rows(series) for one in again.values())
            if not rows:
                continue
            await expect(self.connection, rows)
            kept_from = self.reading.kept_from.get(series)
            settled = await settle(self.connection, series, refused, kept_from)
            for batch, count in settled.matched.items():
                matched[batch] = (matched[batch] or 0) + count
                self.totals.readings += count
            for batch, count in settled.unseen.items():
                unseen[batch] += count
                self.totals.not_checkable += count
            room = MOST_ROWS - len(self._missing)
            left = await left_over(self.connection, room) if room > 0 else []
            self._missing += [SeriesRow(series, row) for row in left]
        for held in window:
            if held.batch.id not in again:
                unseen[held.batch.id] = held.batch.readings
        counts = {batch: (found, unseen[batch]) for batch, found in matched.items()}
        await note_proven(self.connection, counts)

    async def _look(self, wrong: Sequence[Difference]) -> list[Finding]:
        numbers = {one.row.batch for one in self._missing} | {one.batch for one in wrong}
        chosen = sorted(numbers)[:MOST_BATCHES]
        held = await batches_by_id(self.connection, chosen)
        again, _ = await self._read(held)
        self.totals.batches -= len(held)
        self.totals.frames -= sum(len(one.write.outcomes) for one in again.values())
        # Of batches whose frames are gone nothing can be told apart.
        unread = {one.batch.id for one in held} - again.keys()
        looked = [number for number in chosen if number not in unread]
        batches = {one.batch.id: one.batch for one in held}
        notes = await kept_notes(self.connection, looked)
        case = Case(
            missing=[one for one in self._missing if one.row.batch in looked],
            extra=await self._extra(looked, again),
            batches=batches,
            refused_now=frozenset(
                (number, reject.seq)
                for number, one in again.items()
                for reject in one.write.rejects
            ),
            swayed=frozenset(
                (number, seq)
                for number, one in again.items()
                for seq in one.swayed_since(notes.get(number, ()))
            ),
            locked=frozenset(
                (number, reject.seq)
                for number, one in again.items()
                for reject in one.write.rejects
                if reject.reason == NO_KEY
            ),
            registry_changed_at=self.reading.registry_changed_at,
            names=self.reading.names,
        )
        findings = judge_case(case)
        if more := len(numbers) - len(chosen):
            detail = f"{more} more batches do not agree and were not looked at: mend these first"
            findings.append(Finding(Kind.READING_COUNT, detail))
        findings += [found for one in wrong if (found := _count(one, batches.get(one.batch)))]
        return findings

    async def _extra(self, numbers: Sequence[int], again: Mapping[int, Again]) -> list[SeriesRow]:
        extra: list[SeriesRow] = []
        refused = [pair for one in again.values() for pair in one.refused]
        if not numbers:
            return extra
        for series in Series:
            await expect(self.connection, b"".join(one.rows(series) for one in again.values()))
            await refuse(self.connection, refused)
            rows = await unexplained(self.connection, series, numbers, MOST_ROWS)
            extra += [SeriesRow(series, row) for row in rows]
        return extra


def _count(difference: Difference, batch: KeptBatch | None) -> Finding | None:
    """Whether a batch has more or fewer rows than its digest covers."""
    readings, rows = difference.readings, difference.rows
    if readings is None or readings - (difference.unseen or 0) <= rows <= readings:
        return None
    place = Place(batch=difference.batch)
    if batch is not None:
        place = Place(batch.slot, batch.number, batch.id)
    detail = "the batch has more or fewer readings than its digest covers"
    return Finding(Kind.READING_COUNT, detail, place, str(rows), str(readings))
