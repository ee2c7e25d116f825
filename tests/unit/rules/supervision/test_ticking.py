"""What the clock tells of an order nobody answers, worked through by hand."""

from dataclasses import replace

import pytest

from schemas.contest import ContestState
from schemas.order import CLOCK, OrderEvent, OrderState, Stage
from services.rules.supervision import contests
from services.rules.supervision.order_parameters import ReminderParameters
from services.rules.supervision.ticking import Hands, tick_contest, tick_order
from tests.fixtures.supervision import (
    BUREAU,
    CHAIN,
    DAY,
    HOUR,
    NOW,
    accept,
    at,
    contest_doing,
    filed,
    issued,
)

HANDS = Hands(ReminderParameters(), CHAIN)
QUIET = Hands(ReminderParameters(remind_before_h=(), remind_most=0), CHAIN)


def said(events: tuple[OrderEvent, ...]) -> list[tuple[str, str, str]]:
    return [(one.what.value, one.reason, one.held_by) for one in events]


def test_an_order_that_nobody_accepts() -> None:
    """By hand: issued on 3 August 10:00, to be accepted by the 4th 10:00 (no reminder: 24 h before
    is the issue itself). Overdue on the 4th 10:00; held by the city from the 5th 10:00, by the
    province from the 6th 10:00. Before the answer's deadline (the 9th 00:00): the 8th 00:00.
    """
    order = issued()

    step = tick_order(order, at(12, 6), QUIET)

    assert [(one.at, one.what.value) for one in step.events] == [
        (at(10, 4), "overdue"),
        (at(10, 5), "escalated"),
        (at(10, 6), "escalated"),
    ]
    assert [one.held_by for one in step.events] == ["150502", "1505", "15"]
    assert step.order.overdue == (Stage.ACCEPT,)
    assert step.order.state is OrderState.ISSUED
    assert {one.made_at for one in step.events} == {at(12, 6)}
    assert {one.actor for one in step.events} == {CLOCK}


def test_minute_by_minute_the_same_is_told_as_at_once() -> None:
    order = issued()
    for quarter in range(1, 4 * 24 * 12):
        order = tick_order(order, NOW + quarter * HOUR / 4, QUIET).order

    at_once = tick_order(issued(), NOW + 12 * DAY, QUIET).order

    assert (order.version, order.held_by, order.overdue) == (
        at_once.version, at_once.held_by, at_once.overdue,
    )  # fmt: skip


def test_who_is_late_is_reminded_and_the_bureau_told_of_escalations() -> None:
    step = tick_order(issued(), at(10, 5), HANDS)

    assert [(one.what.value, one.detail["to"]) for one in step.events] == [
        ("overdue", "plant"),
        ("reminded", "plant"),
        ("escalated", "bureau"),
    ]
    assert step.events[-1].detail["from"] == "150502"


def test_a_stage_that_was_done_in_time_is_told_no_more() -> None:
    order = accept(issued(), at(11)).order

    step = tick_order(order, at(12, 6), HANDS)

    assert step.events == ()


def test_a_deadline_that_comes_is_told_a_day_before() -> None:
    order = accept(issued(), at(11)).order

    step = tick_order(order, at(0, 8), HANDS)

    assert said(step.events) == [("reminded", "answer_due_soon", "150502")]
    assert step.events[0].detail["due"] == at(0, 9).isoformat()


@pytest.mark.parametrize("state", [OrderState.CLOSED, OrderState.FILED, OrderState.WITHDRAWN])
def test_of_what_is_over_nothing_is_told(state: OrderState) -> None:
    assert tick_order(replace(issued(), state=state), NOW + 90 * DAY, HANDS).events == ()


def test_two_late_stages_raise_an_order_to_each_level_once() -> None:
    step = tick_order(issued(), NOW + 20 * DAY, QUIET)

    assert [one.held_by for one in step.events if one.what.value == "escalated"] == ["1505", "15"]
    assert step.order.overdue == (Stage.ACCEPT, Stage.ANSWER)


def test_a_contest_is_late_and_escalated_like_an_order() -> None:
    """By hand: filed on 3 August, 15 days: the 18th at 24:00. A day after that the city holds it."""
    contest = filed()

    step = tick_contest(contest, at(1, 20), QUIET)

    assert contest.due == at(0, 19)
    assert [(one.at, one.what.value) for one in step.events] == [
        (at(0, 19), "overdue"),
        (at(0, 20), "escalated"),
    ]
    assert (step.contest.overdue, step.contest.held_by) == (True, "1505")


def test_an_answered_contest_is_left_alone() -> None:
    step = contests.answer(filed(), ContestState.REJECTED, "限值无误", contest_doing(BUREAU))

    assert tick_contest(step.contest, NOW + 90 * DAY, HANDS).events == ()
