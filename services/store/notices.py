"""The outbox between events and messages: who is to hear of what, and which notices wait.

One process at a time adds to it; the cursor moves in the transaction of the notices. It must not
know the routes, nor what a message says.
"""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast

from psycopg.types.json import Jsonb

from schemas.notice import Manner, Message, NoticeState
from services.store.cursors import keep_cursor, read_cursor
from services.store.notice_events import new_events
from services.store.session import Session

OUTBOX_LOCK: Final = 0x716B_6E74
"""An advisory lock; the number has no meaning but to be the same."""
READER: Final = "notices"
LONGEST_HOLD: Final = timedelta(days=1)
ADD = """
INSERT INTO notice (event, alert, receiver, route, manner, step, bundle, due_at, hold_s,
  digest_over, state, silence, made_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
ANSWERED = """
UPDATE notice SET state = 'needless'
WHERE alert = ANY(%s::bigint[]) AND state = 'waiting' AND step > 0 AND made_at <= %s
"""
WAITING = """
SELECT notice.receiver, notice.id, notice.event, notice.alert, notice.manner, notice.bundle,
  notice.due_at, notice.hold_s, notice.digest_over, alert.state
FROM notice JOIN alert ON alert.id = notice.alert
WHERE notice.state = 'waiting' AND notice.receiver IN (
  SELECT receiver FROM notice WHERE state = 'waiting' AND due_at <= %s)
ORDER BY notice.receiver, notice.event, notice.id
"""
MADE = """
SELECT receiver, bundle, made_at FROM delivery
WHERE receiver = ANY(%s) AND made_at > %s AND form <> 'test'
"""
STATE = """
UPDATE notice SET state = %s, silence = %s WHERE id = ANY(%s::bigint[]) AND state = 'waiting'
"""
DELIVER = """
INSERT INTO delivery (receiver, bundle, form, message, next_at, made_at)
VALUES (%(receiver)s, %(bundle)s, %(form)s, %(message)s, %(now)s, %(now)s) RETURNING id
"""
BUNDLED = """
UPDATE notice SET state = 'bundled', delivery = %s WHERE id = ANY(%s::bigint[])
"""
OF_ALERT = """
SELECT notice.event, event.what, notice.receiver, notice.route, notice.manner, notice.state,
  notice.due_at, notice.silence, notice.delivery
FROM notice JOIN alert_event AS event ON event.id = notice.event
WHERE notice.alert = %s ORDER BY notice.event, notice.receiver, notice.step
"""


class NewNotice(NamedTuple):
    """An event for a receiver; the columns of the table in their order."""

    event: int
    alert: int
    receiver: str
    route: str
    manner: Manner
    step: int
    bundle: str
    due_at: datetime
    hold_s: int
    digest_over: int
    state: NoticeState
    silence: int | None
    made_at: datetime


class WaitingNotice(NamedTuple):
    """A notice that waits, and how its case stands."""

    receiver: str
    notice: int
    event: int
    alert: int
    manner: Manner
    bundle: str
    due_at: datetime
    hold_s: int
    digest_over: int
    alert_state: str


class Sending(NamedTuple):
    """A message to be sent to a receiver at the next opportunity."""

    receiver: str
    bundle: str
    message: Message


@contextmanager
def outbox(session: Session) -> Generator[bool]:
    """A transaction in which nobody else adds to the outbox; False: somebody else does now."""
    with session.transaction():
        row = session.execute("SELECT pg_try_advisory_xact_lock(%s)", (OUTBOX_LOCK,)).fetchone()
        yield bool(row and row[0])


def take_events(session: Session, most: int) -> list[int]:
    """The ids of events that are new to the outbox; within `outbox`, which moves the cursor."""
    cursor = read_cursor(session, READER)
    events, moved = new_events(session, cursor, most)
    # The closed position moves all the time; following it where nothing was read is not worth a write.
    if events or moved.seen != cursor.seen:
        keep_cursor(session, READER, moved)
    return events


def add_notices(session: Session, notices: Iterable[NewNotice]) -> None:
    """Add notices; one that is there already stays as it is. Raises psycopg.Error."""
    with session.cursor() as cursor:
        cursor.executemany(ADD, [_values(one) for one in notices])


def answered(session: Session, alerts: Sequence[int], now: datetime) -> None:
    """Let the escalations go that wait for cases which somebody has answered."""
    session.execute(ANSWERED, (list(alerts), now))


def waiting_notices(session: Session, now: datetime) -> list[WaitingNotice]:
    """What waits for each receiver of whom something is due, in the order of events."""
    rows = session.execute(WAITING, (now,)).fetchall()
    return [WaitingNotice._make((*row[:4], Manner(cast("str", row[4])), *row[5:])) for row in rows]


def made_lately(
    session: Session, receivers: Sequence[str], now: datetime
) -> list[tuple[str, str, datetime]]:
    """Receiver, bundle and time of the messages that may still hold others back."""
    rows = session.execute(MADE, (list(receivers), now - LONGEST_HOLD)).fetchall()
    return [cast("tuple[str, str, datetime]", row) for row in rows]


def settle(
    session: Session, notices: Sequence[int], state: NoticeState, silence: int | None = None
) -> None:
    """Say of waiting notices that they come to nothing, and why."""
    session.execute(STATE, (state.value, silence, list(notices)))


def make_delivery(session: Session, sending: Sending, notices: Sequence[int], now: datetime) -> int:
    """Make one message of notices; gives its number. Raises psycopg.Error."""
    values = {
        "receiver": sending.receiver,
        "bundle": sending.bundle,
        "form": sending.message.form.value,
        "message": Jsonb(sending.message.model_dump(mode="json")),
        "now": now,
    }
    row = session.execute(DELIVER, values).fetchone()
    delivery = cast("tuple[int]", row)[0]
    session.execute(BUNDLED, (delivery, list(notices)))
    return delivery


def notices_of(session: Session, alert: int) -> list[tuple[object, ...]]:
    """What became of a case's events, in their order. Raises psycopg.Error.

    Event, what, receiver, route, manner, state, due, silence, delivery.
    """
    return session.execute(OF_ALERT, (alert,)).fetchall()


def _values(one: NewNotice) -> tuple[object, ...]:
    return (*one[:4], one.manner.value, *one[5:10], one.state.value, *one[11:])
