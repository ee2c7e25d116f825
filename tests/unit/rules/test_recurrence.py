"""Exceedances that come again, and the quarter that is proposed as severe."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Outcome
from services.rules.repetition import (
    RecurrenceParameters,
    episodes,
    repetitions,
    severe_quarter,
)
from tests.fixtures.judging import HOUR, START, at

PARAMS = RecurrenceParameters()
OVER, WITHIN = Outcome.EXCEEDING, Outcome.COMPLIANT


def day(number: float) -> datetime:
    return START + timedelta(days=number)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        pytest.param([0, 10], [], id="two"),
        pytest.param([0, 10, 20], [(20, 3, 0)], id="the third within 30 days"),
        pytest.param([0, 10, 29.9], [(29.9, 3, 0)], id="just within"),
        pytest.param([0, 10, 30], [], id="after 30 days the first no longer counts"),
        pytest.param([0, 10, 20, 25], [(20, 3, 0), (25, 4, 0)], id="and the fourth"),
        pytest.param([0, 10, 20, 35], [(20, 3, 0), (35, 3, 10)], id="the window moves on"),
        pytest.param([0, 40, 80], [], id="far apart"),
        pytest.param([5, 5, 5], [], id="told three times"),
    ],
)
def test_the_third_exceedance_within_30_days_is_a_repetition(
    days: list[float], found: list[tuple[float, int, float]]
) -> None:
    """A06: the third of one outlet and factor in (at - 30 d, at]."""
    got = repetitions([day(number) for number in days], PARAMS)

    assert [(one.at, one.nth, one.first) for one in got] == [
        (day(last), nth, day(first)) for last, nth, first in found
    ]


def test_a_repetition_says_that_no_law_counts_so_unless_a_bureau_has_set_it() -> None:
    days = [day(number) for number in range(3)]

    by_default = repetitions(days, PARAMS)
    by_a_bureau = repetitions(days, RecurrenceParameters(repeats=2, window_days=1))

    assert by_default[0].doubts == ("repeats", "window_days")
    assert by_a_bureau == []
    assert repetitions(days, RecurrenceParameters(repeats=3, window_days=30))[0].doubts == ()


def test_hours_one_after_another_are_one_episode() -> None:
    """Hours 0, 1, 2 and 5: from 0 to 3, and from 5 to 6."""
    found = episodes([at(2), at(0), at(5), at(1)], HOUR)

    assert found == [(at(0), at(3), 3), (at(5), at(6), 1)]


@given(st.sets(st.integers(0, 50)))
def test_episodes_hold_every_period_once(hours: set[int]) -> None:
    found = episodes([at(hour) for hour in hours], HOUR)

    assert sum(one.periods for one in found) == len(hours)
    assert all(one.until - one.since == one.periods * HOUR for one in found)
    assert all(one.until < other.since for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("judged", "by", "share", "greatest"),
    [
        pytest.param(
            [(OVER, Decimal("1.0")), *[(WITHIN, None)] * 9], ("multiple",), "0.1", "1.0", id="twice"
        ),
        pytest.param(
            [(OVER, Decimal("0.1"))] * 2 + [(WITHIN, None)] * 8,
            ("share",), "0.2", "0.1", id="a fifth of the hours",
        ),
        pytest.param(
            [(OVER, Decimal("0.99")), *[(WITHIN, None)] * 9], (), "0.1", "0.99", id="neither"
        ),
        pytest.param(
            [(Outcome.CLAIMED, Decimal(3)), (WITHIN, None)], (), "0", None, id="claimed"
        ),
        pytest.param([(Outcome.NO_DATA, None)], (), None, None, id="nothing is known"),
        pytest.param([(OVER, None)], ("share",), "1", None, id="pH has no multiple"),
    ],
)  # fmt: skip
def test_a_quarter_is_proposed_as_severe_by_multiple_or_share(
    judged: list[tuple[Outcome, Decimal | None]],
    by: tuple[str, ...],
    share: str | None,
    greatest: str | None,
) -> None:
    found = severe_quarter(judged, PARAMS)

    assert (found.proposed, found.by) == (bool(by), by)
    assert found.share == (None if share is None else Decimal(share))
    assert found.greatest == (None if greatest is None else Decimal(greatest))
    assert found.doubts == ("severe_multiple", "severe_share")
