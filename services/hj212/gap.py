"""Bytes that no header precedes: noise, tails, and segments whose header was stripped.

It must not know headers nor the stream: it is given where the gap begins and where it must end.
"""

import re
from collections.abc import Iterator
from functools import partial

from schemas.policies import Policy
from services.hj212 import diagnosis
from services.hj212.dialect import DialectOf
from services.hj212.frame import Crc, Frame, Piece, Refusal
from services.hj212.peek import mn_at
from services.hj212.reading import CRC_TEXT, read, settle

_CANDIDATES = 8
_END = re.compile(rb"(?<!CP=)(?<!CP=&)&&(?:[0-9A-Fa-f]{4}[ \t\r\n]{0,64}|[ \t]*[\r\n]{1,64})")
_SEGMENT_START = re.compile(rb"(?:QN|ST|CN|MN|PW)=")
_FRAME_TAIL = re.compile(rb"=[^=]*(?<!CP=)(?<!CP=&)&&[0-9A-Fa-f]{4}[ \t\r\n]*\Z")


def read_gap(data: bytes, start: int, limit: int, dialect_of: DialectOf) -> Piece:
    """Read bytes that no header precedes, up to the end of a headless segment in them.

    Noise before a headless segment that is accepted is a piece of its own.
    """
    found = _END.search(data, start, limit)
    stop = found.end() if found else limit
    garbage = data[start:stop]
    results = [*_headless(garbage, dialect_of)]
    for place, result in results:
        if isinstance(result, Frame):
            if place == 0:
                return Piece(start, stop - start, frame=result)
            return Piece(start, place, refusal=diagnosis.noise(garbage[:place]))
    for _, result in results:
        if isinstance(result, Refusal) and result.policy is not None:
            return Piece(start, stop - start, refusal=result)
    return Piece(start, stop - start, refusal=_explain(garbage))


def _headless(garbage: bytes, dialect_of: DialectOf) -> Iterator[tuple[int, Frame | Refusal]]:
    """Each place where a segment may begin, and what is there; first the best one.

    A header's later fields are no beginnings: this CRC remembers 8 bits, and one of 256 would fit.
    """
    segment_end = _segment_end(garbage)
    if segment_end is None:
        return
    found = CRC_TEXT.match(garbage, segment_end)
    text = found.group() if found else b""
    opening = garbage.rfind(b"CP=&&", 0, segment_end - 2)
    for number, beginning in enumerate(_SEGMENT_START.finditer(garbage, 0, opening)):
        if number == _CANDIDATES:
            return
        if number and beginning.group() != b"QN=":
            continue
        segment = garbage[beginning.start() : segment_end]
        dialect = dialect_of(mn_at(segment, 0))
        reading = read(segment, text, dialect).needing(Policy.ACCEPT_MISSING_HEADER)
        if reading.crc is not Crc.HJ212 and dialect.strict:
            continue
        why = partial(diagnosis.no_header, segment, text)
        if Policy.ACCEPT_MISSING_HEADER in dialect.policies:
            # That there is no header is known of this device, and is not what is to be mended.
            why = partial(diagnosis.crc_mismatch, segment, text)
            why = why if text else partial(diagnosis.crc_missing, segment)
        yield beginning.start(), settle(reading, dialect, why)


def _segment_end(garbage: bytes) -> int | None:
    """Where a segment with a closed content ends, if one begins before."""
    beginning = _SEGMENT_START.search(garbage)
    opening = garbage.find(b"CP=&&", beginning.end()) if beginning else -1
    closing = garbage.rfind(b"&&", opening + 5) + 2 if opening >= 0 else 0
    return closing if closing > opening + 5 else None


def _explain(garbage: bytes) -> Refusal:
    beginning = _SEGMENT_START.search(garbage)
    opening = garbage.find(b"CP=&&", beginning.end()) if beginning else -1
    if beginning is not None and opening >= 0:
        end = _segment_end(garbage) or len(garbage)
        found = CRC_TEXT.match(garbage, end)
        segment = garbage[beginning.start() : end]
        return diagnosis.no_header(segment, found.group() if found else b"")
    if _FRAME_TAIL.search(garbage):
        return diagnosis.tail()
    return diagnosis.noise(garbage)
