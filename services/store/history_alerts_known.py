"""Cases and their first events as known below a position: how a case stood then is for rules to say.

It must not know how cases are shown.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple, cast

import orjson
from psycopg import sql
from psycopg.types.json import set_json_loads

from schemas.alert import Alert, AlertEvent
from services.store.alert_events import event_of
from services.store.alert_lists import KEPT_QUIET, NAMES, AlertQuery, ListedAlert
from services.store.alert_rows import COLUMNS, WIDTH, alert_of
from services.store.export_places import table_known
from services.store.known_steps import Steps, known_steps
from services.store.session import Session

# The words of the conditions at the end are those by which `rules.alerting.as_known` reads events.
PAGE = sql.SQL("""
SELECT {columns}{names}, last.since
FROM alert
JOIN LATERAL (
  SELECT version, state, severity, since, until FROM alert_event AS one
  WHERE one.alert = alert.id AND one.version < {hidden}
  ORDER BY one.version DESC LIMIT 1
) AS last ON true
LEFT JOIN {subjects} AS subject ON subject.id = alert.subject
LEFT JOIN {devices} AS device ON device.id = alert.device
LEFT JOIN {points} AS point ON point.id = alert.point
LEFT JOIN {plants_known} AS plant ON plant.id = COALESCE(alert.plant, subject.plant)
WHERE (%(ids)s::bigint[] IS NULL OR alert.id = ANY(%(ids)s::bigint[]))
  AND (%(kinds)s::text[] IS NULL OR alert.kind = ANY(%(kinds)s::text[]))
  AND (%(scope)s::integer[] IS NULL
    OR COALESCE(alert.plant, subject.plant) = ANY(%(scope)s::integer[]))
  AND (%(plant)s::text IS NULL OR plant.code = %(plant)s)
  AND (%(subject)s::text IS NULL OR subject.code = %(subject)s)
  AND (%(states)s::text[] IS NULL OR last.state = ANY(%(states)s::text[]))
  AND (%(severities)s::text[] IS NULL OR last.severity = ANY(%(severities)s::text[]))
  AND (%(since)s::timestamptz IS NULL OR COALESCE(last.until, 'infinity') > %(since)s
    OR last.since >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR last.since < %(until)s)
  AND (%(after_id)s::bigint IS NULL
    OR (last.since, alert.id) < (%(after_since)s::timestamptz, %(after_id)s::bigint))
  AND (%(assignee)s::text IS NULL OR %(assignee)s = (
    SELECT detail ->> 'assignee' FROM alert_event AS one
    WHERE one.alert = alert.id AND one.version <= last.version AND one.what = 'assigned'
    ORDER BY one.version DESC LIMIT 1))
  AND (%(found_late)s::boolean IS NULL OR %(found_late)s = COALESCE((
    SELECT (detail ->> 'found_late')::boolean FROM alert_event AS one
    WHERE one.alert = alert.id AND one.version <= last.version AND one.detail ? 'spells'
      AND (one.what IN ('pending', 'opened', 'reopened', 'resolved') OR one.reason = 'goes_on')
    ORDER BY one.version DESC LIMIT 1), false))
  AND (NOT %(undisposed)s OR (last.state = 'resolved' AND alert.kind <> 'supervision' AND (
    SELECT detail ->> 'disposition' FROM alert_event AS one
    WHERE one.alert = alert.id AND one.version <= last.version
      AND one.what IN ('resolved', 'disposed', 'reopened')
    ORDER BY one.version DESC LIMIT 1) IS NULL))
  AND (%(silenced)s::boolean IS NULL OR %(silenced)s::boolean = EXISTS (
    {kept_quiet}
    AND last.severity = ANY(quiet.severities)
    AND (last.state NOT IN ('resolved', 'lapsed')
      OR COALESCE(last.until, 'infinity') >= quiet.since)))
ORDER BY last.since DESC, alert.id DESC
LIMIT %(most)s
""")
ALERT_STEPS: Final = Steps(
    "alert_event",
    "alert",
    "version, what, reason, actor, at, made_at, state, severity, since, until, detail",
    event_of,
)


class KnownAlert(NamedTuple):
    """A case as it is now with the names it had, and what was known of its events, one at least."""

    listed: ListedAlert
    events: Sequence[AlertEvent]

    @property
    def case(self) -> Alert:
        return self.listed.alert


def page_of_alerts_known(
    session: Session,
    query: AlertQuery,
    plants: Sequence[int] | None,
    known: int,
    page: tuple[int, tuple[datetime, int] | None],
) -> list[KnownAlert]:
    """Cases that stood so below a position, of these plants (None: all), the latest beginning first.

    `page`: at most so many, behind (beginning as known, number). Raises psycopg.Error.
    """
    most, after = page
    values = {
        **query.values(),
        "known": str(known),
        "scope": None if plants is None else list(plants),
        "most": most,
        "after_since": None if after is None else after[0],
        "after_id": None if after is None else after[1],
    }
    statement = PAGE.format(
        columns=sql.SQL(COLUMNS),
        names=sql.SQL(NAMES),
        kept_quiet=sql.SQL(KEPT_QUIET),
        subjects=table_known("subject", known),
        devices=table_known("device", known),
        points=table_known("point", known),
        plants_known=table_known("plant", known),
        hidden=ALERT_STEPS.hidden("alert.id"),
    )
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    # Unprepared: what is not asked for costs nothing then.
    cursor.execute(statement, values, prepare=False)
    found = [
        ListedAlert(alert_of(row[:WIDTH]), *cast("tuple[str | None, ...]", row[WIDTH:-1]))
        for row in cursor.fetchall()
    ]
    events = known_steps(session, ALERT_STEPS, [one.alert.alert for one in found], known)
    return [KnownAlert(one, events[one.alert.alert]) for one in found]
