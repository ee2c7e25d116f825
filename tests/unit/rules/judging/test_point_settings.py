"""A setting of one point is that point's alone, wherever a rule judges one point."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pydantic import JsonValue

from schemas.judgement import Finding, Outcome, Period
from schemas.marks import Review
from schemas.period_outcome import PeriodOutcome
from schemas.registry_words import BEIJING
from schemas.rule_settings import Scope, SettingVersion
from services.rules.exact import ComparisonParameters
from services.rules.judging.case import Judgements
from services.rules.judging.month_case import PlantMonth
from services.rules.judging.month_means import judge_month_means
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.quality_part import judge_quality
from services.rules.judging.repetition_part import judge_repetitions
from services.rules.judging.severe_part import judge_severe
from services.rules.judging.shelf import Shelf, place_of
from services.rules.periods import Bounds, local_month
from tests.fixtures.plant_days import DAY, HOUR, Site, bound, mark, mean
from tests.fixtures.quality_days import quality_day, wandering

TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
      - {code: DA002, medium: air}
      - {code: DW001, medium: water}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, point: DA001/out/a21026, unit: mg/m3}
          - {code: a21002, point: DA001/out/a21002, unit: mg/m3}
          - {code: a21026-2, point: DA002/out/a21026, unit: mg/m3}
          - {code: w01018, point: DW001/out/w01018, unit: mg/L}
          - {code: w21003, point: DW001/out/w21003, unit: mg/L}
"""
SO2, NOX, OTHER = "DA001/out/a21026", "DA001/out/a21002", "DA002/out/a21026"
COD, AMMONIA = "DW001/out/w01018", "DW001/out/w21003"
AIR, WATER = (SO2, NOX, OTHER), (COD, AMMONIA)
METHOD = "comparison_parameters.comparison_method"


@pytest.fixture
def site() -> Site:
    return Site(TEXT)


def put(site: Site, name: str, value: JsonValue, scope: Scope, key: str) -> None:
    """A setting for all times."""
    number = len(site.settings) + 1
    row = SettingVersion(number, name, scope, key, value, None, None, "", "x", DAY, number)
    site.settings.append(row)


def alone(site: Site, name: str, value: JsonValue, point: str = SO2) -> None:
    put(site, name, value, "point", f"P1/{point}")


def outcomes(site: Site, found: Judgements, period: Period = Period.HOUR) -> dict[str, Outcome]:
    """The verdict of the period on each point that sent something."""
    names = {site.point(name): name for name in (*AIR, *WATER)}
    return {
        names[row.point]: row.outcome
        for row in found.verdicts
        if row.period is period and row.outcome is not Outcome.NO_DATA
    }


def validity(site: Site, found: Judgements, period: Period) -> dict[str, bool]:
    names = {site.point(name): name for name in (*AIR, *WATER)}
    return {names[row.point]: row.valid for row in found.means if row.period is period}


def over(site: Site, averaging: str = "hour") -> None:
    """A limit of 35 upon each point."""
    for name in AIR:
        site.bind(name, bound("35", averaging=averaging))
    for name in WATER:
        site.bind(name, bound("35", averaging=averaging)._replace(unit="mg/L"))


def test_a_point_rounds_before_it_is_compared_and_its_neighbours_do_not(site: Site) -> None:
    """35.4 rounded 修约 to 35 is not over 35; 35.4 itself is."""
    over(site)
    alone(site, METHOD, "rounded")

    found = judge_plant_day(site.day({name: [35.4] for name in AIR}, hours=1))

    assert outcomes(site, found) == {
        SO2: Outcome.COMPLIANT,
        NOX: Outcome.EXCEEDING,
        OTHER: Outcome.EXCEEDING,
    }


def test_an_hour_of_a_point_is_valid_with_the_minutes_set_for_it(site: Site) -> None:
    """50 of 60 minutes; 45 are enough, but this point needs 55."""
    alone(site, "hour_parameters.valid_minutes", 55)
    case = site.day({name: [30.0] for name in AIR}, hours=1)
    for lines in case.recorded.minutes.values():
        assert isinstance(lines, list)
        del lines[50:]

    found = judge_plant_day(case)

    hours = validity(site, found, Period.HOUR)
    assert [hours[name] for name in AIR] == [False, True, True]


def test_a_day_of_a_point_is_valid_with_the_hours_set_for_it(site: Site) -> None:
    """21 hours; 20 are enough, but this point needs 22."""
    alone(site, "long_mean_parameters.valid_hours", 22)

    found = judge_plant_day(site.day({name: [30.0] * 21 for name in AIR}))

    days = validity(site, found, Period.DAY)
    assert [days[name] for name in AIR] == [False, True, True]


def test_a_month_of_a_point_is_valid_with_the_days_set_for_it(site: Site) -> None:
    """All of March's hours up to the 25th: 25 days are enough, but this point needs 26."""
    alone(site, "long_mean_parameters.valid_days", 26)
    month = local_month(DAY, BEIJING)
    hours = {
        site.point(name): [mean(site.point(name), month.since + n * HOUR, "30") for n in range(600)]
        for name in AIR
    }
    case = PlantMonth(site.month(month.until + HOUR).frame, month, hours)

    found = judge_month_means(case)

    months = validity(site, found, Period.MONTH)
    assert [months[name] for name in AIR] == [False, True, True]


