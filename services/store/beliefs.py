"""Judgements as they are believed: of each key the newest row, now or below a position.

It must not know how a judgement is made.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Generic, LiteralString, NamedTuple, TypeVar, cast

import orjson
from psycopg.types.json import set_json_loads

from schemas.judgement import (
    Finding,
    MeanRow,
    Outcome,
    PerformanceRow,
    Period,
    Stage,
    VerdictRow,
)
from services.store.session import Session

Row = TypeVar("Row")


class Belief(NamedTuple, Generic[Row]):
    """A judgement with its row's id, its position and the version of the rules that made it."""

    row: Row
    id: int
    position: int
    rules: str


class Stretch(NamedTuple):
    """Of these points (of rates and findings: subjects), periods that begin in [since, until).

    `known`: as was known below this position; None: now.
    """

    keys: Sequence[int]
    since: datetime
    until: datetime
    period: Period = Period.HOUR
    known: int | None = None


class Tally(NamedTuple):
    """How many periods of a limit came out so, for this reason."""

    limit: int
    outcome: Outcome
    why: str
    periods: int


MEANS = """
SELECT DISTINCT ON (point, start) point, period, start, stage, source, value, converted, valid_s,
  due_s, valid, at_least, mass, evidence, id, position::text, rules
FROM mean
WHERE point = ANY(%(keys)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
  AND (%(known)s::text IS NULL OR position < %(known)s::text::xid8)
ORDER BY point, start, mean.position DESC, id DESC
"""
VERDICTS = """
SELECT DISTINCT ON (point, start, limit_key) point, limit_key, limit_version, period, start, stage,
  outcome, value, multiple, sure, doubts, why, evidence, id, position::text, rules
FROM verdict
WHERE point = ANY(%(keys)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
  AND (%(known)s::text IS NULL OR position < %(known)s::text::xid8)
ORDER BY point, start, limit_key, verdict.position DESC, id DESC
"""
PERFORMANCE = """
SELECT DISTINCT ON (subject, measure, code, start) subject, measure, code, period, start, stage,
  numerator, denominator, sure, evidence, id, position::text, rules
FROM performance
WHERE subject = ANY(%(keys)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
  AND (%(known)s::text IS NULL OR position < %(known)s::text::xid8)
ORDER BY subject, measure, code, start, performance.position DESC, id DESC
"""
# An episode is its rule, subject, point and beginning; where it ends is part of the belief.
FINDINGS = """
SELECT * FROM (
  SELECT DISTINCT ON (subject, rule, since, point) rule, subject, point, since, until, stage, zh,
    en, clause, sure, doubts, standing, evidence, id, position::text, rules
  FROM finding
  WHERE subject = ANY(%(keys)s) AND since < %(until)s
    AND (%(known)s::text IS NULL OR position < %(known)s::text::xid8)
  ORDER BY subject, rule, since, point, finding.position DESC, id DESC
) AS believed
WHERE (standing OR %(fallen)s) AND (until IS NULL OR until > %(since)s)
"""
# All of these rules since then, whoever they are about: also what fell.
FINDINGS_OF = """
SELECT DISTINCT ON (subject, rule, since, point) rule, subject, point, since, until, stage, zh,
  en, clause, sure, doubts, standing, evidence, id, position::text, rules
FROM finding
WHERE rule = ANY(%(named)s) AND since >= %(since)s
  AND (%(keys)s::integer[] IS NULL OR subject = ANY(%(keys)s::integer[]))
ORDER BY subject, rule, since, point, finding.position DESC, id DESC
"""
LAST_VALID = """
SELECT * FROM (
  SELECT DISTINCT ON (start) point, period, start, stage, source, value, converted, valid_s, due_s,
    valid, at_least, mass, evidence, id, position::text, rules
  FROM mean
  WHERE point = %(point)s AND period = %(period)s AND start >= %(since)s AND start < %(until)s
    AND (%(known)s::text IS NULL OR position < %(known)s::text::xid8)
  ORDER BY start DESC, mean.position DESC, id DESC
) AS believed
WHERE valid
LIMIT %(count)s
"""
TALLY = """
SELECT limit_key, outcome, why, count(*) FROM (
  SELECT DISTINCT ON (point, start, limit_key) limit_key, outcome, why
  FROM verdict
  WHERE point = ANY(%(keys)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
    AND (%(known)s::text IS NULL OR position < %(known)s::text::xid8)
  ORDER BY point, start, limit_key, verdict.position DESC, id DESC
) AS believed
GROUP BY limit_key, outcome, why ORDER BY limit_key, outcome COLLATE "C", why COLLATE "C"
"""


