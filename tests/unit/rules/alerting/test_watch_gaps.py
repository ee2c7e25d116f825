"""Silences between frames: in whatever order and parts frames come, the same silences are left."""

from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from schemas.watch import Beat, Gap
from services.rules.alerting.watch_gaps import Hearing, floor_of, heard_again, open_gap
from tests.fixtures.watching import HOUR, MINUTE, SECOND, T0, beat, heard, logger

FLOOR = timedelta(seconds=180)
NEW = Hearing(heard(1, None), frozenset())


def silences(hearing: Hearing) -> list[tuple[int, int]]:
    """Since and until, in seconds after T0."""
    return sorted(
        ((one.since - T0) // SECOND, (one.until - T0) // SECOND)
        for one in hearing.gaps
        if one.until is not None
    )


def test_two_frames_ten_minutes_apart_leave_ten_minutes_of_silence() -> None:
    """10:00:00 to 10:10:00 is 600 s, more than the floor of 180 s."""
    found = heard_again(NEW, [beat(T0), beat(T0 + 10 * MINUTE)], FLOOR)

    assert silences(found) == [(0, 600)]
    assert found.heard.heard_at == T0 + 10 * MINUTE
    assert found.heard.first_at == T0


def test_a_pause_of_just_the_floor_is_no_silence() -> None:
    found = heard_again(NEW, [beat(T0), beat(T0 + FLOOR)], FLOOR)

    assert silences(found) == []


def test_a_frame_that_was_committed_late_splits_the_silence_it_was_received_in() -> None:
    """10:00 to 10:30 silent; a frame of 10:05 leaves 300 s and 1500 s, one of 10:28 only the first.

    Of 10:05 to 10:28 there are 1380 s, and of 10:28 to 10:30 there are 120 s, less than 180 s.
    """
    known = heard_again(NEW, [beat(T0), beat(T0 + 30 * MINUTE)], FLOOR)

    once = heard_again(known, [beat(T0 + 5 * MINUTE)], FLOOR)
    twice = heard_again(once, [beat(T0 + 28 * MINUTE)], FLOOR)

    assert silences(once) == [(0, 300), (300, 1800)]
    assert silences(twice) == [(0, 300), (300, 1680)]


def test_what_was_received_before_all_that_is_known_reaches_back() -> None:
    known = heard_again(NEW, [beat(T0 + HOUR)], FLOOR)

    found = heard_again(known, [beat(T0)], FLOOR)

    assert silences(found) == [(0, 3600)]
    assert found.heard.first_at == T0


def test_the_silence_that_ends_remembers_what_the_device_said_last_of_the_time() -> None:
    known = Hearing(heard(1, T0, said_at=T0 - 7 * SECOND), frozenset())

    found = heard_again(known, [beat(T0 + HOUR)], FLOOR)

    assert found.gaps == {Gap(1, T0, T0 + HOUR, T0 - 7 * SECOND)}


def test_silence_that_goes_on_begins_with_the_last_frame_or_with_the_watch() -> None:
    spoke = open_gap(heard(1, T0), T0 - HOUR, T0 + HOUR)
    never = open_gap(heard(1, None), T0 - HOUR, T0 + HOUR)

    assert (spoke.since, spoke.never) == (T0, False)
    assert (never.since, never.never) == (T0 - HOUR, True)


def test_a_slow_logger_has_a_longer_floor() -> None:
    """Three intervals of 600 s are 1800 s; three of 60 s (the minute's) are 180 s."""
    assert floor_of(logger(1)) == timedelta(seconds=180)
    assert floor_of(logger(1, realtime_s=600)) == timedelta(seconds=1800)
    assert floor_of(logger(1, minute_s=1800)) == timedelta(seconds=5400)
    assert floor_of(logger(1, minute_s=60, realtime_s=5)) == timedelta(seconds=180)


def beats_of(pairs: list[tuple[int, int]]) -> list[Beat]:
    return [beat(T0 + start * SECOND, T0 + (start + length) * SECOND) for start, length in pairs]


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 59)), min_size=1, max_size=14),
    st.randoms(use_true_random=False),
    st.integers(1, 14),
)
def test_order_and_parts_of_arrival_make_no_difference(
    pairs: list[tuple[int, int]], random: Random, size: int
) -> None:
    together = heard_again(NEW, beats_of(pairs), FLOOR)
    shuffled = beats_of(pairs)
    random.shuffle(shuffled)

    found = NEW
    for first in range(0, len(shuffled), size):
        found = heard_again(found, shuffled[first : first + size], FLOOR)

    assert silences(found) == silences(together)
    assert (found.heard.first_at, found.heard.heard_at) == (
        together.heard.first_at,
        together.heard.heard_at,
    )


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 59)), min_size=1, max_size=14))
def test_silences_are_just_the_long_times_in_which_no_frame_lies(
    pairs: list[tuple[int, int]],
) -> None:
    """Counted second by second instead."""
    spoken = {second for start, length in pairs for second in range(start, start + length + 1)}
    edges = sorted(spoken)
    expected = [(one, other) for one, other in pairwise(edges) if other - one > FLOOR // SECOND]

    assert silences(heard_again(NEW, beats_of(pairs), FLOOR)) == expected
