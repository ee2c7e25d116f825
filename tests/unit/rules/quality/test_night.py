"""Nights worse than days, night after night."""

import numpy as np

from services.rules.quality.night import NightParameters, night_over_day
from services.rules.quality.series import Floats
from tests.fixtures.quality_cases import case, hours, lively, watched

DEFAULT = NightParameters()
# The first hour is midnight on the site's clock.
CLOCK = np.arange(168) % 24
DARK = (CLOCK >= 22) | (CLOCK < 6)


def week(factor: float, nights: int = 7) -> Floats:
    values = lively(168, 20.0)
    for night in range(nights):
        part = DARK & (np.arange(168) // 24 == night)
        values[part] *= factor
    return values


def test_seven_nights_at_twice_the_days_are_a_sign() -> None:
    """Of 8 runs of dark hours the first and last are cut short; 7 have 4 hours and more inside."""
    (finding,) = night_over_day(case(watched("a21026", week(2.0))), DEFAULT)

    assert int(str(finding.evidence["nights"])) >= 6
    assert "22时至6时" in finding.zh
    assert "as if treatment were off at night" in finding.en


def test_a_fifth_more_or_three_nights_are_none() -> None:
    assert night_over_day(case(watched("a21026", week(1.2))), DEFAULT) == ()
    assert night_over_day(case(watched("a21026", week(2.0, nights=3))), DEFAULT) == ()


def test_a_smooth_course_of_the_day_is_none() -> None:
    """Up and down by 40 % within 24 hours: no step at dusk.

    The cosine is 22.8 at 21 h and 23.9 at 23 h: 5 % of the 35 % that the night has more.
    """
    values = 20.0 * (1 + 0.2 * np.cos(2 * np.pi * CLOCK / 24)) + 0.01 * np.arange(168)

    assert night_over_day(case(watched("a21026", values)), DEFAULT) == ()


def test_hours_over_the_range_count_and_faulty_ones_do_not() -> None:
    values = week(3.0)
    over = "".join("T" if dark else "N" for dark in DARK)
    faulty = "".join("D" if dark else "N" for dark in DARK)

    assert len(night_over_day(case(watched("a21026", hours(values, over))), DEFAULT)) == 1
    assert night_over_day(case(watched("a21026", hours(values, faulty))), DEFAULT) == ()


def test_less_than_a_week_says_nothing() -> None:
    assert night_over_day(case(watched("a21026", week(2.0)[:150])), DEFAULT) == ()
