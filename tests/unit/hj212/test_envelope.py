import pytest

from services.hj212.crc import crc16, modbus
from services.hj212.encode import enclose
from services.hj212.frame import CrcPolicy, RefusalReason, Warn
from services.hj212.stream import decode
from tests.fixtures.hj212_frames import CRC, GOOD, HEAD, LENGTH, OTHER, SEGMENT, by_crc, told


def detail(data: bytes) -> str:
    (piece,) = decode(data)
    assert piece.refusal is not None
    return piece.refusal.detail


def warnings(data: bytes, crc: CrcPolicy = CrcPolicy.STRICT) -> tuple[str, ...]:
    (piece,) = decode(data, by_crc(crc))
    assert piece.frame is not None
    return piece.frame.warnings


@pytest.mark.parametrize(
    ("data", "crc", "expected"),
    [
        pytest.param(
            b"%04X" % modbus(SEGMENT), CrcPolicy.STRICT, "crc_mismatch", id="MODBUS, strict"
        ),
        pytest.param(
            b"%04X" % modbus(SEGMENT), CrcPolicy.ACCEPT_MODBUS, "modbus", id="MODBUS, accepted"
        ),
        pytest.param(b"%04X" % modbus(SEGMENT), CrcPolicy.OFF, "modbus", id="MODBUS, off"),
        pytest.param(CRC, CrcPolicy.ACCEPT_MODBUS, "hj212", id="HJ 212, MODBUS accepted"),
        pytest.param(CRC, CrcPolicy.OFF, "hj212", id="HJ 212, off"),
        pytest.param(b"1234", CrcPolicy.ACCEPT_MODBUS, "crc_mismatch", id="wrong, MODBUS accepted"),
        pytest.param(b"1234", CrcPolicy.OFF, "bad", id="wrong, off"),
        pytest.param(b"12", CrcPolicy.OFF, "bad", id="short and wrong, off"),
        pytest.param(b"", CrcPolicy.OFF, "missing", id="missing, off"),
        pytest.param(b"", CrcPolicy.ACCEPT_MODBUS, "crc_missing", id="missing, MODBUS accepted"),
    ],
)
def test_the_policy_decides_which_crc_is_accepted(data: bytes, crc: CrcPolicy, expected: str):
    frame = b"##%04d%s%s\r\n" % (LENGTH, SEGMENT, data)

    assert told(frame + OTHER, crc) == [expected, "hj212"]


def test_a_frame_at_the_end_without_crc_is_taken_when_the_policy_is_off():
    assert told(GOOD[:-6], CrcPolicy.OFF) == ["missing"]


def test_a_modbus_frame_that_would_swallow_a_good_one_is_not_taken():
    swallowing = SEGMENT[:30] + GOOD + b"&&"
    data = b"##%04d%s%04X" % (len(swallowing), swallowing, modbus(swallowing))

    assert "hj212" in told(data, CrcPolicy.ACCEPT_MODBUS)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(
            GOOD.replace(CRC, b"%04x" % modbus(SEGMENT)),
            [f"{modbus(SEGMENT):04x}", CRC.decode(), "CRC-16/MODBUS", "Annex A", "accept_modbus"],
            id="MODBUS",
        ),
        pytest.param(
            GOOD.replace(CRC, b"33EC"),
            ["33EC", CRC.decode(), "never produce", "EC"],
            id="impossible",
        ),
        pytest.param(GOOD.replace(b"25.3", b"2\x01.3"), ["SM4", "decrypted"], id="not text"),
        pytest.param(
            b"##0400" + SEGMENT + CRC, ["0400", f"##{LENGTH:04d}", "is right"], id="length"
        ),
        pytest.param(
            b"##0400" + SEGMENT + b"1234", ["0400", str(LENGTH), "1234", "Neither"], id="neither"
        ),
        pytest.param(
            b"##0400" + SEGMENT, ["0400", "missing too", CRC.decode()], id="length, no CRC"
        ),
        pytest.param(
            GOOD.replace(CRC, b""), ["CRC校验", CRC.decode(), "policy to off"], id="no CRC"
        ),
        pytest.param(
            SEGMENT + CRC, [f"##{LENGTH:04d}", f"{CRC.decode()} is right"], id="no header"
        ),
        pytest.param(SEGMENT, [f"##{LENGTH:04d}", CRC.decode()], id="no header, no CRC"),
        pytest.param(GOOD[:50], [f"{LENGTH:04d}", "44 bytes", "数据包不完整"], id="truncated"),
        pytest.param(b"##0020QN=" + b"a" * 60, ["0020", "63 bytes", "&&"], id="no end"),
    ],
)
def test_a_refusal_tells_what_was_found_and_what_to_do(data: bytes, words: list[str]):
    sentence = detail(data)

    assert [word for word in words if word not in sentence] == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(GOOD.replace(CRC, CRC.lower()), (Warn.CRC_CASE,), id="small letters"),
        pytest.param(
            enclose(b"ST=32;CN=2011;MN=A1;Flag=4;QN=20260801085857223;CP=&&x=%d&&" % 17),
            (),
            id="order",
        ),
        pytest.param(
            b"##%04d%s&&x=%s&&0000" % (len(HEAD) + 1106, HEAD.encode(), b"1" * 1100),
            (Warn.OVER_LENGTH,),
            id="over-length",
        ),
    ],
)
def test_an_odd_envelope_is_taken_with_a_warning(data: bytes, expected: tuple[str, ...]):
    assert warnings(data, CrcPolicy.OFF) == expected


def test_a_crc_without_its_leading_zeros_is_taken_with_a_warning():
    number = next(n for n in range(1000) if crc16(HEAD.encode() + b"&&x=%d&&" % n) < 0x1000)
    segment = HEAD.encode() + b"&&x=%d&&" % number

    found = warnings(b"##%04d%s%X\r\n" % (len(segment), segment, crc16(segment)))

    assert found == (Warn.CRC_FORM,)


def test_a_log_whose_length_counts_characters_is_taken_with_a_warning():
    text = HEAD.replace("2011", "3020") + "&&i11001-Info=//清洗管路//&&"
    data = b"##%04d%s%04X\r\n" % (len(text), text.encode(), crc16(text.encode()))

    (piece,) = decode(data)

    assert piece.frame is not None
    assert piece.frame.warnings == (Warn.LENGTH_IN_CHARACTERS,)
    assert piece.frame.infos[0].text == "清洗管路"


def test_a_right_crc_at_the_wrong_length_is_looked_for_behind_closings_in_the_text():
    segment = (HEAD + "&&i11001-Info=//a&&b&&1234//&&").encode()

    (piece,) = decode(b"##0300%s%04X" % (segment, crc16(segment)))

    assert piece.refusal is not None
    assert piece.refusal.reason is RefusalReason.LENGTH_MISMATCH
    assert "is right" in piece.refusal.detail
