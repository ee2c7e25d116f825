"""The newest verdicts of many outlets at once, and what is active about them: for a look at now.

Each point costs a look into the verdicts' key within a bounded time, so that old chunks are never
opened. It must not know what is made of them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Final, LiteralString, NamedTuple, cast

from services.store.session import Session
from services.store.status_then import NOW, of_registry

FEW: Final = 30
"""Up to so many plants are looked up by their points and cases."""
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


class Newest(NamedTuple):
    """Of which plants (None: all), as of which moment; periods that began at or after these.

    `known`: as known below this position. `past`: the moment is over, and only what had ended by then
    counts as judged, only cases that were open then. `registered`: as registered below this position;
    None: as registered now.
    """

    plants: Sequence[int] | None
    until: datetime
    hours_from: datetime
    days_from: datetime
    known: int
    past: bool = False
    registered: int | None = None

    def begun_before(self, length: timedelta) -> datetime:
        """Periods so long that count began before: of a past moment those that had ended."""
        return self.until - length + datetime.resolution if self.past else self.until

    def values(self) -> dict[str, object]:
        return {
            "plants": None if self.plants is None else list(self.plants),
            "until": self.until,
            "hours_until": self.begun_before(HOUR),
            "days_until": self.begun_before(DAY),
            "hours_from": self.hours_from,
            "days_from": self.days_from,
            "known": str(self.known),
        }


class NewestVerdict(NamedTuple):
    """A verdict of the newest hour judged of a point; where it has none, of its newest day."""

    subject: int
    point: int
    limit: int
    id: int
    period: str
    start: datetime
    stage: str
    outcome: str
    sure: bool


class LiveFinding(NamedTuple):
    """A standing finding about the hour that runs."""

    id: int
    subject: int
    point: int | None
    rule: str
    since: datetime
    sure: bool


class PlacedOutlet(NamedTuple):
    """An outlet with its plant; `limited`: a limit was ever assigned to one of its points."""

    plant: int
    plant_code: str
    plant_name: str
    region: str
    subject: int
    code: str
    name: str
    medium: str
    limited: bool


# One look into the key gives the newest rows of a point, mostly those of its newest hour and some
# before. Where all of them are of one hour there may be more, and that hour is read again.
VERDICTS: LiteralString = """
WITH limited AS MATERIALIZED (
  SELECT point.id, point.subject
  FROM {point} AS point JOIN {subject} AS subject ON subject.id = point.subject
  WHERE (%(plants)s::integer[] IS NULL OR subject.plant = ANY(%(plants)s::integer[]))
    AND (%(subjects)s::integer[] IS NULL OR subject.id = ANY(%(subjects)s::integer[]))
    AND EXISTS (SELECT FROM limit_version WHERE limit_version.point = point.id)
), top AS MATERIALIZED (
  SELECT limited.id AS point, limited.subject, one.* FROM limited CROSS JOIN LATERAL (
    SELECT limit_key, id, start, stage, outcome, sure, position FROM verdict
    WHERE point = limited.id AND period = 'hour' AND start >= %(hours_from)s
      AND start < %(hours_until)s AND position < %(known)s::text::xid8
    ORDER BY start DESC LIMIT 4) AS one
), newest AS MATERIALIZED (
  SELECT point, subject, max(start) AS start, count(*) = 4 AND min(start) = max(start) AS more
  FROM top GROUP BY point, subject
), again AS MATERIALIZED (
  SELECT point, subject, 'hour'::text AS period, start FROM newest WHERE more
  UNION ALL
  SELECT limited.id, limited.subject, 'day', found.start FROM limited CROSS JOIN LATERAL (
    SELECT start FROM verdict
    WHERE point = limited.id AND period = 'day' AND start >= %(days_from)s
      AND start < %(days_until)s AND position < %(known)s::text::xid8
    ORDER BY start DESC LIMIT 1) AS found
  WHERE NOT EXISTS (SELECT FROM newest WHERE newest.point = limited.id)
)
(
  SELECT DISTINCT ON (top.point, top.limit_key) top.subject, top.point, top.limit_key, top.id,
    'hour'::text, top.start, top.stage, top.outcome, top.sure
  FROM top JOIN newest ON newest.point = top.point AND newest.start = top.start
  WHERE NOT newest.more
  ORDER BY top.point, top.limit_key, top.position DESC, top.id DESC
)
UNION ALL
SELECT again.subject, again.point, one.limit_key, one.id, again.period, again.start, one.stage,
  one.outcome, one.sure
FROM again CROSS JOIN LATERAL (
  SELECT DISTINCT ON (limit_key) limit_key, id, stage, outcome, sure FROM verdict
  WHERE point = again.point AND period = again.period AND start = again.start
    AND start >= %(days_from)s AND start < %(until)s AND position < %(known)s::text::xid8
  ORDER BY limit_key, verdict.position DESC, id DESC) AS one
