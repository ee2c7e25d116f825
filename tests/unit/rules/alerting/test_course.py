"""The course of a case, worked by hand."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from schemas.alert import AlertKind, AlertState, Disposition, Severity
from services.rules.alerting.actions import Acknowledge, Reopen, Resolve, Verdict, act
from services.rules.alerting.causes import Cause
from services.rules.alerting.kind_rules import kind_rules
from services.rules.alerting.lifecycle import Believed, reconcile
from tests.fixtures.cases import (
    HOUR,
    LIMIT_HOUR,
    MINUTE,
    OFFLINE,
    TARGET,
    Desk,
    at,
    hour,
    wrong,
)

FIXED = Verdict(Disposition.CONFIRMED, Cause.FACILITY_FAULT)


def test_three_hours_over_make_one_case_that_grows_worse_and_clears() -> None:
    """Limit 50: 60, 115, 70, 40 from 08:00 on: multiples 0.2, 1.3 (>= 1: orange), 0.4; then right for 1 h.

    The end is 11:00, that of the last wrong hour; it is known to be over at 12:00.
    """
    desk = Desk()
    spans = [hour(8, "0.2"), hour(9, "1.3"), hour(10, "0.4"), hour(11, None)]

    desk.look(spans, at(12.1))

    assert desk.story() == [
        ("pending", "seen", 8),
        ("opened", "settled", 8),
        ("raised", "multiple", 9),
        ("resolved", "cleared", 12),
    ]
    alert = desk.only
    assert (alert.since, alert.until) == (at(8), at(11))
    assert (alert.severity, alert.state) == (Severity.ORANGE, AlertState.RESOLVED)
    assert (alert.worst, alert.spans, alert.spells) == (hour(9, "1.3").multiple, 3, 1)
    assert (alert.en, alert.evidence["source"]) == ("hour 9", "verdict:9")
    assert desk.look(spans, at(12.1)) == []


def test_a_provisional_hour_waits_and_opens_when_it_is_final() -> None:
    desk = Desk()

    desk.look([hour(8, "0.2", settled=False)], at(9.1))
    waiting = desk.only
    desk.look([hour(8, "0.2")], at(9.4))

    assert waiting.state is AlertState.PENDING
    assert desk.story() == [("pending", "seen", 8), ("opened", "settled", 8)]
    assert not desk.only.found_late


def test_a_provisional_hour_that_nothing_can_change_any_more_opens_at_once() -> None:
    desk = Desk()

    (step,) = desk.look([hour(8, "0.2")], at(8.9))

    assert [one.what.value for one in step.events] == ["pending", "opened"]
    assert step.alert.state is AlertState.OPEN


def test_a_provisional_hour_that_turns_out_right_lapses() -> None:
    desk = Desk()
    desk.look([hour(8, "0.2", settled=False)], at(9.1))

    desk.look([hour(8, None)], at(9.4))

    assert desk.story()[1][:2] == ("lapsed", "belief_changed")
    assert desk.only.opened_at is None
    assert desk.look([hour(8, None)], at(9.5)) == []


def test_what_is_found_eight_days_late_has_its_true_times_and_says_so() -> None:
    desk = Desk()
    spans = [hour(8, "0.2"), hour(9, "0.4"), hour(10, None)]

    (step,) = desk.look(spans, at(8 * 24 + 12))

    assert [one.what.value for one in step.events] == ["pending", "opened", "resolved"]
    assert step.alert.found_late
    assert all(one.detail["found_late"] for one in step.events)
    assert (step.alert.since, step.alert.until) == (at(8), at(10))


def test_what_was_found_late_and_reaches_the_present_is_a_matter_of_the_present() -> None:
    desk = Desk()
    desk.look([hour(8, "0.2")], at(48))
    backlog = [hour(begin, "0.2") for begin in range(8, 48)]

    desk.look(backlog, at(48.2))

    assert desk.story()[-1] == ("extended", "goes_on", 48)
    assert not desk.only.found_late


def test_an_older_case_found_late_beside_a_newer_one_is_a_case_of_its_own() -> None:
    desk = Desk()
    newer = [hour(100, "0.2")]
    desk.look(newer, at(101.1))

    desk.look([hour(8, "0.2"), hour(9, None), *newer], at(101.2))

    assert desk.story(2) == [
        ("pending", "seen", 8),
        ("opened", "settled", 8),
        ("resolved", "cleared", 10),
    ]
    assert desk.alerts[2].found_late
    assert desk.alerts[1].state is AlertState.OPEN


def test_a_correction_that_makes_the_middle_right_leaves_one_case_of_two_spells() -> None:
    """08-11 was wrong; 09-10 becomes right for 1 h. The case is not torn in two: it was answered as one."""
    desk = Desk()
    whole = [hour(8, "0.2"), hour(9, "0.2"), hour(10, "0.2"), hour(11, None)]
    desk.look(whole, at(12.1))

    desk.look([whole[0], hour(9, None), *whole[2:]], at(13))

    alert = desk.only
    assert desk.story()[-1] == ("extended", "belief_changed", 11)
    assert (alert.since, alert.until, alert.spells, alert.spans) == (at(8), at(11), 2, 2)
    assert alert.state is AlertState.RESOLVED


def test_a_bridged_gap_belongs_to_the_case_that_goes_on() -> None:
    """Two cases two days apart; the time between turns out to be wrong: the open one has all of it."""
    desk = Desk()
    ends = [hour(0, "0.2"), hour(1, None), hour(40, "0.2")]
    desk.look(ends, at(41.1))
    between = [hour(begin, "0.2") for begin in range(1, 40)]

    desk.look([ends[0], *between, ends[2]], at(41.2))

    first, second = desk.alerts[1], desk.alerts[2]
    assert (second.since, second.state) == (at(0), AlertState.OPEN)
    assert (first.state, first.spans) == (AlertState.RESOLVED, 0)
    assert desk.look([ends[0], *between, ends[2]], at(41.2)) == []


def test_what_a_mark_excuses_later_resolves_as_exempt() -> None:
    desk = Desk()
    desk.look([hour(8, "0.2")], at(9.1))
    excused = replace(hour(8, None), exempt=True)

    desk.look([excused], at(20))

    assert desk.story()[-1][:2] == ("resolved", "exempt")
    assert desk.only.disposition is None
    assert desk.look([excused], at(21)) == []


def test_a_resolved_case_whose_exceedance_is_excused_says_so_once() -> None:
    desk = Desk()
    desk.look([hour(8, "0.2"), hour(9, None)], at(10.1))
    excused = [replace(hour(8, None), exempt=True), hour(9, None)]

    desk.look(excused, at(20))

    assert desk.story()[-1][:2] == ("extended", "exempt")
    assert desk.only.spans == 0
    assert desk.look(excused, at(21)) == []


def test_no_data_neither_opens_nor_clears() -> None:
    unknown = replace(hour(9, None), holds=None)
    desk = Desk()

    desk.look([hour(8, "0.2"), unknown], at(20))

    assert desk.only.state is AlertState.OPEN
    assert desk.only.until is None


def test_a_right_hour_that_is_not_settled_clears_nothing() -> None:
    desk = Desk()

    desk.look([hour(8, "0.2"), hour(9, None, settled=False)], at(10.1))

    assert desk.only.state is AlertState.OPEN


def test_again_within_a_day_is_the_same_case_and_later_is_another() -> None:
    """Over 08-09, right to 20, over 20-21 (11 h later: reopened), right to 46, over 46-47 (25 h: new)."""
    desk = Desk()
    spans = [hour(begin, "0.2" if begin in {8, 20, 46} else None) for begin in range(8, 47)]

    desk.look(spans, at(47.1))

    assert [one[:2] for one in desk.story(1)] == [
        ("pending", "seen"),
        ("opened", "settled"),
        ("resolved", "cleared"),
        ("reopened", "came_again"),
        ("resolved", "cleared"),
    ]
    assert desk.alerts[1].until == at(21)
    assert desk.story(2) == [("pending", "seen", 46), ("opened", "settled", 46)]
    assert desk.alerts[2].severity is Severity.ORANGE


def test_hours_over_and_under_in_turn_for_a_day_are_one_case() -> None:
    desk = Desk(replace(LIMIT_HOUR, clear=2 * HOUR))
    spans = [hour(begin, "0.2" if begin % 2 == 0 else None) for begin in range(24)]

    for now in range(1, 25):
        desk.look(spans[:now], at(now))

    assert [one[0] for one in desk.story()] == ["pending", "opened", "raised"]


def test_a_line_that_fails_every_other_minute_is_one_case_with_four_events() -> None:
    desk = Desk(OFFLINE, AlertKind.DEVICE_OFFLINE, says_right=False)
    step = MINUTE / HOUR
    spans = [wrong(2 * n * step, (2 * n + 1) * step) for n in range(600)]

    for n in range(0, 600, 7):
        desk.look(spans[: n + 1], spans[n].since + MINUTE)
    desk.look(spans, at(24))

    assert [one[0] for one in desk.story()] == ["pending", "opened", "resolved"]
    assert desk.only.until == spans[-1].until


def test_a_blip_shorter_than_the_hold_down_lapses_and_is_told_once() -> None:
    rules = replace(OFFLINE, hold=5 * MINUTE)
    desk = Desk(rules, AlertKind.DEVICE_OFFLINE, says_right=False)

    desk.look([wrong(1, None)], at(1) + MINUTE)
    waiting = desk.only
    desk.look([wrong(1, 1.05)], at(2))

    assert waiting.due_at == at(1) + 5 * MINUTE
    assert desk.story()[-1][:2] == ("lapsed", "not_held")
    assert desk.look([wrong(1, 1.05)], at(3)) == []


def test_the_clock_alone_opens_makes_worse_and_clears_and_the_case_says_when() -> None:
    """Hold 5 min, clear 10 min, orange after 24 h: due 01:05, then 25:00; speech at 26:00: due 26:10."""
    rules = replace(OFFLINE, hold=5 * MINUTE)
    desk = Desk(rules, AlertKind.DEVICE_OFFLINE, says_right=False)
    due: list[datetime | None] = []

    desk.look([wrong(1, None)], at(1))
    due.append(desk.only.due_at)
    desk.look([wrong(1, None)], at(1) + 5 * MINUTE)
    due.append(desk.only.due_at)
    desk.look([wrong(1, None)], at(25))
    desk.look([wrong(1, 26)], at(26))
    due.append(desk.only.due_at)
    desk.look([wrong(1, 26)], at(26) + 10 * MINUTE)

    assert due == [at(1) + 5 * MINUTE, at(25), at(26) + 10 * MINUTE]
    assert [one[:2] for one in desk.story()] == [
        ("pending", "seen"),
        ("opened", "held"),
        ("raised", "duration"),
        ("resolved", "cleared"),
    ]


def test_what_a_person_resolved_is_not_opened_again_by_the_same_spell() -> None:
    desk = Desk()
    spans = [hour(8, "0.2"), hour(9, "0.2"), hour(10, "3.5")]
    desk.look(spans[:1], at(9.1))
    desk.write(act(desk.only, Resolve("li", FIXED), at(9.2)))

    assert desk.look(spans, at(11.1)) == []
    desk.look([*spans, hour(11, None)], at(12.1))

    assert desk.story()[-1] == ("extended", "cleared", 12)
    assert (desk.only.state, desk.only.resolved_by) == (AlertState.RESOLVED, "li")
    assert (desk.only.until, desk.only.disposition) == (at(11), Disposition.CONFIRMED)


def test_a_new_spell_opens_again_what_a_person_resolved() -> None:
    desk = Desk()
    spans = [hour(8, "0.2"), hour(9, None), hour(10, "0.2")]
    desk.look(spans[:1], at(9.1))
    desk.write(act(desk.only, Acknowledge("li"), at(9.15)))
    desk.write(act(desk.only, Resolve("li", FIXED), at(9.2)))

    desk.look(spans, at(11.1))

    assert [one[:2] for one in desk.story()[-2:]] == [
        ("extended", "cleared"),
        ("reopened", "came_again"),
    ]
    assert desk.only.state is AlertState.OPEN
    assert (desk.only.acknowledged_by, desk.only.disposition) == (None, None)


def test_what_a_person_opened_again_stays_open_until_a_person_resolves_it() -> None:
    desk = Desk()
    spans = [hour(8, "0.2"), hour(9, None)]
    desk.look(spans, at(10.1))
    desk.write(act(desk.only, Reopen("li", "cause not found"), at(10.2)))

    assert desk.look(spans, at(20)) == []
    again = [*spans, hour(40, "0.2"), hour(41, None)]
    desk.look(again, at(42.1))

    assert desk.only.state is AlertState.OPEN
    assert [one[:2] for one in desk.story()[-2:]] == [
        ("extended", "came_again"),
        ("extended", "cleared"),
    ]
    desk.write(act(desk.only, Resolve("li", FIXED), at(43)))
    assert desk.look(again, at(44)) == []


def test_a_suspicion_stays_until_a_person_says_what_it_was() -> None:
    rules = kind_rules(AlertKind.FALSIFICATION)
    desk = Desk(rules, AlertKind.FALSIFICATION, says_right=False)
    found = [wrong(0, 24), wrong(96, 120)]

    desk.look(found[:1], at(24.1))
    desk.look(found[:1], at(60))
    desk.look(found, at(121))

    assert desk.only.state is AlertState.OPEN
    assert [one[:2] for one in desk.story()] == [
        ("pending", "seen"),
        ("opened", "settled"),
        ("extended", "cleared"),
        ("extended", "came_again"),
    ]
    assert desk.only.severity is Severity.RED


def test_the_window_asked_for_is_enough_for_a_late_hour_in_an_old_case() -> None:
    desk = Desk()
    spans = [hour(begin, "0.2" if 8 <= begin < 60 else None) for begin in range(62)]
    desk.look(spans, at(62.1))

    steps = desk.look_from([*spans[:59], hour(59, None), *spans[60:]], at(59), at(62.2))

    assert len(steps) == 1
    assert desk.only.until == at(59)


def test_hours_unknown_for_longer_than_the_reopening_make_two_cases() -> None:
    desk = Desk()

    desk.look([hour(8, "0.2"), hour(40, "0.2")], at(41.1))

    assert desk.story(1)[-1] == ("resolved", "superseded", 40)
    assert desk.alerts[1].until == at(9)
    assert desk.alerts[2].state is AlertState.OPEN


def test_a_case_that_began_before_the_window_is_refused_and_not_taken_for_gone() -> None:
    desk = Desk()
    desk.look([hour(8, "0.2")], at(9.1))
    narrow = Believed([], at(9), at(10), says_right=True)

    with pytest.raises(ValueError, match="window_for"):
        reconcile(TARGET, AlertKind.LIMIT_HOUR, [desk.only], narrow, LIMIT_HOUR)


def test_three_exceedances_within_thirty_days_are_orange_and_seven_days_are_red() -> None:
    """Over at 08:00 on each of 7 days: the third is orange, that of the seventh day red."""
    rules = replace(LIMIT_HOUR, reopen=30 * timedelta(days=1))
    spans = [hour(24 * day + 8, "0.1") for day in range(7)]
    spans += [hour(24 * day + 9, None) for day in range(7)]
    desk = Desk(rules)

    desk.look(spans, at(24 * 7))

    raised = [
        (one.severity, one.at) for one in desk.events[1] if one.what.value in {"raised", "reopened"}
    ]
    assert raised[1] == (Severity.ORANGE, at(24 * 2 + 8))
    assert raised[-1] == (Severity.RED, at(24 * 6 + 8))
