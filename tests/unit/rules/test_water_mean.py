"""Means of water over hours, days and months, with numbers worked by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Period, Stage
from schemas.record import Record
from schemas.registry_words import BEIJING
from schemas.water import WaterMean, Weighting
from services.rules.flags import FlagParameters
from services.rules.hour_parameters import HourParameters, HourRules
from services.rules.water_flow import UNITS, UnitUnknown, flow_of
from services.rules.water_mean import water_day, water_hour, water_month
from services.rules.water_parameters import WaterMeanParameters
from services.rules.water_series import WaterPoint, WaterRules, water_series
from services.rules.water_validity import WaterJudge
from tests.fixtures.water import COD, DAY, HOUR, MIDNIGHT, flows, hours, series

FINAL = Stage.FINAL


def day(*args: object, **named: object) -> WaterMean:
    return water_day(series(*args, **named), DAY, BEIJING, FINAL)  # type: ignore[arg-type] # passed on


def at_hours(values: dict[int, float], **named: object) -> list[Record]:
    """Hour records at some hours of the day, each sampled at its beginning."""
    return [
        record
        for place, value in values.items()
        for record in hours([value], start=MIDNIGHT + place * HOUR, **named)  # type: ignore[arg-type] # passed on
    ]


def test_a_day_is_weighted_by_the_flow_of_each_results_time() -> None:
    """W02, HJ 356-2019 clause 7 (from memory), cycle 12 h:

    result at 00:00: 30 mg/L, then 12 h x 100 m3/h = 1200 m3
    result at 12:00: 60 mg/L, then 12 h x  50 m3/h =  600 m3
    (30 x 1200 + 60 x 600) / 1800 = (36000 + 36000) / 1800 = 40; the plain mean would be 45.
    """
    found = day(at_hours({0: 30.0, 12: 60.0}), flows([100] * 12 + [50] * 12), cycle_s=12 * 3600)

    assert (found.row.value, found.weighting) == (Decimal(40), Weighting.FLOW)
    assert (found.volume, found.row.valid, found.why) == (Decimal(1800), True, "")
    assert found.row.evidence["values"] == [
        ["2025-02-28T16:00:00+00:00", "30", "1200"],
        ["2025-03-01T04:00:00+00:00", "60", "600"],
    ]


def test_water_day_with_missing_results() -> None:
    """The worked example: cycle 2 h, so 12 results due; standard check at 04:00, fault at 08:00.

    00:00 40, 02:00 40, 04:00 50.1 (C: standard sample), 06:00 42, 08:00 999 (D: fault),
    10:00 missing, 12:00 44, 14:00 44, 16:00 46, 18:00 46, 20:00 48, 22:00 48

    due 12 = 9 valid + 1 check + 1 invalid + 1 missing
    due time: 86400 - 3600 (one hour of the check, W07) = 82800 s; valid 9 x 7200 = 64800 s
    64800 / 82800 = 78.26 %, at least 75 %: a valid day.

    flow 100 m3/h until 12:00, then 50 m3/h:
    to 12:00: 40, 40, 42 with 200 m3 each: 122 x 200 = 24400
    after it: 44, 44, 46, 46, 48, 48 with 100 m3 each: 276 x 100 = 27600
    (24400 + 27600) / (3 x 200 + 6 x 100) = 52000 / 1200 = 43.333333333
    """
    records = at_hours({0: 40, 2: 40, 6: 42, 12: 44, 14: 44, 16: 46, 18: 46, 20: 48, 22: 48})
    records += at_hours({4: 50.1}, flag="C") + at_hours({8: 999}, flag="D")

    found = day(records, flows([100] * 12 + [50] * 12), cycle_s=7200)

    counts = found.counts
    assert (counts.due, counts.valid, counts.check) == (12, 9, 1)
    assert (counts.invalid, counts.missing) == (1, 1)
    assert (found.row.valid_s, found.row.due_s, found.row.valid) == (64_800, 82_800, True)
    assert found.row.value == Decimal("43.333333333")
    assert (found.lowest, found.highest) == (40, 48)
    assert set(found.doubts) == {"day_percent", "weighting", "check_allowance_s"}


def test_one_result_less_than_the_share_makes_the_day_invalid_and_keeps_its_value() -> None:
    """17 of 24 hourly results: 70.8 %, under 75 %."""
    found = day(hours([10.0] * 17), flows([5] * 24))

    assert (found.row.valid, found.why, found.row.value) == (False, "too_few", Decimal(10))


def test_eighteen_of_twenty_four_are_just_enough() -> None:
    assert day(hours([10.0] * 18), flows([5] * 24)).row.valid


def test_the_share_that_a_bureau_sets_is_no_doubt() -> None:
    rules = WaterRules(WaterMeanParameters(day_percent=Decimal(90), weighting="flow"))

    found = day(hours([10.0] * 20), flows([5] * 24), rules=rules)

    assert (found.row.valid, found.doubts) == (False, ())


@pytest.mark.parametrize(
    ("flow", "why"),
    [
        (None, "no_flow_meter"),
        (flows([100] * 12), "flow_not_valid"),
        (flows([100] * 23 + [None]), "flow_not_valid"),
        (flows([100] * 23 + [-1]), "flow_not_valid"),
    ],
    ids=["no meter", "half a day", "the last hour", "a negative hour"],
)
def test_without_valid_flow_the_mean_is_plain_and_says_so(flow: object, why: str) -> None:
    """(12 x 10 + 12 x 20) / 24 = 15."""
    found = day(hours([10.0] * 12 + [20.0] * 12), flow)

    assert (found.row.value, found.weighting) == (Decimal(15), Weighting.PLAIN)
    assert found.row.evidence["not_weighted"] == why


def test_flow_that_covers_three_quarters_of_a_time_stands_for_all_of_it() -> None:
    """Cycle 4 h, flow known for 3 of the first 4 hours, 30 m3: 40 m3; then 4 h x 10 = 40 m3 each."""
    found = day(
        at_hours({place: float(place) for place in range(0, 24, 4)}),
        flows([10, 10, 10, None, *[10] * 20]),
        cycle_s=4 * 3600,
    )

    assert (found.weighting, found.row.value) == (Weighting.FLOW, Decimal(10))


def test_results_without_flow_are_left_out_of_what_was_due() -> None:
    """Six hours without flow (W06): 18 due, 18 valid; their 900 mg/L in still water count nowhere."""
    found = day(hours([900.0] * 6 + [30.0] * 18), flows([0] * 6 + [10] * 18))

    assert (found.row.value, found.row.valid) == (Decimal(30), True)
    assert (found.counts.no_flow, found.row.due_s, found.row.valid_s) == (6, 64_800, 64_800)
    assert "zero_flow" in found.doubts


def test_a_day_without_any_flow_has_no_mean() -> None:
    found = day(hours([30.0] * 24), flows([0] * 24))

    assert (found.row.value, found.row.valid, found.why) == (None, False, "no_flow")


def test_counted_still_water_has_no_weight() -> None:
    rules = WaterRules(WaterMeanParameters(zero_flow="counted"))

    found = day(hours([900.0] * 6 + [30.0] * 18), flows([0] * 6 + [10] * 18), rules=rules)

    assert (found.row.value, found.counts.valid) == (Decimal(30), 24)


@pytest.mark.parametrize(
    ("records", "why"),
    [([], "no_data"), (hours([5.0] * 24, flag="M"), "invalid")],
    ids=["nothing came", "maintenance all day"],
)
def test_no_data_and_no_valid_data_have_words_of_their_own(records: list[Record], why: str) -> None:
    found = day(records, flows([10] * 24))

    assert (found.row.value, found.row.valid, found.why) == (None, False, why)


@pytest.mark.parametrize(
    "code", ["w01001", "w01010", "w01002"], ids=["pH", "temperature", "colour"]
)
def test_some_are_never_averaged_and_never_weighted(code: str) -> None:
    found = day(
        hours([6.9, 9.4, *[7.0] * 22], sampled=None), flows([10] * 24), code=code, cycle_s=None
    )

    assert (found.row.value, found.weighting) == (None, Weighting.RANGE)
    assert (found.lowest, found.highest) == (Decimal("6.9"), Decimal("9.4"))
    assert found.row.valid


def test_a_continuous_instrument_is_due_all_the_time() -> None:
    found = day(hours([7.0] * 17, sampled=None), None, code="w01001", cycle_s=None)

    assert (found.row.valid_s, found.row.due_s, found.row.valid) == (61_200, 86_400, False)


def test_flow_itself_is_not_weighted_by_itself() -> None:
    """12 h x 0 and 12 h x 100 m3/h: 50 m3/h, and the still hours are hours of measurement."""
    records = hours([0.0] * 12 + [100.0] * 12, sampled=None)

    found = day(records, flows([0] * 12 + [100] * 12), code="w00000", cycle_s=None)

    assert (found.row.value, found.weighting, found.row.valid_s) == (50, Weighting.PLAIN, 86_400)


def test_a_slow_analyser_without_a_registered_cycle_is_due_every_two_hours_and_that_is_a_doubt() -> (
    None
):
    found = day(at_hours(dict.fromkeys(range(0, 24, 2), 5.0)), flows([1] * 24), cycle_s=None)

    assert (found.counts.due, found.row.valid) == (12, True)
    assert "default_cycle_s" in found.doubts


def test_a_result_belongs_to_the_day_it_was_sampled_on() -> None:
    """Sampled at 23:30, first shown after midnight: a result of the day before."""
    shown = hours([77.0], start=MIDNIGHT + 24 * HOUR, sampled=timedelta(minutes=-30))

    found = day([*hours([1.0] * 23), *shown])

    assert (found.counts.valid, found.highest) == (24, 77)


@pytest.mark.parametrize(
    ("negatives", "value", "valid"),
    [("keep", Decimal(-1), 24), ("zero", Decimal(0), 24), ("invalid", None, 0)],
)
def test_negatives_follow_the_rule_of_gas(
    negatives: str, value: Decimal | None, valid: int
) -> None:
    judge = WaterJudge(HourRules(hour=HourParameters.model_validate({"negatives": negatives})))
    point = WaterPoint(7, COD, 3600, judge)
    found = water_day(
        water_series(point, hours([-1.0] * 24), None, WaterRules()), DAY, BEIJING, FINAL
    )

    assert (found.row.value, found.counts.valid) == (value, valid)


def test_an_over_range_result_makes_the_mean_at_least_that() -> None:
    over = Record(MIDNIGHT, 3600, 200.0, "T", sampled_at=MIDNIGHT, range_max=200.0)

    found = day([over, *hours([10.0] * 23, start=MIDNIGHT + HOUR)])

    assert found.row.at_least
    assert "over_range" in found.doubts


def test_an_over_range_flow_is_no_weight() -> None:
    records = hours([5.0] * 24, sampled=None)
    records[3] = records[3]._replace(flag="T", range_max=5.0)
    judge = WaterJudge(HourRules(flags=FlagParameters()), flow=True)

    found = day(hours([10.0] * 24), flow_of(records, "m3/h", judge))

    assert found.row.evidence["not_weighted"] == "flow_not_valid"


@given(
    st.lists(
        st.tuples(st.floats(0, 1e4, width=32), st.floats(0.125, 1e4, width=32)),
        min_size=1,
        max_size=24,
    )
)
def test_a_weighted_mean_lies_between_the_least_and_the_greatest(
    drawn: list[tuple[float, float]],
) -> None:
    found = day(hours([value for value, _ in drawn]), flows([flow for _, flow in drawn]))

    assert found.row.value is not None
    assert found.lowest is not None
    assert found.highest is not None
    nearly = Decimal("1E-9")
    assert found.lowest - nearly <= found.row.value <= found.highest + nearly


@given(st.lists(st.floats(0, 1e4, width=32), min_size=24, max_size=24), st.floats(1, 1e4, width=32))
def test_an_even_flow_weights_nothing(values: list[float], flow: float) -> None:
    weighted = day(hours(values), flows([flow] * 24))
    plain = day(hours(values))

    assert weighted.row.value == plain.row.value


@given(st.lists(st.booleans(), min_size=24, max_size=24), st.integers(0, 23))
def test_one_more_valid_result_never_makes_a_day_invalid(there: list[bool], more: int) -> None:
    some = day([one for one, kept in zip(hours([5.0] * 24), there, strict=True) if kept])
    there[more] = True
    all_of = day([one for one, kept in zip(hours([5.0] * 24), there, strict=True) if kept])

    assert all_of.row.valid >= some.row.valid


def test_an_hour_has_the_result_sampled_in_it() -> None:
    found = water_hour(series(hours([10.0, 20.0])), MIDNIGHT + HOUR, FINAL)

    assert (found.row.period, found.row.value, found.row.valid) == (Period.HOUR, 20, True)
    assert found.doubts == ()


def test_an_hour_without_a_result_has_the_one_that_still_stands() -> None:
    """Cycle 2 h: sampled at 00:00, it stands over 01:00 to 02:00 and no longer."""
    one = series(hours([10.0]), cycle_s=7200)

    assert water_hour(one, MIDNIGHT + HOUR, FINAL).row.value == 10
    assert water_hour(one, MIDNIGHT + 2 * HOUR, FINAL).row.value is None


def test_an_invalid_result_is_not_replaced_by_an_older_one() -> None:
    records = [*hours([10.0]), *hours([11.0], flag="D", start=MIDNIGHT + HOUR)]

    found = water_hour(series(records), MIDNIGHT + HOUR, FINAL)

    assert (found.row.value, found.row.valid, found.why) == (None, False, "invalid")


def test_two_results_in_an_hour_are_averaged() -> None:
    records = [
        Record(MIDNIGHT + place * timedelta(minutes=30), 1800, value, sampled_at=MIDNIGHT
               + place * timedelta(minutes=30))
        for place, value in enumerate([10.0, 13.0])
    ]  # fmt: skip

    assert water_hour(series(records, cycle_s=1800), MIDNIGHT, FINAL).row.value == Decimal("11.5")


@pytest.mark.parametrize(("minutes", "valid"), [(45, True), (44, False)])
def test_a_continuous_hour_needs_three_quarters(minutes: int, valid: bool) -> None:  # noqa: FBT001 - a case
    records = [Record(MIDNIGHT + place * timedelta(minutes=1), 60, 3.0) for place in range(minutes)]

    found = water_hour(series(records, code="w01009", cycle_s=None), MIDNIGHT, FINAL)

    assert (found.row.value, found.row.valid) == (3, valid)


def a_month(values: list[float], flow: list[float] | None = None) -> list[WaterMean]:
    """Whole days of one value each."""
    found: list[WaterMean] = []
    for place, value in enumerate(values):
        start = MIDNIGHT + 24 * place * HOUR
        meter = None if flow is None else flows([flow[place]] * 24, start=start)
        one = series(hours([value] * 24, start=start), meter)
        found.append(water_day(one, DAY + timedelta(days=place), BEIJING, FINAL))
    return found


def test_a_month_is_weighted_by_the_volumes_of_its_days() -> None:
    """30 days of 10 mg/L at 100 m3/h and one of 41 mg/L at 310 m3/h:

    (30 x 10 x 2400 + 41 x 7440) / (30 x 2400 + 7440) = (720000 + 305040) / 79440 = 12.90332326
    """
    days = a_month([10.0] * 30 + [41.0], [100.0] * 30 + [310.0])

    found = water_month(days, DAY, BEIJING, FINAL, WaterMeanParameters())

    assert found.row.value == Decimal("12.903323263")
    assert (found.weighting, found.volume) == (Weighting.FLOW, Decimal(79_440))
    assert (found.row.start, found.row.valid) == (MIDNIGHT, True)


def test_a_month_of_plain_days_is_plain() -> None:
    found = water_month(a_month([10.0] * 30 + [41.0]), DAY, BEIJING, FINAL, WaterMeanParameters())

    assert (found.row.value, found.weighting) == (Decimal(11), Weighting.PLAIN)
    assert found.volume is None


@pytest.mark.parametrize(("days", "valid"), [(25, True), (24, False)])
def test_a_month_needs_twenty_five_valid_days(days: int, valid: bool) -> None:  # noqa: FBT001 - a case
    found = water_month(a_month([10.0] * days), DAY, BEIJING, FINAL, WaterMeanParameters())

    assert found.row.valid == valid
    assert "month_days" in found.doubts


def test_february_needs_twenty_three() -> None:
    days = a_month([10.0] * 23)

    found = water_month(days, date(2025, 2, 1), BEIJING, FINAL, WaterMeanParameters())

    assert found.row.valid


def test_a_month_of_ranges_is_the_range_of_its_days() -> None:
    days = [
        water_day(
            series(
                hours([low, high] * 12, start=MIDNIGHT + 24 * place * HOUR, sampled=None),
                code="w01001",
                cycle_s=None,
            ),
            DAY + timedelta(days=place),
            BEIJING,
            FINAL,
        )
        for place, (low, high) in enumerate([(6.5, 7.5)] * 30 + [(7.0, 9.1)])
    ]

    found = water_month(days, DAY, BEIJING, FINAL, WaterMeanParameters())

    assert (found.row.value, found.weighting) == (None, Weighting.RANGE)
    assert (found.lowest, found.highest) == (Decimal("6.5"), Decimal("9.1"))


def test_the_order_of_days_does_not_change_a_month() -> None:
    days = a_month([10.0, 20.0, 41.0] * 10 + [1.0], [100.0, 7.0, 310.0] * 10 + [3.0])
    params = WaterMeanParameters()

    there = water_month(days, DAY, BEIJING, FINAL, params)
    back = water_month(days[::-1], DAY, BEIJING, FINAL, params)

    assert there.row == back.row


def test_the_mass_of_a_month_is_that_of_all_its_days_or_unknown() -> None:
    """31 days of 2 kg: 62 kg; with one day unknown, unknown."""
    days = [one._replace(row=one.row._replace(mass=Decimal(2))) for one in a_month([10.0] * 31)]
    params = WaterMeanParameters()

    whole = water_month(days, DAY, BEIJING, FINAL, params)
    one_unknown = [days[0]._replace(row=days[0].row._replace(mass=None)), *days[1:]]

    assert whole.row.mass == 62
    assert water_month(one_unknown, DAY, BEIJING, FINAL, params).row.mass is None
    assert water_month(days[1:], DAY, BEIJING, FINAL, params).row.mass is None


def test_a_day_without_valid_results_is_no_part_of_a_month() -> None:
    days = a_month([10.0] * 25)
    bad = water_day(series(hours([999.0] * 3, flag="D")), DAY, BEIJING, FINAL)

    found = water_month([*days, bad], DAY, BEIJING, FINAL, WaterMeanParameters())

    assert (found.row.value, found.row.valid, found.row.evidence["days"]) == (10, True, 25)


def test_plain_weighting_may_be_set() -> None:
    rules = WaterRules(WaterMeanParameters(weighting="plain"))

    found = day(hours([10.0] * 12 + [20.0] * 12), flows([100] * 12 + [50] * 12), rules=rules)

    assert (found.row.value, found.row.evidence["not_weighted"]) == (Decimal(15), "set_plain")


def test_counted_still_water_alone_has_a_plain_mean() -> None:
    rules = WaterRules(WaterMeanParameters(zero_flow="counted"))

    found = day(hours([30.0] * 24), flows([0] * 24), rules=rules)

    assert (found.row.value, found.row.evidence["not_weighted"]) == (Decimal(30), "no_flow")


def test_time_without_flow_is_not_due_for_a_continuous_instrument_either() -> None:
    """pH 2 in still water for six hours is no discharge: 18 h are due, and their range is 7 to 7."""
    found = day(
        hours([2.0] * 6 + [7.0] * 18, sampled=None),
        flows([0] * 6 + [10] * 18),
        code="w01001",
        cycle_s=None,
    )

    assert (found.lowest, found.highest) == (7, 7)
    assert (found.counts.no_flow, found.row.due_s, found.row.valid) == (6, 64_800, True)


def test_without_a_meter_nothing_is_known_of_a_results_volume() -> None:
    one = series(hours([5.0]))

    volume = one.volume(one.results[0], (MIDNIGHT, MIDNIGHT + HOUR))

    assert (volume.amount, volume.covered_s, volume.due_s, volume.known) == (0, 0, 3600, False)


@pytest.mark.parametrize(
    ("unit", "value", "cubic_metres"),
    [("L/s", 10.0, 36), ("m3/h", 36.0, 36), ("m3/d", 864.0, 36), ("万m3/d", 0.0864, 36),
     ("m3/s", 0.01, 36), ("L/min", 600.0, 36)],
)  # fmt: skip
def test_an_hour_of_flow_in_any_unit_is_its_volume(
    unit: str, value: float, cubic_metres: int
) -> None:
    volume = flows([value], unit=unit).volume((MIDNIGHT, MIDNIGHT + HOUR))

    assert volume.amount == cubic_metres
    assert volume.known


def test_a_unit_that_is_no_flow_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnitUnknown, match="mg/L") as refused:
        flow_of([], "mg/L", WaterJudge(flow=True))

    assert all(unit in str(refused.value) for unit in UNITS)
