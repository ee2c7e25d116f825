"""What laboratories owe: samples while a device is out, comparisons that hold."""

from datetime import timedelta
from decimal import Decimal

from schemas.manual import ManualResult
from services.rules.manual import Compared, compare
from services.rules.manual_duty import (
    About,
    comparison_finding,
    sampling_findings,
)
from services.rules.manual_parameters import ComparisonErrorParameters, ManualDutyParameters
from tests.fixtures.water import COD, HOUR, MIDNIGHT, MINUTE, laboratory

PARAMS = ManualDutyParameters()
ABOUT = About(4, 7, "示例污水处理厂DW001化学需氧量", "COD at DW001 of the sample works")
DAY = timedelta(days=1)
NOW = MIDNIGHT + 10 * DAY


def sampled(*places: float) -> list[ManualResult]:
    """Grab samples at hours of the day."""
    return [laboratory(n + 1, MIDNIGHT + at * HOUR, "30") for n, at in enumerate(places)]


def test_four_samples_six_hours_apart_are_enough() -> None:
    """环发〔2009〕88号 article 9: 00:00, 06:00, 12:00, 18:00 and the device back at 24:00."""
    outage = (MIDNIGHT, MIDNIGHT + DAY)

    assert sampling_findings(outage, sampled(0, 6, 12, 18), ABOUT, NOW, PARAMS) == []


def test_seven_hours_between_two_samples_are_one_too_many() -> None:
    """06:00 to 13:00 are 7 h, one more than 6: the duty was broken from 12:00 until 13:00."""
    outage = (MIDNIGHT, MIDNIGHT + DAY)

    [found] = sampling_findings(outage, sampled(0, 6, 13, 19), ABOUT, NOW, PARAMS)

    assert (found.rule, found.since, found.until) == (
        "manual_sampling_interval",
        MIDNIGHT + 12 * HOUR,
        MIDNIGHT + 13 * HOUR,
    )
    assert "7小时" in found.zh
    assert "2025-03-01 06:00" in found.zh
    assert "7 h" in found.en
    assert (found.sure, found.doubts) == (False, ("longest_interval_s",))


def test_a_day_with_three_samples_is_one_too_few() -> None:
    outage = (MIDNIGHT, MIDNIGHT + DAY)

    found = sampling_findings(outage, sampled(5, 11, 18), ABOUT, NOW, PARAMS)

    assert [one.rule for one in found] == ["manual_sampling_interval", "manual_sampling_count"]
    assert (found[1].since, found[1].until) == (MIDNIGHT, MIDNIGHT + DAY)
    assert "3次" in found[1].zh
    assert found[1].evidence == {"samples": 3, "due": 4}


def test_a_day_that_is_not_whole_owes_no_number() -> None:
    outage = (MIDNIGHT + 12 * HOUR, MIDNIGHT + DAY + 6 * HOUR)

    found = sampling_findings(outage, sampled(12, 18, 24), ABOUT, NOW, PARAMS)

    assert found == []


def test_an_outage_that_still_lasts_is_judged_up_to_now() -> None:
    """Out since 00:00, one sample at 03:00, now 10:00: since 09:00 the next one is late."""
    now = MIDNIGHT + 10 * HOUR

    [found] = sampling_findings((MIDNIGHT, None), sampled(3), ABOUT, now, PARAMS)

    assert (found.since, found.until) == (MIDNIGHT + 9 * HOUR, None)


def test_nothing_is_owed_before_six_hours_are_over() -> None:
    now = MIDNIGHT + 6 * HOUR

    assert sampling_findings((MIDNIGHT, None), [], ABOUT, now, PARAMS) == []


def test_samples_without_a_result_do_not_count() -> None:
    outage = (MIDNIGHT, MIDNIGHT + 7 * HOUR)
    lost = laboratory(1, MIDNIGHT + 3 * HOUR, None)

    assert len(sampling_findings(outage, [lost], ABOUT, NOW, PARAMS)) == 1


def test_an_outage_that_lies_ahead_owes_nothing() -> None:
    assert sampling_findings((NOW + HOUR, None), [], ABOUT, NOW, PARAMS) == []


def test_three_days_of_silence_are_three_days_and_one_interval() -> None:
    outage = (MIDNIGHT - HOUR, MIDNIGHT + 3 * DAY)

    found = sampling_findings(outage, [], ABOUT, NOW, PARAMS)

    assert [one.rule for one in found].count("manual_sampling_count") == 3
    assert [one.rule for one in found].count("manual_sampling_interval") == 1


def a_comparison(automatic: str) -> Compared:
    result = laboratory(6, MIDNIGHT, "40", kind="comparison")
    piece = (MIDNIGHT, MIDNIGHT + HOUR, Decimal(automatic))
    found = compare(result, [piece], COD, ComparisonErrorParameters())
    assert isinstance(found, Compared)
    return found


def test_a_comparison_that_fails_is_told_with_both_numbers() -> None:
    found = comparison_finding(a_comparison("50"), (MIDNIGHT, MIDNIGHT + MINUTE), ABOUT)

    assert found is not None
    assert "自动监测值50 mg/L，手工监测值40 mg/L，相对误差25%，超出±15%" in found.zh
    assert "a relative error of 25 %, more than +-15 %" in found.en
    assert found.evidence["result"] == 6
    assert not found.sure


def test_a_comparison_that_holds_is_no_finding() -> None:
    assert comparison_finding(a_comparison("41"), (MIDNIGHT, MIDNIGHT + MINUTE), ABOUT) is None


def test_ph_is_told_as_a_difference_without_percent() -> None:
    result = laboratory(6, MIDNIGHT, "8.0", kind="comparison")
    piece = (MIDNIGHT, MIDNIGHT + HOUR, Decimal("7.2"))
    compared = compare(result, [piece], "w01001", ComparisonErrorParameters())
    assert isinstance(compared, Compared)
    about = About(4, 7, "示例厂pH", "pH of the sample works", unit="")

    found = comparison_finding(compared, (MIDNIGHT, MIDNIGHT + MINUTE), about)

    assert found is not None
    assert "绝对误差-0.8，超出±0.5" in found.zh
    assert "a difference of -0.8, more than +-0.5" in found.en
