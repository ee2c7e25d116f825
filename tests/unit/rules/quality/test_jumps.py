"""Jumps with a rest after them, and pH that stands still or runs wild (F03, F18)."""

import numpy as np

from services.rules.quality.jumps import ChangeParameters, jump_then_flat, ph_variance
from services.rules.quality.series import plain_series
from tests.fixtures.quality_cases import SINCE, case, floats, lively, watched

DEFAULT = ChangeParameters()


def test_four_jumps_with_five_flat_hours_each_are_a_sign() -> None:
    """From 20 to 33: +65 % >= 60 %; then 33.0, 33.3, 33.6, 33.3, 33.0: 33.6 / 33 - 1 = 1.8 % <= 5 %."""
    swing = [20.0, 24.0, 20.0, 33.0, 33.3, 33.6, 33.3, 33.0, 25.0, 22.0]

    (finding,) = jump_then_flat(case(watched("a21002", np.tile(swing, 4))), DEFAULT)

    assert finding.evidence["times"] == 4
    assert "突变达60%以上" in finding.zh
    assert "4 times in half a month" in finding.en


def test_three_jumps_are_none_and_neither_are_jumps_without_rest() -> None:
    swing = [20.0, 24.0, 20.0, 33.0, 33.3, 33.6, 33.3, 33.0, 25.0, 22.0]
    restless = [20.0, 24.0, 20.0, 33.0, 36.3, 33.6, 30.3, 33.0, 25.0, 22.0]

    assert jump_then_flat(case(watched("a21002", np.tile(swing, 3))), DEFAULT) == ()
    assert jump_then_flat(case(watched("a21002", np.tile(restless, 6))), DEFAULT) == ()


def test_old_jumps_and_slow_analysers_are_left_out() -> None:
    swing = [20.0, 24.0, 20.0, 33.0, 33.3, 33.6, 33.3, 33.0, 25.0, 22.0]
    old = np.concatenate([np.tile(swing, 4), lively(30, 22.0)])

    assert jump_then_flat(case(watched("a21002", old)), DEFAULT) == ()
    assert jump_then_flat(case(watched("w01018", np.tile(swing, 4), cycle_s=7200)), DEFAULT) == ()


def test_a_ph_that_hardly_moves_is_too_still() -> None:
    """7.20 and 7.22 in turn: mean 7.21, variance 0.01 ** 2 = 0.0001 < 0.0005."""
    values = np.tile([7.20, 7.22], 12)

    (finding,) = ph_variance(case(watched("w01001", values)), DEFAULT)

    assert "方差为0.0001，低于0.0005" in finding.zh
    assert finding.doubts == ("ph_still",)


def test_a_ph_that_swings_by_units_is_wild() -> None:
    """5 and 8 in turn: mean 6.5, variance 1.5 ** 2 = 2.25 > 2."""
    minutes = plain_series(SINCE, np.tile([5.0, 8.0], 720), 60)

    (finding,) = ph_variance(case(watched("w01001", [6.5] * 24, minutes=minutes)), DEFAULT)

    assert "above 2" in finding.en
    assert finding.doubts == ("ph_wild",)


def test_an_ordinary_ph_is_neither_and_of_half_a_day_nothing_is_said() -> None:
    """7.1 and 7.3 in turn: variance 0.01."""
    assert ph_variance(case(watched("w01001", np.tile([7.1, 7.3], 12))), DEFAULT) == ()
    assert ph_variance(case(watched("w01001", floats([7.2] * 12 + [np.nan] * 12))), DEFAULT) == ()
