"""The data segment (数据段) of a frame: its bytes in, a `Frame` or a `Refusal` out.

HJ 212-2017 table 3 (header fields) with the forms seen in the field. It must not know how the
segment was found in the stream.
"""

import re
from dataclasses import dataclass

from schemas.policies import Policy
from services.hj212 import diagnosis
from services.hj212.content import BARE_VALUES, BLANKS, Content
from services.hj212.dialect import STRICT, Dialect
from services.hj212.frame import Crc, Frame, Refusal, RefusalReason, Warn
from services.hj212.header import flag_of, packet_numbers, request_number, version_of
from services.hj212.peek import is_secret
from services.hj212.sm4 import BLOCK_BYTES

LONGEST_SEGMENT = 1024
"""Bytes of a data segment that HJ 212-2017 table 2 allows; longer ones are read with a warning."""

_OPEN_CP = re.compile(r"CP[ \t]*=[ \t]*&&")
_BARE_CP = re.compile(r"(?:^|[;, \t])CP[ \t]*=")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HEADER_NAMES = {
    name.lower(): name for name in ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF")
}
_LETTER_STATIONS = frozenset(("44", "45"))
"""Power use and production condition (HJ 212-2025): an -Rtd may be a letter there."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a segment came: the device's dialect, and what the frame shall carry from the envelope.

    `oddities` are warnings, `policies` those that were needed so far.
    """

    dialect: Dialect = STRICT
    oddities: tuple[Warn, ...] = ()
    policies: tuple[str, ...] = ()
    encrypted: bool = False


_PLAIN = Circumstances()


def parse_segment(
    segment: bytes, crc: Crc, circumstances: Circumstances = _PLAIN
) -> Frame | Refusal:
    """Read one data segment in plain text whose CRC was found to be of the given kind.

    Refused are a segment without any field (`grammar`), one without CN (`missing_field`), and by
    policy one that is over-long (`too_long`) or in clear (`not_encrypted`).
    """
    policies = circumstances.dialect.policies
    warnings: dict[str, None] = dict.fromkeys(circumstances.oddities)
    if len(segment) > LONGEST_SEGMENT:
        warnings[Warn.OVER_LENGTH] = None
    text = _read_text(segment, warnings)
    head, inside, behind = _cut_content(text, warnings)
    content = Content(warnings, policies, dict.fromkeys(circumstances.policies))
    header = _read_header(head, content)
    if behind.strip(BLANKS + ";,"):
        warnings[Warn.FIELDS_AFTER_CP] = None
        for name, value in _read_header(behind, content).items():
            _put(header, name, value, content)
    command = header.get("CN", "")
    if policies and (refusal := _refuse_by_policy(segment, command, inside, circumstances)):
        return refusal
    if _CONTROL.search(inside) or Warn.UNREADABLE_TEXT in warnings:
        warnings[Warn.ENCRYPTED_CP] = None
        content.keep("CP", _content_hex(segment))
    else:
        content.read(inside, BARE_VALUES.get(command))
    if not command:
        return _refuse_without_command(bool(header))
    return _frame(header, content, crc, encrypted=circumstances.encrypted)


def _refuse_by_policy(
    segment: bytes, command: str, inside: str, circumstances: Circumstances
) -> Refusal | None:
    """Judged by what was read: a content that is not closed would be clear text all the same."""
    policies = circumstances.dialect.policies
    if Policy.REFUSE_OVER_LENGTH in policies and len(segment) > LONGEST_SEGMENT:
        return diagnosis.over_length(len(segment), LONGEST_SEGMENT)
    in_clear = not circumstances.encrypted and is_secret(command.encode())
    if Policy.REQUIRE_SM4 in policies and in_clear and len(inside.encode()) >= BLOCK_BYTES:
        return diagnosis.not_encrypted()
    return None


def _read_text(segment: bytes, warnings: dict[str, None]) -> str:
    try:
        return segment.decode()
    except UnicodeDecodeError:
        pass
    try:
        text = segment.decode("gb18030")
    except UnicodeDecodeError:
        warnings[Warn.UNREADABLE_TEXT] = None
        return segment.decode("latin-1")
    warnings[Warn.GB18030] = None
    return text


