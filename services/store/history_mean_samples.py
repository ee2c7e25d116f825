"""The believed means of a point thinned out for a chart: of each stretch its extremes, never less.

It must not know how they are drawn.
"""

from datetime import timedelta

from psycopg import sql

from services.store.history_beliefs import Beliefs
from services.store.history_samples import Sample
from services.store.in_turns import in_turns
from services.store.session import Session

# Flagged: what is not valid. first and last give the time of the least and the greatest number, by the
# order of time the first of equals; all aggregates share one sort.
SAMPLES = sql.SQL("""
SELECT %(since)s::timestamptz + bucket * %(width_s)s * INTERVAL '1 second',
  count(*)::integer, count(number)::integer, (count(*) FILTER (WHERE NOT valid))::integer,
  min(number), first(start, number ORDER BY start), max(number), last(start, number ORDER BY start)
FROM (
  SELECT DISTINCT ON (start) start, valid, {number}::float8 AS number,
    floor(date_part('epoch', start - %(since)s::timestamptz) / %(width_s)s) AS bucket
  FROM mean
  WHERE point = %(point)s AND period = %(period)s AND start >= %(since)s AND start < %(until)s
    AND position < %(known)s::text::xid8
  ORDER BY start, mean.position DESC, id DESC
) AS believed
GROUP BY bucket ORDER BY bucket
""")
# Of the means as measured all lies in the index (mean_belief), and no row is fetched.
MEASURED = sql.SQL("value")
CONVERTED = sql.SQL("(converted ->> %(reference)s::text)")


def read_mean_samples(
    session: Session, asked: Beliefs, width: timedelta, reference: str | None
) -> list[Sample]:
    """The stretches of that width from `asked.since` on that have means; `flagged`: not valid.

    `reference`: of the means converted to this oxygen (its text), else as measured. Raises
    psycopg.Error.
    """
    values = asked.values() | {"width_s": width.total_seconds(), "reference": reference}
    cursor = session.cursor(binary=True)
    number = MEASURED if reference is None else CONVERTED
    cursor.execute(SAMPLES.format(number=number), values, prepare=False)
    return [Sample._make(row) for row in in_turns(cursor)]
