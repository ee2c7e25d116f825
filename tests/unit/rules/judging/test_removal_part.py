"""An outlet measured before and after its treatment has its removal judged with its hours and days."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from schemas.judgement import MeanRow, Outcome, Period, VerdictRow
from schemas.limits import Bound
from schemas.record import Record
from services.rules.judging.case import Judgements
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.records import MAIN
from tests.fixtures.plant_days import DAY, HOUR, MINUTE, Hours, Site, findings, mean, rates

TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
    units:
      - {code: B1, process: coal_boiler, fuel: FUEL}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, unit: mg/m3}
          - {code: a00000, unit: m3/h}
          - {code: a21026-i, point: DA001/in/a21026, unit: mg/m3}
          - {code: a00000-i, point: DA001/in/a00000, unit: m3/h}
          - {code: i33400, point: B1/state/load, unit: "%"}
"""
AT_LEAST_90 = Bound(">=", Decimal(90), None, "%", "removal", "hour", None)


def site(fuel: str = "coal") -> Site:
    return Site(TEXT.replace("FUEL", fuel))


def flue(inlet: float, outlet: float, hours: int = 24, load: float = 80.0) -> Hours:
    return {
        "DA001/in/a21026": [inlet] * hours,
        "DA001/in/a00000": [1000.0] * hours,
        "DA001/out/a21026": [outlet] * hours,
        "DA001/out/a00000": [1000.0] * hours,
        "B1/state/load": [load] * hours,
    }


def of_limit(found: Judgements, limit: int, period: Period = Period.HOUR) -> list[VerdictRow]:
    return [row for row in found.verdicts if row.limit == limit and row.period is period]


def test_an_hour_has_the_rate_of_what_was_removed() -> None:
    """In 2000 x 1000 = 2,000,000; out 300 x 1000 = 300,000; removed 1,700,000 of 2,000,000: 85 %."""
    case = site().day(flue(2000.0, 300.0, 1), hours=1, now=DAY + 2 * HOUR)

    found = judge_plant_day(case)

    (row,) = rates(found, "removal", Period.HOUR)
    assert (row.numerator, row.denominator, row.code) == (1_700_000, 2_000_000, "a21026")
    assert row.evidence["method"] == "mass"


def test_a_limit_of_removal_is_put_upon_the_rate_in_per_cent() -> None:
    """85 % is under the 90 % that the limit asks for; the formula is from memory and so in doubt."""
    plant = site()
    limit = plant.bind("DA001/out/a21026", AT_LEAST_90).limit

    found = judge_plant_day(plant.day(flue(2000.0, 300.0, 1), hours=1))

    (row,) = of_limit(found, limit)
    assert (row.outcome, row.value) == (Outcome.EXCEEDING, Decimal(85))
    assert "efficiency_formula" in row.doubts


def test_a_limit_of_the_day_is_put_upon_the_day() -> None:
    """24 hours of 95 %: (2000 - 100) / 2000."""
    plant = site()
    limit = plant.bind("DA001/out/a21026", AT_LEAST_90._replace(averaging="day")).limit

    found = judge_plant_day(plant.day(flue(2000.0, 100.0)))

    (row,) = of_limit(found, limit, Period.DAY)
    assert (row.outcome, row.value) == (Outcome.COMPLIANT, Decimal(95))


def test_hours_in_which_nothing_surely_ran_have_no_removal_to_judge() -> None:
    plant = site()
    limit = plant.bind("DA001/out/a21026", AT_LEAST_90).limit

    found = judge_plant_day(plant.day(flue(2000.0, 300.0, 1, load=0.0), hours=1))

    (row,) = rates(found, "removal", Period.HOUR)
    (verdict,) = of_limit(found, limit)
    assert (row.numerator, row.denominator, row.sure) == (0, 0, False)
    assert verdict.outcome is Outcome.STOPPED


