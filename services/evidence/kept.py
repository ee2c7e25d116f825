"""A batch as it is kept, for whoever checks it or reads its frames again. Pure."""

from datetime import datetime
from typing import NamedTuple

from schemas.moment import microseconds
from services.evidence.block import BlockError, Entry, decompress, read_block
from services.evidence.chain import BatchHead


class KeptBatch(NamedTuple):
    """A row of `batch`, column for column."""

    id: int
    slot: int
    number: int
    origin: str
    received_from: datetime
    received_to: datetime
    committed_at: datetime
    frames: int
    stored: int
    repeated: int
    rejected: int
    readings: int
    revised: int
    devices: list[int]
    received_ms: list[int]
    outcomes: str
    block_bytes: int
    previous: bytes
    digest: bytes

    def head(self) -> BatchHead:
        """What the digest covers of the row."""
        return BatchHead(
            id=self.id,
            slot=self.slot,
            number=self.number,
            origin=self.origin,
            received_from_us=microseconds(self.received_from),
            received_to_us=microseconds(self.received_to),
            readings=self.readings,
            revised=self.revised,
            devices=self.devices,
            received_ms=self.received_ms,
            outcomes=self.outcomes,
        )


class Held(NamedTuple):
    """A batch and its compressed block; None when the block is not there."""

    batch: KeptBatch
    packed: bytes | None

    def entries(self) -> list[Entry] | None:
        """The frames, None when they are gone or damaged."""
        if self.packed is None:
            return None
        try:
            return read_block(decompress(self.packed))
        except (BlockError, UnicodeDecodeError):
            return None
