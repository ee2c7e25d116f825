"""Mass of a day, and what stands in for what is missing, with numbers worked by hand."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Stage
from schemas.manual import ManualResult
from schemas.registry_words import BEIJING
from services.rules.manual import BEFORE, MANUAL
from services.rules.manual_parameters import ManualDutyParameters
from services.rules.water_flow import Flow
from services.rules.water_mass import MassRules, WaterMass, water_mass, with_mass
from services.rules.water_mean import water_day
from services.rules.water_parameters import WaterMassParameters
from services.rules.water_series import WaterSeries
from tests.fixtures.water import DAY, HOUR, MIDNIGHT, flows, hours, laboratory, series

SPAN = (MIDNIGHT, MIDNIGHT + 24 * HOUR)
RULES = MassRules(WaterMassParameters(), ManualDutyParameters())
UNFILLED = MassRules(WaterMassParameters(substitution="none"), ManualDutyParameters())


def mass(
    of: WaterSeries, manual: Sequence[ManualResult] = (), rules: MassRules = RULES
) -> WaterMass:
    return water_mass(of, manual, SPAN, rules)


def test_the_mass_of_a_day_is_concentration_by_volume() -> None:
    """W05: 30 mg/L x 1200 m3 = 36 kg and 60 mg/L x 600 m3 = 36 kg; 72 kg in all."""
    one = series(hours([30.0] * 12 + [60.0] * 12), flows([100] * 12 + [50] * 12))

    found = mass(one)

    assert (found.kg, found.measured, found.filled, found.doubts) == (72, 72, (), ())


def test_a_gap_is_filled_with_the_mean_of_the_equal_time_before_it_and_marked() -> None:
    """W04: hourly, 10:00 to 12:00 missing, 100 m3/h all day.

    The two hours before it, 08:00 and 09:00, had 40 and 50 mg/L: mean 45.
    Filled: 45 x 200 m3 = 9 kg. Measured: 8 h x 20 x 100 = 16, 40 and 50 x 100 = 9,
    12 h x 20 x 100 = 24: 49 kg. Together 58 kg.
    """
    values: list[float | None] = [20.0] * 24
    values[8:12] = [40.0, 50.0, None, None]
    one = series(hours(values, sampled=None), flows([100] * 24))

    found = mass(one)

    assert (found.kg, found.measured) == (58, 49)
    [filled] = found.filled
    assert (filled.since, filled.until) == (MIDNIGHT + 10 * HOUR, MIDNIGHT + 12 * HOUR)
    assert (filled.value, filled.source, filled.result) == (45, BEFORE, None)
    assert found.doubts == ("substitution",)


def test_a_laboratory_stands_in_before_any_reckoning_and_is_named() -> None:
    """Missing 10:00 to 20:00; sampled by hand at 12:00 with 30 mg/L: it stands until 18:01.

    By hand: 12:00 to 18:01, 30 mg/L. Reckoned: 10:00 to 12:00 and 18:01 to 20:00 with the mean of
    00:00 to 10:00, 20 mg/L. At 60 m3/h, m3 a minute: 361 min x 30 = 10830 g; (120 + 119) min x 20 =
    4780 g; measured 14 h x 60 x 20 = 16800 g. 32.41 kg.
    """
    values: list[float | None] = [20.0] * 10 + [None] * 10 + [20.0] * 4
    one = series(hours(values, sampled=None), flows([60] * 24))

    found = mass(one, [laboratory(5, MIDNIGHT + 12 * HOUR, "30")])

    assert found.kg == Decimal("32.41")
    assert [(piece.source, piece.result) for piece in found.filled] == [
        (BEFORE, None),
        (MANUAL, 5),
        (BEFORE, None),
    ]
    assert set(found.doubts) == {"substitution", "longest_interval_s"}


def test_an_invalid_result_is_missing_for_the_mass() -> None:
    records = hours([20.0] * 24, sampled=None)
    records[5] = records[5]._replace(value=900.0, flag="D")

    found = mass(series(records, flows([100] * 24)))

    assert (found.kg, found.measured, len(found.filled)) == (48, 46, 1)


def test_missing_flow_is_the_mean_of_the_equal_time_before() -> None:
    """Flow missing 10:00 to 12:00; before it 80 and 120 m3/h: mean 100. 20 mg/L: 2 x 2 = 4 kg of it."""
    meter: list[float | None] = [100] * 24
    meter[8:12] = [80, 120, None, None]

    found = mass(series(hours([20.0] * 24), flows(meter)))

    assert (found.kg, found.measured, len(found.filled_flow)) == (48, 44, 1)


def test_a_gap_that_nothing_precedes_makes_the_mass_unknown() -> None:
    found = mass(series(hours([None, *[20.0] * 23], sampled=None), flows([100] * 24)))

    assert (found.kg, found.measured) == (None, 46)
    assert found.unknown == ((MIDNIGHT, MIDNIGHT + HOUR),)


def test_a_gap_that_began_the_day_before_looks_back_from_its_beginning() -> None:
    """Missing from 22:00 of the day before to 02:00: four hours; before 22:00 four of 10, 20, 30, 40."""
    start = MIDNIGHT - 6 * HOUR
    values = [10.0, 20.0, 30.0, 40.0, None, None, None, None, *[5.0] * 22]
    one = series(hours(values, start=start, sampled=None), flows([100] * 30, start=start))

    [filled] = mass(one).filled

    assert (filled.value, filled.since, filled.until) == (25, MIDNIGHT, MIDNIGHT + 2 * HOUR)


def test_still_water_carries_nothing_whatever_is_missing() -> None:
    values: list[float | None] = [None] * 6 + [20.0] * 18

    found = mass(series(hours(values, sampled=None), flows([0] * 6 + [100] * 18)))

    assert (found.kg, found.unknown) == (36, ())


def test_what_is_not_filled_is_unknown() -> None:
    values: list[float | None] = [20.0] * 10 + [None] * 4 + [20.0] * 10
    meter: list[float | None] = [100.0] * 20 + [None] * 4

    found = mass(series(hours(values, sampled=None), flows(meter)), rules=UNFILLED)

    assert (found.kg, found.filled, found.filled_flow, len(found.unknown)) == (None, (), (), 2)


def test_only_the_four_slow_pollutants_are_reckoned() -> None:
    values: list[float | None] = [20.0] * 10 + [None] * 4 + [20.0] * 10

    found = mass(series(hours(values, sampled=None), flows([100] * 24), code="w20120"))

    assert (found.kg, found.filled) == (None, ())


@pytest.mark.parametrize("flow", [None], ids=["no meter"])
def test_without_a_meter_no_mass_is_known(flow: Flow | None) -> None:
    found = mass(series(hours([20.0] * 24), flow))

    assert (found.kg, found.unknown) == (None, (SPAN,))


def test_what_stands_in_never_touches_the_mean_nor_its_validity() -> None:
    values: list[float | None] = [20.0] * 17 + [None] * 7
    one = series(hours(values, sampled=None), flows([100] * 24))
    mean = water_day(one, DAY, BEIJING, Stage.FINAL)

    found = with_mass(mean, mass(one, [laboratory(5, MIDNIGHT + 17 * HOUR, "500")]))

    assert (found.row.value, found.row.valid, found.highest) == (20, False, 20)
    assert found.row.mass is not None
    assert found.row.mass > 34
    assert "'result': 5" in str(found.row.evidence["mass"])


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1000, width=32)), min_size=24, max_size=24),
    st.lists(st.floats(0, 1000, width=32), min_size=24, max_size=24),
)
def test_a_mass_is_never_less_than_what_was_measured_nor_negative(
    values: list[float | None], meter: list[float]
) -> None:
    found = mass(series(hours(values, sampled=None), flows(meter)))

    assert found.measured >= 0
    assert found.kg is None or found.kg >= found.measured
    assert (found.kg is None) == bool(found.unknown)
