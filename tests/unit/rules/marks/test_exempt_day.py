"""A day that is over its limit and marked in part: is the exceedance owed to the marked hours?"""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.marks import Mark
from services.rules.marks.exemption import Around, Exceedance, exemption
from services.rules.marks.mark_parameters import MarkParameters
from tests.fixtures.marking import (
    COOLING,
    FAULT,
    OUT,
    accepted,
    at,
    hourly,
    judged_day,
    line,
    mark,
    over,
)

CLEAN = Around(dust=hourly(at(0), at(24), "20"))
HOUR_S = 3600


def day(marked: str, rest: str) -> dict[datetime, Decimal]:
    """Start-up from 00:00 to 04:00, the other 20 hours normal."""
    return hourly(at(0), at(4), marked) | hourly(at(4), at(24), rest)


def test_a_day_is_exempt_where_the_hours_left_are_within_the_limit() -> None:
    """Limit 250. (4 x 700 + 20 x 200) / 24 = 6800 / 24 = 283.3 > 250; without the start-up 200."""
    found = judged_day(line(accepted(at(0), at(4))), day("700", "200"), CLEAN)

    assert (found.claim, found.seconds, found.marks) == ("exempt", 4 * HOUR_S, (1,))
    assert found.doubts == ("partial_day",)


def test_a_day_whose_other_hours_exceed_by_themselves_stays_an_exceedance() -> None:
    """Limit 250. The 20 normal hours alone have 260."""
    found = judged_day(line(accepted(at(0), at(4))), day("700", "260"), CLEAN)

    assert (found.claim, found.why) == ("none", "rest_exceeds")


def test_a_rest_exactly_at_the_limit_is_within_it() -> None:
    found = judged_day(line(accepted(at(0), at(4))), day("700", "250"), CLEAN)

    assert found.claim == "exempt"


def test_a_day_is_claimed_where_a_claim_decides() -> None:
    """Start-up 00:00-04:00 accepted, fault 04:00-08:00 only claimed, both at 700; rest 200.

    Without the accepted hours (4 x 700 + 16 x 200) / 20 = 300 > 250; without both 200.
    """
    hours = hourly(at(0), at(8), "700") | hourly(at(8), at(24), "200")
    marks = line(accepted(at(0), at(4)), mark(at(4), at(8), FAULT, mark=2))

    found = judged_day(marks, hours, CLEAN)

    assert (found.claim, found.why) == ("claimed", "claimed")
    assert (found.seconds, found.claimed_s, found.marks) == (4 * HOUR_S, 4 * HOUR_S, (1, 2))


def test_an_hour_with_too_much_dust_is_not_taken_out() -> None:
    """Order 10: the third hour of the start-up has PM 151; it stays in the rest.

    (700 + 20 x 235) / 21 = 5400 / 21 = 257.1 > 250.
    """
    dust = Around(dust={**CLEAN.dust, at(2): Decimal(151)})

    found = judged_day(line(accepted(at(0), at(4))), day("700", "235"), dust)

    assert (found.claim, found.why, found.seconds) == ("none", "rest_exceeds", 3 * HOUR_S)
    assert judged_day(line(accepted(at(0), at(4))), day("700", "235"), CLEAN).claim == "exempt"


def test_hours_beyond_the_cap_are_not_taken_out() -> None:
    """Start-up marked 00:00-06:00: exempt until 04:00, so 2 h of 700 stay with 18 h of 240.

    (2 x 700 + 18 x 240) / 20 = 5720 / 20 = 286 > 250.
    """
    hours = hourly(at(0), at(6), "700") | hourly(at(6), at(24), "240")

    found = judged_day(line(accepted(at(0), at(6))), hours, CLEAN)

    assert (found.claim, found.seconds) == ("none", 4 * HOUR_S)


