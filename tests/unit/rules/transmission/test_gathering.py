"""An outlet's records put together from a registry, counts and beliefs, without a database."""

from collections.abc import Iterable
from datetime import datetime

import pytest

from schemas.judgement import MeanRow, Outcome
from schemas.marks import Mark
from schemas.period_outcome import PeriodOutcome
from schemas.registry_rows import RegistryRows, SubjectRow
from schemas.transmission import SeriesCount
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.plant_view import Plants, PlantView
from services.rules.transmission.gathering import (
    Assessed,
    Believed,
    Sent,
    assessed_outlets,
    assessed_points,
    missing_factors,
    plant_records,
)
from services.rules.transmission.parameters import TransmissionParameters
from services.rules.transmission.records import Arrival, Assessing
from tests.fixtures.marking import accepted
from tests.fixtures.registry import MemoryRegistry
from tests.fixtures.transmitted import AGAIN, IN_TIME, LONG_AFTER, NEVER, TOO_LATE, at, row

PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
      - {code: DA009, medium: air, role: bypass}
      - {code: DW001, medium: water}
    units:
      - {code: B1, process: boiler}
      - {code: B2, process: boiler}
    facilities:
      - {code: F1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [F1], serves: [B1 -> DA001]}
    devices:
      - mn: MN-A
        outlet: DA001
        commissioned_at: 2024-01-01
        channels: [a21026, a34013, a19001]
      - mn: MN-B
        outlet: DA001
        commissioned_at: 2024-01-01
        channels: [{code: a21026, rank: spare}]
      - mn: MN-W
        outlet: DW001
        commissioned_at: 2024-01-01
        channels: [w01018, w21003, w00000]
