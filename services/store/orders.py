"""Supervision orders 督办 as they stand: numbered, read, and written where they still are what was read.

An order and its events are written in one transaction. It must not know why an order changes.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import LiteralString, cast

from psycopg.types.json import Jsonb

from schemas.order import Order, OrderEvent, OrderPlant, OrderState, OrderStep
from schemas.sentence import Sentence, SentenceError, term
from services.store.order_rows import SELECT, event_of, order_of, values_of
from services.store.session import Session

# One lock for all who issue: numbers follow one another, and a rule issues once.
ORDERS_LOCK = 0x716B_6F72
INSERT = """
INSERT INTO supervision_order (region, year, serial, plant, level, state, demand, basis, issued_at,
  issued_by, held_by, accept_due, answer_due, verify_due, total_due, overdue, clock_at, rounds,
  disposition, consequence, conclusion, rule_key, version, changed_at)
VALUES (%(region)s, %(year)s, (SELECT COALESCE(max(serial), 0) + 1 FROM supervision_order
    WHERE region = %(region)s AND year = %(year)s),
  %(plant)s, %(level)s, %(state)s, %(demand)s, %(basis)s, %(issued_at)s, %(issued_by)s, %(held_by)s,
  %(accept_due)s, %(answer_due)s, %(verify_due)s, %(total_due)s, %(overdue)s, %(clock_at)s,
  %(rounds)s, %(disposition)s, %(consequence)s, %(conclusion)s, %(rule_key)s, %(version)s,
  %(changed_at)s)
RETURNING id, serial
"""
UPDATE = """
UPDATE supervision_order SET state = %(state)s, held_by = %(held_by)s, accept_due = %(accept_due)s,
  answer_due = %(answer_due)s, verify_due = %(verify_due)s, total_due = %(total_due)s,
  overdue = %(overdue)s, clock_at = %(clock_at)s, rounds = %(rounds)s,
  disposition = %(disposition)s, consequence = %(consequence)s, conclusion = %(conclusion)s,
  version = %(version)s, changed_at = %(changed_at)s
WHERE id = %(order)s AND version = %(read_version)s
"""
EVENT = """
INSERT INTO order_event (supervision_order, version, what, reason, actor, party, place, at, made_at,
  state, held_by, detail)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
LINK = "INSERT INTO order_alert (alert, supervision_order) SELECT unnest(%s::bigint[]), %s"
EVENTS = """
SELECT version, what, reason, actor, party, place, at, made_at, state, held_by, detail
FROM order_event WHERE supervision_order = %s ORDER BY version
"""
ONE: LiteralString = (
    SELECT
    + "WHERE one.id = %(order)s::bigint OR (one.region = %(region)s::text"
    + " AND one.year = %(year)s::integer AND one.serial = %(serial)s::integer)"
)
WANTED: LiteralString = """
WHERE (%(plant)s::text IS NULL OR plant.code = %(plant)s::text)
  AND (%(region)s::text IS NULL OR starts_with(one.held_by, %(region)s::text))
  AND (%(states)s::text[] IS NULL OR one.state = ANY(%(states)s::text[]))
  AND (%(alert)s::bigint IS NULL OR EXISTS (SELECT FROM order_alert
    WHERE supervision_order = one.id AND alert = %(alert)s::bigint))
  AND (%(since)s::timestamptz IS NULL OR one.issued_at >= %(since)s::timestamptz)
  AND (%(until)s::timestamptz IS NULL OR one.issued_at < %(until)s::timestamptz)
ORDER BY one.issued_at, one.id
"""
LISTED: LiteralString = SELECT + WANTED
NEAR: LiteralString = (
    SELECT
    + """
WHERE one.state IN ('issued', 'accepted', 'answered', 'returned', 'verified')
  AND least(CASE one.state WHEN 'issued' THEN one.accept_due END,
    CASE WHEN one.state IN ('issued', 'accepted', 'returned') THEN one.answer_due END,
    CASE one.state WHEN 'answered' THEN one.verify_due END, one.total_due) <= %s
ORDER BY one.id
"""
)
WITHOUT_ORDER = """
SELECT alert.id, plant.id, plant.code, plant.name, plant.region
FROM alert
LEFT JOIN subject ON subject.id = alert.subject
JOIN plant ON plant.id = COALESCE(alert.plant, subject.plant)
WHERE alert.state IN ('open', 'acknowledged') AND NOT alert.found_late
  AND alert.kind <> 'supervision'
  AND NOT EXISTS (SELECT FROM order_alert JOIN supervision_order AS given
    ON given.id = order_alert.supervision_order
    WHERE order_alert.alert = alert.id AND given.state <> 'withdrawn')
  AND NOT EXISTS (SELECT FROM supervision_order AS given
    WHERE given.rule_key = 'alert/' || alert.id)
ORDER BY alert.id
"""
PLANTS_OF = """
SELECT alert.id, plant.id, plant.code, plant.name, plant.region
FROM alert
LEFT JOIN subject ON subject.id = alert.subject
JOIN plant ON plant.id = COALESCE(alert.plant, subject.plant)
WHERE alert.id = ANY(%s)
ORDER BY alert.id
"""


