"""Plants as they are in life: each is imported, read back, and exported as the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from schemas.registry_rows import RegistryRows, SubjectRow
from services.cases.registering.written import registry_text
from services.store.connection import connect_now
from services.store.registry_read import read_registry
from tests.fixtures.readings import channel_ids, fill
from tests.fixtures.registry import STANDARD, MemoryRegistry, compared, sentences, stored

JULY = datetime(2024, 7, 1, tzinfo=UTC) - timedelta(hours=8)
HOUR = timedelta(hours=1)

TWO_OF_THREE = """
    outlets: [{code: DA001, medium: air}]
    units: [{code: B1, process: boiler, fuel: coal, rated_capacity: 480, rated_unit: t/h}]
    facilities:
      - {code: A1, treatment: desulphurisation}
      - {code: A2, treatment: desulphurisation}
      - {code: A3, treatment: desulphurisation}
    groups: [{code: FGD, needed: 2, facilities: [A1, A2, A3], serves: [B1 -> DA001]}]
    devices:
      - mn: MN-A
        commissioned_at: 2024-01-01
        channels: [a21026, {code: SB1, point: A1}, {code: SB2, point: A2}, {code: SB3, point: A3}]
"""
IN_SERIES = """
    outlets: [{code: DA001, medium: air, reference_oxygen: 6}]
    units: [{code: B1, process: boiler}]
    facilities:
      - {code: SCR, treatment: denitrification}
      - {code: BAG, treatment: dust filter}
      - {code: FGD, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: SCR, serves: [{unit: B1, outlet: DA001, place: 1}]}
      - {code: G2, needed: 1, facilities: BAG, serves: [{unit: B1, outlet: DA001, place: 2}]}
      - {code: G3, needed: 1, facilities: FGD, serves: [{unit: B1, outlet: DA001, place: 3}]}
"""
SEVERAL_OUTLETS = """
    outlets: [{code: DA001, medium: air}, {code: DA002, medium: air}]
    units: [{code: B1, process: boiler}, {code: B2, process: boiler}]
    facilities: [{code: BAG, treatment: dust filter}]
    groups: [{code: G1, needed: 1, facilities: BAG, serves: [B1 -> DA001, B2 -> DA002]}]
