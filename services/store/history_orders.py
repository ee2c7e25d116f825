"""Orders 督办 a page at a time for whoever sees only some plants: scope is part of the statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from schemas.order import Order, OrderState
from services.store.order_rows import SELECT, order_of
from services.store.session import Session

WANTED: LiteralString = """
WHERE (%(plants)s::integer[] IS NULL OR one.plant = ANY(%(plants)s::integer[]))
  AND (%(plant)s::text IS NULL OR plant.code = %(plant)s::text)
  AND (%(states)s::text[] IS NULL OR one.state = ANY(%(states)s::text[]))
  AND (%(overdue)s::boolean IS NULL OR (cardinality(one.overdue) > 0) = %(overdue)s::boolean)
  AND (%(alert)s::bigint IS NULL OR EXISTS (SELECT FROM order_alert
    WHERE supervision_order = one.id AND alert = %(alert)s::bigint))
  AND (%(since)s::timestamptz IS NULL OR one.issued_at >= %(since)s::timestamptz)
  AND (%(until)s::timestamptz IS NULL OR one.issued_at < %(until)s::timestamptz)
  AND (%(after_id)s::bigint IS NULL
    OR (one.issued_at, one.id) < (%(after_at)s::timestamptz, %(after_id)s::bigint))
ORDER BY one.issued_at DESC, one.id DESC
LIMIT %(most)s
"""
PAGE: LiteralString = SELECT + WANTED


@dataclass(frozen=True, slots=True)
class OrdersAsked:
    """Which orders; None: all. `plants` are ids, `plant` a code; issued in [since, until)."""

    plants: Sequence[int] | None = None
    plant: str | None = None
    states: Sequence[OrderState] | None = None
    overdue: bool | None = None
    alert: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def values(self, most: int, after: tuple[datetime, int] | None) -> dict[str, object]:
        """For a statement that asks so."""
        return {
            "plants": None if self.plants is None else list(self.plants),
            "plant": self.plant,
            "states": None if self.states is None else [one.value for one in self.states],
            "overdue": self.overdue,
            "alert": self.alert,
            "since": self.since,
            "until": self.until,
            "after_at": None if after is None else after[0],
            "after_id": None if after is None else after[1],
            "most": most,
        }


def page_of_orders(
    session: Session, asked: OrdersAsked, most: int, after: tuple[datetime, int] | None = None
) -> list[Order]:
    """At most `most` orders behind (issued at, id), the latest first. Raises psycopg.Error."""
    # Unprepared: what is not asked for costs nothing then.
    rows = session.execute(PAGE, asked.values(most, after), prepare=False).fetchall()
    return [order_of(row) for row in rows]
