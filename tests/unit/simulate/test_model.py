"""The virtual plants: seeded, deterministic, and plausible to whoever knows such plants."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from services.simulate.model import (
    COAL_OXYGEN,
    MAINTENANCE,
    RUNNING,
    Spot,
    coal_stack,
    converted,
    facility_state,
    gas_boiler,
    sewage_outlet,
)
from services.simulate.noise import drift, lattice
from services.simulate.period import minute_record
from services.simulate.plant import VirtualLogger, demo_loggers

Model = Callable[[str, int], dict[str, Spot]]

DAY = range(1_767_225_600, 1_767_225_600 + 86_400, 97)
MODELS = pytest.mark.parametrize(
    "model", [coal_stack, sewage_outlet, gas_boiler], ids=["coal", "sewage", "gas"]
)


@MODELS
def test_the_same_seed_and_second_give_the_same_values(model: Model) -> None:
    assert model("a", DAY[0]) == model("a", DAY[0])


@MODELS
def test_another_seed_gives_other_values(model: Model) -> None:
    assert model("a", DAY[0]) != model("b", DAY[0])


def test_noise_stays_within_one_and_has_no_jumps() -> None:
    values = [drift("x", second, 60) for second in range(600)]

    assert all(-1 <= value <= 1 for value in values)
    assert max(abs(a - b) for a, b in pairwise(values)) < 0.06
    assert drift("x", 120, 60) == lattice("x", 2)


def test_flue_gas_stays_in_the_ranges_of_a_coal_boiler() -> None:
    day = [coal_stack("a", second) for second in DAY]

    assert all(3 < spots["a19001"].value < 9 for spots in day)
    assert all(40 < spots["a01012"].value < 60 for spots in day)
    assert all(spots["a34013"].value > 0 for spots in day)


def test_converted_values_are_those_at_six_percent_oxygen() -> None:
    spots = coal_stack("a", DAY[0])

    expected = spots["a21026"].value * (21 - 6) / (21 - spots["a19001"].value)
    assert spots["a21026"].converted == pytest.approx(expected)
    assert converted(35.0, COAL_OXYGEN, COAL_OXYGEN) == 35.0


def test_sulphur_rises_while_the_scrubber_is_under_maintenance() -> None:
    states = {second: facility_state("a", "SB1", second) for second in DAY}
    down = [second for second, state in states.items() if state == MAINTENANCE]
    up = [second for second, state in states.items() if state == RUNNING]

    assert down
    assert min(coal_stack("a", second)["a21026"].value for second in down) > 70
    assert max(coal_stack("a", second)["a21026"].value for second in up) < 30


def test_analysers_are_calibrated_now_and_then() -> None:
    flags = {coal_stack("a", second)["a21026"].flag for second in DAY}

    assert flags == {"N", "C"}


def test_a_water_analyser_repeats_its_result_for_two_hours() -> None:
    begin = DAY[0] - DAY[0] % 7_200

    first, last = sewage_outlet("a", begin), sewage_outlet("a", begin + 7_199)

    assert first["w01018"] == last["w01018"]
    assert first["w01018"].sampled_s == begin
    assert sewage_outlet("a", begin + 7_200)["w01018"] != first["w01018"]


@pytest.mark.parametrize("logger", demo_loggers(), ids=lambda logger: logger.measure.__name__)
def test_a_minute_lies_between_its_smallest_and_largest_instant(logger: VirtualLogger) -> None:
    record = minute_record(logger, "a", DAY[0])

    assert all(p.minimum <= p.average <= p.maximum for p in record.values())


def test_a_minute_of_calibration_is_marked_as_a_fault() -> None:
    coal = demo_loggers()[0]

    record = minute_record(coal, "a", DAY[0] - DAY[0] % 1_200)

    assert record["a21026"].flag == "D"
    assert record["a34013"].flag == "N"


def test_the_mass_of_a_minute_is_concentration_times_flow() -> None:
    coal = demo_loggers()[0]

    record = minute_record(coal, "a", DAY[0] + 60)

    expected_kg = record["a21002"].average * record["a00000"].average * 60 / 1e6
    assert record["a21002"].total == pytest.approx(expected_kg, rel=1e-2)
    assert record["a19001"].total is None
