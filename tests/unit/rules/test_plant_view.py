"""A plant is seen as it was bound at the time that is judged."""

from datetime import UTC, datetime

import pytest

from services.rules.plant_view import Plants, PlantView
from tests.fixtures.registry import MemoryRegistry

TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
    units:
      - {code: B1, process: coal_boiler}
      - {code: B2, process: coal_boiler}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B2 -> DA001, B1 -> DA001]}
    devices:
      - code: OLD
        mn: [{mn: MN-A, to: 2025-02-01}]
        protocol: hjt212-2005
        commissioned_at: 2024-01-01
        channels:
          - {code: a21026, to: 2025-02-01}
          - {code: SB1, point: FGD1/state}
      - code: NEW
        mn: [{mn: MN-A, from: 2025-02-01}]
        commissioned_at: 2025-02-01
        channels:
          - {code: a21026, unit: ug/m3}
          - {code: a21026x, point: DA001/out/a21026, rank: spare, unit: mg/m3}
          - {code: i33400, point: B1/state/load, unit: "%"}
"""


@pytest.fixture(scope="module")
def plants() -> Plants:
    registry = MemoryRegistry()
    registry.load(TEXT)
    return Plants(registry.rows)


def seen(plants: Plants, *day: int) -> PlantView:
    (plant,) = plants.ids()
    return plants.at(plant, datetime(*day, tzinfo=UTC))


def subject(view: PlantView, code: str) -> int:
    return next(each.row.id for each in view.subjects() if each.row.code == code)


@pytest.mark.parametrize(
    ("day", "device", "unit"),
    [((2025, 1, 1), "OLD", "mg/m3"), ((2025, 3, 1), "NEW", "ug/m3")],
    ids=["before it was replaced", "after it was replaced"],
)
def test_a_point_has_the_main_channel_of_its_time(
    plants: Plants, day: tuple[int, int, int], device: str, unit: str
) -> None:
    view = seen(plants, *day)

    point = view.outlets[subject(view, "DA001")].outward["a21026"]

    assert point.device is not None
    assert (point.device.code, point.unit) == (device, unit)


def test_before_any_device_a_point_has_none(plants: Plants) -> None:
    view = seen(plants, 2023, 1, 1)

    point = view.outlets[subject(view, "DA001")].outward["a21026"]

    assert (point.device, point.unit) == (None, None)


def test_the_units_of_an_outlet_are_those_that_lead_to_it(plants: Plants) -> None:
    view = seen(plants, 2025, 3, 1)

    units = view.units_of(subject(view, "DA001"))

    assert units == tuple(sorted((subject(view, "B1"), subject(view, "B2"))))


def test_signals_and_states_stand_with_their_subject(plants: Plants) -> None:
    view = seen(plants, 2025, 3, 1)

    assert "load" in view.units[subject(view, "B1")].signals
    assert "SB1" in view.facilities[subject(view, "FGD1")].signals
    assert set(view.points()) == {each.point for one in view.subjects() for each in one.points()}


def test_a_view_is_made_once_for_the_time_that_it_holds(plants: Plants) -> None:
    assert seen(plants, 2025, 3, 1) is seen(plants, 2025, 4, 1)
    assert seen(plants, 2025, 1, 1) is not seen(plants, 2025, 3, 1)
