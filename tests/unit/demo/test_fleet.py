"""The counts of the virtual province by league, and its newest incidents."""

from dataclasses import replace

from services.demo.fleet import Fleet
from services.simulate.outgoing import Outgoing
from services.simulate.world import Incident, Interval, World
from services.store.judged_overview import JudgedOutlet, Overview
from tests.fixtures.virtual import virtual_device, virtual_world

ONE = virtual_device(plant="P1", mn="M1")
TWO = virtual_device(plant="P2", mn="M2")


def world(*incidents: Incident) -> World:
    registry: dict[str, object] = {
        "plants": [
            {"code": "P1", "name": "示例厂", "region": "150502"},
            {"code": "P2", "region": "1501"},
        ]
    }
    return replace(virtual_world(ONE, TWO), registry=registry, incidents=incidents)


def message(mn: str) -> Outgoing:
    return Outgoing(f"hj212/{mn}", b"", 0.0, mn, mn, "2011")


def incident(kind: str, from_s: int) -> Incident:
    return Incident(kind, "P1/B1", Interval(from_s, from_s + 60), honest=True)


def test_messages_are_counted_by_league() -> None:
    fleet = Fleet(world(), {"1505": "通辽市"})

    for mn in ("M1", "M1", "M2"):
        fleet.sent(message(mn))

    assert [each[:4] for each in fleet.tallies()] == [("1501", 1, 1, 1), ("通辽市", 1, 1, 2)]


def test_what_was_judged_is_counted_by_league() -> None:
    fleet = Fleet(world(), {"1505": "通辽市"})
    judged = Overview(
        (
            JudgedOutlet("P1", "DA001", 3, over=True, silent=False),
            JudgedOutlet("P1", "DA002", 2, over=True, silent=True),
        ),
        {"P2": 4},
    )

    assert [each[4:] for each in fleet.tallies(judged)] == [(0, 0, 0, 4), (5, 2, 1, 0)]


def test_a_plant_that_is_not_of_the_province_is_in_no_league() -> None:
    own = Overview((JudgedOutlet("OWN", "DA001", 3, over=True, silent=False),), {"OWN": 1})

    assert [each[4:] for each in Fleet(world(), {}).tallies(own)] == [(0, 0, 0, 0)] * 2


def test_the_newest_incidents_are_those_that_began_last() -> None:
    fleet = Fleet(world(incident("a", 10), incident("b", 20), incident("c", 30)), {})

    assert [each.kind for each in fleet.newest(25, 1)] == ["b"]
    assert [each.kind for each in fleet.newest(25, 5)] == ["b", "a"]


def test_an_incident_is_told_with_the_name_of_its_plant() -> None:
    fleet = Fleet(world(incident("a", 10)), {})

    assert fleet.newest(10, 1) == [(10, "示例厂 B1", "a", True)]
