import pytest
from hypothesis import given, settings

from schemas.policies import Policy
from services.hj212.clock import BEIJING
from services.hj212.dialect import Dialect, always, strict
from services.hj212.encode import enclose, encode
from services.hj212.frame import CrcPolicy, Frame, Value, Warn
from services.hj212.stream import decode
from tests.fixtures.hj212_dialects import (
    BARE,
    EPOCH,
    HEADLESS,
    KEY,
    LONG_TIME,
    NEEDY,
    SIX_DIGITS,
    STALE,
    WATER,
    WITH_MODBUS,
    WITHOUT_CRC,
    dialect,
    dialects,
    framed,
    only,
    only_frame,
    only_refusal,
    under,
)
from tests.fixtures.hj212_frames import CRC, GOOD, HEAD, OTHER, SEGMENT, frames, told

UNRELATED = frozenset({Policy.SM4_RAW, Policy.SM4_HEX, Policy.SM4_BRACES, Policy.SM4_BASE64})


@pytest.mark.parametrize("policy", NEEDY, ids=str)
def test_a_frame_that_needs_a_policy_is_refused_without_it_and_told_which(policy: Policy):
    odd = NEEDY[policy]
    wrong = () if not odd.keys else (next(form for form in UNRELATED if form is not policy),)

    refusal = only_refusal(odd.data, under(*wrong, keys=odd.keys))

    assert (refusal.reason, refusal.policy) == (odd.reason, odd.named)
    assert odd.named in refusal.detail


@pytest.mark.parametrize("policy", NEEDY, ids=str)
def test_a_frame_that_needs_a_policy_is_accepted_with_it_and_counts_it(policy: Policy):
    odd = NEEDY[policy]

    frame = only_frame(odd.data, under(*odd.policies, keys=odd.keys))

    assert frame.policies == odd.policies
    assert frame.values == only_frame(GOOD, strict).values


@pytest.mark.parametrize("policy", NEEDY, ids=str)
def test_the_policy_that_a_refusal_names_accepts_it(policy: Policy):
    odd = NEEDY[policy]
    refusal = only_refusal(odd.data, under(keys=odd.keys)) if not odd.keys else None

    named = Policy(refusal.policy or "") if refusal else policy

    assert only(odd.data, under(named, keys=odd.keys)).frame is not None


@pytest.mark.parametrize(
    ("data", "crc", "reason", "named", "counted"),
    [
        pytest.param(
            WITH_MODBUS,
            CrcPolicy.ACCEPT_MODBUS,
            "crc_mismatch",
            "crc: accept_modbus",
            "crc_accept_modbus",
            id="MODBUS",
        ),
        pytest.param(WITHOUT_CRC, CrcPolicy.OFF, "crc_missing", "crc: off", "crc_off", id="none"),
        pytest.param(
            GOOD.replace(CRC, b"33EC"),
            CrcPolicy.OFF,
            "crc_mismatch",
            "crc: off",
            "crc_off",
            id="wrong",
        ),
    ],
)
def test_a_check_sum_policy_is_named_and_counted(
    data: bytes, crc: CrcPolicy, reason: str, named: str, counted: str
):
    refusal = only_refusal(data, strict)
    frame = only_frame(data, always(Dialect(crc=crc)))

    assert (refusal.reason, refusal.policy) == (reason, named)
    assert named.split(": ")[1] in refusal.detail
    assert frame.policies == (counted,)


def test_what_needs_two_policies_names_none_and_then_the_other():
    stale_modbus = b"##0400" + WITH_MODBUS[6:]
    accept_modbus = Dialect(crc=CrcPolicy.ACCEPT_MODBUS)
    both = Dialect(CrcPolicy.ACCEPT_MODBUS, frozenset({Policy.ACCEPT_WRONG_LENGTH}))

    first = only_refusal(stale_modbus, strict)
    second = only_refusal(stale_modbus, always(accept_modbus))
    frame = only_frame(stale_modbus, always(both))

    assert first.policy is None
    assert second.policy == "accept_wrong_length"
    assert frame.policies == ("accept_wrong_length", "crc_accept_modbus")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(GOOD[:40], id="cut off"),
        pytest.param(b"RING\r\n", id="noise"),
        pytest.param(enclose(b"ST=32;MN=A1;CP=&&&&"), id="no CN"),
        pytest.param(b"##0400ST=32;MN=A1;CP=&&&&" + b"2C01", id="stale length, no CN"),
        pytest.param(SEGMENT, id="neither header nor CRC"),
    ],
)
def test_what_no_one_policy_mends_names_none(data: bytes):
    assert only_refusal(data, strict).policy is None


