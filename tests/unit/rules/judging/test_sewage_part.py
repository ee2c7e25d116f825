"""Sewage works within a plant's day and month: removal, load, standing idle, inlet and balance."""

from datetime import timedelta
from decimal import Decimal

import pytest

from schemas.judgement import MeanRow, Outcome, Period, Stage
from schemas.limits import Bound
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.plant_month import judge_plant_month
from services.rules.judging.sewage_works import sewage_works
from services.rules.judging.water_days import read_back
from tests.fixtures.plant_days import DAY, HOUR, Site, findings, mark, mean, rates

MONTH = DAY - timedelta(days=1)  # 2025-03-01 00:00 in Beijing
OVER = MONTH + timedelta(days=31, hours=1)
TEXT = """
plants:
  - code: P1
    name: 示例污水处理厂
    name_en: Example works
    region: 1505
    outlets:
      - {code: DW001, medium: water}
      - {code: DW-IN, medium: water, role: inlet}
    units:
      - {code: L1, process: sewage_line}
    facilities:
      - {code: F1, treatment: sewage, design_capacity: 2400, design_unit: m3/d, commissioned_on: 2020-01-01}
    groups:
      - {code: G1, needed: 1, facilities: [F1], serves: [L1 -> DW001]}
    devices:
      - mn: MN-W
        commissioned_at: 2025-01-01
        channels:
          - {code: w01018, point: DW001/out/w01018, unit: mg/L, cycle: 3600}
          - {code: w00000, point: DW001/out/w00000, unit: m3/h}
          - {code: w01018-i, point: DW-IN/out/w01018, unit: mg/L, cycle: 3600}
          - {code: w00000-i, point: DW-IN/out/w00000, unit: m3/h}
"""
CAPACITY = ", design_capacity: 2400, design_unit: m3/d, commissioned_on: 2020-01-01"


def flow(site: Site, value: str, hours: int, first: int = 0, point: str = "DW001") -> list[MeanRow]:
    """Hours of a flow from the month's beginning on."""
    at = site.point(f"{point}/out/w00000")
    return [mean(at, MONTH + count * HOUR, value) for count in range(first, first + hours)]


def test_a_works_is_built_for_what_its_facilities_are() -> None:
    (works,) = sewage_works(Site(TEXT).view(), MONTH.tzinfo)  # pyright: ignore[reportArgumentType] - UTC

    assert works.works.design_m3_d == 2400
    assert works.outlet.row.code == "DW001"
    assert sorted(works.inlet) == ["w00000", "w01018"]
    assert works.doubts == ()


def test_a_plant_without_sewage_or_inlet_is_no_works() -> None:
    text = TEXT.replace("sewage_line", "boiler").replace("treatment: sewage", "treatment: water")
    text = text.replace(", role: inlet", "")

    assert sewage_works(Site(text).view(), MONTH.tzinfo) == []  # pyright: ignore[reportArgumentType] - UTC


def test_the_day_has_the_removal_between_inlet_and_outlet() -> None:
    """In 300 mg/L x 24 h x 100 m3/h = 720 kg, out 30 mg/L: 72 kg; removed 648 of 720 kg: 90 %."""
    site = Site(TEXT)
    values = {
        "DW001/out/w01018": [30.0] * 24,
        "DW001/out/w00000": [100.0] * 24,
        "DW-IN/out/w01018": [300.0] * 24,
        "DW-IN/out/w00000": [100.0] * 24,
    }

    found = judge_plant_day(site.day(values))

    (row,) = rates(found, "removal", Period.DAY)
    assert (row.numerator, row.denominator) == (Decimal(648), Decimal(720))
    assert row.subject == site.subject("DW001")


def test_a_limit_of_removal_of_water_is_put_upon_the_day() -> None:
    """300 in, 30 out at one outlet: (300 - 30) / 300 = 90 %, and 95 % is asked for."""
    text = TEXT.replace("DW-IN/out/w01018", "DW001/in/w01018")
    text = text.replace("DW-IN/out/w00000", "DW001/in/w00000")
    site = Site(text)
    ask = Bound(">=", Decimal(95), None, "%", "removal", "day", None)
    limit = site.bind("DW001/out/w01018", ask).limit
    values = {
        "DW001/out/w01018": [30.0] * 24,
        "DW001/out/w00000": [100.0] * 24,
        "DW001/in/w01018": [300.0] * 24,
        "DW001/in/w00000": [100.0] * 24,
    }

    found = judge_plant_day(site.day(values))

    (row,) = [one for one in found.verdicts if one.limit == limit]
    assert (row.period, row.outcome, row.value) == (Period.DAY, Outcome.EXCEEDING, Decimal(90))


