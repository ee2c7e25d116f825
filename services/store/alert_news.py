"""What is new to whoever raises cases: verdicts and findings that may open, close or change one.

Each source is read by an open cursor. It must not know what a case is made of.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Generic, LiteralString, NamedTuple, TypeVar, cast

from schemas.judgement import Period
from services.store.cursors import Cursor, Place, Reading, advanced
from services.store.session import Session

Row = TypeVar("Row")
AT_ONCE: Final = 20_000
"""So many rows of a source are looked at in one reading, and the rest of the last transaction."""
# What is not wrong matters only where a case lies over it: thousands of compliant hours cost a look
# into an index each.
VERDICTS = """
SELECT closed.position::text, new.id, new.position, new.point, new.subject, new.plant, new.period,
  new.start, new.limits, new.lacks
FROM (SELECT closed_position() AS position) AS closed
LEFT JOIN LATERAL (
  SELECT verdict.id, verdict.position::text, verdict.point, point.subject, subject.plant,
    verdict.period, verdict.start,
    near.limits OR verdict.outcome IN ('exceeding', 'exceeding_at_least', 'exemption_claimed')
      AS limits,
    verdict.period = 'hour' AND (near.lacks OR verdict.outcome IN ('no_data', 'invalid')) AS lacks
  FROM verdict
  JOIN point ON point.id = verdict.point
  JOIN subject ON subject.id = point.subject
  CROSS JOIN LATERAL (
    SELECT COALESCE(bool_or(alert.point = verdict.point), false) AS limits,
      COALESCE(bool_or(alert.kind = 'no_data'), false) AS lacks
    FROM alert
    WHERE alert.subject = point.subject AND alert.kind = ANY(%(kinds)s)
      AND alert.since < verdict.start + CASE verdict.period
        WHEN 'hour' THEN INTERVAL '1 hour' WHEN 'day' THEN INTERVAL '1 day'
        ELSE INTERVAL '31 days' END
      AND (alert.state IN ('pending', 'open', 'acknowledged')
        OR (alert.state = 'resolved' AND alert.until >= verdict.start))
  ) AS near
  WHERE verdict.position >= %(position)s::text::xid8
    AND (verdict.position > %(position)s::text::xid8 OR verdict.id > %(after)s)
    AND verdict.id <> ALL(%(seen)s::bigint[])
    AND (NOT %(waits)s OR verdict.position < closed.position)
    AND (%(upto)s::text IS NULL OR verdict.position < %(upto)s::text::xid8)
    AND verdict.period = ANY(%(periods)s)
    AND (
      verdict.outcome IN ('exceeding', 'exceeding_at_least', 'exemption_claimed')
      OR near.limits
      OR (verdict.period = 'hour' AND (near.lacks OR verdict.outcome IN ('no_data', 'invalid')))
    )
  ORDER BY verdict.position, verdict.id
  LIMIT %(most)s
) AS new ON true
"""
# From a row so far ahead on, the rest is left for later: a long history is not sorted again and again.
VERDICTS_AHEAD = """
SELECT (SELECT min(position) FROM verdict WHERE position > ahead.position)::text
FROM (
  SELECT position FROM verdict WHERE position >= %(position)s::text::xid8
  ORDER BY position OFFSET %(rows)s LIMIT 1
) AS ahead
WHERE ahead.position < closed_position()
"""
VERDICTS_OPEN = """
SELECT id FROM verdict WHERE id = ANY(%s::bigint[]) AND position >= %s::text::xid8
"""
FINDINGS = """
SELECT closed.position::text, new.id, new.position, new.rule, new.subject, new.point, new.plant,
  new.since, new.until, new.recorded_at
