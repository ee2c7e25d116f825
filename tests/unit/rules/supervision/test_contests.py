"""A contest is answered with reasons, and an upheld one says what a person has still to do."""

import pytest

from schemas.contest import ContestAbout, Contested, ContestState, Needed
from services.rules.supervision import contests
from services.rules.supervision.contests import NEEDED_OF, Filing
from services.rules.supervision.refusals import Refused
from services.rules.supervision.words import NEEDED
from tests.fixtures.supervision import (
    BUREAU,
    CITY,
    DAY,
    ELSEWHERE,
    NOW,
    OTHER_PLANT,
    OURS,
    PLANT,
    contest_doing,
    filed,
)


@pytest.mark.parametrize("about", ContestAbout)
def test_an_upheld_contest_names_what_is_needed_and_changes_nothing_itself(
    about: ContestAbout,
) -> None:
    step = contests.answer(
        filed(about, alerts=(12,)), ContestState.UPHELD, "理由成立", contest_doing(BUREAU)
    )

    assert step.contest.needed == NEEDED_OF[about]
    assert step.events[0].detail["needed"] == [one.value for one in NEEDED_OF[about]]
    assert all(NEEDED[one] for one in step.contest.needed)


def test_without_a_case_there_is_none_to_dispose_of() -> None:
    step = contests.answer(filed(), ContestState.PARTLY, "部分成立", contest_doing(BUREAU))

    assert step.contest.needed == (Needed.CORRECT_LIMIT, Needed.JUDGE_AGAIN)


def test_a_rejected_contest_asks_for_nothing_and_has_reasons() -> None:
    with pytest.raises(Refused, match="say the reasons"):
        contests.answer(filed(), ContestState.REJECTED, " ", contest_doing(BUREAU))

    step = contests.answer(filed(), ContestState.REJECTED, "限值无误", contest_doing(BUREAU))

    assert (step.contest.needed, step.contest.answer) == ((), "限值无误")


@pytest.mark.parametrize("outcome", [ContestState.FILED, ContestState.WITHDRAWN])
def test_an_answer_is_one_of_three(outcome: ContestState) -> None:
    with pytest.raises(Refused, match="upheld, partly or rejected"):
        contests.answer(filed(), outcome, "x", contest_doing(BUREAU))


def test_the_plant_files_and_withdraws_and_the_bureau_answers() -> None:
    filing = Filing(OURS, Contested(ContestAbout.VERDICT, 5), "限值有误", "150502")

    with pytest.raises(Refused, match="only plant P1"):
        contests.file(filing, contest_doing(OTHER_PLANT))
    with pytest.raises(Refused, match="only plant P1"):
        contests.withdraw(filed(), "x", contest_doing(BUREAU))
    for actor in (PLANT, ELSEWHERE):
        with pytest.raises(Refused, match="region 150502"):
            contests.answer(filed(), ContestState.UPHELD, "x", contest_doing(actor))
    assert contests.answer(filed(), ContestState.UPHELD, "x", contest_doing(CITY)).events


def test_the_same_is_not_contested_twice_at_a_time() -> None:
    filing = Filing(OURS, Contested(ContestAbout.VERDICT, 5), "限值有误", "150502", open_now=(3,))

    with pytest.raises(Refused, match="contested already by contest 3"):
        contests.file(filing, contest_doing(PLANT))


def test_an_answered_contest_is_answered_no_more() -> None:
    done = contests.answer(filed(), ContestState.UPHELD, "x", contest_doing(BUREAU)).contest

    for act in (
        lambda: contests.answer(done, ContestState.REJECTED, "x", contest_doing(BUREAU)),
        lambda: contests.withdraw(done, "x", contest_doing(PLANT)),
    ):
        with pytest.raises(Refused, match="is upheld: file another"):
            act()


def test_a_late_answer_says_so() -> None:
    contest = filed()
    late = contest.due + DAY

    step = contests.answer(contest, ContestState.UPHELD, "x", contest_doing(BUREAU, late))

    assert contests.contest_late(contest, late)
    assert not contests.contest_late(contest, NOW)
    assert step.events[0].detail["late_s"] == 86_400
    assert not contests.contest_late(step.contest, late)


@pytest.mark.parametrize(
    ("about", "state", "may"),
    [
        (ContestAbout.MARK, "rejected", True),
        (ContestAbout.MARK, "accepted", False),
        (ContestAbout.VERDICT, "exceeding", True),
        (ContestAbout.VERDICT, "compliant", False),
        (ContestAbout.FINDING, "fallen", False),
        (ContestAbout.ORDER, "withdrawn", False),
        (ContestAbout.ALERT, "lapsed", False),
    ],
)
def test_only_what_burdens_the_plant_is_contested(
    about: ContestAbout, state: str, *, may: bool
) -> None:
    subject = Contested(about, 5)

    if may:
        contests.may_be_contested(subject, state)
    else:
        with pytest.raises(Refused, match=f"is {state}"):
            contests.may_be_contested(subject, state)
