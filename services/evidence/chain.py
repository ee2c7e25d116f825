"""The digest chain of a slot.

Each batch's digest covers its frames, its counts and the digest before it, so that nothing can be
changed, cut or removed without every later digest changing.
"""

import hashlib
from dataclasses import dataclass

import orjson

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class BatchHead:
    """What a batch says of itself; times in microseconds since 1970 UTC.

    `devices`, `received_ms` (after `received_from_us`) and `outcomes` have one item a frame.
    """

    id: int
    slot: int
    number: int
    origin: str
    received_from_us: int
    received_to_us: int
    readings: int
    revised: int
    devices: list[int]
    received_ms: list[int]
    outcomes: str

    def canonical(self) -> bytes:
        """The bytes that the digest covers: JSON with sorted keys."""
        return orjson.dumps(self, option=orjson.OPT_SORT_KEYS)


def block_digest(block: bytes) -> bytes:
    """SHA-256 of an uncompressed block."""
    return hashlib.sha256(block).digest()


def batch_digest(previous: bytes, head: BatchHead, block: bytes) -> bytes:
    """The digest of a batch (32 bytes), given the one before it and the uncompressed block."""
    return chained_digest(previous, head, block_digest(block))


def chained_digest(previous: bytes, head: BatchHead, frames: bytes) -> bytes:
    """The same, given the digest of the block."""
    return hashlib.sha256(previous + head.canonical() + frames).digest()
