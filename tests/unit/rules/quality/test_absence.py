"""Missing and contradictory data (F01, F20, F23)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from schemas.judgement import Finding
from services.rules.quality.absence import (
    AbsenceParameters,
    monthly_capture,
    odd_times,
    unexplained_gap,
)
from services.rules.quality.case import Stated
from services.rules.quality.series import Odd, plain_series
from tests.fixtures.quality_cases import NAN, SINCE, case, hours, lively, watched

DEFAULT = AbsenceParameters()
HOUR = timedelta(hours=1)


def test_two_hours_without_data_or_reason_are_too_long() -> None:
    """2 missing hours are 7200 s > 3600 s."""
    values = [5.0] * 10 + [NAN] * 2 + [5.0] * 12

    (finding,) = unexplained_gap(case(watched("a21002", values)), DEFAULT)

    assert (finding.since, finding.until) == (SINCE + 10 * HOUR, SINCE + 12 * HOUR)
    assert "缺数2小时，超过1小时" in finding.zh
    assert finding.sure
    assert finding.doubts == ()


def test_one_hour_is_not_too_long_but_61_minutes_are() -> None:
    values = [5.0] * 10 + [NAN] + [5.0] * 13
    minutes = np.full(1440, 5.0)
    minutes[600:661] = NAN

    by_minutes = watched("a21002", values, minutes=plain_series(SINCE, minutes, 60))

    assert unexplained_gap(case(watched("a21002", values)), DEFAULT) == ()
    (finding,) = unexplained_gap(case(by_minutes), DEFAULT)
    assert finding.until == SINCE + timedelta(minutes=661)


def test_a_mark_a_flag_or_an_old_day_leaves_nothing_to_say() -> None:
    values = [5.0] * 10 + [NAN] * 5 + [5.0] * 9
    fault = Stated("fault", SINCE + 10 * HOUR, SINCE + 15 * HOUR)
    flagged = watched("a21002", hours(values, "N" * 10 + "D" * 5 + "N" * 9))

    assert unexplained_gap(case(watched("a21002", values), stated=(fault,)), DEFAULT) == ()
    assert unexplained_gap(case(flagged), DEFAULT) == ()
    assert unexplained_gap(case(watched("a21002", values + [5.0] * 24)), DEFAULT) == ()


def test_a_month_with_too_few_valid_hours_is_found_at_its_end() -> None:
    """February 2026: 672 hours, 72 stood, 600 due; 60 flagged D: 540 / 600 = 90.0 %, not below 90 %.

    With one more it is 539 / 600 = 89.8 %.
    """
    since = datetime(2026, 1, 31, 16, tzinfo=UTC)

    def month(invalid: int) -> tuple[Finding, ...]:
        flags = np.array(["F"] * 72 + ["D"] * invalid + ["N"] * (600 - invalid))
        series = replace(plain_series(since, lively(672)), flags=flags)
        return monthly_capture(case(watched("a21002", series)), DEFAULT)

    assert month(60) == ()
    (finding,) = month(61)
    assert "应有600小时（停运除外），有效539小时，捕集率89.8%" in finding.zh


@pytest.mark.parametrize("missing", [1, 30], ids=["a day before", "first days not there"])
def test_nothing_is_said_before_the_month_ends_or_without_all_of_it(missing: int) -> None:
    since = datetime(2026, 1, 31, 16, tzinfo=UTC) + timedelta(hours=missing - 30)
    size = 672 - missing if missing == 30 else 672 + 6
    series = replace(plain_series(since, lively(size)), flags=np.full(size, "D"))

    assert monthly_capture(case(watched("a21002", series)), DEFAULT) == ()


def test_three_records_with_a_wrong_time_are_a_sign() -> None:
    at = SINCE + 3 * HOUR
    odd = (Odd(at, "double"), Odd(at + HOUR, "off_grid"), Odd(at + 2 * HOUR, "double"))
    made = watched("a21002", replace(hours([5.0] * 24), odd=odd))

    (finding,) = odd_times(case(made), DEFAULT)

    assert "有3条记录时间异常（重复、不在整点（整分））" in finding.zh
    assert (
        odd_times(case(watched("a21002", replace(hours([5.0] * 24), odd=odd[:2]))), DEFAULT) == ()
    )
