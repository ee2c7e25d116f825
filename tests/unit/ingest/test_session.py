"""The session state machine: what it makes of what a broker would send."""

import mqtt5
import pytest
from mqtt5 import (
    ConnAckReasonCode,
    DisconnectPacket,
    DisconnectReasonCode,
    PubAckPacket,
    PublishPacket,
    QoS,
    SubAckReasonCode,
    UnsubAckPacket,
    UnsubAckReasonCode,
)

from services.ingest.broker import SESSION_NEVER_EXPIRES
from services.ingest.events import (
    Cause,
    Closed,
    Connected,
    SessionLost,
    SessionShortened,
    Subscribed,
    SubscriptionRefused,
    Unsubscribed,
)
from services.ingest.session import Session
from tests.fixtures.wire import (
    FILTERS,
    GRANTED,
    RECEIVED_AT_US,
    closing,
    connack,
    feed,
    opened,
    publish,
    sent_packets,
    session,
    settings,
    suback,
)


def test_connect_keeps_the_session_for_ever_and_never_starts_clean():
    (packet,) = sent_packets(session().connect(0.0))

    assert isinstance(packet, mqtt5.ConnectPacket)
    assert packet.client_id == "ingest-0"
    assert not packet.clean_start
    assert packet.session_expiry_interval == SESSION_NEVER_EXPIRES
    assert (packet.receive_max, packet.keep_alive, packet.max_packet_size) == (5, 40, 1000)
    assert (packet.username, packet.password) == ("ingest", b"s cret")


def test_it_subscribes_at_qos_1_after_every_connack():
    subject = session()
    subject.connect(0.0)

    step = subject.receive(connack(session_present=True), 0.0, RECEIVED_AT_US)

    (packet,) = sent_packets(step.send)
    assert isinstance(packet, mqtt5.SubscribePacket)
    assert [item.pattern for item in packet.topic_filters] == list(FILTERS)
    assert all(item.max_qos == QoS.AT_LEAST_ONCE for item in packet.topic_filters)
    assert step.events == [Connected(session_present=True)]


def test_granted_filters_are_reported():
    subject = session()
    subject.connect(0.0)

    _, events, _ = feed(subject, [connack(), suback()])

    assert events == [Connected(session_present=False), Subscribed(FILTERS)]
    assert subject.settled


@pytest.mark.parametrize(
    "code",
    [SubAckReasonCode.NOT_AUTHORIZED, SubAckReasonCode.GRANTED_QOS_AT_MOST_ONCE],
    ids=["not authorised", "only at QoS 0"],
)
def test_a_refused_filter_is_reported_with_its_reason(code: SubAckReasonCode):
    subject = session()
    subject.connect(0.0)

    _, events, _ = feed(subject, [connack(), suback(GRANTED, code)])

    assert events[1:] == [
        SubscriptionRefused("cems/v1/+", f"{code.name} (0x{int(code):02X})"),
        Subscribed(("hj212/+",)),
    ]


def test_a_suback_with_a_reason_nobody_knows_ends_the_connection():
    subject = session()
    subject.connect(0.0)

    _, events, _ = feed(subject, [connack(), b"\x90\x05\x00\x01\x00\x01\x77"])

    assert closing(events).cause is Cause.PROTOCOL_ERROR


def test_a_refused_connection_names_the_reason():
    subject = session()
    subject.connect(0.0)

    _, events, sent = feed(subject, [connack(reason_code=ConnAckReasonCode.NOT_AUTHORIZED)])

    assert events == [Closed(Cause.REFUSED, "NOT_AUTHORIZED (0x87)")]
    assert sent == b""
    assert subject.next_deadline() is None


def test_a_missing_session_is_loud_when_one_was_expected():
    subject = session(expects_session=True)
    subject.connect(0.0)

    _, events, _ = feed(subject, [connack(session_present=False)])

    assert events == [Connected(session_present=False), SessionLost()]


def test_a_session_that_the_broker_will_not_keep_is_reported():
    subject = session()
    subject.connect(0.0)

    _, events, _ = feed(subject, [connack(session_expiry_interval=7200)])

    assert SessionShortened(7200) in events


def test_a_message_carries_its_bytes_topic_and_time():
    subject = opened()

    messages, _, _ = feed(subject, [publish(7, b"\x00\xff")])

    (message,) = messages
    assert (message.topic, message.payload, message.qos) == ("hj212/MN1", b"\x00\xff", 1)
    assert message.received_at_us == RECEIVED_AT_US
    assert not message.duplicate
    assert message.token != 0


def test_a_message_of_qos_0_has_nothing_to_acknowledge():
    subject = opened()

    messages, _, _ = feed(subject, [PublishPacket("a", b"x").write()])

    assert (messages[0].token, messages[0].qos) == (0, 0)
    assert subject.acknowledge([0], 1.0) == b""


def test_many_acknowledgements_are_one_buffer_of_pubacks_in_order():
    subject = opened()
    messages, _, _ = feed(subject, [publish(3) + publish(1) + publish(2)])

    acks = subject.acknowledge([message.token for message in messages], 1.0)

    assert acks == b"".join(PubAckPacket(packet_id).write() for packet_id in (3, 1, 2))


