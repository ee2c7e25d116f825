"""What a verification has found wrong, as values. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What is wrong; the word that programs may rely on."""

    BATCHES_MISSING = "batches_missing"
    BATCH_DUPLICATE = "batch_duplicate"
    BATCH_UNLINKED = "batch_unlinked"
    BATCH_DIGEST = "batch_digest"
    BATCH_COUNTS = "batch_counts"
    BLOCK_MISSING = "block_missing"
    BLOCK_DAMAGED = "block_damaged"
    BLOCK_STRAY = "block_stray"
    REJECT_MISSING = "reject_missing"
    REJECT_DIFFERS = "reject_differs"
    SIGNATURE = "signature"
    SIGNER_UNPROVEN = "signer_unproven"
    CHECKPOINT_UNREADABLE = "checkpoint_unreadable"
    CHECKPOINT_MISSING = "checkpoint_missing"
    CHECKPOINT_UNLINKED = "checkpoint_unlinked"
    CHAIN_REWRITTEN = "chain_rewritten"
    CHAIN_CUT = "chain_cut"
    SLOT_MISSING = "slot_missing"
    TABLE_CHANGED = "table_changed"
    REGISTRY_UNRECORDED = "registry_unrecorded"
    FRAMES_DIFFER = "frames_differ"
    READING_MISSING = "reading_missing"
    READING_CHANGED = "reading_changed"
    READING_UNEXPLAINED = "reading_unexplained"
    READING_COUNT = "reading_count"
    REGISTRY_DIFFERS = "registry_differs"
    NO_KEY = "no_key"


WARNINGS = frozenset({Kind.REGISTRY_DIFFERS, Kind.NO_KEY, Kind.SIGNER_UNPROVEN})


class Place(NamedTuple):
    """Where something is wrong, as far as it can be told; times are written out, in UTC."""

    slot: int | None = None
    number: int | None = None
    batch: int | None = None
    seq: int | None = None
    mn: str | None = None
    code: str | None = None
    series: str | None = None
    time: str | None = None


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: what, where, a sentence, and the values on both sides."""

    kind: Kind
    detail: str
    place: Place = NOWHERE
    found: str | None = None
    expected: str | None = None

    @property
    def warning(self) -> bool:
        """Whether it may have an innocent cause, and does not make the verification fail."""
        return self.kind in WARNINGS
