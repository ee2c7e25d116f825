"""All that was ever believed of one mark, and of one finding, as known below a position.

What there is of limits, results and settings is read by their own files. It must not know how it is
shown.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple, cast

import orjson
from psycopg.types.json import set_json_loads

from schemas.marks import Mark
from services.store.marks import mark_of
from services.store.session import Session

MARK = """
SELECT mark_key, id, kind, subject, point, lower(during), upper(during), origin, planned,
  entered_at, actor, evidence, review, reviewer, reason, position::text, withdrawn, recorded_at
FROM mark WHERE mark_key = %(mark)s AND position < %(known)s::text::xid8
ORDER BY mark.position, id
"""
# Of a finding each row is a belief: those of one rule, place and beginning follow one another.
FINDING = """
SELECT other.id, other.rule, subject.code, point.side || '/' || point.code, other.since, other.until,
  other.stage, other.standing, other.zh, other.en, other.clause, other.sure, other.doubts,
  other.evidence, other.rules, other.recorded_at, other.position::text
FROM finding AS one
JOIN finding AS other ON other.subject = one.subject AND other.rule = one.rule
  AND other.since = one.since AND other.point IS NOT DISTINCT FROM one.point
JOIN subject ON subject.id = other.subject
LEFT JOIN point ON point.id = other.point
WHERE one.id = %(finding)s AND other.position < %(known)s::text::xid8
ORDER BY other.position, other.id
"""
PAGE = """
SELECT believed.id, rule, subject.code, point.side || '/' || point.code, since, until, stage,
  standing, zh, en, clause, sure, doubts, evidence, rules, recorded_at, believed.position::text
FROM (
  SELECT DISTINCT ON (subject, rule, since, point) * FROM finding
  WHERE subject = ANY(%(subjects)s) AND since < %(until)s
    AND (%(named)s::text[] IS NULL OR rule = ANY(%(named)s::text[]))
    AND position < %(known)s::text::xid8
  ORDER BY subject, rule, since, point, position DESC, id DESC
) AS believed
JOIN subject ON subject.id = believed.subject
LEFT JOIN point ON point.id = believed.point
WHERE (standing OR %(fallen)s) AND (until IS NULL OR until > %(from)s)
  AND (%(after_id)s::bigint IS NULL
    OR (since, believed.id) > (%(after_at)s::timestamptz, %(after_id)s::bigint))
ORDER BY since, believed.id
LIMIT %(most)s
"""


class MarkVersion(NamedTuple):
    """A belief about a mark."""

    mark: Mark
    withdrawn: bool
    recorded_at: datetime


class FindingVersion(NamedTuple):
    """A belief about a finding; `point` as side/code."""

    id: int
    rule: str
    subject: str
    point: str | None
    since: datetime
    until: datetime | None
    stage: str
    standing: bool
    zh: str
    en: str
    clause: str
    sure: bool
    doubts: Sequence[str]
    evidence: Mapping[str, object]
    rules: str
    recorded_at: datetime
    position: str


class FindingsAsked(NamedTuple):
    """Of these subjects what touches [since, until) below a position; behind `after` (since, id).

    `named`: of these rules (None: all); `fallen`: also what fell.
    """

    subjects: Sequence[int]
    since: datetime
    until: datetime
    known: int
    named: Sequence[str] | None
    fallen: bool
    after: tuple[datetime, int] | None


def mark_versions(session: Session, mark: int, known: int) -> list[MarkVersion]:
    """In the order of recording. Raises psycopg.Error."""
    rows = session.execute(MARK, {"mark": mark, "known": str(known)}).fetchall()
    return [
        MarkVersion(mark_of(row[:16]), cast("bool", row[16]), cast("datetime", row[17]))
        for row in rows
    ]


def finding_versions(session: Session, finding: int, known: int) -> list[FindingVersion]:
    """All beliefs of the same rule, place and beginning, in order. Raises psycopg.Error."""
    return _found(session, FINDING, {"finding": finding, "known": str(known)})


def page_of_findings(session: Session, asked: FindingsAsked, most: int) -> list[FindingVersion]:
    """At most `most` believed findings by their beginning. Raises psycopg.Error."""
    values = {
        "subjects": list(asked.subjects),
        "from": asked.since,
        "until": asked.until,
        "known": str(asked.known),
        "named": None if asked.named is None else list(asked.named),
        "fallen": asked.fallen,
        "after_at": None if asked.after is None else asked.after[0],
        "after_id": None if asked.after is None else asked.after[1],
        "most": most,
    }
    return _found(session, PAGE, values)


def _found(
    session: Session, query: LiteralString, values: Mapping[str, object]
) -> list[FindingVersion]:
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    cursor.execute(query, values, prepare=False)
    return [FindingVersion._make(row) for row in cursor.fetchall()]
