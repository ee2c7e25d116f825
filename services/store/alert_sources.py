"""What is believed around a case: verdicts of points and findings about subjects, each in a window.

Many windows cost one statement. It must not know what makes a case.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import LiteralString, NamedTuple, cast

import orjson
from psycopg.types.json import set_json_loads

from schemas.judgement import Outcome, Period, Stage
from services.store.session import Session

# `first` and `last` bound all windows, so that chunks are left out; the evidence of what is within
# its limit is not asked for.
VERDICTS = """
SELECT asked.point, believed.start, believed.limit_key, believed.limit_version, believed.stage,
  believed.outcome, believed.value, believed.multiple, believed.sure, believed.why, believed.id,
  believed.evidence
FROM unnest(%(keys)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
  AS asked (point, since, until)
CROSS JOIN LATERAL (
  SELECT DISTINCT ON (start, limit_key) start, limit_key, limit_version, stage, outcome, value,
    multiple, sure, why, id,
    CASE WHEN outcome NOT IN ('compliant', 'stopped', 'exempt') THEN evidence END AS evidence
  FROM verdict
  WHERE verdict.point = asked.point AND verdict.period = %(period)s
    AND verdict.start >= asked.since AND verdict.start < asked.until
    AND verdict.start >= %(first)s AND verdict.start < %(last)s
  ORDER BY start, limit_key, verdict.position DESC, verdict.id DESC
) AS believed
ORDER BY asked.point, believed.start, believed.limit_key
"""
# An episode is its rule, subject, point and beginning; where it ends is part of the belief.
FINDINGS = """
SELECT asked.subject, believed.rule, believed.point, believed.since, believed.until, believed.stage,
  believed.zh, believed.en, believed.clause, believed.sure, believed.id, believed.evidence
FROM unnest(%(keys)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
  AS asked (subject, since, until)
CROSS JOIN LATERAL (
  SELECT DISTINCT ON (rule, since, point) rule, point, since, until, stage, zh, en, clause, sure, id,
    evidence, standing
  FROM finding
  WHERE finding.subject = asked.subject AND finding.rule = ANY(%(rules)s)
    AND finding.since < asked.until
  ORDER BY rule, since, point, finding.position DESC, finding.id DESC
) AS believed
WHERE believed.standing AND (believed.until IS NULL OR believed.until > asked.since)
ORDER BY asked.subject, believed.since, believed.rule, believed.id
"""
# Through the index of what is over; a newer row may have taken it back.
OVER = """
SELECT asked.place, verdict.start
FROM unnest(%(keys)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[])
  WITH ORDINALITY AS asked (point, since, until, place)
JOIN verdict ON verdict.point = asked.point AND verdict.period = %(period)s
  AND verdict.outcome IN ('exceeding', 'exceeding_at_least')
  AND verdict.start >= asked.since AND verdict.start < asked.until
  AND verdict.start >= %(first)s AND verdict.start < %(last)s
WHERE NOT EXISTS (
  SELECT FROM verdict AS newer
  WHERE newer.point = verdict.point AND newer.period = verdict.period
    AND newer.start = verdict.start AND newer.limit_key = verdict.limit_key
    AND (newer.position, newer.id) > (verdict.position, verdict.id)
)
GROUP BY asked.place, verdict.start
ORDER BY asked.place, verdict.start
"""
POINTS = "SELECT subject, id FROM point WHERE subject = ANY(%s) ORDER BY subject, id"


class Asked(NamedTuple):
    """Of a point (of findings: a subject), what begins in [since, until)."""

    key: int
    since: datetime
    until: datetime


class SeenVerdict(NamedTuple):
    """A believed verdict; `evidence` None where nothing is over and nothing lacks."""

    point: int
    start: datetime
    limit: int
    version: int
    stage: Stage
    outcome: Outcome
    value: Decimal | None
    multiple: Decimal | None
    sure: bool
    why: str
    id: int
    evidence: Mapping[str, object] | None


class SeenFinding(NamedTuple):
    """A finding that stands."""

    subject: int
    rule: str
    point: int | None
    since: datetime
    until: datetime | None
    stage: Stage
    zh: str
    en: str
    clause: str
    sure: bool
    id: int
    evidence: Mapping[str, object]


def seen_verdicts(
    session: Session, asked: Sequence[Asked], period: Period
) -> dict[int, list[SeenVerdict]]:
    """The believed verdicts by point, in order of time. Raises psycopg.Error."""
    found: dict[int, list[SeenVerdict]] = {}
    for row in _rows(session, VERDICTS, asked, {"period": period.value}):
        one = SeenVerdict._make(row)
        one = one._replace(stage=Stage(one.stage), outcome=Outcome(one.outcome))
        found.setdefault(one.point, []).append(one)
    return found


def seen_findings(
    session: Session, asked: Sequence[Asked], rules: Sequence[str]
) -> dict[int, list[SeenFinding]]:
    """What stands by these rules, by subject, in order of time. Raises psycopg.Error."""
    found: dict[int, list[SeenFinding]] = {}
    for row in _rows(session, FINDINGS, asked, {"rules": list(rules)}):
        one = SeenFinding._make(row)
        found.setdefault(one.subject, []).append(one._replace(stage=Stage(one.stage)))
    return found


def exceeding_starts(
    session: Session, asked: Sequence[Asked], period: Period
) -> list[list[datetime]]:
    """For each one asked, when the periods begin that exceed a limit. Raises psycopg.Error."""
    found: list[list[datetime]] = [[] for _ in asked]
    for row in _rows(session, OVER, asked, {"period": period.value}):
        place, start = cast("tuple[int, datetime]", row)
        found[place - 1].append(start)
    return found


def points_of(session: Session, subjects: Sequence[int]) -> dict[int, list[int]]:
    """All points of subjects. Raises psycopg.Error."""
    found: dict[int, list[int]] = {subject: [] for subject in subjects}
    for subject, point in session.execute(POINTS, (list(subjects),)).fetchall():
        found[cast("int", subject)].append(cast("int", point))
    return found


def _rows(
    session: Session, query: LiteralString, asked: Sequence[Asked], more: Mapping[str, object]
) -> list[tuple[object, ...]]:
    if not asked:
        return []
    keys, since, until = zip(*asked, strict=True)
    values = {
        "keys": list(keys),
        "since": list(since),
        "until": list(until),
        "first": min(since),
        "last": max(until) + timedelta(microseconds=1),
        **more,
    }
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(query, values, prepare=False)
    return cursor.fetchall()
