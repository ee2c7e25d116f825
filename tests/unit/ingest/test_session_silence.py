"""The session state machine: keep-alive, pings, and a broker that says nothing."""

import pytest
from mqtt5 import (
    PingReqPacket,
    PingRespPacket,
)

from services.ingest.events import (
    Cause,
)
from tests.fixtures.wire import (
    RECEIVED_AT_US,
    closing,
    connack,
    feed,
    opened,
    publish,
    session,
    suback,
)


def test_silence_is_answered_with_a_ping_before_the_keep_alive_is_over():
    subject = opened(at=100.0)

    deadline = subject.next_deadline()

    assert deadline is not None
    assert 100.0 < deadline < 140.0
    assert subject.tick(deadline - 0.1).send == b""
    assert subject.tick(deadline).send == PingReqPacket().write()


def test_an_unanswered_ping_ends_the_connection():
    subject = opened()
    subject.tick(30.0)

    assert subject.next_deadline() == 40.0
    assert subject.tick(39.9).events == []
    assert closing(subject.tick(40.0).events).cause is Cause.SILENT


def test_any_bytes_answer_a_ping():
    subject = opened()
    subject.tick(30.0)
    subject.receive(PingRespPacket().write()[:1], 35.0, RECEIVED_AT_US)

    assert subject.tick(59.9).events == []
    assert subject.tick(60.0).send == PingReqPacket().write()


def test_acknowledgements_alone_do_not_hide_a_deaf_connection():
    subject = opened()
    messages, _, _ = feed(subject, [publish(1), publish(2)])
    subject.acknowledge([messages[0].token], 20.0)

    assert subject.tick(31.0).send == PingReqPacket().write()


def test_the_brokers_shorter_keep_alive_counts():
    subject = session()
    subject.connect(0.0)
    feed(subject, [connack(server_keep_alive=4), suback()])

    assert subject.next_deadline() == 1.0 + 3.0


def test_while_reading_is_suspended_pings_go_out_and_silence_proves_nothing():
    subject = opened()
    subject.suspend()

    assert subject.tick(30.0).send == PingReqPacket().write()
    assert subject.tick(50.0).events == []
    assert subject.tick(60.0).send == PingReqPacket().write()
    subject.resume(61.0)
    assert subject.tick(70.9).events == []
    assert closing(subject.tick(71.0).events).cause is Cause.SILENT


@pytest.mark.parametrize("answered", [b"", connack()], ids=["connect", "subscribe"])
def test_a_request_that_is_not_answered_ends_the_connection(answered: bytes):
    subject = session()
    subject.connect(0.0)
    feed(subject, [answered] if answered else [])
    deadline = subject.next_deadline()

    assert deadline is not None
    assert closing(subject.tick(deadline).events).cause is Cause.NO_REPLY
