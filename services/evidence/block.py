"""A block: the frames of one batch, byte for byte, with where and when each arrived.

Layout (little-endian): `QKB1`, count (uint32), one table entry a frame, then each frame's topic
and bytes. A message that held several frames gives several entries with `part` counting up, so
the bytes of a message are its parts in order.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import zstandard

MAGIC = b"QKB1"
TABLE = np.dtype(
    [("received_us", "<i8"), ("part", "<u4"), ("topic_bytes", "<u4"), ("frame_bytes", "<u4")]
)
COUNT_BYTES = 4
# Level 1 gives four fifths of what higher levels save at a tenth of their time.
LEVEL = 1
MAX_BLOCK_BYTES = 1 << 30


class Entry(NamedTuple):
    """A frame as it arrived: `received_us` in microseconds since 1970 UTC, `part` of its message."""

    topic: str
    frame: bytes
    received_us: int
    part: int


class BlockError(Exception):
    """The bytes are no block, or are cut; the message says where."""


def build_block(entries: Sequence[Entry]) -> bytes:
    """Lay the entries out as one block."""
    topics = [entry.topic.encode() for entry in entries]
    table = np.empty(len(entries), TABLE)
    table["received_us"] = [entry.received_us for entry in entries]
    table["part"] = [entry.part for entry in entries]
    table["topic_bytes"] = [len(topic) for topic in topics]
    table["frame_bytes"] = [len(entry.frame) for entry in entries]
    body = b"".join(
        piece
        for topic, entry in zip(topics, entries, strict=True)
        for piece in (topic, entry.frame)
    )
    return b"".join((MAGIC, len(entries).to_bytes(COUNT_BYTES, "little"), table.tobytes(), body))


def read_block(block: bytes) -> list[Entry]:
    """Take a block apart again.

    Raises BlockError when the lengths do not add up.
    """
    start = len(MAGIC) + COUNT_BYTES
    if block[: len(MAGIC)] != MAGIC or len(block) < start:
        raise BlockError("this is no block of frames: the mark QKB1 is missing")
    count = int.from_bytes(block[len(MAGIC) : start], "little")
    body = start + count * TABLE.itemsize
    if len(block) < body:
        raise BlockError(f"the table of {count} frames is cut off")
    table = np.frombuffer(block, TABLE, count, start)
    if body + int(table["topic_bytes"].sum()) + int(table["frame_bytes"].sum()) != len(block):
        raise BlockError("the lengths in the table do not add up to the block")
    entries: list[Entry] = []
    for received_us, part, topic_bytes, frame_bytes in table.tolist():
        topic = block[body : body + topic_bytes].decode()
        body += topic_bytes
        entries.append(Entry(topic, block[body : body + frame_bytes], received_us, part))
        body += frame_bytes
    return entries


def compress(block: bytes) -> bytes:
    """Compress with zstd."""
    return zstandard.ZstdCompressor(level=LEVEL, write_content_size=True).compress(block)


def decompress(packed: bytes) -> bytes:
    """Undo `compress`.

    Raises BlockError when the bytes are damaged.
    """
    try:
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=MAX_BLOCK_BYTES)
    except zstandard.ZstdError as error:
        raise BlockError(f"the compressed block is damaged: {error}") from error
