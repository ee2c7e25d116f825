"""The readings of a point thinned out for a chart: of each stretch of time its extremes, never less.

It must not know how they are drawn.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from psycopg import sql

from services.store.history_readings import Asked, reading_values, readings_statement
from services.store.in_turns import in_turns
from services.store.instruments import Instrument
from services.store.session import Session


class Sample(NamedTuple):
    """Of the readings that begin in a stretch: how many, how many have a value, and the extremes.

    Extremes with their times; the first of equals. `flagged`: how many are not flagged N. `since`
    is where the stretch begins.
    """

    since: datetime
    readings: int
    valued: int
    flagged: int
    minimum: float | None
    minimum_at: datetime | None
    maximum: float | None
    maximum_at: datetime | None


# first and last give the time of the least and the greatest number, by the order of time the first of
# equals; all aggregates share one sort.
SAMPLES = sql.SQL("""
SELECT %(origin)s::timestamptz + bucket * %(width_s)s * INTERVAL '1 second',
  count(*)::integer, count(number)::integer,
  (count(*) FILTER (WHERE flag IS DISTINCT FROM 'N'))::integer,
  min(number), first(time, number ORDER BY time), max(number), last(time, number ORDER BY time)
FROM (
  SELECT time, flag, {number} AS number,
    floor(date_part('epoch', time - %(origin)s::timestamptz) / %(width_s)s) AS bucket
  FROM ({readings}) AS reading
) AS numbered
GROUP BY bucket ORDER BY bucket
""")
AS_READ = sql.SQL("as_read(value, %(scale)s::float8, %(sentinels)s::float8[])")
AS_SENT = sql.SQL("value")


def bucket_width(since: datetime, until: datetime, points: int) -> timedelta:
    """So wide are stretches of which at most `points` readings are kept, two of each; whole seconds.

    Raises ValueError for fewer than two points.
    """
    if points < 2:  # noqa: PLR2004 - a least and a greatest
        raise ValueError("a stretch has a least and a greatest reading: ask for two points or more")
    length = (until - since) / (points // 2)
    return timedelta(seconds=max(1, -(-length // timedelta(seconds=1))))


def read_samples(
    session: Session, asked: Asked, pieces: Sequence[Instrument], width: timedelta
) -> list[Sample]:
    """The stretches of that width from `asked.since` on that have readings. Raises psycopg.Error."""
    statement = SAMPLES.format(
        readings=readings_statement(asked), number=AS_SENT if asked.raw else AS_READ
    )
    merged: dict[datetime, Sample] = {}
    for piece in pieces:
        values = {
            **reading_values(asked, piece),
            "origin": asked.since,
            "width_s": width.total_seconds(),
        }
        cursor = session.cursor(binary=True)
        cursor.execute(statement, values, prepare=False)
        for sample in map(Sample._make, in_turns(cursor)):
            known = merged.get(sample.since)
            merged[sample.since] = sample if known is None else joined(known, sample)
    return [merged[since] for since in sorted(merged)]


def joined(one: Sample, other: Sample) -> Sample:
    """Two parts of one stretch, as where a setting changes within it."""
    low = min((part for part in (one, other) if part.minimum is not None), key=_low, default=one)
    high = min((part for part in (one, other) if part.maximum is not None), key=_high, default=one)
    return Sample(
        one.since,
        one.readings + other.readings,
        one.valued + other.valued,
        one.flagged + other.flagged,
        *(low.minimum, low.minimum_at, high.maximum, high.maximum_at),
    )


def _low(part: Sample) -> tuple[float, datetime]:
    return part.minimum or 0.0, part.minimum_at or part.since


def _high(part: Sample) -> tuple[float, datetime]:
    return -(part.maximum or 0.0), part.maximum_at or part.since
