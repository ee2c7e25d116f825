"""The hourly values of what is never averaged."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Stage
from schemas.record import Record
from schemas.registry_words import BEIJING
from schemas.water import HourlyRange, WaterMean
from services.rules.water_mean import water_day, water_hour, water_month
from services.rules.water_parameters import WaterMeanParameters
from tests.fixtures.water import DAY, MIDNIGHT, MINUTE, flows, hours, series

PH, WARMTH = "w01001", "w01010"


def sent(values: list[float], flag: str = "N") -> list[Record]:
    """Minutes from midnight on; the range ends at 14."""
    return [
        Record(MIDNIGHT + n * MINUTE, 60, value, flag, range_max=14.0)
        for n, value in enumerate(values)
    ]


def hour(records: list[Record]) -> WaterMean:
    return water_hour(series(records, code=PH, cycle_s=None), MIDNIGHT, Stage.FINAL)


def day(records: list[Record], code: str = PH, cycle_s: int | None = None) -> WaterMean:
    one = series(records, code=code, cycle_s=cycle_s)
    return water_day(one, DAY, BEIJING, Stage.FINAL)


def test_an_hours_value_is_the_median_of_its_records() -> None:
    """29 records of 6, one of 6.4 and 30 of 7: the 30th is 6.4 and the 31st 7, so (6.4 + 7) / 2."""
    found = hour(sent([7.0] * 30 + [6.4] + [6.0] * 29))

    assert found.hourly == HourlyRange(Decimal("6.7"), Decimal("6.7"), at_least=False)


@pytest.mark.parametrize(("over", "at_least"), [(29, False), (30, True)])
def test_a_median_is_over_range_as_soon_as_its_middle_is(over: int, at_least: bool) -> None:  # noqa: FBT001 - a case
    records = [*sent([7.0] * 60)[over:], *sent([14.0] * over, "T")]

    found = hour(records).hourly

    assert found is not None
    assert found.at_least is at_least


def test_a_day_has_the_range_of_its_hours() -> None:
    """Hours of 6.8 and 7.2; a single minute of 9.5 is the median of none."""
    records = sent([6.8] * 720 + [7.2] * 720)
    records[100] = records[100]._replace(value=9.5)

    found = day(records)

    assert found.hourly == HourlyRange(Decimal("6.8"), Decimal("7.2"), at_least=False)
    assert found.highest == Decimal("9.5")


def test_an_hour_with_too_few_records_has_no_value_of_its_own() -> None:
    """44 minutes of 9.5 in the first hour are under 75 %; 23 hours have 7."""
    records = [*sent([9.5] * 44), *sent([7.0] * 1440)[60:]]

    found = day(records)

    assert found.hourly == HourlyRange(Decimal(7), Decimal(7), at_least=False)


def test_time_in_which_nothing_flows_is_not_due_in_an_hour() -> None:
    """Of 24 hours the last 12 are still: pH 9.5 in them counts nowhere."""
    records = sent([7.0] * 720 + [9.5] * 720)
    one = series(records, flows([10] * 12 + [0] * 12), code=PH, cycle_s=None)

    found = water_day(one, DAY, BEIJING, Stage.FINAL)

    assert found.hourly == HourlyRange(Decimal(7), Decimal(7), at_least=False)


def test_every_result_of_a_slow_analyser_is_a_value() -> None:
    found = day(hours([30.0, 45.0] * 12), code="w01002", cycle_s=3600)

    assert found.hourly == HourlyRange(Decimal(30), Decimal(45), at_least=False)


def test_what_is_averaged_has_none() -> None:
    assert day(hours([30.0] * 24), code="w01018", cycle_s=3600).hourly is None


def test_a_month_has_the_range_of_its_days() -> None:
    days = [day(sent([low] * 1440)) for low in (6.5, 7.5)]

    found = water_month(days, DAY, BEIJING, Stage.FINAL, WaterMeanParameters())

    assert found.hourly == HourlyRange(Decimal("6.5"), Decimal("7.5"), at_least=False)


def test_a_month_with_a_day_of_which_nothing_hourly_is_known_has_none() -> None:
    days = [day(sent([7.0] * 1440)), day(sent([7.0] * 1440))._replace(hourly=None)]

    assert water_month(days, DAY, BEIJING, Stage.FINAL, WaterMeanParameters()).hourly is None


def test_the_mean_temperature_is_told_beside_a_row_that_has_no_value() -> None:
    """6 h of 8 and 18 h of 20: (48 + 360) / 24 = 17."""
    found = day(hours([8.0] * 6 + [20.0] * 18, sampled=None), WARMTH)

    assert (found.row.value, found.row.evidence["mean"]) == (None, "17")


def test_a_months_temperature_is_the_mean_of_its_days() -> None:
    days = [day(hours([warm] * 24, sampled=None), WARMTH) for warm in (10.0, 15.0)]

    found = water_month(days, DAY, BEIJING, Stage.FINAL, WaterMeanParameters())

    assert found.row.evidence["mean"] == "12.5"


@given(st.lists(st.floats(0, 14, width=32), min_size=60, max_size=60))
def test_a_median_lies_between_the_extremes_in_any_order(values: list[float]) -> None:
    found = hour(sent(values))
    again = hour(sent(sorted(values)))

    assert found.hourly is not None
    assert found.lowest is not None
    assert found.highest is not None
    assert found.lowest - Decimal("1E-9") <= found.hourly.least <= found.highest + Decimal("1E-9")
    assert found.hourly == again.hourly
