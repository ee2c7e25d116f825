"""A batch closes when it is large by any measure, and is drafted in slices that are small by all."""

import pytest

from schemas.lookup import Lookup
from schemas.series import Series
from services.hj212.dialect import strict
from services.ingest.admit import DAY_US, ClockGuard
from services.ingest.batching import SLICE, SLICE_BYTES, BatchLimits, slice_of
from services.ingest.draft import Draft
from services.ingest.memory import Memory
from services.ingest.message import Message
from services.ingest.pieces import MOST_PIECES, MOST_REFUSED, bounded, capped
from tests.fixtures.build import NOW_US
from tests.fixtures.devices import device
from tests.fixtures.hostile_messages import HOSTILE, from_hj212, said

GUARD = ClockGuard(0, dict.fromkeys(Series, DAY_US))
WIDE = BatchLimits(size=1_000, age_s=1.0)


def message(payload: bytes) -> Message:
    return Message(1, "hj212/X", payload, NOW_US, duplicate=False, qos=1)


def drafted(*payloads: bytes) -> Draft:
    draft = Draft(Lookup(1, (), ()), GUARD, Memory())
    draft.add([message(payload) for payload in payloads])
    return draft


@pytest.mark.parametrize(
    "limits",
    [
        BatchLimits(size=10, age_s=1.0),
        BatchLimits(size=1_000, age_s=1.0, payload_bytes=1_000),
        BatchLimits(size=1_000, age_s=1.0, rows=20),
        BatchLimits(size=1_000, age_s=1.0, frames=20),
    ],
    ids=["messages", "bytes", "rows", "frames"],
)
def test_a_batch_is_full_by_any_measure(limits: BatchLimits) -> None:
    noise = b"##0002&&0000\n" * 10

    draft = drafted(*[noise] * 10)

    assert limits.reached(draft)
    assert not WIDE.reached(draft)
    assert not limits.reached(drafted(noise))


def test_settings_and_events_fill_a_batch_too() -> None:
    lookup = Lookup(1, [device(1)._replace(mn=HOSTILE)], ())
    draft = Draft(lookup, GUARD, Memory())

    draft.add([from_hj212(said(";".join(f"x{n}=1" for n in range(300)), cn="3017"))])

    assert draft.rows == 300
    assert BatchLimits(size=10, age_s=1.0, rows=300).reached(draft)


def test_a_batch_that_opens_many_chunks_is_full() -> None:
    draft = drafted(b"x")

    draft.new_chunks = WIDE.new_chunks + 1

    assert WIDE.reached(draft)


@pytest.mark.parametrize("size", [0, 1, SLICE_BYTES // 10, SLICE_BYTES, 8_000_000])
def test_slices_are_small_and_leave_nothing_out(size: int) -> None:
    one = message(b"x" * size)
    messages = [one._replace(token=token) for token in range(SLICE * 2 + 5)]

    sliced: list[Message] = []
    while len(sliced) < len(messages):
        part = slice_of(messages, len(sliced))
        assert 1 <= len(part) <= SLICE
        assert sum(len(one.payload) for one in part[:-1]) < SLICE_BYTES
        sliced += part

    assert sliced == messages


@pytest.mark.parametrize("refused", [0, 1, MOST_REFUSED, MOST_REFUSED + 1, MOST_REFUSED * 3])
def test_pieces_are_bounded_and_hold_every_byte(refused: int) -> None:
    payload = said("a21026-Rtd=1") * 3 + b"##0002&&0000\n" * refused

    pieces = bounded(payload, strict)

    assert sum(piece.length for piece in pieces) == len(payload)
    assert len(pieces) <= MOST_REFUSED + 4
    assert sum(piece.frame is not None for piece in pieces) == 3
    assert capped(pieces, len(payload))[:MOST_REFUSED] == pieces[:MOST_REFUSED]


def test_more_good_frames_than_a_message_may_have_end_in_one_rest() -> None:
    payload = said("a21026-Rtd=1") * (MOST_PIECES + 10)

    pieces = bounded(payload, strict)

    assert sum(piece.length for piece in pieces) == len(payload)
    assert len(pieces) == MOST_PIECES + 1
    assert pieces[-1].frame is None


def test_an_empty_payload_is_one_refused_piece() -> None:
    (piece,) = bounded(b"", strict)

    assert piece.refusal is not None
