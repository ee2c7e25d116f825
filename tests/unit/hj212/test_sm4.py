import re
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.policies import Policy
from services.hj212.crc import crc16, modbus
from services.hj212.dialect import Dialect, always, strict
from services.hj212.encode import enclose, encode, encrypt
from services.hj212.frame import CrcPolicy, Frame, Piece
from services.hj212.sm4 import decrypted, encrypted, readings
from services.hj212.stream import LOOK_AHEAD, StreamDecoder, decode
from tests.fixtures.hj212_dialects import (
    FORMS,
    KEY,
    OTHER_KEY,
    dialect,
    dialects,
    framed,
    hostile_bytes,
    only_frame,
    only_refusal,
    sealed,
    under,
)
from tests.fixtures.hj212_frames import GOOD, HEAD, LENGTH, OTHER, SEGMENT, frames

LOG = (HEAD.replace("2011", "3020") + "&&DataTime=20260801085857;i11001-Info=//{}//&&").format


def secret_kind(frame: Frame) -> bool:
    return frame.cn in {"2011", "2051", "2061", "3020"}


@settings(max_examples=60)
@given(frames(), st.sampled_from(FORMS))
def test_what_was_encrypted_decodes_to_itself(frame: Frame, form: Policy):
    data = encode(frame)
    cipher = encrypt(data, KEY, form)

    read = only_frame(cipher, under(keys=(KEY,)))

    assert read.encrypted == (cipher != data)
    assert secret_kind(frame) or cipher == data
    assert replace(read, encrypted=False) == only_frame(data, strict)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_length_and_crc_are_those_of_the_plain_text(form: Policy):
    cipher = sealed(form)

    assert cipher[:6] == b"##%04d" % LENGTH
    assert cipher[-6:] == b"%04X\r\n" % crc16(SEGMENT)
    assert cipher.startswith(GOOD[:6] + HEAD.encode() + b"&&")
    assert b"Rtd" not in cipher


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_any_of_the_keys_may_be_the_right_one(form: Policy):
    frame = only_frame(sealed(form), under(keys=(OTHER_KEY, KEY)))

    assert (frame.encrypted, frame.policies) == (True, ())


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_without_a_key_the_refusal_says_so(form: Policy):
    refusal = only_refusal(sealed(form), strict)

    assert (refusal.reason, refusal.policy) == ("no_key", None)
    assert "`qingkong devices key set MN`" in refusal.detail


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_wrong_key_is_told(form: Policy):
    refusal = only_refusal(sealed(form), under(keys=(OTHER_KEY,)))

    assert (refusal.reason, refusal.policy) == ("wrong_key", None)


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("crc", CrcPolicy, ids=str)
def test_no_check_sum_policy_makes_cipher_text_a_frame(form: Policy, crc: CrcPolicy):
    refusal = only_refusal(sealed(form), always(Dialect(crc=crc)))

    assert refusal.reason == "no_key"


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_encrypted_content_is_what_requiring_encryption_wants(form: Policy):
    frame = only_frame(sealed(form), under(Policy.REQUIRE_SM4, keys=(KEY,)))

    assert (frame.encrypted, frame.policies) == (True, ())


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_modbus_crc_of_the_plain_text_needs_its_policy(form: Policy):
    cipher = sealed(form)[:-6] + b"%04X\r\n" % modbus(SEGMENT)
    accepting = Dialect(crc=CrcPolicy.ACCEPT_MODBUS, sm4_keys=(KEY,))

    refusal = only_refusal(cipher, under(keys=(KEY,)))
    frame = only_frame(cipher, always(accepting))

    assert (refusal.reason, refusal.policy) == ("crc_mismatch", "crc: accept_modbus")
    assert (frame.encrypted, frame.policies) == (True, ("crc_accept_modbus",))


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_wrong_crc_of_a_right_key_is_a_wrong_crc(form: Policy):
    cipher = sealed(form)[:-6] + b"33EC\r\n"

    refusal = only_refusal(cipher, under(keys=(KEY,)))

    assert (refusal.reason, refusal.policy) == ("crc_mismatch", "crc: off")