@pytest.mark.parametrize(
    ("data", "policy", "warning"),
    [
        pytest.param(LONG_TIME, Policy.LONG_DATA_TIME, Warn.DATA_TIME_FORM, id="long DataTime"),
        pytest.param(EPOCH, Policy.EPOCH_QN, Warn.QN_FORM, id="epoch QN"),
        pytest.param(WATER, Policy.SURFACE_WATER, Warn.VERSION_AMBIGUOUS, id="surface water"),
    ],
)
def test_a_form_that_a_policy_knows_is_no_longer_warned_of(
    data: bytes, policy: Policy, warning: Warn
):
    without, frame = only_frame(data, strict), only_frame(data, under(policy))

    assert (without.warnings, without.policies) == ((warning,), ())
    assert (frame.warnings, frame.policies) == ((), (policy,))


@pytest.mark.parametrize("digits", ["1", "12", "123"])
def test_of_a_long_data_time_the_first_14_digits_count(digits: str):
    data = enclose((HEAD + f"&&DataTime=20260801085857{digits};x=1&&").encode())

    frame = only_frame(data, under(Policy.LONG_DATA_TIME))

    assert frame.data_time_text == "20260801085857"


@pytest.mark.parametrize("text", ["202608010858571234", "20260231085857123", "2026080108585", "x"])
def test_a_data_time_that_is_none_is_no_long_one(text: str):
    data = enclose((HEAD + f"&&DataTime={text};x=1&&").encode())

    frame = only_frame(data, under(Policy.LONG_DATA_TIME))

    assert (frame.data_time_text, frame.policies) == (text, ())


def test_a_qn_since_1970_is_a_time_of_its_own():
    frame = only_frame(EPOCH, under(Policy.EPOCH_QN))

    assert frame.qn == "1785545937223"
    assert frame.qn_time is not None
    assert frame.qn_time.astimezone(BEIJING).isoformat() == "2026-08-01T08:58:57.223000+08:00"
    assert only_frame(EPOCH, strict).qn_time is None


@pytest.mark.parametrize(
    ("command", "field"),
    [
        ("2011", "rtd"),
        ("2051", "average"),
        ("2061", "average"),
        ("2031", "average"),
        ("2111", "average"),
    ],
)
def test_a_bare_code_is_the_value_that_the_command_carries(command: str, field: str):
    data = enclose((HEAD.replace("2011", command) + "&&a01001=3.2;B01=7;011=1.5&&").encode())

    frame = only_frame(data, under(Policy.BARE_CODES))

    assert [(v.code, getattr(v, field)) for v in frame.values] == [
        ("a01001", 3.2),
        ("B01", 7.0),
        ("011", 1.5),
    ]
    assert (frame.other, frame.policies) == ((), (Policy.BARE_CODES,))


@pytest.mark.parametrize(
    ("command", "field"),
    [
        pytest.param("2011", "RtdInterval=30", id="a parameter"),
        pytest.param("2011", "a01001=N", id="no number"),
        pytest.param("2011", "Flag=1", id="a flag"),
        pytest.param("2021", "a01001=3.2", id="another command"),
        pytest.param("3020", "a01001=3.2", id="a log"),
    ],
)
def test_what_is_no_bare_value_is_kept_as_it_is(command: str, field: str):
    data = enclose((HEAD.replace("2011", command) + f"&&{field}&&").encode())

    frame = only_frame(data, under(Policy.BARE_CODES))

    assert (frame.values, frame.policies) == ((), ())
    assert frame.other == (tuple(field.split("=")),)


def test_a_bare_code_beside_its_value_is_not_believed():
    data = enclose((HEAD + "&&a01001-Rtd=1;a01001=2&&").encode())

    frame = only_frame(data, under(Policy.BARE_CODES))

    assert frame.values == (Value("a01001", rtd=1.0),)
    assert frame.other == (("a01001", "2"),)


def test_without_the_policy_a_bare_code_is_kept_as_text():
    frame = only_frame(BARE, strict)

    assert (frame.values, frame.other) == ((), (("a01001", "3.2"),))


