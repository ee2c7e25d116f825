"""Who hears of an event: matchers, order of routes, escalation, and what is told as history."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alert import AlertKind, Event, Severity
from schemas.notice import Escalation, Hours, Manner, NoticeState, Place, Route
from services.rules.alerting.reasons import Reason
from services.rules.alerting.routing import calls, inhibited, late, mismatch, state_of, tried
from tests.fixtures.notices import HOUR, NOW, told

ONE = told(1, 7)
MINUTE = timedelta(minutes=1)
NIGHT = Hours(begin_min=20 * 60, end_min=8 * 60)
DAY = Hours(begin_min=8 * 60, end_min=20 * 60)


def route(**more: object) -> Route:
    return Route.model_validate({"name": "r", "receivers": ["duty"]} | more)


routes = st.builds(
    route,
    name=st.sampled_from("abcdef"),
    place=st.integers(0, 3),
    goes_on=st.booleans(),
    least=st.sampled_from(Severity),
    receivers=st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, unique=True),
    at_once=st.none() | st.sampled_from(Severity),
    escalations=st.lists(
        st.builds(Escalation, after_min=st.integers(1, 99), receivers=st.just(("x",))), max_size=2
    ),
)
events = st.builds(
    told,
    st.integers(1, 9),
    st.integers(1, 9),
    what=st.sampled_from(Event),
    severity=st.sampled_from(Severity),
    found_late=st.booleans(),
    at=st.sampled_from([NOW, NOW - HOUR, NOW - 9 * HOUR]),
)


@pytest.mark.parametrize(
    ("matcher", "why"),
    [
        ({}, ""),
        ({"region": "15"}, ""),
        ({"region": "150502"}, ""),
        ({"region": "1504"}, "not in region 1504"),
        ({"plant": "P1"}, ""),
        ({"plant": "P2"}, "it is for plant P2 alone"),
        ({"kinds": ["limit_hour"]}, ""),
        ({"kinds": ["no_data"]}, "limit_hour is none of its kinds"),
        ({"least": "orange"}, ""),
        ({"least": "red"}, "orange is below red"),
        ({"events": ["resolved"]}, "opened is none of its events"),
        ({"days": [1]}, ""),
        ({"days": [6, 7]}, "not on this day of the week"),
        ({"hours": DAY}, ""),
        ({"hours": NIGHT}, "not at this hour"),
    ],
    ids=str,
)
def test_a_route_fits_or_says_why_not(matcher: dict[str, object], why: str) -> None:
    assert mismatch(route(**matcher), ONE, NOW) == why


@pytest.mark.parametrize(
    ("hours", "beijing", "fits"),
    [
        (DAY, "08:00", True),
        (DAY, "19:59", True),
        (DAY, "20:00", False),
        (NIGHT, "20:00", True),
        (NIGHT, "00:00", True),
        (NIGHT, "07:59", True),
        (NIGHT, "08:00", False),
    ],
)
def test_hours_begin_and_end_sharply_in_beijing_also_over_midnight(
    hours: Hours, beijing: str, *, fits: bool
) -> None:
    at = datetime.fromisoformat(f"2025-03-03T{beijing}:00+08:00")

    assert (mismatch(route(hours=hours), ONE, at) == "") is fits


def test_the_first_that_fits_ends_the_search_unless_it_goes_on() -> None:
    first = route(name="a", place=1, receivers=["x"], goes_on=True)
    second = route(name="b", place=2, receivers=["y"])
    third = route(name="c", place=3, receivers=["z"])

    found = calls(ONE, [third, second, first], {}, NOW)

    assert [call.receiver for call in found] == ["x", "y"]
    assert [one.reached for one in tried(ONE, [first, second, third], NOW)] == [True, True, False]


def test_the_plants_contacts_are_told_of_their_plant() -> None:
    contacts = {"P1": ["office"], "P2": ["other"]}

    found = calls(ONE, [route(plant_contacts=True)], contacts, NOW)

    assert [call.receiver for call in found] == ["duty", "office"]


@pytest.mark.parametrize(
    ("severity", "manner", "bundle", "wait"),
    [
        (Severity.ORANGE, Manner.GROUPED, "plant:P1", timedelta(seconds=30)),
        (Severity.RED, Manner.AT_ONCE, "alert:7", timedelta()),
    ],
)
def test_red_is_told_at_once_and_the_rest_with_its_plant(
    severity: Severity, manner: Manner, bundle: str, wait: timedelta
) -> None:
    (call,) = calls(told(1, 7, severity=severity), [route()], {}, NOW)

    assert (call.manner, call.bundle, call.due_at) == (manner, bundle, NOW + wait)


def test_what_concerns_the_platform_is_a_group_of_its_own() -> None:
    (call,) = calls(told(1, 7, place=Place(), kind=AlertKind.PLATFORM_LAG), [route()], {}, NOW)

    assert call.bundle == "platform"


def test_escalations_are_due_from_when_it_was_told() -> None:
    """Told 12:00 Beijing, after 30 and 60 minutes: due 12:30 and 13:00."""
    steps = [
        {"after_min": 30, "receivers": ["chief"]},
        {"after_min": 60, "receivers": ["head", "chief"]},
    ]

    found = calls(ONE, [route(escalations=steps)], {}, NOW)

    assert [(call.receiver, call.step, call.due_at - NOW) for call in found[1:]] == [
        ("chief", 1, 30 * MINUTE),
        ("head", 2, 60 * MINUTE),
        ("chief", 2, 60 * MINUTE),
    ]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2025-03-03T08:29:59+08:00", "2025-03-03T08:30:00+08:00"),
        ("2025-03-03T08:30:00+08:00", "2025-03-04T08:30:00+08:00"),
    ],
)
def test_history_waits_for_the_next_digest(now: str, due: str) -> None:
    at = datetime.fromisoformat(now)
    past = told(1, 7, found_late=True, at=at - 5 * HOUR, made_at=at, severity=Severity.RED)

    (call,) = calls(past, [route()], {}, at)

    assert (call.manner, call.due_at) == (Manner.DIGEST, datetime.fromisoformat(due))


def test_what_a_person_does_about_history_is_told_as_now() -> None:
    past = told(1, 7, found_late=True, at=NOW - 9 * HOUR)

    assert late(past)
    assert not late(told(1, 7, found_late=True, at=NOW - 9 * HOUR, actor="bureau"))


def test_a_prewarning_is_not_told_while_what_it_warned_of_is_open() -> None:
    warned = told(1, 7, kind=AlertKind.PREWARNING, open_kinds=frozenset({AlertKind.LIMIT_HOUR}))

    assert inhibited(warned)
    assert not inhibited(told(1, 7, kind=AlertKind.PREWARNING))
    assert state_of(warned, None) is NoticeState.INHIBITED
    assert state_of(warned, 3) is NoticeState.SILENCED
    assert state_of(ONE, None) is NoticeState.WAITING


@given(events, st.lists(routes, max_size=6))
def test_nobody_hears_twice_of_an_event_but_by_escalation(event: object, some: list[Route]) -> None:
    assert isinstance(event, type(ONE))

    found = calls(event, some, {}, NOW)

    assert len({(call.receiver, call.step) for call in found}) == len(found)
    assert all((call.step > 0) is (call.manner is Manner.ESCALATION) for call in found)


@given(events, st.lists(routes, max_size=6))
def test_who_hears_does_not_depend_on_the_order_in_which_routes_are_read(
    event: object, some: list[Route]
) -> None:
    assert isinstance(event, type(ONE))
    distinct = list({one.name: one for one in some}.values())

    assert calls(event, distinct, {}, NOW) == calls(event, distinct[::-1], {}, NOW)


@given(events, st.lists(routes, max_size=6))
def test_history_pages_nobody_and_nothing_is_due_in_the_past(
    event: object, some: list[Route]
) -> None:
    assert isinstance(event, type(ONE))

    found = calls(event, some, {}, NOW)

    assert all(call.due_at >= NOW for call in found)
    assert not late(event) or all(call.manner is Manner.DIGEST for call in found)


@given(events, routes)
def test_more_severe_never_means_told_later(event: object, one: Route) -> None:
    assert isinstance(event, type(ONE))
    steps = sorted(Severity, key=lambda severity: severity.rank)
    due = [
        [call.due_at for call in calls(told(1, 7, what=event.what, severity=each), [one], {}, NOW)]
        for each in steps
    ]

    heard = [times[0] for times in due if times]
    assert heard == sorted(heard, reverse=True)


def test_a_case_found_late_that_goes_on_is_told_as_one_that_opens() -> None:
    """Its beginning is history and pages nobody; that it still goes on is news of now."""
    reaches_now = told(1, 7, what=Event.EXTENDED, reason=Reason.GOES_ON, found_late=False)
    reaches_back = told(2, 7, what=Event.EXTENDED, reason=Reason.FOUND_LATE, found_late=False)

    assert [call.receiver for call in calls(reaches_now, [route()], {}, NOW)] == ["duty"]
    assert calls(reaches_back, [route()], {}, NOW) == []
