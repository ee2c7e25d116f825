"""Terms end as a bureau counts them; what the clock tells is told once and in order."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.order import Stage
from schemas.registry_words import BEIJING
from services.rules.supervision.deadlines import (
    TickWhat,
    region_above,
    term_end,
    ticks,
    ticks_between,
)
from services.rules.supervision.order_parameters import OrderParameters, ReminderParameters
from tests.fixtures.supervision import CHAIN, DAY, HOUR, at

DUE = at(10, 10)


@pytest.mark.parametrize(
    ("since", "term", "until"),
    [
        (at(10, 3), "6h", at(16, 3)),
        (at(23.5, 3), "24h", at(23.5, 4)),
        (at(10, 3), "1d", at(0, 5)),
        (at(10, 3), "5d", at(0, 9)),
        (at(0, 3), "1d", at(0, 5)),
        (at(23.999, 3), "1d", at(0, 5)),
        (at(7.5, 3), "1d", at(0, 5)),
        (at(10, 30), "2d", datetime(2026, 9, 2, tzinfo=BEIJING)),
    ],
    ids=[
        "hours", "a day of hours", "to the end of the next day", "five days", "from midnight",
        "a minute before midnight", "while UTC has yesterday", "over the end of a month",
    ],
)  # fmt: skip
def test_a_term_ends_as_it_is_counted(since: datetime, term: str, until: datetime) -> None:
    """By hand: issued on 3 August 10:00, `5d`. The 3rd does not count; 4, 5, 6, 7, 8 are five days;
    the fifth ends on the 8th at 24:00, which is the 9th at 00:00 (8th 16:00 UTC). The 8th of August
    2026 is a Saturday: it counts like all others.
    """
    assert term_end(since, term, BEIJING) == until


@given(st.integers(0, 10**7), st.integers(1, 60))
def test_more_days_end_later_and_always_at_a_beijing_midnight(seconds: int, days: int) -> None:
    since = at(0) + timedelta(seconds=seconds)

    end = term_end(since, f"{days}d", BEIJING)

    assert end.astimezone(BEIJING).time().isoformat() == "00:00:00"
    assert days * DAY < end - since <= (days + 1) * DAY
    assert term_end(since, f"{days + 1}d", BEIJING) - end == DAY


@pytest.mark.parametrize("term", ["5", "d", "0d", "-1h", "5w", "1.5h", "99999h"])
def test_a_term_that_is_none_is_refused(term: str) -> None:
    with pytest.raises(ValidationError):
        OrderParameters(accept_term=term)


def test_all_that_is_told_of_one_deadline() -> None:
    """By hand: due on the 10th at 10:00, told 24 h before (9th 10:00), at it (10th 10:00), after
    each 24 h twice (11th and 12th 10:00), and each 24 h to the next of two levels above.
    """
    rules = ReminderParameters(remind_most=2)

    told = sorted(ticks(Stage.ANSWER, DUE, rules, len(CHAIN) - 1))

    assert [(one.at, one.what.value, one.number) for one in told] == [
        (at(10, 9), "reminded", 0),
        (at(10, 10), "overdue", 1),
        (at(10, 11), "escalated", 1),
        (at(10, 11), "reminded", 1),
        (at(10, 12), "escalated", 2),
        (at(10, 12), "reminded", 2),
    ]


def test_without_escalation_nobody_above_is_told() -> None:
    told = ticks(Stage.ANSWER, DUE, ReminderParameters(escalate_after_h=0), 2)

    assert TickWhat.ESCALATED not in {one.what for one in told}


def test_after_a_long_absence_one_reminder_is_told_and_nothing_else_is_left_out() -> None:
    every = list(ticks(Stage.ANSWER, DUE, ReminderParameters(), 2))

    new = ticks_between(every, DUE - 2 * DAY, DUE + 5 * DAY)

    assert [one.what.value for one in new] == ["overdue", "escalated", "escalated", "reminded"]
    assert new[-1].number == 5


@given(st.lists(st.integers(-100, 400), min_size=1, max_size=12))
def test_however_often_the_clock_looks_overdue_and_escalations_are_told_once(
    looks: list[int],
) -> None:
    every = list(ticks(Stage.ANSWER, DUE, ReminderParameters(), 2))
    moments = sorted({DUE + hours * HOUR for hours in [-200, *looks]})

    told = [tick for before, now in pairwise(moments) for tick in ticks_between(every, before, now)]

    lasting = [(one.at, one.what, one.number) for one in told if one.what is not TickWhat.REMINDED]
    wanted = [
        (one.at, one.what, one.number)
        for one in sorted(every)
        if one.what is not TickWhat.REMINDED and one.at <= moments[-1]
    ]
    assert lasting == wanted


def test_the_level_above_ends_at_the_top() -> None:
    assert [region_above(CHAIN, number) for number in range(4)] == ["150502", "1505", "15", None]