"""
# The same first look alone, which nearly always is enough: a statement of three looks takes longer to
# plan than this one takes in all.
FIRST_LOOK = """
SELECT point.subject, point.id, one.limit_key, one.id, 'hour'::text, one.start, one.stage,
  one.outcome, one.sure
FROM point LEFT JOIN LATERAL (
  SELECT limit_key, id, start, stage, outcome, sure, position FROM verdict
  WHERE point = point.id AND period = 'hour' AND start >= %(hours_from)s
    AND start < %(hours_until)s AND position < %(known)s::text::xid8
  ORDER BY start DESC LIMIT 4) AS one ON true
WHERE point.subject = ANY(%(subjects)s::integer[])
  AND EXISTS (SELECT FROM limit_version WHERE limit_version.point = point.id)
ORDER BY point.id, one.limit_key, one.position DESC, one.id DESC
"""
LOOK: Final = 4
"""So many rows of a point a first look takes."""
LIVE = """
SELECT id, subject, point, rule, since, sure FROM (
  SELECT DISTINCT ON (finding.subject, rule, since, point) finding.id, finding.subject, point, rule,
    since, until, sure, standing
  FROM finding JOIN subject ON subject.id = finding.subject
  WHERE rule IN ('prewarning', 'over_limit_now') AND since >= %(live_from)s AND since < %(until)s
    AND (%(plants)s::integer[] IS NULL OR subject.plant = ANY(%(plants)s::integer[]))
    AND finding.position < %(known)s::text::xid8
  ORDER BY finding.subject, rule, since, point, finding.position DESC, finding.id DESC
) AS believed
WHERE standing AND (until IS NULL OR until > %(until)s)
"""
OUTLETS: LiteralString = """
SELECT plant.id, plant.code, plant.name, plant.region, subject.id, subject.code, subject.name,
  outlet.medium, EXISTS (SELECT FROM {point} AS point
    JOIN {limit_version} AS limit_version ON limit_version.point = point.id
    WHERE point.subject = subject.id)
FROM {subject} AS subject JOIN {outlet} AS outlet ON outlet.id = subject.id
JOIN {plant} AS plant ON plant.id = subject.plant
WHERE outlet.role = 'discharge' AND (outlet.merged_at IS NULL OR outlet.merged_at > %(until)s)
  AND (%(plants)s::integer[] IS NULL OR subject.plant = ANY(%(plants)s::integer[]))
ORDER BY plant.code COLLATE "C", subject.code COLLATE "C"
"""
VERDICTS_NOW = VERDICTS.format(**NOW)
OUTLETS_NOW = OUTLETS.format(**NOW)


def newest_verdicts(
    session: Session, newest: Newest, subjects: Sequence[int] | None = None
) -> list[NewestVerdict]:
    """The verdicts of each limited point's newest hour (else day), of these subjects (None: all).

    Raises psycopg.Error.
    """
    values = newest.values() | {"subjects": None if subjects is None else list(subjects)}
    cursor = session.cursor(binary=True)
    # Unprepared: planned for its own times, so that chunks are left out.
    if subjects is not None and newest.registered is None:
        cursor.execute(FIRST_LOOK, values, prepare=False)
        seen = _all_seen(cursor.fetchall())
        if seen is not None:
            return seen
    then = newest.registered
    cursor.execute(
        VERDICTS_NOW if then is None else of_registry(VERDICTS, then), values, prepare=False
    )
    return [NewestVerdict._make(row) for row in cursor.fetchall()]


def _all_seen(rows: Sequence[tuple[object, ...]]) -> list[NewestVerdict] | None:
    """The newest hour of each point; None where the first look does not show all of one."""
    found: list[NewestVerdict] = []
    for _, some in groupby(rows, key=itemgetter(1)):
        seen = [NewestVerdict._make(row) for row in some if row[3] is not None]
        hours = {one.start for one in seen}
        # None, or so many of one hour that there may be more of it.
        if not seen or (len(seen) == LOOK and len(hours) == 1):
            return None
        last = [one for one in seen if one.start == max(hours)]
        found += [next(same) for _, same in groupby(last, key=attrgetter("limit"))]
    return found


def live_findings(session: Session, newest: Newest, live_from: datetime) -> list[LiveFinding]:
    """What stands of the running hour, begun since `live_from`. Raises psycopg.Error."""
    values = newest.values() | {"live_from": live_from}
    rows = session.execute(LIVE, values).fetchall()
    return [LiveFinding._make(row) for row in rows]


def placed_outlets(session: Session, newest: Newest) -> list[PlacedOutlet]:
    """The discharge outlets of the plants, by plant and code. Raises psycopg.Error."""
    then = newest.registered
    query = OUTLETS_NOW if then is None else of_registry(OUTLETS, then)
    rows = session.execute(query, newest.values()).fetchall()
    return [PlacedOutlet._make(cast("tuple[object, ...]", row)) for row in rows]
