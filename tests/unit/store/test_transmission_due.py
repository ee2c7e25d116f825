"""How many records are due: whole periods, in whole time, whose grace is over."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.transmission import Graces, SeriesCount
from services.store.transmission_due import (
    BEIJING_S,
    DAY_S,
    HOUR_S,
    Rhythm,
    moment_at,
    rhythms,
    seconds,
    step_s,
)

NOON = seconds(datetime(2025, 3, 1, 4, tzinfo=UTC))  # by Beijing's clock
EVER = (0, NOON * 2)
LATER = NOON * 2


@pytest.mark.parametrize(
    ("interval_s", "wanted"),
    [(30, 120), (60, 60), (600, 6), (1800, 2), (3600, 1), (7, 515)],
    ids=str,
)
def test_a_full_hour_is_due_by_the_interval(interval_s: int, wanted: int) -> None:
    assert Rhythm(interval_s, 0, 0, LATER).due(EVER, NOON) == wanted


@pytest.mark.parametrize(
    ("period", "wanted"),
    [
        ((NOON, NOON + HOUR_S), 6),
        ((NOON + 1, NOON + HOUR_S), 5),
        ((NOON, NOON + HOUR_S - 1), 5),
        ((NOON + 900, NOON + 2700), 2),
        ((NOON + 100, NOON + 500), 0),
        ((NOON + HOUR_S, NOON + 2 * HOUR_S), 0),
        ((NOON - HOUR_S, NOON), 0),
    ],
    ids=["whole", "begun late", "ended early", "half", "within one", "after", "before"],
)
def test_only_periods_that_lie_whole_in_the_time_are_due(
    period: tuple[int, int], wanted: int
) -> None:
    assert Rhythm(600, 0, 0, LATER).due(period, NOON) == wanted


def test_a_day_is_due_in_the_hour_in_which_it_begins_in_beijing() -> None:
    midnight = NOON - 12 * HOUR_S
    rhythm = Rhythm(DAY_S, BEIJING_S, 0, LATER)

    due = [rhythm.due(EVER, midnight + hour * HOUR_S) for hour in range(-1, 25)]

    assert [hour for hour, count in enumerate(due, -1) if count] == [0, 24]


@pytest.mark.parametrize(
    ("late_s", "wanted"),
    [(0, 5), (299, 5), (300, 6)],
    ids=["at its end", "within the grace", "after the grace"],
)
def test_a_period_is_due_once_its_grace_is_over(late_s: int, wanted: int) -> None:
    now = moment_at(NOON + HOUR_S + late_s)

    _, minute, hour, _ = rhythms((30, 600), Graces(minute_s=300, hour_s=300), now)

    assert minute.due(EVER, NOON) == wanted
    assert hour.due(EVER, NOON) == (wanted == 6)


@given(
    st.integers(1, 4000),
    st.integers(0, 3 * HOUR_S),
    st.integers(0, 3 * HOUR_S),
    st.integers(0, 20_000),
)
def test_hours_add_up_to_the_periods_between(
    interval_s: int, begins: int, lasts: int, settled: int
) -> None:
    period = (NOON + begins, NOON + begins + lasts)
    settled_s = (NOON + settled) // interval_s * interval_s
    rhythm = Rhythm(interval_s, 0, 0, settled_s)

    found = sum(rhythm.due(period, NOON + hour * HOUR_S) for hour in range(8))

    wanted = [
        first
        for first in range(0, period[1] + interval_s, interval_s)[(NOON - 1) // interval_s :]
        if first >= period[0] and first + interval_s <= period[1] and first < settled_s
    ]
    assert found == len(wanted)


def test_a_step_is_the_hour_or_beijings_day() -> None:
    assert step_s(NOON, by_day=False) == NOON
    assert {step_s(NOON - 12 * HOUR_S + hour * HOUR_S, by_day=True) for hour in range(24)} == {
        NOON - 12 * HOUR_S
    }


def test_the_rate_is_arrived_of_due_and_none_where_nothing_was_due() -> None:
    at = datetime(2025, 3, 1, tzinfo=UTC) + timedelta(hours=1)
    some = SeriesCount("P1", "D", "MN", "", "minute", at, 10, 5, 3, 2, 0, 0)
    none = some._replace(due=0, missing=0)

    assert (some.arrived, some.rate, none.rate) == (8, 0.8, None)
