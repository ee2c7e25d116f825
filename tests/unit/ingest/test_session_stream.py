"""The session state machine: no stream, however cut, broken or forbidden, makes it raise."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mqtt5 import (
    DisconnectPacket,
    DisconnectReasonCode,
    PingReqPacket,
    PingRespPacket,
    PubAckPacket,
    PublishPacket,
    QoS,
    SubAckReasonCode,
    UnsubAckPacket,
)

from services.ingest.events import (
    Cause,
    Closed,
    Event,
)
from services.ingest.message import Message
from tests.fixtures.wire import (
    GRANTED,
    closing,
    connack,
    feed,
    opened,
    publish,
    session,
    suback,
)

UNASKED: dict[str, tuple[list[bytes], bytes]] = {
    "publish before connack": ([], publish()),
    "second connack": ([connack(), suback()], connack()),
    "second suback": ([connack(), suback()], suback()),
    "suback before connack": ([], suback()),
    "unasked unsuback": ([connack()], UnsubAckPacket(2, []).write()),
    "a client's packet": ([connack()], PingReqPacket().write()),
    "topic alias": ([connack()], PublishPacket("", b"", topic_alias=1).write()),
    "packet id 0": ([connack()], b"\x32\x06\x00\x01a\x00\x00\x00"),
    "qos 2": (
        [connack()],
        PublishPacket("a", b"", qos=QoS.EXACTLY_ONCE, packet_id=1).write(),
    ),
    "qos 3": ([connack()], b"\x36\x06\x00\x01a\x00\x01\x00"),
    "length without end": ([connack()], b"\x30\xff\xff\xff\xff"),
    "publish cut short": ([connack()], b"\x32\x03\x00\x09a"),
    "properties longer than packet": ([connack()], b"\x32\x06\x00\x01a\x00\x01\x50"),
    "packet type 0": ([connack()], b"\x00\x00"),
}


@pytest.mark.parametrize(("before", "offence"), UNASKED.values(), ids=UNASKED.keys())
def test_what_the_protocol_forbids_is_an_event_and_not_an_exception(
    before: list[bytes], offence: bytes
):
    subject = session()
    subject.connect(0.0)
    feed(subject, before)

    messages, events, _ = feed(subject, [offence])

    assert closing(events).cause is Cause.PROTOCOL_ERROR
    assert messages == []
    assert feed(subject, [publish()]) == ([], [], b"")


STREAM = (
    connack(session_present=True)
    + suback(GRANTED, SubAckReasonCode.QUOTA_EXCEEDED)
    + publish(1, b"first")
    + PingRespPacket().write()
    + publish(2, b"x" * 300)
    + PublishPacket("cems/v1/MN1", b"{}").write()
    + publish(3, b"")
    + DisconnectPacket(reason_code=DisconnectReasonCode.SERVER_SHUTTING_DOWN).write()
)


def chunked(stream: bytes, cuts: Sequence[int]) -> tuple[list[Message], list[Event], bytes]:
    subject = session()
    subject.connect(0.0)
    borders = [0, *sorted(cuts), len(stream)]
    pairs = pairwise(borders)
    return feed(subject, [stream[start:end] for start, end in pairs if end > start])


def test_a_stream_cut_at_any_one_point_gives_the_same():
    whole = chunked(STREAM, [])

    assert len(whole[0]) == 4
    assert all(chunked(STREAM, [cut]) == whole for cut in range(len(STREAM)))


def test_a_stream_of_single_bytes_gives_the_same():
    assert chunked(STREAM, range(len(STREAM))) == chunked(STREAM, [])


@given(cuts=st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_any_chunking_gives_the_same(cuts: list[int]):
    assert chunked(STREAM, cuts) == chunked(STREAM, [])


# The codec panics over text that is not UTF-8 and prints what it could not raise.
panics = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@panics
def test_a_codec_that_panics_is_an_event_and_not_an_exception():
    not_utf8_reason = b"\xe0\x06\x8b\x04\x1f\x00\x01\xff"

    _, events, _ = feed(opened(), [not_utf8_reason])

    assert closing(events) == Closed(Cause.PROTOCOL_ERROR, "text that is not UTF-8")


@given(
    topic=st.text(st.characters(codec="utf-8", exclude_characters="\0+#"), min_size=1),
    payload=st.binary(max_size=300),
    packet_id=st.integers(1, 65535),
    properties=st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=4),
)
def test_a_publish_is_read_as_the_codec_reads_it(
    topic: str, payload: bytes, packet_id: int, properties: list[tuple[str, str]]
):
    packet = PublishPacket(
        topic,
        payload,
        qos=QoS.AT_LEAST_ONCE,
        packet_id=packet_id,
        duplicate=True,
        user_properties=properties,
    )
    subject = opened(max_packet_size=100_000)

    messages, events, _ = feed(subject, [packet.write()])

    assert events == []
    assert [(m.topic, m.payload, m.duplicate, m.qos) for m in messages] == [
        (topic, payload, True, 1)
    ]
    assert subject.acknowledge([messages[0].token], 1.0) == PubAckPacket(packet_id).write()


@panics
@given(chunks=st.lists(st.binary(max_size=60), max_size=8), accepted=st.booleans())
def test_garbage_never_raises(*, chunks: list[bytes], accepted: bool):
    subject = session()
    subject.connect(0.0)

    messages, events, _ = feed(subject, [connack(), suback(), *chunks] if accepted else chunks)

    assert len(messages) <= sum(map(len, chunks))
    assert sum(isinstance(event, Closed) for event in events) <= 1


@panics
@given(position=st.integers(0, len(STREAM) - 1), value=st.integers(0, 255))
def test_a_stream_with_one_wrong_byte_never_raises(position: int, value: int):
    spoilt = STREAM[:position] + bytes([value]) + STREAM[position + 1 :]

    _, events, _ = chunked(spoilt, [position])

    assert sum(isinstance(event, Closed) for event in events) <= 1
