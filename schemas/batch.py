"""A batch on its way from ingest to the store: packed readings and everything beside them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from schemas.series import Outcome, Series


class RejectRow(NamedTuple):
    """A row of `reject`, but for its batch; `received_us` since 1970 UTC.

    `policy` names the policy that, registered for the device, would accept the frame.
    """

    seq: int
    topic: str
    mn: str | None
    device: int | None
    reason: str
    detail: str
    codes: Sequence[str]
    whole: bool
    received_us: int
    frame: bytes
    policy: str | None = None


class ParameterRow(NamedTuple):
    """A row of `parameter`, but for its batch."""

    device: int
    about: str | None
    code: str
    value: str
    effective_us: int
    sent_us: int | None
    received_us: int
    seq: int


class EventRow(NamedTuple):
    """A row of `device_event`, but for its batch."""

    device: int
    kind: str
    about: str | None
    code: str | None
    text: str
    happened_us: int
    sent_us: int | None
    received_us: int
    seq: int


class NoteRow(NamedTuple):
    """A row of `frame_note`, but for its batch: so many frames of a device were `note`."""

    device: int
    note: str
    frames: int


@dataclass(frozen=True, slots=True)
class BatchWrite:
    """All of a batch. Rows are packed for binary COPY, without header and trailer.

    `packed_block` holds the frames, compressed; `block_bytes` and `block_digest` (SHA-256) are of
    the block before that.

    `straight` rows are newer than anything known, `suspect` ones may be known. `outcomes` has one
    letter a frame; frames in `conditional` count as repeated if nothing of them was new, frames in
    `wordless` (answers, heart-beats) hold nothing to store. `touched` are subjects and hours about
    which something new is known, hours in microseconds since 1970 UTC.
    """

    id: int
    slot: int
    origin: str
    block_bytes: int
    block_digest: bytes
    packed_block: bytes
    received_us: Sequence[int]
    devices: Sequence[int]
    outcomes: str
    conditional: frozenset[int]
    straight: dict[Series, bytes]
    straight_count: int
    suspect: dict[Series, bytes]
    touched: Collection[tuple[int, int]]
    rejects: Sequence[RejectRow] = ()
    parameters: Sequence[ParameterRow] = ()
    events: Sequence[EventRow] = ()
    wordless: frozenset[int] = frozenset()
    notes: Sequence[NoteRow] = ()

    def all_suspect(self) -> "BatchWrite":
        """The same batch with every reading sent the careful way."""
        suspect = dict(self.suspect)
        for series, rows in self.straight.items():
            suspect[series] = suspect.get(series, b"") + rows
        stored = {seq for seq, letter in enumerate(self.outcomes) if letter == Outcome.STORED}
        return replace(
            self,
            straight={},
            straight_count=0,
            suspect=suspect,
            conditional=self.conditional | (stored - self.wordless),
        )