"""
PARAMS = TransmissionParameters()


@pytest.fixture(scope="module")
def registry() -> RegistryRows:
    memory = MemoryRegistry()
    memory.load(PLANT)
    return memory.rows


def view_of(rows: RegistryRows) -> PlantView:
    plants = Plants(rows)
    return plants.at(plants.ids()[0], LONG_AFTER)


def subject(rows: RegistryRows, code: str) -> int:
    return next(one.id for one in rows.subjects.values() if one.code == code)


def point(rows: RegistryRows, code: str) -> int:
    return next(one.id for one in rows.points.values() if one.code == code)


def count(
    hour: int, *, in_time: int = 0, late: int = 0, device: str = "MN-A", part: str = "a21026"
) -> SeriesCount:
    missing = 1 - min(1, in_time + late)
    return SeriesCount(
        "P1", device, device, part, "hour", at(hour), 1, in_time, late, missing, 0, 0
    )


def assessing(_outlet: SubjectRow) -> tuple[Assessing, MarkParameters]:
    return Assessing(LONG_AFTER, PARAMS), MarkParameters()


def gathered(
    rows: RegistryRows, sent: Sent, believed: Believed | None = None
) -> dict[str, Assessed]:
    told = (sent, believed or Believed())
    plants = Plants(rows)
    of_plant = plants.rows(plants.ids()[0])
    found = plant_records(of_plant, view_of(rows), told, assessing)
    return {one.outlet.code: one for one in found}


def so2(rows: RegistryRows, first: Iterable[SeriesCount], later: Iterable[SeriesCount]) -> object:
    outlet = gathered(rows, Sent(list(first), list(later)))["DA001"]
    return next(one for one in outlet.records.factors if one.code == "a21026").hours_due


NOTHING = Sent((), ())


def test_where_a_plant_discharges_is_assessed_by_the_factors_of_its_medium(
    registry: RegistryRows,
) -> None:
    found = gathered(registry, NOTHING)

    codes = {code: [one.code for one in each.records.factors] for code, each in found.items()}
    assert codes == {"DA001": ["a34013", "a21026"], "DW001": ["w01018", "w21003"]}
    assert found["DW001"].records.medium == "water"


def test_the_points_that_beliefs_are_needed_of(registry: RegistryRows) -> None:
    found = assessed_points(view_of(registry), lambda _: Assessing(LONG_AFTER, PARAMS))

    wanted = ("a34013", "a21026", "w01018", "w21003")
    assert set(found) == {point(registry, code) for code in wanted}


def test_a_factor_that_nothing_measures_is_told(registry: RegistryRows) -> None:
    lacking = {
        one.row.code: missing_factors(one, PARAMS) for one in assessed_outlets(view_of(registry))
    }

    assert lacking == {"DA001": ["a21002"], "DW001": []}


@pytest.mark.parametrize(
    ("first", "later", "expected"),
    [
        pytest.param(count(3, in_time=1), count(3, in_time=1), IN_TIME, id="in time"),
        pytest.param(count(3, late=1), count(3, in_time=1), AGAIN, id="within the window"),
        pytest.param(count(3, late=1), count(3, late=1), TOO_LATE, id="after the window"),
        pytest.param(count(3), count(3), NEVER, id="never"),
    ],
)
def test_two_counts_tell_when_a_record_came(
    registry: RegistryRows, first: SeriesCount, later: SeriesCount, expected: Arrival
) -> None:
    assert so2(registry, [first], [later]) == {at(3): expected}


def test_what_the_spare_sent_counts_and_owes_nothing(registry: RegistryRows) -> None:
    """Hour 3: the main one is silent and the spare is not. Hour 4: the spare alone was counted."""
    spare = [count(hour, in_time=1, device="MN-B") for hour in (3, 4)]

    assert so2(registry, [count(3), *spare], [count(3), *spare]) == {at(3): IN_TIME}


def test_counts_of_other_plants_and_series_play_no_part(registry: RegistryRows) -> None:
    others = [count(3, in_time=1)._replace(plant="P2"), count(3)._replace(series="minute")]

    assert so2(registry, others, others) == {}


def test_means_are_those_of_the_point(registry: RegistryRows) -> None:
    rows = [row(at(3), point=point(registry, "a21026")), row(at(3), point=-1)]

    outlet = gathered(registry, NOTHING, Believed(rows))["DA001"]

    hours: dict[str, list[MeanRow]] = {
        one.code: list(one.hours.values()) for one in outlet.records.factors
    }
    assert hours == {"a34013": [], "a21026": rows[:1]}


def stopped(rows: RegistryRows, hour: int, outcome: Outcome = Outcome.STOPPED) -> PeriodOutcome:
    return PeriodOutcome(point(rows, "a21026"), 1, at(hour), outcome)


def still(rows: RegistryRows, outcomes: list[PeriodOutcome], *marks: Mark) -> frozenset[datetime]:
    of_unit = {subject(rows, "B1"): marks}
    found = gathered(rows, NOTHING, Believed((), outcomes, of_unit))
    assert found["DW001"].records.still == frozenset()
    return found["DA001"].records.still


def test_hours_judged_as_stopped_without_a_mark_stood_still(registry: RegistryRows) -> None:
    outcomes = [stopped(registry, 3), stopped(registry, 4, Outcome.NO_DATA)]

    assert still(registry, outcomes) == {at(3)}


def test_a_stop_that_a_mark_touches_is_the_marks_business(registry: RegistryRows) -> None:
    mark = accepted(at(3), at(4), "thermal_power/out_of_service")

    assert still(registry, [stopped(registry, 3), stopped(registry, 5)], mark) == {at(5)}


def test_marks_of_the_only_unit_are_those_of_its_outlet(registry: RegistryRows) -> None:
    mark = accepted(at(3), at(4), "thermal_power/out_of_service")
    believed = Believed(marks={subject(registry, "B1"): [mark]})

    found = gathered(registry, NOTHING, believed)

    assert [one.mark for one in found["DA001"].records.line.condition] == [mark]
    assert found["DW001"].records.line.condition == ()
