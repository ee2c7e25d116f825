"""From the alert to the closed order, and a verdict contested, with every event as it is kept."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from schemas.alert import AlertState, Event
from schemas.contest import ContestAbout, ContestState, Needed
from schemas.order import Actor, OrderState, Party
from services.alerts.order_clock import run_order_clock
from services.cases import contest_actions as contests
from services.cases import order_actions as orders
from services.cases.acting import Acting
from services.cases.order_actions import Asked
from services.rules.supervision.orders import Answer, remind
from services.rules.supervision.refusals import Refused
from services.store.alert_events import read_events
from services.store.alerts import alerts_by_id
from services.store.attachments import attachment_bytes, attachments_of
from services.store.connection import connect_now
from services.store.contests import ContestConflict, contest_events, contested_alerts, read_contest
from services.store.orders import OrderConflict, order_events, read_order
from services.store.session import Session
from tests.fixtures.supervised import OFFICER, OPERATOR, judged, opened, registered
from tests.fixtures.supervision import CONCLUSION, NOW, doing

HOUR = timedelta(hours=1)
ASKED = Asked("查明原因并整改", "连续超标")
FORBIDDEN = (
    "UPDATE order_event SET reason = 'x'",
    "DELETE FROM order_event",
    "UPDATE contest_event SET reason = 'x'",
    "DELETE FROM attachment",
    "UPDATE attachment SET name = 'x'",
    "DELETE FROM supervision_order",
    "UPDATE supervision_order SET demand = 'x'",
    "UPDATE contest SET grounds = 'x'",
    "DELETE FROM order_alert",
)
SAID = Answer("喷淋泵停运", "已更换水泵")


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with connect_now(database, "registrar", "test") as connection:
        registered(connection)
        yield connection


def by(session: Session, actor: Actor, hours: int) -> Acting:
    return Acting(session, actor, NOW + hours * HOUR)


def issued(session: Session, *alerts: int) -> int:
    asked = replace(ASKED, plant="P1", alerts=alerts)
    return orders.issue_order(asked, by(session, OFFICER, 0)).order.order


def test_from_the_alert_to_the_closed_order(session: Session) -> None:
    alert = opened(session)
    order = issued(session, alert)
    file = ("检修记录.pdf", b"\x00 any bytes \xff")

    orders.accept_order(order, by(session, OPERATOR, 1))
    orders.answer_order(order, SAID, [], by(session, OPERATOR, 2))
    orders.return_order(order, "未附检修记录", by(session, OFFICER, 3))
    orders.answer_order(order, SAID, [file], by(session, OPERATOR, 4))
    orders.verify_order(order, "现场核查属实", by(session, OFFICER, 5))
    orders.close_order(order, CONCLUSION, by(session, OFFICER, 6))

    known = read_order(session, order)
    assert known is not None
    assert (known.number, known.state, known.version) == (
        "150502-2026-0001", OrderState.CLOSED, 7,
    )  # fmt: skip
    assert (known.conclusion, known.alerts, known.rounds) == (CONCLUSION, (alert,), 1)
    events = order_events(session, order)
    assert [(one.version, one.what.value, one.reason, one.actor.party.value) for one in events] == [
        (1, "issued", "连续超标", "bureau"),
        (2, "accepted", "accepted", "plant"),
        (3, "answered", "answered", "plant"),
        (4, "returned", "未附检修记录", "bureau"),
        (5, "answered", "answered_again", "plant"),
        (6, "verified", "现场核查属实", "bureau"),
        (7, "closed", "整改完成", "bureau"),
    ]
    assert events[0].detail["number"] == "150502-2026-0001"
    [kept] = attachments_of(session, "order", order)
    assert (kept.version, kept.name, kept.size) == (5, file[0], len(file[1]))
    assert kept.sha256 == hashlib.sha256(file[1]).hexdigest()
    assert attachment_bytes(session, kept.attachment) == (kept, file[1])
    told = read_events(session, alert)
    assert [(one.version, one.what, one.reason) for one in told] == [
        (1, Event.OPENED, "settled"),
        (2, Event.ORDERED, "issued"),
        (3, Event.ORDERED, "answered"),
        (4, Event.ORDERED, "returned"),
        (5, Event.ORDERED, "answered"),
        (6, Event.ORDERED, "closed"),
    ]
    assert told[1].detail["number"] == "150502-2026-0001"
    [case] = alerts_by_id(session, [alert])
    assert (case.version, case.state) == (6, AlertState.OPEN)


def test_a_contested_verdict(session: Session, database: str) -> None:
    alert = opened(session)
    with psycopg.connect(database, autocommit=True) as owner:
        verdict = judged(owner)
    file = ("许可证.pdf", b"permit")

    contest = contests.file_contest(
        (ContestAbout.VERDICT, verdict), "限值应为 100 mg/m3", [file], by(session, OPERATOR, 1)
    ).contest.contest

    assert contested_alerts(session, [alert]) == {alert}
    with pytest.raises(Refused, match="contested already"):
        contests.file_contest(
            (ContestAbout.VERDICT, verdict), "again", [], by(session, OPERATOR, 1)
        )
    contests.answer_contest(contest, ContestState.UPHELD, "许可限值为 100", by(session, OFFICER, 2))
    assert contested_alerts(session, [alert]) == frozenset()
    known = read_contest(session, contest)
    assert known is not None
    assert known.subject.title == "P1/DA001/out/a21026 hour 2026-08-03 09:00 exceeding"
    assert known.needed == (Needed.CORRECT_LIMIT, Needed.JUDGE_AGAIN, Needed.DISPOSE_ALERT)
    assert [(one.what.value, one.reason) for one in contest_events(session, contest)] == [
        ("filed", "限值应为 100 mg/m3"),
        ("answered", "许可限值为 100"),
    ]
    assert [(one.what, one.reason) for one in read_events(session, alert)[1:]] == [
        (Event.COMMENTED, "contested"),
        (Event.COMMENTED, "contest_answered"),
    ]
    assert [one.name for one in attachments_of(session, "contest", contest)] == ["许可证.pdf"]


def test_a_contested_order_is_closed_after_the_answer_alone(session: Session) -> None:
    order = issued(session)
    contest = contests.file_contest(
        (ContestAbout.ORDER, order), "已整改", [], by(session, OPERATOR, 1)
    ).contest.contest
    orders.accept_order(order, by(session, OPERATOR, 1))
    orders.answer_order(order, SAID, [], by(session, OPERATOR, 2))
    orders.verify_order(order, "属实", by(session, OFFICER, 3))

    with pytest.raises(Refused, match="is not answered yet"):
        orders.close_order(order, CONCLUSION, by(session, OFFICER, 4))
    contests.answer_contest(contest, ContestState.REJECTED, "未整改", by(session, OFFICER, 5))
    step = orders.close_order(order, CONCLUSION, by(session, OFFICER, 6))

    assert step.order.state is OrderState.CLOSED


def test_of_two_who_act_at_once_one_is_refused_and_nothing_of_it_is_kept(session: Session) -> None:
    alert = opened(session)
    order = issued(session, alert)
    orders.accept_order(order, by(session, OPERATOR, 1))
    looked = read_order(session, order)
    assert looked is not None
    orders.withdraw_order(order, "重复", by(session, OFFICER, 2))
    file = ("a.pdf", b"x")

    stale = Acting(session, OPERATOR, NOW + 2 * HOUR, seen=looked.version)
    with pytest.raises(OrderConflict, match="changed since you looked"):
        orders.answer_order(order, SAID, [file], stale)

    assert attachments_of(session, "order", order) == []
    assert [one.what.value for one in order_events(session, order)] == [
        "issued", "accepted", "withdrawn",
    ]  # fmt: skip


def test_a_step_decided_on_an_older_version_is_not_written(session: Session) -> None:
    order = issued(session, opened(session))
    known = read_order(session, order)
    assert known is not None
    late = remind(known, "", doing(OFFICER))
    orders.remind_order(order, "先到", by(session, OFFICER, 1))

    with pytest.raises(OrderConflict, match="changed meanwhile"):
        orders.write_step(session, late)

    assert len(order_events(session, order)) == 2


def test_numbers_count_by_region_and_year(session: Session) -> None:
    new_year = NOW.replace(month=12, day=31, hour=17)
    city = Actor("city officer", Party.BUREAU, "1505")

    numbers = [
        orders.issue_order(replace(ASKED, plant="P1"), Acting(session, OFFICER, at)).order.number
        for at in (NOW, NOW, new_year)
    ]
    asked = replace(ASKED, plant="P1", region="1505")
    numbers.append(orders.issue_order(asked, Acting(session, city, NOW)).order.number)

    assert numbers == [
        "150502-2026-0001", "150502-2026-0002", "150502-2027-0001", "1505-2026-0001",
    ]  # fmt: skip
    assert orders.order_said(session, "1505-2026-0001").region == "1505"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (ASKED, "none is meant"),
        (replace(ASKED, plant="P9"), "there is no plant P9"),
        (replace(ASKED, alerts=(99,)), "alert 99 is not there"),
        (replace(ASKED, plant="P2"), "only the bureau of region 1502"),
    ],
    ids=["no plant", "unknown", "no alert", "elsewhere"],
)
def test_an_order_that_cannot_be_issued(session: Session, asked: Asked, said: str) -> None:
    with pytest.raises(Refused, match=said):
        orders.issue_order(asked, by(session, OFFICER, 0))


@pytest.mark.parametrize("text", ["99", "1505-2026-0099", "x", "1-2", "", "9999999999999999999999"])
def test_an_order_that_is_not_there(session: Session, text: str) -> None:
    with pytest.raises(Refused, match="there is no order"):
        orders.order_said(session, text)


def test_an_order_on_alerts_of_two_plants_is_refused(session: Session) -> None:
    alert = opened(session)

    two = replace(ASKED, plant="P2", alerts=(alert,))

    with pytest.raises(Refused, match="P1, P2 is meant"):
        orders.issue_order(two, by(session, OFFICER, 0))


@pytest.mark.parametrize("role", ["alerts", "api", "registrar"])
def test_nobody_rewrites_what_happened(database: str, role: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"SET ROLE qingkong_{role}".encode())
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_bytes_that_are_not_those_of_the_digest_are_refused(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        with connect_now(database, "registrar", "test") as connection:
            registered(connection)
            issued(connection)
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute(
                "INSERT INTO attachment (supervision_order, version, name, media_type, bytes, sha256,"
                " actor, added_at) VALUES (1, 1, 'a', 'b', 'abc', sha256('xyz'), 'x', now())"
            )


MARK = """
INSERT INTO mark (mark_key, kind, subject, during, origin, planned, entered_at, review, reviewer, reason,
  actor)