class OrderConflict(SentenceError):  # noqa: N818 - somebody was faster, by nobody's error
    """The order is not what was read: look at it again."""


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """Which orders; None: all. `region`: held by it or one below. Issued from `since` to `until`."""

    plant: str | None = None
    region: str | None = None
    states: Sequence[OrderState] | None = None
    alert: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@contextmanager
def issuing_lock(session: Session) -> Generator[None]:
    """A transaction in which nobody else issues orders; an exception rolls it back."""
    with session.transaction():
        session.execute("SELECT pg_advisory_xact_lock(%s)", (ORDERS_LOCK,))
        yield


def insert_order(session: Session, step: OrderStep) -> OrderStep:
    """Store a new order within the caller's `issuing_lock`; gives it with its number.

    Its first event says the number too. Raises psycopg.Error.
    """
    row = session.execute(INSERT, values_of(step.order)).fetchone()
    key, serial = cast("tuple[int, int]", row)
    order = replace(step.order, order=key, serial=serial)
    first, *others = step.events
    named = first._replace(detail={"number": order.number, **first.detail})
    stored = OrderStep(order, (named, *others))
    link_order(session, key, order.alerts)
    _write_events(session, stored)
    return stored


def link_order(session: Session, order: int, alerts: Sequence[int]) -> None:
    """Say which cases an order is about. Raises psycopg.Error."""
    if alerts:
        session.execute(LINK, (list(alerts), order))


def write_order(session: Session, step: OrderStep) -> None:
    """Put the step's order in the place of what it was decided on, in the caller's transaction.

    Raises OrderConflict when another version was written meanwhile, psycopg.Error otherwise.
    """
    values = values_of(step.order) | {"read_version": step.read_version}
    if session.execute(UPDATE, values).rowcount != 1:
        number = step.order.number
        raise OrderConflict(
            Sentence(
                f"order {number}{term('督办单')} was changed meanwhile{term('已被他人更新')}: look at"
                f" it again with `qingkong orders show {number}`",
                f"督办单 {number} 已被他人更新：请重新读取后再试",
            )
        )
    _write_events(session, step)


def read_order(session: Session, order: int) -> Order | None:
    """An order by its id. Raises psycopg.Error."""
    return _one(session, {"order": order, "region": None, "year": None, "serial": None})


def order_numbered(session: Session, region: str, year: int, serial: int) -> Order | None:
    """An order by its number. Raises psycopg.Error."""
    return _one(session, {"order": None, "region": region, "year": year, "serial": serial})


def read_orders(session: Session, query: OrderQuery) -> list[Order]:
    """The orders asked for, the oldest first. Raises psycopg.Error."""
    states = None if query.states is None else [one.value for one in query.states]
    values = {
        "plant": query.plant, "region": query.region, "states": states, "alert": query.alert,
        "since": query.since, "until": query.until,
    }  # fmt: skip
    return [order_of(row) for row in session.execute(LISTED, values).fetchall()]


def orders_due_by(session: Session, until: datetime) -> list[Order]:
    """Running orders of which some deadline lies before `until`. Raises psycopg.Error."""
    return [order_of(row) for row in session.execute(NEAR, (until,)).fetchall()]


def order_events(session: Session, order: int) -> list[OrderEvent]:
    """All that happened to an order, in order. Raises psycopg.Error."""
    return [event_of(row) for row in session.execute(EVENTS, (order,)).fetchall()]


def rule_was_used(session: Session, rule_key: str) -> bool:
    """Whether an order was issued for the key. Raises psycopg.Error."""
    query = "SELECT FROM supervision_order WHERE rule_key = %s"
    return session.execute(query, (rule_key,)).fetchone() is not None


def alerts_without_order(session: Session) -> dict[int, OrderPlant]:
    """Alerts that are open and never had an order that stands, with their plants.

    One whose order by rule was withdrawn is not among them. Raises psycopg.Error.
    """
    return _plants(session.execute(WITHOUT_ORDER).fetchall())


def plants_of_alerts(session: Session, alerts: Sequence[int]) -> dict[int, OrderPlant]:
    """The plant of each alert that has one. Raises psycopg.Error."""
    return _plants(session.execute(PLANTS_OF, (list(alerts),)).fetchall())


def _plants(rows: Sequence[tuple[object, ...]]) -> dict[int, OrderPlant]:
    return {cast("int", alert): OrderPlant._make(plant) for alert, *plant in rows}


def _one(session: Session, values: dict[str, object]) -> Order | None:
    row = session.execute(ONE, values).fetchone()
    return None if row is None else order_of(row)


def _write_events(session: Session, step: OrderStep) -> None:
    for one in step.events:
        session.execute(
            EVENT,
            (
                *(step.order.order, one.version, one.what.value, one.reason, one.actor.name),
                *(one.actor.party.value, one.actor.place, one.at, one.made_at, one.state.value),
                *(one.held_by, Jsonb(one.detail)),
            ),
        )