@pytest.mark.parametrize("form", FORMS[1:], ids=str)
def test_cipher_text_whose_letters_the_length_counts_has_a_wrong_length(form: Policy):
    cipher = sealed(form)
    counted = b"##%04d%s" % (len(cipher) - 12, cipher[6:])

    refusal = only_refusal(counted, under(keys=(KEY,)))
    frame = only_frame(counted, under(Policy.ACCEPT_WRONG_LENGTH, keys=(KEY,)))

    assert refusal.policy == "accept_wrong_length"
    assert (frame.encrypted, frame.policies) == (True, ("accept_wrong_length",))


@pytest.mark.parametrize(
    ("printed", "sent"),
    [
        pytest.param(rb"0x(..)", rb"0X\1", id="capital X"),
        pytest.param(rb",", rb" , ", id="blanks"),
        pytest.param(rb"0x0", rb"0x", id="one digit"),
        pytest.param(rb"[{]", rb"{ ", id="a blank in front"),
    ],
)
def test_braces_are_read_as_loosely_as_they_are_printed(printed: bytes, sent: bytes):
    data = re.sub(printed, sent, sealed(Policy.SM4_BRACES))

    frame = only_frame(data, under(keys=(KEY,)))

    assert frame.encrypted
    assert data != sealed(Policy.SM4_BRACES)


@pytest.mark.parametrize("form", FORMS[1:], ids=str)
def test_cipher_text_written_out_without_a_crc_is_told_so(form: Policy):
    data = sealed(form)[:-6] + b"\r\n"

    refusal = only_refusal(data, under(keys=(KEY,)))

    assert (refusal.reason, refusal.policy) == ("crc_missing", "crc: off")


@pytest.mark.parametrize("form", FORMS[1:], ids=str)
def test_the_rest_in_clear_may_look_like_a_header(form: Policy):
    data = sealed(form, segment=LOG("##0123").encode())
    assert data.endswith(b"##0123//&&" + data[-6:])

    frame = only_frame(data, under(keys=(KEY,)))

    assert frame.infos[0].text == "##0123"


@pytest.mark.parametrize("key", [b"", KEY[:-1], KEY * 2], ids=["none", "15", "32"])
def test_a_dialect_takes_keys_of_16_bytes_only(key: bytes):
    with pytest.raises(ValueError, match="16 bytes"):
        Dialect(sm4_keys=(KEY, key))


def test_a_dialect_is_shown_without_its_keys():
    assert "0000" not in repr(Dialect(sm4_keys=(KEY,)))


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_logs_in_chinese_are_encrypted_too(form: Policy):
    text = LOG("清洗管路,时间校准")

    frame = only_frame(sealed(form, segment=text.encode()), under(keys=(KEY,)))

    assert frame.infos[0].text == "清洗管路,时间校准"


def test_a_log_in_gb18030_is_read_when_its_crc_is_right():
    text = LOG("清洗管路,时间校准").encode("gb18030")

    frame = only_frame(sealed(Policy.SM4_RAW, segment=text), under(keys=(KEY,)))

    assert (frame.infos[0].text, frame.warnings) == ("清洗管路,时间校准", ("gb18030",))


@pytest.mark.parametrize(
    "segment",
    [
        pytest.param(HEAD.replace("2011", "9014") + "&&QnRtn=1;ExeRtn=1;QnRtn=1&&", id="an answer"),
        pytest.param(HEAD + "&&x=1&&", id="less than a block"),
        pytest.param(HEAD[:-1], id="no content"),
    ],
)
def test_what_the_standard_leaves_in_clear_is_sent_in_clear(segment: str):
    data = framed(segment.encode())

    assert encrypt(data, KEY, Policy.SM4_HEX) == data


@pytest.mark.parametrize("data", [b"", GOOD[:-2], GOOD * 2, b"##0001" + SEGMENT + b"0000\r\n"])
def test_only_one_encoded_frame_can_be_encrypted(data: bytes):
    with pytest.raises(ValueError, match="not one encoded frame"):
        encrypt(data, KEY)