def test_surface_water_is_2017_unless_it_is_marked_as_resent():
    resent = WATER.replace(b"Flag=9;", b"Flag=9;RF=1;")
    resent = framed(resent[6:-6])

    assert only_frame(WATER, strict).version == 2025
    assert only_frame(WATER, under(Policy.SURFACE_WATER)).version == 2017
    assert only_frame(resent, under(Policy.SURFACE_WATER)).version == 2025


def test_an_over_long_segment_is_refused_by_policy_only():
    data = framed((HEAD + f"&&x={'1' * 1000}&&").encode())

    refusal = only_refusal(data, under(Policy.REFUSE_OVER_LENGTH))

    assert only_frame(data, strict).warnings == (Warn.OVER_LENGTH,)
    assert (refusal.reason, refusal.policy) == ("too_long", None)


def test_a_segment_of_1024_bytes_is_not_over_long():
    data = framed((HEAD + f"&&x={'1' * (1024 - len(HEAD) - 6)}&&").encode())

    assert data.startswith(b"##1024")
    assert only_frame(data, under(Policy.REFUSE_OVER_LENGTH)).warnings == ()


def test_content_in_clear_is_refused_where_encryption_is_required():
    refusal = only_refusal(GOOD, under(Policy.REQUIRE_SM4, keys=(KEY,)))

    assert (refusal.reason, refusal.policy) == ("not_encrypted", None)


@pytest.mark.parametrize(
    "segment",
    [
        pytest.param(SEGMENT.removesuffix(b"&&"), id="not closed"),
        pytest.param(SEGMENT.replace(b"CP=&&", b"CP="), id="not opened"),
        pytest.param(SEGMENT + b";X=1", id="fields behind"),
    ],
)
def test_content_in_clear_is_refused_however_it_is_enclosed(segment: bytes):
    assert only_frame(framed(segment), strict).values

    refusal = only_refusal(framed(segment), under(Policy.REQUIRE_SM4, keys=(KEY,)))

    assert refusal.reason == "not_encrypted"


@pytest.mark.parametrize(
    "segment",
    [
        pytest.param(HEAD.replace("2011", "9014") + "&&QnRtn=1;ExeRtn=1;QnRtn=1&&", id="an answer"),
        pytest.param(HEAD + "&&x=1&&", id="less than a block"),
        pytest.param(HEAD.replace("2011", "3019") + "&&i13001-SN=0123456789&&", id="a parameter"),
    ],
)
def test_what_the_standard_leaves_in_clear_is_accepted_where_encryption_is_required(segment: str):
    frame = only_frame(enclose(segment.encode()), under(Policy.REQUIRE_SM4, keys=(KEY,)))

    assert (frame.encrypted, frame.policies) == (False, ())


def test_noise_before_a_headless_segment_is_a_piece_of_its_own():
    pieces = decode(b"+IPD:" + HEADLESS + OTHER, under(Policy.ACCEPT_MISSING_HEADER))

    assert [(piece.offset, piece.frame is not None) for piece in pieces] == [
        (0, False),
        (5, True),
        (5 + len(HEADLESS), True),
    ]


def test_a_cut_headless_segment_does_not_cost_the_next():
    pieces = decode(SEGMENT[:60] + HEADLESS, under(Policy.ACCEPT_MISSING_HEADER))

    assert [(piece.offset, piece.frame is not None) for piece in pieces] == [(0, False), (60, True)]


def test_two_headless_segments_are_two_frames():
    accept = under(Policy.ACCEPT_MISSING_HEADER)

    assert [piece.frame is not None for piece in decode(HEADLESS * 2, accept)] == [True, True]


@pytest.mark.parametrize("bad", [STALE, SIX_DIGITS, HEADLESS], ids=["stale", "six", "headless"])
@pytest.mark.parametrize("place", range(8, 60, 7))
def test_a_damaged_odd_frame_does_not_cost_the_next(bad: bytes, place: int):
    damaged = bad[:place] + b"\x00" + bad[place + 1 :]

    pieces = decode(damaged + OTHER, always(dialect(*Policy)))

    assert pieces[-1].frame == only_frame(OTHER, always(dialect()))


