"""A place in one word: the worst of what is believed of it, and never better than what is known."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alert import AlertKind, AlertState
from schemas.judgement import Outcome, Stage
from services.rules.status import (
    NAMES,
    WORDS,
    WORST_FIRST,
    Case,
    Facts,
    Judged,
    Running,
    Warned,
    Word,
    least_settled,
    of_outcomes,
    status_of,
    worst,
)

START = datetime(2026, 8, 10, tzinfo=UTC)
OUTCOMES = st.lists(st.sampled_from(Outcome), max_size=6)


def judged(outcome: Outcome, stage: Stage = Stage.FINAL, *, sure: bool = True) -> Judged:
    return Judged(1, outcome, stage, sure=sure, start=START)


def case(kind: AlertKind, state: AlertState = AlertState.OPEN, *, over: bool = False) -> Case:
    return Case(7, kind, state, sure=True, since=START, over=over)


def test_each_outcome_and_each_word_has_its_place() -> None:
    assert set(WORDS) == set(Outcome)
    assert set(WORST_FIRST) == set(Word) == set(NAMES)


@pytest.mark.parametrize(
    ("outcomes", "word"),
    [
        pytest.param([Outcome.COMPLIANT], Word.COMPLIANT, id="compliant"),
        pytest.param([Outcome.COMPLIANT, Outcome.AT_LEAST], Word.EXCEEDING, id="at least over"),
        pytest.param([Outcome.COMPLIANT, Outcome.CLAIMED], Word.CLAIMED, id="claimed"),
        pytest.param([Outcome.COMPLIANT, Outcome.EXEMPT], Word.EXEMPT, id="exempt"),
        pytest.param([Outcome.COMPLIANT, Outcome.NO_DATA], Word.NO_DATA, id="one is silent"),
        pytest.param([Outcome.COMPLIANT, Outcome.INVALID], Word.NO_DATA, id="one is invalid"),
        pytest.param([Outcome.COMPLIANT, Outcome.UNKNOWN], Word.UNKNOWN, id="one is unknown"),
        pytest.param([Outcome.COMPLIANT, Outcome.STOPPED], Word.COMPLIANT, id="one stands still"),
        pytest.param([Outcome.STOPPED], Word.STOPPED, id="all stand still"),
        pytest.param([], Word.UNKNOWN, id="nothing was judged"),
    ],
)
def test_verdicts_fold_to_the_worst(outcomes: list[Outcome], word: Word) -> None:
    assert status_of(Facts(tuple(map(judged, outcomes)))).word is word
    assert of_outcomes(outcomes) is word


@pytest.mark.parametrize(
    ("one", "word"),
    [
        pytest.param(case(AlertKind.FACILITY_OFF), Word.WARNING, id="an open case"),
        pytest.param(
            case(AlertKind.FACILITY_OFF, AlertState.ACKNOWLEDGED), Word.WARNING, id="acknowledged"
        ),
        pytest.param(case(AlertKind.PREWARNING), Word.WARNING, id="about to exceed"),
        pytest.param(case(AlertKind.LIMIT_DAY), Word.EXCEEDING, id="a day exceeded"),
        pytest.param(
            case(AlertKind.LIMIT_HOUR, AlertState.ACKNOWLEDGED), Word.EXCEEDING, id="acted upon"
        ),
        pytest.param(
            case(AlertKind.LIMIT_HOUR, over=True), Word.COMPLIANT, id="over, not closed yet"
        ),
        pytest.param(case(AlertKind.DEVICE_OFFLINE), Word.NO_DATA, id="silence"),
        pytest.param(
            case(AlertKind.FACILITY_OFF, AlertState.PENDING), Word.COMPLIANT, id="not sure yet"
        ),
        pytest.param(
            case(AlertKind.FACILITY_OFF, AlertState.RESOLVED), Word.COMPLIANT, id="resolved"
        ),
    ],
)
def test_a_case_that_is_open_speaks_though_the_newest_hour_complies(one: Case, word: Word) -> None:
    found = status_of(Facts((judged(Outcome.COMPLIANT),), (one,)))

    assert found.word is word


@pytest.mark.parametrize("outcome", [Outcome.NO_DATA, Outcome.INVALID], ids=["none", "invalid"])
@pytest.mark.parametrize(
    ("kind", "word"),
    [(AlertKind.LIMIT_HOUR, Word.EXCEEDING), (AlertKind.PREWARNING, Word.WARNING)],
    ids=["exceeded", "about to"],
)
def test_where_a_case_makes_the_word_no_verdict_lends_it_a_stage(
    outcome: Outcome, kind: AlertKind, word: Word
) -> None:
    found = status_of(Facts((judged(outcome),), (case(kind),)))

    assert (found.word, found.stage) == (word, None)
    assert [(one.kind, one.key) for one in found.reasons] == [("alert", 7), ("verdict", 1)]


def test_a_case_about_a_limit_that_is_over_is_named_and_says_nothing() -> None:
    silent = status_of(Facts((judged(Outcome.NO_DATA),), (case(AlertKind.LIMIT_HOUR, over=True),)))
    still = status_of(Facts((judged(Outcome.STOPPED),), (case(AlertKind.LIMIT_HOUR, over=True),)))
    other = status_of(
        Facts((judged(Outcome.COMPLIANT),), (case(AlertKind.BYPASS_OPEN, over=True),))
    )

    assert (silent.word, silent.stage) == (Word.NO_DATA, Stage.FINAL)
    assert still.word is Word.STOPPED
    assert other.word is Word.WARNING
    assert {one.kind for one in silent.reasons} == {"alert", "verdict"}


def test_a_warning_of_the_running_hour_is_a_warning() -> None:
    found = status_of(
        Facts(
            (judged(Outcome.COMPLIANT),), warned=(Warned(3, "prewarning", sure=True, since=START),)
        )
    )

    assert found.word is Word.WARNING
    assert [(one.kind, one.key) for one in found.reasons] == [("finding", 3), ("verdict", 1)]


def test_a_mark_is_named_and_excuses_nothing_by_itself() -> None:
    found = status_of(
        Facts((judged(Outcome.EXCEEDING),), marks=(Running(5, "power/startup", START),))
    )

    assert found.word is Word.EXCEEDING
    assert ("mark", 5) in [(one.kind, one.key) for one in found.reasons]


@pytest.mark.parametrize(
    ("limited", "what"), [(True, "not_judged"), (False, "no_limit")], ids=["limited", "free"]
)
def test_where_nothing_was_judged_nobody_is_compliant(*, limited: bool, what: str) -> None:
    found = status_of(Facts(limited=limited))

    assert (found.word, found.stage, found.sure) == (Word.UNKNOWN, None, False)
    assert [one.what for one in found.reasons] == [what]


def test_it_is_as_settled_and_as_sure_as_what_decides() -> None:
    found = status_of(
        Facts(
            (
                judged(Outcome.EXCEEDING, Stage.FINAL),
                judged(Outcome.EXCEEDING, Stage.PROVISIONAL, sure=False),
                judged(Outcome.COMPLIANT, Stage.PROVISIONAL),
            )
        )
    )

    assert (found.stage, found.sure) == (Stage.PROVISIONAL, False)
    assert least_settled([Stage.CLOSED, Stage.FINAL]) is Stage.FINAL
    assert least_settled([]) is None


@given(OUTCOMES, OUTCOMES)
def test_more_verdicts_never_make_it_better(some: list[Outcome], more: list[Outcome]) -> None:
    if some:
        rank = WORST_FIRST.index
        assert rank(of_outcomes([*some, *more])) <= rank(of_outcomes(some))


@given(st.lists(st.sampled_from(Word), min_size=1), st.randoms())
def test_the_order_plays_no_part(words: list[Word], random: object) -> None:
    turned = sorted(words, key=lambda one: hash((one, id(random))))

    assert worst(turned) is worst(words)
    assert worst([worst(words)]) is worst(words)


@given(OUTCOMES)
def test_what_is_not_known_is_never_compliant(outcomes: list[Outcome]) -> None:
    unclear = {Outcome.NO_DATA, Outcome.INVALID, Outcome.UNKNOWN} & set(outcomes)

    found = of_outcomes(outcomes)

    assert not (unclear and found is Word.COMPLIANT)
