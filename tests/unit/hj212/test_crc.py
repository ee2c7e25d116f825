import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hj212.crc import POSSIBLE_LOW_BYTES, crc16, crc16_batch, modbus

ANNEX_A = (
    b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&RtdInterval=30&&"
)
ANNEX_A_2025 = (
    b"QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&"
)


def bit_by_bit(segment: bytes, *, drop_low_half: bool) -> int:
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8 if drop_low_half else register) ^ byte
        for _ in range(8):
            register = (register >> 1) ^ (0xA001 if register & 1 else 0)
    return register


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        pytest.param(ANNEX_A, 0x1C80, id="2017 Annex A"),
        pytest.param(ANNEX_A_2025, 0x2200, id="2025 A.1"),
        pytest.param(b"", 0xFFFF, id="empty"),
    ],
)
def test_the_crc_is_that_of_the_standard(segment: bytes, expected: int):
    assert crc16(segment) == expected


@pytest.mark.parametrize(
    ("segment", "expected"), [(ANNEX_A, 0x0759), (ANNEX_A_2025, 0xCCF4)], ids=["2017", "2025"]
)
def test_modbus_is_another_crc(segment: bytes, expected: int):
    assert modbus(segment) == expected


@given(st.binary(max_size=1100))
def test_the_folded_crc_equals_the_bit_by_bit_one(segment: bytes):
    assert crc16(segment) == bit_by_bit(segment, drop_low_half=True)
    assert modbus(segment) == bit_by_bit(segment, drop_low_half=False)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_batch_has_the_crcs_of_its_segments(segments: list[bytes]):
    assert crc16_batch(segments).tolist() == [crc16(segment) for segment in segments]


@given(st.binary(min_size=1))
def test_only_eight_low_bytes_are_possible(segment: bytes):
    assert sorted(POSSIBLE_LOW_BYTES) == [0x00, 0x01, 0x40, 0x41, 0x80, 0x81, 0xC0, 0xC1]
    assert crc16(segment) & 0xFF in POSSIBLE_LOW_BYTES
