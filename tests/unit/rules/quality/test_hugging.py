"""Crowding under the limit (F09): plateaus, vanished tails, days close to it."""

import numpy as np
import pytest

from services.rules.quality.hugging import (
    HuggingParameters,
    near_limit,
    plateau,
    tail_vanished,
)
from tests.fixtures.quality_cases import NAN, case, floats, watched

DEFAULT = HuggingParameters()
WEEK = np.linspace(60.0, 130.0, 168)


def test_a_week_cut_off_at_the_limit_is_a_plateau() -> None:
    """168 hours rising evenly from 60 to 130; what passes 95 is shown as 98. Limit 100.

    0.9 L = 90. 84 hours pass 95; 12 more lie in [90, 95]; so 96 lie in the band, 24 in [80, 90),
    none over it: 96 / (24 / 2) = 8 >= 1. 99 % and 90 % quantile are both 98: the tail is 0.
    """
    values = np.where(WEEK > 95, 98.0, WEEK)

    (finding,) = plateau(case(watched("a21026", values, limit=100.0)), DEFAULT)

    assert finding.evidence["near"] == 96
    assert finding.evidence["below"] == 24
    assert "168个小时值中96个落在90至100 mg/m3（限值），为相邻区间均值的8倍" in finding.zh
    assert "(width 0, not over 0.15)" in finding.en
    assert not finding.sure


@pytest.mark.parametrize(
    ("values", "limit"),
    [
        pytest.param(WEEK, 100.0, id="hours over the limit"),
        pytest.param(WEEK * 0.76, 100.0, id="an even tail up to the limit"),
        pytest.param(np.where(WEEK > 95, 98.0, WEEK), 120.0, id="cut off far under the limit"),
        pytest.param(np.where(WEEK > 95, 98.0, WEEK), None, id="no limit"),
        pytest.param(np.where(WEEK > 95, NAN, WEEK), 100.0, id="half of the week missing"),
    ],
)
def test_no_plateau(
    values: np.ndarray[tuple[int], np.dtype[np.float64]], limit: float | None
) -> None:
    """Of even values 60 to 130 scaled by 0.76 the tail is 9 / 40 = 0.225 > 0.15."""
    assert plateau(case(watched("a21026", values, limit=limit)), DEFAULT) == ()


def test_the_converted_value_is_judged_where_the_limit_is_for_it() -> None:
    made = watched("a21026", WEEK, limit=100.0, of_converted=True)
    made.hours.converted[:] = np.where(WEEK > 95, 98.0, WEEK)

    assert len(plateau(case(made), DEFAULT)) == 1


def test_a_tail_that_vanished_while_low_values_stayed_is_found() -> None:
    """Before: 168 hours, 72 over 100 (42.9 %), lower quartile 77.5. Now: none over, 96 in the band."""
    values = np.concatenate([WEEK, np.where(WEEK > 95, 93.0 + (WEEK - 95) / 7, WEEK)])

    (finding,) = tail_vanished(case(watched("a21026", values, limit=100.0)), DEFAULT)

    assert "168个小时值无一超过限值100 mg/m3" in finding.zh
    assert "before, 42.9 % were over it" in finding.en
    assert "(77.5 and 77.5)" in finding.en


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(WEEK * 0.76, id="all values fell, as by better treatment"),
        pytest.param(WEEK, id="some are still over"),
        pytest.param(np.minimum(WEEK, 85.0), id="none is close"),
    ],
)
def test_better_treatment_is_no_vanished_tail(
    now: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> None:
    """The lower quartile of 0.76 times as much is 24 % lower, more than 20 %."""
    values = np.concatenate([WEEK, now])

    assert tail_vanished(case(watched("a21026", values, limit=100.0)), DEFAULT) == ()


def test_a_point_that_never_passed_its_limit_has_lost_no_tail() -> None:
    low = np.minimum(WEEK, 99.0)

    made = watched("a21026", np.concatenate([low, low]), limit=100.0)

    assert tail_vanished(case(made), DEFAULT) == ()


def test_two_days_close_to_the_limit_are_told() -> None:
    """39 of 48 hours in [85, 100]: 81.3 % >= 80 %; 38 are 79.2 %."""
    (finding,) = near_limit(case(watched("a21026", [90.0] * 39 + [50.0] * 9, limit=100.0)), DEFAULT)

    assert "81.2 %" in finding.zh or "81.3 %" in finding.zh
    assert (
        near_limit(case(watched("a21026", [90.0] * 38 + [50.0] * 10, limit=100.0)), DEFAULT) == ()
    )


def test_hours_over_the_limit_or_missing_are_not_close_to_it() -> None:
    over = watched("a21026", [104.0] * 48, limit=100.0)
    short = watched("a21026", floats([90.0] * 47 + [NAN]), limit=100.0)

    assert near_limit(case(over), DEFAULT) == ()
    assert near_limit(case(short), DEFAULT) == ()
