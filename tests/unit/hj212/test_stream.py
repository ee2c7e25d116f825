import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.hj212.crc import crc16, modbus
from services.hj212.encode import enclose, encode
from services.hj212.frame import Crc, CrcPolicy, Frame, Piece, RefusalReason, Warn
from services.hj212.stream import LOOK_AHEAD, StreamDecoder, decode
from tests.fixtures.hj212_frames import frames

HEAD = "QN=20260801085857223;ST=32;CN=2011;PW=123456;MN=A1;Flag=4;CP="
SEGMENT = (HEAD + "&&DataTime=20260801085857;w01018-Rtd=25.3,w01018-Flag=N&&").encode()
GOOD = enclose(SEGMENT)
OTHER = enclose((HEAD + "&&w21003-Rtd=1.5&&").encode())
LENGTH = len(SEGMENT)
CRC = b"%04X" % crc16(SEGMENT)


def told(data: bytes, crc: CrcPolicy = CrcPolicy.STRICT) -> list[str]:
    """The CRC kind of each frame and the reason of each refusal."""
    return [kind(piece) for piece in decode(data, crc)]


def kind(piece: Piece) -> str:
    if piece.frame is not None:
        return piece.frame.crc.value
    assert piece.refusal is not None
    return piece.refusal.reason.value


def detail(data: bytes) -> str:
    (piece,) = decode(data)
    assert piece.refusal is not None
    return piece.refusal.detail


def warnings(data: bytes, crc: CrcPolicy = CrcPolicy.STRICT) -> tuple[str, ...]:
    (piece,) = decode(data, crc)
    assert piece.frame is not None
    return piece.frame.warnings


def bytes_like_hj212() -> st.SearchStrategy[bytes]:
    parts = st.sampled_from(
        [
            b"##",
            b"##0010",
            b"##0400",
            b"##9999",
            b"CP=&&",
            b"&&",
            b"&&1C80",
            b"QN=",
            b"\r\n",
            b" ",
            b"#",
            b";",
            b"CN=2011;",
            b"a01001-Rtd=1",
            b"-Info=//",
            b"//",
            GOOD,
            OTHER,
            SEGMENT,
        ]
    )
    return st.lists(parts | st.binary(max_size=4), max_size=12).map(b"".join)


@given(st.binary() | bytes_like_hj212(), st.sampled_from(CrcPolicy))
def test_pieces_partition_any_input(data: bytes, crc: CrcPolicy):
    pieces = decode(data, crc)

    assert b"".join(data[p.offset : p.offset + p.length] for p in pieces) == data
    assert all(piece.length > 0 for piece in pieces)
    assert all((piece.frame is None) != (piece.refusal is None) for piece in pieces)


@given(bytes_like_hj212(), st.lists(st.integers(1, 400), max_size=8))
def test_chunks_give_the_pieces_of_the_whole(data: bytes, cuts: list[int]):
    stream = StreamDecoder()
    pieces: list[Piece] = []
    rest = data
    for cut in cuts:
        pieces += stream.feed(rest[:cut])
        rest = rest[cut:]

    pieces += [*stream.feed(rest), *stream.finish()]

    assert pieces == decode(data)


def test_a_long_stream_in_chunks_gives_the_pieces_of_the_whole():
    unit = GOOD + b"garbage" + OTHER[:-20] + GOOD + SEGMENT + b"\n" + b"x" * 5000 + OTHER
    data = unit * 12 + b"##9999" + b"y" * 12_000 + GOOD
    stream = StreamDecoder()
    pieces: list[Piece] = []
    held: list[int] = []

    for start in range(0, len(data), 777):
        pieces += stream.feed(data[start : start + 777])
        held.append(stream.held)
    pieces += stream.finish()

    assert pieces == decode(data)
    assert max(held) < LOOK_AHEAD


@settings(max_examples=50)
@given(
    frames(), frames(), st.binary(max_size=30), st.integers(0), st.binary(min_size=1, max_size=1)
)
def test_a_bad_frame_never_costs_the_good_one_behind_it(
    first: Frame, second: Frame, noise: bytes, place: int, put: bytes
):
    bad = bytearray(encode(first))
    bad[place % len(bad)] = put[0]
    good = encode(second)

    pieces = decode(bytes(bad) + noise.replace(b"#", b"") + good)

    assert pieces[-1] == Piece(pieces[-1].offset, len(good), frame=decode(good)[0].frame)


@pytest.mark.parametrize("cut", range(1, len(GOOD) - 2))
def test_a_frame_cut_anywhere_costs_neither_neighbour(cut: int):
    pieces = decode(OTHER + GOOD[:cut] + OTHER)

    good = [piece for piece in pieces if piece.frame is not None]

    assert [piece.offset for piece in good] == [0, len(OTHER) + cut]


