"""What the MQTT 5 codec leaves to its caller: packet borders, broken packets, names of reasons.

Pure; knows packets, no session.
"""

from collections.abc import Iterable
from struct import Struct
from typing import SupportsInt

from mqtt5 import (
    DisconnectReasonCode,
    Packet,
    QoS,
    RetainHandling,
    SubscribePacket,
    TopicFilter,
    read,
)

_PUBACK = Struct(">HH")
_PUBACK_HEAD = 0x4002
_MORE = 0x80


class Violation(Exception):  # noqa: N818 - the peer's, not an error of ours
    """The peer broke the protocol; `code` is what MQTT wants it told."""

    def __init__(self, code: DisconnectReasonCode, text: str) -> None:
        super().__init__(text)
        self.code = code


def sized_part(stream: bytes, at: int) -> tuple[int, int]:
    """Begin and end of what the variable byte integer at `at` gives the size of (section 1.5.5).

    (0, 0) while the integer is not complete; the end may lie behind the stream's.
    """
    if at + 1 < len(stream):
        # What nearly every packet needs, without a loop: this is asked twice for each.
        first, second = stream[at], stream[at + 1]
        if first < _MORE:
            return at + 1, at + 1 + first
        if second < _MORE:
            return at + 2, at + 2 + (first & 0x7F | second << 7)
    size = 0
    for shift in (0, 7, 14, 21):
        if at >= len(stream):
            return 0, 0
        byte = stream[at]
        at += 1
        size |= (byte & 0x7F) << shift
        if byte < _MORE:
            return at, at + size
    raise Violation(DisconnectReasonCode.MALFORMED_PACKET, "a length of more than four bytes")


def read_answer(frame: memoryview) -> Packet:
    """Decode one whole packet that is no PUBLISH; raises Violation for anything else."""
    try:
        return read(frame)[0]
    except (ValueError, IndexError) as error:
        fault = str(error)
    except BaseException as error:
        # Text that is not UTF-8 makes the codec panic, and a panic is no Exception and has no
        # name that could be imported.
        if type(error).__name__ != "PanicException":
            raise
        fault = "text that is not UTF-8"
    raise Violation(DisconnectReasonCode.MALFORMED_PACKET, fault)


def read_publish(frame: bytes, start: int, end: int, qos: int) -> tuple[str, int, bytes]:
    """Topic, packet id (0 for QoS 0) and payload of a PUBLISH whose body is frame[start:end].

    Not the codec's work: it panics over a topic that is not UTF-8 and refuses properties it does
    not know, and both are for a publisher to write. A lenient broker hands such a message out
    again and again, and only what reaches the rejects can be acknowledged. So the topic is read
    with replacement characters, and properties, of which none is used, are passed over.
    Raises Violation when the packet's lengths contradict each other.
    """
    topic_start = topic_end = start + 2
    packet_id = 0
    try:
        topic_end += frame[start] << 8 | frame[start + 1]
        cursor = topic_end
        if qos:
            packet_id = frame[cursor] << 8 | frame[cursor + 1]
            cursor += 2
        _, payload_start = sized_part(frame, cursor)
    except IndexError:
        payload_start = 0
    if not topic_end < payload_start <= end:
        raise Violation(DisconnectReasonCode.MALFORMED_PACKET, "a PUBLISH cut short")
    topic = frame[topic_start:topic_end].decode("utf-8", errors="replace")
    return topic.replace("\0", "\N{REPLACEMENT CHARACTER}"), packet_id, frame[payload_start:end]


def pubacks(packet_ids: Iterable[int]) -> bytes:
    """Acknowledge QoS 1 packets with success, all in one buffer (MQTT 5, section 3.4)."""
    pack = _PUBACK.pack
    return b"".join([pack(_PUBACK_HEAD, packet_id) for packet_id in packet_ids])


def subscribe(packet_id: int, filters: Iterable[str]) -> bytes:
    """Ask for QoS 1; retained messages come once, not with every reconnect."""
    asked = [
        TopicFilter(
            pattern,
            max_qos=QoS.AT_LEAST_ONCE,
            retain_handling=RetainHandling.SEND_IF_SUBSCRIPTION_NOT_EXISTS,
        )
        for pattern in filters
    ]
    return SubscribePacket(packet_id, asked).write()


def reason(code: SupportsInt) -> str:
    """Name a reason code as people look it up, e.g. "NOT_AUTHORIZED (0x87)"."""
    # The codec's enumerations are typed as IntEnum but are neither ints nor hashable; `name` and
    # int() are all that can be asked of them.
    name = str(getattr(code, "name", "UNKNOWN"))
    return f"{name} (0x{int(code):02X})"
