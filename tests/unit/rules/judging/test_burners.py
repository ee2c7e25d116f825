"""Which units burn waste, by what was registered; and which hourly limits only warn because of it."""

import pytest

from schemas.judgement import Outcome, Period, VerdictRow
from schemas.registry_rows import SubjectRow
from services.rules.judging.burners import Burns, burns, burnt_behind, units_behind
from services.rules.judging.facts import is_incinerator
from services.rules.judging.plant_day import judge_plant_day
from tests.fixtures.plant_days import DAY, HOUR, Site, bound

TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
    units: [UNITS]
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, unit: mg/m3}
          - {code: a21001, unit: mg/m3}
"""
SO2, NH3 = "DA001/out/a21026", "DA001/out/a21001"
HOUSEHOLD = "{code: W1, process: waste_incinerator}"
UNSAID = "{code: W1, process: incinerator}"
BOILER = "{code: B2, process: coal_boiler}"


def site(*units: str) -> Site:
    return Site(TEXT.replace("UNITS", ", ".join(units)))


@pytest.mark.parametrize(
    ("process", "fuel", "kind"),
    [
        pytest.param("waste_incinerator", None, "household", id="by its process"),
        pytest.param("生活垃圾焚烧炉", None, "household", id="in Chinese"),
        pytest.param("危险废物焚烧炉", None, "hazardous", id="hazardous waste"),
        pytest.param("incinerator", "hazardous waste", "hazardous", id="by its fuel"),
        pytest.param("incinerator", "生活垃圾", "household", id="by its fuel, household"),
        pytest.param("Incinerator", None, "unsaid", id="nobody registered which"),
        pytest.param("coal_boiler", "生活垃圾", None, id="no incinerator"),
        pytest.param(None, None, None, id="no process"),
    ],
)
def test_what_a_unit_burns(process: str | None, fuel: str | None, kind: Burns | None) -> None:
    assert burns(SubjectRow(1, 1, "unit", "W1", "W1", process=process, fuel=fuel)) == kind


@pytest.mark.parametrize(
    ("units", "kind", "incinerator"),
    [
        pytest.param([HOUSEHOLD], "household", True, id="one unit, in no group"),
        pytest.param([HOUSEHOLD, BOILER], "mixed", False, id="which leads there nobody knows"),
        pytest.param([BOILER], None, False, id="a boiler"),
        pytest.param([UNSAID], "unsaid", True, id="an incinerator of what"),
    ],
)
def test_an_outlet_without_ways_is_that_of_the_units_without_ways(
    units: list[str],
    kind: str | None,
    incinerator: bool,  # noqa: FBT001 - a case
) -> None:
    view = site(*units).view()
    (outlet,) = view.outlets.values()

    assert burnt_behind(view, outlet) == kind
    assert is_incinerator(view, outlet) is incinerator
    assert len(units_behind(view, outlet.row.id)) == len(units)


def hourly(point: str, *units: str) -> list[VerdictRow]:
    """Verdicts on 150 over an hourly limit of 100."""
    plant = site(*units)
    plant.bind(point, bound("100"))
    found = judge_plant_day(plant.day({point: [150.0]}, hours=1, now=DAY + 2 * HOUR))
    return [row for row in found.verdicts if row.period is Period.HOUR]


def test_hours_of_a_household_furnace_without_a_group_warn_only() -> None:
    """Order 10 art 6: of the five pollutants the day is judged."""
    assert hourly(SO2, HOUSEHOLD) == []


def test_other_pollutants_of_the_furnace_are_judged_by_the_hour() -> None:
    (row,) = hourly(NH3, HOUSEHOLD)

    assert (row.outcome, row.sure) == (Outcome.EXCEEDING, True)


@pytest.mark.parametrize("units", [[UNSAID], [HOUSEHOLD, BOILER]], ids=["of what", "or a boiler"])
def test_where_nobody_can_tell_what_is_burnt_an_hour_over_is_in_doubt(units: list[str]) -> None:
    (row,) = hourly(SO2, *units)

    assert (row.outcome, row.doubts) == (Outcome.EXCEEDING, ("incinerator_kind",))


def test_a_furnace_for_hazardous_waste_keeps_its_hourly_limits() -> None:
    """GB 18484-2020 table 3 has hourly limits."""
    (row,) = hourly(SO2, "{code: W1, process: hazardous_waste_incinerator}")

    assert (row.outcome, row.sure) == (Outcome.EXCEEDING, True)
