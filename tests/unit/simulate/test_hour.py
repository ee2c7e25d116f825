"""An hour of a virtual logger: the same however it is asked for, rounded, flagged and complete."""

import os
import subprocess
import sys
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from services.simulate.hour import hour_of
from services.simulate.scenario.load import load_scenario, shipped
from services.simulate.scenario.work import work_out
from services.simulate.world import INSTANTS, STEP_S, Hour, World
from tests.fixtures.scenarios import DAY_S, HOUR_S, START_S, device, hour, series, world

ASKED = [(0, 0), (3, 30), (7, 95), (11, 4), (20, 61), (33, 12)]


def fingerprint(one: Hour) -> str:
    digest = blake2b(digest_size=16)
    for arrays in (one.values, one.converted, one.flags, one.sampled):
        for code in sorted(arrays):
            digest.update(code.encode())
            digest.update(arrays[code].tobytes())
    digest.update(repr((one.states, one.happenings, one.parameters, one.run_hours)).encode())
    return digest.hexdigest()


def province() -> World:
    return work_out(load_scenario(shipped("province")), START_S)


def prints(made: World, asked: list[tuple[int, int]]) -> list[str]:
    return [
        fingerprint(hour_of(made, made.devices[place], START_S + number * HOUR_S))
        for place, number in asked
    ]


def test_the_hours_are_the_same_in_any_order() -> None:
    forwards = prints(province(), ASKED)
    backwards = prints(province(), ASKED[::-1])

    assert forwards == backwards[::-1]


def test_the_hours_are_the_same_in_another_process_with_other_hashes() -> None:
    code = (
        "from tests.unit.simulate.test_hour import ASKED, prints, province\n"
        "print(*prints(province(), ASKED))"
    )
    root = Path(__file__).parents[3]

    told = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "1234", "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
    )

    assert told.stdout.split() == prints(province(), ASKED)


def test_what_has_no_full_hour_is_refused() -> None:
    made = world("cement")

    with pytest.raises(ValueError, match="begins no hour"):
        hour_of(made, device(made), START_S + 1)


@pytest.mark.parametrize(
    "kind",
    [
        "coal_power",
        "steel",
        "cement",
        "waste_incineration",
        "sewage",
        "chemical_voc",
        "gas_heating",
    ],
)
def test_each_quantity_has_an_array_of_every_instant_rounded_as_shown(kind: str) -> None:
    made = world(kind)

    for each in made.devices:
        one = hour_of(made, each, START_S)
        assert one.values.keys() == one.flags.keys() == {q.code for q in each.quantities}
        assert one.converted.keys() == {q.code for q in each.quantities if q.converts}
        assert one.sampled.keys() == {q.code for q in each.quantities if q.cycle_s}
        for quantity in each.quantities:
            shown = one.values[quantity.code]
            assert shown.shape == (INSTANTS,)
            assert np.isfinite(shown).all()
            assert np.array_equal(shown, np.round(shown, quantity.decimals))


def test_the_hours_join_without_a_seam() -> None:
    made = world("coal_power")

    temperature = series(made, "a01012", range(1, 9))
    load = series(made, "i33400", range(1, 9))

    assert np.abs(np.diff(temperature)).max() < 1.2
    assert np.abs(np.diff(load)).max() < 0.5


def test_converted_follows_the_shown_oxygen_as_gb_13223_says() -> None:
    made = world("coal_power")

    one = hour(made, 5)

    expected = one.values["a21026"] * (21 - 6) / (21 - one.values["a19001"])
    assert np.allclose(one.converted["a21026"], expected, atol=0.006)


def test_near_air_the_conversion_is_guarded_and_stays_finite() -> None:
    made = world("coal_power", {"kind": "shutdown", "subject": "P0/B1", "from": "2h", "for": "20h"})

    one = hour(made, 12)

    assert one.values["a19001"].min() > 20
    assert np.isfinite(one.converted["a21026"]).all()
    assert one.converted["a21026"].max() < 60


def test_states_begin_with_one_of_each_facility_and_go_on_with_changes() -> None:
    made = world("coal_power")

    one = hour(made, 8)

    assert [change.at_s for change in one.states[:6]] == [one.begin_s] * 6
    assert {change.code for change in one.states[:6]} == {f"SB{n}" for n in range(1, 7)}
    assert all(one.begin_s <= change.at_s < one.begin_s + HOUR_S for change in one.states)
    assert all(a.at_s <= b.at_s for a, b in pairwise(one.states))


