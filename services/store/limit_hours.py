"""Hours to be judged anew because a limit or a setting is another now, and the verdicts they have.

An hour is marked where it has been judged, waits to be judged, or is being judged while we look: its
judge's transaction is not to be seen, but the work that it has taken still is.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

import psycopg
from psycopg import sql

from schemas.judgement import Outcome, Period, Stage
from schemas.stored_verdict import StoredVerdict

PointSpan = tuple[int, datetime | None, datetime | None]
"""A point, and the interval in which something is another for it; None is open."""

HOUR = timedelta(hours=1)
HOURS = sql.SQL("""
WITH changed AS MATERIALIZED (
  SELECT changed.point, changed.since - INTERVAL '1 hour' AS after, changed.until,
    point.subject, subject.plant
  FROM unnest(%(points)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
    AS changed (point, since, until)
  JOIN point ON point.id = changed.point JOIN subject ON subject.id = point.subject
), hours AS (
  SELECT changed.subject, mean.start AS hour FROM changed JOIN mean ON mean.point = changed.point
    AND mean.start > changed.after AND mean.start < changed.until
  WHERE mean.start > %(first)s::timestamptz AND mean.start < %(last)s::timestamptz
  UNION
  SELECT changed.subject, verdict.start FROM changed JOIN verdict ON verdict.point = changed.point
    AND verdict.start > changed.after AND verdict.start < changed.until
  WHERE verdict.start > %(first)s::timestamptz AND verdict.start < %(last)s::timestamptz
  UNION
  SELECT touched.subject, touched.hour FROM changed JOIN touched
    ON touched.subject = changed.subject
    AND touched.hour > changed.after AND touched.hour < changed.until
  UNION
  SELECT changed.subject, due.hour FROM changed JOIN judging ON judging.plant = changed.plant,
    generate_series(judging.next_hour, GREATEST(clock_timestamp(), %(now)s::timestamptz),
      INTERVAL '1 hour') AS due (hour)
  WHERE due.hour > changed.after AND due.hour < changed.until
), whole AS (
  SELECT DISTINCT subject,
    date_bin(INTERVAL '1 hour', hour, TIMESTAMPTZ '2000-01-01 00:00:00+00') AS hour
  FROM hours
)
""")
# A limit is no batch's news.
TOUCH = HOURS + sql.SQL(
    "INSERT INTO touched (subject, hour, batch) SELECT subject, hour, 0 FROM whole"
)
COUNT = HOURS + sql.SQL("SELECT count(*) FROM whole WHERE hour <= %(now)s::timestamptz")
VERDICTS = """
SELECT DISTINCT ON (period, start) period, start, stage, outcome, value, version
FROM (
  SELECT period, start, stage, outcome, value, limit_version AS version, position, id FROM verdict
  WHERE point = %(point)s AND limit_key = %(limit)s
    AND start >= %(since)s::timestamptz AND start < %(until)s::timestamptz
) AS verdict
ORDER BY period, start, position DESC, id DESC
"""


Row = tuple[str, datetime, str, str, Decimal | None, int]


def touch_hours(connection: psycopg.Connection, spans: Iterable[PointSpan]) -> None:
    """Mark the hours of the points' subjects within the intervals, once each.

    Raises psycopg.Error.
    """
    if real := list(spans):
        connection.execute(TOUCH, {**_values(real), "now": None})


def hours_to_touch(
    connection: psycopg.Connection, spans: Iterable[PointSpan], now: datetime
) -> int:
    """How many hours of subjects that would mark, of those that have begun by the caller's `now`.

    Raises psycopg.Error.
    """
    real = list(spans)
    if not real:
        return 0
    row = connection.execute(COUNT, {**_values(real), "now": now}).fetchone()
    return cast("int", row[0]) if row else 0


def believed_verdicts(
    connection: psycopg.Connection, limit: int, span: PointSpan
) -> list[StoredVerdict]:
    """The verdicts of a limit on periods that begin in the interval. Raises psycopg.Error."""
    point, since, until = span
    rows = connection.execute(
        VERDICTS,
        {
            "point": point,
            "limit": limit,
            "since": since or "-infinity",
            "until": until or "infinity",
        },
    ).fetchall()
    return [_verdict(row) for row in rows]


def _verdict(row: tuple[object, ...]) -> StoredVerdict:
    period, start, stage, outcome, value, version = cast("Row", row)
    return StoredVerdict(Period(period), start, Stage(stage), Outcome(outcome), value, version)


def _values(spans: Sequence[PointSpan]) -> dict[str, object]:
    """The outer bounds are constants, by which the planner leaves chunks out."""
    begins = [since for _, since, _ in spans if since is not None]
    ends = [until for _, _, until in spans if until is not None]
    whole_past, whole_future = len(begins) < len(spans), len(ends) < len(spans)
    return {
        "points": [point for point, _, _ in spans],
        "since": [str(since or "-infinity") for _, since, _ in spans],
        "until": [str(until or "infinity") for _, _, until in spans],
        "first": "-infinity" if whole_past else min(begins) - HOUR,
        "last": "infinity" if whole_future else max(ends),
    }
