"""The part of a registry that concerns some plants, and which plants a change concerns."""

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from schemas.registry_rows import RegistryRows
from services.cases.registering.difference import Difference
from services.cases.registering.document import parse_document
from services.cases.registering.importing import document_compared
from services.cases.registering.partial import plants_touched, regions_above, rows_of_plants

NOW = datetime(2026, 8, 10, tzinfo=UTC)
TWO = """
plants:
  - code: P1
    name: 一厂
    region: 1505
    outlets: [{code: DA001, medium: air}]
    devices: [{mn: MN-A, commissioned_at: 2024-01-01, channels: [a21026]}]
  - code: P2
    name: 二厂
    region: 1502
    outlets: [{code: DA001, medium: air}]
    devices: [{mn: MN-B, commissioned_at: 2024-01-01, channels: [a21026, a21002]}]
"""
ANOTHER_CHANNEL = """
plants:
  - code: P2
    name: 二厂
    region: 1502
    devices: [{mn: MN-B, commissioned_at: 2024-01-01, channels: [{code: a21026, rank: spare}]}]
"""


def imported(text: str, known: RegistryRows | None = None) -> Difference:
    document = parse_document(text).document
    assert document is not None
    found = document_compared(document, known or RegistryRows(), NOW)
    assert found.problems == []
    return found


def test_of_one_plant_there_is_all_that_is_its_own_and_nothing_else() -> None:
    whole = imported(TWO).known
    first = next(row.id for row in whole.plants.values() if row.code == "P1")

    part = rows_of_plants(whole, {first})

    assert [row.code for row in part.plants.values()] == ["P1"]
    assert [held.mn for held in next(iter(part.mns.values()))] == ["MN-A"]
    assert [row.code for row in part.channels.values()] == ["a21026"]
    assert part.bindings.keys() == part.settings.keys() == part.channels.keys()
    assert part.regions == whole.regions


def test_the_parts_of_all_plants_make_up_the_whole() -> None:
    whole = imported(TWO).known

    parts = [rows_of_plants(whole, {plant}) for plant in whole.plants]

    for one in fields(RegistryRows):
        if one.name not in {"regions", "mended"}:
            keys = [key for part in parts for key in getattr(part, one.name)]
            assert sorted(keys) == sorted(getattr(whole, one.name)), one.name


def test_who_sees_everything_is_given_everything() -> None:
    whole = imported(TWO).known

    assert rows_of_plants(whole, None) is whole


@pytest.mark.parametrize(
    ("text", "codes"), [(ANOTHER_CHANNEL, {"P2"}), (TWO, set[str]())], ids=["a channel", "nothing"]
)
def test_a_change_concerns_the_plants_whose_rows_are_written(text: str, codes: set[str]) -> None:
    before = imported(TWO).known

    found = imported(text, before)

    touched = plants_touched(found.write, found.known)
    assert {found.known.plants[plant].code for plant in touched} == codes


def test_a_region_lies_in_those_above_it() -> None:
    known = imported(TWO).known

    assert regions_above("1505", known) == {"1505", "15"}
    assert regions_above("9999", known) == {"9999"}
