import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.hj212.crc import crc16
from services.hj212.encode import enclose, encode
from services.hj212.frame import Crc, CrcPolicy, Frame, Piece
from services.hj212.stream import LOOK_AHEAD, StreamDecoder, decode
from tests.fixtures.hj212_frames import CRC, GOOD, HEAD, OTHER, SEGMENT, by_crc, frames, told


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
    pieces = decode(data, by_crc(crc))

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


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "unit",
    [
        b"-Info=//",
        b"a-Info=//x;",
        b"a-Info=1;",
        b"//",
        b"// ",
        b"&&",
        b"CP=&&",
        b"##9999",
        b"QN=a;",
    ],
    ids=repr,
)
def test_hostile_repetition_costs_no_more_than_its_length(unit: bytes):
    content = unit * (9000 // len(unit))
    segment = b"CN=2011;CP=&&%s&&" % content
    frame = b"##%04d%s%04X" % (len(segment), segment, crc16(segment))

    pieces = decode(frame * 20 + content * 20)

    assert sum(piece.length for piece in pieces) == 20 * (len(frame) + len(content))
