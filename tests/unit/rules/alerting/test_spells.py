"""Spells, intervals and severity by number, worked by hand."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.alert import Severity
from services.rules.alerting.intervals import Amounts, joined, without
from services.rules.alerting.kind_rules import Repeats
from services.rules.alerting.reasons import Reason
from services.rules.alerting.severity import repeated
from services.rules.alerting.spells import spells_of
from tests.fixtures.cases import HOUR, LIMIT_HOUR, OFFLINE, at, hour, wrong

THIRTY = timedelta(days=30)
pairs = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=8)


def test_right_hours_are_summed_up_over_unknown_ones() -> None:
    """Clear 2 h: wrong 8-9, right 9-10, unknown 10-11, right 11-12: 2 h of right at 12:00."""
    rules = replace(LIMIT_HOUR, clear=2 * HOUR)

    (spell,) = spells_of(
        [hour(8, "0.2"), hour(9, None), hour(11, None)], at(12), rules, says_right=True
    )

    assert (spell.over_at, spell.over_reason, spell.end) == (at(12), Reason.CLEARED, at(9))


def test_an_hour_right_by_one_limit_and_wrong_by_another_is_wrong() -> None:
    (spell,) = spells_of([hour(8, "0.2"), hour(8, None)], at(9), LIMIT_HOUR, says_right=True)

    assert not spell.over


def test_an_unknown_time_does_not_clear_what_is_watched() -> None:
    """Clear 10 min: wrong until 09:00, unknown 09:00-10:00: over at 10:10."""
    unknown = replace(wrong(9, 10), holds=None)

    (spell,) = spells_of([wrong(8, 9), unknown], at(12), OFFLINE, says_right=False)

    assert spell.over_at == at(10) + timedelta(minutes=10)


def test_a_spell_is_as_long_as_the_hold_down_or_says_when_it_will_be() -> None:
    rules = replace(OFFLINE, hold=timedelta(minutes=30))

    (short,) = spells_of([wrong(8, None)], at(8.25), rules, says_right=False)
    (held,) = spells_of([wrong(8, None)], at(8.5), rules, says_right=False)

    assert (short.firm_at, short.hold_due) == (None, at(8.5))
    assert (held.firm_at, held.firm_reason, held.hold_due) == (at(8.5), Reason.HELD, None)


def test_what_begins_in_the_future_is_not_wrong_yet() -> None:
    assert spells_of([wrong(9, 10)], at(8), OFFLINE, says_right=False) == []


def test_exceedances_that_follow_each_other_are_one() -> None:
    """08, 09 | 11 | 31 (07:00 of the 2nd): the third exceedance is that of 31; the days are two."""
    repeats = Repeats(3, 7, THIRTY, HOUR)

    assert repeated([at(8), at(9), at(11), at(31)], repeats) == {at(31): Severity.ORANGE}


def test_days_are_those_of_the_sites_clock() -> None:
    """16:00 UTC is midnight there: 15:00 and 17:00 UTC lie on two days."""
    repeats = Repeats(None, 2, THIRTY, HOUR)

    assert repeated([at(15), at(17)], repeats) == {at(17): Severity.RED}
    assert repeated([at(17), at(19)], repeats) == {}


def test_what_is_older_than_the_window_is_not_counted() -> None:
    repeats = Repeats(2, None, THIRTY, HOUR)

    assert repeated([at(0), at(30 * 24)], repeats) == {}
    assert repeated([at(1), at(30 * 24)], repeats) == {at(30 * 24): Severity.ORANGE}


@given(pairs, pairs)
def test_time_taken_out_and_time_left_are_all_there_was(
    some: list[tuple[int, int]], taken: list[tuple[int, int]]
) -> None:
    whole = joined((at(a), at(a + n)) for a, n in some)
    out = joined((at(a), at(a + n)) for a, n in taken)

    left = without(whole, out)

    half = timedelta(minutes=30)
    for moment in (at(n) + half for n in range(40)):
        inside = any(a <= moment < b for a, b in whole) and not any(a <= moment < b for a, b in out)
        assert any(a <= moment < b for a, b in left) == inside


@given(pairs, st.integers(1, 40))
def test_an_amount_is_reached_when_so_much_has_passed(
    some: list[tuple[int, int]], amount: int
) -> None:
    whole = joined((at(a), at(a + n)) for a, n in some)
    total = sum(((b - a) for a, b in whole), timedelta(0))

    found = Amounts(whole).reached(at(0), at(99), amount * HOUR)

    if found is None:
        assert total < amount * HOUR
    else:
        assert (
            sum(((min(b, found) - a) for a, b in whole if a < found), timedelta(0)) == amount * HOUR
        )
