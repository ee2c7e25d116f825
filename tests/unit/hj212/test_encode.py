from dataclasses import replace

import pytest
from hypothesis import given

from services.hj212.encode import enclose, encode
from services.hj212.frame import Crc, Frame, Info, Value
from services.hj212.stream import decode
from tests.fixtures.hj212_frames import frames


@given(frames())
def test_what_was_encoded_decodes_to_itself(frame: Frame):
    (piece,) = decode(encode(frame))

    assert piece.frame is not None
    assert replace(piece.frame, warnings=()) == frame


def test_a_right_frame_has_no_warnings():
    frame = Frame(
        crc=Crc.HJ212,
        version=2017,
        qn="20260801085857223",
        st="31",
        cn="2011",
        pw="123456",
        mn="010000A8900016F000169DC0",
        flag=5,
        data_time_text="20260801085857",
        values=(Value("a21026", rtd=18.2, zs_rtd=21.3, flag="N"),),
    )

    (piece,) = decode(encode(frame))

    assert piece.frame == frame


def test_the_example_of_annex_a_is_built_byte_for_byte():
    segment = (
        b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
        b"CP=&&RtdInterval=30&&"
    )

    assert enclose(segment) == b"##0101" + segment + b"1C80\r\n"


def test_a_segment_over_1024_bytes_must_be_split():
    with pytest.raises(ValueError, match="PNUM and PNO"):
        enclose(b"x" * 1025)


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param({"mn": "A;B"}, id="separator in a header field"),
        pytest.param({"other": (("x", " y"),)}, id="leading blank"),
        pytest.param({"other": (("", "a,b"),)}, id="separator in a bare text"),
        pytest.param({"infos": (Info(None, "i11001", "a//;b"),)}, id="closed log text"),
        pytest.param({"infos": (Info(None, "i11001", "a&&b"),)}, id="closed content"),
        pytest.param({"infos": (Info(None, "i11001", "b-Info=//c"),)}, id="opened log text"),
    ],
)
def test_a_text_that_would_break_the_frame_is_refused(frame: dict[str, str]):
    plain = Frame(crc=Crc.HJ212, version=2017, cn="2011")

    with pytest.raises(ValueError, match=r"holds"):
        encode(replace(plain, **frame))  # pyright: ignore[reportArgumentType] - one field each
