"""The picture of a point's day: which hours are drawn, how high, what is over, and the running hour."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from schemas.limits import Averaging, Bound
from services.api.console.plants.day_chart import (
    FLOOR,
    STEP,
    TOP,
    DayAt,
    DayChart,
    chart_of,
    compared,
)
from services.store.status_running import RunningMean
from services.store.status_today import HourMean

MIDNIGHT = datetime(2026, 8, 9, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOON = DayAt(MIDNIGHT, MIDNIGHT + 12.5 * HOUR)


def limit(high: str | None = "100", averaging: Averaging = "hour", low: str | None = None) -> Bound:
    least, most = (None if one is None else Decimal(one) for one in (low, high))
    return Bound("<=", least, most, "mg/m3", "concentration", averaging)


def hour(at: int, value: float | None, stage: str = "final", *, valid: bool = True) -> HourMean:
    return HourMean(1, MIDNIGHT + at * HOUR, stage, value, {}, valid)


def drawn(*hours: HourMean, bound: Bound | None = None, running: float | None = None) -> DayChart:
    mean = None if running is None else RunningMean(1, running, None, 1800)
    return chart_of(NOON, bound or limit(), hours, mean, None)


def test_a_column_reaches_the_line_when_its_mean_is_the_limit() -> None:
    chart = drawn(hour(0, 100.0), hour(1, 50.0))

    [line] = chart.lines
    assert chart.columns[0].y == line.y
    assert FLOOR - chart.columns[1].y == pytest.approx((FLOOR - line.y) / 2, abs=0.1)


def test_hours_that_were_judged_to_exceed_are_over_and_no_others() -> None:
    exceeded = frozenset({MIDNIGHT + HOUR})

    chart = chart_of(
        NOON._replace(exceeded=exceeded), limit(), [hour(0, 100.1), hour(1, 120.0)], None, None
    )

    assert [one.over for one in chart.columns] == [False, True]
    assert chart.over == 1
    assert min(one.y for one in chart.columns) >= TOP


def test_a_range_has_both_its_lines() -> None:
    chart = drawn(hour(0, 7.0), bound=limit("9", low="6"))

    assert [one.value for one in chart.lines] == [9.0, 6.0]


def test_a_projection_below_a_range_is_beyond_it_too() -> None:
    said = {"so_far": "5.5", "projected": "5.5"}

    chart = chart_of(NOON, limit("9", low="6"), [], None, said)

    assert chart.running.over


def test_a_limit_on_days_is_a_line_to_compare_with() -> None:
    chart = drawn(hour(0, 120.0), bound=limit(averaging="day"), running=130.0)

    assert (chart.hourly, chart.running.over, len(chart.lines)) == (False, False, 1)


def test_an_hour_stands_at_its_place_of_the_day() -> None:
    chart = drawn(hour(0, 1.0), hour(11, 1.0))

    assert chart.columns[1].x - chart.columns[0].x == 11 * STEP


def test_hours_that_are_not_valid_or_not_there_are_gaps_of_two_kinds() -> None:
    chart = drawn(*(hour(at, 10.0) for at in range(9)), hour(9, 10.0, valid=False), hour(10, None))

    assert len(chart.columns) == 9
    assert (chart.invalid, chart.missing) == ([9, 10], [11])


def test_provisional_hours_are_counted() -> None:
    chart = drawn(hour(0, 10.0), hour(1, 30.0, "provisional"))

    assert (chart.provisional, chart.mean) == (1, 20.0)


def test_an_hour_that_was_not_converted_is_not_held_against_a_converted_limit() -> None:
    bound = limit()._replace(reference_oxygen=Decimal(6))
    converted = hour(0, 60.0)._replace(converted={"6": "120"})

    chart = drawn(converted, hour(1, 60.0), bound=bound)

    assert compared(converted, bound) == 120.0
    assert [(one.hour, one.value) for one in chart.columns] == [(0, 120.0)]
    assert chart.invalid == [1]


def test_the_running_hour_is_drawn_as_far_as_its_minutes_say() -> None:
    chart = drawn(hour(0, 10.0), running=50.0)

    assert (chart.running.hour, chart.running.so_far, chart.running.reach) == (12, 50.0, None)
    assert chart.running.height > 0


def test_a_warning_says_what_the_running_hour_comes_to() -> None:
    said = {"so_far": "90", "projected": "130", "share": "1.3"}

    chart = chart_of(NOON, limit(), [], RunningMean(1, 20.0, None, 600), said)

    assert (chart.running.so_far, chart.running.projected, chart.running.over) == (90, 130, True)
    assert chart.running.reach == TOP


def test_where_nothing_is_known_the_running_hour_alone_has_its_place() -> None:
    chart = chart_of(DayAt(MIDNIGHT, MIDNIGHT), None, [], None, None)

    assert (chart.columns, chart.missing, chart.lines, chart.mean) == ([], [], [], None)
    assert (chart.running.hour, chart.running.height) == (0, 0.0)


@pytest.mark.parametrize("value", [0.0, -3.0, 1e-9], ids=["nothing", "negative", "tiny"])
def test_next_to_nothing_is_still_seen(value: float) -> None:
    chart = drawn(hour(0, value))

    assert chart.columns[0].height == 1.0
