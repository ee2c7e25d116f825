"""The believed means and verdicts of one point in the order of time, a piece at a time, without evidence.

A year of hours is 8,760 rows: what each rests on is asked for one by one. It must not know how they
are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import LiteralString, NamedTuple

import orjson
from psycopg.types.json import set_json_loads

from schemas.judgement import Outcome, Period
from services.store.in_turns import in_turns
from services.store.session import Session


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Of a point, periods that begin in [since, until), as known below a position."""

    point: int
    period: Period
    since: datetime
    until: datetime
    known: int

    def values(self) -> dict[str, object]:
        return {
            "point": self.point,
            "period": self.period.value,
            "since": self.since,
            "until": self.until,
            "known": str(self.known),
        }


class MeanLine(NamedTuple):
    """A believed mean; `converted` by reference oxygen (its text), as text. `mass` in kg."""

    start: datetime
    stage: str
    source: str
    value: float | None
    converted: Mapping[str, str]
    valid_s: int
    due_s: int
    valid: bool
    at_least: bool
    mass: float | None
    id: int
    position: str
    rules: str


class VerdictLine(NamedTuple):
    """A believed verdict of a limit."""

    start: datetime
    limit: int
    limit_version: int
    stage: str
    outcome: str
    value: Decimal | None
    multiple: Decimal | None
    sure: bool
    doubts: Sequence[str]
    why: str
    id: int
    position: str
    rules: str


class OutcomeCount(NamedTuple):
    """How many believed periods of a point's limits came out so; the latest of them by its number."""

    point: int
    limit: int
    outcome: str
    periods: int
    provisional: int
    unsure: int
    latest: int


# A sentence of its own for the key, so that the next piece begins where the last ended.
MEANS = """
SELECT DISTINCT ON (start) start, stage, source, value::float8, converted, valid_s, due_s, valid,
  at_least, mass::float8, id, position::text, rules
FROM mean
WHERE point = %(point)s AND period = %(period)s AND start >= %(since)s AND start < %(until)s
  AND position < %(known)s::text::xid8
ORDER BY start, mean.position DESC, id DESC
LIMIT %(most)s
"""
VERDICTS: LiteralString = """
SELECT start, limit_key, limit_version, stage, outcome, value, multiple, sure, doubts, why, id,
  position, rules
FROM (
  SELECT DISTINCT ON (start, limit_key) start, limit_key, limit_version, stage, outcome, value,
    multiple, sure, doubts, why, id, position::text, rules
  FROM verdict
  WHERE point = %(point)s AND period = %(period)s AND start >= %(since)s AND start < %(until)s
    AND (start, limit_key) > (%(after_start)s, %(after_limit)s)
    AND position < %(known)s::text::xid8
  ORDER BY start, limit_key, verdict.position DESC, id DESC
) AS believed
WHERE (%(outcomes)s::text[] IS NULL OR outcome = ANY(%(outcomes)s::text[]))
ORDER BY start, limit_key
LIMIT %(most)s
"""
COUNTS = """
SELECT point, limit_key, outcome, count(*)::integer,
  (count(*) FILTER (WHERE stage = 'provisional'))::integer,
  (count(*) FILTER (WHERE NOT sure))::integer, (array_agg(id ORDER BY start DESC))[1]
FROM (
  SELECT DISTINCT ON (point, start, limit_key) point, limit_key, start, outcome, stage, sure, id
  FROM verdict
  WHERE point = ANY(%(points)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
    AND position < %(known)s::text::xid8
  ORDER BY point, start, limit_key, verdict.position DESC, id DESC
) AS believed
GROUP BY point, limit_key, outcome
ORDER BY point, limit_key, outcome COLLATE "C"
"""


def read_mean_lines(
    session: Session, asked: Beliefs, most: int, after: datetime | None = None
) -> list[MeanLine]:
    """At most `most` means that begin behind `after`, by their beginning. Raises psycopg.Error."""
    values = asked.values() | {"most": most}
    if after is not None:
        values["since"] = max(asked.since, after + datetime.resolution)
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(MEANS, values, prepare=False)
    return [MeanLine._make(row) for row in in_turns(cursor)]


def read_verdict_lines(
    session: Session,
    asked: Beliefs,
    most: int,
    after: tuple[datetime, int] | None = None,
    outcomes: Sequence[Outcome] | None = None,
) -> list[VerdictLine]:
    """At most `most` verdicts behind (beginning, limit), in this order. Raises psycopg.Error."""
    start, limit = (asked.since, -1) if after is None else after
    values = asked.values() | {
        "since": max(asked.since, start),
        "after_start": start,
        "after_limit": limit,
        "outcomes": None if outcomes is None else [one.value for one in outcomes],
        "most": most,
    }
    cursor = session.cursor(binary=True)
    cursor.execute(VERDICTS, values, prepare=False)
    return [VerdictLine._make(row) for row in in_turns(cursor)]


def count_outcomes(session: Session, points: Sequence[int], asked: Beliefs) -> list[OutcomeCount]:
    """How the periods of these points came out, by limit; the point asked for does not count.

    Raises psycopg.Error.
    """
    cursor = session.cursor(binary=True)
    cursor.execute(COUNTS, asked.values() | {"points": list(points)}, prepare=False)
    return [OutcomeCount._make(row) for row in cursor.fetchall()]
