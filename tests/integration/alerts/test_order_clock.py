"""The clock reminds, escalates and issues once, however many look at it and however often."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from schemas.alert import Severity
from schemas.contest import ContestAbout
from schemas.order import Level
from schemas.rule_settings import Scope, SettingVersion
from services.alerts.order_clock import run_order_clock
from services.cases import contest_actions, order_actions
from services.cases.acting import Acting
from services.store.alert_events import read_events
from services.store.alerts import alerts_by_id
from services.store.as_known import belief_lock
from services.store.connection import connect_now
from services.store.contests import contest_events
from services.store.orders import OrderQuery, order_events, read_orders
from services.store.rule_settings import write_setting
from services.store.session import Session
from tests.fixtures.supervised import OFFICER, OPERATOR, opened, registered
from tests.fixtures.supervision import DAY, HOUR, NOW, at

ASKED = order_actions.Asked("查明原因并整改", "连续超标", "P1")


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    """As the process of alerts has it; the registry is written by its owner."""
    with psycopg.connect(database, autocommit=True) as owner:
        registered(owner)
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def set_(database: str, name: str, value: object, where: tuple[Scope, str] = ("all", "")) -> None:
    with connect_now(database, "registrar", "test") as connection, belief_lock(connection):
        setting = SettingVersion(
            *(0, f"issuing_parameters.{name}", *where, value, NOW - DAY, None, "x", "y", NOW, 0)  # pyright: ignore[reportArgumentType] - JSON of a test
        )
        write_setting(connection, setting, [])


def issued(session: Session, *alerts: int) -> int:
    asked = replace(ASKED, alerts=alerts)
    return order_actions.issue_order(asked, Acting(session, OFFICER, NOW)).order.order


def test_an_order_nobody_accepts_is_told_about_once_and_rises(session: Session) -> None:
    """Issued on the 3rd 10:00, to be accepted by the 4th 10:00; the clock looks on the 5th 11:00."""
    alert = opened(session)
    order = issued(session, alert)

    first = run_order_clock(session, at(11, 5))
    again = run_order_clock(session, at(11, 5))

    assert first.told == {"overdue": 1, "reminded": 1, "escalated": 1}
    assert (again.told, again.issued, again.left) == ({}, 0, 0)
    assert [(one.what.value, one.at) for one in order_events(session, order)[1:]] == [
        ("overdue", at(10, 4)),
        ("reminded", at(10, 5)),
        ("escalated", at(10, 5)),
    ]
    [known] = read_orders(session, OrderQuery(region="1505"))
    assert known.held_by == "1505"
    told = read_events(session, alert)[1:]
    assert [one.reason for one in told] == ["issued", "overdue", "reminded", "escalated"]
    assert told[-1].detail["region"] == "1505"


def test_a_contest_is_looked_after_too(session: Session) -> None:
    order = issued(session)
    acting = Acting(session, OPERATOR, NOW)
    step = contest_actions.file_contest((ContestAbout.ORDER, order), "x", [], acting)

    done = run_order_clock(session, at(1, 19))

    assert done.told["contest_overdue"] == 1
    assert contest_events(session, step.contest.contest)[1].what.value == "overdue"


def test_nothing_is_issued_by_rule_until_it_is_switched_on(session: Session, database: str) -> None:
    alert = opened(session)
    before = run_order_clock(session, NOW)
    set_(database, "automatic", value=True, where=("plant", "P2"))
    elsewhere = run_order_clock(session, NOW)
    set_(database, "automatic", value=True, where=("region", "1505"))

    done = run_order_clock(session, NOW)
    again = run_order_clock(session, NOW + 40 * HOUR)

    assert (before.issued, elsewhere.issued, done.issued, again.issued) == (0, 0, 1, 0)
    [order] = read_orders(session, OrderQuery(alert=alert))
    assert (order.rule_key, order.issued_by) == (f"alert/{alert}", "platform")
    assert [one.reason for one in read_events(session, alert)[1:2]] == ["issued"]


def test_an_order_by_rule_that_was_withdrawn_is_not_issued_again(
    session: Session, database: str
) -> None:
    set_(database, "automatic", value=True)
    alert = opened(session)
    run_order_clock(session, NOW)
    [order] = read_orders(session, OrderQuery(alert=alert))
    order_actions.withdraw_order(order.order, "误报", Acting(session, OFFICER, NOW))

    done = run_order_clock(session, NOW + HOUR)

    assert (done.issued, len(read_orders(session, OrderQuery(alert=alert)))) == (0, 1)


def test_an_alert_with_an_order_by_hand_gets_none_by_rule(session: Session, database: str) -> None:
    set_(database, "automatic", value=True)
    alert = opened(session)
    issued(session, alert)

    assert run_order_clock(session, NOW).issued == 0


def test_an_orange_alert_waits_for_its_day(session: Session, database: str) -> None:
    set_(database, "automatic", value=True)
    opened(session, "orange")

    early = run_order_clock(session, at(9, 4))
    due = run_order_clock(session, at(10, 4))

    assert (early.issued, due.issued) == (0, 1)


def test_two_quarters_on_the_severe_list_give_one_listed_order(
    session: Session, database: str
) -> None:
    set_(database, "automatic", value=True)
    set_(database, "severe_quarters", ["2026Q1", "2026Q2"], ("plant", "P1"))

    done = [run_order_clock(session, NOW + hours * HOUR).issued for hours in range(2)]

    assert done == [1, 0]
    [order] = read_orders(session, OrderQuery())
    assert (order.level, order.plant.code) == (Level.LISTED, "P1")
    [case] = alerts_by_id(session, list(order.alerts))
    assert (case.about, case.severity) == (f"order/{order.order}", Severity.ORANGE)


def test_many_clocks_tell_and_issue_each_thing_once(session: Session, database: str) -> None:
    set_(database, "automatic", value=True)
    by_hand = [issued(session) for _ in range(5)]
    alerts = [opened(session, "red", kind) for kind in ("limit_hour", "limit_day", "bypass_open")]
    now = at(11, 5)

    def look(_number: int) -> int:
        with connect_now(database, "alerts", "test") as own:
            return run_order_clock(own, now).issued

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(look, range(8)))

    assert sum(counts) == len(alerts)
    numbers = [one.serial for one in read_orders(session, OrderQuery())]
    assert sorted(numbers) == list(range(1, 9))
    for order in by_hand:
        whats = [one.what.value for one in order_events(session, order)]
        assert whats == ["issued", "overdue", "reminded", "escalated"]
    for alert in alerts:
        assert [one.reason for one in read_events(session, alert)].count("issued") == 1
