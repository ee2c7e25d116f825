"""Kept frames read again, the way they were read on arrival. Pure.

The time of receipt is the frames' own; what the clock or the registry refused then is known from
the batch, so neither clock nor commissioning is judged again unless a guard is given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.batch import BatchWrite
from schemas.lookup import Lookup
from schemas.series import Outcome, Series
from services.evidence.block import Entry
from services.evidence.kept import KeptBatch
from services.ingest.admit import ClockGuard
from services.ingest.draft import Draft
from services.ingest.hj212_statement import SWAYING
from services.ingest.memory import Memory
from services.ingest.message import Message
from services.ingest.registry_copy import lookup_of
from services.runtime.seal import Opener, nothing_opens
from services.store.registry import LookupRows

AGES_US = 1 << 62
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
LENIENT = ClockGuard(future_us=AGES_US, oldest_us=dict.fromkeys(Series, AGES_US))


@dataclass(frozen=True, slots=True)
class Again:
    """A batch read again: what would be written of it, and the frames refused on arrival.

    `hinging`: the places of frames whose readings depend on a policy, registered or not.
    """

    write: BatchWrite
    refused: list[tuple[int, int]]
    hinging: frozenset[int]

    def rows(self, series: Series) -> bytes:
        """The packed rows of a series."""
        return self.write.straight.get(series, b"") + self.write.suspect.get(series, b"")

    def swayed_since(self, kept: Iterable[tuple[int, str, int]]) -> frozenset[int]:
        """The hinging frames, if on arrival other ones needed those policies; else none.

        `kept` is what was noted then. Who changes a reading is not excused by a policy that was
        the same all the time.
        """
        then = {note for note in kept if note[1] in SWAYING}
        now = {tuple(note) for note in self.write.notes if note.note in SWAYING}
        return self.hinging if then != now else frozenset()


def trusting_lookup(rows: LookupRows, opener: Opener = nothing_opens) -> Lookup:
    """The registry's copy with every device commissioned since ever."""
    devices = [device._replace(commissioned_at=LONG_AGO) for device in rows.devices]
    return lookup_of(rows._replace(devices=devices), opener)


def messages_of(entries: Sequence[Entry]) -> list[Message]:
    """Put the messages together again from the frames that they were cut into; tokens count."""
    return [
        Message(
            token,
            parts[0].topic,
            b"".join(part.frame for part in parts),
            parts[0].received_us,
            duplicate=False,
            qos=1,
        )
        for token, parts in enumerate(_parts(entries))
    ]


def _parts(entries: Sequence[Entry]) -> list[list[Entry]]:
    parts: list[list[Entry]] = []
    for entry in entries:
        if entry.part == 0 or not parts:
            parts.append([])
        parts[-1].append(entry)
    return parts


def read_again(
    batch: KeptBatch, entries: Sequence[Entry], draft: Draft, *, only_stored: bool = False
) -> Again:
    """Read a batch's frames with an empty draft; `only_stored` refuses the repeated ones too."""
    draft.kept_cuts = {
        token: [len(part.frame) for part in parts] for token, parts in enumerate(_parts(entries))
    }
    draft.add(messages_of(entries))
    kept = Outcome.STORED if only_stored else Outcome.STORED + Outcome.REPEATED
    refused = [(batch.id, seq) for seq, letter in enumerate(batch.outcomes) if letter not in kept]
    write = draft.write(batch.id, batch.slot, batch.origin)
    return Again(write, refused, frozenset(draft.hinging))


def lenient_draft(lookup: Lookup, memory: Memory, clock_offset_s: int = 0) -> Draft:
    """A draft that doubts no clock; the memory only saves time."""
    return Draft(lookup, LENIENT, memory, clock_offset_us=clock_offset_s * 1_000_000)