def test_a_day_under_the_target_is_found_and_says_that_the_unit_may_not_be_new() -> None:
    """85 % in each of 24 hours: the plan wants 90 % of new coal-fired units."""
    found = judge_plant_day(site().day(flue(2000.0, 300.0)))

    (finding,) = findings(found, "low_removal")
    assert (finding.since, finding.until) == (DAY, DAY + 24 * HOUR)
    assert "85%" in finding.zh
    assert "85 %" in finding.en
    assert not finding.sure
    assert "new_coal_unit" in finding.doubts


def test_a_day_that_is_not_over_is_not_held_against_the_target() -> None:
    case = site().day(flue(2000.0, 300.0, 12), hours=12, now=DAY + 13 * HOUR)

    assert findings(judge_plant_day(case), "low_removal") == []


@pytest.mark.parametrize("fuel", ["gas", "biomass"])
def test_the_target_of_coal_is_not_put_upon_another_fuel(fuel: str) -> None:
    found = judge_plant_day(site(fuel).day(flue(2000.0, 300.0)))

    assert findings(found, "low_removal") == []
    assert rates(found, "removal", Period.DAY)


def test_a_day_is_judged_with_the_hours_believed_before() -> None:
    """Only the last hour is asked; the 23 before it are believed as they were judged."""
    whole = site().day(flue(2000.0, 300.0))
    before = judge_plant_day(whole)
    believed = {(one.point, one.start): one for one in before.means if one.period is Period.HOUR}
    last = replace(whole, hours=whole.hours[-1:], believed=believed)

    found = judge_plant_day(last)

    assert rates(found, "removal", Period.DAY) == rates(before, "removal", Period.DAY)


def night(low: range, good: float = 100.0) -> Judgements:
    """A day judged with the six hours before it: under the target in those hours (0: midnight)."""
    plant = site()
    shown = {
        "DA001/in/a21026": "2000", "DA001/in/a00000": "1000", "DA001/out/a00000": "1000"
    }  # fmt: skip
    rows = dict[tuple[int, datetime], MeanRow]()
    for hour in range(-4, 24):
        start = DAY + hour * HOUR
        out = "300" if hour in low else str(good)
        for name, value in {**shown, "DA001/out/a21026": out}.items():
            point = plant.point(name)
            rows[point, start] = mean(point, start, value)
    case = plant.day({}, hours=1, now=DAY + 48 * HOUR)
    loads = [Record(DAY + n * MINUTE, 60, 80.0) for n in range(-360, 1440)]
    recorded = replace(case.recorded, minutes={(plant.point("B1/state/load"), MAIN): loads})
    believed = {key: row for key, row in rows.items() if key[1] > DAY}
    earlier = {key: row for key, row in rows.items() if key[1] < DAY}
    # The first hour is judged again, of nothing: it is as the rows say.
    first = {
        (plant.point(name), MAIN): [
            Record(DAY, 3600, float(rows[plant.point(name), DAY].value or 0))
        ]
        for name in (*shown, "DA001/out/a21026")
    }
    recorded = replace(recorded, hours=first)
    return judge_plant_day(replace(case, recorded=recorded, believed=believed, earlier=earlier))


@pytest.mark.parametrize(
    ("low", "told", "passed"),
    [
        pytest.param(range(-2, 2), [(-2, 2)], [], id="22:00 to 02:00 is one row of four hours"),
        pytest.param(range(-3, 0), [(-3, 0)], [], id="21:00 to 24:00 is this day's to tell"),
        pytest.param(range(-3, -1), [], [], id="two hours are none"),
        pytest.param(range(-4, 3), [(0, 3)], [], id="it was there before: what lies in the day"),
        pytest.param(range(21, 24), [], [(21, 24)], id="21:00 to 24:00 is the next day's"),
        pytest.param(range(20, 24), [(20, 24)], [], id="its beginning lies too far back for that"),
    ],
)
def test_low_hours_over_midnight_are_one_row(
    low: range, told: list[tuple[int, int]], passed: list[tuple[int, int]]
) -> None:
    found = night(low)

    both = [findings(found, "low_removal"), found.passed]
    assert [[(one.since, one.until) for one in some] for some in both] == [
        [(DAY + since * HOUR, DAY + until * HOUR) for since, until in some]
        for some in (told, passed)
    ]