def test_water_of_a_point_is_judged_by_what_is_set_for_it(site: Site) -> None:
    """35.4 against 35; the day is valid with 80 % of it, but the other point needs all of it."""
    over(site, averaging="day")
    alone(site, METHOD, "rounded", COD)
    alone(site, "water_mean_parameters.day_percent", 100, AMMONIA)

    found = judge_plant_day(site.day({name: [35.4] * 22 for name in WATER}))

    assert outcomes(site, found, Period.DAY) == {COD: Outcome.COMPLIANT, AMMONIA: Outcome.INVALID}


def test_a_mark_takes_data_of_a_point_out_by_what_counts_for_it(site: Site) -> None:
    """Before any review marks of the bureau alone count; for this point those of loggers do."""
    alone(site, "mark_parameters.counting_origins", ["logger"])
    out = mark(site.subject("DA001"), "equipment/calibration", DAY, DAY + HOUR)
    case = site.day({name: [30.0] for name in AIR}, hours=1)
    said = out._replace(origin="logger", review=Review.CLAIMED)

    found = judge_plant_day(replace(case, marks={out.subject: [said]}))

    hours = validity(site, found, Period.HOUR)
    assert [hours[name] for name in AIR] == [False, True, True]


def test_an_indicator_looks_at_a_point_by_what_is_set_for_it(site: Site) -> None:
    """The same number for 6 hours at two points: 4 are enough, but this point needs 8."""
    alone(site, "stillness_parameters.constant_hours", 8)
    still = {
        name: [*wandering(30.0, seed=seed)[:-6], *[31.25] * 6] for seed, name in enumerate(AIR, 1)
    }

    found = judge_quality(quality_day(site, still))

    constant = [one.point for one in found if one.rule == "constant_value"]
    assert constant == [site.point(NOX), site.point(OTHER)]


def test_without_a_setting_of_a_point_each_finding_is_told_once(site: Site) -> None:
    put(site, "stillness_parameters.constant_hours", 6, "subject", "P1/DA001")
    still = {
        name: [*wandering(30.0, seed=seed)[:-5], *[31.25] * 5] for seed, name in enumerate(AIR, 1)
    }

    found: list[Finding] = judge_quality(quality_day(site, still))

    assert [one.point for one in found if one.rule == "constant_value"] == [site.point(OTHER)]


def test_a_severe_quarter_of_a_point_is_proposed_by_what_is_set_for_it(site: Site) -> None:
    """One hour of two is over, a share of 0.5: 0.2 is enough, but this point needs 0.9."""
    alone(site, "recurrence_parameters.severe_share", "0.9")
    case = PlantMonth(site.month(DAY + 31 * 24 * HOUR).frame, local_month(DAY, BEIJING))
    points = [site.point(name) for name in AIR]
    judged = [
        PeriodOutcome(point, point, DAY + n * HOUR, outcome, multiple)
        for point in points
        for n, (outcome, multiple) in enumerate(
            [(Outcome.EXCEEDING, Decimal("0.1")), (Outcome.COMPLIANT, None)]
        )
    ]

    found = judge_severe(case, judged)

    assert [one.point for one in found.findings] == points[1:]


def test_exceedances_of_a_point_repeat_by_the_number_set_for_it(site: Site) -> None:
    """Three hours apart within a day: twice is a repetition, but this point needs four."""
    put(site, "recurrence_parameters.repeats", 2, "all", "")
    alone(site, "recurrence_parameters.repeats", 4)
    frame = site.month(DAY + 31 * 24 * HOUR).frame
    points = [site.point(name) for name in AIR]
    over_it = [
        PeriodOutcome(point, point, DAY + 3 * n * HOUR, Outcome.EXCEEDING, Decimal(1))
        for point in points
        for n in range(3)
    ]

    found = judge_repetitions(frame, Bounds(DAY, DAY + 24 * HOUR), Period.HOUR, over_it)

    assert {one.point for one in found.findings} == set(points[1:])


def test_places_that_no_setting_tells_apart_share_what_was_made(site: Site) -> None:
    alone(site, METHOD, "rounded")
    shelf, view = Shelf(site.settings), site.view()
    outlet = view.outlets[site.subject("DA001")]
    points = {point.code: point for point in outlet.points()}

    at = datetime(2025, 3, 1, tzinfo=UTC)
    general = shelf.parameters(ComparisonParameters, place_of(view, outlet), at)
    other = shelf.parameters(ComparisonParameters, place_of(view, outlet, points["a21002"]), at)
    own = shelf.parameters(ComparisonParameters, place_of(view, outlet, points["a21026"]), at)

    assert other is general
    assert (general.comparison_method, own.comparison_method) == ("full", "rounded")


def test_a_point_is_named_with_its_own_subject_whoever_is_judged_by_it(site: Site) -> None:
    view = site.view()
    outlet, other = (view.outlets[site.subject(code)] for code in ("DA001", "DA002"))
    (point,) = other.points()

    assert place_of(view, outlet, point) == ("1505", "P1", "P1/DA002", "P1/DA002/out/a21026")
    assert place_of(view, outlet) == ("1505", "P1", "P1/DA001", "")
