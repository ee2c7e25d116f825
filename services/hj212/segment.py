"""The data segment (数据段) of a frame: its bytes in, a `Frame` or a `Refusal` out.

HJ 212-2017 table 3 (header fields) with the forms seen in the field. It must not know how the
segment was found in the stream.
"""

import re

from services.hj212.clock import beijing, beijing_ms
from services.hj212.content import BLANKS, Content
from services.hj212.frame import Crc, Frame, Refusal, RefusalReason, Version, Warn
from services.hj212.number import parse_count

LONGEST_SEGMENT = 1024
"""Bytes of a data segment that HJ 212-2017 table 2 allows; longer ones are read with a warning."""

_OPEN_CP = re.compile(r"CP[ \t]*=[ \t]*&&")
_BARE_CP = re.compile(r"(?:^|[;, \t])CP[ \t]*=")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HEADER_NAMES = {
    name.lower(): name for name in ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF")
}
_SURFACE_WATER = "21"
_YEAR_2025_RULES = 2026
_NEWEST_VERSION_BITS = 2


def parse_segment(segment: bytes, crc: Crc, oddities: tuple[Warn, ...] = ()) -> Frame | Refusal:
    """Read one data segment whose CRC was found to be of the given kind.

    `oddities` are warnings about the envelope that the frame shall carry. Refused are only a
    segment without any field (`grammar`) and one without CN (`missing_field`).
    """
    warnings: dict[str, None] = dict.fromkeys(oddities)
    if len(segment) > LONGEST_SEGMENT:
        warnings[Warn.OVER_LENGTH] = None
    text = _read_text(segment, warnings)
    head, inside, behind = _cut_content(text, warnings)
    content = Content(warnings)
    header = _read_header(head, content)
    if behind.strip(BLANKS + ";,"):
        warnings[Warn.FIELDS_AFTER_CP] = None
        for name, value in _read_header(behind, content).items():
            _put(header, name, value, content)
    if _CONTROL.search(inside) or Warn.UNREADABLE_TEXT in warnings:
        warnings[Warn.ENCRYPTED_CP] = None
        content.keep("CP", _content_hex(segment))
    else:
        content.read(inside)
    if not header.get("CN"):
        return _refuse_without_command(bool(header))
    return _frame(header, content, crc)


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


def _frame(header: dict[str, str], content: Content, crc: Crc) -> Frame:
    warnings = content.warnings
    station = header.get("ST")
    device = header.get("MN")
    if station is None:
        warnings[Warn.MISSING_ST] = None
    if not device:
        warnings[Warn.NO_MN if device is None else Warn.EMPTY_MN] = None
    request = _request_number(header, content)
    flag = _flag(header, content)
    pnum, pno = _packet_numbers(header, content, flag)
    return Frame(
        crc=crc,
        version=_version(flag, header, request, content),
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
        other=content.other,
        warnings=tuple(warnings),
    )


def _request_number(header: dict[str, str], content: Content) -> str | None:
    """QN from the header, else from the content, where answers of 2005 carry it."""
    request = header.get("QN")
    if request is None:
        request = content.value("QN")
        content.warnings[Warn.MISSING_QN if request is None else Warn.QN_IN_CP] = None
    if request is not None and beijing_ms(request) is None:
        content.warnings[Warn.QN_FORM] = None
    return request


def _flag(header: dict[str, str], content: Content) -> int | None:
    """Flag (标志位); 0 to 255 by HJ 212-2017 table 3, larger numbers are kept as sent."""
    text = header.get("Flag")
    if text is None:
        content.warnings[Warn.MISSING_FLAG] = None
        return None
    flag = parse_count(text)
    if flag is None:
        content.warnings[Warn.FLAG_FORM] = None
        content.keep("Flag", text)
    return flag


def _packet_numbers(
    header: dict[str, str], content: Content, flag: int | None
) -> tuple[int | None, int | None]:
    numbers: list[int | None] = []
    for name in ("PNUM", "PNO"):
        text = header.get(name)
        if text is None:
            text = content.value(name)
            if text is not None:
                content.warnings[Warn.PNUM_IN_CP] = None
        elif parse_count(text) is None:
            content.warnings[Warn.PNUM_FORM] = None
            content.keep(name, text)
        numbers.append(None if text is None else parse_count(text))
    if flag is not None and flag & 2 and None in numbers:
        content.warnings[Warn.PNUM_MISSING] = None
    return numbers[0], numbers[1]


def _version(
    flag: int | None, header: dict[str, str], request: str | None, content: Content
) -> Version:
    """The version from the Flag's upper six bits: 0 is 2005, 1 is 2017, 2 is 2025.

    Surface water (ST=21) used 2 years before 2025: there only RF or a date from 2026 on proves it.
    """
    bits = 0 if flag is None else flag >> 2
    if bits == 0:
        return 2005
    if bits == 1:
        return 2017
    if bits > _NEWEST_VERSION_BITS:
        content.warnings[Warn.VERSION_UNKNOWN] = None
    elif header.get("ST") == _SURFACE_WATER and "RF" not in header:
        content.warnings[Warn.VERSION_AMBIGUOUS] = None
        moment = beijing((request or "")[:17]) or beijing(content.data_time or "")
        if moment is None or moment.year < _YEAR_2025_RULES:
            return 2017
    return 2025


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