def _content_hex(segment: bytes) -> str:
    _, _, content = segment.partition(b"&&")
    return content.rpartition(b"&&")[0].hex()


def _cut_content(text: str, warnings: dict[str, None]) -> tuple[str, str, str]:
    """Cut a segment text into header, content and what stands behind the closing `&&`."""
    opening = _OPEN_CP.search(text)
    if opening is None:
        bare = _BARE_CP.search(text)
        if bare is None:
            warnings[Warn.NO_CP] = None
            return text.removesuffix("&&"), "", ""
        warnings[Warn.CP_NOT_CLOSED] = None
        return text[: bare.start()], text[bare.end() :].removesuffix("&&"), ""
    head = text[: opening.start()]
    if head.strip(BLANKS) and not head.rstrip(BLANKS).endswith((";", ",")):
        warnings[Warn.MISSING_SEPARATOR] = None
    closing = text.rfind("&&", opening.end())
    if closing < 0:
        warnings[Warn.CP_NOT_CLOSED] = None
        return head, text[opening.end() :], ""
    return head, text[opening.end() : closing], text[closing + 2 :]


def _read_header(text: str, content: Content) -> dict[str, str]:
    """Read header fields in any order; unknown ones are kept as other fields."""
    header: dict[str, str] = {}
    if "," in text:
        content.warnings[Warn.STRAY_COMMA] = None
        text = text.replace(",", ";")
    for part in text.split(";"):
        key, equals, value = part.partition("=")
        key = key.strip(BLANKS)
        if equals:
            _put(header, key, value.strip(BLANKS), content)
        elif key:
            content.warnings[Warn.STRAY_TEXT] = None
            content.keep("", key)
    return header


def _put(header: dict[str, str], key: str, value: str, content: Content) -> None:
    name = _HEADER_NAMES.get(key.lower())
    if name is None:
        content.keep(key, value)
        return
    if name != key:
        content.warnings[Warn.KEY_CASE] = None
    if name in header:
        content.warnings[Warn.DUPLICATE_KEY] = None
        content.keep(name, value)
    else:
        header[name] = value


def _frame(header: dict[str, str], content: Content, crc: Crc, *, encrypted: bool) -> Frame:
    warnings = content.warnings
    station = header.get("ST")
    device = header.get("MN")
    if station is None:
        warnings[Warn.MISSING_ST] = None
    if not device:
        warnings[Warn.NO_MN if device is None else Warn.EMPTY_MN] = None
    if content.words and station not in _LETTER_STATIONS:
        warnings[Warn.NOT_A_NUMBER] = None
    request = request_number(header, content)
    flag = flag_of(header, content)
    pnum, pno = packet_numbers(header, content, flag)
    return Frame(
        crc=crc,
        version=version_of(flag, header, request, content),
        cn=header["CN"],
        st=station,
        mn=device,
        qn=request,
        pw=header.get("PW"),
        flag=flag,
        pnum=pnum,
        pno=pno,
        rf=header.get("RF"),
        data_time_text=content.data_time,
        values=content.values,
        states=content.states,
        infos=tuple(content.infos),
        words=tuple(content.words),
        other=content.other,
        policies=tuple(content.policies),
        encrypted=encrypted,
        warnings=tuple(warnings),
    )


def _refuse_without_command(has_fields: bool) -> Refusal:  # noqa: FBT001 - the one thing to tell
    if has_fields:
        return Refusal(
            RefusalReason.MISSING_FIELD,
            "The data segment (数据段) has no CN (命令编码), so nobody can tell what it says; "
            "put CN=<four digits> into the header (HJ 212-2017 table 3), for example CN=2011.",
        )
    return Refusal(
        RefusalReason.GRAMMAR,
        "The data segment (数据段) has no header fields; HJ 212-2017 table 3 wants "
        "QN=...;ST=...;CN=...;PW=...;MN=...;Flag=...;CP=&&...&& separated by semicolons.",
    )
