"""Running by signals: thresholds, gaps, hold times."""

from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.facility import Condition, RunningRule
from services.rules.facility.course import Course, Window, course_of
from services.rules.facility.derived import Signals, derived, settled
from services.rules.facility.intervals import Spans, intersection, merged
from services.rules.facility.parameters import FacilityParameters
from tests.fixtures.facility_scene import course, every_minute, minutes, record, records, window

PARAMS = FacilityParameters(signal_holds_s=60)
FAN, OXYGEN = "FGD1/state/power", "DA001/out/a19001"
Comparator = Literal[">", ">=", "<", "<="]


def condition(point: str, comparator: Comparator, threshold: str) -> Condition:
    return Condition(point=point, comparator=comparator, threshold=Decimal(threshold))


FAN_TURNS = condition(FAN, ">", "5")
BURNS = condition(OXYGEN, "<", "18")


@pytest.mark.parametrize(
    ("comparator", "runs"),
    [
        pytest.param(">", [2], id="over"),
        pytest.param(">=", [1, 2], id="at least"),
        pytest.param("<", [0], id="under"),
        pytest.param("<=", [0, 1], id="at most"),
    ],
)
def test_a_signal_is_compared_exactly(comparator: Comparator, runs: list[int]) -> None:
    """0.1 + 0.2 as sent is not 0.3; 0.3 as sent is."""
    rule = RunningRule(conditions=(condition(FAN, comparator, "0.3"),))
    signals = {FAN: records({0: 0.29, 1: 0.3, 2: 0.1 + 0.2})}

    found = derived(rule, signals, window(0, 3), PARAMS)

    assert [minute for minute in range(3) if covers(found.on, minute)] == runs
    assert found.unknown == ()


def covers(spans: Spans, minute: int) -> bool:
    return any(begin <= minute < end for begin, end in minutes(spans))


def test_a_gap_between_records_is_unknown() -> None:
    rule = RunningRule(conditions=(FAN_TURNS,))

    found = derived(rule, {FAN: records({0: 9, 1: 9, 5: 9})}, window(0, 6), PARAMS)

    assert minutes(found.on) == [(0, 2), (5, 6)]
    assert minutes(found.unknown) == [(2, 5)]


def test_one_lost_record_is_no_gap() -> None:
    params = FacilityParameters(signal_holds_s=120)
    rule = RunningRule(conditions=(FAN_TURNS,))

    found = derived(rule, {FAN: records({0: 9, 2: 1})}, window(0, 4), params)

    assert minutes(found.on) == [(0, 2)]
    assert minutes(found.off) == [(2, 4)]


@pytest.mark.parametrize(
    ("flag", "known"),
    [
        pytest.param("N", True, id="normal"),
        pytest.param("T", True, id="over range"),
        pytest.param(None, True, id="nobody gave one"),
        pytest.param("D", False, id="fault"),
        pytest.param("C", False, id="calibrating"),
        pytest.param("F", False, id="instrument stopped"),
    ],
)
def test_a_flag_against_a_signal_makes_it_unknown(flag: str | None, *, known: bool) -> None:
    rule = RunningRule(conditions=(FAN_TURNS,))

    found = derived(rule, {FAN: [record(0, 9, flag=flag)]}, window(0, 1), PARAMS)

    assert bool(found.known) == known


