"""Believed rates of subjects by period 运行率、同步率、去除率、有效率, as known below a position.

It must not know what the measures mean.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson
from psycopg.types.json import set_json_loads

from schemas.judgement import Period
from services.store.session import Session

PAGE = """
SELECT believed.id, subject.code, subject.kind, measure, believed.code, start, stage,
  numerator::float8, denominator::float8, sure, evidence, rules, believed.position::text
FROM (
  SELECT DISTINCT ON (subject, measure, code, start) * FROM performance
  WHERE subject = ANY(%(subjects)s) AND period = %(period)s
    AND start >= %(since)s AND start < %(until)s
    AND (%(measures)s::text[] IS NULL OR measure = ANY(%(measures)s::text[]))
    AND position < %(known)s::text::xid8
  ORDER BY subject, measure, code, start, position DESC, id DESC
) AS believed
JOIN subject ON subject.id = believed.subject
WHERE %(after_id)s::bigint IS NULL
  OR (start, believed.id) > (%(after_at)s::timestamptz, %(after_id)s::bigint)
ORDER BY start, believed.id
LIMIT %(most)s
"""


class RatesAsked(NamedTuple):
    """Of these subjects, of periods that begin in [since, until), below a position.

    `measures` None: any. Behind `after` (start, id).
    """

    subjects: Sequence[int]
    period: Period
    since: datetime
    until: datetime
    known: int
    measures: Sequence[str] | None = None
    after: tuple[datetime, int] | None = None


class RateLine(NamedTuple):
    """A rate of a period: numerator of denominator."""

    id: int
    subject: str
    kind: str
    measure: str
    code: str
    start: datetime
    stage: str
    numerator: float
    denominator: float
    sure: bool
    evidence: Mapping[str, object]
    rules: str
    position: str


def page_of_rates(session: Session, asked: RatesAsked, most: int) -> list[RateLine]:
    """At most `most` believed rates by their beginning. Raises psycopg.Error."""
    values = {
        "subjects": list(asked.subjects),
        "period": asked.period.value,
        "since": asked.since,
        "until": asked.until,
        "known": str(asked.known),
        "measures": None if asked.measures is None else list(asked.measures),
        "after_at": None if asked.after is None else asked.after[0],
        "after_id": None if asked.after is None else asked.after[1],
        "most": most,
    }
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    cursor.execute(PAGE, values, prepare=False)
    return [RateLine._make(row) for row in cursor.fetchall()]
