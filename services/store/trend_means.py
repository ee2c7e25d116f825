"""The hourly means of many short stretches in one statement: for small pictures beside a list.

It must not know how they are drawn, nor what is told of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, cast

from services.store.session import Session


class Hours(NamedTuple):
    """Of a point the hours that begin in [since, until), converted to this oxygen (its text), else as measured."""

    point: int
    since: datetime
    until: datetime
    reference: str | None = None


MEANS = """
SELECT asked.number, hour.start, hour.value
FROM unnest(%(points)s::integer[], %(since)s::timestamptz[], %(until)s::timestamptz[],
  %(references)s::text[]) WITH ORDINALITY AS asked (point, since, until, reference, number)
CROSS JOIN LATERAL (
  SELECT DISTINCT ON (start) start, valid,
    CASE WHEN asked.reference IS NULL THEN value
      ELSE (converted ->> asked.reference)::numeric END::float8 AS value
  FROM mean
  WHERE point = asked.point AND period = 'hour' AND start >= asked.since AND start < asked.until
  ORDER BY start, mean.position DESC, id DESC
) AS hour
WHERE hour.valid AND hour.value IS NOT NULL
"""
REFERENCES = """
SELECT id, reference_oxygen FROM limit_version
WHERE id = ANY(%s) AND reference_oxygen IS NOT NULL
"""


def trend_means(session: Session, asked: Sequence[Hours]) -> list[dict[datetime, float]]:
    """For each stretch its believed valid means by their beginning. Raises psycopg.Error."""
    found: list[dict[datetime, float]] = [{} for _ in asked]
    cursor = session.cursor(binary=True)
    rows = cursor.execute(
        MEANS,
        {
            "points": [one.point for one in asked],
            "since": [one.since for one in asked],
            "until": [one.until for one in asked],
            "references": [one.reference for one in asked],
        },
    ).fetchall()
    for number, start, value in cast("list[tuple[int, datetime, float]]", rows):
        found[number - 1][start] = value
    return found


def reference_oxygens(session: Session, versions: Sequence[int]) -> Mapping[int, Decimal]:
    """To which oxygen (%) values are converted by these versions of limits; those by which none is are absent.

    Raises psycopg.Error.
    """
    rows = session.execute(REFERENCES, (list(versions),)).fetchall()
    return dict(cast("list[tuple[int, Decimal]]", rows))
