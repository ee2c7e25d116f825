"""HJ 212 bytes in, frames and refusals out, whatever stands between them.

It resynchronises on `##` and four digits so that one bad frame never costs the next good one.
Pure: it must not know where the bytes come from.
"""

import re
from collections.abc import Iterator

from services.hj212 import diagnosis
from services.hj212.envelope import CRC_BYTES, CRC_TEXT, Window, crc_kind, odd_crc, read_odd
from services.hj212.frame import Crc, CrcPolicy, Frame, Piece, Refusal
from services.hj212.segment import parse_segment

LOOK_AHEAD = 16_384
"""Bytes behind a piece's beginning that decide how it is cut; more never change it."""

_HEAD = re.compile(rb"##[0-9]{4}")
_HEAD_BYTES = 6
_REACH = _HEAD_BYTES + 9999 + CRC_BYTES
_GAP_BYTES = 4096
_BLANK_BYTES = 64

_BLANKS = re.compile(rb"[ \t\r\n]{0,%d}" % _BLANK_BYTES)
_GAP_END = re.compile(rb"(?<!CP=)(?<!CP=&)&&(?:[0-9A-Fa-f]{4}[ \t\r\n]{0,64}|[ \t]*[\r\n]{1,64})")
_SEGMENT_START = re.compile(rb"(?:QN|ST|CN|MN|PW)=")
_FRAME_TAIL = re.compile(rb"=[^=]*(?<!CP=)(?<!CP=&)&&[0-9A-Fa-f]{4}[ \t\r\n]*\Z")


def decode(data: bytes, crc: CrcPolicy = CrcPolicy.STRICT) -> list[Piece]:
    """Cut bytes into frames and refusals; every byte belongs to exactly one piece.

    Line ends and up to 64 blanks belong to the frame that they follow. Never raises.
    """
    stream = StreamDecoder(crc)
    return [*stream.feed(data), *stream.finish()]


class StreamDecoder:
    """Decodes a stream in chunks: the pieces are those of `decode` on the whole.

    It keeps less than `LOOK_AHEAD` bytes back; offsets count from the stream's beginning.
    """

    def __init__(self, crc: CrcPolicy = CrcPolicy.STRICT) -> None:
        self._crc = crc
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
            piece = _next_piece(data, position, self._crc)
            yield Piece(self._offset + position, piece.length, piece.frame, piece.refusal)
            position += piece.length
        self._held = data[position:]
        self._offset += position


def _next_piece(data: bytes, start: int, policy: CrcPolicy) -> Piece:
    """Read the piece that begins at `start`; it looks at most at LOOK_AHEAD bytes from there."""
    found = _HEAD.search(data, start, start + _GAP_BYTES + _HEAD_BYTES)
    head = found.start() if found else min(start + _GAP_BYTES, len(data))
    blanks = _BLANKS.match(data, start, head)
    if found is None or blanks is None or blanks.end() < head:
        return _gap(data, start, head)
    end, result = _read_frame(data, head, policy)
    blanks = _BLANKS.match(data, end)
    end = blanks.end() if blanks else end
    if isinstance(result, Frame):
        return Piece(start, end - start, frame=result)
    return Piece(start, end - start, refusal=result)


def _gap(data: bytes, start: int, limit: int) -> Piece:
    """Read bytes that no header precedes, up to the end of a headless segment in them."""
    end = _GAP_END.search(data, start, limit)
    stop = end.end() if end else limit
    garbage = data[start:stop]
    return Piece(start, stop - start, refusal=_explain_gap(garbage))


def _explain_gap(garbage: bytes) -> Refusal:
    beginning = _SEGMENT_START.search(garbage)
    opening = garbage.find(b"CP=&&", beginning.end()) if beginning else -1
    if beginning is not None and opening >= 0:
        closing = garbage.rfind(b"&&", opening + 5) + 2
        end = closing if closing > opening + 5 else len(garbage)
        found = CRC_TEXT.match(garbage, end)
        segment = garbage[beginning.start() : end]
        return diagnosis.no_header(segment, found.group() if found else b"")
    if _FRAME_TAIL.search(garbage):
        return diagnosis.tail()
    return diagnosis.noise(garbage)


def _read_frame(data: bytes, head: int, policy: CrcPolicy) -> tuple[int, Frame | Refusal]:
    """Read the frame whose header stands at `head`; returns where it ends, without blanks."""
    declared = int(data[head + 2 : head + _HEAD_BYTES])
    begin = head + _HEAD_BYTES
    end = begin + declared
    segment = data[begin:end]
    found = data[end : end + CRC_BYTES]
    kind = crc_kind(segment, found) if len(segment) == declared else Crc.BAD
    following = None
    if kind is not Crc.HJ212 or not segment.endswith(b"&&"):
        following = _HEAD.search(data, head + 2, head + _REACH + _HEAD_BYTES)
    inside = following is not None and following.start() < end + CRC_BYTES
    if not inside and (
        kind is Crc.HJ212 or (kind is Crc.MODBUS and policy is not CrcPolicy.STRICT)
    ):
        return end + CRC_BYTES, parse_segment(segment, kind, odd_crc(found))
    limit = min(head + _REACH, len(data)) if following is None else following.start()
    window = Window(
        declared,
        data[begin:limit],
        following is not None,
        following is None and limit < len(data),
    )
    length, result = read_odd(window, policy)
    return begin + length, result
