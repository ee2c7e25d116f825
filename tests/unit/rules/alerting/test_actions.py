"""What persons may do with a case, in which state, and what it says then."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from schemas.alert import Alert, AlertKind, AlertState, Disposition, Event, Severity
from services.rules.alerting.actions import (
    Acknowledge,
    Action,
    ActionError,
    Assign,
    Comment,
    Dispose,
    Reopen,
    Resolve,
    Verdict,
    act,
)
from services.rules.alerting.causes import CAUSES, DISPOSITIONS, STATES, Cause, state_words
from services.rules.alerting.reasons import REASONS, Reason
from services.rules.alerting.words import event_words
from tests.fixtures.cases import TARGET, at

NOW = at(12)
REAL = Verdict(Disposition.CONFIRMED, Cause.PROCESS_UPSET, "load change")


def case(state: AlertState) -> Alert:
    resolved = state is AlertState.RESOLVED
    return Alert(
        *(7, AlertKind.LIMIT_HOUR, TARGET, state, Severity.YELLOW, at(8), None, 2, at(9)),
        opened_at=None if state in {AlertState.PENDING, AlertState.LAPSED} else at(9),
        acknowledged_at=at(10) if state is AlertState.ACKNOWLEDGED else None,
        acknowledged_by="wang" if state is AlertState.ACKNOWLEDGED else None,
        resolved_at=at(11) if resolved else None,
        resolved_by="platform" if resolved else None,
    )


def test_an_open_case_is_acknowledged_by_name() -> None:
    step = act(case(AlertState.OPEN), Acknowledge(" li ", "on my way"), NOW)

    (event,) = step.events
    assert (step.alert.state, step.alert.acknowledged_by) == (AlertState.ACKNOWLEDGED, "li")
    assert (step.alert.acknowledged_at, step.alert.version, step.read_version) == (NOW, 3, 2)
    assert (event.what, event.actor, event.at) == (Event.ACKNOWLEDGED, "li", NOW)
    assert event.detail["note"] == "on my way"


def test_a_case_is_assigned_and_given_back() -> None:
    step = act(case(AlertState.OPEN), Assign("li", "zhao"), NOW)
    back = act(step.alert, Assign("zhao", None), NOW)

    assert (step.alert.assignee, back.alert.assignee) == ("zhao", None)


def test_a_comment_changes_nothing_but_the_story() -> None:
    before = case(AlertState.LAPSED)

    step = act(before, Comment("li", "seen on site"), NOW)

    assert step.alert == replace(before, version=3, changed_at=NOW)
    assert step.events[0].detail == {"text": "seen on site"}


def test_a_person_resolves_with_a_verdict() -> None:
    step = act(case(AlertState.ACKNOWLEDGED), Resolve("li", REAL), NOW)

    alert = step.alert
    assert (alert.state, alert.resolved_by, alert.resolved_at) == (AlertState.RESOLVED, "li", NOW)
    assert (alert.disposition, alert.cause) == (Disposition.CONFIRMED, "process_upset")
    assert alert.until is None


def test_one_word_says_that_a_person_closed_it_and_another_that_it_recovered() -> None:
    closed = act(case(AlertState.OPEN), Resolve("li", REAL), NOW)
    over = replace(closed.alert, until=at(13))
    cleared = case(AlertState.RESOLVED)

    assert state_words(closed.alert).zh == "已办结（异常仍在持续）"
    assert state_words(closed.alert).en == "closed by li, while it goes on"
    assert state_words(over) == ("已办结", "closed by li")
    assert state_words(cleared) == ("已恢复", "recovered")
    assert event_words(closed.events[0].what, closed.events[0].reason) == ("已办结", "closed")
    assert event_words(Event.RESOLVED, Reason.CLEARED) == ("已恢复", "recovered")
    assert event_words(Event.ACKNOWLEDGED, Reason.BY_PERSON) == ("已签收", "acknowledged")


def test_what_the_platform_resolved_is_given_a_verdict_and_may_be_given_another() -> None:
    first = act(case(AlertState.RESOLVED), Dispose("li", REAL), NOW)
    twin = Verdict(Disposition.DUPLICATE, Cause.OTHER, "same outlet", duplicate_of=3)
    second = act(first.alert, Dispose("wang", twin), NOW)

    assert first.events[0].what is Event.DISPOSED
    assert first.alert.resolved_by == "platform"
    assert (second.alert.disposition, second.alert.duplicate_of) == (Disposition.DUPLICATE, 3)


def test_a_resolved_case_is_opened_again_without_its_verdict() -> None:
    closed = act(case(AlertState.OPEN), Resolve("li", REAL), NOW).alert

    step = act(closed, Reopen("wang", "it was not that"), NOW)

    alert = step.alert
    assert (alert.state, alert.resolved_at, alert.resolved_by) == (AlertState.OPEN, None, None)
    assert (alert.disposition, alert.cause) == (None, None)
    assert alert.evidence["reopened_by"] == "wang"


@pytest.mark.parametrize(
    ("state", "action", "words"),
    [
        (AlertState.PENDING, Acknowledge("li"), "only an open case"),
        (AlertState.RESOLVED, Acknowledge("li"), "only an open case"),
        (AlertState.ACKNOWLEDGED, Acknowledge("li"), "acknowledged by wang already"),
        (AlertState.LAPSED, Assign("li", "zhao"), "cannot be assigned"),
        (AlertState.OPEN, Assign("li", None), "assigned to nobody already"),
        (AlertState.OPEN, Comment("li", "  "), "needs words"),
        (AlertState.PENDING, Resolve("li", REAL), "only an open or acknowledged"),
        (AlertState.RESOLVED, Resolve("li", REAL), "dispose"),
        (AlertState.OPEN, Dispose("li", REAL), "close one that goes on"),
        (AlertState.OPEN, Reopen("li", "why"), "only a closed or recovered case"),
        (AlertState.RESOLVED, Reopen("li", ""), "say why"),
        (AlertState.OPEN, Acknowledge(""), "name is missing"),
    ],
    ids=str,
)
def test_what_cannot_be_done_says_why_and_what_to_do(
    state: AlertState, action: Action, words: str
) -> None:
    with pytest.raises(ActionError, match=words) as refused:
        act(case(state), action, NOW)

    assert refused.value.zh
    assert words in refused.value.en


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict(Disposition.CONFIRMED, Cause.OTHER), "needs a note"),
        (Verdict(Disposition.DUPLICATE, Cause.TEST), "names the case"),
        (Verdict(Disposition.TEST, Cause.TEST, duplicate_of=3), "names the case"),
        (Verdict(Disposition.DUPLICATE, Cause.TEST, duplicate_of=7), "cannot repeat itself"),
    ],
    ids=["other", "duplicate of none", "no duplicate", "of itself"],
)
@pytest.mark.parametrize(
    ("state", "made"), [(AlertState.OPEN, Resolve), (AlertState.RESOLVED, Dispose)], ids=str
)
def test_a_verdict_has_to_make_sense(
    verdict: Verdict, words: str, state: AlertState, made: Callable[[str, Verdict], Action]
) -> None:
    with pytest.raises(ActionError, match=words):
        act(case(state), made("li", verdict), NOW)


def test_every_word_of_the_vocabularies_has_chinese_and_english() -> None:
    assert set(CAUSES) == set(Cause)
    assert set(REASONS) == set(Reason)
    assert set(DISPOSITIONS) == set(Disposition)
    assert set(STATES) == set(AlertState)
