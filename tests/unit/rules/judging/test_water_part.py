"""A water outlet's day: standard samples, still water, pH by the hour, two channels, marked days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import cast

import pytest

from schemas.judgement import MeanRow, Outcome, Period, VerdictRow
from schemas.limits import Bound
from schemas.record import Record
from schemas.rule_settings import SettingVersion
from services.rules.judging.case import Judgements, PlantDay
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.records import MAIN, SPARE, Recorded
from tests.fixtures.plant_days import DAY, HOUR, Site, bound, mark, minutes

TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DW001, medium: water}
    units:
      - {code: L1, process: paper}
    facilities:
      - {code: F1, treatment: sewage}
    groups:
      - {code: G1, needed: 1, facilities: [F1], serves: [L1 -> DW001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: w01018, unit: mg/L, cycle: 7200}
          - {code: w21003, unit: mg/L, cycle: 7200}
          - {code: w01001, unit: 无量纲}
          - {code: w01009, unit: mg/L}
          - {code: w01010, unit: "°C"}
          - {code: w00000, unit: L/s}
          - {code: i33400, point: L1/state/load, unit: "%"}
"""
COD, PH, OXYGEN = "DW001/out/w01018", "DW001/out/w01001", "DW001/out/w01009"
AMMONIA, WARMTH, FLOW = "DW001/out/w21003", "DW001/out/w01010", "DW001/out/w00000"
LOAD = "L1/state/load"
RANGE = Bound("between", Decimal(6), Decimal(9), "pH", "value", "instant")
NO_DOUBT: set[str] = set()
CHECK, STILL = "equipment/standard_check", "paper/no_discharge"


@pytest.fixture
def site() -> Site:
    made = Site(TEXT)
    made.bind(COD, bound("50", averaging="day")._replace(unit="mg/L"))
    return made


def day_of(found: Judgements) -> VerdictRow:
    (row,) = [one for one in found.verdicts if one.period is Period.DAY]
    return row


def mean_of(site: Site, found: Judgements, name: str) -> MeanRow:
    point = site.point(name)
    return next(one for one in found.means if (one.point, one.period) == (point, Period.DAY))


def sent(case: PlantDay, point: int, rank: str = MAIN, **lines: Sequence[Record]) -> PlantDay:
    """With `minutes` and `hours` of the point's channel instead of what it sent."""
    recorded = case.recorded
    return replace(
        case,
        recorded=Recorded(
            recorded.since,
            recorded.until,
            {**recorded.minutes, (point, rank): lines.get("minutes", ())},
            {**recorded.hours, (point, rank): lines.get("hours", ())},
        ),
    )


def hour_records(values: Sequence[float]) -> list[Record]:
    return [Record(DAY + n * HOUR, 3600, value) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("upon", "outcome"),
    [
        pytest.param("w01018", Outcome.COMPLIANT, id="its own"),
        pytest.param("", Outcome.COMPLIANT, id="the outlet's"),
        pytest.param("w21003", Outcome.EXCEEDING, id="of another instrument"),
    ],
)
def test_a_standard_sample_within_an_accepted_check_is_no_result(
    site: Site, upon: str, outcome: Outcome
) -> None:
    """W06, W07: eleven results of 40 mg/L and a standard sample of 300: without it the mean is 40,
    with it (11 x 40 + 300) / 12 = 740 / 12 = 61.7 > 50."""
    values = [40.0] * 24
    values[6] = values[7] = 300.0
    point = site.point(f"DW001/out/{upon}") if upon else None
    check = mark(site.subject("DW001"), CHECK, DAY + 6 * HOUR, DAY + 8 * HOUR)
    case = site.day({COD: values, FLOW: [9.0] * 24})
    case = replace(case, marks={check.subject: [check._replace(point=point)]})

    row = day_of(judge_plant_day(case))

    assert row.outcome is outcome
    if outcome is Outcome.COMPLIANT:
        assert row.value == 40


