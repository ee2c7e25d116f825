"""By rule nothing is issued until somebody switches it on, and then what the settings name."""

from dataclasses import replace
from decimal import Decimal

import pytest
from pydantic import ValidationError

from schemas.alert import Alert, AlertKind, AlertState, Severity
from schemas.order import Level
from services.rules.supervision.issuing import for_alert, for_quarters, runs_reaching
from services.rules.supervision.order_parameters import (
    AttachmentParameters,
    ContestParameters,
    IssuingParameters,
    OrderParameters,
    ReminderParameters,
)
from tests.fixtures.supervision import HOUR, NOW, alert

ON = IssuingParameters(automatic=True)
LATER = NOW + 24 * HOUR


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (alert(Severity.RED), "severity_red"),
        (alert(Severity.YELLOW, kind=AlertKind.BYPASS_OPEN), "kind_bypass_open"),
        (alert(Severity.ORANGE), None),
        (alert(Severity.YELLOW), None),
        (alert(Severity.RED, state=AlertState.PENDING), None),
        (alert(Severity.RED, state=AlertState.RESOLVED), None),
        (alert(Severity.RED, found_late=True), None),
    ],
    ids=["red", "bypass", "orange", "yellow", "pending", "resolved", "found late"],
)
def test_what_gets_an_order_at_once(known: Alert, reason: str | None) -> None:
    wanted = for_alert(known, NOW, ON)

    assert (None if wanted is None else wanted.reason) == reason
    assert for_alert(known, NOW, IssuingParameters()) is None


def test_an_orange_alert_gets_one_after_a_day_even_if_acknowledged() -> None:
    known = alert(Severity.ORANGE, state=AlertState.ACKNOWLEDGED)

    assert for_alert(known, LATER - HOUR, ON) is None
    wanted = for_alert(known, LATER, ON)

    assert wanted is not None
    assert (wanted.key, wanted.reason) == ("alert/12", "unresolved_too_long")
    assert "SO2 小时均值超标。" in wanted.demand
    assert wanted.basis == "GB 13223-2011"


def test_time_and_severity_are_settings() -> None:
    slow = IssuingParameters(automatic=True, lasting_h=Decimal(48), at_once_severity=None)
    known = alert(Severity.RED)

    assert for_alert(known, LATER, slow) is None
    assert for_alert(known, NOW + 48 * HOUR, slow) is not None
    never = replace(known, severity=Severity.YELLOW)
    assert for_alert(never, NOW + 480 * HOUR, slow) is None


@pytest.mark.parametrize(
    ("quarters", "wanted", "found"),
    [
        ([], 2, []),
        (["2026Q1"], 2, []),
        (["2026Q1", "2026Q3"], 2, []),
        (["2026Q2", "2026Q1"], 2, ["2026Q2"]),
        (["2025Q4", "2026Q1"], 2, ["2026Q1"]),
        (["2025Q4", "2026Q1", "2026Q2"], 2, ["2026Q1"]),
        (["2025Q1", "2025Q2", "2026Q1", "2026Q2"], 2, ["2025Q2", "2026Q2"]),
        (["2026Q1", "2026Q1"], 2, []),
        (["2026Q1"], 1, ["2026Q1"]),
    ],
    ids=[
        "none", "one", "a gap", "two", "over the year", "three are one run", "two runs", "twice the same",
        "one is enough",
    ],
)  # fmt: skip
def test_runs_of_quarters(quarters: list[str], wanted: int, found: list[str]) -> None:
    assert runs_reaching(quarters, wanted) == found


def test_two_quarters_on_the_severe_list_give_one_listed_order() -> None:
    rules = IssuingParameters(automatic=True, severe_quarters=("2026Q1", "2026Q2", "2026Q3"))

    [wanted] = for_quarters(7, rules)

    assert (wanted.key, wanted.level) == ("severe/7/2026Q2", Level.LISTED)
    off = rules.model_copy(update={"automatic": False})
    assert for_quarters(7, off) == []


def test_a_quarter_is_written_as_one() -> None:
    with pytest.raises(ValidationError):
        IssuingParameters(severe_quarters=("2026-1",))


def test_no_time_limit_passes_for_established() -> None:
    for owner in (OrderParameters, ContestParameters, ReminderParameters, AttachmentParameters):
        assert set(owner().unestablished()) == set(owner.model_fields)
