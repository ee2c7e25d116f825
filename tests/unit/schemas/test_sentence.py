"""A sentence has both languages, and its English may carry Chinese terms for the commands."""

import pickle

import pytest

from schemas.sentence import (
    Sentence,
    SentenceError,
    UnfitError,
    joined,
    same,
    sentence_in,
    term,
)

GONE = Sentence(f"limit 5{term('限值')} is not there", "没有限值 5")


def test_commands_show_the_terms_and_each_language_stands_alone() -> None:
    assert GONE == "limit 5 限值 is not there"
    assert (GONE.en, GONE.zh) == ("limit 5 is not there", "没有限值 5")


def test_several_are_joined_in_the_way_of_each_language() -> None:
    both = joined([GONE, same("P1/DA001")])

    assert both == "limit 5 限值 is not there; P1/DA001"
    assert (both.en, both.zh) == ("limit 5 is not there; P1/DA001", "没有限值 5；P1/DA001")


def test_where_it_belongs_stands_before_it() -> None:
    placed = GONE.within("row 3: ", "第 3 行：")

    assert (str(placed), placed.zh) == ("row 3: limit 5 限值 is not there", "第 3 行：没有限值 5")


def test_a_sentence_inside_of_another_keeps_its_terms() -> None:
    whole = Sentence(f"refused: {GONE.marked}", f"被拒绝：{GONE.zh}")

    assert whole == "refused: limit 5 限值 is not there"
    assert whole.en == "refused: limit 5 is not there"


@pytest.mark.parametrize(
    ("error", "zh"),
    [(SentenceError(GONE), GONE.zh), (UnfitError(GONE), GONE.zh), (ValueError("35"), "35")],
    ids=["sentence", "value", "another"],
)
def test_an_error_says_its_sentence(error: Exception, zh: str) -> None:
    assert sentence_in(error).zh == zh


def test_it_goes_to_another_process_whole() -> None:
    came = pickle.loads(pickle.dumps(GONE))  # noqa: S301 - our own

    assert (came, came.en, came.zh) == (GONE, GONE.en, GONE.zh)
