"""How much of each pool was used, in which year, and what is left."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.marks import Mark, Review
from schemas.registry_words import BEIJING
from services.rules.marks.intervals import Interval, joined, local_midnight, local_months, pieces
from services.rules.marks.mark_parameters import MarkParameters, pool_named
from services.rules.marks.quota import QuotaUse, quota_period, quota_uses, used_before
from services.rules.marks.standing import Known
from tests.fixtures.marking import (
    ACCIDENT,
    BAKE,
    CEMS,
    COOLING,
    FAULT,
    OUT,
    PARAMS,
    accepted,
    at,
    line,
    mark,
)

HOUR_S = 3600
NEW_YEAR = at(0, day=1, month=1, year=2026)


def uses(
    *marks: Mark, now: datetime | None = None, params: MarkParameters = PARAMS
) -> dict[str, QuotaUse]:
    moment = now or at(0, day=1, month=12)
    found = line(*marks, now=moment, params=params)
    return {use.pool.name: use for use in quota_uses(found, moment, Known(moment), params)}


def test_a_minute_under_two_marks_is_counted_once() -> None:
    """Order 10 art 10. Start-up 08:00-11:00 and fault 10:00-12:00: 3 h + 2 h - 1 h shared = 4 h."""
    found = uses(mark(at(8), at(11)), mark(at(10), at(12), FAULT, mark=2))

    assert found["furnace_60h"].used_s == 4 * HOUR_S
    assert found["furnace_60h"].remaining_s == 56 * HOUR_S


def test_a_minute_counts_for_the_pool_of_the_mark_that_holds() -> None:
    """Bake-out 0-10 (700 h) under an accident 4-6 (60 h): 8 h of the one, 2 h of the other."""
    found = uses(mark(at(0), at(10), BAKE), mark(at(4), at(6), ACCIDENT, mark=2))

    assert found["furnace_700h"].used_s == 8 * HOUR_S
    assert found["furnace_60h"].used_s == 2 * HOUR_S


def test_a_mark_over_new_year_is_split_at_midnight_in_beijing() -> None:
    """Cooling from 31 December 20:00 to 1 January 06:00, Beijing: 4 h of 2025, 6 h of 2026.

    (In UTC the year would end 8 h later, and all but none of it would fall into 2025.)
    """
    over_year = mark(NEW_YEAR - timedelta(hours=4), NEW_YEAR + timedelta(hours=6), COOLING)
    found = line(over_year, now=at(0, day=1, month=6, year=2026))
    known = Known(at(0, day=1, month=6, year=2026))

    [old] = quota_uses(found, NEW_YEAR - timedelta(seconds=1), known, PARAMS)
    [new] = quota_uses(found, NEW_YEAR, known, PARAMS)

    assert (old.used_s, new.used_s) == (4 * HOUR_S, 6 * HOUR_S)
    assert (old.until, new.since) == (NEW_YEAR, NEW_YEAR)


def test_cems_maintenance_has_a_pool_a_quarter() -> None:
    """Order 10 art 12: 30 h per quarter. 31 March 20:00 to 1 April 02:00: 4 h and 2 h."""
    april = at(0, day=1, month=4)
    found = line(
        mark(april - timedelta(hours=4), april + timedelta(hours=2), CEMS),
        now=at(0, day=1, month=5),
    )
    known = Known(at(0, day=1, month=5))

    [first] = quota_uses(found, april - timedelta(days=1), known, PARAMS)
    [second] = quota_uses(found, april, known, PARAMS)

    assert (first.used_s, second.used_s) == (4 * HOUR_S, 2 * HOUR_S)
    assert first.allowed_s == 30 * HOUR_S


def test_claimed_time_counts_and_rejected_and_lapsed_time_does_not() -> None:
    found = uses(
        accepted(at(0), at(1)),
        mark(at(2), at(4), mark=2),
        mark(at(5), at(9), mark=3, review=Review.REJECTED),
        mark(at(10), at(14), mark=4, review=Review.LAPSED),
    )

    assert (found["furnace_60h"].used_s, found["furnace_60h"].claimed_s) == (3 * HOUR_S, 2 * HOUR_S)


def test_out_of_service_draws_on_no_pool() -> None:
    assert uses(mark(at(0), at(500), OUT)) == {}


@pytest.mark.parametrize(
    ("hours", "warned", "exhausted"),
    [(44, None, False), (45, 45, False), (54, 54, False), (60, 54, False), (61, 54, True)],
)
def test_warnings_come_at_45_and_54_of_60_hours(
    hours: int,
    warned: int | None,
    exhausted: bool,  # noqa: FBT001 - a case
) -> None:
    """Levels are ours. 60 h of 60 h are used and not over; 61 h are."""
    use = uses(mark(at(0), at(hours)))["furnace_60h"]

    assert use.warned_s == (None if warned is None else warned * HOUR_S)
    assert use.exhausted is exhausted


def test_more_than_all_leaves_nothing_and_not_less() -> None:
    assert uses(mark(at(0), at(61)))["furnace_60h"].remaining_s == 0


def test_use_is_projected_to_the_end_of_the_year() -> None:
    """2025 has 365 days. On 15 March 00:00, 73 days (a fifth) are over: 8 h used become 40 h."""
    now = at(0, day=15)

    use = uses(mark(at(0), at(8)), now=now)["furnace_60h"]

    assert (now - at(0, day=1, month=1)) == timedelta(days=73)
    assert use.projected_s == 40 * HOUR_S


def test_what_is_planned_is_said_apart_and_is_the_least_that_is_projected() -> None:
    """On 15 March: 1 h used, 20 h planned in November. 1 h / 73 d x 365 d = 5 h; but 21 h entered."""
    november = at(0, month=11)
    planned = mark(
        november, november + timedelta(hours=20), mark=2, planned=True, entered_at=at(0, day=14)
    )

    use = uses(mark(at(0), at(1)), planned, now=at(0, day=15))["furnace_60h"]

    assert (use.used_s, use.planned_s, use.projected_s) == (HOUR_S, 20 * HOUR_S, 21 * HOUR_S)


def test_a_pool_without_a_figure_says_so() -> None:
    use = uses(mark(at(0), at(5), "thermal_power/fault_or_accident"))["thermal_fault"]

    assert (use.allowed_s, use.remaining_s, use.exhausted) == (None, None, False)
    assert use.used_s == 5 * HOUR_S


def test_what_was_used_before_a_time_counts_from_the_beginning_of_its_year() -> None:
    found = line(mark(at(0), at(3)), mark(at(10), at(12), FAULT, mark=2))

    assert used_before(found, at(2), BEIJING)["furnace_60h"] == 2 * HOUR_S
    assert used_before(found, at(11), BEIJING)["furnace_60h"] == 4 * HOUR_S
    assert used_before(found, NEW_YEAR, BEIJING)["furnace_60h"] == 0


def test_a_bureau_may_set_the_pool() -> None:
    params = MarkParameters(furnace_60h=Decimal(40))

    assert uses(mark(at(0), at(1)), params=params)["furnace_60h"].remaining_s == 39 * HOUR_S


@pytest.mark.parametrize(
    ("months", "month", "first", "last"),
    [(12, 3, 1, 1), (3, 1, 1, 4), (3, 6, 4, 7), (3, 12, 10, 1)],
    ids=["year", "first quarter", "second quarter", "fourth quarter"],
)
def test_years_and_quarters_are_those_of_the_local_clock(
    months: int, month: int, first: int, last: int
) -> None:
    period = local_months(at(0, month=month), months, BEIJING)

    assert (period.since.month, period.until.month) == (first, last)
    assert period.since == local_midnight(period.since, BEIJING)
    assert period.until.year == (2026 if last == 1 else 2025)


def test_the_first_second_of_a_year_belongs_to_it() -> None:
    period = quota_period(pool_named("furnace_60h"), NEW_YEAR, BEIJING)

    assert period.since == NEW_YEAR


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100))))
def test_joined_intervals_cover_each_moment_once(numbers: list[tuple[int, int]]) -> None:
    given_ = [Interval(at(one), at(other)) for one, other in numbers]

    found = joined(given_)

    covered = {hour for one, other in numbers for hour in range(one, other)}
    assert sum(one.seconds for one in found) == len(covered) * HOUR_S
    assert all(one.until < other.since for one, other in pairwise(found))


@given(st.lists(st.integers(-5, 15)))
def test_pieces_make_up_the_whole(cuts: list[int]) -> None:
    whole = Interval(at(0), at(10))

    found = pieces(whole, map(at, cuts))

    assert joined(found) == [whole]
    assert all(one.seconds for one in found)
