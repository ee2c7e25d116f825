"""Oxygen that does not fit (F07, F08, F10), and the line that days are held against."""

from dataclasses import replace

import numpy as np
import pytest

from services.rules.quality.case import Case
from services.rules.quality.oxygen import (
    OxygenParameters,
    conversion_differs,
    oxygen_off_load,
    oxygen_raised,
)
from services.rules.quality.relation import held_against_line
from services.rules.quality.series import Floats, plain_series
from tests.fixtures.quality_cases import SINCE, case, floats, hours, lively, watched

DEFAULT = OxygenParameters()
OLD = 480


def raised(o2: float, nox: float, count: int = 24) -> Case:
    """20 days of oxygen 5.0 to 6.9 and NOx 40 to 59 in other orders, then a day of the two given."""
    places = np.arange(OLD)
    oxygen = np.concatenate([5.0 + 0.1 * (places % 20), [5.0] * (24 - count), [o2] * count])
    values = np.concatenate([40.0 + (places // 20) % 20, [40.0] * (24 - count), [nox] * count])
    return case(watched("a21002", values), watched("a19001", oxygen))


def test_a_day_of_high_oxygen_and_high_nox_is_a_sign() -> None:
    """90 % quantile of oxygen 6.71 < 8; 75 % quantile of NOx 54 or 55 < 58.

    Both in 24 of 24 hours; before, in about 10 % of 22 % of the hours: half an hour a day is
    expected, and 24 >= 16 and 24 >= 6 times that.
    """
    (finding,) = oxygen_raised(raised(8.0, 58.0), DEFAULT)

    assert finding.evidence["hours"] == 24
    assert "氧含量高于自身历史90 %分位" in finding.zh
    assert float(str(finding.evidence["expected"])) < 1


@pytest.mark.parametrize(
    ("o2", "nox", "count"),
    [
        pytest.param(8.0, 42.0, 24, id="high oxygen alone"),
        pytest.param(5.5, 58.0, 24, id="high NOx alone"),
        pytest.param(8.0, 58.0, 15, id="fifteen hours of both"),
    ],
)
def test_one_of_both_or_a_few_hours_are_none(o2: float, nox: float, count: int) -> None:
    assert oxygen_raised(raised(o2, nox, count), DEFAULT) == ()


def test_without_ten_days_of_history_nothing_is_said_of_oxygen() -> None:
    made = raised(8.0, 58.0)
    short = [watched(each.code, each.hours.values[-100:]) for each in made.points]

    assert oxygen_raised(case(*short), DEFAULT) == ()
    assert oxygen_raised(case(short[0]), DEFAULT) == ()


def loaded(shift: float) -> Case:
    """Oxygen = 9 - 0.04 x load, with a ripple of 0.1 by hours; the last day shifted."""
    places = np.arange(OLD + 24)
    load = 60.0 + places * 7 % 40
    oxygen = 9.0 - 0.04 * load + 0.1 * np.where(places % 2, 1, -1)
    oxygen[-24:] += shift
    return case(watched("a19001", oxygen), watched("i33400", load))


def test_oxygen_off_its_line_with_the_load_is_found() -> None:
    """+2.5 points on a day, and days are usually off by next to nothing: 2.5 > 1.0."""
    (finding,) = oxygen_off_load(loaded(2.5), DEFAULT)

    assert float(str(finding.evidence["off"])) == pytest.approx(2.5, abs=0.15)
    assert "按负荷与其历史关系应为" in finding.zh
    assert oxygen_off_load(loaded(0.8), DEFAULT) == ()
    assert oxygen_off_load(case(loaded(2.5).points[0]), DEFAULT) == ()


def test_the_line_is_that_of_least_squares() -> None:
    """y = 3 + 2 x exactly for 200 hours, then 24 hours of y = 3 + 2 x + 5: off by 5, usually by 0."""
    x = floats([float(place % 10) for place in range(224)])
    y = 3 + 2 * x
    y[200:] += 5

    fit = held_against_line(y, x, 200)

    assert fit is not None
    assert fit.off == pytest.approx(5)
    assert fit.usual < 1e-9
    assert fit.seen - fit.expected == pytest.approx(5)


def test_a_load_never_seen_before_is_not_judged_by_the_line() -> None:
    x = floats([float(place % 10) for place in range(200)] + [30.0] * 24)

    assert held_against_line(3 + 2 * x, x, 200) is None
    assert held_against_line(3 + 2 * x, x, 100) is None
    assert held_against_line(x, np.full(224, 5.0), 200) is None


def converting(factor: float, count: int, reference: float | None = 6.0) -> Case:
    """NOx of 50 at 6.9 to 7.1 % oxygen, converted to 6 %."""
    oxygen: Floats = np.tile([6.9, 7.1], 24)
    values = np.full(48, 50.0) + np.tile([0.0, 0.5, 1.0], 16)
    right = values * (21 - 6) / (21 - oxygen)
    right[48 - count :] *= factor
    nox = watched("a21002", values, reference_oxygen=reference)
    nox.hours.converted[:] = np.round(right, 2)
    return case(nox, watched("a19001", oxygen))


def test_a_converted_value_five_percent_too_low_is_found() -> None:
    """50 x 15 / (21 - 6.9) = 53.19; sent 50.53: -5.0 %, more than 2 %, in 3 hours."""
    (finding,) = conversion_differs(converting(0.95, 3), DEFAULT)

    assert float(str(finding.evidence["median"])) == pytest.approx(-0.05, abs=0.001)
    assert "有3小时上报折算值" in finding.zh
    assert "reference 6 % O2" in finding.en


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(converting(1.0, 24), id="rightly converted"),
        pytest.param(converting(0.985, 24), id="within two percent"),
        pytest.param(converting(0.9, 2), id="two hours"),
        pytest.param(converting(0.9, 24, None), id="no reference oxygen"),
    ],
)
def test_right_conversion_small_errors_and_unknown_references_are_none(made: Case) -> None:
    assert conversion_differs(made, DEFAULT) == ()


def test_hours_in_which_oxygen_swings_are_not_recomputed() -> None:
    """An hour of a start-up: its mean of converted minutes is not the conversion of its means."""
    made = converting(0.9, 24)
    swinging = watched("a19001", hours(np.tile([6.0, 9.0], 24)))

    assert conversion_differs(replace(made, points=(made.points[0], swinging)), DEFAULT) == ()


def test_minutes_are_taken_where_there_are_some() -> None:
    oxygen = np.tile([6.0, 9.0], 720)
    values = lively(1440)
    nox = watched(
        "a21002", lively(24), reference_oxygen=6.0, minutes=plain_series(SINCE, values, 60)
    )
    assert nox.minutes is not None
    nox.minutes.converted[:] = values * 15 / (21 - oxygen) * 0.9
    o2 = watched("a19001", [7.0] * 24, minutes=plain_series(SINCE, oxygen, 60))

    (finding,) = conversion_differs(case(nox, o2), DEFAULT)

    assert finding.evidence["hours"] == "24.0"