def test_acknowledging_twice_does_not_acknowledge_the_next_user_of_the_packet_id():
    subject = opened()
    first, _, _ = feed(subject, [publish(1)])
    subject.acknowledge([first[0].token], 1.0)
    second, _, _ = feed(subject, [publish(1, b"next")])

    assert subject.acknowledge([first[0].token], 1.0) == b""
    assert subject.acknowledge([second[0].token], 1.0) == PubAckPacket(1).write()


def test_a_token_of_an_older_connection_acknowledges_nothing():
    old = opened()
    messages, _, _ = feed(old, [publish(1)])
    new = Session(settings(), expects_session=True, retiring=False, first_serial=old.serial)
    new.connect(5.0)
    feed(new, [connack(session_present=True), suback(), publish(1)])

    assert new.acknowledge([messages[0].token], 6.0) == b""


def test_more_in_flight_than_agreed_ends_the_connection():
    subject = opened(receive_maximum=2)

    messages, events, sent = feed(subject, [publish(1) + publish(2) + publish(3)])

    assert len(messages) == 2
    assert closing(events).cause is Cause.PROTOCOL_ERROR
    (packet,) = sent_packets(sent)
    assert isinstance(packet, DisconnectPacket)
    assert packet.reason_code == DisconnectReasonCode.RECEIVE_MAX_EXCEEDED


def test_an_oversize_packet_ends_the_connection_before_its_bytes_are_kept():
    subject = opened(max_packet_size=100)

    _, events, sent = feed(subject, [publish(payload=b"x" * 500)[:5]])

    assert closing(events).cause is Cause.PROTOCOL_ERROR
    (packet,) = sent_packets(sent)
    assert isinstance(packet, DisconnectPacket)
    assert packet.reason_code == DisconnectReasonCode.PACKET_TOO_LARGE


def test_a_publish_with_a_broken_topic_or_property_is_handed_on_so_that_it_can_be_rejected():
    subject = opened()
    not_utf8 = b"\x32\x0a\x00\x03a\xff\xfe\x00\x09\x00xy"
    odd_property = b"\x32\x0a\x00\x01a\x00\x0a\x02\x99\x01xy"
    nul_in_topic = b"\x30\x06\x00\x02a\x00\x00x"

    messages, events, _ = feed(subject, [not_utf8 + odd_property + nul_in_topic])

    assert events == []
    assert [(message.topic, message.payload) for message in messages] == [
        ("a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}", b"xy"),
        ("a", b"xy"),
        ("a\N{REPLACEMENT CHARACTER}", b"x"),
    ]
    assert subject.acknowledge([messages[0].token], 1.0) == PubAckPacket(9).write()


def test_a_takeover_is_told_apart_from_other_ends():
    subject = opened()
    packet = DisconnectPacket(reason_code=DisconnectReasonCode.SESSION_TAKEN_OVER)

    _, events, _ = feed(subject, [packet.write()])

    assert events == [Closed(Cause.TAKEN_OVER, "SESSION_TAKEN_OVER (0x8E)")]


def test_a_broker_that_shuts_down_says_so():
    subject = opened()
    packet = DisconnectPacket(reason_code=DisconnectReasonCode.SERVER_SHUTTING_DOWN)

    _, events, _ = feed(subject, [packet.write() + publish()])

    assert events == [Closed(Cause.SERVER_LEFT, "SERVER_SHUTTING_DOWN (0x8B)")]


def test_a_retiring_session_unsubscribes_instead_of_subscribing():
    subject = session(retiring=True)
    subject.connect(0.0)

    _, events, sent = feed(
        subject,
        [
            connack(session_present=True),
            UnsubAckPacket(
                2, [UnsubAckReasonCode.SUCCESS, UnsubAckReasonCode.NO_SUBSCRIPTION_EXISTED]
            ).write(),
        ],
    )

    (packet,) = sent_packets(sent)
    assert isinstance(packet, mqtt5.UnsubscribePacket)
    assert packet.patterns == list(FILTERS)
    assert events[-1] == Unsubscribed()


def test_a_filter_that_cannot_be_taken_away_is_not_called_unsubscribed():
    subject = opened()
    subject.unsubscribe(1.0)
    codes = [UnsubAckReasonCode.SUCCESS, UnsubAckReasonCode.NOT_AUTHORIZED]

    _, events, _ = feed(subject, [UnsubAckPacket(2, codes).write()])

    assert events == [SubscriptionRefused("cems/v1/+", "NOT_AUTHORIZED (0x87)")]


@pytest.mark.parametrize(
    ("end_session", "expiry"), [(False, None), (True, 0)], ids=["stop", "retire"]
)
def test_only_retiring_ends_the_session_with_the_broker(*, end_session: bool, expiry: int | None):
    subject = opened()

    (packet,) = sent_packets(subject.disconnect(end_session=end_session))

    assert isinstance(packet, DisconnectPacket)
    assert packet.session_expiry_interval == expiry
    assert subject.disconnect(end_session=end_session) == b""
    assert subject.next_deadline() is None
