"""The scenarios that come with the program hold what they promise."""

from collections import Counter

import pytest

from schemas.scenario_incident import RULES
from services.simulate.hour import hour_of
from services.simulate.scenario.load import load_scenario, shipped
from services.simulate.scenario.work import work_out
from services.simulate.world import World
from tests.fixtures.scenarios import HOUR_S, START_S


@pytest.fixture(scope="module")
def province() -> World:
    return work_out(load_scenario(shipped("province")), START_S)


def test_the_province_has_plants_of_every_kind_in_every_league(province: World) -> None:
    scenario = load_scenario(shipped("province"))

    assert len({plant.region for plant in scenario.plants}) == 12
    assert len({plant.kind for plant in scenario.plants}) == 7
    assert len(scenario.plants) >= 20
    assert len({(each.plant, each.outlet) for each in province.devices}) >= 60


def test_the_province_speaks_every_protocol_and_a_fifth_of_it_has_a_quirk(province: World) -> None:
    protocols = Counter(each.protocol for each in province.devices)
    quirks = [each.quirk for each in province.devices if each.quirk]

    assert min(protocols.values()) >= 3
    assert len(protocols) == 4
    assert protocols.most_common(1)[0][0] == "hj212-2017"
    assert 0.15 <= len(quirks) / len(province.devices) <= 0.25
    assert len(set(quirks)) >= 12
    assert any(each.sm4_key for each in province.devices)


def test_every_kind_of_incident_happens_in_the_province(province: World) -> None:
    happened = {each.kind for each in province.incidents}

    assert happened == RULES.keys()


@pytest.mark.parametrize("first", [0, 31, 77, 140])
def test_something_happens_every_minute_in_the_province(province: World, first: int) -> None:
    """Incidents, changes of state and calibrations of an hour: 60 at least."""
    begin_s = START_S + first * HOUR_S
    end_s = begin_s + HOUR_S

    happened = sum(begin_s <= each.during.from_s < end_s for each in province.incidents)
    for each in province.devices:
        one = hour_of(province, each, begin_s)
        happened += len(one.states) - len(each.facilities)
        happened += sum(said.kind == "status" and said.text == "3" for said in one.happenings)

    assert happened >= 60


def test_five_hundred_loggers_have_a_hundred_quirks() -> None:
    made = work_out(load_scenario(shipped("quirks-500")), START_S)

    dealt = Counter(each.quirk for each in made.devices if each.quirk)
    assert len(made.devices) == 500
    assert sum(dealt.values()) == 100
    assert min(dealt.values()) >= 3
