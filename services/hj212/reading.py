"""One closed data segment and its check sum: how it reads, and what it takes to believe it.

Decrypts where the device has a key. It must not know how the segment was found in the stream.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from schemas.policies import Policy
from services.hj212 import diagnosis
from services.hj212.crc import crc16, modbus
from services.hj212.dialect import CRC_ACCEPT_MODBUS, CRC_OFF, SM4_FORMS, Dialect
from services.hj212.frame import Crc, Frame, Refusal, Warn
from services.hj212.peek import mn_at, secret
from services.hj212.segment import Circumstances, parse_segment
from services.hj212.sm4 import begins_as_text, decrypted, is_text, looks_encrypted, readings

CRC_BYTES = 4
CRC_TEXT = re.compile(rb"[0-9A-Fa-f]{4}")
SHORT_CRC = re.compile(rb"[0-9A-Fa-f]{1,3}(?=[ \t]*[\r\n])")
"""A CRC of which the sender dropped leading zeros."""

_NEEDS = {
    Crc.HJ212: (),
    Crc.MODBUS: (CRC_ACCEPT_MODBUS,),
    Crc.BAD: (CRC_OFF,),
    Crc.MISSING: (CRC_OFF,),
}
_ANY = ("utf-8", "gb18030")
_TRUST = (Crc.HJ212, Crc.MODBUS, Crc.BAD)


@dataclass(frozen=True, slots=True)
class Reading:
    """A segment in plain text with the CRC found for it, and the policies needed to believe it."""

    segment: bytes
    crc: Crc
    found: bytes
    needs: tuple[str, ...]
    encrypted: bool = False
    unreadable: bool = False

    def needing(self, *policies: str) -> "Reading":
        """The same, found in a way that needs more policies."""
        return replace(self, needs=(*policies, *self.needs))

    def declared_as(self, length: int) -> "Reading":
        """The same, needing a policy unless the length is that of the plain text."""
        if len(self.segment) == length:
            return self
        return self.needing(Policy.ACCEPT_WRONG_LENGTH)

    @property
    def oddities(self) -> tuple[Warn, ...]:
        if 0 < len(self.found) < CRC_BYTES:
            return (Warn.CRC_FORM,)
        return odd_crc(self.found)


def crc_kind(segment: bytes, found: bytes) -> Crc:
    """Tell which CRC of the segment the hex digits behind it are."""
    if not found:
        return Crc.MISSING
    value = int(found, 16)
    if value == crc16(segment):
        return Crc.HJ212
    whole = len(found) == CRC_BYTES
    return Crc.MODBUS if whole and value == modbus(segment) else Crc.BAD


def odd_crc(found: bytes) -> tuple[Warn, ...]:
    """The warning that a CRC written in small letters deserves, if it is."""
    return (Warn.CRC_CASE,) if found != found.upper() else ()


def read(segment: bytes, found: bytes, dialect: Dialect) -> Reading:
    """Read a segment with the hex digits found behind it, none to four: as sent or decrypted.

    The check sum is that of the plain text (HJ 212-2025 section 6.4.2).
    """
    opened = _opened(segment, found, dialect) if dialect.sm4_keys else None
    if opened is not None and opened.crc is Crc.HJ212:
        return opened
    kind = crc_kind(segment, found)
    if opened is not None and kind is not Crc.HJ212:
        return opened
    return Reading(segment, kind, found, _NEEDS[kind], unreadable=_is_secret(segment, kind))


def settle(reading: Reading, dialect: Dialect, why: Callable[[], Refusal]) -> Frame | Refusal:
    """Make a frame of a reading if the dialect admits what it needs, else say why not.

    When one policy more would do, the refusal names it.
    """
    if reading.unreadable:
        refusal = diagnosis.unreadable(has_key=bool(dialect.sm4_keys))
        return replace(refusal, mn=mn_at(reading.segment, 0))
    admitted = [dialect.admitted(need) for need in reading.needs]
    missing = [need for need, name in zip(reading.needs, admitted, strict=True) if name is None]
    if len(missing) > 1:
        return why()
    policies = tuple(dict.fromkeys([name for name in admitted if name is not None]))
    circumstances = Circumstances(dialect, reading.oddities, policies, reading.encrypted)
    result = parse_segment(reading.segment, reading.crc, circumstances)
    if not missing:
        return result
    if isinstance(result, Refusal):
        return why()
    need = missing[0]
    return diagnosis.mended_by(need, diagnosis.other_form(need) if need in SM4_FORMS else why())


def _opened(segment: bytes, found: bytes, dialect: Dialect) -> Reading | None:
    """Decrypt a segment by the first key and form whose plain text is text with a right CRC.

    Else by one that gives text at all; `None` when nothing does, or nothing is encrypted.
    """
    inside = secret(segment)
    if inside is None:
        return None
    best: dict[Crc, Reading] = {}
    for sealed in readings(inside.content):
        for key in dialect.sm4_keys:
            # Of many keys one opens it: the others may cost little, of a long content too.
            content = decrypted(sealed, key) if begins_as_text(sealed, key) else b""
            if is_text(content, inside.encodings):
                plain = inside.head + content + b"&&"
                kind = crc_kind(plain, found)
                needs = (*dialect.form_needs(sealed.form), *_NEEDS[kind])
                best.setdefault(kind, Reading(plain, kind, found, needs, encrypted=True))
    return next((best[kind] for kind in (*_TRUST, Crc.MISSING) if kind in best), None)


def _is_secret(segment: bytes, kind: Crc) -> bool:
    """Whether a segment as sent is cipher text; a right CRC lets it be text of any encoding."""
    inside = secret(segment)
    if inside is None:
        return False
    return looks_encrypted(inside.content, _ANY if kind is Crc.HJ212 else inside.encodings)
