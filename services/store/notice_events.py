"""Events of cases as whoever tells them needs them: with the case, where it is, and its names.

It must not know who is told.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import LiteralString, NamedTuple, cast

from schemas.alert import AlertKind, AlertState, Event, Severity, Target
from schemas.notice import Place, Told
from services.store import cursors
from services.store.cursors import Cursor, Reading, advanced
from services.store.session import Session

NEW = """
SELECT closed.position::text, new.id, new.position
FROM (SELECT closed_position() AS position) AS closed
LEFT JOIN LATERAL (
  SELECT alert_event.id, alert_event.position::text FROM alert_event
  WHERE alert_event.position >= %(position)s::text::xid8
    AND (alert_event.position > %(position)s::text::xid8 OR alert_event.id > %(after)s)
    AND alert_event.id <> ALL(%(seen)s::bigint[])
    AND (NOT %(waits)s OR alert_event.position < closed.position)
  ORDER BY alert_event.position, alert_event.id
  LIMIT %(most)s
) AS new ON true
"""
STILL_OPEN = """
SELECT id FROM alert_event WHERE id = ANY(%s::bigint[]) AND position >= %s::text::xid8
"""
SELECT: LiteralString = """
WITH RECURSIVE above (code, parent, root, depth) AS (
  SELECT code, parent, code, 0 FROM region
  UNION ALL
  SELECT region.code, region.parent, above.root, above.depth + 1
  FROM above JOIN region ON region.code = above.parent
), chain AS (
  SELECT root, array_agg(code ORDER BY depth) AS codes FROM above GROUP BY root
)
SELECT event.id, alert.id, event.version, event.what, event.reason, event.actor, event.at,
  event.made_at, event.state, event.severity, event.since, event.until,
  alert.kind, alert.plant, alert.subject, alert.point, alert.device,
  COALESCE(plant.code, ''), COALESCE(plant.name, ''), COALESCE(plant.name_en, plant.name, ''),
  COALESCE(chain.codes, '{}'), COALESCE(subject.code, ''), COALESCE(subject.name, ''),
  COALESCE(point.code, ''), COALESCE(device.code, ''),
  COALESCE(event.detail ->> 'zh', alert.zh), COALESCE(event.detail ->> 'en', alert.en),
  COALESCE(event.detail ->> 'clause', alert.clause), alert.sure, alert.found_late, alert.worst,
  alert.evidence || event.detail,
  ARRAY(SELECT other.kind FROM alert AS other WHERE other.plant = alert.plant
    AND other.point = alert.point AND other.id <> alert.id
    AND other.state IN ('open', 'acknowledged')),
  ARRAY(SELECT DISTINCT channel.device FROM point AS near
    JOIN channel_binding AS binding ON binding.point = near.id AND binding.valid @> event.at
    JOIN channel ON channel.id = binding.channel
    WHERE near.subject = alert.subject)
FROM alert_event AS event
JOIN alert ON alert.id = event.alert
LEFT JOIN plant ON plant.id = alert.plant
LEFT JOIN chain ON chain.root = plant.region
LEFT JOIN subject ON subject.id = alert.subject
LEFT JOIN point ON point.id = alert.point
LEFT JOIN device ON device.id = alert.device
"""
BY_ID: LiteralString = SELECT + " WHERE event.id = ANY(%s::bigint[]) ORDER BY event.id"
NEWEST: LiteralString = (
    SELECT + " WHERE alert.id = %s AND (%s::text[] IS NULL OR event.what = ANY(%s::text[]))"
    " ORDER BY event.version DESC LIMIT 1"
)


class _Row(NamedTuple):
    """The columns of SELECT in their order."""

    event: int
    alert: int
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
    kind: str
    plant: int | None
    subject: int | None
    point: int | None
    device: int | None
    plant_code: str
    plant_zh: str
    plant_en: str
    regions: Sequence[str]
    subject_code: str
    subject_name: str
    point_code: str
    device_code: str
    zh: str
    en: str
    clause: str
    sure: bool
    found_late: bool
    worst: Decimal | None
    detail: Mapping[str, object]
    open_kinds: Sequence[str]
    devices: Sequence[int]


def new_events(session: Session, cursor: Cursor, most: int) -> tuple[list[int], Cursor]:
    """The ids of up to `most` events that were not read yet, and the cursor behind them.

    Raises psycopg.Error.
    """
    rows = session.execute(NEW, {**cursor.values(), "most": most}).fetchall()
    closed = int(cast("str", rows[0][0]))
    places = [
        cursors.Place(int(cast("str", row[2])), cast("int", row[1]))
        for row in rows
        if row[1] is not None
    ]
    open_rows = session.execute(STILL_OPEN, (list(cursor.seen), str(closed))).fetchall()
    reading = Reading(places, closed, full=len(places) >= most)
    moved = advanced(cursor, reading, [cast("int", row[0]) for row in open_rows])
    return sorted(place.id for place in places), moved


def told_events(session: Session, events: Sequence[int]) -> list[Told]:
    """These events, in the order of their ids. Raises psycopg.Error."""
    return [_told(row) for row in session.execute(BY_ID, (list(events),)).fetchall()]


def newest_event(session: Session, alert: int, of: frozenset[Event] | None = None) -> Told | None:
    """The newest event of a case, of these kinds if given; None where there is none."""
    names = None if of is None else sorted(one.value for one in of)
    row = session.execute(NEWEST, (alert, names, names)).fetchone()
    return None if row is None else _told(row)


def _told(values: tuple[object, ...]) -> Told:
    row = _Row._make(values)
    return Told(
        event=row.event,
        alert=row.alert,
        version=row.version,
        what=Event(row.what),
        reason=row.reason,
        actor=row.actor,
        at=row.at,
        made_at=row.made_at,
        state=AlertState(row.state),
        severity=Severity(row.severity),
        since=row.since,
        until=row.until,
        kind=AlertKind(row.kind),
        target=Target(row.plant, row.subject, row.point, row.device),
        place=_place(row),
        zh=row.zh,
        en=row.en,
        clause=row.clause,
        sure=row.sure,
        found_late=row.found_late,
        worst=row.worst,
        detail=row.detail,
        open_kinds=frozenset(AlertKind(one) for one in row.open_kinds),
        devices=frozenset(row.devices),
    )


def _place(row: _Row) -> Place:
    return Place(
        plant=row.plant_code,
        plant_zh=row.plant_zh,
        plant_en=row.plant_en,
        regions=tuple(row.regions),
        subject=row.subject_code,
        subject_zh=row.subject_name,
        point=row.point_code,
        device=row.device_code,
    )
