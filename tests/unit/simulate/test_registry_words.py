"""The registry that fits a scenario, as the import takes it."""

import json
from collections.abc import Sequence

import pytest

from schemas.registry import RegistryDocument
from services.simulate.quirks import QUIRK_POLICIES
from services.simulate.scenario.load import load_scenario, shipped, shipped_names
from services.simulate.scenario.work import work_out
from services.simulate.world import World
from tests.fixtures.registry import MemoryRegistry
from tests.fixtures.scenarios import DAY_S, START_S, Fields, device, scenario, world


def worked(plants: Sequence[Fields], **fields: object) -> World:
    return work_out(scenario(plants, **fields), START_S)


def document(registry: object) -> RegistryDocument:
    """The registry as the import reads it (JSON is YAML)."""
    return RegistryDocument.model_validate(json.loads(json.dumps(registry)))


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_scenario_has_a_registry_that_the_import_accepts(name: str) -> None:
    made = work_out(load_scenario(shipped(name)), START_S)

    read = document(made.registry)

    listed = [entry.mn[0].mn for plant in read.plants for entry in plant.devices]
    assert sorted(listed) == sorted(each.mn for each in made.devices)
    assert all("示例" in plant.name for plant in read.plants)


@pytest.mark.parametrize("name", ["province", "small"])
def test_the_import_finds_nothing_wrong_and_a_second_time_nothing_new(name: str) -> None:
    made = work_out(load_scenario(shipped(name)), START_S)
    text = json.dumps(made.registry, ensure_ascii=False)
    registry = MemoryRegistry()

    first = registry.load(text)
    again = registry.load(text)

    assert {change.verb for change in first.changes} == {"added"}
    assert not again.changes


@pytest.mark.parametrize("quirk", QUIRK_POLICIES)
def test_the_registry_knows_what_the_quirk_needs(quirk: str) -> None:
    made = worked(
        [
            {
                "kind": "coal_power",
                "size": 1,
                "devices": [{"code": "D1", "outlet": "DA001", "quirk": quirk}],
            }
        ]
    )

    entry = document(made.registry).plants[0].devices[0]
    rules = QUIRK_POLICIES[quirk]
    assert entry.crc == rules.crc
    assert set(entry.policies) == set(rules.policies)
    assert entry.unflagged_as == rules.unflagged_as
    assert entry.gateway == rules.gateway
    flow = next(c for c in entry.channels if c.point == "DA001/out/a00000")
    assert flow.code == ("B02" if rules.old_codes else "a00000")
    assert flow.unit == rules.units.get("a00000")
    assert flow.sentinels == rules.sentinels


def test_the_registry_tells_ways_ranges_cycles_and_states() -> None:
    made = world("sewage", size=2)

    plant = document(made.registry).plants[0]
    channels = {channel.code: channel for channel in plant.devices[0].channels}
    assert channels["w01018"].cycle == 7200
    assert channels["w01018"].range == (0.0, 200.0)
    assert channels["SB1"].point == "BIO1A/state"
    assert [way.place for way in plant.groups[1].serves] == [2, 2]
    assert plant.devices[1].channels[0].point == "DW001/in/w01018"


def test_a_replacement_carries_the_mn_on() -> None:
    made = world("cement", {"kind": "replaced", "subject": "P0/D1", "from": "1d", "for": "30min"})

    old, new = device(made, "D1"), device(made, "D1-2")
    assert old.mn == new.mn
    assert old.works is not None
    assert new.works is not None
    assert old.works.to_s == START_S + DAY_S
    assert new.works.from_s == new.commissioned_s == START_S + DAY_S + 1800
    entries = document(made.registry).plants[0].devices
    held = {entry.code: entry.mn[0] for entry in entries}
    assert held["D1"].until is not None
    assert held["D1-2"].since is not None
    assert held["D1"].until < held["D1-2"].since