@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
def test_a_result_sampled_while_the_analyser_was_calibrated_is_none_whenever_it_is_shown(
    site: Site, dated: bool,  # noqa: FBT001 - a case
) -> None:  # fmt: skip
    """W06: calibrated from 6 to 8 h; what was sampled at 7 h is shown from 8 h on, or from 7 h."""
    records = [
        one._replace(sampled_at=DAY + ((one.at - DAY) // HOUR - 1) * HOUR if dated else None)
        for one in minutes([40.0] * 7 + ([40.0, 900.0] if dated else [900.0, 40.0]) + [40.0] * 15)
    ]
    out = mark(site.subject("DW001"), "equipment/calibration", DAY + 6 * HOUR, DAY + 8 * HOUR)
    case = sent(site.day({FLOW: [9.0] * 24}), site.point(COD), minutes=records)

    row = day_of(judge_plant_day(replace(case, marks={out.subject: [out]})))

    assert (row.outcome, row.value) == (Outcome.COMPLIANT, 40)


def test_still_water_on_the_meters_word_alone_is_invalid_and_not_stopped(site: Site) -> None:
    """W06: while nothing flows results are invalid; COD 500 all day, and the meter says 0."""
    row = day_of(judge_plant_day(site.day({COD: [500.0] * 24, FLOW: [0.0] * 24})))

    assert (row.outcome, row.value) == (Outcome.INVALID, None)


def test_still_water_under_an_accepted_mark_of_no_discharge_is_stopped(site: Site) -> None:
    """停排 accepted for the day; what its kind does is not established, and so is a doubt."""
    case = site.day({COD: [500.0] * 24, FLOW: [0.0] * 24})
    still = mark(site.subject("DW001"), STILL, DAY, DAY + 24 * HOUR)

    row = day_of(judge_plant_day(replace(case, marks={still.subject: [still]})))

    assert row.outcome is Outcome.STOPPED
    assert f"kind:{STILL}" in row.doubts


def test_a_mark_for_half_the_day_does_not_stop_it(site: Site) -> None:
    case = site.day({COD: [500.0] * 24, FLOW: [0.0] * 24})
    still = mark(site.subject("DW001"), STILL, DAY, DAY + 12 * HOUR)

    row = day_of(judge_plant_day(replace(case, marks={still.subject: [still]})))

    assert row.outcome is Outcome.INVALID


def test_still_water_while_all_units_surely_stood_is_stopped(site: Site) -> None:
    case = site.day({COD: [500.0] * 24, FLOW: [0.0] * 24, LOAD: [0.0] * 24})

    assert day_of(judge_plant_day(case)).outcome is Outcome.STOPPED


def test_water_that_flows_is_judged_although_the_units_stand(site: Site) -> None:
    case = site.day({COD: [500.0] * 24, FLOW: [9.0] * 24, LOAD: [0.0] * 24})

    assert day_of(judge_plant_day(case)).outcome is Outcome.EXCEEDING


def acid_minute(site: Site, count: int, value: float = 9.01) -> PlantDay:
    """pH 7 in all minutes of the first hour, but for so many."""
    case = site.day({PH: [7.0]}, hours=1, now=DAY + 2 * HOUR)
    records = minutes([7.0])
    for n in range(count):
        records[n] = records[n]._replace(value=value)
    return sent(case, site.point(PH), minutes=records)


@pytest.mark.parametrize(
    ("count", "outcome", "doubts"),
    [
        pytest.param(1, Outcome.COMPLIANT, {"instants"}, id="a minute"),
        pytest.param(31, Outcome.EXCEEDING, NO_DOUBT, id="more than half of them"),
    ],
)
def test_an_hour_of_ph_is_judged_by_its_median(
    site: Site, count: int, outcome: Outcome, doubts: set[str]
) -> None:  # fmt: skip
    """W03: no arithmetic mean. 59 minutes of 7.0 and one of 9.01 have the median 7.0, within 6 to 9;
    29 of 7.0 and 31 of 9.01 have 9.01. Where the single minutes would end elsewhere that is a doubt."""
    site.bind(PH, RANGE)

    (row,) = judge_plant_day(acid_minute(site, count)).verdicts

    assert row.outcome is outcome
    assert {"instants"} & set(row.doubts) == doubts


def test_where_a_bureau_sets_so_a_single_minute_of_ph_decides(site: Site) -> None:
    site.bind(PH, RANGE)
    site.settings.append(
        SettingVersion(
            1, "exceedance_parameters.instants", "all", "", "extremes",
            None, None, "a notice", "bureau", DAY, 1,
        )
    )  # fmt: skip

    (row,) = judge_plant_day(acid_minute(site, 1)).verdicts

    assert (row.outcome, row.value, row.why) == (
        Outcome.EXCEEDING,
        Decimal("9.01"),
        "instant_outside",
    )
    assert "instants" not in row.doubts


def test_a_day_of_ph_is_judged_by_the_range_of_its_hours(site: Site) -> None:
    """One minute of 9.01 in a day of 7.0: each hour has the median 7.0."""
    site.limits.clear()
    site.bind(PH, RANGE._replace(averaging="day"))
    records = minutes([7.0] * 24)
    records[600] = records[600]._replace(value=9.01)
    case = sent(site.day({PH: [7.0] * 24}), site.point(PH), minutes=records)

    row = day_of(judge_plant_day(case))

    assert (row.outcome, row.value) == (Outcome.COMPLIANT, 7)
    assert "instants" in row.doubts


def test_a_thermometer_at_its_end_all_day_is_not_known_to_keep_the_limit(site: Site) -> None:
    """35 C is the end of its range, the limit is 40: at least 35 says nothing."""
    site.limits.clear()
    site.bind(WARMTH, Bound("<=", None, Decimal(40), "°C", "value", "day"))
    records = [one._replace(flag="T", range_max=35.0) for one in minutes([35.0] * 24)]
    case = sent(site.day({WARMTH: [35.0] * 24}), site.point(WARMTH), minutes=records)

    row = day_of(judge_plant_day(case))

    assert (row.outcome, row.why) == (Outcome.UNKNOWN, "over_range")


@pytest.mark.parametrize(
    ("warmth", "outcome", "doubt"),
    [
        pytest.param([20.0] * 24, Outcome.EXCEEDING, NO_DOUBT, id="warm"),
        pytest.param([10.0] * 24, Outcome.COMPLIANT, NO_DOUBT, id="cold"),
        pytest.param(
            [10.0] * 11 + [20.0] * 13, Outcome.EXCEEDING, {"water_temperature"}, id="both"
        ),
        pytest.param([None] * 24, Outcome.UNKNOWN, NO_DOUBT, id="not measured"),
    ],
)
def test_the_mean_temperature_chooses_the_limit_and_is_a_doubt_where_the_day_was_both(
    warmth: list[float | None], outcome: Outcome, doubt: set[str]
) -> None:  # fmt: skip
    """GB 18918 note of Table 1: ammonia 5 mg/L over 12 C, 8 at 12 C and less; it has 6.

    (11 x 10 + 13 x 20) / 24 = 370 / 24 = 15.4 C in the mean.
    """
    plant = Site(TEXT)
    warm = Bound("<=", None, Decimal(5), "mg/L", "concentration", "day", None)
    plant.bind(AMMONIA, warm._replace(condition="water_temperature>12"))
    plant.bind(AMMONIA, warm._replace(high=Decimal(8), condition="water_temperature<=12"))
    case = plant.day({AMMONIA: [6.0] * 24, WARMTH: warmth, FLOW: [9.0] * 24})

    row = day_of(judge_plant_day(case))

    assert row.outcome is outcome
    assert {"water_temperature"} & set(row.doubts) == doubt


def test_a_stray_minute_does_not_put_the_devices_hours_aside(site: Site) -> None:
    case = sent(
        site.day({FLOW: [9.0] * 24}),
        site.point(COD),
        minutes=[Record(DAY + 5 * HOUR, 60, 80.0)],
        hours=hour_records([80.0] * 24),
    )

    row = day_of(judge_plant_day(case))

    assert (row.outcome, row.value) == (Outcome.EXCEEDING, 80)


def test_a_devices_hour_that_its_minutes_cannot_make_is_judged_kept_and_doubted(
    site: Site,
) -> None:
    """Minutes 40, the device's own hours 80: as for gas the device's, and it is told."""
    case = sent(
        site.day({FLOW: [9.0] * 24}),
        site.point(COD),
        minutes=minutes([40.0] * 24),
        hours=hour_records([80.0] * 24),
    )

    found = judge_plant_day(case)

    row = day_of(found)
    said = cast("list[object]", mean_of(site, found, COD).evidence["device_hours"])
    assert (row.outcome, row.value) == (Outcome.EXCEEDING, 80)
    assert said[0] == {"hour": DAY.isoformat(), "device": "80", "minutes": "40"}
    assert "judged_record" in row.doubts


def test_the_spare_stands_in_for_a_main_channel_that_is_silent(site: Site) -> None:
    """Hours 0 to 11 from the main channel, 12 to 23 from the spare: 12 x 40 and 12 x 44, mean 42."""
    point = site.point(COD)
    case = sent(site.day({FLOW: [9.0] * 24}), point, minutes=minutes([40.0] * 12))
    case = sent(case, point, SPARE, minutes=minutes([44.0] * 12, DAY + 12 * HOUR))

    found = judge_plant_day(case)

    row = mean_of(site, found, COD)
    told = cast("list[str]", row.evidence["spare_hours"])
    assert (day_of(found).outcome, row.value) == (Outcome.COMPLIANT, 42)
    assert told == [(DAY + n * HOUR).isoformat() for n in range(12, 24)]


def test_a_marked_day_of_water_is_exempt_at_first_and_again_with_what_is_believed(
    site: Site,
) -> None:
    """Accepted hours 0 to 3: results at 0 h and 2 h of 300 mg/L at 1 L/s, ten of 40 at 9 L/s.

    Mean (2 x 300 x 7.2 + 10 x 40 x 64.8) / (2 x 7.2 + 10 x 64.8) = (4320 + 25920) / 662.4 = 45.65;
    limit 45. Without the marked results 40, within.
    """
    site.limits.clear()
    site.bind(COD, bound("45", averaging="day")._replace(unit="mg/L"))
    values = {COD: [300.0] * 4 + [40.0] * 20, FLOW: [1.0] * 4 + [9.0] * 20}
    off = mark(site.subject("DW001"), "thermal_power/out_of_service", DAY, DAY + timedelta(hours=4))
    case = replace(site.day(values), marks={off.subject: [off]})

    first = judge_plant_day(case)
    hours = {(one.point, one.start): one for one in first.means if one.period is Period.HOUR}
    again = judge_plant_day(replace(case, believed=hours))

    assert day_of(first).outcome is Outcome.EXEMPT
    assert day_of(first) == day_of(again)


def test_the_results_that_are_left_weigh_as_much_as_they_did_in_the_day(site: Site) -> None:
    """Marked 0 to 3 h; left: 60 mg/L at 4 h with 90 L/s, nine of 30 with 1 L/s.

    Plain (60 + 9 x 30) / 10 = 33 would be within 50. By flow (60 x 90 + 9 x 30 x 1) / (90 + 9)
    = 5670 / 99 = 57.3: over.
    """
    values = {
        COD: [70.0] * 4 + [60.0] * 2 + [30.0] * 18,
        FLOW: [1.0] * 4 + [90.0] * 2 + [1.0] * 18,
    }
    off = mark(site.subject("DW001"), "thermal_power/out_of_service", DAY, DAY + timedelta(hours=4))
    case = replace(site.day(values), marks={off.subject: [off]})

    assert day_of(judge_plant_day(case)).outcome is Outcome.EXCEEDING


def test_a_continuous_instrument_measures_no_water_during_a_check(site: Site) -> None:
    """Six hours of a check at 0.5 mg/L are left out: 18 h of 8 remain, and 75 % are just enough."""
    site.limits.clear()
    site.bind(OXYGEN, Bound(">=", Decimal(6), None, "mg/L", "concentration", "day", None))
    check = mark(site.subject("DW001"), CHECK, DAY, DAY + 6 * HOUR)
    case = site.day({OXYGEN: [0.5] * 6 + [8.0] * 18})

    row = day_of(judge_plant_day(replace(case, marks={check.subject: [check]})))

    assert (row.outcome, row.value) == (Outcome.COMPLIANT, 8)


def test_an_hour_in_which_nothing_flows_has_no_result_due(site: Site) -> None:
    found = judge_plant_day(site.day({COD: [500.0] * 24, FLOW: [0.0] * 24}))

    point = site.point(COD)
    hour = next(one for one in found.means if (one.point, one.start) == (point, DAY))
    assert (hour.due_s, hour.valid, hour.value) == (0, False, None)
