"""Which cases explain others: what covers a place over a time, and what lies under a cover.

It must not know which kinds cover which.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from schemas.alert import AlertKind
from schemas.judgement import Period
from services.store.cursors import Cursor, Place, Reading, advanced
from services.store.session import Session

# Of the plant, and of the platform; a device covers the subjects that it is bound to meanwhile. A
# platform that hears some loggers no more explains what lacks of those alone.
# A case that cleared and came again explains nothing of the time between.
COVERS = """
SELECT asked.subject, asked.device, alert.kind, spell.since, spell.until
FROM unnest(%(subjects)s::integer[], %(devices)s::integer[], %(plants)s::integer[])
  AS asked (subject, device, plant)
JOIN alert ON (alert.plant = asked.plant OR alert.plant IS NULL)
CROSS JOIN LATERAL (
  SELECT COALESCE(min(at) FILTER (WHERE what = 'reopened'), alert.since) AS since,
    (array_agg(step.until ORDER BY version DESC))[1] AS until
  FROM (
    SELECT what, at, version, alert_event.until,
      count(*) FILTER (WHERE what = 'reopened') OVER (ORDER BY version) AS spell
    FROM alert_event WHERE alert_event.alert = alert.id
  ) AS step
  GROUP BY step.spell
) AS spell
WHERE alert.kind = ANY(%(kinds)s) AND alert.opened_at IS NOT NULL
  AND alert.since < %(until)s AND COALESCE(alert.until, 'infinity') > %(since)s
  AND spell.since < %(until)s AND COALESCE(spell.until, 'infinity') > %(since)s
  AND (alert.subject IS NULL OR alert.subject = asked.subject)
  AND (alert.device IS NULL OR alert.device = asked.device OR EXISTS (
    SELECT FROM point
    JOIN channel_binding ON channel_binding.point = point.id
    JOIN channel ON channel.id = channel_binding.channel
    WHERE point.subject = asked.subject AND channel.device = alert.device
      AND channel_binding.valid && tstzrange(spell.since, spell.until)
  ))
  AND (alert.evidence -> 'loggers' IS NULL OR alert.evidence ->> 'all_excused' = 'true' OR EXISTS (
    SELECT FROM device_mn
    WHERE jsonb_exists(alert.evidence -> 'loggers', device_mn.mn)
      AND (device_mn.device = asked.device OR device_mn.device IN (
        SELECT channel.device FROM point
        JOIN channel_binding ON channel_binding.point = point.id
        JOIN channel ON channel.id = channel_binding.channel
        WHERE point.subject = asked.subject))
  ))
ORDER BY asked.subject, asked.device, spell.since, alert.id
"""
# A cover that is new or gone is an event of its case.
CHANGED = """
SELECT closed.position::text, new.id, new.position, new.kind, new.plant, new.subject, new.device,
  new.since, new.until
FROM (SELECT closed_position() AS position) AS closed
LEFT JOIN LATERAL (
  SELECT alert_event.id, alert_event.position::text, alert.kind, alert.plant, alert.subject,
    alert.device, alert_event.since, alert_event.until
  FROM alert_event
  JOIN alert ON alert.id = alert_event.alert
  WHERE alert_event.position >= %(position)s::text::xid8
    AND (alert_event.position > %(position)s::text::xid8 OR alert_event.id > %(after)s)
    AND alert_event.id <> ALL(%(seen)s::bigint[])
    AND (NOT %(waits)s OR alert_event.position < closed.position)
    AND alert.kind = ANY(%(kinds)s)
    AND alert_event.what IN ('opened', 'reopened', 'extended', 'resolved', 'lapsed')
  ORDER BY alert_event.position, alert_event.id
  LIMIT %(most)s
) AS new ON true
"""
CHANGED_OPEN = """
SELECT id FROM alert_event WHERE id = ANY(%s::bigint[]) AND position >= %s::text::xid8
"""
# Subjects under a cover of which something wrong is believed, or told, over its time.
UNDER = """
WITH under AS MATERIALIZED (
  SELECT subject.id AS subject, subject.plant
  FROM subject
  WHERE (%(plant)s::integer IS NULL OR subject.plant = %(plant)s)
    AND (%(subject)s::integer IS NULL OR subject.id = %(subject)s)
    AND (%(device)s::integer IS NULL OR EXISTS (
      SELECT FROM point
      JOIN channel_binding ON channel_binding.point = point.id
      JOIN channel ON channel.id = channel_binding.channel
      WHERE point.subject = subject.id AND channel.device = %(device)s
    ))
)
SELECT DISTINCT under.plant, under.subject, alert.point, alert.kind
FROM under JOIN alert ON alert.subject = under.subject
WHERE alert.kind = ANY(%(kinds)s) AND alert.state <> 'lapsed'
  AND alert.since < COALESCE(%(until)s, 'infinity'::timestamptz)
  AND COALESCE(alert.until, 'infinity') > %(since)s
