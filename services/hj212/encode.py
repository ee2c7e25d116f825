"""Right HJ 212 frames from their fields: length, CRC and CR LF as HJ 212-2017 table 2 wants.

For those that send: the simulator, answers, tests. It must not know what a receiver tolerates.
"""

import re
from collections.abc import Iterable, Iterator

from schemas.policies import Policy
from services.hj212.content import NUMBER_FIELDS, QUOTE
from services.hj212.crc import crc16
from services.hj212.frame import Frame, Info, State, Value
from services.hj212.peek import secret
from services.hj212.segment import LONGEST_SEGMENT
from services.hj212.sm4 import BLOCK_BYTES, WRITTEN, encrypted

_PLAIN = re.compile(r"[0-9A-Za-z.+_-]+")
_ENCODED = re.compile(rb"##([0-9]{4})(.*)([0-9A-F]{4}\r\n)", re.DOTALL)
_TEXT_END = re.compile(r"//[ \t\r\n]*[;,]|&&")
_SEPARATORS = re.compile(r"[;,=&]|^[ \t\r\n]|[ \t\r\n]$")


def encode(frame: Frame) -> bytes:
    """Build the bytes of a frame; its `crc`, `version` and `warnings` are not looked at.

    Raises `ValueError` when a text holds a separator, or the data segment would be longer than
    1024 bytes: split it with PNUM and PNO (HJ 212-2017 section 6.3, 分包).
    """
    return enclose(segment(frame).encode())


def enclose(segment_bytes: bytes) -> bytes:
    """Put a data segment between its header, its CRC and CR LF.

    Raises `ValueError` when it is longer than 1024 bytes.
    """
    if len(segment_bytes) > LONGEST_SEGMENT:
        raise ValueError(
            f"the data segment has {len(segment_bytes)} bytes, HJ 212-2017 allows "
            f"{LONGEST_SEGMENT}; split it into packets with PNUM and PNO"
        )
    return b"##%04d%s%04X\r\n" % (len(segment_bytes), segment_bytes, crc16(segment_bytes))


def encrypt(frame: bytes, key: bytes, form: Policy = Policy.SM4_RAW) -> bytes:
    """Encrypt the content of one encoded frame with SM4, and write it in a form (`sm4_...`).

    Length and CRC stay those of the plain text; a command that HJ 212-2025 section 6.4.4 does not
    name stays in clear, as does a content under 16 bytes. Raises `ValueError` when the bytes are
    not one encoded frame, or the key has not 16 bytes.
    """
    found = _ENCODED.fullmatch(frame)
    if found is None or len(found.group(2)) != int(found.group(1)):
        raise ValueError("these bytes are not one encoded frame")
    inside = secret(found.group(2))
    if inside is None or len(inside.content) < BLOCK_BYTES:
        return frame
    cipher, rest = encrypted(inside.content, key)
    written = WRITTEN[form](cipher)
    return b"##%s%s%s%s&&%s" % (found.group(1), inside.head, written, rest, found.group(3))


def segment(frame: Frame) -> str:
    """Build the data segment's text; raises `ValueError` when a text holds a separator."""
    return data_segment(frame, (group for groups in projects(frame) for group in groups))


def data_segment(frame: Frame, fields: Iterable[str]) -> str:
    """Build a data segment of a frame's header and the fields of a content."""
    header = (
        ("QN", frame.qn),
        ("ST", frame.st),
        ("CN", frame.cn),
        ("PW", frame.pw),
        ("MN", frame.mn),
        ("Flag", frame.flag),
        ("PNUM", frame.pnum),
        ("PNO", frame.pno),
        ("RF", frame.rf),
    )
    sent = [_field(key, str(text)) for key, text in header if text is not None]
    return ";".join([*sent, f"CP=&&{';'.join(fields)}&&"])


def projects(frame: Frame) -> Iterator[tuple[str, ...]]:
    """The fields of a content, those that must not be parted together.

    They come in an order in which no PolId is taken for another field's.
    """
    if frame.data_time_text is not None:
        yield (_field("DataTime", frame.data_time_text),)
    yield from ((",".join(_value_fields(value)),) for value in frame.values)
    yield from (tuple(_state_fields(state)) for state in frame.states)
    yield from ((_info_field(info),) for info in frame.infos if info.about is None)
    yield from ((_field(key, text) if key else _checked(text),) for key, text in frame.other)
    for info in frame.infos:
        if info.about is not None:
            yield (_field("PolId", info.about), _info_field(info))


def _state_fields(state: State) -> Iterator[str]:
    if state.rs is not None:
        yield _field(f"{state.code}-RS", str(state.rs))
    if state.rt is not None:
        yield _field(f"{state.code}-RT", repr(state.rt))


def _value_fields(value: Value) -> Iterator[str]:
    if value.sample_time is not None:
        yield _field(f"{value.code}-SampleTime", value.sample_time)
    for suffix, name in NUMBER_FIELDS.items():
        number: float | None = getattr(value, name)
        if number is not None:
            yield _field(f"{value.code}-{suffix}", repr(number))
    if value.flag is not None:
        yield _field(f"{value.code}-Flag", value.flag)
    if value.eflag is not None:
        yield _field(f"{value.code}-EFlag", value.eflag)


def _info_field(info: Info) -> str:
    key = f"{_checked(info.code)}-Info"
    if _PLAIN.fullmatch(info.text):
        return f"{key}={info.text}"
    if _TEXT_END.search(info.text) or QUOTE.search(info.text):
        raise ValueError(f"the text of {key} holds &&, -Info=// or a // before a separator")
    return f"{key}=//{info.text}//"


def _field(key: str, text: str) -> str:
    return f"{_checked(key)}={_checked(text)}"


def _checked(text: str) -> str:
    if _SEPARATORS.search(text):
        raise ValueError(f"{text!r} begins or ends with a blank or holds one of ; , = &")
    return text