def test_frames_of_several_devices_are_read_each_by_its_own_dialect():
    mine = EPOCH
    other = framed(EPOCH[6:-6].replace(b"MN=A1", b"MN=B2"))
    asked: list[str] = []

    def dialect_of(mn: str) -> Dialect:
        asked.append(mn)
        return dialect(Policy.EPOCH_QN) if mn == "A1" else dialect()

    first, second = decode(mine + other, dialect_of)

    assert first.frame is not None
    assert second.frame is not None
    assert (first.frame.policies, second.frame.policies) == ((Policy.EPOCH_QN,), ())
    assert asked == ["A1", "B2"]


@pytest.mark.parametrize(
    ("data", "mn"),
    [
        pytest.param(GOOD, "A1", id="usual"),
        pytest.param(framed(SEGMENT.replace(b"MN=A1", b"mn = A1 ")), "A1", id="loose"),
        pytest.param(framed(SEGMENT.replace(b"MN=A1;", b"")), "", id="none"),
        pytest.param(framed(SEGMENT.replace(b"MN=A1", b"MN=")), "", id="empty"),
        pytest.param(framed(SEGMENT.replace(b"MN=A1;", b",MN=A1;")), "A1", id="comma"),
        pytest.param(framed(b"MN=A1;CN=2011;CP=&&x=1&&"), "A1", id="first"),
        pytest.param(framed(b"CN=2011;CP=&&MN=A1&&"), "", id="in the content"),
        pytest.param(b"##0400CN=2011;PW=" + GOOD, "", id="of the next frame"),
        pytest.param(SIX_DIGITS, "A1", id="six digits"),
        pytest.param(HEADLESS, "A1", id="headless"),
    ],
)
def test_the_dialect_is_that_of_the_mn_in_the_header(data: bytes, mn: str):
    asked: list[str] = []

    def dialect_of(mn: str) -> Dialect:
        asked.append(mn)
        return dialect(*Policy)

    decode(data, dialect_of)

    assert asked[0] == mn


@settings(max_examples=60)
@given(frames(), dialects())
def test_no_policy_changes_how_a_standard_frame_reads(frame: Frame, device: Dialect):
    data = encode(frame)
    # What forbids may refuse it, and the random frames hold codes without a field.
    freely = Dialect(
        device.crc,
        device.policies - {Policy.REQUIRE_SM4, Policy.BARE_CODES},
        device.sm4_keys,
    )

    assert decode(data, always(freely)) == decode(data)


def test_told_of_a_strict_device_is_unchanged():
    assert told(STALE + HEADLESS + SIX_DIGITS) == [
        "length_mismatch",
        "no_header",
        "length_mismatch",
    ]


def test_a_headless_segment_does_not_begin_inside_its_content():
    segment = HEAD.encode() + b"&&\x01\x02\x03\x04\x05\x06\x07\x0e" * 2 + b"CN=2011;PW=1&&"
    without_crc = Dialect(crc=CrcPolicy.OFF)

    refusal = only_refusal(segment + b"1C80", always(without_crc))

    assert (refusal.reason, refusal.policy) == ("no_header", None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (STALE.replace(b"Rtd=", b"Rtd=9", 1), "crc_mismatch"),
        (STALE[: len(STALE) // 2], "truncated"),
        (STALE[:-6] + b"\r\n", "crc_missing"),
        (HEADLESS.replace(b"Rtd=", b"Rtd=9", 1), "crc_mismatch"),
    ],
    ids=["a changed digit", "cut in the middle", "no CRC", "a changed digit without a header"],
)
def test_what_is_known_to_be_odd_of_a_device_is_not_what_a_spoilt_frame_is_refused_for(
    data: bytes, reason: str
):
    known = under(Policy.ACCEPT_WRONG_LENGTH, Policy.ACCEPT_MISSING_HEADER)

    refusal = only_refusal(data, known)

    assert refusal.reason == reason


def test_a_spoilt_segment_without_a_header_is_never_read_from_its_middle():
    known = under(Policy.ACCEPT_MISSING_HEADER)
    places = range(HEADLESS.index(b"CP=&&") + 5, len(HEADLESS) - 8)

    for place in places:
        for change in range(1, 256):
            spoilt = bytearray(HEADLESS)
            spoilt[place] ^= change
            for piece in decode(bytes(spoilt), known):
                assert piece.frame is None or piece.offset == 0
