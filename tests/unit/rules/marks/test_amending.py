"""Marks changed and reviewed, and what cannot be entered."""

from datetime import timedelta
from typing import Any, cast

import pytest

from schemas.marks import Review
from services.rules.marks.amending import Amendment, as_entry, changed, reviewed, wrong_with
from tests.fixtures.marking import FAULT, NOW, accepted, at, mark


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"until": at(8)}, "after the beginning"),
        ({"until": at(8) + timedelta(days=367)}, "at most 366 days"),
        ({"since": NOW + timedelta(days=400), "until": NOW + timedelta(days=401)}, "mend the year"),
        ({"since": NOW + timedelta(days=1), "until": None}, "needs an end"),
        ({"evidence": ""}, "evidence"),
    ],
    ids=["turned round", "too long", "too far ahead", "planned and open", "no evidence"],
)
def test_what_is_wrong_with_a_mark_is_a_sentence_that_says_what_to_do(
    change: dict[str, object], word: str
) -> None:
    entry = as_entry(mark(at(8), at(10)))._replace(**cast("dict[str, Any]", change))

    [sentence] = wrong_with(entry, NOW)

    assert word in sentence


def test_a_good_mark_has_nothing_wrong() -> None:
    assert wrong_with(as_entry(mark(at(8), at(10))), NOW) == []


def test_a_changed_mark_waits_for_review_again() -> None:
    after = changed(accepted(at(8), at(10)), Amendment(until=at(9)), NOW)

    assert (after.review, after.reviewer, after.until) == (Review.CLAIMED, None, at(9))
    assert after.entered_at == at(8)


@pytest.mark.parametrize(
    ("amendment", "anew"),
    [
        (Amendment(until=at(11)), True),
        (Amendment(since=at(7)), True),
        (Amendment(kind=FAULT), True),
        (Amendment(since=at(9)), False),
        (Amendment(evidence="ticket 9"), False),
    ],
    ids=["a later end", "an earlier beginning", "another kind", "less", "evidence"],
)
def test_claiming_more_counts_as_entered_now(amendment: Amendment, anew: bool) -> None:  # noqa: FBT001 - a case
    after = changed(mark(at(8), at(10)), amendment, NOW)

    assert after.entered_at == (NOW if anew else at(8))


def test_ending_an_open_mark_keeps_the_time_at_which_it_was_entered() -> None:
    after = changed(mark(at(8), None), Amendment(until=at(10)), NOW)

    assert (after.until, after.entered_at) == (at(10), at(8))


def test_a_mark_that_is_moved_to_later_than_it_was_entered_is_planned() -> None:
    assert changed(mark(at(8), at(10)), Amendment(since=at(9)), NOW).planned


def test_a_review_keeps_everything_but_what_it_decides() -> None:
    one = mark(at(8), at(10))

    after = reviewed(one, Review.REJECTED, "officer", "no curve")

    assert after == one._replace(review=Review.REJECTED, reviewer="officer", reason="no curve")
