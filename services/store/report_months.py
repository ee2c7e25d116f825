"""How the hours of points came out over a month: a line for each point, of the believed means.

It must not know what is due, nor how it is shown.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.store.session import Session

HOURS = """
SELECT point, count(*)::integer, (count(*) FILTER (WHERE valid))::integer,
  (count(*) FILTER (WHERE source = 'manual'))::integer, sum(mass)::float8,
  (count(mass))::integer, (count(*) FILTER (WHERE stage = 'provisional'))::integer,
  (count(*) FILTER (WHERE stage = 'final'))::integer,
  (count(*) FILTER (WHERE stage = 'closed'))::integer
FROM (
  SELECT DISTINCT ON (point, start) point, start, valid, source, mass, stage
  FROM mean
  WHERE point = ANY(%(points)s) AND period = 'hour' AND start >= %(since)s AND start < %(until)s
    AND position < %(known)s::text::xid8
  ORDER BY point, start, mean.position DESC, id DESC
) AS believed
GROUP BY point
"""


class PointHours(NamedTuple):
    """A point's hours: all, the valid ones, those a laboratory filled; kg over `weighed` hours.

    The last three say how many are of which stage.
    """

    point: int
    hours: int
    valid: int
    manual: int
    mass: float | None
    weighed: int
    provisional: int
    final: int
    closed: int


def hours_of_points(
    session: Session, points: Sequence[int], since: datetime, until: datetime, known: int
) -> dict[int, PointHours]:
    """By point, of hours that begin in [since, until), as known below a position.

    A point without any hour is left out. Raises psycopg.Error.
    """
    values = {"points": list(points), "since": since, "until": until, "known": str(known)}
    rows = session.execute(HOURS, values, prepare=False).fetchall()
    return {one.point: one for one in map(PointHours._make, rows)}
