import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.hj212.crc import crc16
from services.hj212.encode import enclose, encode
from services.hj212.frame import Frame, Piece
from services.hj212.shape import Decoded, FastFrame, ShapeDecoder
from services.hj212.stream import decode
from tests.fixtures.hj212_frames import frames, readings

HEAD = "QN=20260801085857223;ST=31;CN=2011;PW=123456;MN=A1;Flag=5"


def as_pieces(decoded: Decoded, payload: bytes) -> list[Piece]:
    if isinstance(decoded, FastFrame):
        return [Piece(0, len(payload), frame=decoded.frame())]
    return decoded


def upload(content: str, head: str = HEAD) -> bytes:
    return enclose(f"{head};CP=&&{content}&&".encode())


def taught(*payloads: bytes) -> ShapeDecoder:
    decoder = ShapeDecoder()
    for _ in range(3):
        decoder.decode(payloads)
    return decoder


@settings(max_examples=25)
@given(st.lists(readings() | frames(), min_size=1, max_size=4))
def test_every_frame_decodes_as_the_general_way_does(sent: list[Frame]):
    payloads = [encode(frame) for frame in sent]
    decoder = taught(*payloads)

    for payload, decoded in zip(payloads, decoder.decode(payloads), strict=True):
        assert as_pieces(decoded, payload) == decode(payload)


@settings(max_examples=40)
@given(
    readings(),
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 2), st.binary(max_size=2)), max_size=3),
    st.sampled_from(["mended", "as it is"]),
)
def test_a_changed_frame_decodes_as_the_general_way_does(
    frame: Frame, changes: list[tuple[int, int, bytes]], crc: str
):
    payload = encode(frame)
    decoder = taught(payload)
    segment = payload[6:-6] if crc == "mended" else payload
    for place, count, put in changes:
        segment = segment[: place % len(segment)] + put + segment[place % len(segment) + count :]
    changed = (
        b"##%04d%s%04X" % (len(segment), segment, crc16(segment)) if crc == "mended" else segment
    )

    (decoded,) = decoder.decode([changed])

    assert as_pieces(decoded, changed) == decode(changed)


@given(st.binary(max_size=200))
def test_any_bytes_decode_as_the_general_way_does(payload: bytes):
    (decoded,) = ShapeDecoder().decode([payload])

    assert decoded == decode(payload)


def test_a_form_seen_twice_goes_the_fast_way():
    content = "DataTime=20260801085857;a21026-Rtd={},a21026-ZsRtd=2.5,a21026-Flag=N;a01011-Rtd=7.1"
    decoder = taught(upload(content.format(1)))

    (decoded,) = decoder.decode([upload(content.format("-3.75"))])

    assert isinstance(decoded, FastFrame)
    assert decoded.shape.columns == (("a21026", "rtd"), ("a21026", "zs_rtd"), ("a01011", "rtd"))
    assert decoded.numbers == (-3.75, 2.5, 7.1)
    assert (decoded.shape.flags, decoded.flags) == (("a21026",), (b"N",))
    assert (decoded.qn, decoded.data_time) == (b"20260801085857223", b"20260801085857")
    assert decoded.head.template.mn == "A1"


@pytest.mark.parametrize("terminator", [b"\r\n", b"\n", b""], ids=["CR LF", "LF", "none"])
def test_every_terminator_goes_the_fast_way(terminator: bytes):
    payload = upload("DataTime=20260801085857;a21026-Rtd=1").removesuffix(b"\r\n") + terminator

    (decoded,) = taught(payload).decode([payload])

    assert isinstance(decoded, FastFrame)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("ST=31;CN=2011;PW=123456;MN=A1", id="2005, without QN and Flag"),
        pytest.param(HEAD + ";PNUM=2;PNO=1", id="split"),
        pytest.param("QN=20260801085857223;ST=21;CN=2011;MN=A1;Flag=9;RF=1", id="2025"),
    ],
)
def test_headers_of_all_versions_go_the_fast_way(head: str):
    payload = upload("DataTime=20260801085857;a21026-Rtd=1", head)

    (decoded,) = taught(payload).decode([payload])

    assert isinstance(decoded, FastFrame)
    assert as_pieces(decoded, payload) == decode(payload)


