"""The cases that are open about many plants, now, as known below a position, or at a moment that is over.

It must not know what is made of them.
"""

from datetime import datetime
from typing import LiteralString, NamedTuple

from services.store.session import Session
from services.store.status_newest import FEW, Newest


class ActiveCase(NamedTuple):
    """An open or acknowledged case about a plant (subject None) or one of its subjects.

    `until` None: what it is about goes on.
    """

    id: int
    plant: int
    subject: int | None
    point: int | None
    kind: str
    state: str
    severity: str
    sure: bool
    since: datetime
    until: datetime | None = None


# How a case stood below a position: as it stands, unless something happened to it since. What rests
# on a step that is not known is not known either.
CASES_STOOD: LiteralString = """
WITH later AS MATERIALIZED (
  SELECT alert, min(version) AS version FROM ({later}) AS event GROUP BY alert
), stood AS (
  SELECT id, state, severity, since, until, sure FROM alert
  WHERE state IN ('open', 'acknowledged') AND id NOT IN (SELECT alert FROM later)
  UNION ALL
  SELECT later.alert, last.state, last.severity, last.since, last.until, (
    SELECT (detail ->> 'sure')::boolean FROM alert_event AS told
    WHERE told.alert = later.alert AND told.version <= last.version AND told.detail ? 'sure'
    ORDER BY told.version DESC LIMIT 1)
  FROM later CROSS JOIN LATERAL (
    SELECT state, severity, since, until, version FROM alert_event AS one
    WHERE one.alert = later.alert AND one.version < later.version
    ORDER BY one.version DESC LIMIT 1) AS last
  WHERE last.state IN ('open', 'acknowledged')
)
SELECT alert.id, COALESCE(alert.plant, subject.plant), alert.subject, alert.point, alert.kind,
  stood.state, stood.severity, COALESCE(stood.sure, alert.sure), stood.since, stood.until
FROM stood JOIN alert ON alert.id = stood.id LEFT JOIN subject ON subject.id = alert.subject
WHERE COALESCE(alert.plant, subject.plant) IS NOT NULL{begun}
  AND (%(plants)s::integer[] IS NULL
    OR COALESCE(alert.plant, subject.plant) = ANY(%(plants)s::integer[]))
ORDER BY stood.since, alert.id
"""
LATER: LiteralString = """
  SELECT alert, version FROM alert_event WHERE position >= %(known)s::text::xid8
"""
# Of a moment that is over: what happened since plays no part, known though it may be.
LATER_PAST: LiteralString = """
  SELECT alert, version FROM alert_event WHERE position >= %(known)s::text::xid8
  UNION ALL SELECT alert, version FROM alert_event WHERE made_at > %(until)s::timestamptz
"""
# Of few plants by their own cases: much may have happened elsewhere.
LATER_OF_FEW: LiteralString = """
  SELECT event.alert, event.version FROM alert JOIN alert_event AS event ON event.alert = alert.id
  WHERE (alert.plant = ANY(%(plants)s::integer[]) OR alert.subject = ANY(ARRAY(
      SELECT id FROM subject WHERE plant = ANY(%(plants)s::integer[]))))
    AND (event.position >= %(known)s::text::xid8 OR event.made_at > %(until)s::timestamptz)
"""
BEGUN: LiteralString = " AND stood.since <= %(until)s"
CASES = CASES_STOOD.format(later=LATER, begun="")
CASES_PAST = CASES_STOOD.format(later=LATER_PAST, begun=BEGUN)
CASES_PAST_OF_FEW = CASES_STOOD.format(later=LATER_OF_FEW, begun=BEGUN)


def active_cases(session: Session, newest: Newest) -> list[ActiveCase]:
    """What was open or acknowledged below the position, by its beginning. Raises psycopg.Error."""
    query = CASES
    if newest.past:
        few = newest.plants is not None and len(newest.plants) <= FEW
        query = CASES_PAST_OF_FEW if few else CASES_PAST
    rows = session.execute(query, newest.values()).fetchall()
    return [ActiveCase._make(row) for row in rows]
