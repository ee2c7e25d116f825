"""HJ 212 bytes in, frames and refusals out, whatever stands between them.

It resynchronises on `##` and four digits so that one bad frame never costs the next good one.
Pure: it must not know where the bytes come from.
"""

import re
from collections.abc import Iterator
from functools import partial

from services.hj212.diagnosis import crc_mismatch
from services.hj212.dialect import CRC_ACCEPT_MODBUS, STRICT, Dialect, DialectOf, strict
from services.hj212.envelope import Window, read_odd
from services.hj212.frame import Crc, Frame, Piece, Refusal
from services.hj212.gap import read_gap
from services.hj212.peek import HEAD, closing_at, mn_at
from services.hj212.reading import (
    CRC_BYTES,
    CRC_TEXT,
    Reading,
    crc_kind,
    odd_crc,
    read,
    settle,
)
from services.hj212.segment import Circumstances, parse_segment

LOOK_AHEAD = 16_384
"""Bytes behind a piece's beginning that decide how it is cut; more never change it.

Cipher text written out takes up to five letters a byte: that of 950 bytes is well within.
"""

_HEAD_BYTES = 6
_REACH = _HEAD_BYTES + 9999 + CRC_BYTES
_GAP_BYTES = 4096
_BLANK_BYTES = 64
_BLANKS = re.compile(rb"[ \t\r\n]{0,%d}" % _BLANK_BYTES)


def decode(data: bytes, dialect_of: DialectOf = strict) -> list[Piece]:
    """Cut bytes into frames and refusals; every byte belongs to exactly one piece.

    Line ends and up to 64 blanks belong to the frame that they follow. Never raises.
    """
    stream = StreamDecoder(dialect_of)
    return [*stream.feed(data), *stream.finish()]


class StreamDecoder:
    """Decodes a stream in chunks: the pieces are those of `decode` on the whole.

    `dialect_of` is asked with the MN in each frame's header, empty when none is there. It must
    answer the same each time. The stream keeps less than `LOOK_AHEAD` bytes back; offsets count from the stream's beginning.
    """

    def __init__(self, dialect_of: DialectOf = strict) -> None:
        self._dialect_of = dialect_of
        self._held = b""
        self._offset = 0

    @property
    def held(self) -> int:
        """Bytes kept back because later ones may still change what they mean."""
        return len(self._held)

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """Take a chunk and yield the pieces that no later byte can change; run it to its end."""
        yield from self._advance(chunk, LOOK_AHEAD)

    def finish(self) -> Iterator[Piece]:
        """Yield what is left; a frame cut off by the end is refused as `truncated`."""
        yield from self._advance(b"", 1)

    def _advance(self, chunk: bytes, needed: int) -> Iterator[Piece]:
        data = self._held + chunk
        position = 0
        while len(data) - position >= needed:
            piece = _next_piece(data, position, self._dialect_of)
            yield Piece(self._offset + position, piece.length, piece.frame, piece.refusal)
            position += piece.length
        self._held = data[position:]
        self._offset += position


def _next_piece(data: bytes, start: int, dialect_of: DialectOf) -> Piece:
    """Read the piece that begins at `start`; it looks at most at LOOK_AHEAD bytes from there."""
    found = HEAD.search(data, start, start + _GAP_BYTES + _HEAD_BYTES)
    head = found.start() if found else min(start + _GAP_BYTES, len(data))
    blanks = _BLANKS.match(data, start, head)
    if found is None or blanks is None or blanks.end() < head:
        return read_gap(data, start, head, dialect_of)
    dialect = STRICT if dialect_of is strict else dialect_of(mn_at(data, head + _HEAD_BYTES))
    end, result = _read_frame(data, head, dialect)
    blanks = _BLANKS.match(data, end)
    end = blanks.end() if blanks else end
    if isinstance(result, Frame):
        return Piece(start, end - start, frame=result)
    return Piece(start, end - start, refusal=result)


def _read_frame(data: bytes, head: int, dialect: Dialect) -> tuple[int, Frame | Refusal]:
    """Read the frame whose header stands at `head`; returns where it ends, without blanks."""
    declared = int(data[head + 2 : head + _HEAD_BYTES])
    begin = head + _HEAD_BYTES
    end = begin + declared
    segment = data[begin:end]
    found = data[end : end + CRC_BYTES]
    closed = segment.endswith(b"&&")
    whole = len(segment) == declared and CRC_TEXT.fullmatch(found) is not None
    if dialect.sm4_keys and (encrypted := _read_encrypted(data, begin, declared, dialect)):
        return encrypted
    kind = crc_kind(segment, found) if whole else Crc.BAD
    following = None
    if kind is not Crc.HJ212 or not closed:
        following = HEAD.search(data, head + 2, head + _REACH + _HEAD_BYTES)
    if following is None or following.start() >= end + CRC_BYTES:
        if kind is Crc.HJ212:
            return end + CRC_BYTES, _read_right(segment, found, dialect)
        if kind is Crc.MODBUS and dialect.admitted(CRC_ACCEPT_MODBUS):
            return end + CRC_BYTES, _settled(read(segment, found, dialect), dialect)
    limit = min(head + _REACH, len(data)) if following is None else following.start()
    window = Window(
        declared,
        data[begin:limit],
        following is not None,
        following is None and limit < len(data),
    )
    length, result = read_odd(window, dialect)
    return begin + length, result


def _read_encrypted(
    data: bytes, begin: int, declared: int, dialect: Dialect
) -> tuple[int, Frame | Refusal] | None:
    """Read a frame that a key opens, whatever its cipher text or its rest in clear looks like.

    It ends where its length says, or if it is written out with its first `&&`.
    """
    at_length = begin + declared
    for end in (at_length, closing_at(data, begin, begin + _REACH - _HEAD_BYTES)):
        found = CRC_TEXT.match(data, end) if end else None
        if end is None or found is None or not data.endswith(b"&&", begin, end):
            continue
        reading = read(data[begin:end], found.group(), dialect)
        if reading.encrypted and reading.crc is Crc.HJ212:
            reading = reading.declared_as(declared)
            if end == at_length or len(reading.segment) == declared:
                return end + CRC_BYTES, _settled(reading, dialect)
    return None


def _read_right(segment: bytes, found: bytes, dialect: Dialect) -> Frame | Refusal:
    """Read a segment whose length and CRC are right as it was sent."""
    oddities = odd_crc(found)
    if dialect is STRICT and not oddities:
        result = parse_segment(segment, Crc.HJ212)
    else:
        result = parse_segment(segment, Crc.HJ212, Circumstances(dialect, oddities))
    if not isinstance(result, Frame) or (not result.values and result.other):
        # One in 256 cipher texts has its own CRC by chance.
        reading = read(segment, found, dialect)
        return _settled(reading, dialect) if reading.unreadable else result
    return result


def _settled(reading: Reading, dialect: Dialect) -> Frame | Refusal:
    return settle(reading, dialect, partial(crc_mismatch, reading.segment, reading.found))