def read_means(session: Session, stretch: Stretch) -> list[Belief[MeanRow]]:
    """The believed means, by point and beginning. Raises psycopg.Error."""
    return [_mean(row) for row in _rows(session, MEANS, stretch)]


def last_valid_means(session: Session, stretch: Stretch, count: int) -> list[Belief[MeanRow]]:
    """The last `count` valid means of the stretch's one point, the newest first.

    Raises psycopg.Error; ValueError when the stretch has not one key.
    """
    [point] = stretch.keys
    rows = _rows(session, LAST_VALID, stretch, {"point": point, "count": count})
    return [_mean(row) for row in rows]


def read_verdicts(session: Session, stretch: Stretch) -> list[Belief[VerdictRow]]:
    """The believed verdicts, by point, beginning and limit. Raises psycopg.Error."""
    return [_verdict(row) for row in _rows(session, VERDICTS, stretch)]


def tally_verdicts(session: Session, stretch: Stretch) -> list[Tally]:
    """How the believed verdicts of a stretch came out, by limit: quotas, compliant hours, repetition.

    Raises psycopg.Error.
    """
    return [
        Tally(cast("int", limit), Outcome(cast("str", outcome)), str(why), cast("int", periods))
        for limit, outcome, why, periods in _rows(session, TALLY, stretch)
    ]


def read_performance(session: Session, stretch: Stretch) -> list[Belief[PerformanceRow]]:
    """The believed rates of these subjects, by measure, code and beginning. Raises psycopg.Error."""
    return [_performance(row) for row in _rows(session, PERFORMANCE, stretch)]


def read_findings(
    session: Session, stretch: Stretch, *, fallen: bool = False
) -> list[Belief[Finding]]:
    """What stands about these subjects and touches [since, until); `fallen`: also what fell.

    The stretch's period does not count. Raises psycopg.Error.
    """
    return [_finding(row) for row in _rows(session, FINDINGS, stretch, {"fallen": fallen})]


def read_findings_of(
    session: Session, named: Sequence[str], since: datetime, subjects: Sequence[int] | None = None
) -> list[Belief[Finding]]:
    """Of these rules what began since then, about these subjects (None: all), fallen or not.

    Raises psycopg.Error.
    """
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    keys = None if subjects is None else list(subjects)
    values = {"named": list(named), "since": since, "keys": keys}
    cursor.execute(FINDINGS_OF, values, prepare=False)
    return [_finding(row) for row in cursor.fetchall()]


def _rows(
    session: Session,
    query: LiteralString,
    stretch: Stretch,
    more: Mapping[str, object] | None = None,
) -> list[tuple[object, ...]]:
    values = {
        "keys": list(stretch.keys),
        "period": stretch.period.value,
        "since": stretch.since,
        "until": stretch.until,
        "known": None if stretch.known is None else str(stretch.known),
        **(more or {}),
    }
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(query, values, prepare=False)
    return cursor.fetchall()


def _belief(row: Row, tail: Sequence[object]) -> Belief[Row]:
    number, position, rules = tail
    return Belief(row, cast("int", number), int(cast("str", position)), cast("str", rules))


def _mean(said: Sequence[object]) -> Belief[MeanRow]:
    one = MeanRow._make(said[:13])
    converted = cast("Mapping[str, str]", one.converted)
    row = one._replace(
        period=Period(one.period),
        stage=Stage(one.stage),
        converted={key: Decimal(number) for key, number in converted.items()},
    )
    return _belief(row, said[13:])


def _verdict(said: Sequence[object]) -> Belief[VerdictRow]:
    one = VerdictRow._make(said[:13])
    row = one._replace(
        period=Period(one.period),
        stage=Stage(one.stage),
        outcome=Outcome(one.outcome),
        doubts=tuple(one.doubts),
    )
    return _belief(row, said[13:])


def _performance(said: Sequence[object]) -> Belief[PerformanceRow]:
    one = PerformanceRow._make(said[:10])
    return _belief(one._replace(period=Period(one.period), stage=Stage(one.stage)), said[10:])


class _Found(NamedTuple):
    rule: str
    subject: int
    point: int | None
    since: datetime
    until: datetime | None
    stage: str
    zh: str
    en: str
    clause: str
    sure: bool
    doubts: list[str]
    standing: bool
    evidence: Mapping[str, object]


def _finding(said: Sequence[object]) -> Belief[Finding]:
    one = _Found._make(said[:13])
    row = Finding(
        one.rule,
        one.subject,
        one.point,
        one.since,
        one.until,
        Stage(one.stage),
        one.zh,
        one.en,
        one.clause,
        one.sure,
        tuple(one.doubts),
        one.standing,
        one.evidence,
    )
    return _belief(row, said[13:])
