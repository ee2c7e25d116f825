"""The numbers of a plant's day for a look at it: newest verdicts, the hours' means, what went over.

Without evidence, for many points at once. It must not know how they are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson
from psycopg.types.json import set_json_loads

from schemas.judgement import Period
from services.store.session import Session


@dataclass(frozen=True, slots=True)
class DayAsked:
    """Of these points, periods that begin in [since, until), as known below a position."""

    points: Sequence[int]
    since: datetime
    until: datetime
    known: int

    def values(self, period: Period) -> dict[str, object]:
        return {
            "points": list(self.points),
            "period": period.value,
            "since": self.since,
            "until": self.until,
            "known": str(self.known),
        }


class VerdictNumber(NamedTuple):
    """The newest verdict of a limit with its number; `multiple` 超标倍数."""

    point: int
    limit: int
    id: int
    period: str
    start: datetime
    stage: str
    outcome: str
    sure: bool
    value: float | None
    multiple: float | None


class HourMean(NamedTuple):
    """An hour's mean; `converted` by reference oxygen (its text), as text."""

    point: int
    start: datetime
    stage: str
    value: float | None
    converted: Mapping[str, str]
    valid: bool


class Exceeded(NamedTuple):
    """The beginnings of the periods in which a point was over a limit."""

    point: int
    starts: Sequence[datetime]


NUMBERS = """
SELECT DISTINCT ON (point, limit_key) point, limit_key, id, period, start, stage, outcome, sure,
  value::float8, multiple::float8
FROM verdict
WHERE point = ANY(%(points)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
  AND position < %(known)s::text::xid8
ORDER BY point, limit_key, start DESC, verdict.position DESC, id DESC
"""
MEANS = """
SELECT DISTINCT ON (point, start) point, start, stage, value::float8, converted, valid
FROM mean
WHERE point = ANY(%(points)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
  AND position < %(known)s::text::xid8
ORDER BY point, start, mean.position DESC, id DESC
"""
# Of the rows that said "exceeding" once, those that nothing newer has replaced.
OVER = """
SELECT point, array_agg(DISTINCT start) FROM verdict AS one
WHERE point = ANY(%(points)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
  AND outcome IN ('exceeding', 'exceeding_at_least') AND position < %(known)s::text::xid8
  AND NOT EXISTS (SELECT FROM verdict AS newer WHERE newer.point = one.point
    AND newer.period = %(period)s AND newer.start = one.start AND newer.limit_key = one.limit_key
    AND newer.start >= %(since)s AND newer.start < %(until)s
    AND (newer.position, newer.id) > (one.position, one.id)
    AND newer.position < %(known)s::text::xid8)
GROUP BY point
"""


def newest_numbers(session: Session, asked: DayAsked, period: Period) -> list[VerdictNumber]:
    """Of each limit of the points the verdict of its newest period. Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(NUMBERS, asked.values(period), prepare=False)
    return [VerdictNumber._make(row) for row in cursor.fetchall()]


def hour_means(session: Session, asked: DayAsked) -> list[HourMean]:
    """The believed means of the hours, by point and hour. Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    cursor.execute(MEANS, asked.values(Period.HOUR), prepare=False)
    return [HourMean._make(row) for row in cursor.fetchall()]


def exceeded_periods(session: Session, asked: DayAsked, period: Period) -> list[Exceeded]:
    """The points that went over a limit, and when. Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    cursor.execute(OVER, asked.values(period), prepare=False)
    return [Exceeded._make(row) for row in cursor.fetchall()]
