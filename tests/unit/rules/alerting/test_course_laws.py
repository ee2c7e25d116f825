"""What holds of every case, whatever is believed, corrected, done by persons, and whenever one looks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from schemas.alert import (
    PLATFORM,
    Alert,
    AlertEvent,
    AlertKind,
    AlertState,
    Disposition,
    Event,
    Span,
)
from services.rules.alerting.actions import (
    Acknowledge,
    Action,
    Comment,
    Reopen,
    Resolve,
    Verdict,
    act,
)
from services.rules.alerting.as_known import as_known
from services.rules.alerting.causes import Cause
from services.rules.alerting.kind_rules import KindRules, kind_rules
from services.rules.alerting.matching import matched
from services.rules.alerting.reasons import Reason
from services.rules.alerting.spells import spells_of
from tests.fixtures.cases import DAY, HOUR, LIMIT_HOUR, MINUTE, OFFLINE, Desk, at, hour

HOURS = 72
WORDS = ("right", "over", "much", "unknown", "provisional", "exempt", "gone")


def believed_hour(begin: int, word: str) -> list[Span]:
    made = {
        "right": [hour(begin, None)],
        "over": [hour(begin, "0.2")],
        "much": [hour(begin, "3.5")],
        "unknown": [replace(hour(begin, None), holds=None)],
        "provisional": [hour(begin, "0.7", settled=False)],
        "exempt": [replace(hour(begin, None), exempt=True)],
    }
    return made.get(word, [])


class Course(NamedTuple):
    """A flavour of rules that the machine is run with."""

    kind: AlertKind
    rules: KindRules
    says_right: bool


FLAVOURS = (
    Course(AlertKind.LIMIT_HOUR, LIMIT_HOUR, says_right=True),
    Course(AlertKind.LIMIT_HOUR, replace(LIMIT_HOUR, clear=2 * HOUR, reopen=4 * HOUR), says_right=True),
    Course(AlertKind.NO_DATA, replace(kind_rules(AlertKind.NO_DATA), hold=2 * HOUR, reopen=5 * HOUR), says_right=True),
    Course(AlertKind.FACILITY_OFF, replace(kind_rules(AlertKind.FACILITY_OFF), reopen=6 * HOUR), says_right=False),
    Course(AlertKind.FALSIFICATION, replace(kind_rules(AlertKind.FALSIFICATION), clear=HOUR, reopen=9 * HOUR), says_right=False),
)  # fmt: skip
BEFORE = {
    Event.RESOLVED: {"open", "acknowledged"},
    Event.REOPENED: {"resolved"},
    Event.LAPSED: {"pending"},
    Event.OPENED: {"pending"},
    Event.ACKNOWLEDGED: {"open"},
}


class Cases(RuleBasedStateMachine):
    """Beliefs come, change, settle and go in any order; persons act; the clock goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.words: dict[int, str] = {}
        self.now = at(1)

    @initialize(course=st.sampled_from(FLAVOURS))
    def begin(self, course: Course) -> None:
        self.course = course
        self.desk = Desk(course.rules, course.kind, course.says_right)

    @property
    def spans(self) -> list[Span]:
        return [
            one for begin, word in sorted(self.words.items()) for one in believed_hour(begin, word)
        ]

    @rule(back=st.integers(1, HOURS), word=st.sampled_from(WORDS), length=st.integers(1, 6))
    def believe(self, back: int, word: str, length: int) -> None:
        last = int((self.now - DAY) / HOUR)
        for begin in range(max(0, last - back), min(last, last - back + length)):
            self.words[begin] = word
        self.look()

    @rule(word=st.sampled_from(("right", "over", "over", "much", "unknown", "provisional")))
    def live(self, word: str) -> None:
        self.now += HOUR
        self.words[int((self.now - DAY) / HOUR) - 1] = word
        self.look()

    @rule()
    def settle(self) -> None:
        self.words = {b: "over" if w == "provisional" else w for b, w in self.words.items()}
        self.look()

    @rule(hours=st.sampled_from((0.3, 1, 30)))
    def wait(self, hours: float) -> None:
        self.now += hours * HOUR
        self.look()

    @precondition(lambda self: self.active)
    @rule()
    def acknowledge(self) -> None:
        if self.active[0].state is AlertState.OPEN:
            self.person(self.active[0], Acknowledge("li"))

    @precondition(lambda self: self.active)
    @rule()
    def resolve(self) -> None:
        if self.active[0].state is not AlertState.PENDING:
            self.person(self.active[0], Resolve("li", Verdict(Disposition.TEST, Cause.TEST)))

    @precondition(lambda self: self.desk.alerts and not self.active)
    @rule(number=st.integers(0, 9))
    def reopen(self, number: int) -> None:
        alerts = [one for one in self.desk.alerts.values() if one.state is AlertState.RESOLVED]
        if alerts:
            self.person(alerts[number % len(alerts)], Reopen("li", "not done"))

    @precondition(lambda self: self.desk.alerts)
    @rule()
    def comment(self) -> None:
        self.person(self.desk.alerts[1], Comment("li", "seen on site"))

    @property
    def active(self) -> list[Alert]:
        return [one for one in self.desk.alerts.values() if one.active]

    def person(self, alert: Alert, action: Action) -> None:
        self.desk.write(act(alert, action, self.now))
        self.look()

    def look(self) -> None:
        self.desk.look(self.spans, self.now)

    @invariant()
    def nothing_is_new_to_who_looks_twice(self) -> None:
        assert self.desk.look(self.spans, self.now) == []

    @invariant()
    def the_order_in_which_things_are_given_does_not_matter(self) -> None:
        turned = Desk(self.course.rules, self.course.kind, self.course.says_right)
        turned.alerts = dict(reversed(self.desk.alerts.items()))
        assert turned.look(self.spans[::-1], self.now) == []

    @invariant()
    def events_tell_a_possible_story(self) -> None:
        for events in self.desk.events.values():
            assert [one.version for one in events] == list(range(1, len(events) + 1))
            assert all(Reason(one.reason) for one in events)
            for before, after in pairwise(events):
                assert before.state.value in BEFORE.get(after.what, {before.state.value})
                assert before.state is not AlertState.LAPSED or after.actor != PLATFORM
                assert after.severity.rank >= before.severity.rank
            _check_persons(events)

    @invariant()
    def the_row_says_what_the_last_event_said(self) -> None:
        for number, alert in self.desk.alerts.items():
            last = self.desk.events[number][-1]
            told = (last.version, last.state, last.severity, last.since, last.until)
            assert told == (alert.version, alert.state, alert.severity, alert.since, alert.until)
            assert (alert.opened_at is None) == (
                alert.state in {AlertState.PENDING, AlertState.LAPSED}
            )
            assert (alert.resolved_at is not None) == (alert.state is AlertState.RESOLVED)
            assert alert.due_at is None or alert.due_at > self.now

    @invariant()
    def its_events_alone_tell_how_a_case_stands(self) -> None:
        for number, alert in self.desk.alerts.items():
            told = as_known(alert, self.desk.events[number])
            bare = replace(alert, clause="", evidence={}, due_at=None)
            assert replace(told, evidence={}) == bare
            assert told.evidence.get("source", "") == alert.evidence.get("source", "")

    @invariant()
    def every_spell_that_counts_has_one_case_and_cases_end_where_spells_do(self) -> None:
        course = self.course
        spells = spells_of(self.spans, self.now, course.rules, says_right=course.says_right)
        cases = matched(self.desk.alerts.values(), spells, course.rules)
        owned = [one for case in cases for one in case.spells]
        assert all(sum(one is spell for one in owned) == 1 for spell in spells if spell.firm)
        for case in cases:
            if case.alert is None or not case.opened or not case.body:
                continue
            assert case.alert.since == case.body[0].since
            assert case.alert.until in {None, case.body[-1].end}
            assert (case.alert.until is None) == (not case.body[-1].over)


