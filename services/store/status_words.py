"""How the outlets of many plants were judged last, without the numbers of verdicts: for regions.

The newest hour of nearly all points is the same one, so it is read by its time; only points that have
no verdict then are looked up one by one. It must not know what is made of them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast

from services.store.in_turns import in_turns
from services.store.session import Session
from services.store.status_newest import DAY, FEW, HOUR, Newest, newest_verdicts

JUDGED_BY: Final = timedelta(minutes=75)
"""So long after an hour's beginning nearly all have its verdict; sooner, the hour before is read too."""


class JudgedSo(NamedTuple):
    """That verdicts of an outlet's points came out so, each of its point's newest hour, else day."""

    subject: int
    outcome: str
    stage: str
    sure: bool


NEWEST_HOUR = """
SELECT max(start) FROM verdict
WHERE period = 'hour' AND start >= %(hours_from)s AND start < %(hours_until)s
"""
HOW_MANY = """
SELECT count(*) FILTER (WHERE start = %(last)s), count(*) FILTER (WHERE start < %(last)s)
FROM verdict WHERE period = 'hour' AND start >= %(before)s AND start <= %(last)s
"""
NEARLY_ALL: Final = 0.97
"""Of the hour before: with so many verdicts an hour is told by itself, and few points one by one."""
WORDS = """
WITH limited AS MATERIALIZED (
  SELECT point.id, point.subject FROM point JOIN subject ON subject.id = point.subject
  WHERE (%(plants)s::integer[] IS NULL OR subject.plant = ANY(%(plants)s::integer[]))
    AND EXISTS (SELECT FROM limit_version WHERE limit_version.point = point.id)
), near AS MATERIALIZED (
  SELECT point, outcome, stage, sure FROM (
    SELECT *, max(start) OVER (PARTITION BY point) AS last FROM (
      SELECT DISTINCT ON (point, limit_key) point, start, outcome, stage, sure FROM verdict
      WHERE period = 'hour' AND start >= %(near)s AND start < %(hours_until)s
        AND position < %(known)s::text::xid8
      ORDER BY point, limit_key, start DESC, verdict.position DESC, id DESC) AS newest
  ) AS told WHERE start = last
), older AS MATERIALIZED (
  SELECT limited.id, limited.subject, found.period, found.start
  FROM limited CROSS JOIN LATERAL (
    (SELECT 'hour' AS period, start FROM verdict
     WHERE point = limited.id AND period = 'hour' AND start >= %(hours_from)s AND start < %(near)s
       AND position < %(known)s::text::xid8
     ORDER BY start DESC LIMIT 1)
    UNION ALL
    (SELECT 'day', start FROM verdict
     WHERE point = limited.id AND period = 'day' AND start >= %(days_from)s AND start < %(days_until)s
       AND position < %(known)s::text::xid8
     ORDER BY start DESC LIMIT 1)
    ORDER BY period DESC LIMIT 1) AS found
  WHERE NOT EXISTS (SELECT FROM near WHERE near.point = limited.id)
), believed AS (
  SELECT limited.subject, near.outcome, near.stage, near.sure
  FROM near JOIN limited ON limited.id = near.point
  UNION ALL
  SELECT older.subject, one.outcome, one.stage, one.sure
  FROM older CROSS JOIN LATERAL (
    SELECT DISTINCT ON (limit_key) outcome, stage, sure FROM verdict
    WHERE point = older.id AND period = older.period AND start = older.start
      AND start >= %(days_from)s AND start < %(until)s AND position < %(known)s::text::xid8
    ORDER BY limit_key, verdict.position DESC, id DESC) AS one
)
SELECT DISTINCT subject, outcome, stage, sure FROM believed
"""


def words_judged(session: Session, newest: Newest) -> list[JudgedSo]:
    """How the newest verdicts of the plants' outlets came out, each way once. Raises psycopg.Error."""
    few = newest.plants is not None and len(newest.plants) <= FEW
    if few or newest.registered is not None:
        return list(_one_by_one(session, newest))
    span = {"hours_from": newest.hours_from, "hours_until": newest.begun_before(HOUR)}
    row = session.execute(NEWEST_HOUR, span, prepare=False).fetchone()
    last = cast("datetime | None", row[0]) if row else None
    near = newest.begun_before(HOUR) if last is None else last
    if newest.until - near < JUDGED_BY and not _nearly_all(session, near):
        near = max(near - HOUR, newest.hours_from)
    values: dict[str, object] = {
        **span,
        "plants": None if newest.plants is None else list(newest.plants),
        "near": near,
        "until": newest.until,
        "days_from": newest.days_from,
        "days_until": newest.begun_before(DAY),
        "known": str(newest.known),
    }
    cursor = session.cursor(binary=True)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(WORDS, values, prepare=False)
    return [JudgedSo._make(found) for found in in_turns(cursor)]


def _nearly_all(session: Session, last: datetime) -> bool:
    """Whether the hour has about as many verdicts as the one before."""
    span = {"last": last, "before": last - HOUR}
    row = session.execute(HOW_MANY, span, prepare=False).fetchone()
    here, before = cast("tuple[int, int]", row)
    return here >= before * NEARLY_ALL


def _one_by_one(session: Session, newest: Newest) -> Sequence[JudgedSo]:
    found = newest_verdicts(session, newest)
    return tuple({JudgedSo(one.subject, one.outcome, one.stage, one.sure) for one in found})
