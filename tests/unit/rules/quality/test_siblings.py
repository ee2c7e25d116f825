"""Outlets that move as one (F13)."""

from dataclasses import replace

import numpy as np
import pytest

from services.rules.quality.case import Case
from services.rules.quality.series import Floats
from services.rules.quality.siblings import SiblingParameters, identical_trend
from tests.fixtures.quality_cases import case, hours, lively, watched

DEFAULT = SiblingParameters()
NOX = lively(48)


def beside(values: Floats, code: str = "a21002") -> Case:
    other = replace(
        watched(code, hours(values)), point=50, en="NOx of stack 2", zh="2号排口氮氧化物"
    )
    return case(watched("a21002", NOX), siblings=(other,))


def test_a_curve_that_is_told_for_two_stacks_is_found() -> None:
    """The other stack is 0.8 times the first and 3 mg/m3 more: values and changes correlate with 1."""
    (finding,) = identical_trend(beside(NOX * 0.8 + 3), DEFAULT)

    assert finding.evidence["sibling"] == 50
    assert "与同厂2号排口氮氧化物" in finding.zh
    assert "correlate with 1.0000 or more over 24 hours" in finding.en


def level_only() -> Floats:
    """The same slow level, other unrest: values correlate, changes do not."""
    slow = np.linspace(20, 80, 48)
    return slow + np.tile([1.0, -1.0], 24)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(lively(48, seed=4), id="its own course"),
        pytest.param(np.full(48, 50.0), id="constant"),
        pytest.param(np.where(np.arange(48) == 40, np.nan, NOX), id="an hour missing"),
        pytest.param(np.linspace(10, 90, 48), id="a straight line"),
    ],
)
def test_other_courses_are_none(other: Floats) -> None:
    assert identical_trend(beside(other), DEFAULT) == ()


def test_a_common_load_moves_the_level_and_not_the_unrest() -> None:
    slow = np.linspace(20, 80, 48)
    one = watched("a21002", slow + np.tile([1.0, 1.0, -1.0, -1.0], 12))
    other = replace(watched("a21002", level_only()), point=50)

    assert np.corrcoef(one.hours.values[-24:], other.hours.values[-24:])[0, 1] > 0.98
    assert identical_trend(case(one, siblings=(other,)), DEFAULT) == ()


def test_other_pollutants_and_slow_analysers_are_not_compared() -> None:
    slow = replace(watched("a21002", NOX), point=50, cycle_s=7200)

    assert identical_trend(beside(NOX, "a21026"), DEFAULT) == ()
    assert identical_trend(case(watched("a21002", NOX), siblings=(slow,)), DEFAULT) == ()