SELECT 5, 'waste_incineration/start_up', id, '[2026-08-03T00:00:00Z,2026-08-03T03:00:00Z)', 'plant',
  false, '2026-08-03T00:00:00Z', %s, 'officer', 'no curve', 'operator'
FROM subject WHERE code = 'DA001' AND plant = 1
"""
FINDING = """
INSERT INTO finding (rule, subject, since, until, stage, standing, zh, en, clause, sure, evidence, rules)
SELECT 'facility_off', id, '2026-08-03T01:30:00Z', NULL, 'final', true, '停运', 'off', 'x', true, '{}', '1'
FROM subject WHERE code = 'DA001' AND plant = 1 RETURNING id
"""


def test_a_rejected_mark_is_contested_and_an_accepted_one_is_not(
    session: Session, database: str
) -> None:
    alert = opened(session)
    acting = by(session, OPERATOR, 1)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(MARK, ("accepted",))
        with pytest.raises(Refused, match="mark 5 is accepted"):
            contests.file_contest((ContestAbout.MARK, 5), "x", [], acting)
        owner.execute(MARK, ("rejected",))

    contest = contests.file_contest((ContestAbout.MARK, 5), "启炉曲线见附件", [], acting).contest
    answered = contests.answer_contest(
        contest.contest, ContestState.PARTLY, "部分时段成立", by(session, OFFICER, 2)
    ).contest

    assert contest.alerts == (alert,)
    assert contest.subject.title == "P1/DA001 waste_incineration/start_up 2026-08-03 08:00"
    assert answered.needed == (Needed.ACCEPT_MARK, Needed.DISPOSE_ALERT)


def test_a_finding_bears_on_the_cases_made_of_findings_and_not_on_limits(
    session: Session, database: str
) -> None:
    opened(session)
    off = opened(session, "orange", "facility_off")
    with psycopg.connect(database, autocommit=True) as owner:
        row = owner.execute(FINDING).fetchone()
    assert row is not None

    contest = contests.file_contest(
        (ContestAbout.FINDING, row[0]), "检修", [], by(session, OPERATOR, 1)
    ).contest

    assert contest.alerts == (off,)
    assert contest.subject.title == "P1/DA001 facility_off 2026-08-03 09:30"


def test_an_alert_is_contested_itself(session: Session) -> None:
    alert = opened(session)

    contest = contests.file_contest(
        (ContestAbout.ALERT, alert), "仪器故障", [], by(session, OPERATOR, 1)
    ).contest

    assert (contest.alerts, contest.region) == ((alert,), "150502")
    with pytest.raises(Refused, match="only the bureau of region 150502"):
        contests.answer_contest(contest.contest, ContestState.UPHELD, "x", by(session, OPERATOR, 2))


def test_an_escalated_orders_contest_goes_to_whoever_holds_it(session: Session) -> None:
    order = issued(session)
    run_order_clock(session, NOW + 50 * HOUR)

    contest = contests.file_contest(
        (ContestAbout.ORDER, order), "x", [], by(session, OPERATOR, 60)
    ).contest

    assert contest.region == "1505"


def test_a_contest_that_somebody_else_answered_is_refused(session: Session) -> None:
    alert = opened(session)
    contest = contests.file_contest(
        (ContestAbout.ALERT, alert), "x", [], by(session, OPERATOR, 1)
    ).contest
    contests.answer_contest(
        contest.contest, ContestState.REJECTED, "仪器正常", by(session, OFFICER, 2)
    )

    late = Acting(session, OFFICER, NOW + 3 * HOUR, seen=contest.version)
    with pytest.raises(ContestConflict, match="changed since you looked"):
        contests.answer_contest(contest.contest, ContestState.UPHELD, "x", late)
    with pytest.raises(Refused, match="there is no contest 99"):
        contests.answer_contest(99, ContestState.UPHELD, "x", late)
