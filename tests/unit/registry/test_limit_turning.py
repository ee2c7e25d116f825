"""Which stored verdicts another figure would turn, one case a line."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Outcome, Period, Stage
from schemas.limits import Bound
from schemas.stored_verdict import StoredVerdict
from services.registry.limit_tables import turning_json, turning_lines
from services.rules.exact import ComparisonParameters
from services.rules.limit_turning import Turning, turning
from tests.fixtures.limits import bound

FULL = ComparisonParameters(comparison_method="full")
MARCH = datetime(2025, 3, 1, tzinfo=UTC)
UNMEASURED = (Outcome.STOPPED, Outcome.INVALID, Outcome.NO_DATA, Outcome.UNKNOWN)


def verdict(outcome: Outcome, value: str | None) -> StoredVerdict:
    number = None if value is None else Decimal(value)
    return StoredVerdict(Period.HOUR, MARCH, Stage.FINAL, outcome, number, 1)


def turned(one: StoredVerdict, after: Bound | None, before: Bound | None = None) -> Turning:
    return turning([one], before or bound("35"), after, FULL)


CASES = {
    "compliant, over the new one": (Outcome.COMPLIANT, "30", "25", Outcome.EXCEEDING),
    "compliant, equal to the new one": (Outcome.COMPLIANT, "25", "25", None),
    "compliant, under both": (Outcome.COMPLIANT, "10", "25", None),
    "exceeding, under the new one": (Outcome.EXCEEDING, "40", "50", Outcome.COMPLIANT),
    "exceeding, over both": (Outcome.EXCEEDING, "60", "50", None),
    "claimed, under the new one": (Outcome.CLAIMED, "40", "50", Outcome.COMPLIANT),
    "exempt, under the new one": (Outcome.EXEMPT, "40", "50", Outcome.COMPLIANT),
    "exempt, over both": (Outcome.EXEMPT, "60", "50", None),
    "at least so much, over both": (Outcome.AT_LEAST, "60", "50", None),
    "at least so much, then nobody knows": (Outcome.AT_LEAST, "40", "50", Outcome.UNKNOWN),
}


@pytest.mark.parametrize(("outcome", "value", "high", "wanted"), CASES.values(), ids=CASES.keys())
def test_a_verdict_turns_where_its_value_lies_between_the_figures(
    outcome: Outcome, value: str, high: str, wanted: Outcome | None
) -> None:
    found = turned(verdict(outcome, value), bound(high))

    assert [one.outcome for one in found.turns] == ([] if wanted is None else [wanted])
    assert found.looked_at == 1


@pytest.mark.parametrize("outcome", UNMEASURED)
def test_what_was_not_measured_stays_what_it_is(outcome: Outcome) -> None:
    assert turned(verdict(outcome, None), bound("1")).turns == []
    assert turned(verdict(outcome, "99"), bound("1")).turns == []


def test_a_limit_withdrawn_judges_nothing_any_more() -> None:
    [found] = turned(verdict(Outcome.EXCEEDING, "40"), None).turns

    assert found.outcome is None


def test_a_value_under_a_range_breaks_it() -> None:
    after = bound("35")._replace(comparator="between", low=Decimal(6))

    assert [one.outcome for one in turned(verdict(Outcome.COMPLIANT, "5"), after).turns] == [
        Outcome.EXCEEDING
    ]


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(bound("35", oxygen="9"), id="oxygen"),
        pytest.param(bound("35", averaging="day"), id="averaging"),
        pytest.param(bound("35")._replace(unit="ug/m3"), id="unit"),
        pytest.param(bound("35")._replace(condition="load>=50%"), id="condition"),
    ],
)
def test_what_is_compared_otherwise_is_not_foretold(after: Bound) -> None:
    found = turned(verdict(Outcome.COMPLIANT, "30"), after)

    assert (found.turns, found.untold) == ([], 1)
    assert "1 cannot be foretold" in " ".join(turning_lines(found))


@given(st.decimals(0, 100, places=2), st.decimals(1, 100, places=2))
def test_the_same_figure_turns_nothing(value: Decimal, high: Decimal) -> None:
    outcome = Outcome.EXCEEDING if value > high else Outcome.COMPLIANT
    same = bound(str(high))

    assert turned(verdict(outcome, str(value)), same, same).turns == []


def test_the_lines_name_the_first_ones_and_count_the_rest() -> None:
    found = turning([verdict(Outcome.COMPLIANT, "30")] * 12, bound("35"), bound("25"), FULL)

    lines = turning_lines(found)

    assert lines[0].startswith("12 of 12 stored verdicts would turn")
    assert lines[1].strip() == "hour 2025-03-01 08:00:00: 30, compliant 达标 → exceeding 超标"
    assert lines[-1].strip() == "… and 2 more"
    assert len(lines) == 12
    told = turning_json(found)
    assert told["verdicts"] == 12
    assert turning_lines(Turning()) == ["no verdict is stored for that time 该时段尚无判定"]
