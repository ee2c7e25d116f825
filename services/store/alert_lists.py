"""Cases as people look for them: filtered, a page at a time, with the names of their places.

It must not know how they are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString, NamedTuple, cast

import orjson
from psycopg.types.json import set_json_loads

from schemas.alert import Alert, AlertEvent, AlertKind, AlertState, Severity
from services.store.alert_events import event_of
from services.store.alert_rows import COLUMNS, WIDTH, alert_of
from services.store.session import Session

# `quiet`: the silences that hold with what they reach (AlertQuery.silences); which kinds and severities
# a silence means is decided where they are read.
KEPT_QUIET: LiteralString = """
  SELECT FROM jsonb_to_recordset(%(silences)s::text::jsonb) AS quiet (since timestamptz,
    plant integer, plants integer[], subject integer, serving integer[], device integer,
    served integer[], kinds text[], severities text[])
  WHERE alert.kind = ANY(quiet.kinds)
    AND (quiet.plant IS NULL OR quiet.plant = alert.plant)
    AND (quiet.plants IS NULL OR alert.plant = ANY(quiet.plants))
    AND (quiet.subject IS NULL OR quiet.subject = alert.subject
      OR alert.device = ANY(quiet.serving))
    AND (quiet.device IS NULL OR quiet.device = alert.device
      OR alert.subject = ANY(quiet.served))
"""
IN_PLANTS: LiteralString = """
  AND (%(plants)s::integer[] IS NULL OR alert.plant = ANY(%(plants)s::integer[]))
  AND (%(region)s::text IS NULL OR plant.region IN (
    WITH RECURSIVE below AS (
      SELECT code FROM region WHERE code = %(region)s
      UNION ALL SELECT region.code FROM region JOIN below ON region.parent = below.code
    ) SELECT code FROM below))
"""
"""Cases of these plants, and of a region with all below it."""
FILTERED: LiteralString = (
    """
FROM alert
LEFT JOIN plant ON plant.id = alert.plant
LEFT JOIN subject ON subject.id = alert.subject
LEFT JOIN device ON device.id = alert.device
LEFT JOIN point ON point.id = alert.point
WHERE (%(ids)s::bigint[] IS NULL OR alert.id = ANY(%(ids)s::bigint[]))
  AND (%(states)s::text[] IS NULL OR alert.state = ANY(%(states)s::text[]))
  AND (%(kinds)s::text[] IS NULL OR alert.kind = ANY(%(kinds)s::text[]))
  AND (%(severities)s::text[] IS NULL OR alert.severity = ANY(%(severities)s::text[]))
  AND (%(plant)s::text IS NULL OR plant.code = %(plant)s)
  AND (%(subject)s::text IS NULL OR subject.code = %(subject)s)
  AND (%(assignee)s::text IS NULL OR alert.assignee = %(assignee)s)
  AND (%(since)s::timestamptz IS NULL OR COALESCE(alert.until, 'infinity') > %(since)s
    OR alert.since >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR alert.since < %(until)s)
  AND (%(found_late)s::boolean IS NULL OR alert.found_late = %(found_late)s)
  AND (NOT %(undisposed)s OR (alert.state = 'resolved' AND alert.disposition IS NULL
    AND alert.kind <> 'supervision'))
"""
    + IN_PLANTS
    + """  AND (%(silenced)s::boolean IS NULL OR %(silenced)s::boolean = EXISTS ("""
    + KEPT_QUIET
    + """    AND alert.severity = ANY(quiet.severities)
    AND (alert.state NOT IN ('resolved', 'lapsed')
      OR COALESCE(alert.until, 'infinity') >= quiet.since)))
"""
)
NAMES: LiteralString = """, plant.code, plant.name, subject.code, device.code,
  COALESCE(plant.name_en, plant.name), subject.name, point.code"""
"""What ListedAlert has beside the case."""
PAGE: LiteralString = (
    "SELECT "
    + COLUMNS
    + NAMES
    + FILTERED
    + """
  AND (%(after_id)s::bigint IS NULL
    OR (alert.since, alert.id) < (%(after_since)s::timestamptz, %(after_id)s::bigint))
ORDER BY alert.since DESC, alert.id DESC
LIMIT %(most)s
"""
)
EVENTS_MADE: LiteralString = (
    """
