"""A free order and a contest about no case: told from the issue to the end, each step once."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import psycopg
import pytest

from schemas.alert import Alert, AlertKind, AlertState, Event, Severity
from schemas.contest import ContestAbout, ContestState
from schemas.notice import Channel, Contact, Receiver, Route
from schemas.order import Actor, Level
from services.alerts.notify.outbox import Outbox
from services.alerts.notify.silenced import silenced_events
from services.alerts.order_clock import run_order_clock
from services.cases import contest_actions as contests
from services.cases import order_actions as orders
from services.cases.acting import Acting
from services.cases.alert_actions import act_on_alert
from services.cases.order_actions import Asked
from services.rules.alerting.actions import Acknowledge, ActionError, Reopen
from services.rules.supervision.orders import Answer
from services.rules.supervision.refusals import Refused
from services.store.alert_events import read_events
from services.store.alert_lists import AlertQuery, list_alerts
from services.store.alert_rates import disposition_rates
from services.store.alerts import alerts_by_id
from services.store.connection import connect_now
from services.store.contests import read_contest
from services.store.deliveries import list_deliveries
from services.store.orders import alerts_without_order, order_events, read_order
from services.store.receivers import write_contact
from services.store.session import Session
from tests.fixtures.notices import configured
from tests.fixtures.supervised import OFFICER, OPERATOR, judged, opened, registered
from tests.fixtures.supervision import CITY, CONCLUSION, NOW, at

HOUR = timedelta(hours=1)
ASKED = Asked("查明原因并整改", "群众举报", "P1")
SAID = Answer("喷淋泵停运", "已更换水泵")
DESK = Receiver(name="desk", channel=Channel.EMAIL, address="desk@plant.example")
ROUTE = Route(name="plants", plant_contacts=True, at_once=Severity.BLUE)


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with connect_now(database, "registrar", "test") as connection:
        registered(connection)
        yield connection


@pytest.fixture
def alerts(database: str) -> Iterator[Session]:
    """As the process that minds the clock and tells has it."""
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def by(session: Session, actor: Actor, hours: int) -> Acting:
    return Acting(session, actor, NOW + hours * HOUR)


def own_case(session: Session, numbers: Sequence[int]) -> Alert:
    [alert] = alerts_by_id(session, list(numbers))
    return alert


def told(session: Session, alert: int) -> list[tuple[str, str]]:
    return [(one.what.value, one.reason) for one in read_events(session, alert)]


def heard(session: Session, now: datetime) -> list[str]:
    """Tell what there is to be told by then; the titles of all that the plant has heard, in order."""
    outbox = Outbox(session, silenced_events)
    outbox.take(now)
    outbox.bundle(now)
    made = list_deliveries(session, None, None, 100)[::-1]
    assert {one.receiver for one in made} <= {"desk"}
    return [one.message.title for one in made]


def test_a_free_order_is_told_from_its_issue_to_its_end(
    session: Session, alerts: Session, database: str
) -> None:
    """Issued on the 3rd 10:00, to be accepted by the 4th 10:00; the clock looks on the 5th 11:00.

    The city holds it from then on, for nobody accepted it for a day.
    """
    with psycopg.connect(database, autocommit=True) as owner:
        configured(owner, [DESK], ROUTE)
        write_contact(owner, Contact("P1", "desk", "王"), "bureau")

    step = orders.issue_order(ASKED, by(session, OFFICER, 0))
    first = heard(alerts, NOW)
    again = heard(alerts, NOW)
    late = [run_order_clock(alerts, at(11, 5)).told for _ in range(2)]
    after = heard(alerts, at(11, 5))
    number = step.order.order
    orders.accept_order(number, by(session, OPERATOR, 50))
    orders.answer_order(number, SAID, [], by(session, OPERATOR, 51))
    orders.verify_order(number, "属实", by(session, CITY, 52))
    orders.close_order(number, CONCLUSION, by(session, CITY, 53))
    orders.file_order(number, "", by(session, CITY, 54))
    end = heard(alerts, NOW + 60 * HOUR)

    assert first == again == ["【晴空】黄色督办下发：示例厂 督办事项"]
    assert late == [{"overdue": 1, "reminded": 1, "escalated": 1}, {}]
    assert len(after) == 2
    assert len(end) == 3
    known = read_order(session, number)
    assert known is not None
    assert known.alerts == step.order.alerts
    case = own_case(session, known.alerts)
    assert (case.kind, case.state) == (AlertKind.SUPERVISION, AlertState.RESOLVED)
    assert (case.about, case.until) == (f"order/{number}", NOW + 53 * HOUR)
    assert told(session, case.alert) == [
        ("opened", "order_issued"),
        ("ordered", "overdue"),
        ("ordered", "reminded"),
        ("ordered", "escalated"),
        ("acknowledged", "order_accepted"),
        ("ordered", "answered"),
        ("resolved", "order_closed"),
    ]
    assert case.version == 7
    last = read_events(session, case.alert)[-1].detail
    assert (last["said"], last["step"]) == (
        CONCLUSION.text,
        {
            **order_events(session, number)[-2].detail,
            "order": number,
            "number": known.number,
            "level": "ordinary",
            "said": CONCLUSION.text,
        },
    )


def test_an_order_that_is_refused_leaves_no_case(session: Session) -> None:
    with pytest.raises(Refused):
        orders.issue_order(ASKED, by(session, OPERATOR, 0))

    assert list_alerts(session, AlertQuery(), 10).alerts == []


def test_an_order_about_cases_makes_none(session: Session) -> None:
    alert = opened(session)

    order = orders.issue_order(
        Asked("x", "y", alerts=(alert,), level=Level.LISTED), by(session, OFFICER, 0)
    ).order

    assert order.alerts == (alert,)
    assert [one.alert.alert for one in list_alerts(session, AlertQuery(), 10).alerts] == [alert]


def test_a_withdrawn_order_ends_its_case_and_only_its_own(session: Session) -> None:
    one, other = (orders.issue_order(ASKED, by(session, OFFICER, 0)).order for _ in range(2))

    orders.withdraw_order(one.order, "发错", by(session, OFFICER, 1))

    assert told(session, one.alerts[0])[-1] == ("resolved", "order_withdrawn")
    assert own_case(session, one.alerts).state is AlertState.RESOLVED
    assert own_case(session, other.alerts).state is AlertState.OPEN


def test_a_contest_about_a_free_order_is_told_by_the_orders_case(session: Session) -> None:
    order = orders.issue_order(ASKED, by(session, OFFICER, 0)).order

    contest = contests.file_contest(
        (ContestAbout.ORDER, order.order), "已整改", [], by(session, OPERATOR, 1)
    ).contest
    contests.answer_contest(
        contest.contest, ContestState.REJECTED, "未见整改", by(session, OFFICER, 2)
    )

    assert contest.alerts == order.alerts
    assert told(session, order.alerts[0])[1:] == [
        ("commented", "contested"),
        ("commented", "contest_answered"),
    ]
    assert own_case(session, order.alerts).state is AlertState.OPEN


@pytest.mark.parametrize("way", ["answered", "withdrawn"])
def test_a_contest_about_no_case_has_one_until_it_ends(
    session: Session, alerts: Session, database: str, way: str
) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        verdict = judged(owner)

    contest = contests.file_contest(
        (ContestAbout.VERDICT, verdict), "限值有误", [], by(session, OPERATOR, 0)
    ).contest
    run_order_clock(alerts, NOW + 17 * 24 * HOUR)
    if way == "answered":
        contests.answer_contest(
            contest.contest, ContestState.PARTLY, "部分属实", by(session, CITY, 500)
        )
    else:
        contests.withdraw_contest(contest.contest, "误报", by(session, OPERATOR, 500))

    known = read_contest(session, contest.contest)
    assert known is not None
    case = own_case(session, known.alerts)
    assert case.about == f"contest/{contest.contest}"
    assert case.state is AlertState.RESOLVED
    events = told(session, case.alert)
    assert (events[0], events[-1]) == (("opened", "contest_filed"), ("resolved", f"contest_{way}"))
    assert set(events[1:-1]) >= {("commented", "contest_overdue")}
    assert [one for one in events if events.count(one) > 1 and one[1] != "contest_reminded"] == []


def test_persons_deal_with_it_but_end_the_order(session: Session) -> None:
    order = orders.issue_order(ASKED, by(session, OFFICER, 0)).order
    [alert] = order.alerts

    step = act_on_alert(session, alert, Acknowledge("li"), NOW)
    orders.withdraw_order(order.order, "发错", by(session, OFFICER, 1))
    with pytest.raises(ActionError, match=order.number):
        act_on_alert(session, alert, Reopen("li", "x"), NOW)

    assert step.alert.state is AlertState.ACKNOWLEDGED
    assert told(session, alert)[-1] == ("resolved", "order_withdrawn")


def test_nothing_is_ordered_or_contested_of_such_a_case_itself(session: Session) -> None:
    order = orders.issue_order(ASKED, by(session, OFFICER, 0)).order
    [alert] = order.alerts

    with pytest.raises(Refused, match="stands for order"):
        orders.issue_order(Asked("x", "y", alerts=(alert,)), by(session, OFFICER, 1))
    with pytest.raises(Refused, match="stands for order"):
        contests.file_contest((ContestAbout.ALERT, alert), "x", [], by(session, OPERATOR, 1))

    assert alerts_without_order(session) == {}
    assert [one.what for one in read_events(session, alert)] == [Event.OPENED]


def test_such_cases_tell_nothing_of_a_threshold_and_wait_for_no_disposition(
    session: Session,
) -> None:
    order = orders.issue_order(ASKED, by(session, OFFICER, 0)).order
    orders.withdraw_order(order.order, "发错", by(session, OFFICER, 1))

    assert disposition_rates(session, AlertQuery()) == []
    assert list_alerts(session, AlertQuery(undisposed=True), 10).alerts == []
