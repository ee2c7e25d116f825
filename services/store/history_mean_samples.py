"""The believed means of a point thinned out for a chart: of each stretch its extremes, never less.

It must not know how they are drawn.
"""

from datetime import timedelta

from services.store.history_beliefs import Beliefs
from services.store.history_samples import Sample
from services.store.session import Session

# Flagged: what is not valid.
SAMPLES = """
SELECT %(since)s::timestamptz + bucket * %(width_s)s * INTERVAL '1 second',
  count(*)::integer, count(number)::integer, (count(*) FILTER (WHERE NOT valid))::integer,
  min(number)::float8,
  (array_agg(start ORDER BY number, start) FILTER (WHERE number IS NOT NULL))[1],
  max(number)::float8,
  (array_agg(start ORDER BY number DESC, start) FILTER (WHERE number IS NOT NULL))[1]
FROM (
  SELECT DISTINCT ON (start) start, valid,
    CASE WHEN %(reference)s::text IS NULL THEN value
      ELSE (converted ->> %(reference)s::text)::numeric END AS number,
    floor(extract(epoch FROM start - %(since)s::timestamptz)::float8 / %(width_s)s) AS bucket
  FROM mean
  WHERE point = %(point)s AND period = %(period)s AND start >= %(since)s AND start < %(until)s
    AND position < %(known)s::text::xid8
  ORDER BY start, mean.position DESC, id DESC
) AS believed
GROUP BY bucket ORDER BY bucket
"""


def read_mean_samples(
    session: Session, asked: Beliefs, width: timedelta, reference: str | None
) -> list[Sample]:
    """The stretches of that width from `asked.since` on that have means; `flagged`: not valid.

    `reference`: of the means converted to this oxygen (its text), else as measured. Raises
    psycopg.Error.
    """
    values = asked.values() | {"width_s": width.total_seconds(), "reference": reference}
    cursor = session.cursor(binary=True)
    cursor.execute(SAMPLES, values, prepare=False)
    return [Sample._make(row) for row in cursor.fetchall()]
