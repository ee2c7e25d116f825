"""Levels that moved (F21): a month against its season, a day against its month."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from services.rules.quality.case import Case, MonthMean
from services.rules.quality.series import plain_series
from services.rules.quality.shifts import ShiftParameters, season_shift, sudden_drop
from tests.fixtures.quality_cases import case, lively, watched

DEFAULT = ShiftParameters()


def march(value: float, *earlier: tuple[int, int, float]) -> Case:
    """A case that ends with March 2026 on the site's clock."""
    since = datetime(2026, 3, 30, 16, tzinfo=UTC)
    months = (MonthMean(2026, 3, value), *(MonthMean(*each) for each in earlier))
    made = watched("a21026", plain_series(since, lively(24)))
    return case(replace(made, months=months))


SEASON = ((2025, 2, 40.0), (2025, 3, 50.0), (2025, 4, 60.0))


def test_a_month_more_than_two_sigma_from_its_season_is_found() -> None:
    """40, 50, 60: mean 50, standard deviation 10. 28 is 2.2 sigma below, 31 is 1.9."""
    (finding,) = season_shift(march(28.0, *SEASON), DEFAULT)

    assert "月均值28 mg/m3，往年同期均值50、标准差10，偏离-2.2倍标准差" in finding.zh
    assert finding.since == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert season_shift(march(31.0, *SEASON), DEFAULT) == ()


@pytest.mark.parametrize(
    "earlier",
    [
        pytest.param(SEASON[:2], id="two months alone"),
        pytest.param(((2025, 7, 40.0), (2025, 8, 50.0), (2025, 9, 60.0)), id="another season"),
        pytest.param(((2026, 1, 40.0), (2026, 2, 50.0), (2026, 4, 60.0)), id="the same year"),
    ],
)
def test_without_its_season_a_month_is_not_compared(
    earlier: tuple[tuple[int, int, float], ...],
) -> None:
    assert season_shift(march(28.0, *earlier), DEFAULT) == ()


def test_months_that_were_all_alike_do_not_make_every_month_odd() -> None:
    """50, 50, 50: the deviation is taken as 10 % of the mean, 5; 41 is 1.8 of it below."""
    alike = ((2025, 2, 50.0), (2025, 3, 50.0), (2025, 4, 50.0))

    assert season_shift(march(41.0, *alike), DEFAULT) == ()
    assert len(season_shift(march(39.0, *alike), DEFAULT)) == 1


def test_within_a_month_nothing_is_said_of_it() -> None:
    since = datetime(2026, 3, 20, 16, tzinfo=UTC)
    months = (MonthMean(2026, 2, 28.0),)
    made = watched("a21026", plain_series(since, lively(24)), months=months)

    assert season_shift(case(made), DEFAULT) == ()


def days(last: float) -> Case:
    """30 days with medians of 48, 50, 52 in turn, and a last one."""
    values = np.repeat(np.array([48.0, 50.0, 52.0] * 10 + [last]), 24)
    return case(watched("a21026", values))


def test_a_day_at_half_of_the_usual_is_a_sudden_drop() -> None:
    """Usual ln 50; the distances of days are 0, 0.0408 and 0.0392: their median 0.0392, x 1.4826 = 0.0581.

    25: half of 50, 50 % > 30 %; ln 2 = 0.693 is 11.9 spreads > 5.
    """
    (finding,) = sudden_drop(days(25.0), DEFAULT)

    assert "下降50%，为日间通常离散度的11.92倍，超过5倍" in finding.zh
    assert "50% less" in finding.en


def test_a_quarter_less_more_or_nothing_is_none() -> None:
    assert sudden_drop(days(37.5), DEFAULT) == ()
    assert sudden_drop(days(90.0), DEFAULT) == ()
    assert sudden_drop(days(float("nan")), DEFAULT) == ()
    assert sudden_drop(case(watched("a21026", lively(200))), DEFAULT) == ()


def test_restless_days_need_a_deeper_drop() -> None:
    """Medians of 20, 50, 125 in turn: a spread of 1.36 in logarithms, five times that is e ** 6.8."""
    values = np.repeat(np.array([20.0, 50.0, 125.0] * 10 + [10.0]), 24)

    assert sudden_drop(case(watched("a21026", values)), DEFAULT) == ()
