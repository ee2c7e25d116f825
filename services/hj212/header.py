"""What the header fields mean (HJ 212-2017 table 3), with the forms seen in the field.

It must not know how the header was cut into fields.
"""

from schemas.policies import Policy
from services.hj212.clock import beijing, beijing_ms, epoch_ms
from services.hj212.content import Content
from services.hj212.frame import Version, Warn
from services.hj212.number import parse_count

_SURFACE_WATER = "21"
_YEAR_2025_RULES = 2026
_NEWEST_VERSION_BITS = 2


def request_number(header: dict[str, str], content: Content) -> str | None:
    """QN (请求编码) from the header, else from the content, where answers of 2005 carry it."""
    request = header.get("QN")
    if request is None:
        request = content.value("QN")
        content.warnings[Warn.MISSING_QN if request is None else Warn.QN_IN_CP] = None
    if request is None or beijing_ms(request) is not None:
        return request
    if epoch_ms(request) is None or not content.admits(Policy.EPOCH_QN):
        content.warnings[Warn.QN_FORM] = None
    return request


def flag_of(header: dict[str, str], content: Content) -> int | None:
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


def packet_numbers(
    header: dict[str, str], content: Content, flag: int | None
) -> tuple[int | None, int | None]:
    """PNUM and PNO (分包), from the content too, where some devices put them."""
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


def version_of(
    flag: int | None, header: dict[str, str], request: str | None, content: Content
) -> Version:
    """The version from the Flag's upper six bits: 0 is 2005, 1 is 2017, 2 is 2025.

    Surface water (ST=21) used 2 years before 2025: there only RF or a date from 2026 on proves it,
    and for a device registered with that policy only RF.
    """
    bits = 0 if flag is None else flag >> 2
    if bits == 0:
        return 2005
    if bits == 1:
        return 2017
    if bits > _NEWEST_VERSION_BITS:
        content.warnings[Warn.VERSION_UNKNOWN] = None
    elif header.get("ST") == _SURFACE_WATER and "RF" not in header:
        if content.admits(Policy.SURFACE_WATER):
            return 2017
        content.warnings[Warn.VERSION_AMBIGUOUS] = None
        moment = beijing((request or "")[:17]) or beijing(content.data_time or "")
        if moment is None or moment.year < _YEAR_2025_RULES:
            return 2017
    return 2025
