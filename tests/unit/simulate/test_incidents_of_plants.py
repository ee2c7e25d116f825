"""What befalls units and treatment facilities shows in gas, states and load."""

import pytest

from tests.fixtures.scenarios import (
    converted,
    flags,
    hour,
    quiet,
    states,
    world,
)

SO2, NOX, DUST, CO, O2 = "a21026", "a21002", "a34013", "a21005", "a19001"


def test_a_trip_raises_so2_after_the_lag_and_the_facility_gives_alarm_then_off() -> None:
    made = world(
        "coal_power",
        {"kind": "trip", "subject": "P0/FGD2", "from": "3h", "for": "1h"},
    )

    before = quiet(made, SO2, 2, "D2").mean()
    during = hour(made, 3, "D2").values[SO2]

    assert during[0] < 1.5 * before
    # Wet absorption takes five minutes to be gone, then the analyser is at the end of its range.
    assert during[70:700].mean() > 5 * before
    assert [change.state for change in states(made, 3, "FGD2", "D2")] == [4, 0]
    assert states(made, 4, "FGD2", "D2")[0].state == 1
    assert quiet(made, SO2, 5, "D2").mean() < 2 * before


def test_a_spare_absorber_takes_over_after_a_trip() -> None:
    made = world(
        "coal_power",
        {"kind": "trip", "subject": "P0/FGD1B", "from": "9h", "for": "5h"},
        {"kind": "trip", "subject": "P0/FGD1B", "from": "33h", "for": "5h"},
        {"kind": "trip", "subject": "P0/FGD1B", "from": "57h", "for": "5h"},
    )

    peaks = [float(hour(made, number).values[SO2].max()) for number in (9, 33, 57)]
    later = [float(hour(made, number + 3).values[SO2].mean()) for number in (9, 33, 57)]

    # On one of the three days the absorber that trips was resting anyhow.
    assert sorted(peak > 150 for peak in peaks) == [False, True, True]
    assert max(later) < 40


def test_a_bypass_lets_raw_gas_out_while_the_facility_says_that_it_runs() -> None:
    made = world("cement", {"kind": "bypass", "subject": "P0/BF1", "from": "3h", "for": "30min"})

    one = hour(made, 3)

    assert one.values[DUST][20:350].min() == 50.0
    assert set(one.flags[DUST][20:350]) == {"T"}
    assert {change.state for change in states(made, 3, "BF1")} <= {1, 5}


def test_a_bypass_of_its_own_takes_the_gas_away_from_the_stack() -> None:
    stage = {"code": "G", "treatment": "desulphurisation", "facilities": "FGD1"}
    made = world(
        "coal_power",
        {"kind": "bypass", "subject": "P0/FGD1", "from": "3h", "for": "30min"},
        units=[{"code": "B1", "process": "coal_boiler"}],
        outlets=[{"code": "DA002", "role": "bypass"}],
        lines=[
            {"units": "B1", "through": [stage], "to": "DA001"},
            {"units": "B1", "to": "DA002"},
        ],
    )

    stack, bypass = hour(made, 3), hour(made, 3, "D2")

    assert bypass.values["a00000"][100] > 20 * bypass.values["a00000"][700]
    assert stack.values["a00000"][100] < 0.5 * stack.values["a00000"][700]
    assert stack.values[SO2][100] < 60
    assert bypass.values["a01012"][100] > 40 > bypass.values["a01012"][700]


def test_a_facility_without_effect_runs_on_and_leaves_the_pollutant() -> None:
    made = world(
        "chemical_voc",
        {
            "kind": "ineffective",
            "subject": "P0/RTO1",
            "from": "3h",
            "for": "3h",
            "details": {"factor": 0.5},
        },
    )

    assert quiet(made, "a24088", 4).mean() > 8 * quiet(made, "a24088", 1).mean()
    assert [change.state for change in states(made, 4, "RTO1")] == [1]


