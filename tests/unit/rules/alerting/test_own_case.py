"""A case that stands for an order or contest: opened, ended and told with it, and by nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.alert import Alert, AlertKind, AlertState, Disposition, Event, Severity, Target
from schemas.contest import ContestAbout
from schemas.notice import Form, Route
from schemas.order import Level
from schemas.silence import Silence
from services.alerts.raising_changes import own_kinds
from services.alerts.watch_raising import watch_kinds
from services.cases.told_alerts import CONTEST_TOLD, TOLD
from services.rules.alerting.actions import (
    Acknowledge,
    Action,
    ActionError,
    Assign,
    Comment,
    Dispose,
    Reopen,
    Resolve,
    Verdict,
    act,
)
from services.rules.alerting.as_known import as_known
from services.rules.alerting.causes import Cause
from services.rules.alerting.kind_rules import kind_rules
from services.rules.alerting.lifecycle import Believed, reconcile
from services.rules.alerting.own_case import Matter, opened, turned, turned_detail
from services.rules.alerting.reasons import REASONS, Reason
from services.rules.alerting.routing import mismatch
from services.rules.alerting.silences import CaseFacts, silenced_by
from services.rules.alerting.step_words import CONTESTED, ORDERED
from services.rules.alerting.words import Saying, message_of
from services.rules.status import Case, Facts, Word, status_of
from services.rules.supervision import matters
from services.rules.supervision.issuing import for_alert
from services.rules.supervision.order_parameters import (
    ContestParameters,
    IssuingParameters,
    OrderParameters,
)
from tests.fixtures.cases import wrong
from tests.fixtures.notices import told
from tests.fixtures.supervision import HOUR, NOW, filed, issued

RULES = OrderParameters()
REAL = Verdict(Disposition.CONFIRMED, Cause.PROCESS_UPSET, "x")
KIND = AlertKind.SUPERVISION
BY = ("officer", NOW + HOUR, NOW + 2 * HOUR)


def matter(**given: object) -> Matter:
    return replace(matters.of_order(issued(), RULES), **given)  # pyright: ignore[reportArgumentType] - fields as a test names them


def case() -> Alert:
    return replace(opened(matter(), "连续超标", "officer", NOW).alert, alert=9)


def test_an_order_without_cases_has_one_that_names_it_in_two_languages() -> None:
    step = opened(matter(), "连续超标", "officer", NOW)

    (event,) = step.events
    assert (step.alert.key, step.alert.state) == ("supervision/7/-/-/-/order/1", AlertState.OPEN)
    assert (step.read_version, event.what, event.reason) == (0, Event.OPENED, "order_issued")
    assert (event.actor, event.detail["said"]) == ("officer", "连续超标")
    assert step.alert.zh == "督办单 150502-2026-0001（一般督办）：查明原因并整改"
    assert step.alert.en == "Supervision order 150502-2026-0001 (ordinary): 查明原因并整改"


def test_two_orders_of_a_plant_have_two_cases() -> None:
    one, other = (matters.of_order(replace(issued(), order=key), RULES) for key in (1, 2))

    keys = {opened(each, "x", "li", NOW).alert.key for each in (one, other)}

    assert len(keys) == 2


def test_the_level_of_an_order_is_the_severity_of_its_case_unless_set_otherwise() -> None:
    listed = issued(level=Level.LISTED)
    graver = OrderParameters(listed_severity=Severity.RED)

    assert matters.of_order(issued(), RULES).severity is Severity.YELLOW
    assert matters.of_order(listed, RULES).severity is Severity.ORANGE
    assert matters.of_order(listed, graver).severity is Severity.RED


def test_a_contest_without_cases_has_one_too() -> None:
    found = matters.of_contest(filed(ContestAbout.MARK), ContestParameters())

    assert (found.about, found.reason) == ("contest/1", Reason.CONTEST_FILED)
    assert found.severity is Severity.YELLOW
    assert found.zh == "申诉 1（标记 P1/DA001）：限值有误"
    assert found.en == "Contest 1 of mark P1/DA001: 限值有误"


@pytest.mark.parametrize(
    "reason",
    [
        Reason.ORDER_CLOSED,
        Reason.ORDER_WITHDRAWN,
        Reason.CONTEST_ANSWERED,
        Reason.CONTEST_WITHDRAWN,
    ],
    ids=str,
)
def test_it_ends_once_with_what_it_stands_for(reason: Reason) -> None:
    turn = turned(case(), reason, BY)

    assert turn is not None
    what, after = turn
    assert (what, after.state, after.until) == (Event.RESOLVED, AlertState.RESOLVED, NOW + HOUR)
    assert (after.resolved_by, after.resolved_at) == ("officer", NOW + 2 * HOUR)
    assert turned(after, reason, BY) is None


def test_who_accepts_the_order_has_seen_the_case_as_well() -> None:
    turn = turned(case(), Reason.ORDER_ACCEPTED, BY)

    assert turn is not None
    what, after = turn
    assert (what, after.acknowledged_by) == (Event.ACKNOWLEDGED, "officer")
    assert turned(after, Reason.ORDER_ACCEPTED, BY) is None


def test_the_conclusion_of_an_order_is_not_taken_for_what_a_case_turned_out_to_be() -> None:
    """An order ends `partly` 部分属实, which no case can be."""
    step = opened(matter(), "x", "li", NOW)
    turn = turned(step.alert, Reason.ORDER_CLOSED, BY)
    assert turn is not None
    last = step.events[0]._replace(
        version=2, what=Event.RESOLVED, reason="order_closed", state=AlertState.RESOLVED,
        detail=turned_detail(turn[1], {"disposition": "partly"}),
    )  # fmt: skip

    then = as_known(step.alert, [*step.events, last])

    assert (then.state, then.disposition) == (AlertState.RESOLVED, None)
    assert then.zh == step.alert.zh


@pytest.mark.parametrize("action", [Acknowledge("li"), Assign("li", "wang"), Comment("li", "x")])
def test_persons_say_who_deals_with_it(action: Action) -> None:
    assert act(case(), action, NOW).alert.version == 2


@pytest.mark.parametrize(
    "action", [Resolve("li", REAL), Dispose("li", REAL), Reopen("li", "x")], ids=["resolve", "dispose", "reopen"]
)  # fmt: skip
@pytest.mark.parametrize("state", [AlertState.OPEN, AlertState.RESOLVED])
def test_nobody_ends_it_by_itself_and_who_tries_is_told_of_the_order(
    action: Action, state: AlertState
) -> None:
    with pytest.raises(ActionError, match="stands for order 150502-2026-0001") as refused:
        act(replace(case(), state=state), action, NOW)

    assert "qingkong orders close 150502-2026-0001" in refused.value.en
    assert "督办单 150502-2026-0001 的督办事项" in refused.value.zh


@pytest.mark.parametrize("spans", [[], [wrong(0, 5)]], ids=["nothing believed", "something wrong"])
@pytest.mark.parametrize("state", [AlertState.OPEN, AlertState.RESOLVED])
def test_no_belief_ends_it_or_opens_it_again(spans: list[object], state: AlertState) -> None:
    believed = Believed(spans, NOW - timedelta(days=900), NOW, says_right=True)  # pyright: ignore[reportArgumentType] - spans

    steps = reconcile(
        Target(7), KIND, [replace(case(), state=state)], believed, kind_rules(KIND)
    )  # fmt: skip

    assert steps == []


def test_neither_the_raiser_nor_the_watch_looks_at_such_cases() -> None:
    assert KIND not in own_kinds()
    assert KIND not in watch_kinds()


def test_it_calls_for_no_order_of_its_own() -> None:
    asked = IssuingParameters(
        automatic=True, at_once_severity=Severity.BLUE, issue_kinds=frozenset({KIND})
    )

    assert for_alert(case(), NOW, asked) is None


def test_a_silence_of_the_plant_does_not_hide_what_is_ordered_unless_it_says_so() -> None:
    facts = CaseFacts(KIND, Severity.YELLOW, Target(7))
    repair = Silence(1, NOW, NOW + HOUR, "pump replaced", "li", plant=7)
    named = replace(repair, kinds=frozenset({KIND}))

    assert silenced_by(facts, [repair], NOW) is None
    assert silenced_by(facts, [named], NOW) == named


def test_an_order_says_nothing_of_how_the_place_stands() -> None:
    found = status_of(Facts(cases=[Case(9, KIND, AlertState.OPEN, sure=True, since=NOW)]))

    assert found.word is Word.UNKNOWN
    assert [one.kind for one in found.reasons] == ["rule"]


@pytest.mark.parametrize(
    ("what", "reason", "events", "hears"),
    [
        (Event.OPENED, Reason.ORDER_ISSUED, {"ordered"}, True),
        (Event.RESOLVED, Reason.ORDER_CLOSED, {"ordered"}, True),
        (Event.OPENED, Reason.ORDER_ISSUED, {"opened"}, True),
        (Event.OPENED, Reason.ORDER_ISSUED, {"commented", "resolved"}, False),
        (Event.OPENED, Reason.CONTEST_FILED, {"commented"}, True),
        (Event.OPENED, Reason.CONTEST_FILED, {"ordered"}, False),
        (Event.OPENED, Reason.SETTLED, {"ordered"}, False),
    ],
)
def test_who_hears_of_orders_hears_of_its_case(
    what: Event, reason: Reason, events: set[str], *, hears: bool
) -> None:
    route = Route.model_validate({"name": "r", "receivers": ["duty"], "events": events})

    why_not = mismatch(route, told(1, 7, kind=KIND, what=what, reason=reason.value), NOW)

    assert (not why_not) == hears


def test_messages_name_the_step_of_the_order() -> None:
    issue = told(1, 7, kind=KIND, reason="order_issued", worst=None, detail={})
    reminder = replace(issue, what=Event.ORDERED, reason="reminded")

    titles = [message_of(Form.EVENT, [one], Saying("zh")).title for one in (issue, reminder)]
    english = message_of(Form.EVENT, [reminder], Saying("en")).title

    assert titles == [
        "【晴空】橙色督办下发：示例电厂 督办事项",
        "【晴空】橙色督办催办：示例电厂 督办事项",
    ]
    assert english == "[Qingkong] orange order reminder: Example Power, supervision order"


def test_every_step_that_is_told_has_words() -> None:
    assert set(ORDERED) == set(TOLD.values())
    assert set(CONTESTED) == set(CONTEST_TOLD.values())
    assert REASONS.keys() == set(Reason)
