"""HJ 212 frames of what a device says, by its version: 2005, 2017, 2025 with RF and SM4.

Bytes are joined from prepared texts; `services/hj212/encode.py` gives the same from a `Frame`,
and a test holds both equal. It must not know what is said, nor when it is sent.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from zlib import crc32

from services.hj212.crc import crc16
from services.hj212.segment import LONGEST_SEGMENT
from services.hj212.sm4 import BLOCK_BYTES, WRITTEN, encrypted
from services.hj212.split import LONGEST_CONTENT
from services.simulate.quirk import PLAIN, Quirk
from services.simulate.said import Said, digits
from services.simulate.world import Protocol, VirtualDevice

PASSWORD: Final = "123456"  # noqa: S105 - the standard's own example, checked by nobody
# HJ 212-2017 table 3, Flag: version bits, no answer wanted; of 2005 some loggers send none.
_FLAGS: Final[dict[Protocol, int]] = {"hjt212-2005": 0, "hj212-2017": 4, "hj212-2025": 8}
_SPLIT: Final = 2
_RESENT: Final = "RF=1;"
# HJ 212-2025 section 6.4.4: what is encrypted.
_SECRET: Final = re.compile(r";CN=(?:2[0-9]{3}|1014|3020);")
_MOST_PACKETS: Final = 9_999


@dataclass(frozen=True, slots=True)
class Hand:
    """How a device writes: the texts of its header, its quirk, its key."""

    mn: str
    st: str
    flag: int | None
    resend_mark: bool
    quirk: Quirk = PLAIN
    key: bytes | None = field(default=None, repr=False)


def hand_of(device: VirtualDevice, quirk: Quirk = PLAIN) -> Hand:
    """How the device writes; of 2005 every other one leaves Flag away."""
    flag = _FLAGS.get(device.protocol)
    if device.protocol == "hjt212-2005" and crc32(device.mn.encode()) % 2:
        flag = None
    resend_mark = device.protocol == "hj212-2025"
    return Hand(device.mn, device.st, flag, resend_mark, quirk, device.sm4_key)


def frames(hand: Hand, one: Said, *, again: bool = False) -> list[bytes]:
    """The frames of a message, each with a QN of its own; `again`: sent late, after an outage.

    HJ 212-2017 section 6.3 (分包): what is longer than 950 characters goes into several packets.
    """
    quirk = hand.quirk
    groups = quirk.groups([*one.groups]) if quirk.groups else one.groups
    data_time = digits(one.data_s)
    stamp: str | None = quirk.data_time(data_time) if quirk.data_time else data_time
    time_text = "" if stamp is None else f"DataTime={stamp};"
    head = _head(hand, one, None, again=again)
    content = f"{time_text}{';'.join(groups)}"
    if not quirk.split or len(content.encode()) <= _room(head):
        return [_enclosed(hand, head, content)]
    widest = _head(hand, one, (_MOST_PACKETS, _MOST_PACKETS), again=again)
    parts = [*_parts(groups, _room(widest) - len(time_text))]
    return [
        _enclosed(
            hand,
            _head(hand, one, (len(parts), number), again=again),
            f"{time_text}{';'.join(part)}",
        )
        for number, part in enumerate(parts, 1)
    ]


def _room(head: str) -> int:
    """Bytes that a content may have behind a header."""
    return min(LONGEST_CONTENT, LONGEST_SEGMENT - len(head) - len("&&"))


def _parts(groups: Sequence[str], room: int) -> Iterator[list[str]]:
    part: list[str] = []
    length = -1
    for group in groups:
        more = len(group.encode()) + 1
        if part and length + more > room:
            yield part
            part, length = [], -1
        part.append(group)
        length += more
    yield part


def _head(hand: Hand, one: Said, packet: tuple[int, int] | None, *, again: bool) -> str:
    """The data segment up to where the content begins."""
    flag, split, ms = hand.flag, "", one.ms
    if packet is not None:
        packets, number = packet
        flag = (flag or 0) | _SPLIT
        split = f"PNUM={packets};PNO={number};"
        ms += number - 1
    qn = f"{digits(one.shown_s)}{ms:03}"
    flag_text = "" if flag is None else f"Flag={flag};"
    mark = _RESENT if again and hand.resend_mark else ""
    head = (
        f"QN={qn};ST={hand.st};CN={one.command};PW={PASSWORD};MN={hand.mn};{flag_text}{split}{mark}"
    )
    if hand.quirk.head is not None:
        head = hand.quirk.head(head)
    return f"{head}CP=&&"


def _enclosed(hand: Hand, head: str, text: str) -> bytes:
    """The frame; length and CRC are those of the plain text, encrypted or not (HJ 212-2025)."""
    segment = f"{head}{text}&&".encode()
    crc = crc16(segment)
    if hand.key is None or not _SECRET.search(head) or len(text) < BLOCK_BYTES:
        whole = b"##%04d%s%04X\r\n" % (len(segment), segment, crc)
    else:
        cipher, rest = encrypted(text.encode(), hand.key)
        written = WRITTEN[hand.quirk.form](cipher)
        whole = b"##%04d%s%s%s&&%04X\r\n" % (len(segment), head.encode(), written, rest, crc)
    return whole if hand.quirk.frame is None else hand.quirk.frame(whole)
