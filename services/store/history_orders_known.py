"""Orders 督办 and their first events as known below a position: how one stood then is for rules to say.

A step that lies below an earlier one is not known before that one is. It must not know how orders
are shown.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import LiteralString, NamedTuple, cast

from schemas.order import Order, OrderEvent
from services.store.history_orders import WANTED, OrdersAsked
from services.store.order_rows import SELECT, event_of, order_of
from services.store.session import Session

ISSUED: LiteralString = """
JOIN order_event AS first ON first.supervision_order = one.id AND first.version = 1
  AND first.position < %(known)s::text::xid8
"""
PAGE: LiteralString = SELECT + ISSUED + WANTED
EVENTS = """
SELECT supervision_order, version, what, reason, actor, party, place, at, made_at, state, held_by,
  detail
FROM order_event AS one
WHERE supervision_order = ANY(%(ids)s) AND version < COALESCE((
  SELECT min(version) FROM order_event AS later
  WHERE later.supervision_order = one.supervision_order
    AND later.position >= %(known)s::text::xid8), 2147483647)
ORDER BY supervision_order, version
"""


class KnownOrder(NamedTuple):
    """An order as it is now, and what was known of its events, one at least."""

    order: Order
    events: Sequence[OrderEvent]


def page_of_orders_known(
    session: Session,
    asked: OrdersAsked,
    known: int,
    page: tuple[int, tuple[datetime, int] | None],
) -> list[KnownOrder]:
    """Orders that had been issued below a position, the latest first, whatever their state.

    `page`: at most so many, behind (issued at, id). Raises psycopg.Error.
    """
    any_state = replace(asked, states=None, overdue=None)
    values = {**any_state.values(*page), "known": str(known)}
    rows = session.execute(PAGE, values, prepare=False).fetchall()
    orders = [order_of(row) for row in rows]
    events = events_of_orders(session, [one.order for one in orders], known)
    return [KnownOrder(one, events[one.order]) for one in orders]


def events_of_orders(
    session: Session, orders: Sequence[int], known: int
) -> dict[int, list[OrderEvent]]:
    """What was known of the events of these orders, in order. Raises psycopg.Error."""
    found: dict[int, list[OrderEvent]] = {}
    values = {"ids": list(orders), "known": str(known)}
    for order, *event in session.execute(EVENTS, values).fetchall():
        found.setdefault(cast("int", order), []).append(event_of(event))
    return found
