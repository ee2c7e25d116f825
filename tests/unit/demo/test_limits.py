"""The demo's table of limits, held against the catalogue, the processes and the province."""

from datetime import UTC, datetime

import pytest

from services.demo.limits import ROWS, SINCE, fitting, wanted
from services.demo.province import SCENARIO
from services.rules.catalogue import catalogue
from services.rules.limit_places import Places
from services.simulate.process.facts import PROCESSES
from services.simulate.scenario.load import load_scenario, shipped
from services.simulate.scenario.work import work_out
from services.simulate.truth import registry_text
from tests.fixtures.registry import MemoryRegistry

START = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = [(kind, key) for kind, keys in ROWS.items() for key in keys]
EVERY_KEY = pytest.mark.parametrize(
    ("kind", "key"), [pytest.param(*one, id=one[1]) for one in KEYS]
)


@pytest.fixture(scope="module")
def places() -> Places:
    registry = MemoryRegistry()
    world = work_out(load_scenario(shipped(SCENARIO)), round(START.timestamp()))
    registry.load(registry_text(world))
    return Places(registry.rows)


def test_every_kind_of_process_has_limits() -> None:
    assert ROWS.keys() == PROCESSES.keys()


@EVERY_KEY
def test_a_row_is_in_the_catalogue_and_limits_what_the_process_emits(kind: str, key: str) -> None:
    row = catalogue()[key]

    assert row.code in PROCESSES[kind].raw
    assert row.medium == ("water" if kind == "sewage_line" else "air")


@EVERY_KEY
def test_a_row_is_in_force_when_it_is_put_up_and_monitored_online(kind: str, key: str) -> None:
    row = catalogue()[key]

    assert row.holds_on(SINCE.date()), kind
    assert row.online


def test_concentrations_are_converted_to_the_oxygen_that_the_plants_are_registered_with() -> None:
    references = {
        (kind, row.reference_oxygen)
        for kind, key in KEYS
        if (row := catalogue()[key]).medium == "air"
    }

    assert {(kind, None if x is None else float(x)) for kind, x in references} == {
        (kind, facts.reference) for kind, facts in PROCESSES.items() if kind != "sewage_line"
    }


def test_no_key_stands_twice_for_a_process() -> None:
    assert len(set(KEYS)) == len(KEYS)


def test_every_row_fits_every_point_that_it_is_for(places: Places) -> None:
    assigned = list(wanted(places))

    for point, key in assigned:
        assert fitting(places, point, key).wrong == []
    assert {key for _, key in assigned} == {key for _, key in KEYS}


def test_every_outlet_but_the_bypass_has_limits_and_only_behind_treatment(places: Places) -> None:
    rows = places.rows
    limited = {point.subject for point, _ in wanted(places)}

    assert {point.side for point, _ in wanted(places)} == {"out"}
    assert {one.role for one in rows.subjects.values() if one.id in limited} == {"discharge"}
    assert limited == {
        one.id for one in rows.subjects.values() if one.kind == "outlet" and one.role != "bypass"
    }


def test_what_the_law_says_is_kept_with_how_sure_it_is(places: Places) -> None:
    said = {key: fitting(places, point, key) for point, key in wanted(places)}

    for key, one in said.items():
        assert one.law == catalogue()[key].law()
    assert {one.law.verified for one in said.values()} == {True, False}


def test_of_conditions_only_the_waters_temperature_is_left_to_be_judged(places: Places) -> None:
    conditions = {fitting(places, point, key).bound.condition for point, key in wanted(places)}

    assert conditions == {"", "water_temperature>12", "water_temperature<=12"}
