"""Judgements that are wrong as yet: who would be fined wrongly, who escapes. Mended ones lose their mark."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from schemas.judgement import Finding, Outcome, Period, VerdictRow
from schemas.limits import Bound
from schemas.marks import Mark, Review
from schemas.record import Record
from services.rules.judging.case import PlantDay
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.records import MAIN, SPARE, Recorded
from tests.fixtures.plant_days import DAY, HOUR, MINUTE, Site, bound, findings

AIR = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, unit: mg/m3}
          - {code: a19001, unit: "%"}
          - {code: i33400, point: B1/state/load, unit: "%"}
          - {code: SB1, point: FGD1/state}
"""
WATER = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DW001, medium: water}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: w21003, unit: mg/L, cycle: 7200}
          - {code: w01010, unit: "°C"}
          - {code: w00000, unit: L/s}
"""
SO2, OXYGEN, LOAD = "DA001/out/a21026", "DA001/out/a19001", "B1/state/load"
AMMONIA, WARMTH, FLOW = "DW001/out/w21003", "DW001/out/w01010", "DW001/out/w00000"
NEXT = DAY + 24 * HOUR


def told(case: PlantDay, point: int, record: Record, rank: str = MAIN) -> PlantDay:
    """With the device's own record of the hour."""
    return replace(case, recorded=replace(case.recorded, hours={(point, rank): [record]}))


def accepted(
    site: Site, kind: str, *, subject: str, planned: bool = False
) -> dict[int, list[Mark]]:
    key = site.subject(subject)
    entered = DAY - HOUR if planned else DAY
    mark = Mark(
        1, 1, kind, key, None, DAY, DAY + HOUR, "plant", planned, entered,
        "x", "log", Review.ACCEPTED, "y", "", 1,
    )  # fmt: skip
    return {key: [mark]}


def hour_of(case: PlantDay) -> VerdictRow:
    (row,) = [one for one in judge_plant_day(case).verdicts if one.period is Period.HOUR]
    return row


@pytest.fixture
def site() -> Site:
    made = Site(AIR)
    made.bind(SO2, bound("100"))
    return made


def one_hour(site: Site, value: float, load: float = 80.0) -> PlantDay:
    values = {SO2: [value], OXYGEN: [20.9 if not load else 6.0], LOAD: [load]}
    return site.day(values, hours=1, now=DAY + 2 * HOUR)


def test_warm_water_picks_the_limit_for_warm_water() -> None:
    """GB 18918: ammonia 5, at 12 C and less 8. 20 C all day: 6 is over 5."""
    plant = Site(WATER)
    words = ("<=", None, Decimal(5), "mg/L", "concentration", "day", None)
    plant.bind(AMMONIA, Bound(*words, "water_temperature>12"))
    plant.bind(AMMONIA, Bound(*words, "water_temperature<=12")._replace(high=Decimal(8)))

    found = judge_plant_day(plant.day({AMMONIA: [6.0] * 24, WARMTH: [20.0] * 24, FLOW: [9.0] * 24}))

    assert [(one.limit, one.outcome) for one in found.verdicts] == [(1, Outcome.EXCEEDING)]


@pytest.mark.parametrize("kind", ["equipment/calibration", "equipment/fault"])
def test_data_under_an_accepted_mark_of_the_equipment_are_not_used(site: Site, kind: str) -> None:
    """2022 No. 21 art 6."""
    case = replace(one_hour(site, 300.0), marks=accepted(site, kind, subject="DA001"))

    assert hour_of(case).outcome is Outcome.INVALID


def test_an_hour_of_calibrations_is_no_sure_exceedance() -> None:
    """60 minutes flagged C, and the device's hour 150 with N: HJ 75 wants 45 valid minutes."""
    plant = Site(AIR)
    plant.bind(SO2, bound("100"))
    case = one_hour(plant, 150.0)
    point = plant.point(SO2)
    minutes = [one._replace(flag="C") for one in case.recorded.minutes[point, MAIN]]
    lines = {**case.recorded.minutes, (point, MAIN): minutes}
    case = replace(case, recorded=replace(case.recorded, minutes=lines))

    row = hour_of(told(case, point, Record(DAY, 3600, 150.0)))

    assert not (row.outcome is Outcome.EXCEEDING and row.sure)


def test_an_hour_flagged_over_range_is_at_least_its_own_number(site: Site) -> None:
    """5 minutes at 200 or more, 55 at 60: (5 x 200 + 55 x 60) / 60 = 71.7 at least, not 200."""
    record = Record(DAY, 3600, 71.7, "T", range_max=200.0)

    row = hour_of(told(one_hour(site, 60.0), site.point(SO2), record))

    assert row.outcome is not Outcome.AT_LEAST


def test_the_spare_does_not_stand_before_valid_minutes_of_the_main_channel(site: Site) -> None:
    case = told(one_hour(site, 300.0), site.point(SO2), Record(DAY, 3600, 20.0), SPARE)

    assert hour_of(case).outcome is Outcome.EXCEEDING


def test_a_planned_mark_that_was_accepted_and_came_true_counts(site: Site) -> None:
    marks = accepted(site, "thermal_power/out_of_service", subject="B1", planned=True)

    assert hour_of(replace(one_hour(site, 300.0, 0.0), marks=marks)).outcome is Outcome.STOPPED


def test_an_hour_in_which_all_units_surely_stood_is_not_compliant_but_stopped(site: Site) -> None:
    assert hour_of(one_hour(site, 0.0, 0.0)).outcome is Outcome.STOPPED


def test_a_facility_that_is_off_around_midnight_is_found() -> None:
    """Off from 23:46 to 00:14: 28 minutes, of which 14 lie on each side; 15 are a finding."""
    plant = Site(AIR)
    off = (NEXT - 14 * MINUTE, NEXT + 14 * MINUTE)

    found = [facility_off(plant, day, off) for day in (DAY, NEXT)]

    assert [[(one.since, one.until) for one in some] for some in found] == [[], [off]]


def facility_off(plant: Site, day: datetime, off: tuple[datetime, datetime]) -> list[Finding]:
    case = plant.day({})
    facility = next(one for one in plant.view().facilities.values())
    (state,) = [one.point for one in facility.points()]
    loads = [Record(day + n * MINUTE, 60, 80.0) for n in range(-60, 1440)]
    lines = {(plant.point(LOAD), MAIN): loads}
    states = {(state, MAIN): reports(day, off)}
    case = replace(
        case,
        hours=[day + n * HOUR for n in range(24)],
        recorded=Recorded(day, day + 24 * HOUR, lines, states=states),
        now=day + timedelta(days=2),
    )
    return findings(judge_plant_day(case), "facility_off")


def reports(day: datetime, off: tuple[datetime, datetime]) -> Sequence[Record]:
    moments = [day + n * MINUTE for n in range(-60, 1440)]
    return [Record(at, 0, 0.0 if off[0] <= at < off[1] else 1.0, None) for at in moments]
