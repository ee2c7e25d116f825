"""Rules of running as data: what reads, what is refused, and that they come back the same."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from schemas.facility import Circumstance, ClawbackCase, Condition, Premium, Running, RunningRule

LOAD = {"point": "B1/state/load", "comparator": ">", "threshold": "5", "unit": "%"}


@pytest.mark.parametrize(
    "point",
    ["B1/state/load", "DA001/out/a19001", "DA001/in", "B1"],
)
def test_a_point_is_written_as_in_the_registry(point: str) -> None:
    assert Condition.model_validate(LOAD | {"point": point}).point == point


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        pytest.param("point", "B1/top/load", id="no such side"),
        pytest.param("point", "B1 /state/load", id="a blank"),
        pytest.param("comparator", "==", id="equal is no threshold"),
        pytest.param("threshold", "Infinity", id="infinite"),
        pytest.param("threshold", "NaN", id="no number"),
        pytest.param("threshold", "much", id="words"),
        pytest.param("colour", "red", id="an unknown field"),
    ],
)
def test_what_is_no_condition_is_refused(field: str, wrong: str) -> None:
    with pytest.raises(ValidationError):
        Condition.model_validate(LOAD | {field: wrong})


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        pytest.param("conditions", [], id="no condition"),
        pytest.param("conditions", [LOAD] * 51, id="too many"),
        pytest.param("combine", "most", id="neither all nor any"),
        pytest.param("hold_s", -1, id="a negative time"),
        pytest.param("hold_s", 86_401, id="more than a day"),
    ],
)
def test_what_is_no_rule_is_refused(field: str, wrong: object) -> None:
    with pytest.raises(ValidationError):
        RunningRule.model_validate({"conditions": [LOAD], field: wrong})


def test_a_rule_comes_back_the_same_through_json() -> None:
    inner = RunningRule(combine="any", conditions=(Condition.model_validate(LOAD),), hold_s=60)
    rule = RunningRule(conditions=(inner, Condition.model_validate(LOAD | {"threshold": "0.10"})))

    again = RunningRule.model_validate_json(rule.model_dump_json())

    assert again == rule
    assert [each.threshold for each in again.signals()] == [Decimal(5), Decimal("0.10")]


def test_unknown_has_a_word_of_its_own() -> None:
    assert {each.value for each in Running} == {"running", "off", "unknown"}
    assert "undecided" in {each.value for each in ClawbackCase}
    assert len(Premium) == 4
    assert len(Circumstance) == 5