@pytest.mark.parametrize("command", ["2021", "2011"])
def test_run_states_go_the_fast_way(command: str):
    head = HEAD.replace("CN=2011", f"CN={command}")
    known = upload("DataTime=20260801085857;SB1-RS=1;SB2-RS=0", head)
    payload = upload("DataTime=20260801085858;SB1-RS=03;SB2-RS=12", head)

    (decoded,) = taught(known).decode([payload])

    assert isinstance(decoded, FastFrame)
    assert as_pieces(decoded, payload) == decode(payload)


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(upload("DataTime=20260801085857;SB1-RS=1;a21026-Rtd=1"), id="states, values"),
        pytest.param(upload("DataTime=20260801085857;SB1-RS=1;SB1-RT=2"), id="run hours"),
        pytest.param(upload("DataTime=20260801085857;SB1-RS=12345"), id="a long state"),
        pytest.param(upload("a21026-Rtd=1;DataTime=20260801085857"), id="DataTime not first"),
        pytest.param(upload("a21026-Rtd=1;-Rtd=2"), id="no code"),
        pytest.param(upload("a21026-Rtd=1;Flag=N"), id="bare flag"),
        pytest.param(upload("a21026-Rtd=1,a21026-EFlag=x"), id="EFlag"),
        pytest.param(upload("a21026-Rtd=1;a21026-Rtd=2"), id="duplicate"),
        pytest.param(upload("a21026-Rtd=1", "ST=31;QN=20260801085857223;CN=2011"), id="late QN"),
        pytest.param(upload("a21026-Rtd=1", HEAD + ";X CP=&&1"), id="two contents"),
        pytest.param(enclose(b"ST=31;CN=2011;MN=A1"), id="no content"),
        pytest.param(upload("a21026-Rtd=1") * 2, id="two frames"),
        pytest.param(
            upload("a21026-Rtd=1,a21026-Flag=N", HEAD.replace("31", "21").replace("=5", "=9")),
            id="ambiguous",
        ),
        pytest.param(
            upload("p10001-Rtd=St;d10001-Rtd=1", HEAD.replace("31", "45").replace("=5", "=9")),
            id="words",
        ),
        pytest.param(b"", id="empty"),
    ],
)
def test_everything_else_goes_the_general_way(payload: bytes):
    (decoded,) = taught(payload).decode([payload])

    assert decoded == decode(payload)


def test_a_number_where_a_word_stood_does_not_bring_the_word_back():
    head = HEAD.replace("31", "45").replace("=5", "=9")
    decoder = taught(upload("p10001-Rtd=St;d10001-Rtd=1", head))
    payload = upload("p10001-Rtd=2;d10001-Rtd=1", head)

    (decoded,) = decoder.decode([payload])

    assert as_pieces(decoded, payload) == decode(payload)


def test_a_number_that_only_looks_like_one_goes_the_general_way():
    decoder = taught(upload("a21026-Rtd=1"))
    payload = upload("a21026-Rtd=1.2.3")

    (decoded,) = decoder.decode([payload])

    assert decoded == decode(payload)


def test_a_wrong_crc_among_right_ones_is_refused_alone():
    good = upload("a21026-Rtd=1")
    bad = good.replace(b"Rtd=1", b"Rtd=2")

    first, second, third = taught(good).decode([good, bad, good])

    assert isinstance(first, FastFrame)
    assert second == decode(bad)
    assert isinstance(third, FastFrame)


def test_memory_of_heads_is_bounded():
    decoder = ShapeDecoder(heads=2)
    sent = [upload("a21026-Rtd=1", HEAD.replace("A1", f"A{n}")) for n in range(5)]

    for _ in range(3):
        decoder.decode(sent)
    decoded = decoder.decode(sent)

    assert [as_pieces(d, p) for d, p in zip(decoded, sent, strict=True)] == [*map(decode, sent)]
    assert decoder.remembered.heads <= 2


def test_shapes_no_longer_used_make_room_for_new_ones():
    decoder = ShapeDecoder(shapes=1)
    old, new = upload("a21026-Rtd=1"), upload("a21002-Rtd=1")
    for _ in range(3):
        decoder.decode([old])

    for _ in range(6):
        decoder.decode([new])
    (decoded,) = decoder.decode([new])

    assert isinstance(decoded, FastFrame)
    assert isinstance(decoder.decode([old])[0], list)
    assert decoder.remembered.shapes == 1


def test_candidates_are_bounded():
    decoder = ShapeDecoder(shapes=2)

    decoder.decode([upload(f"a2100{n}-Rtd=1") for n in range(9)])

    assert decoder.remembered.candidates <= 2


def test_shapes_in_use_keep_their_room():
    decoder = ShapeDecoder(shapes=2)
    used = [upload("a21026-Rtd=1"), upload("a21002-Rtd=1")]
    for _ in range(3):
        decoder.decode(used)

    for number in range(9):
        decoder.decode([*used, upload(f"a0100{number}-Rtd=1"), upload(f"a0100{number}-Rtd=2")])

    assert all(isinstance(decoded, FastFrame) for decoded in decoder.decode(used))
    assert decoder.remembered.shapes == 2
