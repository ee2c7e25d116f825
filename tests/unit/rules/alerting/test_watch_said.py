"""What messages say of a logger's clock and of its lateness."""

from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.watch import Deaf, Heard, Newest
from services.rules.alerting.watch_parameters import DeviceClockParameters, LateParameters
from services.rules.alerting.watch_said import clock_trouble, late_trouble, looked, skew_of
from tests.fixtures.watching import HOUR, MINUTE, SECOND, T0, gap, heard, logger

CLOCK = DeviceClockParameters()
LATE = LateParameters()


def newest(received: datetime, behind: timedelta = timedelta(0)) -> Newest:
    """A reading of half a minute before it was sent."""
    sent = received - behind
    return Newest(1, sent - 30 * SECOND, sent, received)


def after(*skews: float) -> Heard:
    """A logger whose last messages were received so many seconds after they were sent."""
    return replace(heard(1, T0), skews=skews, received_at=T0, looked_at=T0)


def test_a_reading_looked_at_twice_counts_once() -> None:
    once = looked(heard(1, T0), newest(T0, 4 * SECOND), T0 + MINUTE, [])

    twice = looked(once, newest(T0, 4 * SECOND), T0 + 2 * MINUTE, [])

    assert once.skews == twice.skews == (4.0,)
    assert twice.looked_at == T0 + 2 * MINUTE


def test_without_a_reading_only_the_look_is_remembered() -> None:
    found = looked(heard(1, T0), None, T0 + MINUTE, [])

    assert found == replace(heard(1, T0), looked_at=T0 + MINUTE)


def test_what_waited_while_the_platform_was_deaf_says_nothing_of_the_clock() -> None:
    deaf = Deaf(T0 - HOUR, T0, frozenset(), 9, whole=True, why="together")

    found = looked(heard(1, T0), newest(T0 + SECOND, 30 * MINUTE), T0 + MINUTE, [deaf])

    assert found.skews == ()
    assert found.data_at == T0 + SECOND - 30 * MINUTE - 30 * SECOND


def test_a_sender_that_states_no_time_of_sending_has_no_skew() -> None:
    found = looked(heard(1, T0), Newest(1, T0, None, T0 + SECOND), T0 + MINUTE, [])

    assert (found.skews, found.said_at) == ((), None)


@pytest.mark.parametrize(
    ("skews", "expected"),
    [
        pytest.param((), None, id="nothing is known"),
        pytest.param((900.0, 900.0), None, id="two messages are not enough"),
        pytest.param((1.0, 900.0, 2.0), 2, id="the median of three leaves one out"),
        pytest.param((900.0, 900.0, 900.0, 1.0, 2.0, 3.0, 1.0, 2.0), 2, id="the last five count"),
        pytest.param((-400.0, -390.0, -410.0), -400, id="a clock that is ahead"),
    ],
)
def test_the_skew_is_the_median_of_the_last_messages(
    skews: tuple[float, ...], expected: float | None
) -> None:
    found = skew_of(after(*skews), CLOCK)

    assert found == (None if expected is None else timedelta(seconds=expected))


@given(st.lists(st.floats(-1e5, 1e5), min_size=3, max_size=15))
def test_the_skew_lies_among_what_was_seen(skews: list[float]) -> None:
    found = skew_of(after(*skews), CLOCK)

    assert found is not None
    assert found == timedelta(seconds=median(skews[-5:]))
    assert min(skews) - 1 <= found.total_seconds() <= max(skews) + 1


@pytest.mark.parametrize(
    ("seconds", "wrong"),
    [
        pytest.param(180.0, False, id="at the tolerance"),
        pytest.param(180.5, True, id="over it"),
        pytest.param(-180.0, False, id="ahead, at the tolerance"),
        pytest.param(-200.0, True, id="ahead, over it"),
    ],
)
def test_three_minutes_are_allowed(seconds: float, wrong: bool) -> None:  # noqa: FBT001 - a case
    found = clock_trouble(logger(1), after(seconds, seconds, seconds), T0, CLOCK)

    assert (found is not None) == wrong


def test_the_sentence_says_how_far_and_which_way() -> None:
    behind = clock_trouble(logger(1), after(*[300.0] * 3), T0, CLOCK)
    ahead = clock_trouble(logger(1), after(*[-3725.0] * 3), T0, CLOCK)

    assert behind is not None
    assert behind.zh == "第1厂数采仪 MN1 时钟慢5分，超过允许的3分"
    assert behind.en == "the clock of logger MN1 of P1 is 5 min behind, more than 180 s"
    assert behind.evidence["skew_s"] == 300.0
    assert ahead is not None
    assert ahead.en == "the clock of logger MN1 of P1 is 1 h 2 min ahead, more than 180 s"


@pytest.mark.parametrize(
    ("minutes", "wrong"), [(29, True), (30, True), (31, False)], ids=["29", "30", "31"]
)
def test_frames_refused_for_their_time_count_for_half_an_hour(minutes: int, wrong: bool) -> None:  # noqa: FBT001 - a case
    known = replace(after(), clock_rejected_at=T0)

    found = clock_trouble(logger(1), known, T0 + minutes * MINUTE, CLOCK)

    assert (found is not None) == wrong
    assert found is None or found.at == T0


def late(lag: timedelta, minute_s: int = 60) -> bool:
    """Whether data sent at T0, of so long before, are late."""
    known = replace(after(), data_at=T0 - lag, said_at=T0)
    return late_trouble(logger(1, minute_s=minute_s), known, ((), ()), LATE) is not None


def test_a_quarter_of_an_hour_and_a_period_are_in_time() -> None:
    """15 min + 60 s are 16 min; with minute records of 30 min it is 45 min."""
    assert not late(16 * MINUTE)
    assert late(16 * MINUTE + SECOND)
    assert not late(45 * MINUTE, minute_s=1800)
    assert late(46 * MINUTE, minute_s=1800)


def test_lateness_is_by_the_loggers_own_clock() -> None:
    """Its clock is two hours behind; by that clock the data are half a minute old."""
    sent = T0 - 2 * HOUR
    known = replace(after(), data_at=sent - 30 * SECOND, said_at=sent, received_at=T0)

    assert late_trouble(logger(1), known, ((), ()), LATE) is None


def test_the_backlog_of_a_silence_is_told_with_that_silence() -> None:
    known = replace(after(), data_at=T0 - 2 * HOUR, said_at=T0)
    own = [gap(1, T0 - 3 * HOUR, T0 - HOUR)]
    other = [gap(2, T0 - 3 * HOUR, T0 - HOUR)]
    deaf = [Deaf(T0 - 3 * HOUR, T0 - HOUR, frozenset({1}), 9, whole=False, why="gateway:G")]

    assert late_trouble(logger(1), known, (own, ()), LATE) is None
    assert late_trouble(logger(1), known, ((), deaf), LATE) is None
    found = late_trouble(logger(1), known, (other, ()), LATE)
    assert found is not None
    assert found.evidence["lag_s"] == 7200
    assert "迟2小时" in found.zh


def test_of_a_logger_without_readings_nothing_is_known() -> None:
    assert late_trouble(logger(1), heard(1, T0), ((), ()), LATE) is None
    assert clock_trouble(logger(1), heard(1, T0), T0, CLOCK) is None