@pytest.mark.parametrize("cut", range(6, len(GOOD) - 2))
def test_a_frame_cut_off_by_the_end_is_truncated(cut: int):
    assert told(GOOD[:cut]) == ["truncated"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(GOOD + OTHER, ["hj212", "hj212"], id="two frames"),
        pytest.param(GOOD[:-2] + OTHER[:-2], ["hj212", "hj212"], id="glued, terminators lost"),
        pytest.param(GOOD[:-2] + b"\n" + OTHER, ["hj212", "hj212"], id="LF only"),
        pytest.param(b"\r\n" + GOOD + b" \r\n", ["hj212"], id="blanks around"),
        pytest.param(b"+IPD,0:" + GOOD, ["noise", "hj212"], id="modem reply before"),
        pytest.param(b"####" + GOOD, ["noise", "hj212"], id="more hashes"),
        pytest.param(b" \r\n", ["noise"], id="blanks only"),
        pytest.param(b" " * 100 + GOOD, ["noise", "hj212"], id="many blanks before"),
        pytest.param(b"##2026 is a year\n", ["noise"], id="hashes in a text"),
        pytest.param(SEGMENT + CRC, ["no_header"], id="header stripped"),
        pytest.param(SEGMENT + b"1234", ["no_header"], id="header stripped, CRC wrong"),
        pytest.param(SEGMENT, ["no_header"], id="header and CRC stripped"),
        pytest.param(SEGMENT[:-9], ["no_header"], id="header stripped, cut off"),
        pytest.param(GOOD[2:] + GOOD, ["no_header", "hj212"], id="hashes lost"),
        pytest.param((SEGMENT + CRC + b"\n") * 2, ["no_header"] * 2, id="two stripped headers"),
        pytest.param(SEGMENT[-30:] + CRC, ["truncated"], id="tail"),
        pytest.param(GOOD.replace(b"25.3", b"25.4"), ["crc_mismatch"], id="changed value"),
        pytest.param(GOOD.replace(CRC, b"FFFF"), ["crc_mismatch"], id="constant CRC"),
        pytest.param(GOOD.replace(CRC, b"12"), ["crc_mismatch"], id="short CRC"),
        pytest.param(GOOD.replace(CRC, b""), ["crc_missing"], id="no CRC"),
        pytest.param(
            GOOD.replace(CRC + b"\r\n", b"") + OTHER, ["crc_missing", "hj212"], id="no CRC, glued"
        ),
        pytest.param(GOOD[:-6] + b"zz", ["crc_missing", "noise"], id="no CRC but text"),
        pytest.param(b"##0400" + SEGMENT + CRC, ["length_mismatch"], id="declared too long"),
        pytest.param(b"##0010" + SEGMENT + CRC, ["length_mismatch"], id="declared too short"),
        pytest.param(b"##0400" + SEGMENT, ["length_mismatch"], id="length wrong, CRC missing"),
        pytest.param(
            b"##0400" + SEGMENT + b"12\n", ["length_mismatch"], id="length wrong, CRC short"
        ),
        pytest.param(
            b"##9999" + SEGMENT + CRC + OTHER,
            ["length_mismatch", "hj212"],
            id="length over the next",
        ),
        pytest.param(
            b"##0400QN=1;CN=2011;CP=&&&&", ["length_mismatch"], id="empty content, length wrong"
        ),
        pytest.param(
            b"##0020QN=1;CN=2011;CP=&&" + b"a" * 50, ["length_mismatch"], id="never closed"
        ),
        pytest.param(b"##0020QN=" + b"a" * 12_000, ["too_long", "noise"], id="never ends"),
        pytest.param(
            b"##9999CN=2011;" + b"a&&" * 20 + b"x", ["truncated"], id="many closings, no CRC"
        ),
        pytest.param(GOOD[:40] + OTHER, ["truncated", "hj212"], id="cut by the next"),
        pytest.param(enclose(b""), ["grammar"], id="empty segment"),
        pytest.param(enclose(b"hello"), ["grammar"], id="no fields"),
        pytest.param(enclose(b"ST=32;MN=A1;CP=&&&&"), ["missing_field"], id="no CN"),
        pytest.param(enclose(b"ST=32;CN=;MN=A1;CP=&&&&"), ["missing_field"], id="empty CN"),
        pytest.param(b"z" * 10_000, ["noise"] * 3, id="long noise in bounded pieces"),
    ],
)
def test_what_stands_in_a_stream_is_told(data: bytes, expected: list[str]):
    assert told(data) == expected


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


def test_terminators_belong_to_the_frame_they_follow():
    pieces = decode(GOOD + OTHER)

    assert [(piece.offset, piece.length) for piece in pieces] == [
        (0, len(GOOD)),
        (len(GOOD), len(OTHER)),
    ]


def test_a_frame_may_hold_the_header_of_another_in_its_text():
    segment = (HEAD + "&&i11001-Info=//##0087 was lost//&&").encode()

    (piece,) = decode(enclose(segment))

    assert piece.frame is not None
    assert piece.frame.crc is Crc.HJ212


def test_a_right_crc_at_the_wrong_length_is_looked_for_behind_closings_in_the_text():
    segment = (HEAD + "&&i11001-Info=//a&&b&&1234//&&").encode()

    (piece,) = decode(b"##0300%s%04X" % (segment, crc16(segment)))

    assert piece.refusal is not None
    assert piece.refusal.reason is RefusalReason.LENGTH_MISMATCH
    assert "is right" in piece.refusal.detail
