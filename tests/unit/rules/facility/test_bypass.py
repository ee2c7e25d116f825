"""Finding bypass_open: by flow, by velocity, by the damper's state."""

from decimal import Decimal

import pytest

from schemas.judgement import Finding
from services.rules.facility.bypass import bypass_open
from services.rules.facility.course import second_of
from services.rules.facility.derived import derived
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.reported import reported
from services.rules.facility.signal_numbers import in_words, shown
from services.rules.facility.timeline import Sources, timeline
from services.rules.facility.usual_rules import (
    RunningRuleParameters,
    bypass_rule,
    unit_rule,
)
from tests.fixtures.facility_scene import SURE, Scene, at, every_minute, records, runs, window

BYPASS, B1 = 13, 1
VELOCITY, FLOW = "DA003/out/a01011", "DA003/out/a00000"


def found_for(minutes: int, params: FacilityParameters = SURE) -> tuple[Finding, ...]:
    """8 m/s from 01:00 for so many minutes, 0.4 m/s else."""
    rule = bypass_rule({VELOCITY: "m/s"}, params)
    assert rule is not None
    signals = {
        VELOCITY: [
            *every_minute(0.4, 0, 60),
            *every_minute(8, 60, 60 + minutes),
            *every_minute(0.4, 60 + minutes, 1440),
        ]
    }
    line = timeline(BYPASS, window(), Sources(signals=derived(rule, signals, window(), params)))
    scene = Scene((), {B1: runs((0, 70))}, lines={BYPASS: line}, params=params)
    return bypass_open(BYPASS, (B1,), scene.asked(), (rule, signals))


def test_gas_in_a_bypass_is_a_finding() -> None:
    (found,) = found_for(20)

    assert (found.rule, found.subject) == ("bypass_open", BYPASS)
    assert (found.since, found.until) == (at(60), at(80))
    assert found.sure
    assert found.evidence["production_s"] == {"B1": 600}
    assert found.zh == (
        "2026-03-01 01:00:00至01:20:00，旁路DA003开启20分："
        "DA003/out/a01011为8至8 m/s（20条记录，判定条件> 3 m/s）。"
    )
    assert found.en.endswith(
        "was open for 20 min: DA003/out/a01011 8 to 8 m/s (20 records, rule > 3 m/s)."
    )
    assert "取消烟气旁路" in found.clause


@pytest.mark.parametrize(
    ("minutes", "count"), [pytest.param(5, 1, id="5 min"), pytest.param(4, 0, id="4 min")]
)
def test_a_puff_is_none(minutes: int, count: int) -> None:
    assert len(found_for(minutes)) == count


def test_thresholds_that_nobody_vouches_for_are_doubts() -> None:
    (found,) = found_for(20, FacilityParameters())

    assert not found.sure
    assert {"bypass_delay_s", "bypass_velocity", "bypass_flow"} <= set(found.doubts)


def test_a_damper_reported_open_is_a_finding_too() -> None:
    states = reported(records({0: 0, 60: 1, 90: 0, 140: 0}), window(0, 180), SURE)
    line = timeline(BYPASS, window(0, 180), Sources(report=states))

    (found,) = bypass_open(
        BYPASS, (), Scene((), lines={BYPASS: line}, within=window(0, 180)).asked()
    )

    assert (found.since, found.until) == (at(60), at(90))
    assert found.zh.endswith("旁路DA003开启30分（上报状态）。")


def test_the_usual_rule_takes_what_the_bypass_measures() -> None:
    """10,000 m3/h are 10000 / 3600 = 2.777... m3/s: 2.77 is not over it, 2.78 is."""
    rule = bypass_rule({FLOW: "m3/s", VELOCITY: "m/s", "DA003/out/a01012": "Cel"}, SURE)

    assert rule is not None
    flow, velocity = rule.signals()
    assert rule.combine == "any"
    assert Decimal("2.77") < flow.threshold < Decimal("2.78")
    assert (velocity.point, velocity.threshold) == (VELOCITY, 3)


def test_a_sentence_shows_six_digits_of_a_threshold_and_the_evidence_all() -> None:
    rule = bypass_rule({FLOW: "m3/s"}, SURE)
    assert rule is not None

    numbers = shown(
        rule, {FLOW: every_minute(3.25, 0, 10)}, (second_of(at(0)), second_of(at(10))), SURE
    )

    told = in_words(numbers)
    assert told.zh == "DA003/out/a00000为3.25至3.25 m3/s（10条记录，判定条件> 2.77778 m3/s）"
    assert told.en == "DA003/out/a00000 3.25 to 3.25 m3/s (10 records, rule > 2.77778 m3/s)"
    assert str(numbers[0].evidence()["threshold"]).startswith("2.777777777777777777777777777")


@pytest.mark.parametrize(
    "units",
    [
        pytest.param({}, id="nothing measured"),
        pytest.param({"DA003/out/a01012": "Cel"}, id="temperature alone"),
        pytest.param({FLOW: "L/s"}, id="a flow in a unit that nobody expects"),
    ],
)
def test_without_flow_or_velocity_there_is_no_usual_rule(units: dict[str, str]) -> None:
    assert bypass_rule(units, SURE) is None


def test_a_unit_runs_by_its_load_before_its_fuel() -> None:
    points = {"B1/state/fuel": "t/h", "B1/state/load": "%"}

    by_load = unit_rule(points, RunningRuleParameters())
    by_fuel = unit_rule({"B1/state/fuel": "t/h"}, RunningRuleParameters())

    assert by_load is not None
    assert by_fuel is not None
    assert [(each.point, each.threshold) for each in by_load.signals()] == [("B1/state/load", 5)]
    assert [(each.point, each.threshold) for each in by_fuel.signals()] == [("B1/state/fuel", 0)]
    assert unit_rule({"B1/state/furnace_temperature": "Cel"}, RunningRuleParameters()) is None


def test_a_rule_that_somebody_set_goes_before_the_usual_one() -> None:
    text = '{"running_rule": {"conditions": [{"point": "B1/state/power", "comparator": ">=", "threshold": 20}]}}'
    params = RunningRuleParameters.model_validate_json(text)

    assert unit_rule({"B1/state/load": "%"}, params) is params.running_rule
    assert "running_rule" not in params.unestablished()