def test_a_day_of_water_can_be_read_back_from_its_row() -> None:
    values = {"DW001/out/w01018": [30.0] * 24, "DW001/out/w00000": [100.0] * 24}

    found = judge_plant_day(Site(TEXT).day(values))

    row = next(one for one in found.means if one.period is Period.DAY and one.value == 30)
    back = read_back(row)
    assert (back.volume, back.lowest, back.highest) == (2400, 30, 30)
    assert back.counts.valid_s == row.valid_s


def test_the_load_of_a_month_that_is_over_is_held_against_its_levels() -> None:
    """50 m3/h x 24 h x 31 d = 37,200 m3 of 2400 x 31 = 74,400 m3: 50 %, under 60 and under 80 %."""
    site = Site(TEXT)

    found = judge_plant_month(site.month(OVER, flow(site, "50", 31 * 24)))

    (row,) = rates(found, "load", Period.MONTH)
    (year,) = findings(found, "sewage_load_year")
    (city,) = findings(found, "sewage_load")
    assert (row.numerator, row.denominator) == (37_200, 74_400)
    assert "50%" in year.zh
    assert city.doubts == ("place",)


def test_the_load_of_a_running_month_counts_its_days_and_finds_nothing_yet() -> None:
    """Three days: 50 x 24 x 3 = 3,600 m3 of 7,200 m3."""
    site = Site(TEXT)

    found = judge_plant_month(
        site.month(MONTH + timedelta(days=3, minutes=2), flow(site, "50", 72))
    )

    (row,) = rates(found, "load", Period.MONTH)
    assert (row.numerator, row.denominator, row.stage) == (3600, 7200, Stage.PROVISIONAL)
    assert found.findings == []


@pytest.mark.parametrize(
    ("unit", "rows"),
    [("rated_capacity: 4800, rated_unit: m3/d", 1), ("rated_capacity: 4800, rated_unit: MW", 0)],
    ids=["the line's own", "no capacity"],
)
def test_without_a_design_the_lines_capacity_stands_and_is_in_doubt(unit: str, rows: int) -> None:
    """37,200 of 4800 x 31 = 148,800 m3."""
    text = TEXT.replace(CAPACITY, "").replace("sewage_line}", f"sewage_line, {unit}}}")
    site = Site(text)

    found = judge_plant_month(site.month(OVER, flow(site, "50", 31 * 24)))

    loads = rates(found, "load", Period.MONTH)
    assert [row.denominator for row in loads] == [148_800] * rows
    assert all("design_capacity" in one.doubts for one in findings(found, "sewage_load"))


def test_a_works_without_flow_for_a_day_stands_idle_unless_a_stop_was_declared() -> None:
    """30 hours without flow from the second day on; the allowance is 24 h."""
    site = Site(TEXT)
    rows = [*flow(site, "50", 24), *flow(site, "0", 30, first=24), *flow(site, "50", 40, first=54)]
    now = MONTH + timedelta(hours=94)
    stop = mark(site.subject("DW001"), "paper/no_discharge", MONTH + 20 * HOUR, MONTH + 60 * HOUR)

    silent = judge_plant_month(site.month(now, rows))
    declared = judge_plant_month(site.month(now, rows, marks={stop.subject: [stop]}))

    (idle,) = findings(silent, "sewage_idle")
    assert (idle.since, idle.until) == (MONTH + 24 * HOUR, MONTH + 54 * HOUR)
    assert findings(declared, "sewage_idle") == []


def test_flow_that_is_not_known_is_not_idle() -> None:
    site = Site(TEXT)
    rows = [*flow(site, "0", 20), *flow(site, "0", 20, first=30)]

    found = judge_plant_month(site.month(MONTH + timedelta(hours=60), rows))

    assert findings(found, "sewage_idle") == []


def test_an_outflow_far_from_the_inflow_is_found() -> None:
    """100 m3/h come in, 50 leave: 50 % apart; 30 % is set."""
    site = Site(TEXT)
    rows = [*flow(site, "50", 48), *flow(site, "100", 48, point="DW-IN")]

    found = judge_plant_month(site.month(MONTH + timedelta(hours=48), rows))

    (balance,) = findings(found, "sewage_balance")
    assert (balance.since, balance.until) == (MONTH, MONTH + timedelta(days=2))
    assert balance.evidence["most_percent"] == "50"
