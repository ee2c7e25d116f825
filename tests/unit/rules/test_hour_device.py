"""The device's own hour record beside the mean of its minutes."""

from decimal import Decimal

import pytest

from schemas.means import HourMean, HourRecords
from schemas.record import Record
from services.rules.hour_mean import hour_mean
from services.rules.hour_oxygen import prepare
from services.rules.hour_parameters import HourParameters, HourRules
from tests.fixtures.hours import START, records

RULES = HourRules()
SIX, ELEVEN = Decimal(6), Decimal(11)


def mean(
    device: Record | None, main: list[Record], oxygen: float = 9.0, rules: HourRules = RULES
) -> HourMean:
    """The hour with a device that converts to 6 %, judged at 6 % and 11 %."""
    prepared = prepare(records([oxygen] * 60), (), START, rules)
    hour = HourRecords(START, main, (), device, SIX)
    return hour_mean(hour, prepared, (SIX, ELEVEN), rules)


def sent(value: float | None, converted: float | None = None, flag: str | None = "N") -> Record:
    return Record(START, 3600, value, flag, converted)


MINUTES = records([30.0] * 60)


def test_the_devices_record_is_judged_where_it_is_valid_and_both_are_kept() -> None:
    found = mean(sent(30.1, 37.6), MINUTES)

    assert (found.source, found.value) == ("device", Decimal("30.1"))
    assert found.converted == {"6": Decimal("37.6"), "11": 25}
    assert found.converted_source == {"6": "device", "11": "computed"}
    assert found.computed.value == 30
    assert found.disagreements == ()


def test_without_a_record_of_the_device_the_minutes_are_judged() -> None:
    found = mean(None, MINUTES)

    assert (found.source, found.value, found.device) == ("computed", 30, None)


def test_the_minutes_may_be_set_to_be_judged() -> None:
    rules = HourRules(hour=HourParameters(judged_record="computed"))

    found = mean(sent(31.0, 39.0), MINUTES, rules=rules)

    assert (found.source, found.value, found.converted["6"]) == ("computed", 30, Decimal("37.5"))
    assert found.converted_source == {"6": "computed", "11": "computed"}


@pytest.mark.parametrize("judged", ["device", "computed"])
def test_the_devices_record_stands_in_for_minutes_that_did_not_arrive(judged: str) -> None:
    rules = HourRules(hour=HourParameters.model_validate({"judged_record": judged}))

    found = mean(sent(12.0, 15.0), records([12.0] * 10), rules=rules)

    assert (found.source, found.value, found.valid) == ("device", 12, True)
    assert found.converted == {"6": 15, "11": 10}
    assert found.converted_source == {"6": "device", "11": "hours"}


@pytest.mark.parametrize(
    ("device", "why"),
    [
        pytest.param(sent(12.0, 15.0, "D"), "fault", id="a fault"),
        pytest.param(sent(12.0, 15.0, "x"), "unknown", id="a flag of no list"),
        pytest.param(sent(None), "no_value", id="no number"),
        pytest.param(sent(None)._replace(sentinel=True), "sentinel", id="a sentinel"),
    ],
)
def test_a_record_that_is_not_valid_leaves_the_minutes(device: Record, why: str) -> None:
    found = mean(device, MINUTES)

    assert (found.source, found.value) == ("computed", 30)
    assert found.device is not None
    assert (found.device.valid, found.device.why, found.device.value) == (False, why, None)
    assert found.disagreements == ()


def test_an_hour_over_range_by_the_device_is_at_least_the_end_of_the_range() -> None:
    device = sent(190.0, flag="T")._replace(range_max=200.0)

    found = mean(device, MINUTES)

    assert (found.value, found.at_least) == (200, True)


def test_an_hour_the_device_calls_normal_is_at_least_so_much_where_minutes_were_over_range() -> (
    None
):
    over = records([100.0] * 10, flag="T", first_s=3000)

    assert mean(sent(41.0), [*records([30.0] * 50), *over]).at_least


@pytest.mark.parametrize(
    ("device", "relative"),
    [
        pytest.param(30.3, None, id="1 % is not more than 1 %"),
        pytest.param(30.6, Decimal(2), id="30.6 / 30 - 1 = 2 %"),
        pytest.param(27.0, Decimal(10), id="27 / 30 - 1 = -10 %"),
    ],
)
def test_means_apart_by_more_than_a_percent_disagree(
    device: float, relative: Decimal | None
) -> None:
    found = mean(sent(device), MINUTES)

    assert [apart.relative for apart in found.disagreements] == (
        [] if relative is None else [relative]
    )
    assert found.doubts == (() if relative is None else ("judged_record",))


@pytest.mark.parametrize(
    ("converted", "apart"),
    [
        pytest.param(38.25, [], id="2 % is not more than 2 %"),
        pytest.param(36.0, [("converted", Decimal(4))], id="36 / 37.5 - 1 = -4 %"),
    ],
)
def test_converted_means_apart_by_more_than_two_percent_disagree(
    converted: float, apart: list[tuple[str, Decimal]]
) -> None:
    found = mean(sent(30.0, converted), MINUTES)

    assert [(one.what, one.relative) for one in found.disagreements] == apart


def test_what_a_device_rounds_away_is_no_disagreement() -> None:
    """0.2 sent of 0.2449: 18 % apart, and yet no more than half of the last digit sent."""
    assert mean(sent(0.2), records([0.2449] * 60)).disagreements == ()


def test_something_sent_where_the_minutes_are_nothing_disagrees_without_a_ratio() -> None:
    (apart,) = mean(sent(5.0), records([0.0] * 60)).disagreements

    assert (apart.device, apart.computed, apart.relative) == (5, 0, None)


def test_minutes_that_are_too_few_disagree_with_nothing() -> None:
    assert mean(sent(50.0, 60.0), records([30.0] * 44)).disagreements == ()


def test_the_devices_converted_mean_is_left_where_the_oxygen_guard_holds() -> None:
    """At 20.9 % the formula blows 1 mg/m3 up to 1 x 15 / 0.1 = 150."""
    found = mean(sent(1.0, 150.0), records([1.0] * 60), oxygen=20.9)

    assert (found.source, found.value, found.converted) == ("device", 1, {})


def test_a_device_of_unknown_reference_oxygen_converts_nothing_for_us() -> None:
    prepared = prepare(records([9.0] * 60), (), START, RULES)
    hour = HourRecords(START, MINUTES, (), sent(30.0, 99.0))

    found = hour_mean(hour, prepared, (SIX,), RULES)

    assert found.converted == {"6": Decimal("37.5")}
    assert found.converted_source == {"6": "computed"}


def test_a_converted_number_that_is_none_is_left() -> None:
    found = mean(sent(30.0, float("nan")), MINUTES)

    assert found.device is not None
    assert found.device.converted is None
    assert found.converted["6"] == Decimal("37.5")


def test_negative_records_of_a_device_go_by_the_same_rule() -> None:
    rules = HourRules(hour=HourParameters(negatives="zero"))

    found = mean(sent(-2.0, -3.0), records([-2.0] * 60), rules=rules)

    assert (found.value, found.converted["6"]) == (0, 0)
