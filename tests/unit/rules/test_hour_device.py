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
    assert "device_minutes" in found.doubts
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


@pytest.mark.parametrize(
    ("minutes", "flag", "setting", "valid"),
    [
        pytest.param(60, "C", "enough", False, id="none of them valid"),
        pytest.param(60, "C", "possible", False, id="none of them valid, and none missing"),
        pytest.param(60, "C", "free", True, id="if minutes do not matter"),
        pytest.param(44, "N", "enough", False, id="44 valid, the rest missing"),
        pytest.param(44, "N", "possible", True, id="the missing ones may have been valid"),
        pytest.param(16, "D", "possible", False, id="16 at fault leave 44 at most"),
        pytest.param(0, "N", "enough", True, id="a device that sends hours alone"),
    ],
)
def test_a_device_hour_of_which_minutes_came_needs_45_valid_ones(
    minutes: int, flag: str, setting: str, *, valid: bool
) -> None:
    """HJ 75-2017: a valid hour has 45 valid minutes. The device's number is kept all the same."""
    rules = HourRules(hour=HourParameters.model_validate({"device_minutes": setting}))

    found = mean(sent(150.0), records([150.0] * minutes, flag=flag), rules=rules)

    assert found.valid is valid
    assert found.device is not None
    assert found.device.value == 150
    assert found.device.why == ("valid" if valid else "too_few_minutes")


def test_an_hour_refused_for_its_minutes_names_our_rule() -> None:
    found = mean(sent(150.0), records([150.0] * 60, flag="C"))

    assert (found.source, found.valid, found.doubts) == ("computed", False, ("device_minutes",))


def test_the_spares_hour_stands_in_where_nothing_of_the_main_channel_is_valid() -> None:
    hour = HourRecords(START, (), (), sent(90.0, flag="D"), SIX, sent(20.0))

    found = hour_mean(hour, prepare((), (), START, RULES), (), RULES)

    assert (found.source, found.value, found.valid) == ("device", 20, True)
    assert found.device is not None
    assert found.device.spare


@pytest.mark.parametrize(
    ("device", "main"),
    [
        pytest.param(sent(300.0), (), id="its hour"),
        pytest.param(None, records([300.0] * 60), id="its minutes"),
        pytest.param(sent(20.0, flag="D"), records([300.0] * 60), id="its minutes for its hour"),
    ],
)
def test_the_spares_hour_stands_behind_what_is_valid_of_the_main_channel(
    device: Record | None, main: list[Record]
) -> None:
    hour = HourRecords(START, main, (), device, SIX, sent(20.0))

    assert hour_mean(hour, prepare((), (), START, RULES), (), RULES).value == 300


def test_the_spares_hour_needs_its_own_minutes_where_it_sends_any() -> None:
    spare = records([20.0] * 16, flag="D")
    hour = HourRecords(START, (), spare, None, SIX, sent(20.0))

    found = hour_mean(hour, prepare((), (), START, RULES), (), RULES)

    assert (found.valid, found.source) == (False, "computed")


def test_an_hour_over_range_by_the_device_is_at_least_its_own_number() -> None:
    """Some of its minutes were at the range's end; that the whole hour was nobody says."""
    device = sent(190.0, flag="T")._replace(range_max=200.0)

    found = mean(device, MINUTES)

    assert (found.value, found.at_least) == (190, True)


def test_an_hour_over_range_without_a_number_says_nothing() -> None:
    device = sent(None, flag="T")._replace(range_max=200.0)

    found = mean(device, [])

    assert (found.valid, found.device and found.device.why) == (False, "over_range")


def test_a_minute_near_ambient_oxygen_does_not_take_the_devices_number_away() -> None:
    """44 minutes have no oxygen, one has 20.5 %: the hour's own oxygen of 6 % decides."""
    rules = HourRules(hour=HourParameters(device_minutes="free"))
    oxygen = prepare(records([20.5]), (), START, rules, sent(6.0))
    hour = HourRecords(START, records([300.0] * 45), (), sent(300.0, 300.0), SIX)

    found = hour_mean(hour, oxygen, (SIX,), rules)

    assert (found.converted["6"], found.converted_source["6"]) == (300, "device")


@pytest.mark.parametrize(
    ("near", "kept"),
    [
        pytest.param(16, False, id="44 converted, 16 guarded: the guard left too little"),
        pytest.param(1, True, id="40 converted, 1 guarded, the others have no oxygen"),
        pytest.param(0, True, id="none guarded"),
    ],
)
def test_the_guard_decides_by_its_share_of_the_hour(near: int, *, kept: bool) -> None:
    normal = 60 - near if near > 1 else 40
    oxygen = prepare(records([6.0] * normal + [20.5] * near), (), START, RULES)
    hour = HourRecords(START, records([10.0] * 60), (), sent(10.0, 11.0), SIX)

    assert ("6" in hour_mean(hour, oxygen, (SIX,), RULES).converted) is kept


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
