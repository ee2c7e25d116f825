"""Which parameters that nobody vouches for the verdicts and rates of some places rest on.

It must not know what the parameters mean.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, LiteralString, NamedTuple

from schemas.judgement import Period
from services.store.session import Session


class Doubted(NamedTuple):
    """Verdicts of these points and rates of these subjects that begin in [since, until)."""

    points: Sequence[int]
    subjects: Sequence[int]
    since: datetime
    until: datetime
    known: int


VERDICTS: Final[LiteralString] = """
SELECT DISTINCT unnest(doubts) FROM (
  SELECT DISTINCT ON (point, start, limit_key) sure, doubts FROM verdict
  WHERE point = ANY(%(points)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
    AND position < %(known)s::text::xid8
  ORDER BY point, start, limit_key, verdict.position DESC, id DESC
) AS believed
WHERE NOT sure
"""
RATES: Final[LiteralString] = """
SELECT DISTINCT jsonb_array_elements_text(doubts) FROM (
  SELECT DISTINCT ON (subject, measure, code, start) sure, evidence -> 'doubts' AS doubts
  FROM performance
  WHERE subject = ANY(%(subjects)s) AND period = %(period)s AND start >= %(since)s
    AND start < %(until)s AND position < %(known)s::text::xid8
  ORDER BY subject, measure, code, start, performance.position DESC, id DESC
) AS believed
WHERE NOT sure AND jsonb_typeof(doubts) = 'array'
"""


def doubts_of(session: Session, asked: Doubted) -> set[str]:
    """What the hours' verdicts and the days' rates rest on, as believed. Raises psycopg.Error."""
    values: dict[str, object] = {**asked._asdict(), "known": str(asked.known)}
    found: set[str] = set()
    asks: tuple[tuple[LiteralString, Period], ...] = ((VERDICTS, Period.HOUR), (RATES, Period.DAY))
    for query, period in asks:
        # Unprepared: planned for its own times, so that chunks are left out.
        rows = session.execute(query, {**values, "period": period.value}, prepare=False)
        found |= {str(row[0]) for row in rows.fetchall()}
    return found
