"""A capture of HJ 212 bytes: every frame to its own MN, unchanged."""

import pytest

from services.hj212.encode import enclose
from services.simulate.replay_capture import Skipped, capture_messages


def frame(mn: str, second: int) -> bytes:
    return enclose(
        f"QN=202401010800{second:02}000;ST=31;CN=2011;PW=123456;MN={mn};Flag=4;"
        f"CP=&&DataTime=202401010800{second:02};a21026-Rtd=1.5,a21026-Flag=N&&".encode()
    )


CAPTURE = b"".join(
    (frame("M1", 0), b"noise\r\n", frame("M2", 1), frame("", 2), frame("a/#", 3), frame("M1", 4))
)


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_frames_go_to_their_own_mn_however_the_bytes_are_cut(size: int) -> None:
    chunks = (CAPTURE[at : at + size] for at in range(0, len(CAPTURE), size))
    skipped = Skipped()

    messages = list(capture_messages(chunks, skipped))

    assert [(message.topic, message.payload) for message in messages] == [
        ("hj212/M1", frame("M1", 0)),
        ("hj212/M2", frame("M2", 1)),
        ("hj212/M1", frame("M1", 4)),
    ]
    assert [message.at_s - messages[0].at_s for message in messages] == [0, 1, 4]
    assert skipped.pieces == 3
    assert skipped.size + sum(len(message.payload) for message in messages) == len(CAPTURE)


def test_a_frame_with_a_wrong_check_sum_is_sent_as_it_is() -> None:
    wrong = frame("M1", 0).replace(b"Rtd=1.5", b"Rtd=9.5")

    messages = list(capture_messages([wrong], Skipped()))

    assert [message.payload for message in messages] == [wrong]
