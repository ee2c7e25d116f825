"""A frame whose CRC is not right where its length says: accepted by policy, or explained.

It is given the bytes behind one header up to the next; it must not know the stream.
"""

import re
from dataclasses import dataclass
from functools import partial

from schemas.policies import Policy
from services.hj212 import diagnosis
from services.hj212.dialect import Dialect
from services.hj212.frame import Crc, Frame, Refusal, Warn
from services.hj212.reading import CRC_BYTES, CRC_TEXT, SHORT_CRC, Reading, read, settle
from services.hj212.segment import Circumstances, parse_segment

ODD_LENGTHS = frozenset({Policy.ACCEPT_WRONG_LENGTH, Policy.SIX_DIGIT_LENGTH})
_CANDIDATES = 8
_NO_CRC = re.compile(rb"(?=[ \t\r\n]|\Z)")
_CUT_CRC = re.compile(rb"[0-9A-Fa-f]{0,3}\Z")
_CLOSING = re.compile(rb"(?<!CP=)(?<!CP=&)&&")
_LOG_COMMAND = re.compile(rb"(?:^|;)CN=302[0-9];")
_SEGMENT = re.compile(rb"[ \t]*[A-Za-z]{1,8}[ \t]*(?:=|\Z)|[ \t]*\Z")
_TWO_DIGITS = re.compile(rb"[0-9]{2}(?=[ \t]*[A-Za-z])")


@dataclass(frozen=True, slots=True)
class Window:
    """The bytes behind a header, `body`, up to the next header, the reach or the data's end."""

    declared: int
    body: bytes
    followed: bool
    reached: bool

    @property
    def ends(self) -> bool:
        """Whether the input ends with the body."""
        return not self.followed and not self.reached


def read_odd(window: Window, dialect: Dialect) -> tuple[int, Frame | Refusal]:
    """Read or explain a window; returns the length of the frame's part of the body, without blanks.

    The order: what the dialect accepts at the declared length, a right CRC elsewhere, a wrong one
    at the declared length, an end with neither length nor CRC right, no end at all.
    """
    at_length = _read_at_length(window, dialect)
    if at_length is not None and isinstance(at_length[1], Frame):
        return at_length
    return (
        _read_at_right_crc(window, dialect)
        or _read_six_digits(window, dialect)
        or at_length
        or _read_at_closing(window, dialect)
        or _refuse_without_end(window, dialect)
    )


def _read_at_length(window: Window, dialect: Dialect) -> tuple[int, Frame | Refusal] | None:
    """Read a segment that is closed where the length says; `None` if nothing ends there."""
    length, body = window.declared, window.body
    segment = body[:length]
    if len(segment) < length or not segment.endswith(b"&&"):
        return None
    found = CRC_TEXT.match(body, length) or SHORT_CRC.match(body, length)
    if found is None:
        return _read_without_crc(window, segment, dialect)
    reading = read(segment, found.group(), dialect).declared_as(length)
    why = partial(diagnosis.crc_mismatch, reading.segment, found.group())
    return found.end(), settle(reading, dialect, why)


def _read_without_crc(
    window: Window, segment: bytes, dialect: Dialect
) -> tuple[int, Frame | Refusal]:
    length, body = window.declared, window.body
    reading = read(segment, b"", dialect)
    why = partial(diagnosis.crc_missing, segment)
    end = length
    if window.ends and _CUT_CRC.match(body, length):
        why = partial(diagnosis.truncated, length, len(body), followed=False)
        end = len(body)
    if _NO_CRC.match(body, length):
        return end, settle(reading, dialect, why)
    return end, why()


def _read_at_right_crc(window: Window, dialect: Dialect) -> tuple[int, Frame | Refusal] | None:
    """Find a segment that ends elsewhere with the right CRC: its length field is wrong.

    Unless that counts the plain text of cipher text in letters, or the characters of Chinese
    text, which is read for logs and parameters.
    """
    for number, closing in enumerate(_CLOSING.finditer(window.body)):
        if number == _CANDIDATES:
            return None
        found = CRC_TEXT.match(window.body, closing.end())
        if found is None:
            continue
        reading = read(window.body[: closing.end()], found.group(), dialect)
        if reading.crc is Crc.HJ212:
            return found.end(), _judge_length(window, reading, dialect)
    return None


def _judge_length(window: Window, reading: Reading, dialect: Dialect) -> Frame | Refusal:
    segment, declared = reading.segment, window.declared
    in_characters = len(segment.decode(errors="replace")) == declared
    if in_characters and len(segment) > declared and _LOG_COMMAND.search(segment):
        log = Circumstances(dialect, (Warn.LENGTH_IN_CHARACTERS,), encrypted=reading.encrypted)
        return parse_segment(segment, Crc.HJ212, log)
    why = partial(diagnosis.length_mismatch, declared, segment, reading.found)
    return settle(reading.declared_as(declared), dialect, why)


def _read_six_digits(window: Window, dialect: Dialect) -> tuple[int, Frame | Refusal] | None:
    """Read a segment whose length field has six digits, if all is right with them."""
    if _TWO_DIGITS.match(window.body) is None:
        return None
    length = window.declared * 100 + int(window.body[:2])
    end = length + 2
    segment, found = window.body[2:end], CRC_TEXT.match(window.body, end)
    if found is None or not segment.endswith(b"&&"):
        return None
    reading = read(segment, found.group(), dialect).needing(Policy.SIX_DIGIT_LENGTH)
    if reading.crc is Crc.BAD and Policy.SIX_DIGIT_LENGTH not in dialect.policies:
        return None
    why = partial(diagnosis.six_digits, length)
    if reading.crc is not Crc.HJ212 and Policy.SIX_DIGIT_LENGTH in dialect.policies:
        why = partial(diagnosis.crc_mismatch, reading.segment, found.group())
    return found.end(), settle(reading, dialect, why)


def _read_at_closing(window: Window, dialect: Dialect) -> tuple[int, Frame | Refusal] | None:
    """Read or explain a closed segment of another length whose CRC is wrong or missing."""
    for closing in _CLOSING.finditer(window.body):
        end = closing.end()
        found = CRC_TEXT.match(window.body, end) or SHORT_CRC.match(window.body, end)
        if found is None and (end == window.declared or not _NO_CRC.match(window.body, end)):
            continue
        text = found.group() if found else b""
        reading = read(window.body[:end], text, dialect)
        why = partial(diagnosis.length_mismatch, window.declared, reading.segment, text)
        if len(reading.segment) == window.declared or _length_is_odd(dialect):
            why = partial(diagnosis.crc_mismatch, reading.segment, text)
            why = why if text else partial(diagnosis.crc_missing, reading.segment)
        reading = reading.declared_as(window.declared)
        return (found.end() if found else end), settle(reading, dialect, why)
    return None


def _refuse_without_end(window: Window, dialect: Dialect) -> tuple[int, Refusal]:
    length = len(window.body)
    if _SEGMENT.match(window.body) is None:
        return length, diagnosis.noise(b"##0000" + window.body)
    if window.reached:
        return length, diagnosis.too_long(length)
    if length < window.declared + CRC_BYTES or _length_is_odd(dialect):
        return length, diagnosis.truncated(window.declared, length, followed=window.followed)
    return length, diagnosis.no_end(window.declared, length)


def _length_is_odd(dialect: Dialect) -> bool:
    """Whether the device's length is known to be odd: it is not what is to be mended."""
    return not ODD_LENGTHS.isdisjoint(dialect.policies)
