"""Messages on their way: claimed by a lease, sent, tried again, or given up; in order per case.

It must not know how a message is sent. A lease that ran out is claimed again: whoever held it may
have sent the message, which then goes out twice under the same key.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import LiteralString, NamedTuple, cast
from uuid import UUID

from psycopg.types.json import Jsonb

from schemas.notice import Delivery, DeliveryState, Message
from schemas.watch import Undelivered
from services.store.session import Session

COLUMNS: LiteralString = (
    "delivery.id, delivery.key, delivery.receiver, delivery.message, delivery.state,"
    " delivery.tries, delivery.next_at, delivery.made_at, delivery.sent_at, delivery.last_error"
)
# What waits behind an earlier message of the same case to the same receiver is not ready. Rows are
# locked by number afterwards: window functions and locks do not go together.
CLAIM: LiteralString = (
    """
WITH ready AS MATERIALIZED (
  SELECT id FROM (
    SELECT waiting.id, waiting.next_at, COALESCE(flying.count, 0) AS flying,
      row_number() OVER (PARTITION BY waiting.receiver ORDER BY waiting.next_at, waiting.id) AS place
    FROM delivery AS waiting
    LEFT JOIN unnest(%(receivers)s::text[], %(counts)s::integer[]) AS flying (receiver, count)
      ON flying.receiver = waiting.receiver
    WHERE waiting.state = 'waiting' AND waiting.next_at <= %(now)s
      AND (waiting.leased_until IS NULL OR waiting.leased_until <= %(now)s)
      AND NOT EXISTS (
        SELECT FROM notice AS mine
        JOIN notice AS theirs ON theirs.alert = mine.alert AND theirs.receiver = mine.receiver
        JOIN delivery AS earlier ON earlier.id = theirs.delivery
        WHERE mine.delivery = waiting.id AND earlier.id < waiting.id AND earlier.state = 'waiting')
  ) AS placed
  WHERE place + flying <= %(each)s ORDER BY next_at, id LIMIT %(most)s
), locked AS (
  SELECT delivery.id FROM delivery JOIN ready ON ready.id = delivery.id
  WHERE delivery.state = 'waiting'
    AND (delivery.leased_until IS NULL OR delivery.leased_until <= %(now)s)
  FOR UPDATE OF delivery SKIP LOCKED
)
UPDATE delivery SET tries = delivery.tries + 1, leased_until = %(until)s
FROM locked WHERE locked.id = delivery.id RETURNING """  # noqa: S608 - two constants, joined
    + COLUMNS
)
SENT = """
UPDATE delivery SET state = 'sent', sent_at = %s, leased_until = NULL, last_error = ''
WHERE id = %s AND state = 'waiting'
"""
FAILED = """
UPDATE delivery SET state = %(state)s, next_at = %(next_at)s, leased_until = NULL, last_error = %(why)s
WHERE id = %(id)s AND tries = %(tries)s AND state = 'waiting'
"""
GIVE_BACK = """
UPDATE delivery SET tries = tries - 1, leased_until = NULL
WHERE id = %s AND tries = %s AND state = 'waiting'
"""
LIST: LiteralString = (
    "SELECT "  # noqa: S608 - two constants, joined
    + COLUMNS
    + " FROM delivery WHERE (%(state)s::text IS NULL OR state = %(state)s)"
    " AND (%(receiver)s::text IS NULL OR receiver = %(receiver)s)"
    " AND (%(before)s::bigint IS NULL OR id < %(before)s) ORDER BY id DESC LIMIT %(most)s"
)
ONE: LiteralString = "SELECT " + COLUMNS + " FROM delivery WHERE id = %s"  # noqa: S608 - likewise
RETRY = """
UPDATE delivery SET state = 'waiting', tries = 0, next_at = %s, leased_until = NULL
WHERE state = 'dead' AND (%s::bigint[] IS NULL OR id = ANY(%s::bigint[]))
  AND (%s::text IS NULL OR receiver = %s)
"""
ADD = """
INSERT INTO delivery (receiver, bundle, form, message, next_at, made_at)
VALUES (%s, 'test', 'test', %s, %s, %s) RETURNING id
"""
FACTS = """
SELECT
  (SELECT min(made_at) FROM delivery WHERE state = 'waiting'),
  (SELECT min(due_at) FROM notice WHERE state = 'waiting'),
  (SELECT count(*) FROM delivery WHERE state = 'waiting'),
  (SELECT count(*) FROM delivery WHERE state = 'dead')
