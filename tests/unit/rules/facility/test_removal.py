"""Removal efficiency by mass and by converted concentrations."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import MeanRow, PerformanceRow, Period, Stage
from schemas.registry_words import BEIJING
from services.rules.facility.course import window_of
from services.rules.facility.removal import (
    RemovalHour,
    Removes,
    Side,
    efficiency,
    judged_hours,
    removal_rows,
    side_of,
    through,
)
from services.rules.facility.removal_parameters import RemovalParameters
from services.rules.facility.slices import slices
from tests.fixtures.facility_scene import DAY, at, course, runs, second, window

PARAMS = RemovalParameters()
SO2 = "a21026"
ABSENT = Side(None, None, None)


def side(
    concentration: str | None = None, flow: str | None = None, converted: str | None = None
) -> Side:
    return Side(
        *(None if each is None else Decimal(each) for each in (concentration, flow, converted))
    )


def hour(number: int, inlet: Side, outlet: Side) -> RemovalHour:
    return RemovalHour(second(60 * number), inlet, outlet)


def test_by_mass() -> None:
    """In 2000 mg/m3 x 100 m3/s = 200000; out 90 mg/m3 x 110 m3/s = 9900.
    eta = 1 - 9900 / 200000 = 1 - 0.0495 = 0.9505."""
    flow = through([hour(0, side("2000", "100"), side("90", "110"))])

    assert flow is not None
    assert (flow.method, flow.inlet, flow.outlet) == ("mass", 200_000, 9_900)
    assert efficiency(flow) == Decimal("0.9505")


def test_with_one_flow_meter_by_concentrations_at_the_same_oxygen() -> None:
    """Flow before treatment is not measured. Converted to 6 % O2: in 2100, out 105.
    eta = 1 - 105 / 2100 = 0.95."""
    flow = through([hour(0, side("2000", None, "2100"), side("90", "110", "105"))])

    assert flow is not None
    assert flow.method == "converted"
    assert efficiency(flow) == Decimal("0.95")


def test_hours_are_weighted_by_what_went_in() -> None:
    """Hour 0: 1000 x 10 = 10000 in, 100 x 10 = 1000 out (90 %). Hour 1: 100 x 10 = 1000 in, 50 x 10
    = 500 out (50 %). Together 1 - 1500 / 11000 = 0.863636364, not the mean of 90 and 50 %."""
    hours = [
        hour(0, side("1000", "10"), side("100", "10")),
        hour(1, side("100", "10"), side("50", "10")),
    ]

    flow = through(hours)

    assert flow is not None
    assert efficiency(flow) == Decimal("0.863636364")


def test_the_method_with_more_hours_is_taken_for_all() -> None:
    """A flow is missing in two of three hours: all three have converted numbers."""
    hours = [
        hour(0, side("1000", "10", "1000"), side("100", "10", "100")),
        hour(1, side("1000", None, "1000"), side("100", "10", "200")),
        hour(2, side("1000", None, "1000"), side("100", "10", "300")),
    ]

    flow = through(hours)

    assert flow is not None
    assert (flow.method, flow.hours, flow.inlet, flow.outlet) == ("converted", 3, 3000, 600)


@pytest.mark.parametrize(
    ("inlet", "outlet"),
    [
        pytest.param(ABSENT, side("90", "110", "105"), id="nothing of the inlet"),
        pytest.param(side("2000", "100", "2100"), ABSENT, id="nothing of the outlet"),
        pytest.param(side("2000"), side("90"), id="as measured at unknown oxygen"),
        pytest.param(side("2000", "100"), side(None, None, "105"), id="nothing in common"),
    ],
)
def test_an_hour_without_both_sides_says_nothing(inlet: Side, outlet: Side) -> None:
    assert through([hour(0, inlet, outlet)]) is None


def test_where_nothing_goes_in_no_share_is_removed() -> None:
    flow = through([hour(0, side("0", "100"), side("5", "100"))])

    assert flow is not None
    assert efficiency(flow) is None


def test_more_out_than_in_is_negative() -> None:
    flow = through([hour(0, side("100", "1"), side("150", "1"))])

    assert flow is not None
    assert efficiency(flow) == Decimal("-0.5")


def mean(
    value: str | None, converted: dict[str, str] | None = None, *, valid: bool = True
) -> MeanRow:
    return MeanRow(
        *(1, Period.HOUR, at(0), Stage.FINAL, "computed"),
        None if value is None else Decimal(value),
        {key: Decimal(each) for key, each in (converted or {}).items()},
        *(3600, 3600, valid, False, None, {}),
    )


def test_a_side_is_made_of_valid_means() -> None:
    found = side_of(mean("90", {"6": "105", "11": "60"}), mean("110"), Decimal("6.0"))

    assert found == side("90", "110", "105")


@pytest.mark.parametrize(
    ("pollutant", "flow", "oxygen", "expected"),
    [
        pytest.param(mean("90", valid=False), mean("1"), None, side(None, "1"), id="not valid"),
        pytest.param(
            mean("90")._replace(at_least=True), mean("1"), None, side(None, "1"), id="over range"
        ),
        pytest.param(mean("90"), None, Decimal(6), side("90"), id="not converted to it"),
        pytest.param(None, None, Decimal(6), ABSENT, id="nothing there"),
    ],
)
def test_what_is_not_valid_is_not_used(
    pollutant: MeanRow | None, flow: MeanRow | None, oxygen: Decimal | None, expected: Side
) -> None:
    assert side_of(pollutant, flow, oxygen) == expected


def test_hours_are_judged_in_which_production_surely_ran() -> None:
    """It runs 00:00-02:00, is unknown 02:00-02:30 and runs until 04:00: hours 0, 1 and 3."""
    hours = [hour(number, side("1", "1"), side("1", "1")) for number in range(5)]
    ran = course(on=[(0, 120), (150, 240)], off=[(240, 1440)])

    found = judged_hours(hours, ran, PARAMS)

    assert [each.start for each in found] == [second(0), second(60), second(180)]
    assert judged_hours(hours, None, PARAMS) == tuple(hours)


def test_the_share_of_production_is_a_parameter() -> None:
    hours = [hour(0, side("1", "1"), side("1", "1"))]
    half = RemovalParameters(production_share=50)

    assert len(judged_hours(hours, runs((0, 30)), half)) == 1
    assert len(judged_hours(hours, runs((0, 29)), half)) == 0


def day_rows(hours: list[RemovalHour], params: RemovalParameters) -> tuple[PerformanceRow, ...]:
    removes = Removes(21, SO2, Stage.FINAL)
    return removal_rows(removes, hours, slices(Period.DAY, window(), BEIJING), params)


SURE = RemovalParameters(
    efficiency_formula="mass_else_converted", production_share=100, low_hours=3, day_hours=20
)


@pytest.mark.parametrize(
    ("count", "sure"), [pytest.param(20, True, id="20 h"), pytest.param(19, False, id="19 h")]
)
def test_a_day_is_sure_with_enough_hours(count: int, *, sure: bool) -> None:
    hours = [hour(number, side("1000", "10"), side("50", "10")) for number in range(count)]

    (row,) = day_rows(hours, SURE)

    assert (row.measure, row.code, row.start, row.sure) == ("removal", SO2, at(0), sure)
    assert row.numerator / row.denominator == Decimal("0.95")
    assert row.evidence["efficiency"] == "0.95"
    assert row.evidence["hours"] == count


def test_the_formula_is_from_memory_and_says_so() -> None:
    (row,) = day_rows([hour(0, side("1000", "10"), side("50", "10"))], PARAMS)

    assert row.evidence["doubts"] == ["efficiency_formula", "production_share", "day_hours"]


def test_a_period_without_hours_has_no_row() -> None:
    two_days = window_of(DAY, DAY + timedelta(days=2))
    removes = Removes(21, SO2, Stage.FINAL)
    hours = [hour(30, side("1000", "10"), side("50", "10"))]

    (row,) = removal_rows(removes, hours, slices(Period.DAY, two_days, BEIJING), PARAMS)

    assert row.start == datetime(2026, 3, 2, tzinfo=BEIJING)


numbers = st.decimals(0, 5000, places=2)


@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=24))
def test_the_whole_lies_between_its_hours(amounts: list[tuple[Decimal, Decimal, Decimal]]) -> None:
    hours = [
        hour(number, Side(c_in + 1, flow + 1, None), Side(c_out, flow + 1, None))
        for number, (c_in, c_out, flow) in enumerate(amounts)
    ]

    shares: list[Decimal] = []
    for each in hours:
        alone = through([each])
        share = None if alone is None else efficiency(alone)
        shares += [] if share is None else [share]
    whole = through(hours)

    assert whole is not None
    exact = 1 - Fraction(whole.outlet) / Fraction(whole.inlet)
    rounding = Fraction(1, 10**9)
    assert Fraction(min(shares)) - rounding <= exact <= Fraction(max(shares)) + rounding
