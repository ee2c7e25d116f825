"""An order goes its way and no other; who may not is refused with a sentence in both languages."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from schemas.order import Dues, Level, Order, OrderState, OrderStep, OrderWhat, Party, Stage
from services.rules.supervision import orders
from services.rules.supervision.attachments import taken
from services.rules.supervision.order_parameters import AttachmentParameters, OrderParameters
from services.rules.supervision.order_steps import Doing, awaited, late_stages
from services.rules.supervision.orders import Answer
from services.rules.supervision.refusals import Refused
from tests.fixtures.supervision import (
    BUREAU,
    CHAIN,
    CITY,
    CONCLUSION,
    DAY,
    ELSEWHERE,
    HOUR,
    NOW,
    OTHER_PLANT,
    PLANT,
    SAID,
    accept,
    answer,
    at,
    close,
    doing,
    draft,
    driven,
    issued,
    send_back,
    verify,
)


def test_the_whole_way_from_issue_to_file() -> None:
    order = issued()

    steps: list[OrderStep] = []
    for way in (accept, answer, send_back, answer, verify, close):
        steps.append(way(order))
        order = steps[-1].order
    steps.append(orders.put_on_file(order, "", doing(BUREAU)))

    assert [step.order.state.value for step in steps] == [
        "accepted", "answered", "returned", "answered", "verified", "closed", "filed",
    ]  # fmt: skip
    assert [step.events[0].version for step in steps] == [2, 3, 4, 5, 6, 7, 8]
    assert [step.events[0].reason for step in steps] == [
        "accepted", "answered", "未附检修记录", "answered_again", "现场核查属实", "整改完成", "filed",
    ]  # fmt: skip
    assert steps[-1].order.conclusion == CONCLUSION
    assert steps[-1].order.rounds == 1


def test_deadlines_of_a_new_order() -> None:
    """By hand, issued on 3 August 10:00: accept in 24 h (4th 10:00), answer in 5 days (the 8th, 24:00),
    all in 30 days (3 + 30 = 33, less 31 of August: 2 September, 24:00). Verifying has none yet.
    """
    dues = issued().dues

    assert dues == Dues(at(10, 4), at(0, 9), None, at(0, 31) + 3 * DAY)


def test_a_listed_order_has_terms_of_its_own_where_they_are_set() -> None:
    rules = OrderParameters(listed_answer_term="2d", listed_total_term="3d")
    by = Doing(BUREAU, NOW, rules)

    listed = orders.issue(draft(level=Level.LISTED), by).order
    ordinary = orders.issue(draft(), by).order

    assert (listed.dues.answer, listed.dues.total) == (at(0, 6), at(0, 7))
    assert ordinary.dues.answer == at(0, 9)


def test_no_term_reaches_beyond_the_whole() -> None:
    order = orders.issue(draft(), Doing(BUREAU, NOW, OrderParameters(total_term="2h"))).order

    assert order.dues == Dues(at(12), at(12), None, at(12))


def test_not_accepting_gains_no_time_and_sending_back_gives_some() -> None:
    late = accept(issued(), at(12, 5)).order
    answered = answer(late, at(12, 6)).order
    back = send_back(answered, at(12, 7)).order

    assert late.dues.answer == at(0, 9)
    assert answered.dues.verify == at(0, 12)
    assert (back.dues.answer, back.dues.verify) == (at(0, 10), None)


def test_what_is_done_late_says_by_how_much() -> None:
    step = accept(issued(), at(12, 4))

    assert step.events[0].detail == {"late_s": 7200}


ACTS: dict[str, Callable[[Order], OrderStep]] = {
    "accept": accept,
    "answer": answer,
    "verify": verify,
    "send back": send_back,
    "close": close,
    "file": lambda order: orders.put_on_file(order, "", doing(BUREAU)),
    "withdraw": lambda order: orders.withdraw(order, "重复", doing(BUREAU)),
    "remind": lambda order: orders.remind(order, "", doing(BUREAU)),
}
ALLOWED = {
    OrderState.ISSUED: {"accept", "withdraw", "remind"},
    OrderState.ACCEPTED: {"answer", "withdraw", "remind"},
    OrderState.ANSWERED: {"verify", "send back", "withdraw", "remind"},
    OrderState.RETURNED: {"answer", "withdraw", "remind"},
    OrderState.VERIFIED: {"close", "send back", "withdraw", "remind"},
    OrderState.CLOSED: {"file"},
    OrderState.FILED: set[str](),
    OrderState.WITHDRAWN: set[str](),
}


@pytest.mark.parametrize("state", OrderState)
@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_allowed_in_its_states_alone(state: OrderState, act: str) -> None:
    order = replace(issued(), state=state)

    if act in ALLOWED[state]:
        assert ACTS[act](order).events
        return
    with pytest.raises(Refused) as refused:
        ACTS[act](order)
    assert f"is {state.value}" in refused.value.en
    assert "督办单" in refused.value.zh


@pytest.mark.parametrize("act", ["accept", "answer"])
@pytest.mark.parametrize(
    "actor", [BUREAU, CITY, OTHER_PLANT], ids=["bureau", "city", "other plant"]
)
def test_only_the_plant_itself_accepts_and_answers(act: str, actor: object) -> None:
    order = issued() if act == "accept" else accept(issued()).order
    by = doing(actor)  # pyright: ignore[reportArgumentType] - an Actor of the parameters

    with pytest.raises(Refused, match="only plant P1"):
        orders.accept(order, by) if act == "accept" else orders.answer(order, SAID, by)


@pytest.mark.parametrize("actor", [PLANT, ELSEWHERE], ids=["the plant", "a bureau elsewhere"])
def test_only_the_bureau_of_the_place_verifies_closes_and_withdraws(actor: object) -> None:
    order = driven(issued(), accept, answer)
    by = doing(actor)  # pyright: ignore[reportArgumentType] - an Actor of the parameters

    for act in (
        lambda: orders.verify(order, "x", by),
        lambda: orders.send_back(order, "x", by),
        lambda: orders.withdraw(order, "x", by),
        lambda: orders.issue(draft(), by),
        lambda: orders.close(verify(order).order, CONCLUSION, (), by),
    ):
        with pytest.raises(Refused, match="only the bureau of region 150502"):
            act()


def test_once_it_is_escalated_the_level_above_closes_it_and_the_local_one_still_verifies() -> None:
    order = replace(driven(issued(), accept, answer), held_by=CHAIN[1])

    verified = verify(order).order

    with pytest.raises(Refused, match="region 1505"):
        close(verified)
    assert orders.close(verified, CONCLUSION, (), doing(CITY)).order.state is OrderState.CLOSED


def test_each_step_that_needs_one_has_a_reason() -> None:
    answered = driven(issued(), accept, answer)
    verified = verify(answered).order

    for act in (
        lambda: orders.issue(draft(reason=" "), doing(BUREAU)),
        lambda: orders.issue(draft(demand=" "), doing(BUREAU)),
        lambda: orders.verify(answered, " ", doing(BUREAU)),
        lambda: orders.send_back(answered, " ", doing(BUREAU)),
        lambda: orders.withdraw(answered, " ", doing(BUREAU)),
        lambda: orders.close(verified, CONCLUSION._replace(text=" "), (), doing(BUREAU)),
        lambda: orders.answer(accept(issued()).order, Answer(" ", "x"), doing(PLANT)),
        lambda: orders.answer(accept(issued()).order, Answer("x", " "), doing(PLANT)),
    ):
        with pytest.raises(Refused, match="it stays in the history"):
            act()


def test_an_order_is_not_closed_over_an_open_contest() -> None:
    order = driven(issued(), accept, answer, verify)

    with pytest.raises(Refused, match="contest 3, 4 about the order is not answered"):
        orders.close(order, CONCLUSION, (3, 4), doing(BUREAU))


def test_a_region_issues_to_its_own_plants_alone() -> None:
    with pytest.raises(Refused, match="does not lie in region 1502"):
        orders.issue(draft(region="1502"), doing(ELSEWHERE))
    assert orders.issue(draft(region="1505"), doing(CITY)).order.region == "1505"


def test_a_deadline_is_moved_with_a_reason_and_is_late_no_more() -> None:
    order = replace(accept(issued()).order, overdue=(Stage.ANSWER,))

    step = orders.extend(order, (Stage.ANSWER, at(0, 20)), "备件在途", doing(BUREAU, at(0, 10)))

    assert (step.order.dues.answer, step.order.overdue) == (at(0, 20), ())
    assert step.events[0].what is OrderWhat.EXTENDED
    assert step.events[0].detail["former"] == at(0, 9).isoformat()


@pytest.mark.parametrize(
    ("stage", "until", "said"),
    [
        (Stage.ANSWER, NOW - HOUR, "does not lie ahead"),
        (Stage.ANSWER, NOW + 90 * DAY, "after that of the whole"),
        (Stage.VERIFY, NOW + DAY, "no deadline to verify runs"),
    ],
    ids=["behind", "beyond the whole", "not running"],
)
def test_a_deadline_that_cannot_be_is_refused(stage: Stage, until: object, said: str) -> None:
    order = accept(issued()).order

    with pytest.raises(Refused, match=said):
        orders.extend(order, (stage, until), "x", doing(BUREAU))  # pyright: ignore[reportArgumentType] - a time of the parameters


def test_overdue_is_no_state() -> None:
    order = issued()

    assert late_stages(order, at(9, 4)) == ()
    assert late_stages(order, at(10, 4)) == (Stage.ACCEPT,)
    assert late_stages(order, at(0, 9)) == (Stage.ACCEPT, Stage.ANSWER)
    assert accept(order, at(0, 10)).order.state is OrderState.ACCEPTED


def test_who_is_to_act_next() -> None:
    order = issued()

    assert [awaited(order), awaited(driven(order, accept, answer))] == [Party.PLANT, Party.BUREAU]


def test_an_answer_names_its_files_with_their_digests() -> None:
    files = taken([("检修记录.pdf", b"abc")], AttachmentParameters())

    step = orders.answer(accept(issued()).order, SAID._replace(files=files), doing(PLANT))

    assert step.events[0].detail["attachments"] == [
        {
            "name": "检修记录.pdf",
            "bytes": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        }
    ]
