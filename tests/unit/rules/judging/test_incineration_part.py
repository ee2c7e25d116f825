"""Incinerators within a plant's day and month: furnace, five pollutants, exceedance days, pools."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from schemas.judgement import Finding, Outcome, Period, Stage, VerdictRow
from schemas.record import Record
from services.rules.judging.case import Judgements, PlantDay
from services.rules.judging.incineration_month import judge_quotas
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.plant_month import judge_plant_month
from services.rules.judging.records import MAIN
from tests.fixtures.plant_days import DAY, HOUR, Site, bound, findings, mark, rates

MONTH = DAY - timedelta(days=1)  # 2025-03-01 00:00 in Beijing
FIVE = timedelta(minutes=5)
TEXT = """
plants:
  - code: P1
    name: 示例垃圾焚烧厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
    units:
      - {code: W1, process: waste_incinerator}
    facilities:
      - {code: F1, treatment: dedusting}
    groups:
      - {code: G1, needed: 1, facilities: [F1], serves: [W1 -> DA001]}
    devices:
      - mn: MN-F
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, point: DA001/out/a21026, unit: mg/m3}
          - {code: a21005, point: DA001/out/a21005, unit: mg/m3}
          - {code: a01901, point: POINT, unit: Cel}
"""


def site(point: str = "W1/state/furnace_temperature") -> Site:
    return Site(TEXT.replace("POINT", point))


def furnace(case: PlantDay, point: int, degrees: Sequence[float]) -> PlantDay:
    """The day with these five-minute means from its beginning on."""
    records = [Record(DAY + n * FIVE, 300, value) for n, value in enumerate(degrees)]
    recorded = replace(case.recorded, five_minutes={(point, MAIN): records})
    return replace(case, recorded=recorded)


def cold(times: int) -> list[float]:
    return [849.9] * times + [900.0] * (288 - times)


def furnace_findings(found: Judgements) -> list[Finding]:
    return findings(found, "furnace_temperature")


@pytest.mark.parametrize(
    "name", ["W1/state/furnace_temperature", "W1/state/a01901", "DA001/out/a01901"]
)
@pytest.mark.parametrize(("times", "number"), [(5, 0), (6, 1)], ids=["five", "six"])
def test_more_than_five_cold_means_in_a_day_are_found(name: str, times: int, number: int) -> None:
    plant = site(name)
    case = furnace(plant.day({}), plant.point(name), cold(times))

    found = judge_plant_day(case)

    assert len(furnace_findings(found)) == number
    (row,) = rates(found, "furnace_temperature", Period.DAY)
    assert (row.numerator, row.denominator) == (288 - times, 288)


def test_cold_means_under_a_mark_are_excused() -> None:
    """Six cold means in the first half hour, during start-up 启炉."""
    name = "W1/state/furnace_temperature"
    plant = site()
    start = mark(plant.subject("W1"), "waste_incineration/start_up", DAY, DAY + HOUR)
    case = replace(plant.day({}), marks={start.subject: [start]})

    found = judge_plant_day(furnace(case, plant.point(name), cold(6)))

    assert furnace_findings(found) == []
    (row,) = rates(found, "furnace_temperature", Period.DAY)
    assert row.evidence["excused"] == 12


def marked(plant: Site, kind: str, hours: int, case: PlantDay) -> PlantDay:
    """The first hours of the day under a mark of the unit that was accepted."""
    one = mark(plant.subject("W1"), kind, DAY, DAY + hours * HOUR)
    return replace(case, marks={one.subject: [one]})


@pytest.mark.parametrize(
    ("hours", "records", "outcome", "counts"),
    [
        pytest.param(12, 144, "compliant", (0, 144), id="12 h of standstill, then 12 h at 900 C"),
        pytest.param(24, 0, "stopped", (0, 288), id="all day"),
        pytest.param(12, 0, "unknown", (144, 144), id="12 h of standstill, then nothing"),
    ],
)
def test_where_a_mark_excuses_no_record_is_needed(
    hours: int, records: int, outcome: str, counts: tuple[int, int]
) -> None:
    """停运 accepted: what was not measured then is not unknown."""
    plant = site()
    point = plant.point("W1/state/furnace_temperature")
    late = [Record(DAY + (144 + n) * FIVE, 300, 900.0) for n in range(records)]
    case = marked(plant, "waste_incineration/out_of_service", hours, plant.day({}))
    case = replace(case, recorded=replace(case.recorded, five_minutes={(point, MAIN): late}))

    (row,) = rates(judge_plant_day(case), "furnace_temperature", Period.DAY)

    assert row.evidence["outcome"] == outcome
    assert (row.evidence["unknown"], row.evidence["excused"]) == counts


def test_a_start_up_excuses_the_furnace_no_longer_than_it_may_last() -> None:
    """启炉 24 h at 700 C; an event may last 4 h: 48 means are excused, 240 are below 850 C."""
    plant = site()
    case = marked(plant, "waste_incineration/start_up", 24, plant.day({}))
    case = furnace(case, plant.point("W1/state/furnace_temperature"), [700.0] * 288)

    (finding,) = furnace_findings(judge_plant_day(case))

    assert (finding.evidence["excused"], finding.evidence["formula"]) == (48, "240 > 5")


def test_a_furnace_for_hazardous_waste_keeps_1100_degrees() -> None:
    """GB 18484-2020 section 7.2; how many means may lie below it names nobody."""
    text = TEXT.replace("waste_incinerator", "hazardous_waste_incinerator")
    plant = Site(text.replace("POINT", "W1/state/furnace_temperature"))
    point = plant.point("W1/state/furnace_temperature")

    found = judge_plant_day(furnace(plant.day({}), point, [1099.0] + [1150.0] * 287))

    (finding,) = furnace_findings(found)
    assert finding.evidence["floor"] == "1100"
    assert finding.doubts == ("hazardous_failures",)
    assert "incineration_exceedance" not in found.asked


def test_where_nobody_registered_what_is_burnt_the_furnace_is_judged_in_doubt() -> None:
    """850 C is what both rules want."""
    plant = Site(
        TEXT.replace("waste_incinerator", "incinerator").replace(
            "POINT", "W1/state/furnace_temperature"
        )
    )
    case = furnace(plant.day({}), plant.point("W1/state/furnace_temperature"), cold(6))

    (finding,) = furnace_findings(judge_plant_day(case))

    assert (finding.sure, finding.doubts) == (False, ("incinerator_kind",))


def test_a_day_without_temperatures_is_not_known_to_keep_them() -> None:
    found = judge_plant_day(site().day({}))

    (row,) = rates(found, "furnace_temperature", Period.DAY)
    assert furnace_findings(found) == []
    assert (row.numerator, row.sure, row.evidence["outcome"]) == (0, False, "no_data")


def test_sections_are_put_together_by_their_medians() -> None:
    """Upper 860 and middle 838: (860 + 838) / 2 = 849 C, under 850."""
    channels = """
          - {code: u1, point: W1/state/furnace_temperature_upper_1, unit: Cel}
          - {code: m1, point: W1/state/furnace_temperature_middle_1, unit: Cel}
