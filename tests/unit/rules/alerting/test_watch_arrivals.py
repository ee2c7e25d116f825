"""Whose newest reading stands still is known by what arrives: a clock set back, or what is sent again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.watch import Arrival, Heard, Newest
from services.rules.alerting.watch_arrivals import (
    measured,
    put_right,
    shown_by,
    stands_still,
)
from services.rules.alerting.watch_parameters import DeviceClockParameters
from services.rules.alerting.watch_said import clock_trouble, skew_of
from tests.fixtures.watching import HOUR, MINUTE, SECOND, T0, heard, logger

CLOCK = DeviceClockParameters()
WRONG = (3_600.0, 3_601.0, 3_600.0)


def record(received: datetime, behind: timedelta, *, realtime: bool = True) -> Arrival:
    """A record of half a minute before it was sent, by a clock so far behind."""
    sent = received - behind
    return Arrival(1, realtime, sent - 30 * SECOND, sent, received, 7, round(received.timestamp()))


def live(
    count: int, behind: timedelta, every: timedelta = 30 * SECOND, since: datetime = T0
) -> list[Arrival]:
    return [record(since + number * every, behind) for number in range(count)]


def again(
    count: int, pace: timedelta, since: datetime = T0, kept: timedelta = 30 * SECOND
) -> list[Arrival]:
    """Records of an hour before, one each `kept`, that go out one each `pace`."""
    return [record(since + number * pace, HOUR + number * (pace - kept)) for number in range(count)]


def skews(arrivals: Iterable[Arrival]) -> list[float] | None:
    found = shown_by(list(arrivals), CLOCK)
    return None if found is None else list(found.skews)


@pytest.mark.parametrize(
    ("spoke", "span_s", "still"),
    [
        pytest.param(2 * MINUTE, 30, False, id="two minutes are too few"),
        pytest.param(2 * MINUTE + SECOND, 30, True, id="longer"),
        pytest.param(30 * MINUTE, 600, False, id="three periods"),
        pytest.param(30 * MINUTE + SECOND, 600, True, id="more than three periods"),
        pytest.param(-HOUR, 30, False, id="silent since"),
    ],
)
def test_its_newest_reading_stands_still_while_it_is_heard(
    spoke: timedelta,
    span_s: int,
    still: bool,  # noqa: FBT001 - a case
) -> None:
    newest = Newest(1, T0 - SECOND, T0, T0, span_s=span_s)

    assert stands_still(heard(1, T0 + spoke), newest) == still


def test_without_a_reading_or_a_frame_nothing_stands_still() -> None:
    assert not stands_still(heard(1, T0), None)
    assert not stands_still(heard(1, None), Newest(1, T0, T0, T0 - HOUR))


@pytest.mark.parametrize(
    "seconds", [3_600, 300, 0, -4_000], ids=["hour", "5 min", "right", "ahead"]
)
def test_a_clock_that_goes_on_at_its_pace_is_shown_with_its_first_record(seconds: int) -> None:
    arrivals = live(20, seconds * SECOND)

    found = shown_by(arrivals, CLOCK)

    assert found is not None
    assert found.skews == (seconds,) * 15
    assert (found.since, found.last) == (T0, arrivals[-1])


def test_three_records_over_a_minute_and_a_half_are_needed() -> None:
    assert skews(live(2, HOUR, every=MINUTE)) is None
    assert skews(live(3, HOUR, every=44 * SECOND)) is None
    assert skews(live(3, HOUR, every=45 * SECOND)) == [3_600.0] * 3


@pytest.mark.parametrize(
    "arrivals",
    [
        pytest.param(again(100, SECOND / 20), id="as fast as it goes"),
        pytest.param(again(100, SECOND), id="one a second"),
        pytest.param(again(100, 10 * SECOND), id="one in ten seconds"),
        pytest.param(again(100, 20 * SECOND), id="one in twenty seconds"),
        pytest.param(again(60, MINUTE), id="one a minute"),
        pytest.param(again(50, SECOND, kept=-30 * SECOND), id="newest first"),
        pytest.param(again(8, 5 * MINUTE, kept=10 * MINUTE), id="records of ten minutes"),
        pytest.param(
            sorted(
                (*again(30, 10 * SECOND), *live(20, timedelta(0), every=15 * SECOND)),
                key=lambda one: one.received_at,
            ),
            id="beside current records",
        ),
    ],
)
def test_what_is_sent_again_shows_no_wrong_clock(arrivals: list[Arrival]) -> None:
    assert all(abs(one) <= 180 for one in skews(arrivals) or ())


@given(
    pace_s=st.floats(0.01, 22) | st.floats(45, 120),
    count=st.integers(3, 100),
    kept_s=st.sampled_from([30, -30]),
)
def test_no_backlog_at_another_pace_than_the_clocks_is_taken_for_one(
    pace_s: float, count: int, kept_s: int
) -> None:
    assert skews(again(count, pace_s * SECOND, kept=kept_s * SECOND)) is None


@given(
    behind_s=st.integers(-86_000, 86_000),
    late_s=st.lists(st.floats(0, 25), min_size=7, max_size=40),
)
def test_a_line_that_is_slow_by_chance_hides_no_clock(behind_s: int, late_s: list[float]) -> None:
    arrivals = [
        one._replace(received_at=one.received_at + late * SECOND)
        for late, one in zip(late_s, live(len(late_s), behind_s * SECOND), strict=True)
    ]

    found = skews(sorted(arrivals, key=lambda one: one.received_at))

    assert found is not None
    assert all(behind_s - 1 <= one <= behind_s + 26 for one in found)


def test_a_few_old_records_among_those_of_a_wrong_clock_do_not_hide_it() -> None:
    """An answer to a question about history states when it is sent, by that same clock."""
    wrong = live(10, HOUR)
    old = again(5, SECOND, since=T0 + 100 * SECOND)

    found = shown_by(sorted((*wrong, *old), key=lambda one: one.received_at), CLOCK)

    assert found is not None
    assert found.since == T0
    assert all(abs(one - 3_600) <= 30 for one in found.skews)


def test_history_that_is_asked_for_is_sent_now() -> None:
    """Minutes of hours ago under times of sending of their own: the clock is right."""
    told = [
        record(T0 + n * 20 * SECOND, timedelta(0), realtime=False)._replace(
            data_at=T0 - 9 * HOUR + n * MINUTE
        )
        for n in range(10)
    ]

    assert skews(told) == [0.0] * 10


def test_minutes_tell_where_no_real_time_record_does_and_only_by_their_time_of_sending() -> None:
    minutes = [record(T0 + n * MINUTE, HOUR, realtime=False) for n in range(5)]
    unsaid = [one._replace(sent_at=None) for one in minutes]
    beside = [*live(5, timedelta(0)), *minutes]

    assert skews(minutes) == [3_600.0] * 5
    assert skews(unsaid) is None
    assert skews(beside) == [0.0] * 5


def test_where_no_time_of_sending_is_stated_real_time_records_tell_by_their_own() -> None:
    arrivals = [one._replace(sent_at=None) for one in live(5, HOUR)]

    assert skews(arrivals) == [3_630.0] * 5


def test_a_record_kept_twice_counts_once() -> None:
    two = live(2, HOUR, every=MINUTE)

    assert skews([two[0], two[0], two[1], two[1]]) is None


def known(*seconds: float, said_at: datetime | None = T0) -> Heard:
    return replace(heard(1, T0), skews=seconds, said_at=said_at, received_at=T0, looked_at=T0)


def test_arrivals_take_the_place_of_what_was_known() -> None:
    shown = shown_by(live(5, HOUR), CLOCK)

    after = measured(known(1.0, 2.0, 1.0), shown, CLOCK)
    trouble = clock_trouble(logger(1), after, T0, CLOCK, shown)

    assert after.skews == (3_600.0,) * 5
    assert measured(known(1.0), None, CLOCK) == known(1.0)
    assert trouble is not None
    assert trouble.at == T0
    assert trouble.evidence["skew_s"] == 3_600.0
    assert trouble.evidence["data_time"] == (T0 + 90 * SECOND - HOUR).isoformat()


def test_a_clock_without_times_of_sending_is_followed_only_while_it_is_wrong() -> None:
    right = shown_by([one._replace(sent_at=None) for one in live(5, timedelta(0))], CLOCK)
    wrong = shown_by([one._replace(sent_at=None) for one in live(5, HOUR)], CLOCK)

    assert measured(known(*WRONG, said_at=None), right, CLOCK).skews == ()
    assert measured(known(said_at=None), wrong, CLOCK).skews == (3_630.0,) * 5
    assert put_right(known(*WRONG, 30.0, said_at=None), CLOCK).skews == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param((*WRONG, 2.0), (2.0,), id="one right message is enough"),
        pytest.param((*WRONG, 180.0), (180.0,), id="at the tolerance"),
        pytest.param((185.0,) * 3 + (96.0,), (185.0,) * 3 + (96.0,), id="to and fro at it"),
        pytest.param((185.0,) * 3 + (95.0,), (95.0,), id="set by half of it"),
        pytest.param((*WRONG, 181.0), (*WRONG, 181.0), id="still behind"),
        pytest.param((3_600.0, 3_600.0, 2.0), (3_600.0, 3_600.0, 2.0), id="hardly known"),
        pytest.param((900.0, 300.0, 700.0, 2.0), (900.0, 300.0, 700.0, 2.0), id="late by chance"),
        pytest.param((-900.0,) * 3 + (2.0,), (-900.0,) * 3 + (2.0,), id="ahead: perhaps late"),
        pytest.param((1.0, 2.0, 1.0, 2.0), (1.0, 2.0, 1.0, 2.0), id="right all the time"),
        pytest.param((), (), id="nothing known"),
    ],
)
def test_a_clock_that_is_behind_is_put_right_by_one_message(
    before: tuple[float, ...], after: tuple[float, ...]
) -> None:
    found = put_right(known(*before), CLOCK)

    assert found.skews == after
    assert skew_of(found, CLOCK) is None or found.skews == before
