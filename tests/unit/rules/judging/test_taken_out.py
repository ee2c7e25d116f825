"""Data under a mark of the instrument are there and are not used: in minutes, device hours and columns."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from schemas.judgement import MeanRow, Outcome, Period, VerdictRow
from schemas.marks import Mark, Review
from schemas.minutes import Alike, Minutes
from schemas.record import Record
from services.rules.judging.case import PlantDay
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.records import MAIN, SPARE, Recorded
from tests.fixtures.plant_days import DAY, HOUR, MINUTE, Site, bound, mark

TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
    units:
      - {code: W1, process: waste_incinerator}
      - {code: B2, process: coal_boiler}
    facilities:
      - {code: F1, treatment: dedusting}
    groups:
      - {code: G1, needed: 1, facilities: [F1], serves: [W1 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21001, unit: mg/m3}
          - {code: a21026, unit: mg/m3}
"""
NH3, SO2 = "DA001/out/a21001", "DA001/out/a21026"
CALIBRATION = "equipment/calibration"


@pytest.fixture
def site() -> Site:
    made = Site(TEXT)
    made.bind(NH3, bound("100"))
    return made


def marked(site: Site, case: PlantDay, minutes: int, kind: str = CALIBRATION) -> PlantDay:
    """The first minutes of the hour under a mark of the outlet that was accepted."""
    key = site.subject("DA001")
    return replace(case, marks={key: [mark(key, kind, DAY, DAY + minutes * MINUTE)]})


def hour(site: Site, values: Sequence[float]) -> PlantDay:
    """A minute of each of these values from the day's beginning on."""
    records = [Record(DAY + n * MINUTE, 60, value) for n, value in enumerate(values)]
    return sent(site, minutes={(site.point(NH3), MAIN): records})


def sent(site: Site, **lines: object) -> PlantDay:
    case = site.day({}, hours=1, now=DAY + 2 * HOUR)
    return replace(case, recorded=Recorded(DAY, DAY + 24 * HOUR, **lines))  # pyright: ignore[reportArgumentType] - lines by name


def mean_of(site: Site, case: PlantDay) -> MeanRow:
    point = site.point(NH3)
    found = judge_plant_day(case).means
    return next(row for row in found if row.point == point and row.period is Period.HOUR)


def verdict_of(case: PlantDay) -> VerdictRow:
    (row,) = [one for one in judge_plant_day(case).verdicts if one.period is Period.HOUR]
    return row


def test_ten_minutes_of_calibration_leave_the_mean_of_the_other_fifty(site: Site) -> None:
    """10 min at 400 under the mark, 50 at 60: the mean of what is left is 60, of 3,000 s."""
    case = marked(site, hour(site, [400.0] * 10 + [60.0] * 50), 10)

    row = mean_of(site, case)

    assert (row.value, row.valid_s) == (Decimal(60), 3000)
    assert row.evidence["not_valid_s"] == {"mark equipment/calibration": 600}


def test_columns_of_minutes_are_cut_as_records_are(site: Site) -> None:
    values = [400.0] * 10 + [60.0] * 50
    begins = [n * 60_000_000 for n in range(60)]
    columns = Minutes(
        DAY, [Alike(60, "N", sentinel=False, range_max=None, begins=begins, values=values)]
    )
    key = site.point(NH3), MAIN

    row = mean_of(site, marked(site, sent(site, by_hour={key: {DAY: columns}}), 10))

    assert row == mean_of(site, marked(site, hour(site, values), 10))


def test_a_mark_that_nobody_has_reviewed_takes_nothing_out(site: Site) -> None:
    """An exceedance would hide behind it."""
    key = site.subject("DA001")
    claimed = mark(key, CALIBRATION, DAY, DAY + HOUR)._replace(review=Review.CLAIMED)
    case = replace(hour(site, [300.0] * 60), marks={key: [claimed]})

    assert verdict_of(case).outcome is Outcome.EXCEEDING


def test_a_mark_of_the_bureau_counts_at_once_and_says_so(site: Site) -> None:
    key = site.subject("DA001")
    told = mark(key, "waste_incineration/cems_maintenance", DAY, DAY + HOUR)
    told = told._replace(review=Review.CLAIMED, origin="bureau")

    row = verdict_of(replace(hour(site, [300.0] * 60), marks={key: [told]}))

    assert (row.outcome, row.doubts) == (Outcome.INVALID, ("counting_origins",))