def test_a_key_of_another_length_is_refused():
    with pytest.raises(ValueError, match="key"):
        encrypt(GOOD, KEY[:-1])


def holding(wanted: bytes) -> bytes:
    """A frame whose raw cipher text holds some bytes: their plain text stands in a block of it."""
    (block,) = readings(b"\xff" + wanted.ljust(15, b"\x9b"))
    plain = decrypted(block, KEY)
    segment = HEAD.encode() + b"&&DataTime=2026080" + plain + b"x=1&&"
    content = segment[len(HEAD) + 2 : -2]
    cipher, rest = encrypted(content, KEY)
    return b"##%04d%s&&%s%s&&%04X\r\n" % (
        len(segment), HEAD.encode(), cipher, rest, crc16(segment)
    )  # fmt: skip


def searched(wanted: bytes) -> bytes:
    """A frame in clear text whose raw cipher text holds some bytes, found by trying."""
    for number in range(100_000):
        content = b"x=%014d" % number
        if wanted in encrypted(content, KEY)[0]:
            return sealed(Policy.SM4_RAW, segment=HEAD.encode() + b"&&" + content + b"&&")
    raise AssertionError(wanted)


@pytest.mark.parametrize("wanted", [b"\r\n", b"&&", b"##"], ids=repr)
def test_raw_cipher_text_may_hold_what_ends_or_begins_a_frame(wanted: bytes):
    data = searched(wanted)

    pieces = decode(data + OTHER, under(keys=(KEY,)))

    assert [(piece.length, piece.frame is not None) for piece in pieces] == [
        (len(data), True),
        (len(OTHER), True),
    ]


@pytest.mark.parametrize("wanted", [b"##0010", b"##9999", b"&&1C80\r\n"], ids=repr)
def test_bytes_that_no_text_encrypts_to_are_told_and_cost_no_other_frame(wanted: bytes):
    pieces = decode(holding(wanted) + OTHER, under(keys=(KEY,)))

    assert pieces[-1].frame == only_frame(OTHER, strict)
    assert pieces[0].refusal is not None


def test_raw_cipher_text_over_a_header_is_one_frame():
    # A log is the one content that may hold bytes of any value: of GB18030 nearly all are text.
    key = next(
        number.to_bytes(16)
        for number in range(200_000)
        if holds_header_as_text(number.to_bytes(16))
    )
    segment = HEAD.replace("2011", "3020").encode() + b"&&" + header_content(key) + b"&&"
    data = sealed(Policy.SM4_RAW, key, segment)
    assert b"##0123" in data[10:]

    (first, second) = decode(data + OTHER, under(keys=(key,)))

    assert first.frame is not None
    assert second.frame is not None


def header_content(key: bytes) -> bytes:
    (block,) = readings(b"\xfe##0123" + bytes(9))
    return b"x=4567890123456;" + decrypted(block, key)


def holds_header_as_text(key: bytes) -> bool:
    content = header_content(key)
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return min(content) >= 0x20 and b"\x7f" not in content and b"&" not in content


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("keys", [(), (KEY,), (OTHER_KEY,)], ids=["no key", "key", "wrong key"])
@pytest.mark.parametrize("cut", [20, 70, 90, 100, 111, 112, 116])
def test_a_cut_encrypted_frame_does_not_cost_the_next(
    form: Policy, keys: tuple[bytes, ...], cut: int
):
    data = sealed(form)

    pieces = decode(data[:cut] + OTHER, under(keys=keys))

    assert pieces[-1].frame == only_frame(OTHER, strict)


@settings(max_examples=100)
@given(
    st.sampled_from(FORMS),
    st.sampled_from(((), (KEY,), (OTHER_KEY, KEY))),
    st.integers(0),
    st.binary(min_size=1, max_size=1),
)
def test_a_damaged_encrypted_frame_does_not_cost_the_next(
    form: Policy, keys: tuple[bytes, ...], place: int, put: bytes
):
    bad = bytearray(sealed(form))
    bad[place % len(bad)] = put[0]
    assume(not bytes(bad).endswith(b"#"))

    pieces = decode(bytes(bad) + OTHER, under(keys=keys))

    assert pieces[-1] == Piece(len(bad), len(OTHER), frame=only_frame(OTHER, strict))


