"""Verdicts on hours: units, marks that cover a part, standing still, longer records, and what is shown."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

import pytest

from schemas.judgement import Outcome, Period, VerdictRow
from schemas.limits import Bound
from schemas.marks import Mark
from schemas.minutes import Alike, Minutes
from schemas.record import Record
from services.rules.judging.case import PlantDay
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.records import MAIN, Recorded
from tests.fixtures.plant_days import DAY, HOUR, MINUTE, Site, bound, mark

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
          - {code: a21026, unit: UNIT}
          - {code: a19001, unit: "%"}
          - {code: a00000, unit: FLOW}
          - {code: i33400, point: B1/state/load, unit: "%"}
"""
SO2, OXYGEN, LOAD, FLOW = (
    "DA001/out/a21026",
    "DA001/out/a19001",
    "B1/state/load",
    "DA001/out/a00000",
)
AT_SIX = bound("100")._replace(reference_oxygen=Decimal(6))
COOLING, BAKE_OUT = "waste_incineration/cooling", "waste_incineration/bake_out"


def site(unit: str = "mg/m3", flow: str = "m3/h") -> Site:
    return Site(AIR.replace("UNIT", unit).replace("FLOW", flow))


def hour_of(case: PlantDay) -> VerdictRow:
    (row,) = [one for one in judge_plant_day(case).verdicts if one.period is Period.HOUR]
    return row


def one_hour(plant: Site, values: Mapping[str, float]) -> PlantDay:
    hours = {name: [value] for name, value in values.items()}
    return plant.day(hours, hours=1, now=DAY + 2 * HOUR)


def marked(case: PlantDay, subject: int, *marks: Mark) -> PlantDay:
    return replace(case, marks={subject: list(marks)})


def exemption_of(row: VerdictRow) -> Mapping[str, object]:
    return cast("Mapping[str, object]", row.evidence["exemption"])


@pytest.mark.parametrize(
    ("unit", "sent", "value"),
    [
        pytest.param("mg/Nm3", 300.0, Decimal(300), id="cubic metres of the standard state"),
        pytest.param("ug/m3", 300_000.0, Decimal(300), id="micrograms"),
        pytest.param("g/m3", 0.3, Decimal(300), id="grams"),
        pytest.param("毫克/立方米", 300.0, Decimal(300), id="as HJ 212 writes it"),
        pytest.param("ppm", 105.0, Decimal(300), id="105 x 64 / 22.4 = 300"),
        pytest.param("ppb", 105_000.0, Decimal(300), id="a thousandth of it"),
    ],
)
@pytest.mark.parametrize(
    "limit", [pytest.param(bound("100"), id="measured"), pytest.param(AT_SIX, id="converted")]
)
def test_a_concentration_is_judged_in_the_unit_of_its_limit(
    unit: str, sent: float, value: Decimal, limit: Bound
) -> None:
    """300 mg/m3 are 2 times over 100; at 6 % oxygen nothing changes."""
    plant = site(unit)
    plant.bind(SO2, limit)

    found = hour_of(one_hour(plant, {SO2: sent, OXYGEN: 6.0, LOAD: 80.0}))

    assert (found.outcome, found.value, found.multiple) == (Outcome.EXCEEDING, value, Decimal(2))


@pytest.mark.parametrize("flow", ["m3/h", "Nm3/h"])
@pytest.mark.parametrize(
    ("unit", "sent"),
    [
        pytest.param("mg/m3", 300.0, id="milligrams"),
        pytest.param("ppm", 105.0, id="parts of volume"),
    ],
)
def test_a_mass_rate_is_made_of_any_unit_and_rests_on_a_formula_nobody_has_read(
    unit: str, sent: float, flow: str
) -> None:
    """300 mg/m3 x 100,000 m3/h x 1e-6 = 30 kg/h."""
    plant = site(unit, flow)
    plant.bind(SO2, bound("20", "rate")._replace(unit="kg/h"))

    found = hour_of(one_hour(plant, {SO2: sent, FLOW: 100_000.0, LOAD: 80.0}))

    assert (found.outcome, found.value) == (Outcome.EXCEEDING, Decimal(30))
    assert (found.sure, found.doubts) == (False, ("rate_concentration",))


@pytest.mark.parametrize(
    ("limit", "sent", "outcome"),
    [
        pytest.param(bound("100"), 0.0, Outcome.STOPPED, id="nothing is not kept: it stood"),
        pytest.param(AT_SIX, 0.0, Outcome.STOPPED, id="air cannot be converted: it stood"),
        pytest.param(bound("100"), 300.0, Outcome.EXCEEDING, id="over all the same"),
        pytest.param(AT_SIX, 300.0, Outcome.UNKNOWN, id="as measured it would be over"),
    ],
)
def test_of_an_hour_in_which_all_surely_stood_nothing_is_judged_that_is_not_over(
    limit: Bound, sent: float, outcome: Outcome
) -> None:
    plant = site()
    plant.bind(SO2, limit)

    found = hour_of(one_hour(plant, {SO2: sent, OXYGEN: 20.9, LOAD: 0.0}))

    assert found.outcome is outcome