@pytest.mark.parametrize(
    ("kind", "doubts"),
    [
        pytest.param("equipment/fault", ("kind:equipment/fault",), id="the list was not read"),
        pytest.param("waste_incineration/cems_maintenance", (), id="Order 10 was"),
    ],
)
def test_what_a_kind_takes_out_is_as_sure_as_its_source(
    site: Site, kind: str, doubts: tuple[str, ...]
) -> None:
    row = verdict_of(marked(site, hour(site, [300.0] * 60), 60, kind))

    assert (row.outcome, row.doubts, row.sure) == (Outcome.INVALID, doubts, not doubts)


def of_point(site: Site, name: str) -> dict[int, list[Mark]]:
    key = site.subject("DA001")
    one = mark(key, CALIBRATION, DAY, DAY + HOUR)._replace(point=site.point(name))
    return {key: [one]}


def test_a_mark_upon_one_instrument_leaves_the_others(site: Site) -> None:
    case = replace(hour(site, [300.0] * 60), marks=of_point(site, SO2))

    assert verdict_of(case).outcome is Outcome.EXCEEDING


def test_the_spare_measures_while_the_main_instrument_is_marked(site: Site) -> None:
    point = site.point(NH3)
    lines = {
        (point, rank): [Record(DAY + n * MINUTE, 60, value) for n in range(60)]
        for rank, value in ((MAIN, 300.0), (SPARE, 50.0))
    }
    case = replace(sent(site, minutes=lines), marks=of_point(site, NH3))

    row = mean_of(site, case)

    assert (row.value, row.valid) == (Decimal(50), True)


def test_a_mark_upon_the_unit_is_about_what_measures_its_outlet(site: Site) -> None:
    key = site.subject("W1")
    kind = "waste_incineration/cems_maintenance"
    marks = {key: [mark(key, kind, DAY, DAY + HOUR)]}

    assert verdict_of(replace(hour(site, [300.0] * 60), marks=marks)).outcome is Outcome.INVALID


def test_a_mark_upon_another_unit_is_not(site: Site) -> None:
    key = site.subject("B2")
    marks = {key: [mark(key, CALIBRATION, DAY, DAY + HOUR)]}

    assert verdict_of(replace(hour(site, [300.0] * 60), marks=marks)).outcome is Outcome.EXCEEDING


@pytest.mark.parametrize(
    ("minutes", "outcome"),
    [
        pytest.param(15, Outcome.EXCEEDING, id="45 minutes are left"),
        pytest.param(16, Outcome.INVALID, id="44 are left"),
    ],
)
def test_a_device_that_sends_but_hours_loses_one_of_which_too_little_is_left(
    site: Site, minutes: int, outcome: Outcome
) -> None:
    case = sent(site, hours={(site.point(NH3), MAIN): [Record(DAY, 3600, 300.0)]})

    assert verdict_of(marked(site, case, minutes)).outcome is outcome


def test_the_devices_hour_gives_way_to_the_minutes_that_are_left(site: Site) -> None:
    """Device's hour 116.7 with the calibration; 50 minutes at 60 without it."""
    case = hour(site, [400.0] * 10 + [60.0] * 50)
    lines = {(site.point(NH3), MAIN): [Record(DAY, 3600, 116.7)]}
    case = replace(case, recorded=replace(case.recorded, hours=lines))

    row = mean_of(site, marked(site, case, 10))

    assert (row.value, row.source) == (Decimal(60), "computed")


def test_a_longer_record_is_out_as_soon_as_part_of_its_time_is(site: Site) -> None:
    """Two records of 30 minutes; the first five are marked: nobody can part the first record."""
    records = [Record(DAY + n * 30 * MINUTE, 1800, 60.0) for n in range(2)]
    case = sent(site, minutes={(site.point(NH3), MAIN): records})

    row = mean_of(site, marked(site, case, 5))

    assert (row.valid_s, row.valid) == (1800, False)


def test_a_record_next_to_the_mark_stays(site: Site) -> None:
    case = marked(site, hour(site, [60.0] * 60), 15)

    assert mean_of(site, case).valid_s == timedelta(minutes=45).seconds