@settings(max_examples=150)
@given(hostile_bytes(), dialects(), st.lists(st.integers(1, 400), max_size=8))
def test_pieces_partition_any_input_and_chunks_change_nothing(
    data: bytes, device: Dialect, cuts: list[int]
):
    stream = StreamDecoder(always(device))
    pieces: list[Piece] = []
    rest = data
    for cut in cuts:
        pieces += stream.feed(rest[:cut])
        rest = rest[cut:]

    pieces += [*stream.feed(rest), *stream.finish()]

    assert b"".join(data[p.offset : p.offset + p.length] for p in pieces) == data
    assert pieces == decode(data, always(device))


@pytest.mark.parametrize("size", [997, 1460, 16_384], ids=str)
def test_a_long_encrypted_stream_in_chunks_gives_the_pieces_of_the_whole(size: int):
    long = (HEAD + "&&DataTime=20260801085857;" + "a21026-Rtd=12.345;" * 51).encode() + b"&&"
    assert 930 < len(long) - len(HEAD) < 960
    unit = b"".join(
        sealed(form, key, segment)
        for form in FORMS
        for key in (KEY, OTHER_KEY)
        for segment in (SEGMENT, long)
    )
    data = (unit + b"noise" + unit[100:3000] + GOOD) * 3
    dialect_of = always(dialect(*Policy, keys=(KEY,)))
    stream = StreamDecoder(dialect_of)
    pieces: list[Piece] = []
    held: list[int] = []

    for start in range(0, len(data), size):
        pieces += stream.feed(data[start : start + size])
        held.append(stream.held)
    pieces += stream.finish()

    assert pieces == decode(data, dialect_of)
    assert max(held) < LOOK_AHEAD
    assert sum(piece.frame is not None and piece.frame.encrypted for piece in pieces) >= 24


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("size", range(16, 70))
def test_every_length_of_content_is_read(form: Policy, size: int):
    segment = (HEAD + "&&x=" + "1" * (size - 2) + "&&").encode()

    frame = only_frame(sealed(form, segment=segment), under(form, keys=(KEY,)))

    assert frame.policies == (form,)
    assert frame.other == (("x", "1" * (size - 2)),)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "unit",
    [
        pytest.param(b"{0x01,0x02", id="braces"),
        pytest.param(b"E43E159ACFAB242C" * 4, id="hex"),
        pytest.param(b"##0200CN=2011;CP=&&\x80\x81", id="headers"),
        pytest.param(b"CN=2011;CP=&&\x80\x81" + b"\x9a" * 40 + b"&&1C80", id="closings"),
        pytest.param(b"QN=1;CN=2011;MN=A1;CP=&&x&&1C80\n", id="headless"),
    ],
)
def test_hostile_repetition_costs_no_more_than_its_length(unit: bytes):
    data = (unit * (9000 // len(unit)) + b"&&1C80\r\n") * 20

    pieces = decode(data, always(dialect(*Policy, keys=(KEY, OTHER_KEY))))

    assert sum(piece.length for piece in pieces) == len(data)


def test_a_right_crc_over_cipher_text_is_no_frame_of_a_device_without_key():
    cipher = sealed(Policy.SM4_RAW)[6:-6]

    refusal = only_refusal(framed(cipher), strict)

    assert refusal.reason == "no_key"


def test_content_that_is_not_text_of_other_commands_is_kept_as_before():
    segment = HEAD.replace("2011", "9014").encode() + b"&&" + bytes(range(128, 160)) + b"&&"

    frame = only_frame(framed(segment), under(keys=(KEY,)))

    assert (frame.encrypted, frame.warnings) == (False, ("unreadable_text", "encrypted_cp"))


def test_a_frame_in_clear_of_a_device_with_a_key_is_accepted():
    assert only_frame(GOOD, under(keys=(KEY,))) == only_frame(GOOD, strict)


def test_encrypted_frames_reach_both_ways_of_enclosing():
    assert encrypt(enclose(SEGMENT), KEY) == sealed(Policy.SM4_RAW)