"""
    plant = Site(TEXT.replace("          - {code: a01901, point: POINT, unit: Cel}\n", channels))
    upper = plant.point("W1/state/furnace_temperature_upper_1")
    middle = plant.point("W1/state/furnace_temperature_middle_1")
    lines = {
        (point, MAIN): [Record(DAY + n * FIVE, 300, value) for n in range(288)]
        for point, value in ((upper, 860.0), (middle, 838.0))
    }
    case = plant.day({})

    found = judge_plant_day(replace(case, recorded=replace(case.recorded, five_minutes=lines)))

    assert len(furnace_findings(found)) == 1


def test_a_day_over_one_of_the_five_is_an_exceedance_of_the_incinerator() -> None:
    plant = site()
    plant.bind("DA001/out/a21026", bound("80", averaging="day"))
    plant.bind("DA001/out/a21005", bound("80", averaging="day"))
    values = {"DA001/out/a21026": [90.0] * 24, "DA001/out/a21005": [20.0] * 24}

    found = judge_plant_day(plant.day(values))

    (finding,) = findings(found, "incineration_exceedance")
    assert finding.subject == plant.subject("W1")
    assert "二氧化硫 90 mg/m3，限值80 mg/m3，超标0.125倍（GB 1 表1）" in finding.zh
    assert "sulphur dioxide 90 mg/m3, limit 80 mg/m3, exceeded by 0.125 of it" in finding.en
    assert "a21026" not in finding.zh + finding.en
    assert finding.evidence["codes"] == ["a21026"]


def day_verdict(point: int, day: int, outcome: Outcome, *doubts: str) -> VerdictRow:
    start = MONTH + timedelta(days=day)
    return VerdictRow(
        point, 1, 1, Period.DAY, start, Stage.FINAL, outcome, Decimal(90), None,
        sure=not doubts, doubts=doubts, why="over", evidence={},
    )  # fmt: skip


@pytest.mark.parametrize(("days", "reached"), [(4, 0), (5, 1)])
def test_the_fifth_exceedance_day_of_a_running_month_is_found(days: int, reached: int) -> None:
    plant = site()
    point = plant.point("DA001/out/a21026")
    rows = [day_verdict(point, day, Outcome.EXCEEDING) for day in range(days)]
    now = MONTH + timedelta(days=8, minutes=2)

    found = judge_plant_month(plant.month(now, verdicts=rows))

    (row,) = rates(found, "exceedance_days", Period.MONTH)
    assert (row.numerator, row.denominator) == (days, 8)
    assert len(findings(found, "incineration_month")) == reached


@pytest.mark.parametrize(
    ("unsure", "days", "doubts"),
    [
        pytest.param(5, 5, ("limit_unverified",), id="none of the five is sure"),
        pytest.param(1, 5, ("limit_unverified",), id="four alone are too few"),
        pytest.param(1, 6, (), id="five of six are sure"),
    ],
)
def test_the_month_is_as_sure_as_the_days_it_needs(
    unsure: int, days: int, doubts: tuple[str, ...]
) -> None:
    plant = site()
    point = plant.point("DA001/out/a21026")
    rows = [
        day_verdict(point, day, Outcome.EXCEEDING, *(["limit_unverified"] if day < unsure else []))
        for day in range(days)
    ]

    found = judge_plant_month(plant.month(MONTH + timedelta(days=8, minutes=2), verdicts=rows))

    (finding,) = findings(found, "incineration_month")
    assert (finding.doubts, finding.sure) == (doubts, not doubts)
    assert not rates(found, "exceedance_days", Period.MONTH)[0].sure


def test_a_quarter_with_more_maintenance_than_allowed_is_found_in_its_year() -> None:
    """16 + 15 h of CEMS maintenance in the first quarter; 30 are allowed."""
    plant = site()
    unit = plant.subject("W1")
    kind = "waste_incineration/cems_maintenance"
    marks = [
        mark(unit, kind, MONTH, MONTH + 16 * HOUR, 1),
        mark(unit, kind, MONTH + 48 * HOUR, MONTH + 63 * HOUR, 2),
    ]

    year, found = judge_quotas(plant.month(MONTH + timedelta(days=8), marks={unit: marks}))

    (finding,) = findings(found, "cems_maintenance_quarter")
    assert finding.since == year.since
    assert finding.evidence["used_s"] == 31 * 3600
    assert finding.rule in found.asked


def test_a_pool_that_is_used_up_is_found_by_its_own_name() -> None:
    """61 h of faults; 60 h are allowed in a year."""
    plant = site()
    unit = plant.subject("W1")
    fault = mark(unit, "waste_incineration/fault", MONTH, MONTH + 61 * HOUR)

    _, found = judge_quotas(plant.month(MONTH + timedelta(days=8), marks={unit: [fault]}))

    assert [one.rule for one in found.findings] == ["quota_furnace_60h"]
    assert "61" in found.findings[0].zh
