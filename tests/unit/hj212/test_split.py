from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from schemas.policies import Policy
from services.hj212.dialect import strict
from services.hj212.encode import encode, encrypt
from services.hj212.frame import Crc, Frame, Info, State, Value
from services.hj212.split import LONGEST_CONTENT, encode_packets
from services.hj212.stream import decode
from tests.fixtures.hj212_dialects import FORMS, KEY, only_frame, under
from tests.fixtures.hj212_frames import frames, seconds

CODES = [f"a{number:05d}" for number in range(21001, 21100)]
PLAIN = Frame(
    crc=Crc.HJ212,
    version=2017,
    qn="20260801085959998",
    st="31",
    cn="2011",
    pw="123456",
    mn="010000A8900016F000169DC0",
    flag=5,
    data_time_text="20260801085900",
)


def measured(count: int, frame: Frame = PLAIN) -> Frame:
    values = tuple([Value(code, rtd=12.5, zs_rtd=13.25, flag="N") for code in CODES[:count]])
    return replace(frame, values=values)


@st.composite
def long_frames(draw: st.DrawFn) -> Frame:
    """A frame of any version with more than a packet takes."""
    frame = draw(frames())
    codes = draw(st.lists(st.sampled_from(CODES), unique=True, min_size=30, max_size=99))
    flag = draw(st.none() | st.integers(0, 11).map(lambda flag: flag & ~2))
    return replace(
        frame,
        pnum=None,
        pno=None,
        flag=flag,
        version=(2005, 2017, 2025)[0 if flag is None else flag >> 2],
        qn=draw(st.none() | seconds().map(lambda text: text + "999")),
        values=tuple([Value(code, rtd=12.5, average=1.25, flag="N") for code in codes]),
    )


def parts_of(packets: list[bytes]) -> list[Frame]:
    return [only_frame(packet, strict) for packet in packets]


def content_bytes(packet: bytes) -> int:
    return len(packet.partition(b"CP=&&")[2]) - len(b"&&1C80\r\n")


def test_a_frame_that_fits_is_one_packet_as_encoded():
    assert encode_packets(measured(5)) == [encode(measured(5))]


@given(frames())
def test_any_frame_that_fits_is_one_packet(frame: Frame):
    assume(content_bytes(encode(frame)) <= LONGEST_CONTENT)

    assert encode_packets(frame) == [encode(frame)]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(long_frames())
def test_the_parts_say_together_what_the_frame_says(frame: Frame):
    packets = encode_packets(frame)

    parts = parts_of(packets)

    assert len(parts) > 1
    assert tuple([value for part in parts for value in part.values]) == frame.values
    assert tuple([state for part in parts for state in part.states]) == frame.states
    assert tuple([info for part in parts for info in part.infos]) == frame.infos
    assert tuple([pair for part in parts for pair in part.other]) == frame.other
    assert {part.data_time_text for part in parts} == {frame.data_time_text}
    assert {part.version for part in parts} == {frame.version}
    assert max(len(packet) for packet in packets) <= 1024 + 12
    assert max(content_bytes(packet) for packet in packets) <= LONGEST_CONTENT


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(long_frames(), st.sampled_from(FORMS))
def test_encrypted_parts_read_as_those_in_clear(frame: Frame, form: Policy):
    packets = encode_packets(frame)
    sent = b"".join([encrypt(packet, KEY, form) for packet in packets])

    pieces = decode(sent, under(keys=(KEY,)))

    read = [replace(piece.frame, encrypted=False) for piece in pieces if piece.frame]
    assert read == parts_of(packets)


def test_each_part_has_a_number_and_a_qn_of_its_own():
    parts = parts_of(encode_packets(measured(60)))

    assert [(part.pnum, part.pno) for part in parts] == [
        (len(parts), n + 1) for n in range(len(parts))
    ]
    assert [part.flag for part in parts] == [7] * len(parts)
    assert [part.qn for part in parts[:3]] == [
        "20260801085959998",
        "20260801085959999",
        "20260801090000000",
    ]
    assert all(part.warnings == () for part in parts)


def test_parts_are_as_full_as_they_may_be():
    packets = encode_packets(measured(60))

    group = len("a21001-Rtd=12.5,a21001-ZsRtd=13.25,a21001-Flag=N;")
    assert all(len(one) + group + 6 > 1024 for one, _ in pairwise(packets))


@pytest.mark.parametrize(
    ("flag", "version", "expected"), [(None, 2005, 2), (0, 2005, 2), (5, 2017, 7), (8, 2025, 10)]
)
def test_every_version_is_split_with_bit_d_of_its_flag(
    flag: int | None, version: int, expected: int
):
    frame = replace(PLAIN, flag=flag, qn=None if version == 2005 else PLAIN.qn)

    parts = parts_of(encode_packets(measured(60, frame)))

    assert {(part.flag, part.version, part.qn is None) for part in parts} == {
        (expected, version, version == 2005)
    }


def test_the_mark_of_a_resend_is_on_every_part():
    parts = parts_of(encode_packets(measured(60, replace(PLAIN, flag=9, rf="1"))))

    assert {part.rf for part in parts} == {"1"}


def test_a_content_over_950_bytes_is_split_though_the_segment_would_fit():
    frame = replace(
        PLAIN, pw=None, mn="A1", data_time_text=None, other=(("x", "1" * 500), ("y", "2" * 450))
    )

    packets = encode_packets(frame)

    assert len(encode(frame)) <= 1024 + 12
    assert len(packets) == 2


def test_what_belongs_together_is_not_parted():
    infos = tuple([Info("w01018", f"i12{n:03d}", "x" * 70) for n in range(30)])
    states = tuple([State(f"SB{n}", rs=1, rt=1.5) for n in range(30)])

    parts = parts_of(encode_packets(replace(PLAIN, cn="3020", infos=infos, states=states)))

    assert tuple([info for part in parts for info in part.infos]) == infos
    assert tuple([state for part in parts for state in part.states]) == states


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        pytest.param(measured(60, replace(PLAIN, pnum=2, pno=1)), "a part", id="a part"),
        pytest.param(measured(60, replace(PLAIN, qn="1")), "no time", id="QN no time"),
        pytest.param(replace(PLAIN, other=(("x", "1" * 990),)), "alone", id="one field too long"),
        pytest.param(measured(60, replace(PLAIN, mn="A;B")), "holds", id="a separator"),
    ],
)
def test_what_cannot_be_split_is_refused(frame: Frame, words: str):
    with pytest.raises(ValueError, match=words):
        encode_packets(frame)
