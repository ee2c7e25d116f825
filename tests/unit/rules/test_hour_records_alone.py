"""Devices that send hour records and no minutes: the hour's mean is converted with the hour's oxygen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Outcome, Stage
from schemas.limits import Bound, Law, LimitVersion
from schemas.means import HourMean, HourRecords, OxygenHour
from schemas.record import Record
from services.rules.exceedance import Circumstances, JudgingRules, judge
from services.rules.hour_mean import hour_mean
from services.rules.hour_oxygen import prepare
from services.rules.hour_parameters import HourParameters, HourRules
from services.rules.mean_rows import hour_row
from tests.fixtures.hours import START, records

RULES = HourRules()
FIFTEEN, SIX = Decimal(15), Decimal(6)


def sent(value: float | None, converted: float | None = None, flag: str | None = "N") -> Record:
    return Record(START, 3600, value, flag, converted)


def alone(
    device: Record | None,
    oxygen: Record | None,
    minutes: list[Record] | None = None,
    rules: HourRules = RULES,
) -> HourMean:
    """An hour without minutes of the pollutant, of a device that converts to 15 %."""
    prepared = prepare(minutes or [], (), START, rules, oxygen)
    return hour_mean(HourRecords(START, (), (), device, FIFTEEN), prepared, (FIFTEEN, SIX), rules)


def verdict_of(mean: HourMean) -> Outcome:
    law = Law("standard", "GB 13223-2011", "Table 1", "high", verified=True, source="read")
    bound = Bound("<=", None, Decimal(75), "mg/m3", "concentration", "hour", FIFTEEN)
    limit = LimitVersion(1, 1, 1, None, None, bound, law, "assign", "", "a", None, START, 1)
    row = hour_row(1, mean, Stage.FINAL)
    return judge(row, limit, Circumstances(), JudgingRules()).outcome


def test_the_hours_mean_is_converted_with_the_hours_oxygen() -> None:
    """60.5 x (21 - 15) / (21 - 14) = 60.5 x 6 / 7 = 51.857142857; to 6 %: 60.5 x 15 / 7."""
    found = alone(sent(60.5), sent(14.0))

    assert found.source == "device"
    assert found.converted == {"15": Decimal("51.857142857"), "6": Decimal("129.642857143")}
    assert found.converted_source == {"15": "hours", "6": "hours"}
    assert found.oxygen == OxygenHour(Decimal(14), "device")


def test_the_row_says_with_which_oxygen() -> None:
    row = hour_row(1, alone(sent(60.5), sent(14.2)), Stage.FINAL)

    assert row.evidence["hour_oxygen"] == {"value": "14.2", "source": "device"}
    assert row.evidence["converted_source"] == {"15": "hours", "6": "hours"}


def test_an_hour_converted_to_exactly_its_limit_is_within() -> None:
    """87.5 x 6 / (21 - 14) = 75."""
    assert verdict_of(alone(sent(87.5), sent(14.0))) is Outcome.COMPLIANT
    assert verdict_of(alone(sent(87.501), sent(14.0))) is Outcome.EXCEEDING


def test_the_devices_own_converted_number_comes_first() -> None:
    found = alone(sent(60.5, 52.0), sent(14.0))

    assert found.converted == {"15": 52, "6": Decimal("129.642857143")}
    assert found.converted_source == {"15": "device", "6": "hours"}


@pytest.mark.parametrize(
    "oxygen",
    [
        pytest.param(None, id="none sent"),
        pytest.param(sent(14.0, flag="D"), id="at fault"),
        pytest.param(sent(25.0, flag="T"), id="over range"),
        pytest.param(sent(None), id="no number"),
        pytest.param(sent(-0.1), id="negative"),
    ],
)
def test_without_usable_oxygen_nothing_is_converted(oxygen: Record | None) -> None:
    found = alone(sent(60.5), oxygen)

    assert (found.value, found.converted, found.oxygen) == (Decimal("60.5"), {}, None)
    assert verdict_of(found) is Outcome.UNKNOWN


@pytest.mark.parametrize("percent", [20.0, 20.9, 21.0, 22.5])
def test_oxygen_like_airs_leaves_even_the_devices_converted_number(percent: float) -> None:
    """At 20.9 % the formula blows 1 mg/m3 up to 1 x 6 / 0.1 = 60."""
    found = alone(sent(1.0, 60.0), sent(percent))

    assert found.converted == {}
    assert found.oxygen == OxygenHour(Decimal(str(percent)), "device")


def test_the_oxygens_minutes_serve_where_it_sent_no_hour() -> None:
    """60.5 x 6 / (21 - 14) = 51.857142857, with the mean of 60 minutes of 13 % and 15 %."""
    found = alone(sent(60.5), None, records([13.0, 15.0] * 30))

    assert found.converted["15"] == Decimal("51.857142857")
    assert found.oxygen == OxygenHour(Decimal(14), "computed")


def test_the_devices_hour_of_oxygen_precedes_its_minutes_as_the_setting_says() -> None:
    minutes = records([13.0] * 60)
    computed = HourRules(hour=HourParameters(judged_record="computed"))

    by_device = alone(sent(60.0), sent(15.0), minutes)
    by_minutes = alone(sent(60.0), sent(15.0), minutes, computed)

    assert by_device.converted["15"] == 60
    assert by_minutes.converted["15"] == 45


def test_minutes_of_both_are_converted_as_ever() -> None:
    prepared = prepare(records([14.0] * 60), (), START, RULES, sent(10.0))
    hour = HourRecords(START, records([70.0] * 60), (), sent(70.0), FIFTEEN)

    found = hour_mean(hour, prepared, (FIFTEEN,), RULES)

    assert (found.converted["15"], found.converted_source["15"]) == (60, "computed")
    assert found.oxygen is None


def test_a_record_without_a_flag_is_a_doubt_of_the_hour() -> None:
    assert alone(sent(60.0, flag=None), sent(14.0)).doubts == ("unflagged",)
    assert alone(sent(60.0), sent(14.0, flag=None)).doubts == ("unflagged",)
    assert alone(sent(60.0), sent(14.0)).doubts == ()


def test_an_hour_record_that_its_flag_spoils_is_invalid_and_not_absent() -> None:
    assert verdict_of(alone(sent(60.0, flag="D"), sent(14.0))) is Outcome.INVALID
    assert verdict_of(alone(None, sent(14.0))) is Outcome.NO_DATA


@given(st.integers(0, 200_000), st.integers(0, 1999))
def test_it_is_the_formula_to_nine_decimals(thousandths: int, hundredths: int) -> None:
    found = alone(sent(thousandths / 1000), sent(hundredths / 100))

    exact = Decimal(thousandths) * 600 / (1000 * (2100 - Decimal(hundredths)))
    assert abs(found.converted["15"] - exact) <= Decimal("0.5E-9")


@given(st.integers(0, 200_000))
def test_oxygen_as_the_reference_changes_nothing(thousandths: int) -> None:
    found = alone(sent(thousandths / 1000), sent(15.0))

    assert found.converted["15"] == found.value