"""
DEAD_BY_CHANNEL = """
SELECT receiver.channel, count(*)::int FROM delivery
JOIN receiver ON receiver.id =
  (SELECT max(newest.id) FROM receiver AS newest WHERE newest.name = delivery.receiver)
WHERE delivery.state = 'dead' GROUP BY receiver.channel ORDER BY receiver.channel
"""


class Room(NamedTuple):
    """How much more may be claimed: `most` in all, `each` per receiver counting those in flight."""

    most: int
    each: int
    flying: Mapping[str, int]


class OutboxFacts(NamedTuple):
    """How the outbox stands."""

    oldest: datetime | None
    next_due: datetime | None
    waiting: int
    dead: int


def claim(session: Session, room: Room, now: datetime, lease: timedelta) -> list[Delivery]:
    """Messages to be sent by the caller until the lease ends, in order. Raises psycopg.Error."""
    values = {
        "now": now,
        "until": now + lease,
        "most": room.most,
        "each": room.each,
        "receivers": list(room.flying),
        "counts": list(room.flying.values()),
    }
    rows = session.execute(CLAIM, values).fetchall()
    return sorted((_delivery(row) for row in rows), key=lambda one: one.delivery)


def mark_sent(session: Session, delivery: Delivery, now: datetime) -> None:
    """It has reached the receiver, whoever holds the lease by now. Raises psycopg.Error."""
    session.execute(SENT, (now, delivery.delivery))


def mark_failed(
    session: Session, delivery: Delivery, why: str, next_at: datetime | None, now: datetime
) -> bool:
    """It failed and is tried again at `next_at`, or (None) is given up; False: no longer ours."""
    state = DeliveryState.DEAD if next_at is None else DeliveryState.WAITING
    values = {
        "state": state.value,
        "next_at": next_at or now,
        "why": why[:1000],
        "id": delivery.delivery,
        "tries": delivery.tries,
    }
    return session.execute(FAILED, values).rowcount == 1


def give_back(session: Session, delivery: Delivery) -> None:
    """It was claimed and not tried. Raises psycopg.Error."""
    session.execute(GIVE_BACK, (delivery.delivery, delivery.tries))


def list_deliveries(
    session: Session,
    state: DeliveryState | None,
    receiver: str | None,
    most: int,
    before: int | None = None,
) -> list[Delivery]:
    """The newest messages, of a number under `before`. Raises psycopg.Error."""
    values = {
        "state": state and state.value,
        "receiver": receiver,
        "most": most,
        "before": before,
    }
    return [_delivery(row) for row in session.execute(LIST, values).fetchall()]


def read_delivery(session: Session, delivery: int) -> Delivery | None:
    """One message; None where there is none. Raises psycopg.Error."""
    row = session.execute(ONE, (delivery,)).fetchone()
    return None if row is None else _delivery(row)


def retry_dead(
    session: Session, numbers: Sequence[int] | None, receiver: str | None, now: datetime
) -> int:
    """Let dead messages wait again, under their old keys; how many. None: all of them."""
    chosen = None if numbers is None else list(numbers)
    return session.execute(RETRY, (now, chosen, chosen, receiver, receiver)).rowcount


def add_test(session: Session, receiver: str, message: Message, now: datetime) -> int:
    """A message of no case, to try a receiver out; gives its number. Raises psycopg.Error."""
    values = (receiver, Jsonb(message.model_dump(mode="json")), now, now)
    row = session.execute(ADD, values).fetchone()
    return cast("tuple[int]", row)[0]


def outbox_facts(session: Session) -> OutboxFacts:
    """How the outbox stands. Raises psycopg.Error."""
    return OutboxFacts._make(cast("tuple[object, ...]", session.execute(FACTS).fetchone()))


def undelivered(session: Session) -> Undelivered:
    """What did not arrive, for who watches the platform. Raises psycopg.Error."""
    facts = outbox_facts(session)
    rows = session.execute(DEAD_BY_CHANNEL).fetchall() if facts.dead else []
    return Undelivered(facts.dead, facts.oldest, dict(cast("list[tuple[str, int]]", rows)))


def _delivery(row: tuple[object, ...]) -> Delivery:
    number, key, receiver, message, state, tries, next_at, made_at, sent_at, last_error = row
    return Delivery(
        delivery=cast("int", number),
        key=UUID(str(key)),
        receiver=str(receiver),
        message=Message.model_validate(message),
        state=DeliveryState(str(state)),
        tries=cast("int", tries),
        next_at=cast("datetime", next_at),
        made_at=cast("datetime", made_at),
        sent_at=cast("datetime | None", sent_at),
        last_error=str(last_error),
    )
