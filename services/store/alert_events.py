"""What happened to cases: event rows, written with the case and read by it; they only grow.

It must not know what is made of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson
from psycopg.types.json import set_json_loads

from schemas.alert import AlertEvent, AlertState, Event, Severity, Step
from services.store.alert_rows import as_json
from services.store.session import Session

IN = (
    "COPY alert_event (alert, version, what, reason, actor, at, made_at, state, severity, since,"
    " until, detail) FROM STDIN"
)
OF_ALERT = """
SELECT version, what, reason, actor, at, made_at, state, severity, since, until, detail
FROM alert_event WHERE alert = %s ORDER BY version
"""


class _Stored(NamedTuple):
    version: int
    what: str
    reason: str
    actor: str
    at: datetime
    made_at: datetime
    state: str
    severity: str
    since: datetime
    until: datetime | None
    detail: Mapping[str, object]


def write_events(session: Session, steps: Iterable[Step]) -> int:
    """Add the events of cases that have their numbers; how many. Raises psycopg.Error."""
    rows = [(step.alert.alert, *_row(event)) for step in steps for event in step.events]
    if not rows:
        return 0
    with session.cursor() as cursor, cursor.copy(IN) as copy:
        for row in rows:
            copy.write_row(row)
    return len(rows)


def read_events(session: Session, alert: int) -> list[AlertEvent]:
    """All that happened to a case, in order. Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    return [event_of(row) for row in cursor.execute(OF_ALERT, (alert,)).fetchall()]


def event_of(row: Sequence[object]) -> AlertEvent:
    """The event of a row whose columns are its fields."""
    one = _Stored._make(row)
    return AlertEvent(
        one.version,
        Event(one.what),
        *(one.reason, one.actor, one.at, one.made_at),
        AlertState(one.state),
        Severity(one.severity),
        *(one.since, one.until),
        one.detail,
    )


def _row(event: AlertEvent) -> tuple[object, ...]:
    return (
        *(event.version, event.what.value, event.reason, event.actor, event.at, event.made_at),
        *(event.state.value, event.severity.value, event.since, event.until),
        as_json(event.detail),
    )