def _check_persons(events: Sequence[AlertEvent]) -> None:
    closed_by = ""
    for one in events:
        if one.what is Event.RESOLVED:
            closed_by = one.actor
        if one.what is Event.REOPENED and one.actor == PLATFORM and closed_by != PLATFORM:
            assert one.reason == Reason.CAME_AGAIN.value


TestCases = Cases.TestCase
TestCases.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.sampled_from(("right", "right", "over", "over", "much", "unknown")), max_size=60),
    st.sets(st.integers(1, 60)),
    st.sampled_from((FLAVOURS[0], FLAVOURS[1])),
)
def test_who_looks_late_finds_the_events_that_who_looked_all_along_saw(
    words: list[str], missed: set[int], course: Course
) -> None:
    along, sometimes, late = (Desk(course.rules) for _ in range(3))
    spans = [one for begin, word in enumerate(words) for one in believed_hour(begin, word)]

    for now in range(1, len(words) + 1):
        known = [one for one in spans if one.since < at(now)]
        along.look(known, at(now))
        if now not in missed:
            sometimes.look(known, at(now))
    end = at(len(words) + 100)
    for desk in (along, sometimes, late):
        desk.look(spans, end)

    assert _without_goes_on(along) == _without_goes_on(late)
    assert _without_goes_on(sometimes) == _without_goes_on(late)


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 90), st.integers(1, 90)), max_size=12),
    st.sets(st.integers(1, 1500), max_size=40),
    st.sampled_from((0, 5, 30)),
    st.sampled_from(("condition", "person")),
)
def test_the_same_holds_of_what_is_watched_with_a_hold_down(
    parts: list[tuple[int, int]], looks: set[int], hold: int, closes: str
) -> None:
    rules = replace(
        OFFLINE, hold=hold * MINUTE, reopen=HOUR, by_person=closes == "person",
        after=tuple((step * MINUTE, severity) for (_, severity), step in zip(OFFLINE.after, (45,), strict=True)),
    )  # fmt: skip
    along, late = (Desk(rules, AlertKind.DEVICE_OFFLINE, says_right=False) for _ in range(2))
    whole: list[Span] = []
    end = DAY
    for gap, length in parts:
        since = end + gap * MINUTE
        end = since + length * MINUTE
        whole.append(Span(since, end, holds=True, source=str(since)))

    for minute in sorted(looks):
        now = DAY + minute * MINUTE
        along.look(_seen(whole, now), now)
    for desk in (along, late):
        desk.look(whole, end + timedelta(days=9))

    assert _without_goes_on(along) == _without_goes_on(late)


def _seen(spans: Sequence[Span], now: datetime) -> list[Span]:
    return [
        replace(one, until=None) if one.until is not None and one.until > now else one
        for one in spans
        if one.since <= now
    ]


def _without_goes_on(desk: Desk) -> list[list[tuple[object, ...]]]:
    return [[one for one in events if one[1] != Reason.GOES_ON.value] for events in desk.history()]