"""
ONE_STACK = """
    outlets: [{code: DA001, medium: air}]
    units:
      - {code: B1, process: boiler, fuel: coal, rated_capacity: 300, rated_unit: MW}
      - {code: B2, process: boiler, fuel: biomass, rated_capacity: 75, rated_unit: t/h}
    facilities: [{code: S1, treatment: desulphurisation}, {code: S2, treatment: desulphurisation}]
    groups:
      - {code: G1, needed: 1, facilities: S1, serves: [B1 -> DA001]}
      - {code: G2, needed: 1, facilities: S2, serves: [B2 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2024-01-01
        channels:
          - a21026
          - {code: x01, point: B1/state/load, unit: MW}
          - {code: x02, point: B2/state/load, unit: t/h}
          - {code: x03, point: B2/state/fuel, unit: t/h}
          - {code: x04, point: B1/state/furnace_temperature, unit: Cel}
"""
SEVERAL_DEVICES = """
    outlets: [{code: DA001, medium: air}]
    devices:
      - {mn: MN-GAS, commissioned_at: 2024-01-01, channels: [a21026, a21002]}
      - {mn: MN-DUST, commissioned_at: 2024-01-01, channels: [a34013]}
      - mn: MN-SPARE
        commissioned_at: 2024-01-01
        channels: [{code: a21026, rank: spare}, {code: a21002, rank: spare}]
      - mn: MN-LAB
        commissioned_at: 2024-03-01
        channels: [{code: a21026, rank: comparison, from: 2024-03-05, to: 2024-03-08}]
"""
SEWAGE_WORKS = """
    outlets:
      - {code: DW001, medium: water, name: 总排口}
      - {code: DW-IN, medium: water, name: 进口, role: inlet}
    devices:
      - {mn: MN-OUT, commissioned_at: 2024-01-01, outlet: DW001, channels: [w01018, w21003]}
      - {mn: MN-IN, commissioned_at: 2024-01-01, outlet: DW-IN, channels: [w01018, w21003]}
"""
MERGED = """
    outlets:
      - {code: DA001, medium: air, successor: DA002, merged_at: 2024-03-01}
      - {code: DA002, medium: air, successor: DA003, merged_at: 2024-09-01}
      - {code: DA003, medium: air}
"""
REPLACED = """
    outlets: [{code: DA001, medium: air}]
    devices:
      - code: OLD
        mn: {mn: MN-A, to: 2024-07-01}
        commissioned_at: 2024-01-01
        channels: [{code: a21026, unit: mg/m3}]
      - code: NEW
        mn: {mn: MN-A, from: 2024-07-01}
        commissioned_at: 2024-07-01
        channels: [{code: a21026, unit: mg/m3, scale: 0.001, sentinels: [-99]}]
"""
PROMOTED = """
    outlets: [{code: DA001, medium: air}]
    devices:
      - mn: MN-A
        commissioned_at: 2024-01-01
        channels:
          - {code: a21026, to: 2024-07-01}
          - {code: a21026, from: 2024-07-01, rank: spare}
      - mn: MN-B
        commissioned_at: 2024-01-01
        channels:
          - {code: a21026, rank: spare, to: 2024-07-01}
          - {code: a21026, from: 2024-07-01}
"""
LIVES = {
    "two of three absorbers": TWO_OF_THREE,
    "SCR, filter and FGD in series": IN_SERIES,
    "a facility for several outlets": SEVERAL_OUTLETS,
    "several boilers on a stack": ONE_STACK,
    "several devices at an outlet": SEVERAL_DEVICES,
    "sewage works": SEWAGE_WORKS,
    "merged outlets": MERGED,
    "a device replaced, its MN kept": REPLACED,
    "a spare promoted to main": PROMOTED,
}


def plant(parts: str) -> str:
    return f"plants:\n  - code: P1\n    name: 示例厂\n    region: 1505{parts}"


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "test") as connection:
        yield connection


def subject(rows: RegistryRows, code: str) -> SubjectRow:
    return next(row for row in rows.subjects.values() if row.code == code)


@pytest.mark.parametrize("parts", LIVES.values(), ids=LIVES.keys())
def test_it_is_imported_and_exported_as_the_same(
    connection: psycopg.Connection, parts: str
) -> None:
    stored(connection, plant(parts))
    before = read_registry(connection)
    exported = registry_text(before, STANDARD)

    assert stored(connection, plant(parts)).empty
    assert stored(connection, exported).empty
    elsewhere = MemoryRegistry()
    elsewhere.load(exported)
    assert registry_text(elsewhere.rows, STANDARD) == exported
    assert read_registry(connection) == before


def test_two_of_three_absorbers_are_needed(connection: psycopg.Connection) -> None:
    stored(connection, plant(TWO_OF_THREE))

    [group] = read_registry(connection).groups.values()
    assert (group.needed, len(group.facilities)) == (2, 3)


def test_groups_in_series_have_their_places(connection: psycopg.Connection) -> None:
    stored(connection, plant(IN_SERIES))

    groups = read_registry(connection).groups.values()
    assert {group.code: group.serves[0].place for group in groups} == {"G1": 1, "G2": 2, "G3": 3}


def test_a_unit_has_fuel_rating_and_signals(connection: psycopg.Connection) -> None:
    stored(connection, plant(ONE_STACK))

    rows = read_registry(connection)
    unit = subject(rows, "B2")
    assert (unit.fuel, unit.rated_capacity, unit.rated_unit) == ("biomass", 75, "t/h")
    signals = {(row.side, row.code) for row in rows.points.values() if row.subject == unit.id}
    assert signals == {("state", "load"), ("state", "fuel")}


def test_an_inlet_is_an_outlet_of_that_role(connection: psycopg.Connection) -> None:
    stored(connection, plant(SEWAGE_WORKS))

    rows = read_registry(connection)
    assert (subject(rows, "DW-IN").role, subject(rows, "DW001").role) == ("inlet", "discharge")


def series_of(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    """One point's readings, whoever measured them while it was main."""
    return connection.execute(
        "SELECT device.code, time, value FROM measured_minute JOIN device ON device.id = device"
        " WHERE point = (SELECT id FROM point WHERE code = 'a21026') AND rank = 'main' ORDER BY time"
    ).fetchall()


def test_a_points_history_is_one_series_across_a_replacement(
    connection: psycopg.Connection, database: str
) -> None:
    stored(connection, plant(REPLACED))
    ids = channel_ids(connection)
    with connect_now(database, "ingest", "test") as writer:
        fill(writer, "reading_minute", [(JULY - HOUR, ids["OLD/a21026"], 35.0)])
        fill(writer, "reading_minute", [(JULY, ids["NEW/a21026"], 34_000.0)])

    assert series_of(connection) == [("OLD", JULY - HOUR, 35.0), ("NEW", JULY, 34.0)]


def test_a_points_history_is_one_series_across_the_promotion_of_a_spare(
    connection: psycopg.Connection, database: str
) -> None:
    stored(connection, plant(PROMOTED))
    ids = channel_ids(connection)
    with connect_now(database, "ingest", "test") as writer:
        for at in (JULY - HOUR, JULY):
            fill(writer, "reading_minute", [(at, ids["MN-A/a21026"], 1.0)])
            fill(writer, "reading_minute", [(at, ids["MN-B/a21026"], 2.0)])

    assert series_of(connection) == [("MN-A", JULY - HOUR, 1.0), ("MN-B", JULY, 2.0)]


SECOND_MAIN = SEVERAL_DEVICES.replace(
    "channels: [{code: a21026, rank: spare}, {code: a21002, rank: spare}]",
    "channels: [{code: a21026, rank: main, from: 2024-07-01}]",
)


def test_two_mains_at_once_are_refused_with_a_sentence(connection: psycopg.Connection) -> None:
    stored(connection, plant(SEVERAL_DEVICES))

    found = compared(read_registry(connection), plant(SECOND_MAIN))

    [sentence] = sentences(found)
    assert sentence == (
        "point DA001/out/a21026 has two main channels: P1 / MN-GAS / a21026 (2024-01-01 → open) and "
        "P1 / MN-SPARE / a21026 (2024-07-01 → open): give one of them `rank: spare` or "
        "`rank: comparison`, or end it with `to`"
    )


def test_two_mains_at_once_are_refused_by_the_database_itself(
    connection: psycopg.Connection,
) -> None:
    stored(connection, plant(SEVERAL_DEVICES))

    with pytest.raises(psycopg.errors.ExclusionViolation) as caught:
        connection.execute("UPDATE channel_binding SET rank = 'main' WHERE rank = 'spare'")

    assert caught.value.diag.constraint_name == "one_main_per_point"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(
            (", merged_at: 2024-03-01", ""), "give `successor` and `merged_at` together", id="when"
        ),
        pytest.param(
            ("successor: DA002, ", ""), "give `successor` and `merged_at` together", id="where"
        ),
        pytest.param(
            ("DA003, medium: air", "DA003, medium: water"), "both must be of one medium", id="medium"
        ),
        pytest.param(
            ("successor: DA003, merged_at: 2024-09-01", "successor: DA001, merged_at: 2024-09-01"),
            "would in the end be merged into itself", id="circle",
        ),
        pytest.param(
            ("successor: DA002", "successor: DA001"), "merged into itself", id="into itself"
        ),
        pytest.param(
            ("2024-09-01", "2024-02-01"), "DA002 was merged itself on 2024-02-01", id="too late"
        ),
    ],
)  # fmt: skip
def test_a_merger_that_makes_no_sense_is_refused(change: tuple[str, str], sentence: str) -> None:
    text = plant(MERGED.replace(*change))

    found = sentences(compared(RegistryRows(), text))

    assert any(sentence in one for one in found)


def test_a_rating_without_its_unit_is_refused() -> None:
    text = plant(ONE_STACK.replace(", rated_unit: MW", ""))

    [found] = sentences(compared(RegistryRows(), text))

    assert "give `rated_capacity` and `rated_unit` together" in found
