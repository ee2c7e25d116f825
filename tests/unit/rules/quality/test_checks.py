"""Steps at calibrations and checks far from the label (F19, F24)."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from services.rules.quality.case import Case, Check
from services.rules.quality.checks import (
    STEP,
    UNSURE,
    CheckParameters,
    check_far_off,
    step_at_calibration,
)
from services.rules.quality.series import plain_series
from tests.fixtures.quality_cases import SINCE, case, lively, watched

DEFAULT = CheckParameters()
HOUR = timedelta(hours=1)


def calibrated(step: float, *, told: bool = False) -> Case:
    """A day of minutes about 50 with a ripple of 1 %, flagged C for 10 minutes at 12:00."""
    values = 50.0 * (1 + 0.01 * np.tile([0, 1, 0, -1, 0.5], 288))
    values[730:] *= 1 + step
    series = plain_series(SINCE, values, 60)
    flags = series.flags.copy()
    flags[720:730] = "C"
    made = watched("a21026", lively(24), minutes=replace(series, flags=flags))
    if told:
        made = replace(made, minutes=series, calibrations=(SINCE + timedelta(minutes=729),))
    return case(made)


def test_a_drop_of_a_fifth_at_a_calibration_is_found() -> None:
    """Medians of 30 minutes: 50 before, 40 after: -20 %, more than 5 %; elsewhere medians stay: 0 %."""
    (finding,) = step_at_calibration(calibrated(-0.2), DEFAULT)

    assert finding.since == SINCE + timedelta(minutes=720)
    assert "突变-20.0%" in finding.zh
    assert "went from 50 to 40 mg/m3 at a calibration" in finding.en


def test_a_calibration_that_was_told_counts_like_a_flagged_one() -> None:
    assert len(step_at_calibration(calibrated(-0.2, told=True), DEFAULT)) == 1


def test_four_percent_and_restless_series_are_none() -> None:
    restless = np.random.default_rng(1).normal(0, 0.2, 1440).cumsum() + 50
    series = plain_series(SINCE, restless, 60)
    flags = series.flags.copy()
    flags[720:730] = "C"
    made = watched("a21026", lively(24), minutes=replace(series, flags=flags))

    assert step_at_calibration(calibrated(-0.04), DEFAULT) == ()
    assert step_at_calibration(case(made), DEFAULT) == ()


def beside(made: Case, code: str, factor: float, **fields: object) -> Case:
    """The same with another point, that goes about 80 and changes by a factor when the calibration ends."""
    values = 80.0 * (1 + 0.01 * np.tile([0, 1, 0, -1, 0.5], 288))
    values[730:] *= factor
    other = watched(code, lively(24), minutes=plain_series(SINCE, values, 60))
    return replace(made, points=(*made.points, other), **fields)  # pyright: ignore[reportArgumentType] - a test names real fields


@pytest.mark.parametrize(
    ("code", "factor", "rule"),
    [
        ("i33400", 0.8, UNSURE),
        ("a00000", 1.3, UNSURE),
        ("a01011", 0.8, UNSURE),
        ("i33400", 0.97, STEP),
        ("a01012", 0.8, STEP),
        ("a21002", 0.8, STEP),
    ],
    ids=["load", "flow", "velocity", "load hardly", "temperature", "another pollutant"],
)
def test_a_step_that_load_or_flow_takes_too_accuses_nobody(
    code: str, factor: float, rule: str
) -> None:
    """Load from 80 to 64: -20 %, more than 5 %; else its medians stay. 80 to 77.6 is 3 %."""
    found = step_at_calibration(beside(calibrated(-0.2), code, factor), DEFAULT)

    assert {one.rule for one in found if one.point == 2} == {rule}


def test_what_moved_with_it_is_said() -> None:
    (finding,) = step_at_calibration(beside(calibrated(-0.2), "i33400", 0.8), DEFAULT)

    assert "但同时负荷突变，无法归因于校准" in finding.zh
    assert "but load jumped meanwhile" in finding.en


@pytest.mark.parametrize(
    ("minute", "rule"),
    [(689, STEP), (690, UNSURE), (725, UNSURE), (760, UNSURE), (761, STEP)],
    ids=["before", "30 min before", "in it", "30 min after", "later"],
)
def test_a_step_while_a_facility_is_switched_accuses_nobody(minute: int, rule: str) -> None:
    """Calibrated from minute 720 to 730, with medians of 30 minutes beside it."""
    switched = (SINCE + timedelta(minutes=minute),)

    (finding,) = step_at_calibration(replace(calibrated(-0.2), switched=switched), DEFAULT)

    assert finding.rule == rule
    assert ("有设施或机组启停" in finding.zh) == (rule == UNSURE)


def test_without_flags_standard_gas_beside_a_calibration_accuses_nobody() -> None:
    made = calibrated(-0.2, told=True)

    (finding,) = step_at_calibration(
        replace(made, points=(replace(made.points[0], flagged=False),)), DEFAULT
    )

    assert finding.rule == UNSURE
    assert "不报数据标记" in finding.zh


def test_longer_records_are_looked_at_for_as_long_a_time() -> None:
    """Of 5 minutes each: 6 records are 30 minutes. What changed an hour before is no step of it."""
    values = 50.0 * (1 + 0.01 * np.tile([0, 1, 0, -1, 0.5, 0], 48))
    values[134:] *= 0.8
    series = plain_series(SINCE, values, 300)
    flags = series.flags.copy()
    flags[146:148] = "C"
    later = watched("a21026", lively(24), minutes=replace(series, flags=flags))
    flags = series.flags.copy()
    flags[132:134] = "C"
    then = watched("a21026", lively(24), minutes=replace(series, flags=flags))

    assert step_at_calibration(case(later), DEFAULT) == ()
    (finding,) = step_at_calibration(case(then), DEFAULT)
    assert "medians of 6 records" in finding.en


def swung(minutes: int, of: int = 1440) -> Case:
    """50, but 80 for so many minutes after a calibration of minutes 720 to 730; `of` minutes known."""
    values = 50.0 * (1 + 0.01 * np.tile([0, 1, 0, -1, 0.5], 288))
    values[730 : 730 + minutes] *= 1.6
    values[of:] = np.nan
    series = plain_series(SINCE, values, 60)
    flags = series.flags.copy()
    flags[720:730] = "C"
    return case(watched("a21026", lively(24), minutes=replace(series, flags=flags)))


@pytest.mark.parametrize(("minutes", "found"), [(40, 0), (44, 0), (46, 1), (90, 1)])
def test_a_swing_that_is_over_soon_is_no_step(minutes: int, found: int) -> None:
    """Of the 90 minutes after it: the median is 80 where more than 45 are, else 50."""
    assert len(step_at_calibration(swung(minutes), DEFAULT)) == found


def test_a_step_after_which_hardly_anything_was_measured_accuses_nobody() -> None:
    """40 of the 90 minutes after it are there: less than half."""
    (finding,) = step_at_calibration(swung(90, of=770), DEFAULT)

    assert finding.rule == UNSURE
    assert "无法确认突变是否持续" in finding.zh


@pytest.mark.parametrize(("hour", "found"), [(20, 1), (22.5, 1), (22.75, 0)])
def test_a_calibration_late_in_the_day_is_looked_at_when_what_follows_is_there(
    hour: float, found: int
) -> None:
    """It waits for 90 minutes of what follows: until then, the next day judges it."""
    end = int(hour * 60)
    values = 50.0 * (1 + 0.01 * np.tile([0, 1, 0, -1, 0.5], 288))
    values[end:] *= 0.8
    series = plain_series(SINCE, values, 60)
    flags = series.flags.copy()
    flags[end - 10 : end] = "C"
    today = case(watched("a21026", lively(24), minutes=replace(series, flags=flags)))

    assert len(step_at_calibration(today, DEFAULT)) == found


def test_the_next_day_judges_what_the_day_before_had_to_wait_for() -> None:
    """28 hours, 24 of them new: a calibration that ended in the hour before midnight."""
    values = 50.0 * (1 + 0.01 * np.tile([0, 1, 0, -1, 0.5], 336))
    values[235:] *= 0.8
    series = plain_series(SINCE, values, 60)
    flags = series.flags.copy()
    flags[225:235] = "C"
    made = watched("a21026", lively(28), minutes=replace(series, flags=flags))
    soon = flags.copy()
    soon[:] = np.where(flags == "C", "N", flags)
    soon[125:135] = "C"
    before = values.copy()
    before[135:] *= 0.8
    earlier = watched("a21026", lively(28), minutes=replace(series, values=before, flags=soon))

    assert len(step_at_calibration(replace(case(made), fresh=24), DEFAULT)) == 1
    assert step_at_calibration(replace(case(earlier), fresh=24), DEFAULT) == ()


def test_slow_analysers_and_calibrations_at_the_edge_are_left_out() -> None:
    made = calibrated(-0.2)
    slow = replace(made, points=(replace(made.points[0], cycle_s=7200),))
    point = made.points[0]
    assert point.minutes is not None
    late = np.where(np.arange(1440) >= 1425, "C", "N")
    edge = replace(made, points=(replace(point, minutes=replace(point.minutes, flags=late)),))

    assert step_at_calibration(slow, DEFAULT) == ()
    assert step_at_calibration(edge, DEFAULT) == ()


def test_a_check_that_read_half_of_its_label_is_found() -> None:
    """294.5 / 554 - 1 = -46.8 %, more than 20 %: the case of Tangshan."""
    checks = (Check(SINCE + 5 * HOUR, 554.0, 294.5), Check(SINCE + 6 * HOUR, 554.0, 530.0))

    (finding,) = check_far_off(case(watched("a21026", lively(24), checks=checks)), DEFAULT)

    assert "标称值554、示值294.5 mg/m3，偏差-46.8%" in finding.zh
    assert "read 294.5 mg/m3 of a standard of 554" in finding.en


def test_zero_gas_and_old_checks_are_not_compared() -> None:
    checks = (Check(SINCE + 30 * HOUR, 0.0, 3.0), Check(SINCE, 554.0, 294.5))

    assert check_far_off(case(watched("a21026", lively(48), checks=checks)), DEFAULT) == ()
