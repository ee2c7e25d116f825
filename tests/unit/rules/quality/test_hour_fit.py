"""Hours against their own minutes (F23), where it is known which minutes count, and where it is not."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import numpy as np
import pytest

from schemas.judgement import Finding
from services.rules.quality.absence import AbsenceParameters
from services.rules.quality.case import Watched, While
from services.rules.quality.hour_fit import UNSURE, Why, hour_against_minutes
from services.rules.quality.series import Odd, plain_series
from tests.fixtures.quality_cases import NAN, SINCE, case, floats, hours, lively, watched

DEFAULT = AbsenceParameters()
HOUR = timedelta(hours=1)


def minutes_and_hours(factor: float, count: int) -> tuple[Finding, ...]:
    minutes = lively(1440, 50.0, seed=3)
    means = minutes.reshape(24, 60).mean(axis=1)
    means[:count] *= factor
    return hour_against_minutes(
        case(watched("a21002", means, minutes=plain_series(SINCE, minutes, 60))), DEFAULT
    )


def test_hours_that_are_not_the_mean_of_their_minutes_are_found() -> None:
    """Two hours 3 % below the mean of their minutes: 3 % > 2 %, and two are enough."""
    (finding,) = minutes_and_hours(0.97, 2)

    assert finding.evidence["hours"] == 2
    assert "分钟均值" in finding.zh


def test_hours_within_two_percent_or_a_single_one_are_not() -> None:
    assert minutes_and_hours(0.985, 24) == ()
    assert minutes_and_hours(0.9, 1) == ()


def test_an_hour_with_flagged_or_too_few_minutes_is_not_compared() -> None:
    """Flagged minutes may or may not count; of 44 minutes an hour is not known."""
    values = np.full(1440, 50.0) + np.tile([0.0, 0.5], 720)
    flags = np.full(1440, "N")
    flags[::60] = "C"
    short = values.copy()
    short.reshape(24, 60)[:, :16] = NAN
    made = watched("a21002", [90.0] * 24, minutes=plain_series(SINCE, values, 60))
    flagged = replace(made, minutes=replace(plain_series(SINCE, values, 60), flags=flags))
    few = replace(made, minutes=plain_series(SINCE, short, 60))

    assert hour_against_minutes(case(flagged), DEFAULT) == ()
    assert hour_against_minutes(case(few), DEFAULT) == ()
    assert len(hour_against_minutes(case(made), DEFAULT)) == 1
    assert hour_against_minutes(case(watched("a21002", [90.0] * 24)), DEFAULT) == ()


def spread(hour: float, **known: object) -> tuple[Finding, ...]:
    """Two hours as given, each with 60 minutes evenly from 40 to 60; all others are their mean, 50."""
    values = floats(np.tile(np.linspace(40.0, 60.0, 60), 24))
    sent = [50.0] * 22 + [hour] * 2
    made = watched("a21002", sent, minutes=plain_series(SINCE, values, 60), **known)
    return hour_against_minutes(case(made), DEFAULT)


def test_without_flags_an_hour_between_its_minutes_accuses_nobody() -> None:
    """Minutes from 40 to 60 by 20 / 59 each, mean 50. Were the lowest 15 not valid, it is honest:

    40 + (15 + 59) / 2 x 20 / 59 = 52.54, 5.1 % off the mean. With flags that would be known.
    """
    (finding,) = spread(52.54, flagged=False)
    (accused,) = spread(52.54)

    assert finding.rule == UNSURE
    assert finding.evidence["why"] == [Why.UNFLAGGED.value]
    assert "不报数据标记" in finding.zh
    assert "no flags" in finding.en
    assert "无法判断，不作疑似认定。" in finding.zh
    assert "系疑似线索" in accused.zh
    assert accused.rule == "hour_against_minutes"


@pytest.mark.parametrize(
    ("hour", "rule"),
    [
        (61.0, UNSURE),
        (61.1, "hour_against_minutes"),
        (39.0, UNSURE),
        (38.9, "hour_against_minutes"),
    ],
    ids=["just above", "beyond all", "just below", "below all"],
)
def test_without_flags_an_hour_beyond_all_of_its_minutes_is_made_up(hour: float, rule: str) -> None:
    """Minutes of 40 to 60, and 2 % of their mean of 50 beside them: 39 to 61 may be honest."""
    (finding,) = spread(hour, flagged=False)

    assert finding.rule == rule


def rising(factor: float, hours_late: int = 1, **known: object) -> tuple[Finding, ...]:
    """Minutes that rise from 20 to 44 by 1 an hour; hours are those so many before, times a factor.

    As they are sent: a minute when it has ended, so that 10:01 to 11:00 make the hour sent at 11:00.
    """
    values = floats(20.0 + np.arange(1440) / 60)
    sent = values.reshape(24, 60).mean(axis=1)
    for place in range(hours_late, 24):
        end = place * 60 - (hours_late - 1) * 60 + 1
        sent[place] = float(values[max(end - 60, 0) : end].mean()) * factor
    made = watched("a21002", sent, minutes=plain_series(SINCE, values, 60), **known)
    return hour_against_minutes(case(made), DEFAULT)


def test_without_data_times_an_hour_fits_those_sent_before_it() -> None:
    """Sent at 11:00, of 10:00 to 11:00: 1 of at most 43.5 is 2.3 % off the hour from 11:00 on."""
    (accused,) = rising(1.0)

    assert rising(1.0, dated=False) == ()
    assert accused.rule == "hour_against_minutes"


def test_without_data_times_an_hour_that_fits_no_minutes_near_it_may_be_of_others() -> None:
    """Kept and sent three hours late: 30 instead of 33 is 9 % off, and was shown on the day."""
    (finding,) = rising(1.0, hours_late=3, dated=False)

    assert finding.rule == UNSURE
    assert finding.evidence["why"] == [Why.UNDATED.value]
    assert "以发送时间代替" in finding.zh


def test_without_data_times_an_hour_beyond_all_minutes_of_the_day_is_made_up() -> None:
    """Nothing of the day is below 20; half of 20.5 is 10.2, and 2 % of 21.5 is 0.4."""
    (finding,) = rising(0.5, dated=False)

    assert finding.rule == "hour_against_minutes"


def test_an_undated_hour_that_is_flagged_says_itself_that_it_is_no_mean() -> None:
    """Its minutes are those of another hour, whose flags would have told."""
    values = floats(20.0 + np.arange(1440) / 60)
    sent = hours([*(20.5 + np.arange(20)), *([400.0] * 4)], "N" * 20 + "D" * 4)
    made = watched("a21002", sent, minutes=plain_series(SINCE, values, 60))

    (finding,) = hour_against_minutes(case(replace(made, dated=False)), DEFAULT)

    assert finding.rule == UNSURE


@pytest.mark.parametrize(
    ("begin", "end", "rule"),
    [
        pytest.param(22, 24, UNSURE, id="the same hours"),
        pytest.param(20, None, UNSURE, id="goes on"),
        pytest.param(23, 24, UNSURE, id="the hour beside"),
        pytest.param(1, 4, "hour_against_minutes", id="another time"),
    ],
)
def test_hours_by_a_wrong_clock_accuse_nobody(begin: int, end: int | None, rule: str) -> None:
    """Whatever they are: of a clock that jumped nobody knows what an hour is of."""
    wrong = While(SINCE + begin * HOUR, None if end is None else SINCE + end * HOUR)

    (finding,) = spread(5.0, clock_wrong=(wrong,))

    assert finding.rule == rule
    assert (finding.evidence.get("why") == [Why.CLOCK.value]) == (rule == UNSURE)


def made_up() -> Watched:
    values = floats(np.tile(np.linspace(40.0, 60.0, 60), 24))
    return watched("a21002", [50.0] * 22 + [5.0] * 2, minutes=plain_series(SINCE, values, 60))


@pytest.mark.parametrize("why", ["double", "off_grid"])
def test_hours_with_doubled_records_or_such_off_the_grid_accuse_nobody(
    why: Literal["double", "off_grid"],
) -> None:
    odd = tuple(Odd(SINCE + place * HOUR, why) for place in (22, 23))
    one = made_up()

    (of_hours,) = hour_against_minutes(
        case(replace(one, hours=replace(one.hours, odd=odd))), DEFAULT
    )

    assert of_hours.rule == UNSURE
    assert of_hours.evidence["why"] == [Why.ODD_TIMES.value]


def test_what_is_known_to_be_made_up_is_said_although_other_hours_are_not_known() -> None:
    """Three hours are off; one of them is doubled, and the two others are enough."""
    one = made_up()
    sent = one.hours.values.copy()
    sent[10] = 5.0
    odd = (Odd(SINCE + 10 * HOUR, "double"),)
    one = replace(one, hours=replace(one.hours, values=sent, odd=odd))

    (finding,) = hour_against_minutes(case(one), DEFAULT)

    assert (finding.rule, finding.evidence["hours"]) == ("hour_against_minutes", 2)


@pytest.mark.parametrize(
    "known", [{"flagged": False}, {"dated": False}], ids=["unflagged", "undated"]
)
def test_hours_that_fit_say_nothing_whatever_is_known(known: dict[str, object]) -> None:
    assert spread(50.9, **known) == ()
