"""Constant values and small spreads (F03): what is too still, and what is still by its nature."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Stage
from services.rules.quality.case import Stated, StatedKind, Watched
from services.rules.quality.stillness import (
    StillnessParameters,
    constant_value,
    small_fluctuation,
)
from tests.fixtures.quality_cases import SINCE, case, hours, lively, watched

DEFAULT = StillnessParameters()


def test_four_equal_hours_are_constant() -> None:
    """40 honest hours, then 48.2 four times.

    Of 39 neighbours none is equal: odds of one are (0 + 1) / (39 + 2) = 0.0244, of three in a row
    0.0244 ** 3 = 0.0000145 <= 0.001. Four hours are the four of the platform's rule.
    """
    values = np.concatenate([np.arange(40) * 0.7 + 20, [48.2] * 4])

    (finding,) = constant_value(case(watched("a21002", values)), DEFAULT)

    assert finding.rule == "constant_value"
    assert (finding.since, finding.until) == (
        SINCE + timedelta(hours=40),
        SINCE + timedelta(hours=44),
    )
    assert "连续4个小时值均为48.2 mg/m3" in finding.zh
    assert "2026-03-02 16:00至2026-03-02 20:00" in finding.zh
    assert "showed 48.2 mg/m3 in each of 4 hours in a row" in finding.en
    assert "2023-06-08" in finding.clause
    assert (finding.subject, finding.point, finding.stage) == (7, 1, Stage.FINAL)
    assert not finding.sure
    assert "constant_hours" in finding.doubts


def test_three_equal_hours_are_none() -> None:
    values = np.concatenate([np.arange(40) * 0.7 + 20, [48.2] * 3])

    assert constant_value(case(watched("a21002", values)), DEFAULT) == ()


def test_a_bureau_that_sets_the_thresholds_makes_it_sure() -> None:
    values = np.concatenate([np.arange(40) * 0.7 + 20, [48.2] * 3])
    told = StillnessParameters(constant_hours=3, constant_samples=3, constant_odds=0.01)

    (finding,) = constant_value(case(watched("a21002", values)), told)

    assert finding.sure
    assert finding.evidence["hours"] == 3


def test_a_coarse_display_repeats_itself_honestly() -> None:
    """Whole numbers 1 and 2 in turn by threes: two of three neighbours are equal.

    The odds of four equal ones are about (2/3) ** 3 = 0.3, far over 0.001.
    """
    values = np.concatenate([np.tile([1.0, 1, 1, 2, 2, 2], 10), [1.0] * 4])

    assert constant_value(case(watched("a21002", values)), DEFAULT) == ()


@pytest.mark.parametrize("flag", ["F", "C", "M", "D", "B"])
def test_flagged_hours_are_not_held_to_be_constant(flag: str) -> None:
    values = np.concatenate([np.arange(40) * 0.7 + 20, [48.2] * 8])

    made = watched("a21002", hours(values, "N" * 40 + flag * 8))

    assert constant_value(case(made), DEFAULT) == ()


def parted(flags: str, shown: list[float]) -> Watched:
    """40 honest hours, then hours of which those that are not flagged N are valid in part alone."""
    values = np.concatenate([np.arange(40) * 0.7 + 20, shown])
    flags = "N" * 40 + flags
    normal = np.array([one == "N" for one in flags])
    whole = hours(np.where(normal, values, np.nan), flags)
    return watched("a21002", whole, parts=np.where(normal, np.nan, values))


def test_an_hour_valid_in_part_that_shows_the_same_does_not_break_a_run() -> None:
    """Ten hours show 48.2; a span check and two calibrations leave 2, 3 and 2 valid ones: 7 of 9."""
    (finding,) = constant_value(case(parted("NNDNNNCNNM", [48.2] * 10)), DEFAULT)

    assert (finding.since, finding.until) == (
        SINCE + timedelta(hours=40),
        SINCE + timedelta(hours=49),
    )
    assert "连续9个小时值均为48.2 mg/m3（其中7个有效）" in finding.zh
    assert "in each of 9 hours in a row, 7 of them valid" in finding.en
    assert finding.evidence["hours"] == 7


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        ("NNDNDD", [48.2] * 6),
        ("NNDDDDDDNN", [48.2] * 10),
        ("NNNDNN", [48.2, 48.2, 48.2, 50.0, 48.2, 48.2]),
        ("NNNDNN", [48.2, 48.2, 48.2, np.nan, 48.2, 48.2]),
        ("NNNFNN", [48.2] * 6),
        ("DDDDDD", [48.2] * 6),
    ],
    ids=["too few valid", "more that are not", "another number", "nothing", "stopped", "none"],
)
def test_what_lies_between_breaks_a_run(flags: str, shown: list[float]) -> None:
    assert constant_value(case(parted(flags, shown)), DEFAULT) == ()


@pytest.mark.parametrize(("kind", "found"), [("stop", 0), ("calibration", 1), ("fault", 1)])
def test_of_marks_that_of_a_stop_alone_breaks_a_run(kind: StatedKind, found: int) -> None:
    mark = Stated(kind, SINCE + timedelta(hours=43), SINCE + timedelta(hours=44))

    made = case(parted("NNNDNN", [48.2] * 6), stated=(mark,))

    assert len(constant_value(made, DEFAULT)) == found


def test_an_hour_in_which_units_stood_by_their_signals_breaks_a_run() -> None:
    at_rest = np.array([False] * 43 + [True] + [False] * 2)

    assert constant_value(case(parted("NNNDNN", [48.2] * 6), at_rest=at_rest), DEFAULT) == ()


def test_a_stopped_unit_does_not_trip_it_whoever_says_so() -> None:
    values = np.concatenate([np.arange(40) * 0.7 + 20, [0.8] * 8])
    nox = watched("a21002", values)
    stop = Stated("stop", SINCE + timedelta(hours=40), None)
    resting = np.array([False] * 40 + [True] * 8)

    assert constant_value(case(nox, stated=(stop,)), DEFAULT) == ()
    assert constant_value(case(nox, at_rest=resting), DEFAULT) == ()
    assert len(constant_value(case(nox), DEFAULT)) == 1


def test_what_lies_under_the_detection_limit_is_not_called_constant() -> None:
    values = np.concatenate([np.arange(40) * 0.7 + 20, [0.8] * 8])

    assert constant_value(case(watched("a21002", values, detection_limit=1.0)), DEFAULT) == ()


def test_a_slow_analyser_repeats_its_result_by_design() -> None:
    """A result every 4 hours, 12 results: runs of 4 equal hours, but each of one sample."""
    values = np.repeat(np.arange(12) * 1.3 + 20, 4)
    slow = watched("w01018", values, cycle_s=4 * 3600)
    sampled = np.repeat(np.arange(12) * 4 * 3600 + int(SINCE.timestamp()), 4)
    told = replace(slow, hours=replace(slow.hours, sampled=sampled))

    assert constant_value(case(slow), DEFAULT) == ()
    assert constant_value(case(told), DEFAULT) == ()


def test_a_slow_analyser_with_the_same_result_again_and_again_is_constant() -> None:
    """2-hour cycle, 20 different results and then 5 equal ones: 10 hours, 5 samples >= 4."""
    values = np.repeat(np.concatenate([np.arange(20) * 1.3 + 20, [33.3] * 5]), 2)
    slow = watched("w01018", values, cycle_s=7200)
    sampled = np.repeat(np.arange(25) * 7200 + int(SINCE.timestamp()), 2)
    told = replace(slow, hours=replace(slow.hours, sampled=sampled))

    (by_cycle,) = constant_value(case(slow), DEFAULT)
    (by_sample,) = constant_value(case(told), DEFAULT)

    assert by_cycle.evidence["hours"] == by_sample.evidence["hours"] == 10


def test_what_was_constant_days_ago_was_said_then() -> None:
    values = np.concatenate([np.arange(40) * 0.7 + 20, [48.2] * 4, np.arange(30) * 0.9 + 30])

    assert constant_value(case(watched("a21002", values)), DEFAULT) == ()


@given(st.integers(0, 1000))
def test_honest_hours_are_not_constant(seed: int) -> None:
    assert constant_value(case(watched("a21002", lively(120, seed=seed))), DEFAULT) == ()


def test_a_day_within_two_percent_fluctuates_too_little() -> None:
    """Values 50.0 to 50.6: spread 0.6, median 50.25, 0.6 / 50.25 = 1.19 % <= 2 %.

    Of the range of 200 it is 0.3 % <= 2 %.
    """
    day = 50.0 + 0.1 * (np.arange(24) % 7)

    (finding,) = small_fluctuation(
        case(watched("a21002", np.concatenate([lively(48), day]), range_max=200.0)), DEFAULT
    )

    assert finding.since == SINCE + timedelta(hours=48)
    assert "50至50.6 mg/m3" in finding.zh
    assert "1.19%" in finding.en
    assert finding.evidence["median"] == "50.25"


def test_a_narrow_range_forbids_nothing_that_is_wide_in_it() -> None:
    """The same spread of 0.6 is 3 % of a range of 20."""
    day = 50.0 + 0.1 * (np.arange(24) % 7)

    narrow = watched("a21002", np.concatenate([lively(48), day]), range_max=20.0)

    assert small_fluctuation(case(narrow), DEFAULT) == ()


def test_low_values_of_a_wide_instrument_are_not_too_still() -> None:
    """2 to 3 mg/m3 are 0.1 % of a range of 1000, and 40 % of their own level."""
    values = 2.0 + 0.1 * (np.arange(48) % 11)

    assert small_fluctuation(case(watched("a21002", values, range_max=1000.0)), DEFAULT) == ()


def test_half_a_month_within_five_percent_fluctuates_too_little() -> None:
    """360 hours between 50.0 and 52.0: 2.0 / 51.0 = 3.92 % <= 5 %; a day has all of it, so 3.92 % > 2 %."""
    values = 50.0 + 0.1 * (np.arange(360) % 21)

    (finding,) = small_fluctuation(case(watched("a21002", values)), DEFAULT)

    assert finding.since == SINCE
    assert "3.92%" in finding.zh
    assert finding.doubts == ("half_month_spread",)


def test_slow_analysers_and_gaps_are_left_out() -> None:
    day = 50.0 + 0.1 * (np.arange(24) % 7)
    holed = day.copy()
    holed[:10] = np.nan

    assert small_fluctuation(case(watched("w01018", day, cycle_s=7200)), DEFAULT) == ()
    assert small_fluctuation(case(watched("a21002", holed)), DEFAULT) == ()
    assert small_fluctuation(case(watched("a21002", day[:20])), DEFAULT) == ()
