"""The mean of an hour, its validity and its conversion, with numbers worked by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import Bound
from schemas.means import ConvertedMean, HourMean, HourRecords
from schemas.record import Record
from services.rules.exact import ComparisonParameters
from services.rules.flags import FlagParameters
from services.rules.hour_mean import conversion_doubts, hour_mean
from services.rules.hour_oxygen import no_oxygen, prepare
from services.rules.hour_parameters import HourParameters, HourRules
from tests.fixtures.hours import START, at_second, records

RULES = HourRules()
SIX = Decimal(6)


def mean(
    main: list[Record],
    oxygen: list[Record] | None = None,
    rules: HourRules = RULES,
    spare: list[Record] | None = None,
) -> HourMean:
    """The hour of `main`, converted to 6 % where oxygen is given."""
    prepared = no_oxygen(rules) if oxygen is None else prepare(oxygen, (), START, rules)
    references = () if oxygen is None else (SIX,)
    return hour_mean(HourRecords(START, main, spare or ()), prepared, references, rules)


def test_an_hour_by_hand() -> None:
    """HJ 75-2017: 30 minutes of 20 and 30 of 31: (600 + 930) / 60 = 1530 / 60 = 25.5 mg/m3."""
    found = mean(records([20.0] * 30 + [31.0] * 30))

    assert (found.value, found.valid, found.source) == (Decimal("25.5"), True, "computed")
    assert (found.computed.valid_s, found.computed.not_valid) == (3600, {})
    assert (found.at_least, found.converted, found.doubts) == (False, {}, ())


def test_records_of_several_minutes_weigh_by_their_time_by_hand() -> None:
    """One of 30 min at 10 and six of 5 min at 40: (10 x 1800 + 40 x 1800) / 3600 = 25."""
    found = mean([at_second(0, 10.0, 1800), *records([40.0] * 6, span_s=300, first_s=1800)])

    assert found.value == 25


@pytest.mark.parametrize(
    ("minutes", "valid"),
    [
        pytest.param(44, False, id="44 valid minutes are not enough"),
        pytest.param(45, True, id="45 are"),
        pytest.param(60, True, id="all"),
    ],
)
def test_a_valid_hour_has_45_valid_minutes(minutes: int, valid: bool) -> None:  # noqa: FBT001 (a column of the table)
    """HJ 75-2017; the other minutes are there, but under maintenance."""
    rest = records([500.0] * (60 - minutes), flag="M", first_s=minutes * 60)

    found = mean([*records([12.0] * minutes), *rest])

    assert (found.valid, found.value) == (valid, 12)
    assert found.computed.not_valid.get("maintenance", 0) == 3600 - minutes * 60


def test_an_hour_of_nothing_is_not_valid_and_has_no_mean() -> None:
    found = mean([])

    assert (found.value, found.valid, found.computed.not_valid) == (None, False, {"missing": 3600})


def test_how_many_minutes_are_needed_is_a_setting() -> None:
    rules = HourRules(hour=HourParameters(valid_minutes=50))

    assert not mean(records([12.0] * 49), rules=rules).valid
    assert mean(records([12.0] * 50), rules=rules).valid


def test_a_converted_hour_by_hand() -> None:
    """Mean of the converted minutes, and the hour's means converted.

    30 minutes of 30 mg/m3 at 9 %: 30 x 15 / 12 = 37.5; 30 of 30 at 11 %: 30 x 15 / 10 = 45.
    Minutes: (37.5 + 45) / 2 = 41.25. Means: 30 mg/m3 and 10 %: 30 x 15 / 11 = 40.909090909.
    """
    found = mean(records([30.0] * 60), records([9.0] * 30 + [11.0] * 30))

    both = found.computed.converted["6"]
    assert (both.of_minutes, both.of_means) == (Decimal("41.25"), Decimal("40.909090909"))
    assert found.converted == {"6": Decimal("41.25")}


def test_the_way_of_converting_is_a_setting() -> None:
    rules = HourRules(hour=HourParameters(converted_from="means"))

    found = mean(records([30.0] * 60), records([9.0] * 30 + [11.0] * 30), rules)

    assert found.converted == {"6": Decimal("40.909090909")}


def test_the_way_of_converting_is_a_doubt_where_it_decides() -> None:
    both = ConvertedMean(Decimal(41), True, 3600, Decimal(41), Decimal(39), {})  # noqa: FBT003 (a row)
    limits = [
        Bound("<=", None, Decimal(h), "mg/m3", "concentration", "hour", SIX) for h in (40, 50)
    ]

    doubts = [conversion_doubts(both, limit, ComparisonParameters(), RULES) for limit in limits]

    assert doubts == [("converted_from",), ()]


def test_the_way_of_converting_is_no_doubt_where_there_is_but_one_or_somebody_set_it() -> None:
    limit = Bound("<=", None, Decimal(40), "mg/m3", "concentration", "hour", SIX)
    one = ConvertedMean(Decimal(41), True, 3600, Decimal(41), None, {})  # noqa: FBT003 (a row)
    as_set = HourRules(hour=HourParameters(converted_from="minutes"))

    assert conversion_doubts(one, limit, ComparisonParameters(), RULES) == ()
    both = one._replace(of_means=Decimal(39))
    assert conversion_doubts(both, limit, ComparisonParameters(), as_set) == ()


def test_minutes_near_ambient_oxygen_are_not_converted() -> None:
    """20 minutes at 20.5 %: 40 minutes are converted, too few; the measured hour stands."""
    found = mean(records([30.0] * 60), records([9.0] * 40 + [20.5] * 20))

    converted = found.computed.converted["6"]
    assert (found.valid, found.value) == (True, 30)
    assert (converted.valid, converted.valid_s) == (False, 2400)
    assert converted.not_converted == {"oxygen_near_ambient": 1200}
    assert found.converted == {}
    assert found.doubts == ("oxygen_guard",)


@pytest.mark.parametrize(
    ("oxygen", "reason"),
    [
        pytest.param(records([9.0] * 59), "oxygen_missing", id="no record"),
        pytest.param(
            [*records([9.0] * 59), at_second(3540, 9.0, flag="D")], "oxygen_invalid", id="a fault"
        ),
        pytest.param(
            [*records([9.0] * 59), at_second(3540, 25.0, flag="T")],
            "oxygen_invalid",
            id="over range",
        ),
        pytest.param(
            [*records([9.0] * 59), at_second(3540, -1.0)], "oxygen_negative", id="negative"
        ),
        pytest.param(
            [*records([9.0] * 59), at_second(3540, 21.0)], "oxygen_above_ambient", id="21 %"
        ),
    ],
)
def test_a_minute_without_usable_oxygen_says_why(oxygen: list[Record], reason: str) -> None:
    found = mean(records([30.0] * 60), oxygen).computed.converted["6"]

    assert (found.valid_s, found.not_converted) == (3540, {reason: 60})
    assert found.of_minutes == Decimal("37.5")


def test_without_an_oxygen_channel_nothing_is_converted() -> None:
    found = hour_mean(HourRecords(START, records([30.0] * 60)), no_oxygen(RULES), (SIX,), RULES)

    assert found.converted == {}
    assert found.computed.converted["6"].not_converted == {"oxygen_missing": 3600}
    assert found.valid


def test_records_of_other_lengths_meet_the_oxygen_of_their_time_by_hand() -> None:
    """30 min of 30 over 15 min at 9 % and 15 at 11 %: (37.5 + 45) / 2 = 41.25; then 40 at 6 %: 40."""
    main = [at_second(0, 30.0, 1800), at_second(1800, 40.0, 1800)]
    oxygen = [at_second(0, 9.0, 900), at_second(900, 11.0, 900), at_second(1800, 6.0, 1800)]

    found = mean(main, oxygen)

    assert found.converted == {"6": (Decimal("41.25") + 40) / 2}


def test_several_references_share_one_oxygen() -> None:
    """30 mg/m3 at 9 %: to 6 % x 15 / 12 = 37.5; to 11 % x 10 / 12 = 25; to 3.5 % x 17.5 / 12 = 43.75."""
    oxygen = prepare(records([9.0] * 60), (), START, RULES)
    references = (SIX, Decimal("11.0"), Decimal("3.50"))

    found = hour_mean(HourRecords(START, records([30.0] * 60)), oxygen, references, RULES)

    assert found.converted == {"6": Decimal("37.5"), "11": 25, "3.5": Decimal("43.75")}


@given(st.lists(st.integers(0, 9999).map(lambda n: n / 100), min_size=60, max_size=60))
def test_at_the_reference_oxygen_conversion_changes_nothing(values: list[float]) -> None:
    found = mean(records(values), records([6.0] * 60))

    assert found.converted == {"6": found.value}


@given(
    st.lists(st.integers(0, 9999).map(lambda n: n / 100), min_size=1, max_size=60),
    st.lists(st.integers(0, 2200).map(lambda n: n / 100), min_size=0, max_size=60),
)
def test_a_mean_lies_among_its_minutes_and_a_converted_one_needs_no_less(
    values: list[float], oxygen: list[float]
) -> None:
    found = mean(records(values), records(oxygen))

    converted = found.computed.converted["6"]
    assert found.value is not None
    assert min(values) <= float(found.value) <= max(values)
    assert converted.valid_s + sum(converted.not_converted.values()) == found.computed.valid_s
    assert found.valid or not converted.valid


def test_over_range_minutes_make_the_mean_at_least_so_much_by_hand() -> None:
    """50 minutes of 40 and 10 over a range of 100: (2000 + 1000) / 60 = 50, at least."""
    over = [
        record._replace(range_max=100.0) for record in records([99.0] * 10, flag="T", first_s=3000)
    ]

    found = mean([*records([40.0] * 50), *over])

    assert (found.value, found.valid, found.at_least) == (50, True, True)
    assert (found.computed.over_range_s, found.doubts) == (600, ("over_range",))


def test_a_zero_flagged_normal_counts_and_is_told() -> None:
    found = mean([*records([0.0] * 20), *records([30.0] * 40, first_s=1200)])

    assert (found.value, found.computed.zero_s) == (20, 1200)


@pytest.mark.parametrize(
    ("rule", "value", "valid"),
    [
        pytest.param("keep", Decimal(19), True, id="as sent: (40 x 30 - 20 x 3) / 60 = 19"),
        pytest.param("zero", Decimal(20), True, id="as zero: 40 x 30 / 60 = 20"),
        pytest.param("invalid", Decimal(30), False, id="not valid: 40 minutes are too few"),
    ],
)
def test_negative_minutes_by_hand(rule: str, value: Decimal, valid: bool) -> None:  # noqa: FBT001 (a column of the table)
    rules = HourRules(hour=HourParameters.model_validate({"negatives": rule}))

    found = mean([*records([-3.0] * 20), *records([30.0] * 40, first_s=1200)], rules=rules)

    assert (found.value, found.valid, found.computed.negative_s) == (value, valid, 1200)
    assert found.doubts == ()


def test_negative_minutes_are_a_doubt_while_nobody_set_their_rule() -> None:
    assert mean([at_second(0, -0.1), *records([5.0] * 59, first_s=60)]).doubts == ("negatives",)


def test_numbers_without_a_flag_are_a_doubt_while_nobody_set_what_they_are() -> None:
    hour = records([5.0] * 60, flag=None)

    assert mean(hour).doubts == ("unflagged",)
    assert mean(hour, rules=HourRules(flags=FlagParameters(unflagged="valid"))).doubts == ()


def test_oxygen_without_a_flag_is_a_doubt_of_what_it_converts() -> None:
    assert mean(records([5.0] * 60), records([9.0] * 60, flag=None)).doubts == ("unflagged",)


def test_the_spare_makes_an_hour_valid_and_is_told() -> None:
    found = mean(records([10.0] * 40), spare=records([16.0] * 60))

    assert (found.value, found.valid, found.computed.spare_s) == (12, True, 1200)


def test_flags_go_by_the_protocol_of_the_device() -> None:
    hour = records([5.0] * 60, flag="Td")

    by_2025 = mean(hour, rules=HourRules("hj212-2025")).computed.not_valid
    by_2017 = mean(hour).computed.not_valid

    assert (by_2025, by_2017) == ({"fault": 3600}, {"unknown": 3600})


def test_a_reference_that_cannot_be_is_refused() -> None:
    oxygen = prepare(records([9.0] * 60), (), START, RULES)

    with pytest.raises(ValueError, match="reference oxygen"):
        hour_mean(HourRecords(START, records([30.0] * 60)), oxygen, (Decimal(21),), RULES)


def test_records_of_other_hours_change_nothing() -> None:
    hour = records([10.0] * 60)
    others = [
        record._replace(at=record.at + timedelta(hours=k)) for k in (-1, 1) for record in hour
    ]

    assert mean(hour + [record._replace(value=99.0) for record in others]) == mean(hour)
