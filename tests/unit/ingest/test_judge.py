"""Whose a frame is, what it needed, and which policy would have let it in."""

import pytest

from schemas.lookup import BEGINNING_US, END_US, Channel, DeviceKey, Lookup
from schemas.policies import Policy
from schemas.series import Series
from services.hj212.dialect import strict
from services.hj212.encode import enclose
from services.hj212.frame import Crc, Frame, Piece, Refusal, RefusalReason
from services.hj212.stream import decode
from services.ingest.admit import DAY_US, Admitted, ClockGuard, Envelope
from services.ingest.dialects import dialects_at
from services.ingest.judge import Judge, notes_of
from tests.fixtures.build import NOW_US, SECOND_US
from tests.fixtures.devices import device

GUARD = ClockGuard(600 * SECOND_US, dict.fromkeys(Series, 3650 * DAY_US))
CONTENT = "DataTime=20260801080000;w01018-Rtd=1"


def judged(
    mn: str | None, topic: str = "MN1", policies: frozenset[Policy] = frozenset()
) -> Admitted:
    """Judge a frame that names the MN, published under a topic; device 1 has the policies."""
    lookup = Lookup(
        1,
        [device(1, policies=policies), device(2)],
        [Channel(n, n, "w01018", BEGINNING_US, END_US, n) for n in (1, 2)],
    )
    named = "" if mn is None else f"MN={mn};"
    segment = f"QN=20260801080000001;ST=32;CN=2011;PW=1;{named}Flag=4;CP=&&{CONTENT}&&"
    dialects = dialects_at(lookup, topic, NOW_US) or strict
    (piece,) = decode(enclose(segment.encode()), dialects)
    publisher = lookup.device(topic, NOW_US)
    return Judge(lookup, GUARD).piece(piece, Envelope(f"hj212/{topic}", NOW_US, 0), publisher)


ALLOWED = frozenset({Policy.MN_FROM_TOPIC})


@pytest.mark.parametrize("mn", [None, "", "mn1"], ids=["missing", "empty", "other case"])
def test_the_mn_of_the_topic_counts_where_that_is_allowed(mn: str | None) -> None:
    admitted = judged(mn, policies=ALLOWED)

    assert (admitted.device, len(admitted.rows)) == (1, 1)
    assert admitted.notes == ("mn_from_topic",)


@pytest.mark.parametrize(
    ("mn", "reason"),
    [(None, "no_mn"), ("", "no_mn"), ("mn1", "unknown_device")],
    ids=["missing", "empty", "other case"],
)
def test_where_it_is_not_allowed_the_policy_is_named(mn: str | None, reason: str) -> None:
    (rejection,) = judged(mn).rejections

    assert (rejection.reason, rejection.policy, rejection.whole) == (reason, "mn_from_topic", True)


@pytest.mark.parametrize(
    ("mn", "topic", "reason"),
    [("MN2", "MN1", "mn_mismatch"), ("MN7", "MN1", "unknown_device"), (None, "GW", "no_mn")],
    ids=["another device", "an unknown device", "a topic that is no device"],
)
def test_no_policy_lets_a_device_speak_for_another(mn: str | None, topic: str, reason: str) -> None:
    (rejection,) = judged(mn, topic, ALLOWED).rejections

    assert (rejection.reason, rejection.policy) == (reason, None)


def test_a_policy_that_was_not_needed_is_not_noted() -> None:
    assert judged("MN1", policies=ALLOWED).notes == ()


def test_a_frame_without_anything_unusual_has_no_note() -> None:
    frame = Frame(crc=Crc.HJ212, version=2017, cn="2011")

    assert notes_of(frame, ()) == ()


def test_what_is_unusual_is_noted_once() -> None:
    frame = Frame(
        crc=Crc.MODBUS, version=2025, cn="2011", rf="1", encrypted=True,
        policies=("crc_accept_modbus", "bare_codes"),
    )  # fmt: skip

    assert notes_of(frame, ("bare_codes",)) == (
        "crc_accept_modbus",
        "bare_codes",
        "resent",
        "encrypted",
        "crc_modbus",
    )


@pytest.mark.parametrize("reason", [RefusalReason.NO_KEY, RefusalReason.WRONG_KEY])
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((), None),
        ((DeviceKey(BEGINNING_US, END_US, b"0" * 16),), None),
        ((DeviceKey(BEGINNING_US, END_US, None),), "no_key"),
    ],
    ids=["no key", "an open key", "a key that cannot be opened"],
)
def test_a_key_that_cannot_be_opened_is_a_missing_key(
    reason: RefusalReason, keys: tuple[DeviceKey, ...], expected: str | None
) -> None:
    publisher = device(1, keys=keys)
    piece = Piece(0, 1, refusal=Refusal(reason, "as the codec says"))
    judge = Judge(Lookup(1, [publisher], ()), GUARD)

    (rejection,) = judge.piece(piece, Envelope("hj212/MN1", NOW_US, 0), publisher).rejections

    assert rejection.reason == (expected or reason.value)
    assert ("QINGKONG_SEAL_KEY" in rejection.detail) is (expected is not None)


def test_a_refusal_of_the_codec_hands_its_policy_on() -> None:
    piece = Piece(0, 1, refusal=Refusal(RefusalReason.CRC_MISMATCH, "x", "crc: off"))
    judge = Judge(Lookup(1, (), ()), GUARD)

    (rejection,) = judge.piece(piece, Envelope("hj212/MN1", NOW_US, 0), None).rejections

    assert rejection.policy == "crc: off"
