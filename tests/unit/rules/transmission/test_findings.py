"""低于目标: 75 % and 90 %, whom they bind, and what a finding says."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from schemas.judgement import Finding
from schemas.registry_words import BEIJING
from services.rules.periods import Bounds
from services.rules.transmission.counting import Counted, FactorDay, Tally, Version
from services.rules.transmission.findings import (
    AssessedOutlet,
    low_effectiveness,
    period_name,
    shown_percent,
    targets,
)
from services.rules.transmission.parameters import Step, TransmissionParameters
from services.rules.transmission.rates import effectiveness, period_of
from services.rules.transmission.records import Assessing
from tests.fixtures.transmitted import LONG_AFTER, at

MONGOLIA, GUANGXI = "1505", "4502"
PARAMS = TransmissionParameters()
HALF = Counted(744, 620, 500)


def about(region: str = MONGOLIA) -> AssessedOutlet:
    return AssessedOutlet(3, "示例厂DA001", "outlet DA001 of the example plant", region)


def found(
    audited: Counted,
    region: str = MONGOLIA,
    step: Step = "month",
    params: TransmissionParameters = PARAMS,
    now: datetime = LONG_AFTER,
) -> Finding | None:
    first, again = Counted(744, 600, 480), Counted(744, 610, 490)
    counts = {Version.FIRST: first, Version.BACKFILLED: again, Version.AUDITED: audited}
    tally = Tally(counts, {"stopped": 20, "check": 4})
    day = FactorDay(3, 7, "a21026", at(0), tally)
    [rate] = effectiveness([day], "outlet", step, Assessing(now, params))
    return low_effectiveness(rate, about(region), params)


def test_a_month_below_both_targets_is_found_with_its_numbers() -> None:
    """620/744 = 83.33 %, 500/620 = 80.64 %, 500/744 = 67.20 %; 480/744 = 64.51, 490/744 = 65.86."""
    finding = found(HALF)

    assert finding is not None
    assert finding.rule == "low_effectiveness"
    assert (finding.subject, finding.since, finding.until) == (3, at(0), at(0, day=32))
    assert finding.zh == (
        "2025年3月示例厂DA001应传数据744个（另有24个因停运、标样核查等不计入），审核后实传620个、"
        "有效500个，传输率83.33%、有效率80.64%，传输有效率67.2%（首次到达64.51%，补传后65.86%）。"
        "低于75%，依据：污染源自动监控数据传输有效率国家考核（2014年起，考核通知文号未核实）；"
        "低于90%，依据：《内蒙古自治区节能减排“十三五”规划》（2020年目标）。"
    )
    for said in ("67.2 %", "64.51 %", "65.86 %", "below 75 %", "below 90 %"):
        assert said in finding.en
    assert finding.evidence["targets"] == ["75", "90"]


@pytest.mark.parametrize(
    ("valid", "region", "missed"),
    [
        pytest.param(749, MONGOLIA, ["75", "90"], id="just below 75"),
        pytest.param(750, MONGOLIA, ["90"], id="75 is met"),
        pytest.param(899, MONGOLIA, ["90"], id="just below 90"),
        pytest.param(900, MONGOLIA, None, id="90 is met"),
        pytest.param(749, GUANGXI, ["75"], id="Guangxi has the national target"),
        pytest.param(750, GUANGXI, None, id="and no other"),
    ],
)
def test_a_target_that_is_just_met_is_met(
    valid: int, region: str, missed: list[str] | None
) -> None:
    """Of 1,000 due: 750 are 75 %, 900 are 90 %."""
    finding = found(Counted(1000, 1000, valid), region)

    assert (finding.evidence["targets"] if finding else None) == missed


@pytest.mark.parametrize(
    ("step", "region", "audited", "doubts"),
    [
        pytest.param("year", GUANGXI, HALF, (), id="a year's national target is established"),
        pytest.param("month", GUANGXI, HALF, ("found_over",), id="by month is ours"),
        pytest.param("year", MONGOLIA, Counted(100, 100, 80), ("plan_goes_on",), id="after 2020"),
    ],
)
def test_a_finding_is_as_sure_as_its_target(
    step: Step, region: str, audited: Counted, doubts: tuple[str, ...]
) -> None:
    later = datetime(2026, 6, 1, tzinfo=BEIJING)

    finding = found(audited, region, step, now=later)

    assert finding is not None
    assert finding.doubts == doubts
    assert finding.sure is (not doubts)


@pytest.mark.parametrize(
    ("audited", "step", "now"),
    [
        pytest.param(Counted(), "month", LONG_AFTER, id="nothing was due"),
        pytest.param(HALF, "month", at(0, day=20), id="the month still runs"),
        pytest.param(HALF, "day", LONG_AFTER, id="days are not assessed"),
    ],
)
def test_where_nothing_is_found(audited: Counted, step: Step, now: datetime) -> None:
    assert found(audited, step=step, now=now) is None


def test_over_which_periods_is_a_setting_and_then_no_doubt() -> None:
    params = TransmissionParameters(found_over=("day",))

    finding = found(HALF, GUANGXI, "day", params)

    assert finding is not None
    assert finding.sure


def year(number: int) -> Bounds:
    return period_of(datetime(number, 6, 1, tzinfo=BEIJING), "year", BEIJING)


@pytest.mark.parametrize(
    ("number", "params", "percents"),
    [
        pytest.param(2013, PARAMS, [], id="before the assessment"),
        pytest.param(2014, PARAMS, [75], id="from 2014"),
        pytest.param(2020, PARAMS, [75, 90], id="the plan's year"),
        pytest.param(2021, TransmissionParameters(plan_goes_on="no"), [75], id="the plan is over"),
        pytest.param(2014, TransmissionParameters(national_from=date(2015, 1, 1)), [], id="set"),
    ],
)
def test_targets_have_their_times(
    number: int, params: TransmissionParameters, percents: list[int]
) -> None:
    held = targets(MONGOLIA, year(number), BEIJING, params)

    assert [one.percent for one in held] == percents


def test_what_is_below_a_target_never_reads_as_the_target() -> None:
    """74.999 % is shown cut, not rounded."""
    assert shown_percent(Decimal("74.999")) == "74.99"
    assert shown_percent(None) == "–"


@pytest.mark.parametrize(
    ("step", "names"),
    [
        ("day", ("2025-03-01", "2025-03-01")),
        ("month", ("2025年3月", "2025-03")),
        ("quarter", ("2025年第1季度", "2025 Q1")),
        ("year", ("2025年", "2025")),
    ],
)
def test_periods_are_named_in_both_languages(step: Step, names: tuple[str, str]) -> None:
    assert period_name(step, period_of(at(0), step, BEIJING), BEIJING) == names