@pytest.mark.parametrize(
    ("before", "after", "outcome", "claim"),
    [
        pytest.param(900.0, 60.0, Outcome.EXEMPT, "exempt", id="the minutes left are within"),
        pytest.param(900.0, 150.0, Outcome.EXCEEDING, "none", id="the minutes left are over"),
    ],
)
def test_an_hour_that_an_accepted_mark_covers_in_part_is_settled_by_the_minutes_left(
    before: float, after: float, outcome: Outcome, claim: str
) -> None:
    """A mark until :20; the hour is over by its 60 minutes, and 40 are left to judge."""
    plant = site()
    plant.bind(SO2, bound("100"))
    case = one_hour(plant, {SO2: after, OXYGEN: 6.0, LOAD: 80.0})
    lines = dict(case.recorded.minutes)
    key = (plant.point(SO2), MAIN)
    lines[key] = [
        one._replace(value=before if place < 20 else after) for place, one in enumerate(lines[key])
    ]
    case = replace(case, recorded=replace(case.recorded, minutes=lines))
    subject = plant.subject("DA001")

    found = hour_of(marked(case, subject, mark(subject, COOLING, DAY - HOUR, DAY + 20 * MINUTE)))

    assert found.outcome is outcome
    assert exemption_of(found)["claim"] == claim
    assert found.evidence["rest"] == {"value": f"{after:g}", "valid_s": 2400}
    assert "hour_share" in found.doubts


def test_without_minutes_an_hour_marked_in_part_stays_a_claim() -> None:
    plant = site()
    plant.bind(SO2, bound("100"))
    case = plant.day({}, hours=1, now=DAY + 2 * HOUR)
    told = {(plant.point(SO2), MAIN): [Record(DAY, 3600, 300.0)]}
    case = replace(case, recorded=replace(case.recorded, hours=told))
    subject = plant.subject("DA001")

    found = hour_of(marked(case, subject, mark(subject, COOLING, DAY - HOUR, DAY + 20 * MINUTE)))

    assert (found.outcome, exemption_of(found)["why"]) == (Outcome.CLAIMED, "partly_marked")


def test_a_mark_that_exempts_nothing_stays_in_the_evidence() -> None:
    """A bake-out of 13 hours: one may last 12, and the last hour is over for all that."""
    plant = site()
    plant.bind(SO2, bound("100"))
    case = one_hour(plant, {SO2: 300.0, OXYGEN: 6.0, LOAD: 80.0})
    subject = plant.subject("DA001")

    found = hour_of(marked(case, subject, mark(subject, BAKE_OUT, DAY - 12 * HOUR, DAY + HOUR)))

    assert (found.outcome, found.why) == (Outcome.EXCEEDING, "over")
    assert exemption_of(found) == {
        "claim": "none", "why": "over_cap", "marks": [1], "over": "over",
    }  # fmt: skip


def half_hours(point: int, *, columns: bool) -> Recorded:
    """Records of 30 minutes that begin at :20 and :50, from the hour before the day on."""
    begins = [DAY + (n * 30 - 40) * MINUTE for n in range(5)]
    if not columns:
        lines = {(point, MAIN): [Record(at, 1800, 300.0) for at in begins]}
        return Recorded(DAY, DAY + 24 * HOUR, lines)
    hours: dict[datetime, Minutes] = {}
    for start in (DAY - HOUR, DAY, DAY + HOUR):
        inside = [
            (at - start) // timedelta(microseconds=1) for at in begins if start <= at < start + HOUR
        ]
        hours[start] = Minutes(
            start,
            [
                Alike(
                    1800,
                    "N",
                    sentinel=False,
                    range_max=None,
                    begins=inside,
                    values=[300.0] * len(inside),
                )
            ],
        )
    return Recorded(DAY, DAY + 24 * HOUR, by_hour={(point, MAIN): hours})


@pytest.mark.parametrize("columns", [False, True], ids=["records", "columns"])
def test_records_that_reach_into_the_next_hour_count_there(*, columns: bool) -> None:
    """:20 and :50 of the hour, and 20 minutes of the record from :50 of the hour before: 60 minutes."""
    plant = site()
    plant.bind(SO2, bound("100"))
    case = plant.day({}, hours=1, now=DAY + 2 * HOUR)

    found = judge_plant_day(replace(case, recorded=half_hours(plant.point(SO2), columns=columns)))

    (row,) = [one for one in found.means if one.point == plant.point(SO2)]
    assert (row.valid_s, row.value) == (3600, 300)
    assert [one.outcome for one in found.verdicts] == [Outcome.EXCEEDING]


def test_minutes_that_begin_late_stay_in_their_hour() -> None:
    """At :30 of each minute: the last one's half minute is not the next hour's, so no hour waits for it."""
    plant = site()
    late = [Record(DAY - 30 * MINUTE / 60 + n * MINUTE, 60, 1.0) for n in range(60)]
    recorded = Recorded(DAY, DAY + HOUR, {(plant.point(SO2), MAIN): late})

    found = recorded.minutes_over(plant.point(SO2), DAY)

    assert [one.at for one in found] == [one.at for one in late[1:]]
