"""Whether a slot's batches hang together: counts, links and digests. Pure."""

from dataclasses import dataclass

from schemas.moment import microseconds
from schemas.series import Outcome
from services.evidence.block import BlockError, decompress, read_block
from services.evidence.chain import GENESIS, batch_digest
from services.evidence.finding import Finding, Kind, Place
from services.evidence.kept import Held, KeptBatch


@dataclass(frozen=True, slots=True)
class Link:
    """The batch judged last: where the chain stands."""

    number: int = 0
    digest: bytes = GENESIS


@dataclass(frozen=True, slots=True)
class Judged:
    """A batch's findings, and whether its digest could be made again from the frames."""

    findings: list[Finding]
    recomputed: bool


def judge_batch(last: Link, held: Held, *, may_be_dropped: bool) -> Judged:
    """Judge a batch that follows `last` in its slot.

    `may_be_dropped`: retention may have dropped the block; then only the links are judged.
    """
    batch = held.batch
    findings = [*_links(last, batch), *_counts(batch)]
    if held.packed is not None:
        findings += _digest(held.packed, batch)
    elif not may_be_dropped:
        detail = "the frames are gone though retention keeps them still"
        findings.append(Finding(Kind.BLOCK_MISSING, detail, place_of(batch)))
    return Judged(findings, held.packed is not None)


def judge_rejects(batch: KeptBatch, kept: set[int]) -> list[Finding]:
    """Compare the frames said to be rejected with the rejects kept.

    A retry keeps a second reject only where it says something new.
    """
    said = {seq for seq, letter in enumerate(batch.outcomes) if letter == Outcome.REJECTED}
    missing = set[int]() if batch.origin == "retry" else said - kept
    findings = [
        Finding(Kind.REJECT_MISSING, "the frame was rejected, and the reject is gone", place)
        for place in (place_of(batch)._replace(seq=seq) for seq in sorted(missing))
    ]
    return findings + [
        Finding(Kind.REJECT_DIFFERS, "a reject is kept of a frame that was not rejected", place)
        for place in (place_of(batch)._replace(seq=seq) for seq in sorted(kept - said))
    ]


def place_of(batch: KeptBatch) -> Place:
    """The batch as a place."""
    return Place(slot=batch.slot, number=batch.number, batch=batch.id)


def _links(last: Link, batch: KeptBatch) -> list[Finding]:
    place = place_of(batch)
    if batch.number <= last.number:
        return [Finding(Kind.BATCH_DUPLICATE, "two batches have this number", place)]
    if batch.number > last.number + 1:
        first, end = last.number + 1, batch.number - 1
        numbers = f"batch {first} is" if first == end else f"batches {first}..{end} are"
        detail = f"slot {batch.slot}: {numbers} missing"
        return [Finding(Kind.BATCHES_MISSING, detail, place._replace(number=first, batch=None))]
    if batch.previous != last.digest:
        found, expected = batch.previous.hex(), last.digest.hex()
        detail = "it does not follow the batch before it: one of the two was rewritten"
        return [Finding(Kind.BATCH_UNLINKED, detail, place, found, expected)]
    return []


def _counts(batch: KeptBatch) -> list[Finding]:
    outcomes = batch.outcomes
    counted = (
        len(outcomes),
        *(outcomes.count(letter) for letter in (Outcome.STORED, Outcome.REPEATED)),
        outcomes.count(Outcome.REJECTED),
        len(batch.devices),
        len(batch.received_ms),
    )
    said = (
        *(batch.frames, batch.stored, batch.repeated, batch.rejected),
        *(batch.frames, batch.frames),
    )
    if counted == said:
        return []
    detail = "its counts do not add up (frames, stored, repeated, rejected, devices, times)"
    return [Finding(Kind.BATCH_COUNTS, detail, place_of(batch), str(said), str(counted))]


def _digest(packed: bytes, batch: KeptBatch) -> list[Finding]:
    place = place_of(batch)
    try:
        block = decompress(packed)
        entries = read_block(block)
    except (BlockError, UnicodeDecodeError) as error:
        return [Finding(Kind.BLOCK_DAMAGED, str(error), place)]
    findings: list[Finding] = []
    first_us = microseconds(batch.received_from)
    times = [(entry.received_us - first_us) // 1000 for entry in entries]
    if len(block) != batch.block_bytes or times != batch.received_ms:
        detail = "its frames are not those that it counts"
        findings.append(Finding(Kind.BATCH_COUNTS, detail, place))
    digest = batch_digest(batch.previous, batch.head(), block)
    if digest != batch.digest:
        detail = "its frames or its row were changed after they were stored"
        found, expected = digest.hex(), batch.digest.hex()
        findings.append(Finding(Kind.BATCH_DIGEST, detail, place, found, expected))
    return findings
