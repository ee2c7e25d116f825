"""What minute records say of a running hour so far, for many points at once. It must not know any rule.

A plain mean of what devices flagged as normal: something to look at, and nothing to judge by.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from services.store.instruments import Instrument, columns_of
from services.store.session import Session


class RunningMean(NamedTuple):
    """The mean so far, measured and as the device converted it, over so many seconds of records."""

    point: int
    value: float | None
    converted: float | None
    seconds: int


RUNNING = """
SELECT point, (sum(number * span_s) / sum(span_s))::float8,
  (sum(oxygen * span_s) / sum(span_s) FILTER (WHERE oxygen IS NOT NULL))::float8,
  sum(span_s)::integer
FROM (
  SELECT point, channel, since, until, scale, said::float8[] AS sentinels
  FROM unnest(%(points)s::integer[], %(channels)s::integer[], %(begins)s::timestamptz[],
    %(ends)s::timestamptz[], %(scales)s::float8[], %(sentinels)s::text[])
    AS given (point, channel, since, until, scale, said)
) AS asked CROSS JOIN LATERAL (
  SELECT span_s, as_read(value, scale, sentinels) AS number,
    as_read(converted, scale, sentinels) AS oxygen
  FROM reading_minute
  WHERE channel = asked.channel AND time >= asked.since AND time < asked.until
    AND time >= %(since)s AND time < %(until)s AND (flag IS NULL OR flag = 'N')
) AS reading
WHERE number IS NOT NULL AND span_s > 0
GROUP BY point
"""


def running_means(
    session: Session, pieces: Iterable[Instrument], since: datetime, until: datetime
) -> dict[int, RunningMean]:
    """Of each point that has minutes begun in [since, until), by its main channels.

    Raises psycopg.Error.
    """
    main = [one for one in pieces if one.line.rank == "main" and not one.state]
    if not main:
        return {}
    values: dict[str, object] = {
        **columns_of(main),
        "since": since,
        "until": until,
    }
    cursor = session.cursor(binary=True)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(RUNNING, values, prepare=False)
    return {one.point: one for one in map(RunningMean._make, cursor.fetchall())}
