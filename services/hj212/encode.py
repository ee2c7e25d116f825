"""Right HJ 212 frames from their fields: length, CRC and CR LF as HJ 212-2017 table 2 wants.

For those that send: the simulator, answers, tests. It must not know what a receiver tolerates.
"""

import re
from collections.abc import Iterator

from services.hj212.content import NUMBER_FIELDS, QUOTE
from services.hj212.crc import crc16
from services.hj212.frame import Frame, Info, State, Value
from services.hj212.segment import LONGEST_SEGMENT

_PLAIN = re.compile(r"[0-9A-Za-z.+_-]+")
_TEXT_END = re.compile(r"//[ \t\r\n]*[;,]|&&")
_SEPARATORS = re.compile(r"[;,=&]|^[ \t\r\n]|[ \t\r\n]$")


def encode(frame: Frame) -> bytes:
    """Build the bytes of a frame; its `crc`, `version` and `warnings` are not looked at.

    Raises `ValueError` when a text holds a separator, or the data segment would be longer than
    1024 bytes: split it with PNUM and PNO (HJ 212-2017 section 6.3, 分包).
    """
    return enclose(segment(frame).encode())


def enclose(data_segment: bytes) -> bytes:
    """Put a data segment between its header, its CRC and CR LF.

    Raises `ValueError` when it is longer than 1024 bytes.
    """
    if len(data_segment) > LONGEST_SEGMENT:
        raise ValueError(
            f"the data segment has {len(data_segment)} bytes, HJ 212-2017 allows "
            f"{LONGEST_SEGMENT}; split it into packets with PNUM and PNO"
        )
    return b"##%04d%s%04X\r\n" % (len(data_segment), data_segment, crc16(data_segment))


def segment(frame: Frame) -> str:
    """Build the data segment's text; raises `ValueError` when a text holds a separator."""
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
    fields = [_field(key, str(sent)) for key, sent in header if sent is not None]
    return ";".join([*fields, f"CP=&&{';'.join(_projects(frame))}&&"])


def _projects(frame: Frame) -> Iterator[str]:
    """The projects in an order in which no PolId is taken for another field's."""
    if frame.data_time_text is not None:
        yield _field("DataTime", frame.data_time_text)
    yield from (",".join(_value_fields(value)) for value in frame.values)
    yield from (field for state in frame.states for field in _state_fields(state))
    yield from (_info_field(info) for info in frame.infos if info.about is None)
    yield from (_field(key, text) if key else _checked(text) for key, text in frame.other)
    for info in frame.infos:
        if info.about is not None:
            yield _field("PolId", info.about)
            yield _info_field(info)


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
