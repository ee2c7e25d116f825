"""All that was ever believed of laboratory results of points: when what was told is the first version's.

What they are good for is not known here.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final, LiteralString, NamedTuple, cast

from schemas.manual import ManualKind, ManualResult
from services.store.as_known import EVERYTHING
from services.store.manual_results import result_of
from services.store.session import Session

VERSIONS_OF: Final[LiteralString] = """
SELECT result_key, id, point, kind, lower(sampled), upper(sampled), value, unit, converted,
  reference_oxygen, samples, method, laboratory, withdrawn, reason, actor, recorded_at,
  position::text
FROM manual_result
WHERE position < %(below)s::text::xid8 AND result_key IN (
  SELECT result_key FROM manual_result
  WHERE point = ANY(%(points)s::integer[]) AND kind = ANY(%(kinds)s::text[])
    AND sampled && tstzrange(%(since)s, %(until)s))
ORDER BY manual_result.position, id
"""

SAMPLED: Final = """
SELECT DISTINCT lower(sampled) FROM manual_result
WHERE point = ANY(%s) AND kind = ANY(%s) AND recorded_at >= %s ORDER BY 1
"""


class Told(NamedTuple):
    """Results of these points and kinds, any version of which was sampled within [since, until)."""

    points: Collection[int]
    kinds: Collection[ManualKind]
    since: datetime
    until: datetime
    below: int = EVERYTHING


def versions_of(session: Session, asked: Told) -> list[ManualResult]:
    """Every version of those results, also withdrawn ones, in the order of recording.

    Known below a position. Raises psycopg.Error.
    """
    values = asked._asdict() | {
        "points": list(asked.points),
        "kinds": list(asked.kinds),
        "below": str(asked.below),
    }
    return [result_of(row) for row in session.execute(VERSIONS_OF, values).fetchall()]


def sampled_of_late(
    session: Session, points: Collection[int], kinds: Collection[ManualKind], since: datetime
) -> list[datetime]:
    """When that was sampled of which anything was entered, corrected or withdrawn since then.

    Raises psycopg.Error.
    """
    rows = session.execute(SAMPLED, (list(points), list(kinds), since)).fetchall()
    return [cast("datetime", at) for (at,) in rows]