FROM (SELECT closed_position() AS position) AS closed
LEFT JOIN LATERAL (
  SELECT finding.id, finding.position::text, finding.rule, finding.subject, finding.point,
    subject.plant, finding.since, finding.until, finding.recorded_at
  FROM finding
  JOIN subject ON subject.id = finding.subject
  WHERE finding.position >= %(position)s::text::xid8
    AND (finding.position > %(position)s::text::xid8 OR finding.id > %(after)s)
    AND finding.id <> ALL(%(seen)s::bigint[])
    AND (NOT %(waits)s OR finding.position < closed.position)
    AND (%(upto)s::text IS NULL OR finding.position < %(upto)s::text::xid8)
    AND finding.rule = ANY(%(rules)s)
  ORDER BY finding.position, finding.id
  LIMIT %(most)s
) AS new ON true
"""
FINDINGS_AHEAD = """
SELECT (SELECT min(position) FROM finding WHERE position > ahead.position)::text
FROM (
  SELECT position FROM finding WHERE position >= %(position)s::text::xid8
  ORDER BY position OFFSET %(rows)s LIMIT 1
) AS ahead
WHERE ahead.position < closed_position()
"""
FINDINGS_OPEN = """
SELECT id FROM finding WHERE id = ANY(%s::bigint[]) AND position >= %s::text::xid8
"""


class NewVerdict(NamedTuple):
    """A verdict on a period of a point that may matter to cases of `limits`, or of what `lacks`."""

    point: int
    subject: int
    plant: int
    period: Period
    start: datetime
    limits: bool
    lacks: bool


class NewFinding(NamedTuple):
    """A finding that is new, changed or fell."""

    rule: str
    subject: int
    point: int | None
    plant: int
    since: datetime
    until: datetime | None
    recorded_at: datetime


class News(NamedTuple, Generic[Row]):
    """What was read, the cursor behind it, and whether there is more already."""

    rows: list[Row]
    cursor: Cursor
    more: bool


class _Queries(NamedTuple):
    """Of a source: what is new, from where on the rest is left for later, and what still lies open."""

    new: LiteralString
    ahead: LiteralString
    still_open: LiteralString


def new_verdicts(
    session: Session, cursor: Cursor, wanted: tuple[Sequence[Period], Sequence[str]], most: int
) -> News[NewVerdict]:
    """Up to `most` verdicts of these periods that are over a limit, lack data, or lie under a case.

    `wanted`: the periods, and the kinds of cases that are made of verdicts. Raises psycopg.Error.
    """
    periods, kinds = wanted
    values = {"periods": [one.value for one in periods], "kinds": list(kinds), "most": most}
    queries = _Queries(VERDICTS, VERDICTS_AHEAD, VERDICTS_OPEN)
    rows, moved, more = _read(session, cursor, queries, values)
    found = [NewVerdict._make((*row[:3], Period(cast("str", row[3])), *row[4:])) for row in rows]
    return News(found, moved, more)


def new_findings(
    session: Session, cursor: Cursor, rules: Sequence[str], most: int
) -> News[NewFinding]:
    """Up to `most` findings by these rules. Raises psycopg.Error."""
    queries = _Queries(FINDINGS, FINDINGS_AHEAD, FINDINGS_OPEN)
    rows, moved, more = _read(session, cursor, queries, {"rules": list(rules), "most": most})
    return News([NewFinding._make(row) for row in rows], moved, more)


def _read(
    session: Session, cursor: Cursor, queries: _Queries, values: Mapping[str, object]
) -> News[tuple[object, ...]]:
    """The rows without their first three columns."""
    ahead = session.execute(
        queries.ahead, {"position": str(cursor.position), "rows": AT_ONCE}, prepare=False
    ).fetchone()
    upto = cast("str | None", ahead[0]) if ahead else None
    asked = {**cursor.values(), **values, "upto": upto}
    # Unprepared: planned for what is left of the history.
    rows = session.cursor(binary=True).execute(queries.new, asked, prepare=False).fetchall()
    found = [row for row in rows if row[1] is not None]
    closed = int(cast("str", rows[0][0]))
    places = [Place(int(cast("str", row[2])), cast("int", row[1])) for row in found]
    full = len(found) >= cast("int", values["most"])
    reading = Reading(places, closed if upto is None else min(closed, int(upto)), full)
    kept: list[int] = []
    if cursor.seen and not reading.partly_closed:
        named = (list(cursor.seen), str(reading.closed))
        stays = session.execute(queries.still_open, named).fetchall()
        kept = [cast("int", row[0]) for row in stays]
    moved = advanced(cursor, reading, kept)
    return News([row[3:] for row in found], moved, full or upto is not None)
