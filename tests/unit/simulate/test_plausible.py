"""A month of honest plants: figures that an inspector would believe.

The figures are for plausibility alone. Where a rule has one it is the ultra-low level of coal
power, and the daily limits of GB 18485-2014 and GB 18918-2002 (class 1A).
"""

import numpy as np
import pytest

from services.simulate.hour import hour_of
from tests.fixtures.scenarios import HOUR_S, START_S, Fields, device, world

HOURS = range(0, 720, 11)


def hourly(kind: str, code: str, name: str = "D1", *, reference: bool = False, **plant: object):
    """Means of the normal instants of every eleventh hour of a month."""
    made = world(kind, **plant)
    found: list[float] = []
    for number in HOURS:
        one = hour_of(made, device(made, name), START_S + number * HOUR_S)
        values = (one.converted if reference else one.values)[code]
        normal = one.flags[code] == "N"
        if normal.any():
            found.append(float(values[normal].mean()))
    return np.array(found)


@pytest.mark.parametrize(
    ("kind", "code", "low", "high", "limit"),
    [
        pytest.param("coal_power", "a21026", 12, 30, 35, id="SO2 of an ultra-low boiler"),
        pytest.param("coal_power", "a21002", 25, 45, 50, id="NOx of an ultra-low boiler"),
        pytest.param("coal_power", "a34013", 2, 6, 10, id="dust of an ultra-low boiler"),
        pytest.param("steel", "a21026", 12, 30, 35, id="SO2 of an ultra-low sinter plant"),
        pytest.param("steel", "a21002", 20, 45, 50, id="NOx of an ultra-low sinter plant"),
        pytest.param("cement", "a21002", 25, 90, 320, id="NOx of a kiln"),
        pytest.param("waste_incineration", "a21024", 6, 25, 50, id="HCl of an incinerator"),
        pytest.param("waste_incineration", "a21002", 100, 220, 250, id="NOx of an incinerator"),
        pytest.param("waste_incineration", "a21005", 5, 25, 80, id="CO of an incinerator"),
        pytest.param("gas_heating", "a21002", 15, 40, 200, id="NOx of a gas boiler"),
    ],
)
def test_converted_means_lie_where_honest_plants_lie(
    kind: str, code: str, low: float, high: float, limit: float
) -> None:
    found = hourly(kind, code, reference=True)

    assert low < found.mean() < high
    assert (found < limit).mean() > 0.98


@pytest.mark.parametrize(
    ("code", "low", "high", "limit"),
    [
        pytest.param("w01018", 14, 35, 50, id="COD"),
        pytest.param("w21003", 0.5, 3, 5, id="ammonia"),
        pytest.param("w21011", 0.15, 0.42, 0.5, id="phosphorus"),
        pytest.param("w21001", 7, 14, 15, id="nitrogen"),
    ],
)
def test_sewage_is_clean_and_ammonia_is_part_of_all_nitrogen(
    code: str, low: float, high: float, limit: float
) -> None:
    found = hourly("sewage", code)

    assert low < found.mean() < high
    assert (found < limit).mean() > 0.93


@pytest.mark.parametrize("name", [pytest.param("D1", id="outlet"), pytest.param("D2", id="inlet")])
def test_ammonia_never_exceeds_the_total_nitrogen(name: str) -> None:
    ammonia, nitrogen = (hourly("sewage", code, name) for code in ("w21003", "w21001"))

    assert len(ammonia) == len(nitrogen)
    assert (ammonia < nitrogen).mean() > 0.98


@pytest.mark.parametrize(
    ("kind", "code", "low", "high"),
    [
        pytest.param("coal_power", "a19001", 4.5, 8.0, id="oxygen of a coal boiler"),
        pytest.param("coal_power", "a01012", 45, 58, id="temperature after wet absorption"),
        pytest.param("coal_power", "a01014", 9, 14, id="moisture after wet absorption"),
        pytest.param("coal_power", "a01011", 6, 18, id="velocity in a stack"),
        pytest.param("coal_power", "a01013", -0.4, 0.1, id="pressure in a stack"),
        pytest.param("coal_power", "i33400", 45, 101, id="load of a coal boiler"),
        pytest.param("waste_incineration", "a01901", 870, 1000, id="a furnace"),
        pytest.param("waste_incineration", "a01012", 135, 155, id="an incinerator's stack"),
        pytest.param("cement", "a19001", 7.5, 11.0, id="oxygen of a kiln"),
        pytest.param("chemical_voc", "a24088", 8, 45, id="NMHC after oxidation"),
        pytest.param("sewage", "w01001", 6.7, 8.0, id="pH of treated sewage"),
        pytest.param("sewage", "w00000", 100, 600, id="flow of treated sewage"),
    ],
)
def test_every_hour_lies_in_the_range_that_is_physical(
    kind: str, code: str, low: float, high: float
) -> None:
    found = hourly(kind, code)

    assert low <= found.min()
    assert found.max() <= high


@pytest.mark.parametrize(
    "kind", ["coal_power", "steel", "cement", "waste_incineration", "chemical_voc", "gas_heating"]
)
def test_raw_gas_is_dirtier_than_what_leaves(kind: str) -> None:
    sides: list[Fields] = [
        {"code": "D1", "outlet": "DA001"},
        {"code": "D2", "outlet": "DA001", "side": "in"},
    ]
    made = world(kind, devices=sides)

    clean, raw = (hour_of(made, device(made, name), START_S) for name in ("D1", "D2"))

    dirtier = [
        code for code in raw.values if raw.values[code].mean() > 1.8 * clean.values[code].mean()
    ]
    assert dirtier
    assert not raw.converted


def test_a_spare_analyser_agrees_with_the_main_one_but_not_wholly() -> None:
    sides: list[Fields] = [
        {"code": "D1", "outlet": "DA001"},
        {"code": "D2", "outlet": "DA001", "rank": "spare"},
    ]
    made = world("cement", devices=sides)

    main, spare = (
        hour_of(made, device(made, name), START_S + 3 * HOUR_S).values["a21002"]
        for name in ("D1", "D2")
    )

    assert not np.array_equal(main, spare)
    assert np.median(spare / main) == pytest.approx(1.0, abs=0.03)


def test_two_boilers_of_one_plant_do_not_move_together() -> None:
    made = world("coal_power")

    one, other = (
        np.concatenate(
            [
                hour_of(made, device(made, name), START_S + n * HOUR_S).values["a21026"][::60]
                for n in range(48)
            ]
        )
        for name in ("D1", "D2")
    )

    assert abs(np.corrcoef(one, other)[0, 1]) < 0.6


def test_load_peaks_in_the_evening_and_falls_at_night() -> None:
    made = world("coal_power", size=1)

    means = [
        float(hour_of(made, device(made), START_S + n * HOUR_S).values["i33400"].mean())
        for n in range(24)
    ]

    assert 16 <= int(np.argmax(means)) <= 21
    assert max(means) > 1.15 * min(means)


def test_heating_burns_less_in_summer() -> None:
    made = world("gas_heating")

    winter, summer = (
        hour_of(made, device(made), START_S + days * 86_400).values["a00000"].mean()
        for days in (0, 180)
    )

    assert summer < 0.8 * winter