SELECT alert_event.alert, version, what, reason, actor, at, made_at, alert_event.state,
  alert_event.severity, alert_event.since, alert_event.until, detail
FROM alert_event
WHERE made_at >= %(since)s AND made_at < %(until)s AND what = ANY(%(what)s)
  AND ((%(plants)s::integer[] IS NULL AND %(region)s::text IS NULL) OR EXISTS (
    SELECT FROM alert LEFT JOIN plant ON plant.id = alert.plant
    WHERE alert.id = alert_event.alert"""
    + IN_PLANTS
    + """))
ORDER BY made_at, id
LIMIT %(most)s
"""
)


@dataclass(frozen=True, slots=True)
class AlertQuery:
    """Which cases; None: all. `region` with all below it; [since, until): which the case meets.

    `plants` by their ids, `plant` and `subject` by their codes. `undisposed`: resolved, and nobody has said what it was.
    `silenced`: whether `silences` (given by `cases.quiet_cases.Quiet.sought`) keep it quiet, or do not.
    """

    ids: Sequence[int] | None = None
    states: Sequence[AlertState] | None = None
    kinds: Sequence[AlertKind] | None = None
    severities: Sequence[Severity] | None = None
    region: str | None = None
    plant: str | None = None
    subject: str | None = None
    assignee: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    found_late: bool | None = None
    undisposed: bool = False
    plants: Sequence[int] | None = None
    silenced: bool | None = None
    silences: Sequence[Mapping[str, object]] = ()

    def values(self) -> dict[str, object]:
        """For a statement that filters so."""
        return {
            "ids": None if self.ids is None else list(self.ids),
            "states": _words(self.states),
            "kinds": _words(self.kinds),
            "severities": _words(self.severities),
            "region": self.region,
            "plants": None if self.plants is None else list(self.plants),
            "plant": self.plant,
            "subject": self.subject,
            "assignee": self.assignee,
            "since": self.since,
            "until": self.until,
            "found_late": self.found_late,
            "undisposed": self.undisposed,
            "silenced": self.silenced,
            "silences": orjson.dumps(list(self.silences)).decode(),
        }


class ListedAlert(NamedTuple):
    """A case with the names of its place; None where it is not about any."""

    alert: Alert
    plant: str | None
    plant_name: str | None
    subject: str | None
    device: str | None
    plant_name_en: str | None = None
    subject_name: str | None = None
    code: str | None = None


class Page(NamedTuple):
    """The cases that began last; `after`: where the next page goes on, None at the end."""

    alerts: list[ListedAlert]
    after: tuple[datetime, int] | None


class MadeEvent(NamedTuple):
    """An event with its case's number."""

    alert: int
    event: AlertEvent


def list_alerts(
    session: Session, query: AlertQuery, most: int, after: tuple[datetime, int] | None = None
) -> Page:
    """A page of cases, the latest beginning first. Raises psycopg.Error."""
    values = {
        **query.values(),
        "most": most + 1,
        "after_since": None if after is None else after[0],
        "after_id": None if after is None else after[1],
    }
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    # Unprepared: what is not asked for costs nothing then.
    cursor.execute(PAGE, values, prepare=False)
    found = [
        ListedAlert(alert_of(row[:WIDTH]), *cast("tuple[str | None, ...]", row[WIDTH:]))
        for row in cursor.fetchall()
    ]
    if len(found) <= most:
        return Page(found, None)
    last = found[most - 1].alert
    return Page(found[:most], (last.since, last.alert))


def events_made(
    session: Session,
    span: tuple[datetime, datetime],
    what: Sequence[str],
    most: int,
    where: AlertQuery | None = None,
) -> list[MadeEvent]:
    """What happened of this, by when it was noticed, [since, until). Raises psycopg.Error.

    `where`: to cases of its `plants` and `region` alone; nothing else of it counts.
    """
    where = where or AlertQuery()
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    values = {"since": span[0], "until": span[1], "what": list(what), "most": most}
    values |= {name: where.values()[name] for name in ("plants", "region")}
    rows = cursor.execute(EVENTS_MADE, values, prepare=False).fetchall()
    return [MadeEvent(cast("int", row[0]), event_of(row[1:])) for row in rows]


def _words(some: Sequence[AlertKind | AlertState | Severity] | None) -> list[str] | None:
    return None if some is None else [one.value for one in some]
