"""Kept messages are cut as they were cut once, and any message in bounded time."""

from time import process_time

import pytest

from schemas.policies import Policy
from services.hj212.dialect import Dialect, always, strict
from services.hj212.encode import enclose
from services.ingest.pieces import bounded, cut_as_kept
from tests.fixtures.hostile_messages import said

LIMIT_S = 5.0

GOOD = enclose(b"QN=20260801080000001;ST=32;CN=2011;PW=1;MN=MN1;Flag=4;CP=&&w01018-Rtd=1&&")
HEADLESS = GOOD[6:]
STALE = b"##0400" + GOOD[6:]
LENIENT = always(
    Dialect(policies=frozenset({Policy.ACCEPT_MISSING_HEADER, Policy.ACCEPT_WRONG_LENGTH}))
)


@pytest.mark.parametrize(
    "payload",
    [GOOD * 3, STALE + GOOD, GOOD + STALE + HEADLESS, b"RING\r\n" + STALE + b"x" + HEADLESS + GOOD],
    ids=["good", "wrong length", "no header", "noise between"],
)
@pytest.mark.parametrize(("then", "now"), [(strict, LENIENT), (LENIENT, strict)])
def test_there_are_as_many_pieces_as_then_and_they_hold_every_byte(
    payload: bytes, then: object, now: object
) -> None:
    first, second = (strict if way is strict else LENIENT for way in (then, now))
    cuts = [piece.length for piece in bounded(payload, first)]

    again = cut_as_kept(payload, bounded(payload, second), cuts, second)

    assert [piece.length for piece in again] == cuts
    assert sum(cuts) == len(payload)
    assert all((piece.frame is None) is not (piece.refusal is None) for piece in again)


def test_good_frames_are_found_again_in_their_places() -> None:
    payload = GOOD + STALE + GOOD
    cuts = [piece.length for piece in bounded(payload, strict)]

    again = cut_as_kept(payload, bounded(payload, LENIENT), cuts, LENIENT)

    assert again[0].frame is not None
    assert again[-1].frame is not None


def overlapping(total: int, span: int = 9_900) -> bytes:
    """Heads of encrypted frames, each of which says that it ends where all those near it do."""
    out = b""
    while len(out) < total:
        block = b""
        while len(block) < span - 40:
            block += b"##%04dCN=2011;CP=&&\x80" % (span - len(block) - 6)
        out += block.ljust(span - 2, b"x") + b"&&0000"
    return out


def test_many_keys_tried_on_overlapping_frames_take_bounded_time() -> None:
    keys = tuple(bytes([number] * 16) for number in range(20))
    began = process_time()

    pieces = bounded(overlapping(60_000), always(Dialect(sm4_keys=keys)))

    assert process_time() - began < LIMIT_S
    assert not any(piece.frame for piece in pieces)


def test_thousands_of_infos_take_bounded_time() -> None:
    infos = ",".join(f"a{number}-Info=1" for number in range(800))
    began = process_time()

    pieces = bounded(said(infos, cn="3020") * 400, strict)

    assert process_time() - began < LIMIT_S
    assert len(pieces) == 400
