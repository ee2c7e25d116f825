"""How large a batch may grow, in what slices it is drafted, and which rejects the registry could mend.

Pure.
"""

from dataclasses import dataclass

from services.ingest.draft import Draft
from services.ingest.message import Message

# Messages decoded before others get their turn: the write of the last batch goes on meanwhile.
SLICE = 100
SLICE_BYTES = 262_144
# Reasons that a change of the registry could mend.
REGISTRY_REASONS = frozenset(
    {"unknown_device", "unknown_code", "mn_mismatch", "no_key", "wrong_key"}
)


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """When a batch closes: by its messages, their bytes, what they hold, or its age in seconds.

    A batch that opens many chunks ends early: each costs the database as much as a batch.
    """

    size: int
    age_s: float
    payload_bytes: int = 8_000_000
    rows: int = 100_000
    frames: int = 20_000
    new_chunks: int = 4

    def reached(self, draft: Draft) -> bool:
        """Whether the batch is as large as one may be."""
        return (
            len(draft.messages) >= self.size
            or draft.payload_bytes >= self.payload_bytes
            or len(draft.entries) >= self.frames
            or draft.new_chunks > self.new_chunks
            or draft.rows >= self.rows
        )


def is_mendable(draft: Draft) -> bool:
    """Whether a change of the registry could save something that is being rejected."""
    return any(reject.reason in REGISTRY_REASONS for reject in draft.rejects)


def bytes_of(messages: list[Message]) -> int:
    """The bytes of their payloads."""
    return sum([len(message.payload) for message in messages])


def slice_of(messages: list[Message], start: int) -> list[Message]:
    """The next messages that are decoded without giving others their turn."""
    taken, size = list[Message](), 0
    for message in messages[start : start + SLICE]:
        taken.append(message)
        size += len(message.payload)
        if size >= SLICE_BYTES:
            break
    return taken
