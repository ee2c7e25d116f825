"""Removal, thin inlets and flows that do not match, worked by hand."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from schemas.judgement import Finding, Period, Stage
from schemas.registry_words import BEIJING
from schemas.water import WaterMean
from services.rules.sewage import SewageWorks, day_volumes
from services.rules.sewage_parameters import SewageInletParameters
from services.rules.sewage_quality import (
    Covered,
    InAndOut,
    Inlet,
    balance_findings,
    inlet_finding,
    removal_rate,
)
from services.rules.water_mean import water_day
from tests.fixtures.water import COD, DAY, MIDNIGHT, flows, hours, series

WORKS = SewageWorks(4, "示例污水处理厂", "the sample works", Decimal(24_000))
ASKED = Covered(COD, Period.DAY, MIDNIGHT, Stage.FINAL)
MONTH = (MIDNIGHT, MIDNIGHT + timedelta(days=31))
PARAMS = SewageInletParameters()


def mean(value: float, flow: float | None, results: int = 24) -> WaterMean:
    meter = None if flow is None else flows([flow] * 24)
    return water_day(series(hours([value] * results), meter), DAY, BEIJING, Stage.FINAL)


def test_removal_is_mass_removed_of_mass_that_came() -> None:
    """E01: in 200 mg/L x 2400 m3 = 480 kg; out 20 mg/L x 2000 m3 (2400 less sludge) = 40 kg.

    (480 - 40) / 480 = 91.67 %.
    """
    row = removal_rate(WORKS, [InAndOut(DAY, mean(200, 100), mean(20, 2000 / 24))], ASKED)

    assert row.denominator == 480
    assert abs(row.numerator - 440) < Decimal("1E-9")
    assert (row.measure, row.code, row.sure) == ("removal", COD, False)


@pytest.mark.parametrize(("into", "out"), [(100.0, None), (None, 100.0)], ids=["inlet", "outlet"])
def test_one_flow_meter_stands_for_both_sides(into: float | None, out: float | None) -> None:
    """2400 m3 on both sides: 480 kg came, 48 kg left, 90 %."""
    row = removal_rate(WORKS, [InAndOut(DAY, mean(200, into), mean(20, out))], ASKED)

    assert (row.numerator, row.denominator) == (432, 480)
    assert row.evidence["one_flow_meter"] == 1


def test_days_without_a_side_a_volume_or_validity_do_not_count() -> None:
    days = [
        InAndOut(DAY, None, mean(20, 100)),
        InAndOut(DAY, mean(200, 100), None),
        InAndOut(DAY, mean(200, None), mean(20, None)),
        InAndOut(DAY, mean(200, 100, results=10), mean(20, 100)),
    ]

    row = removal_rate(WORKS, days, ASKED)

    assert (row.numerator, row.denominator) == (0, 0)
    assert (row.evidence["days"], row.evidence["days_counted"]) == (4, 0)


def test_what_leaves_more_than_came_is_a_removal_below_zero() -> None:
    row = removal_rate(WORKS, [InAndOut(DAY, mean(20, 100), mean(30, 100))], ASKED)

    assert (row.numerator, row.denominator) == (-24, 48)


def test_an_inlet_under_a_hundred_of_bod_is_abnormal_by_a_setting() -> None:
    found = inlet_finding(WORKS, MONTH, Inlet(Decimal("99.9"), None), Stage.FINAL, PARAMS)

    assert found is not None
    assert "99.9 mg/L，低于设定的100 mg/L" in found.zh
    assert (found.sure, found.doubts) == (False, ("inlet_bod_mg_l",))


@pytest.mark.parametrize(
    "inlet", [Inlet(Decimal(100), None), Inlet(None, Decimal(50)), Inlet(None, None)],
    ids=["at it", "COD without a ratio", "nothing"],
)  # fmt: skip
def test_what_is_not_under_it_or_not_known_is_no_finding(inlet: Inlet) -> None:
    assert inlet_finding(WORKS, MONTH, inlet, Stage.FINAL, PARAMS) is None


def test_cod_judges_by_the_ratio_that_was_set() -> None:
    """COD 180 mg/L x 0.5 = 90 mg/L."""
    params = SewageInletParameters(bod_of_cod=Decimal("0.5"), inlet_bod_mg_l=Decimal(100))

    found = inlet_finding(WORKS, MONTH, Inlet(None, Decimal(180)), Stage.FINAL, params)

    assert found is not None
    assert "180 mg/L×0.5" in found.zh
    assert "90 mg/L" in found.zh
    assert found.sure


def test_measured_bod_goes_before_reckoned() -> None:
    params = SewageInletParameters(bod_of_cod=Decimal("0.5"))

    inlet = Inlet(Decimal(120), Decimal(100))

    assert inlet_finding(WORKS, MONTH, inlet, Stage.FINAL, params) is None


def balance(into: Sequence[float | None], out: Sequence[float | None]) -> list[Finding]:
    """Days of even flow, m3/h."""
    march = date(2025, 3, 1)
    sides = [
        day_volumes(flows([rate for rate in rates for _ in range(24)]), march, BEIJING)
        for rates in (into, out)
    ]
    return balance_findings(WORKS, list(zip(*sides, strict=True)), Stage.FINAL, PARAMS)


def test_a_third_less_than_came_is_too_much_of_a_difference() -> None:
    """In 100, out 69 m3/h: 31 %, over 30 %. 2400 and 1656 m3 a day, two days."""
    [found] = balance([100, 100, 100], [100, 69, 69])

    assert (found.since, found.until) == (
        MIDNIGHT + timedelta(days=1),
        MIDNIGHT + timedelta(days=3),
    )
    assert "进水4800 m3、出水3312 m3，日差异最大31%" in found.zh
    assert "(2 days) 4800 m3 came" in found.en
    assert found.doubts == ("balance_percent",)


def test_thirty_percent_exactly_is_borne() -> None:
    assert balance([100], [70]) == []
    assert balance([100], [130]) == []


def test_a_good_day_between_makes_two_findings() -> None:
    assert len(balance([100, 100, 100], [10, 100, 10])) == 2


def test_days_that_are_not_known_whole_are_not_judged() -> None:
    assert balance([100, None, 100], [100, 10, None]) == []


def test_water_that_leaves_and_never_came_is_a_difference() -> None:
    assert len(balance([0], [50])) == 1
    assert balance([0], [0]) == []
