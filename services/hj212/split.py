"""Frames too long for one packet, cut into several (分包, HJ 212-2017 C.49 and C.50).

It must not know who sends them, nor how a receiver joins them: each is a frame of its own.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from services.hj212.encode import data_segment, enclose, projects
from services.hj212.frame import Frame
from services.hj212.segment import LONGEST_SEGMENT

LONGEST_CONTENT = 950
"""Bytes between the && of a content that HJ 212-2017 table 2 allows."""

_DIVIDED = 2
_MOST_PACKETS = 9999


def encode_packets(frame: Frame) -> list[bytes]:
    """Build the packets of a frame: one if it fits, else parts with Flag bit D, PNUM and PNO.

    Each part has a QN of its own, a millisecond after the last one's, and begins with DataTime.
    Raises `ValueError` when a text holds a separator, the fields of one code do not fit a packet,
    QN is no time, or a part would have to be parted again.
    """
    leading, groups = _leading_and_groups(frame)
    whole = data_segment(frame, [*leading, *(field for group in groups for field in group)])
    if _fits(whole):
        return [enclose(whole.encode())]
    if frame.pnum is not None or frame.pno is not None:
        raise ValueError("this is a part of a split frame, and too long for one packet")
    contents = [*_cut(frame, leading, groups)]
    return [
        enclose(data_segment(_part(frame, place, len(contents)), content).encode())
        for place, content in enumerate(contents, 1)
    ]


def _leading_and_groups(frame: Frame) -> tuple[list[str], list[tuple[str, ...]]]:
    groups = [*projects(frame)]
    if frame.data_time_text is None:
        return [], groups
    return [*groups[0]], groups[1:]


def _fits(segment: str) -> bool:
    content = segment.partition("CP=&&")[2].removesuffix("&&")
    return len(segment.encode()) <= LONGEST_SEGMENT and len(content.encode()) <= LONGEST_CONTENT


def _cut(frame: Frame, leading: list[str], groups: list[tuple[str, ...]]) -> Iterator[list[str]]:
    """The contents of the parts, each as full as it may be whatever its numbers."""
    widest = replace(_part(frame, 1, 1), pnum=_MOST_PACKETS, pno=_MOST_PACKETS)
    content = [*leading]
    for group in groups:
        if _fits(data_segment(widest, [*content, *group])):
            content += group
            continue
        if len(content) > len(leading):
            yield content
        content = [*leading, *group]
        if not _fits(data_segment(widest, content)):
            raise ValueError(f"{group[0][:20]}... alone is too long for one packet")
    yield content


def _part(frame: Frame, place: int, count: int) -> Frame:
    if count > _MOST_PACKETS:
        raise ValueError(f"the frame would need more than {_MOST_PACKETS} packets")
    flag = (frame.flag or 0) | _DIVIDED
    return replace(frame, qn=_later(frame, place - 1), flag=flag, pnum=count, pno=place)


def _later(frame: Frame, milliseconds: int) -> str | None:
    """A QN that many milliseconds after the frame's, which may have none (2005)."""
    if frame.qn is None:
        return None
    moment: datetime | None = frame.qn_time
    if moment is None:
        raise ValueError(f"QN={frame.qn} is no time of 17 digits, so no later one can be made")
    later = moment + timedelta(milliseconds=milliseconds)
    return f"{later:%Y%m%d%H%M%S}{later.microsecond // 1000:03d}"
