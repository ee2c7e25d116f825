"""Cases as they stand: read by key, and written where they still are what was read.

A case and its events are written in one transaction. It must not know why a case changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import LiteralString, NamedTuple, cast

import orjson
import psycopg
from psycopg.types.json import set_json_loads

from schemas.alert import Alert, AlertKind, Step
from services.store.alert_events import write_events
from services.store.alert_rows import COLUMNS, alert_of, columns_of
from services.store.session import Session

OF_KEYS: LiteralString = (
    "SELECT "
    + COLUMNS
    + """
FROM unnest(%(keys)s::text[], %(since)s::timestamptz[], %(until)s::timestamptz[])
  AS asked (key, since, until)
JOIN alert ON alert.key = asked.key
WHERE alert.state IN ('pending', 'open', 'acknowledged')
  OR (alert.since <= asked.until AND COALESCE(alert.until, 'infinity') >= asked.since)
ORDER BY alert.id
"""
)
HELD: LiteralString = OF_KEYS + "FOR UPDATE OF alert"
OF_IDS: LiteralString = (
    "SELECT "
    + COLUMNS
    + """
FROM alert WHERE alert.id = ANY(%s) ORDER BY id
"""
)
IDS_HELD: LiteralString = OF_IDS + "FOR UPDATE"
DUE: LiteralString = (
    "SELECT "
    + COLUMNS
    + """
FROM alert WHERE due_at <= %(now)s AND kind = ANY(%(kinds)s) ORDER BY due_at, id LIMIT %(most)s
"""
)
# One list for each column; the same for those that are new and those that change.
GIVEN: LiteralString = """
  unnest(%(id)s::bigint[], %(key)s::text[], %(kind)s::text[], %(plant)s::integer[],
    %(subject)s::integer[], %(point)s::integer[], %(device)s::integer[], %(state)s::text[],
    %(severity)s::text[], %(since)s::timestamptz[], %(until)s::timestamptz[], %(version)s::integer[],
    %(changed_at)s::timestamptz[], %(sure)s::boolean[], %(found_late)s::boolean[],
    %(spells)s::integer[], %(spans)s::integer[], %(worst)s::numeric[], %(zh)s::text[], %(en)s::text[],
    %(clause)s::text[], %(evidence)s::text[], %(opened_at)s::timestamptz[],
    %(acknowledged_at)s::timestamptz[], %(acknowledged_by)s::text[], %(resolved_at)s::timestamptz[],
    %(resolved_by)s::text[], %(assignee)s::text[], %(disposition)s::text[], %(cause)s::text[],
    %(duplicate_of)s::bigint[], %(due_at)s::timestamptz[], %(read_version)s::integer[])
  AS given (id, key, kind, plant, subject, point, device, state, severity, since, until, version,
    changed_at, sure, found_late, spells, spans, worst, zh, en, clause, evidence, opened_at,
    acknowledged_at, acknowledged_by, resolved_at, resolved_by, assignee, disposition, cause,
    duplicate_of, due_at, read_version)
"""
INSERT: LiteralString = (
    """
INSERT INTO alert (key, kind, plant, subject, point, device, state, severity, since, until, version,
  changed_at, sure, found_late, spells, spans, worst, zh, en, clause, evidence, opened_at,
  acknowledged_at, acknowledged_by, resolved_at, resolved_by, assignee, disposition, cause,
  duplicate_of, due_at)
SELECT key, kind, plant, subject, point, device, state, severity, since, until, version, changed_at,
  sure, found_late, spells, spans, worst, zh, en, clause, evidence::jsonb, opened_at,
  acknowledged_at, acknowledged_by, resolved_at, resolved_by, assignee, disposition, cause,
  duplicate_of, due_at
FROM """
    + GIVEN
    + "RETURNING key, since, id"
)
UPDATE: LiteralString = (
    """
UPDATE alert SET state = given.state, severity = given.severity, since = given.since,
  until = given.until, version = given.version, changed_at = given.changed_at, sure = given.sure,
  found_late = given.found_late, spells = given.spells, spans = given.spans, worst = given.worst,
  zh = given.zh, en = given.en, clause = given.clause, evidence = given.evidence::jsonb,
  opened_at = given.opened_at, acknowledged_at = given.acknowledged_at,
  acknowledged_by = given.acknowledged_by, resolved_at = given.resolved_at,
  resolved_by = given.resolved_by, assignee = given.assignee, disposition = given.disposition,
  cause = given.cause, duplicate_of = given.duplicate_of, due_at = given.due_at
