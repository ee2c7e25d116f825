"""How periods came out, without what each verdict rests on: for counting over many of them.

It must not know what is counted.
"""

from collections.abc import Iterable

from schemas.judgement import Outcome
from schemas.period_outcome import PeriodOutcome
from services.store.beliefs import Stretch
from services.store.session import Session

# The newest belief first, and only then what it says: an exceedance that was taken back is none.
OUTCOMES = """
SELECT point, limit_key, start, outcome, multiple, doubts FROM (
  SELECT DISTINCT ON (point, start, limit_key) point, limit_key, start, outcome,
    multiple, doubts
  FROM verdict
  WHERE point = ANY(%(keys)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
    AND (%(known)s::text IS NULL OR position < %(known)s::text::xid8)
  ORDER BY point, start, limit_key, verdict.position DESC, id DESC
) AS believed
WHERE outcome = ANY(%(wanted)s)
ORDER BY point, start, limit_key
"""


def read_outcomes(
    session: Session, stretch: Stretch, wanted: Iterable[Outcome] = tuple(Outcome)
) -> list[PeriodOutcome]:
    """The periods of the stretch's points that came out as wanted, by point, beginning and limit.

    Raises psycopg.Error.
    """
    values = {
        **stretch._asdict(),
        "keys": list(stretch.keys),
        "period": stretch.period.value,
        "known": None if stretch.known is None else str(stretch.known),
        "wanted": [one.value for one in wanted],
    }
    cursor = session.cursor(binary=True)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(OUTCOMES, values, prepare=False)
    rows = map(PeriodOutcome._make, cursor.fetchall())
    return [row._replace(outcome=Outcome(row.outcome), doubts=tuple(row.doubts)) for row in rows]