UNION
SELECT DISTINCT under.plant, under.subject, NULL::integer, 'no_data'
FROM under JOIN point ON point.subject = under.subject
WHERE 'no_data' = ANY(%(kinds)s) AND EXISTS (
  SELECT FROM verdict
  WHERE verdict.point = point.id AND verdict.period = %(hour)s
    AND verdict.outcome IN ('no_data', 'invalid')
    AND verdict.start > %(since)s::timestamptz - INTERVAL '1 hour'
    AND verdict.start < COALESCE(%(until)s, 'infinity'::timestamptz)
)
"""


class CoverChange(NamedTuple):
    """A case that covers others began, reaches further, or ended."""

    kind: AlertKind
    plant: int | None
    subject: int | None
    device: int | None
    since: datetime
    until: datetime | None


class Covered(NamedTuple):
    """A place and kind that lies under a cover."""

    plant: int
    subject: int
    point: int | None
    kind: AlertKind


class Covering(NamedTuple):
    """A case of this kind explains what is wrong of a subject or device (0: none) over this time."""

    subject: int
    device: int
    kind: AlertKind
    since: datetime
    until: datetime | None

    @property
    def place(self) -> tuple[int, int]:
        return self.subject, self.device


def read_covers(
    session: Session,
    places: Sequence[tuple[int, int, int]],
    kinds: Sequence[AlertKind],
    span: tuple[datetime, datetime],
) -> list[Covering]:
    """What covers these subjects and devices, with their plants, over the span. Raises psycopg.Error."""
    if not places or not kinds:
        return []
    subjects, devices, plants = zip(*places, strict=True)
    values = {
        "subjects": list(subjects),
        "devices": list(devices),
        "plants": list(plants),
        "kinds": [kind.value for kind in kinds],
        "since": span[0],
        "until": span[1],
    }
    rows = session.execute(COVERS, values, prepare=False).fetchall()
    return [Covering(row[0], row[1], AlertKind(row[2]), row[3], row[4]) for row in rows]


def changed_covers(
    session: Session, cursor: Cursor, kinds: Sequence[AlertKind], most: int
) -> tuple[list[CoverChange], Cursor]:
    """Up to `most` events of cases of these kinds. Raises psycopg.Error."""
    values = {**cursor.values(), "kinds": [kind.value for kind in kinds], "most": most}
    rows = session.execute(CHANGED, values, prepare=False).fetchall()
    found = [row for row in rows if row[1] is not None]
    closed = int(cast("str", rows[0][0]))
    places = [Place(int(cast("str", row[2])), cast("int", row[1])) for row in found]
    reading = Reading(places, closed, full=len(found) >= most)
    kept: list[int] = []
    if cursor.seen and not reading.partly_closed:
        stays = session.execute(CHANGED_OPEN, (list(cursor.seen), str(closed))).fetchall()
        kept = [cast("int", row[0]) for row in stays]
    changes = [CoverChange(AlertKind(cast("str", row[3])), *row[4:]) for row in found]
    return changes, advanced(cursor, reading, kept)


def under_cover(session: Session, change: CoverChange, kinds: Sequence[AlertKind]) -> list[Covered]:
    """Cases of these kinds, and outlets that lack data, under a cover. Raises psycopg.Error."""
    values = {
        "plant": change.plant,
        "subject": change.subject,
        "device": change.device,
        "since": change.since,
        "until": change.until,
        "kinds": [kind.value for kind in kinds],
        "hour": Period.HOUR.value,
    }
    rows = session.execute(UNDER, values, prepare=False).fetchall()
    return [Covered(row[0], row[1], row[2], AlertKind(row[3])) for row in rows]
