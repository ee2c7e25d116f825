"""When a silence is told of as the logger's own: beyond its threshold, and not while nobody heard."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.watch import Deaf, Gap
from services.rules.alerting.watch_offline import (
    Around,
    offline_spans,
    own_silence,
    threshold_of,
)
from services.rules.alerting.watch_parameters import OfflineParameters
from services.rules.marks.intervals import Interval
from tests.fixtures.watching import HOUR, MINUTE, SECOND, T0, gap, logger

PARAMS = OfflineParameters()
ALL = frozenset({1})


def deaf(since: int, until: int | None, *, whole: bool = True, device: int = 1) -> Deaf:
    """From so many minutes after T0 to so many."""
    end = None if until is None else T0 + until * MINUTE
    return Deaf(T0 + since * MINUTE, end, frozenset({device}), 100, whole, "together")


def stretches(silence: Gap, around: Around) -> list[tuple[float, float | None, bool]]:
    """Since and until in minutes after T0, and whether a mark excuses it."""
    found = [one.span for one in offline_spans(logger(1), [silence], around, PARAMS)]
    return [
        (
            (one.since - T0) / MINUTE,
            None if one.until is None else (one.until - T0) / MINUTE,
            one.exempt,
        )
        for one in found
    ]


@pytest.mark.parametrize(
    ("realtime", "minute", "expected"),
    [
        pytest.param(30, 60, 600, id="10 x 30 s are 300 s, so ten minutes hold"),
        pytest.param(120, 60, 1200, id="10 x 120 s"),
        pytest.param(30, 600, 1800, id="3 x 600 s, for it may send minutes alone"),
    ],
)
def test_the_longest_of_three_times_counts(realtime: int, minute: int, expected: int) -> None:
    device = logger(1, realtime_s=realtime, minute_s=minute)

    assert threshold_of(device, PARAMS, never=False) == timedelta(seconds=expected)


def test_ten_minutes_are_not_yet_too_long_and_a_second_more_is() -> None:
    assert stretches(gap(1, T0), Around(T0 + 10 * MINUTE)) == []
    assert stretches(gap(1, T0), Around(T0 + 10 * MINUTE + SECOND)) == [(0, None, False)]


def test_heard_again_it_ends_then() -> None:
    assert stretches(gap(1, T0, T0 + HOUR), Around(T0 + 2 * HOUR)) == [(0, 60, False)]


def test_ten_minutes_without_a_broker_are_nobodys_silence() -> None:
    """Silent from 10:00 to 10:10:20; the platform was deaf from 10:00 to 10:10: 20 s are left."""
    silence = gap(1, T0, T0 + 10 * MINUTE + 20 * SECOND)

    assert stretches(silence, Around(T0 + HOUR, [deaf(0, 10)])) == []


def test_after_the_platform_heard_again_each_has_its_whole_threshold_anew() -> None:
    """Deaf until 10:30: at 10:39 nine minutes have passed, at 10:41 eleven."""
    around = [deaf(1, 30)]

    assert stretches(gap(1, T0), Around(T0 + 39 * MINUTE, around)) == []
    assert stretches(gap(1, T0), Around(T0 + 41 * MINUTE, around)) == [(0, None, False)]


def test_who_really_died_meanwhile_is_told_of_with_its_true_time() -> None:
    """Last heard at 10:00, the platform deaf from 10:00:30 to 10:10: told of later, since 10:00."""
    found = stretches(gap(1, T0), Around(T0 + HOUR, [deaf(1, 10)]))

    assert found == [(0, None, False)]


def test_what_waited_at_the_broker_tells_when_it_was_sent() -> None:
    """Ingest was stopped from 10:00 to 10:10; its last message was sent at 10:04, taken at 10:10."""
    silence = Gap(1, T0 + 10 * MINUTE, None, said_at=T0 + 4 * MINUTE)

    found = stretches(silence, Around(T0 + HOUR, [deaf(0, 10)]))

    assert found == [(4, None, False)]


def test_who_was_off_before_stays_so_while_the_platform_is_deaf() -> None:
    silence = gap(1, T0)

    assert stretches(silence, Around(T0 + HOUR, [deaf(30, None)])) == [(0, None, False)]


def test_the_silence_of_others_excuses_nobody() -> None:
    around = Around(T0 + HOUR, [deaf(0, None, whole=False, device=2)])

    assert stretches(gap(1, T0), around) == [(0, None, False)]


def test_an_mn_that_ended_is_not_missed() -> None:
    retired = logger(1, until=T0 + 5 * MINUTE)
    later = logger(1, until=T0 + 50 * MINUTE)
    around = Around(T0 + HOUR)

    assert offline_spans(retired, [gap(1, T0)], around, PARAMS) == []
    (one,) = offline_spans(later, [gap(1, T0)], around, PARAMS)
    assert one.span.until == T0 + 50 * MINUTE


def test_one_that_was_never_heard_is_told_of_after_a_day() -> None:
    silence = Gap(1, T0, None, never=True)

    assert stretches(silence, Around(T0 + 24 * HOUR)) == []
    assert stretches(silence, Around(T0 + 25 * HOUR)) == [(0, None, False)]


def test_a_mark_that_counts_excuses_its_own_time() -> None:
    """Silent from 10:00; marked from 10:05 to 11:00; at 12:00 it is silent since the mark's end.

    The five minutes before the mark are less than the threshold of ten.
    """
    around = Around(T0 + 2 * HOUR, excused={1: [Interval(T0 + 5 * MINUTE, T0 + HOUR)]})

    assert stretches(gap(1, T0), around) == [(5, 60, True), (60, None, False)]


def test_a_mark_over_all_of_it_leaves_nothing_to_tell() -> None:
    around = Around(T0 + 2 * HOUR, excused={1: [Interval(T0 - HOUR, T0 + 3 * HOUR)]})

    assert stretches(gap(1, T0), around) == []


def test_the_sentence_says_who_and_since_when_on_the_clock_of_the_site() -> None:
    (one,) = offline_spans(logger(1), [gap(1, T0)], Around(T0 + HOUR), PARAMS)

    assert one.span.zh == "第1厂数采仪 MN1离线：最后一次收到其报文为2025年3月1日10:00:00"
    assert one.span.en == "logger MN1 of P1 is offline: last heard at 2025-03-01 10:00:00 +08:00"
    assert one.target == logger(1).target


MINUTES = st.integers(0, 200)


@given(
    st.tuples(MINUTES, MINUTES).filter(lambda one: one[0] < one[1]),
    st.lists(st.tuples(MINUTES, MINUTES).filter(lambda one: one[0] < one[1]), max_size=6),
)
def test_own_silence_is_silence_minus_deaf_time(
    silent: tuple[int, int], deafs: list[tuple[int, int]]
) -> None:
    """Counted minute by minute instead; and what is told of has more own silence than allowed."""
    silence = gap(1, T0 + silent[0] * MINUTE, T0 + silent[1] * MINUTE)
    around = Around(T0 + 5 * HOUR, [deaf(*one) for one in deafs])
    own = {
        minute
        for minute in range(*silent)
        if not any(since <= minute < until for since, until in deafs)
    }

    parts = own_silence(silence, around)
    told = stretches(silence, around)

    assert sum(part.seconds for part in parts) == 60 * len(own)
    assert not told or len(own) > 10
    assert bool(told) == any(part.seconds > 600 for part in parts)
