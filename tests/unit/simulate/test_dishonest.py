"""Each kind of forgery shows what it is meant to show, and betrays itself."""

import numpy as np
import pytest

from services.simulate.world import World
from tests.fixtures.scenarios import (
    converted,
    flags,
    hour,
    series,
    states,
    world,
)

SO2, NOX, DUST, O2 = "a21026", "a21002", "a34013", "a19001"


def test_clipping_never_passes_the_limit_and_leaves_low_values_alone() -> None:
    fields = {"subject": "P0/D2", "for": "3d"}
    bad_coal = {"kind": "fuel_change", "subject": "P0/B2", "for": "3d", "details": {"factor": 1.9}}
    made = world(
        "coal_power",
        {"kind": "clipping", **fields, "details": {"codes": [SO2], "limit": 35}},
        bad_coal,
    )
    straight = world("coal_power", bad_coal)

    hours = range(24)
    shown, true = converted(made, SO2, hours, "D2"), converted(straight, SO2, hours, "D2")

    assert true.max() > 45
    assert shown.max() <= 35
    assert (shown > 0.93 * 35).mean() > 0.3
    low = true < 30
    assert np.array_equal(shown[low], true[low])
    assert flags(made, SO2, hours, "D2") == {"N"}
    assert np.array_equal(converted(made, NOX, hours), converted(straight, NOX, hours))


def test_clipping_of_water_holds_the_results_under_the_limit() -> None:
    made = world(
        "sewage",
        {
            "kind": "clipping",
            "subject": "P0/DW001",
            "for": "3d",
            "details": {"codes": ["w01018"], "limit": 22},
        },
    )

    assert series(made, "w01018", range(48)).max() <= 22


def test_a_replayed_day_shows_the_source_day_again() -> None:
    made = world(
        "steel",
        {
            "kind": "replayed_days",
            "subject": "P0/DA001",
            "from": "3d",
            "for": "1d",
            "details": {"days_back": 2},
        },
    )
    straight = world("steel")

    for number in (72, 80, 95):
        now, then = hour(made, number), hour(made, number - 48)
        for code in (SO2, NOX, DUST, O2, "a00000", "a01012"):
            assert np.array_equal(now.values[code], then.values[code])
            assert np.array_equal(now.flags[code], then.flags[code])
        assert np.array_equal(now.converted[SO2], then.converted[SO2])
        assert not np.array_equal(now.values[SO2], hour(straight, number).values[SO2])
    assert np.array_equal(hour(made, 96).values[SO2], hour(straight, 96).values[SO2])


def dilution(*, forged: bool) -> tuple[World, World]:
    made = world(
        "steel",
        {
            "kind": "oxygen_dilution",
            "subject": "P0/D1",
            "for": "2d",
            "details": {"factor": 0.3, "forged": forged},
        },
    )
    return made, world("steel")


def test_dilution_raises_oxygen_and_lowers_what_is_measured_and_conversion_undoes_it() -> None:
    made, straight = dilution(forged=False)

    shown, true = hour(made, 10), hour(straight, 10)

    normal = (shown.flags[SO2] == "N") & (shown.values[O2] < 20)
    assert (shown.values[O2] - true.values[O2])[normal].min() > 1
    assert np.allclose(shown.values[SO2][normal], 0.7 * true.values[SO2][normal], atol=0.02)
    again = shown.values[SO2] * 5 / (21 - np.minimum(shown.values[O2], 20))
    assert np.allclose(shown.converted[SO2], again, atol=0.006)
    assert shown.converted[SO2][normal].mean() == pytest.approx(
        true.converted[SO2][normal].mean(), rel=0.05
    )


def test_forged_dilution_lowers_the_converted_value_too() -> None:
    made, straight = dilution(forged=True)

    shown, true = hour(made, 10), hour(straight, 10)

    normal = shown.flags[SO2] == "N"
    assert shown.converted[SO2][normal].mean() == pytest.approx(
        0.7 * true.converted[SO2][normal].mean(), rel=0.02
    )
    assert shown.values[O2][normal].mean() > true.values[O2][normal].mean() + 1


def test_a_plant_declared_to_stand_is_hot_and_flows() -> None:
    made = world(
        "waste_incineration",
        {"kind": "declared_stopped", "subject": "P0/DA001", "from": "3h 30min", "for": "4h"},
    )

    one = hour(made, 5)

    assert {letter for code in one.flags for letter in set(one.flags[code])} == {"F"}
    assert one.values["a01012"].min() > 80
    assert one.values["a00000"].min() > 10
    assert one.values[O2].max() < 17
    for facility in ("SNCR1", "SDA1", "BF1"):
        assert [change.state for change in states(made, 5, facility)] == [0]
    assert [change.state for change in states(made, 3, "SDA1")] == [1, 0]
    assert [change.state for change in states(made, 7, "SDA1")] == [0, 1]
    assert hour(made, 23).run_hours["SB2"] == pytest.approx(20.0, abs=0.3)