def test_one_of_three_absorbers_rests_and_they_take_turns_day_by_day() -> None:
    made = world("coal_power")

    resting = [
        [
            change.code
            for change in hour(made, 24 * day).states
            if change.state == 0 and change.at_s == START_S + 24 * day * HOUR_S
        ]
        for day in range(3)
    ]

    assert sorted(resting) == [["SB4"], ["SB5"], ["SB6"]]


def test_a_bag_filter_is_blown_back_and_says_so() -> None:
    made = world("waste_incineration")

    states = {change.state for change in hour(made, 3).states if change.code == "SB3"}

    assert states == {1, 5}


def test_run_hours_are_told_at_the_end_of_the_local_day_and_are_the_integral_of_the_states() -> (
    None
):
    made = world(
        "coal_power",
        {"kind": "trip", "subject": "P0/ESP1", "from": "3h", "for": "2h"},
        size=1,
    )

    hours = [hour(made, number) for number in range(24)]

    assert all(not one.run_hours for one in hours[:-1])
    ran = 0.0
    for one in hours:
        course = [change for change in one.states if change.code == "SB3"]
        ends = [change.at_s for change in course[1:]] + [one.begin_s + HOUR_S]
        for change, end in zip(course, ends, strict=True):
            ran += (end - change.at_s) / HOUR_S * (change.state not in {0, 3})
    assert hours[-1].run_hours["SB3"] == pytest.approx(ran, abs=0.01)
    # Two hours off, of which two minutes in alarm.
    assert ran == pytest.approx(22 + 2 / 60, abs=0.01)


def test_every_analyser_is_calibrated_within_a_day_and_the_device_says_so() -> None:
    made = world("cement")

    hours = [hour(made, number) for number in range(24)]

    calibrated = sum(int((one.flags["a21026"] == "C").sum()) for one in hours) * STEP_S
    begun = [h for one in hours for h in one.happenings if h.kind == "status" and h.text == "3"]
    stamped = [p for one in hours for p in one.parameters if p.code == "i13006"]
    assert calibrated == 600 * len(begun)
    assert len(begun) == len(stamped) >= 1
    assert len(stamped[0].value) == 14


def test_settings_are_told_once_a_day() -> None:
    made = world("cement")

    told = [p for number in range(24) for p in hour(made, number).parameters if p.code == "i13001"]

    assert {p.about for p in told} == {"a21026", "a21002", "a34013", "a19001"}
    assert len(told) == 4


def test_a_logger_of_2005_tells_neither_logs_nor_settings() -> None:
    made = world("cement", devices=[{"code": "D1", "outlet": "DA001", "protocol": "hjt212-2005"}])

    hours = [hour(made, number) for number in range(24)]

    assert not any(one.happenings or one.parameters for one in hours)


def test_a_slow_analyser_repeats_its_result_for_two_hours_and_says_when_it_sampled() -> None:
    made = world("sewage")

    found = [hour(made, number) for number in range(12)]

    sampled = np.concatenate([one.sampled["w01018"] for one in found])
    values = np.concatenate([one.values["w01018"] for one in found])
    normal = np.concatenate([one.flags["w01018"] for one in found]) == "N"
    times = np.concatenate([one.begin_s + STEP_S * np.arange(INSTANTS) for one in found])
    assert set(np.diff(np.unique(sampled))) == {7200}
    assert (times - sampled >= 2400).all()
    assert (times - sampled < 9600).all()
    for sample in np.unique(sampled):
        assert len(np.unique(values[(sampled == sample) & normal])) <= 1


def test_inflow_swings_over_the_day_and_is_dirtier_than_the_outflow() -> None:
    made = world("sewage")

    inlet = [hour(made, number, "D2") for number in range(24)]
    outlet = [hour(made, number, "D1") for number in range(24)]

    flow = [float(one.values["w00000"].mean()) for one in inlet]
    assert max(flow) > 1.4 * min(flow)
    dirty = np.mean([one.values["w01018"].mean() for one in inlet])
    clean = np.mean([one.values["w01018"].mean() for one in outlet])
    assert dirty > 10 * clean


def test_a_year_before_the_start_there_are_hours_too() -> None:
    made = world("cement")

    one = hour_of(made, device(made), START_S - 365 * DAY_S)

    assert one.values["a21002"].mean() > 5