def test_a_pool_that_runs_out_in_the_day_ends_the_exemption_there() -> None:
    """58 h used before: 2 h are left, so hours 0 and 1 are exempt and 2 and 3 are not."""
    around = Around(CLEAN.dust, used_s={"furnace_60h": 58 * HOUR_S})

    found = judged_day(line(accepted(at(0), at(4))), day("700", "240"), around)

    assert (found.claim, found.seconds) == ("none", 2 * HOUR_S)


def test_a_day_marked_whole_has_no_doubt_about_parts() -> None:
    found = judged_day(line(accepted(at(0), at(24), COOLING)), hourly(at(0), at(24), "700"), CLEAN)

    assert (found.claim, found.doubts) == ("exempt", ())


def test_a_day_marked_in_part_may_be_set_to_be_never_exempt() -> None:
    params = MarkParameters(partial_day="whole_only")

    partly = judged_day(line(accepted(at(0), at(4))), day("700", "200"), CLEAN, params)
    whole = judged_day(line(accepted(at(0), at(24), OUT)), day("700", "200"), CLEAN, params)

    assert (partly.claim, whole.claim) == ("none", "exempt")


@pytest.mark.parametrize(("until", "claim"), [(24, "exempt"), (23, "claimed")])
def test_without_hourly_means_only_a_day_marked_whole_is_exempt(until: int, claim: str) -> None:
    found = judged_day(line(accepted(at(0), at(until), COOLING)), None, CLEAN)

    assert found.claim == claim


def test_hours_without_a_valid_mean_weigh_nothing() -> None:
    """Only the four marked hours have data: nothing is left that could exceed."""
    found = judged_day(line(accepted(at(0), at(4))), hourly(at(0), at(4), "700"), CLEAN)

    assert found.claim == "exempt"


def weighed(values: dict[float, tuple[str, str]]) -> str:
    """A day with results at these hours, each with its weight; hours 0 to 3 are marked, limit 250."""
    exceedance = Exceedance(
        at(0),
        at(24),
        "w01018",
        {at(hour): Decimal(value) for hour, (value, _) in values.items()},
        over("250"),
        {at(hour): Decimal(weight) for hour, (_, weight) in values.items()},
    )
    return exemption(line(accepted(at(0), at(4))), exceedance, CLEAN, MarkParameters()).claim


@pytest.mark.parametrize(
    ("weight", "claim"),
    [pytest.param("1", "exempt", id="little"), pytest.param("9", "none", id="much")],
)
def test_results_weigh_in_the_rest_what_they_weighed_in_the_day(weight: str, claim: str) -> None:
    """Left at 4 h and 8 h: 300 and 200. (300 x 1 + 200 x 1) / 2 = 250; (300 x 9 + 200) / 10 = 290."""
    assert weighed({0: ("700", "5"), 4: ("300", weight), 8: ("200", "1")}) == claim


def test_a_result_sampled_within_a_marked_hour_is_left_out() -> None:
    """Sampled at 3:30 with 700; left is 200."""
    assert weighed({3.5: ("700", "1"), 8: ("200", "1")}) == "exempt"


def test_what_weighs_nothing_was_not_discharged() -> None:
    assert weighed({0: ("700", "5"), 8: ("900", "0")}) == "exempt"


@given(
    st.lists(st.integers(0, 800), min_size=24, max_size=24),
    st.integers(0, 23),
    st.integers(1, 24),
)
def test_a_review_never_makes_an_accepted_mark_worth_less_than_a_claimed_one(
    values: list[int], begin: int, length: int
) -> None:
    hours = {at(hour): Decimal(value) for hour, value in enumerate(values)}
    order = ["none", "claimed", "exempt"]
    until = at(min(24, begin + length))

    def claim(one: Mark) -> int:
        return order.index(judged_day(line(one), hours, CLEAN).claim)

    assert claim(mark(at(begin), until)) <= claim(accepted(at(begin), until))
    assert claim(mark(at(begin), until)) < order.index("exempt")