def test_maintenance_of_a_facility_is_reported_as_such() -> None:
    made = world(
        "steel", {"kind": "facility_maintenance", "subject": "P0/SCR1", "from": "3h", "for": "2h"}
    )

    assert [change.state for change in states(made, 4, "SCR1")] == [3]
    assert quiet(made, NOX, 4).mean() > 3 * quiet(made, NOX, 1).mean()


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        pytest.param("off_at_night", 0, id="and it is told"),
        pytest.param("facility_off_at_night", 1, id="and running is told"),
    ],
)
def test_a_facility_is_off_at_night(kind: str, told: int) -> None:
    made = world("cement", {"kind": kind, "subject": "P0/SCR1"})

    night, day = quiet(made, NOX, 25).mean(), quiet(made, NOX, 13).mean()

    assert night > 3 * day
    assert [change.state for change in states(made, 25, "SCR1")] == [told]
    assert [change.state for change in states(made, 13, "SCR1")] == [1]
    assert not any(incident.honest for incident in made.incidents)


def test_a_shutdown_stops_flow_and_facilities_and_a_start_brings_unrest() -> None:
    made = world(
        "waste_incineration",
        {"kind": "shutdown", "subject": "P0/W1", "from": "2h", "for": "10h"},
    )

    stopped, started, normal = hour(made, 9), hour(made, 13), hour(made, 20)

    assert stopped.values["a00000"].max() < 0.1 * normal.values["a00000"].mean()
    assert stopped.values[O2].min() > 20
    assert stopped.values["a01901"].max() < 400
    assert [change.state for change in states(made, 9, "SDA1")] == [0]
    assert started.values[CO].max() > 5 * normal.values[CO].mean()
    assert normal.values["a01901"].min() > 850


def test_cold_gas_leaves_nitrogen_oxides_in_a_coal_boilers_start() -> None:
    made = world("coal_power", {"kind": "start_up", "subject": "P0/B1", "from": "12h"})

    assert (
        converted(made, NOX, range(14, 16)).max() > 3 * converted(made, NOX, range(28, 30)).mean()
    )
    assert [each.kind for each in made.incidents] == ["shutdown", "start_up"]


@pytest.mark.parametrize("code", ["D1", "D2"])
def test_a_stop_is_flagged_f_by_loggers_that_know_of_it_and_n_by_the_others(code: str) -> None:
    made = world(
        "waste_incineration",
        {"kind": "shutdown", "subject": "P0/W1", "from": "2h", "for": "10h"},
        {"kind": "shutdown", "subject": "P0/W2", "from": "2h", "for": "10h"},
    )

    knows = made.sites["P0"].loggers[code].flags_stops
    assert ("F" in flags(made, SO2, range(8, 10), code)) == knows


def test_a_banked_boiler_smoulders() -> None:
    made = world("coal_power", {"kind": "banking", "subject": "P0/B1", "from": "2h", "for": "8h"})

    one = hour(made, 6)

    assert 2 < one.values["i33400"].mean() < 10
    assert one.values[O2].mean() > 15
    assert states(made, 6, "ESP1")[0].state == 1
    assert [each.kind for each in made.incidents] == ["banking", "start_up"]


def test_a_change_of_load_is_seen_in_load_feed_and_flow() -> None:
    made = world(
        "coal_power",
        {
            "kind": "load_change",
            "subject": "P0/B1",
            "from": "2h",
            "for": "5h",
            "details": {"factor": 0.4},
        },
    )

    before, during = hour(made, 0), hour(made, 4)

    assert during.values["i33400"].mean() == pytest.approx(40, abs=5)
    for code in ("g20301", "a00000"):
        assert during.values[code].mean() < 0.75 * before.values[code].mean()


def test_another_fuel_brings_more_sulphur() -> None:
    made = world(
        "coal_power",
        {
            "kind": "fuel_change",
            "subject": "P0/B1",
            "from": "2h",
            "for": "5h",
            "details": {"factor": 2.0, "fuel": "高硫煤"},
        },
    )

    assert quiet(made, SO2, 4).mean() > 1.4 * quiet(made, SO2, 1).mean()
    assert "高硫煤" in made.incidents[0].detail
