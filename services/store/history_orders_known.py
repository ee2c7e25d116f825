"""Orders 督办 and their first events as known below a position: how one stood then is for rules to say.

It must not know how orders are shown.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, LiteralString, NamedTuple

from schemas.order import Order, OrderEvent
from services.store.history_orders import WANTED, OrdersAsked
from services.store.known_steps import Steps, known_steps
from services.store.order_rows import SELECT, event_of, order_of
from services.store.session import Session

ISSUED: LiteralString = """
JOIN order_event AS first ON first.supervision_order = one.id AND first.version = 1
  AND first.position < %(known)s::text::xid8
"""
PAGE: LiteralString = SELECT + ISSUED + WANTED
ORDER_STEPS: Final = Steps(
    "order_event",
    "supervision_order",
    "version, what, reason, actor, party, place, at, made_at, state, held_by, detail",
    event_of,
)


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
    events = known_steps(session, ORDER_STEPS, [one.order for one in orders], known)
    return [KnownOrder(one, events[one.order]) for one in orders]