FROM """
    + GIVEN
    + "WHERE alert.id = given.id AND alert.version = given.read_version RETURNING alert.id"
)
CROSSED = "somebody else writes the same cases, and each waited for the other"


class Stale(Exception):  # noqa: N818 - it is a race that somebody won, by nobody's error
    """Somebody wrote one of these cases since it was read: read it again and decide anew."""


class AskedKey(NamedTuple):
    """The cases of a key that are not over, and those that meet [since, until]."""

    key: str
    since: datetime
    until: datetime


def read_alerts(
    session: Session, asked: Sequence[AskedKey], *, held: bool = False
) -> dict[str, list[Alert]]:
    """The cases of keys, each key asked for once, in the order of their ids.

    `held`: until the end of the transaction nobody else writes them. Raises psycopg.Error.
    """
    keys, since, until = zip(*asked, strict=True) if asked else ((), (), ())
    values = {"keys": list(keys), "since": list(since), "until": list(until)}
    found: dict[str, list[Alert]] = {}
    for alert in fetch_alerts(session, HELD if held else OF_KEYS, values):
        found.setdefault(alert.key, []).append(alert)
    return found


def alerts_by_id(session: Session, ids: Sequence[int], *, held: bool = False) -> list[Alert]:
    """The cases of these numbers that there are, in order.

    `held`: until the end of the transaction nobody else writes them; Stale is raised where others
    hold some of them and wait for the rest. Raises psycopg.Error.
    """
    try:
        return fetch_alerts(session, IDS_HELD if held else OF_IDS, (list(ids),))
    except psycopg.errors.DeadlockDetected as error:
        raise Stale(CROSSED) from error


def due_alerts(
    session: Session, now: datetime, kinds: Sequence[AlertKind], most: int
) -> list[Alert]:
    """Cases of these kinds that the clock alone may change by now, the longest due first.

    Raises psycopg.Error.
    """
    values = {"now": now, "kinds": [kind.value for kind in kinds], "most": most}
    return fetch_alerts(session, DUE, values)


def oldest_due(session: Session) -> datetime | None:
    """When the clock may change a case next, or should have. Raises psycopg.Error."""
    row = session.execute("SELECT min(due_at) FROM alert WHERE due_at IS NOT NULL").fetchone()
    return cast("datetime | None", row[0]) if row else None


def write_steps(session: Session, steps: Sequence[Step]) -> list[Step]:
    """Write cases and their events in the caller's transaction; gives them with their numbers.

    A step without events changes nothing that is told, for instance when it is due. Of a key, what
    ends a case is written before what begins the next. Raises Stale when one of them is not what was
    read; nothing may be kept then. Raises psycopg.Error otherwise.
    """
    known = [step for step in steps if step.alert.alert]
    try:
        _update(session, [step for step in known if not step.alert.active])
        _update(session, [step for step in known if step.alert.active])
        numbers = _insert(session, [step for step in steps if not step.alert.alert])
    except psycopg.errors.UniqueViolation as error:
        raise Stale("somebody opened a case of the same key meanwhile") from error
    except psycopg.errors.DeadlockDetected as error:
        raise Stale(CROSSED) from error
    written = [_numbered(step, numbers) for step in steps]
    write_events(session, written)
    return written


def fetch_alerts(
    session: Session, query: LiteralString, values: Mapping[str, object] | Sequence[object]
) -> list[Alert]:
    """The cases that a statement gives as COLUMNS. Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    cursor.execute(query, values)
    return [alert_of(row) for row in cursor.fetchall()]


def _update(session: Session, known: Sequence[Step]) -> None:
    if not known:
        return
    rows = session.execute(UPDATE, _values(known)).fetchall()
    if len(rows) != len(known):
        missing = {step.alert.alert for step in known} - {cast("int", row[0]) for row in rows}
        raise Stale(f"cases {sorted(missing)[:10]} were changed meanwhile")


def _insert(session: Session, new: Sequence[Step]) -> dict[tuple[str, datetime], int]:
    if not new:
        return {}
    rows = session.execute(INSERT, _values(new)).fetchall()
    return {
        (key, since): number for key, since, number in cast("list[tuple[str, datetime, int]]", rows)
    }


def _numbered(step: Step, numbers: Mapping[tuple[str, datetime], int]) -> Step:
    alert = step.alert
    if alert.alert:
        return step
    return step._replace(alert=replace(alert, alert=numbers[alert.key, alert.since]))


def _values(steps: Sequence[Step]) -> dict[str, list[object]]:
    columns = columns_of([step.alert for step in steps])
    return {**columns, "read_version": [step.read_version for step in steps]}
