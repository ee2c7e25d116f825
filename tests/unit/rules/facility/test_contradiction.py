"""Finding state_contradiction: both sides with their numbers."""

from decimal import Decimal

import pytest

from schemas.facility import Condition, RunningRule
from schemas.judgement import Finding
from schemas.record import Record
from services.rules.facility.contradiction import contradictions
from services.rules.facility.derived import Signals, derived
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.reported import reported
from services.rules.facility.timeline import Sources, timeline
from tests.fixtures.facility_scene import SURE, Scene, at, every_minute, records, runs, window

FGD = 21
FAN = "FGD1/state/power"
RULE = RunningRule(
    conditions=(Condition(point=FAN, comparator=">", threshold=Decimal(50), unit="kW"),)
)
WITHIN = window(0, 240)


def found_for(
    states: dict[int, float | None], fan: list[Record], params: FacilityParameters = SURE
) -> tuple[Finding, ...]:
    signals: Signals = {FAN: fan}
    line = timeline(
        FGD,
        WITHIN,
        Sources(
            report=reported(records(states), WITHIN, params),
            signals=derived(RULE, signals, WITHIN, params),
        ),
    )
    asked = Scene((), lines={FGD: line}, within=WITHIN, params=params).asked()
    return contradictions(line, RULE, signals, asked)


def test_reported_running_while_the_fan_stands() -> None:
    """State 1 all the time; fan 80 kW 0-60, 2 kW 60-120, 80 kW 120-240: against it 60 minutes."""
    fan = [*every_minute(80, 0, 60), *every_minute(2, 60, 120), *every_minute(80, 120, 240)]

    (found,) = found_for({0: 1, 50: 1, 100: 1, 150: 1, 200: 1}, fan)

    assert (found.rule, found.subject) == ("state_contradiction", FGD)
    assert (found.since, found.until) == (at(60), at(120))
    assert found.sure
    assert found.zh == (
        "2026-03-01 01:00:00至02:00:00，FGD1上报运行（状态1），而信号表明其停运，"
        "矛盾持续1小时（容忍30分）：FGD1/state/power为2至2 kW（60条记录，判定条件> 50 kW）。"
    )
    assert "was reported running (state 1) while its signals say off, for 1 h" in found.en
    assert found.evidence["signals"] == [
        {
            "point": FAN,
            "comparator": ">",
            "threshold": "50",
            "unit": "kW",
            "records": 60,
            "least": "2",
            "greatest": "2",
        }
    ]


def test_reported_off_while_the_fan_turns() -> None:
    fan = [*every_minute(80, 0, 59), *every_minute(81.5, 59, 60), *every_minute(0, 60, 240)]

    (found,) = found_for({0: 0, 50: 3, 100: 0, 150: 0, 200: 0}, fan)

    assert (found.since, found.until) == (at(0), at(60))
    assert found.evidence["reported"] == "off"
    assert found.evidence["derived"] == "running"
    assert found.evidence["states"] == [0, 3]
    assert "上报停运（状态0、3）" in found.zh
    assert "80 to 81.5 kW (60 records, rule > 50 kW)" in found.en


@pytest.mark.parametrize(
    ("minutes", "count"),
    [pytest.param(30, 1, id="as long as tolerated"), pytest.param(29, 0, id="a minute less")],
)
def test_the_tolerance_is_a_parameter(minutes: int, count: int) -> None:
    """Fan 2 kW for so many minutes under a running report; tolerated: less than 30 minutes."""
    fan = [*every_minute(2, 0, minutes), *every_minute(80, minutes, 240)]

    assert len(found_for({0: 1, 50: 1}, fan)) == count


def test_silence_on_either_side_contradicts_nothing() -> None:
    assert found_for({}, every_minute(80, 0, 240)) == ()
    assert found_for({0: 1, 50: 1, 100: 1}, []) == ()


def test_with_one_source_alone_there_is_nothing_to_contradict() -> None:
    line = timeline(FGD, WITHIN, Sources(signals=runs((0, 60), within=WITHIN)))
    asked = Scene((), lines={FGD: line}, within=WITHIN).asked()

    assert contradictions(line, RULE, {}, asked) == ()


def test_defaults_that_nobody_vouches_for_are_doubts() -> None:
    (found,) = found_for({0: 1, 50: 1}, every_minute(2, 0, 240), FacilityParameters())

    assert found.doubts == (
        "running_states",
        "report_holds_s",
        "signal_holds_s",
        "usable_flags",
        "contradiction_s",
    )