@pytest.mark.parametrize("sent", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_unknown(sent: float) -> None:
    rule = RunningRule(conditions=(FAN_TURNS,))

    found = derived(rule, {FAN: records({0: 9, 1: sent, 2: 9})}, window(0, 3), PARAMS)

    assert minutes(found.on) == [(0, 1), (2, 3)]
    assert minutes(found.unknown) == [(1, 2)]


def test_a_missing_number_is_unknown() -> None:
    rule = RunningRule(conditions=(FAN_TURNS,))

    found = derived(rule, {FAN: records({0: None})}, window(0, 1), PARAMS)

    assert found.known == ()


def test_all_signals_must_say_so_and_one_suffices_against_it() -> None:
    """Fan 9 kW in 0-3, O2 12 % in 0-1 and 20.9 % in 1-2, nothing of O2 in 2-3: on, off, unknown."""
    rule = RunningRule(combine="all", conditions=(FAN_TURNS, BURNS))
    signals: Signals = {FAN: every_minute(9, 0, 3), OXYGEN: records({0: 12, 1: 20.9})}

    found = derived(rule, signals, window(0, 3), PARAMS)

    assert (minutes(found.on), minutes(found.off)) == ([(0, 1)], [(1, 2)])
    assert minutes(found.unknown) == [(2, 3)]


def test_any_signal_may_say_so_but_silence_does_not_say_off() -> None:
    rule = RunningRule(combine="any", conditions=(FAN_TURNS, BURNS))
    signals: Signals = {FAN: records({0: 9, 1: 0}), OXYGEN: records({0: 20.9})}

    found = derived(rule, signals, window(0, 2), PARAMS)

    assert minutes(found.on) == [(0, 1)]
    assert minutes(found.unknown) == [(1, 2)]


def test_rules_may_hold_rules() -> None:
    """Fan over 5 and (O2 under 18 or gas over 60): 9 kW and 20.9 % and 130 degrees run."""
    hot = condition("DA001/out/a01012", ">", "60")
    rule = RunningRule(conditions=(FAN_TURNS, RunningRule(combine="any", conditions=(BURNS, hot))))
    signals = {FAN: records({0: 9}), OXYGEN: records({0: 20.9}), hot.point: records({0: 130.0})}

    found = derived(rule, signals, window(0, 1), PARAMS)

    assert minutes(found.on) == [(0, 1)]
    assert rule.signals() == (FAN_TURNS, BURNS, hot)


def test_a_rule_reads_from_json_and_refuses_what_is_none() -> None:
    text = (
        '{"combine": "any", "hold_s": 120, "conditions": '
        '[{"point": "B1/state/load", "comparator": ">", "threshold": 5, "unit": "%"}]}'
    )

    rule = RunningRule.model_validate_json(text)

    assert rule.conditions == (
        Condition(point="B1/state/load", comparator=">", threshold=Decimal(5), unit="%"),
    )
    for wrong in ('{"conditions": []}', text.replace(" 5", ' "NaN"'), text.replace('">"', '"="')):
        with pytest.raises(ValidationError):
            RunningRule.model_validate_json(wrong)


def test_a_short_dip_belongs_to_what_was_before() -> None:
    """Held 5 min: off for 2 min within running is running, off for 6 min is off from its beginning."""
    fluttering = course(on=[(0, 10), (12, 20), (26, 40)], off=[(10, 12), (20, 26)])

    found = settled(fluttering, 300)

    assert minutes(found.on) == [(0, 20), (26, 40)]
    assert minutes(found.off) == [(20, 26)]


def test_what_has_not_stood_long_enough_at_the_end_is_unknown() -> None:
    young = course(on=[(0, 10)], off=[(10, 12)], within=window(0, 12))

    found = settled(young, 300)

    assert minutes(found.on) == [(0, 10)]
    assert minutes(found.unknown) == [(10, 12)]


def test_a_gap_breaks_what_stands() -> None:
    broken = course(on=[(0, 10), (14, 30)], off=[(10, 12), (13, 14)])

    found = settled(broken, 300)

    assert minutes(found.on) == [(0, 10), (14, 30)]
    assert found.off == ()


def test_without_a_hold_time_every_change_counts() -> None:
    fluttering = course(on=[(0, 1)], off=[(1, 2)])

    assert settled(fluttering, 0) is fluttering


values = st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=40)


def of(each: list[bool | None], until: int) -> Course:
    def where(*, wanted: bool) -> Spans:
        return merged((at, at + 1) for at, value in enumerate(each) if value is wanted)

    return course_of(Window(0, until), where(wanted=True), where(wanted=False))


@given(values, values, st.integers(0, 6))
def test_later_records_only_add_to_what_is_known(
    before: list[bool | None], after: list[bool | None], hold_s: int
) -> None:
    early = settled(of(before, len(before)), hold_s)
    late = settled(of([*before, *after], len(before) + len(after)), hold_s)

    assert intersection(early.on, late.on) == early.on
    assert intersection(early.off, late.off) == early.off


@given(values, st.integers(1, 6))
def test_no_settled_state_inside_is_shorter_than_the_hold_time(
    each: list[bool | None], hold_s: int
) -> None:
    found = settled(of(each, len(each)), hold_s)

    assert all(end - begin >= hold_s for begin, end in (*found.on, *found.off))
    assert intersection(found.on, found.off) == ()
