"""A frame whose CRC is not right where its length says: accepted by policy, or explained.

It is given the bytes behind one header up to the next; it must not know the stream.
"""

import re
from dataclasses import dataclass

from services.hj212 import diagnosis
from services.hj212.crc import crc16, modbus
from services.hj212.frame import Crc, CrcPolicy, Frame, Refusal, Warn
from services.hj212.segment import parse_segment

CRC_BYTES = 4
CRC_TEXT = re.compile(rb"[0-9A-Fa-f]{4}")

_CANDIDATES = 8
_SHORT_CRC = re.compile(rb"[0-9A-Fa-f]{1,3}(?=[ \t]*[\r\n])")
_NO_CRC = re.compile(rb"(?=[ \t\r\n]|\Z)")
_CUT_CRC = re.compile(rb"[0-9A-Fa-f]{0,3}\Z")
_CLOSING = re.compile(rb"(?<!CP=)(?<!CP=&)&&")
_LOG_COMMAND = re.compile(rb"(?:^|;)CN=302[0-9];")
_SEGMENT = re.compile(rb"[ \t]*[A-Za-z]{1,8}[ \t]*(?:=|\Z)|[ \t]*\Z")


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


def crc_kind(segment: bytes, found: bytes) -> Crc:
    """Tell which CRC of the segment the four bytes behind it are."""
    if CRC_TEXT.fullmatch(found) is None:
        return Crc.MISSING
    value = int(found, 16)
    if value == crc16(segment):
        return Crc.HJ212
    return Crc.MODBUS if value == modbus(segment) else Crc.BAD


def read_odd(window: Window, policy: CrcPolicy) -> tuple[int, Frame | Refusal]:
    """Read or explain a window; returns the length of the frame's part of the body, without blanks.

    The order: what the policy accepts at the declared length, a right CRC elsewhere, a wrong one
    at the declared length, an end with neither length nor CRC right, no end at all.
    """
    at_length = _read_at_length(window, policy)
    if at_length is not None and isinstance(at_length[1], Frame):
        return at_length
    return (
        _read_at_right_crc(window)
        or at_length
        or _refuse_at_closing(window)
        or _refuse_without_end(window)
    )


def _read_at_length(window: Window, policy: CrcPolicy) -> tuple[int, Frame | Refusal] | None:
    """Read a segment that is closed where the length says; `None` if nothing ends there."""
    length, body = window.declared, window.body
    segment = body[:length]
    if len(segment) < length or not segment.endswith(b"&&"):
        return None
    if found := CRC_TEXT.match(body, length):
        return found.end(), _read_whole_crc(segment, found.group(), policy)
    if found := _SHORT_CRC.match(body, length):
        return found.end(), _read_short_crc(segment, found.group(), policy)
    return _read_without_crc(window, segment, policy)


def _read_whole_crc(segment: bytes, found: bytes, policy: CrcPolicy) -> Frame | Refusal:
    kind = crc_kind(segment, found)
    tolerated = kind is Crc.MODBUS and policy is CrcPolicy.ACCEPT_MODBUS
    if tolerated or kind is Crc.HJ212 or policy is CrcPolicy.OFF:
        return parse_segment(segment, kind, odd_crc(found))
    return diagnosis.crc_mismatch(segment, found)


def odd_crc(found: bytes) -> tuple[Warn, ...]:
    """The warning that a CRC written in small letters deserves, if it is."""
    return (Warn.CRC_CASE,) if found != found.upper() else ()


def _read_without_crc(
    window: Window, segment: bytes, policy: CrcPolicy
) -> tuple[int, Frame | Refusal]:
    length, body = window.declared, window.body
    if policy is CrcPolicy.OFF and _NO_CRC.match(body, length):
        return length, parse_segment(segment, Crc.MISSING)
    if window.ends and _CUT_CRC.match(body, length):
        return len(body), diagnosis.truncated(length, len(body), followed=False)
    return length, diagnosis.crc_missing(segment)


def _read_short_crc(segment: bytes, found: bytes, policy: CrcPolicy) -> Frame | Refusal:
    """Read a CRC of which the sender dropped leading zeros."""
    if int(found, 16) == crc16(segment):
        return parse_segment(segment, Crc.HJ212, (Warn.CRC_FORM,))
    if policy is CrcPolicy.OFF:
        return parse_segment(segment, Crc.BAD, (Warn.CRC_FORM,))
    return diagnosis.crc_mismatch(segment, found)


def _read_at_right_crc(window: Window) -> tuple[int, Frame | Refusal] | None:
    """Find a segment that ends elsewhere with the right CRC: its length field is wrong.

    Chinese text may have been counted in characters, which is read for logs and parameters.
    """
    for number, closing in enumerate(_CLOSING.finditer(window.body)):
        if number == _CANDIDATES:
            return None
        found = CRC_TEXT.match(window.body, closing.end())
        segment = window.body[: closing.end()]
        if found is None or crc_kind(segment, found.group()) is not Crc.HJ212:
            continue
        in_characters = len(segment.decode(errors="replace")) == window.declared
        if in_characters and len(segment) > window.declared and _LOG_COMMAND.search(segment):
            return found.end(), parse_segment(segment, Crc.HJ212, (Warn.LENGTH_IN_CHARACTERS,))
        return found.end(), diagnosis.length_mismatch(window.declared, segment, found.group())
    return None


def _refuse_at_closing(window: Window) -> tuple[int, Refusal] | None:
    """Explain a closed segment of another length whose CRC is wrong or missing."""
    for closing in _CLOSING.finditer(window.body):
        end = closing.end()
        segment = window.body[:end]
        found = CRC_TEXT.match(window.body, end) or _SHORT_CRC.match(window.body, end)
        if found is not None:
            text = found.group()
            return found.end(), diagnosis.length_mismatch(window.declared, segment, text)
        if end != window.declared and _NO_CRC.match(window.body, end):
            return end, diagnosis.length_mismatch(window.declared, segment, b"")
    return None


def _refuse_without_end(window: Window) -> tuple[int, Refusal]:
    length = len(window.body)
    if _SEGMENT.match(window.body) is None:
        return length, diagnosis.noise(b"##0000" + window.body)
    if window.reached:
        return length, diagnosis.too_long(length)
    if length < window.declared + CRC_BYTES:
        return length, diagnosis.truncated(window.declared, length, followed=window.followed)
    return length, diagnosis.no_end(window.declared, length)
