"""What a plant may contest: verdicts, findings, marks, orders, cases, and the cases that lie over them.

It must not know what a contest is.
"""

from collections.abc import Mapping
from typing import LiteralString, NamedTuple, cast

from schemas.contest import ContestAbout
from services.store.session import Session


class Contestable(NamedTuple):
    """What is contested: whose it is, how it stands, and the cases about the same place and time."""

    plant: int
    title: str
    state: str
    """A verdict's outcome, a mark's review, an order's or a case's state; `standing` or `fallen`."""
    alerts: tuple[int, ...]


VERDICT: LiteralString = """
SELECT subject.plant, plant.code || '/' || subject.code || '/' || point.side || '/' || point.code
    || ' ' || one.period || ' ' || to_char(one.start AT TIME ZONE INTERVAL '8 hours',
      'YYYY-MM-DD HH24:MI') || ' ' || one.outcome,
  one.outcome,
  ARRAY(SELECT alert.id FROM alert WHERE alert.state <> 'lapsed' AND alert.subject = point.subject
    AND (alert.point IS NULL OR alert.point = one.point) AND alert.kind = ANY(CASE one.period
      WHEN 'hour' THEN '{limit_hour,no_data}' WHEN 'day' THEN '{limit_day}'
      WHEN 'month' THEN '{limit_month}' ELSE '{furnace_temperature}' END::text[])
    AND alert.since <= one.start AND COALESCE(alert.until, 'infinity') > one.start ORDER BY id)
FROM verdict AS one JOIN point ON point.id = one.point JOIN subject ON subject.id = point.subject
JOIN plant ON plant.id = subject.plant
WHERE one.id = %s
"""
FINDING: LiteralString = """
SELECT subject.plant, plant.code || '/' || subject.code || ' ' || one.rule || ' '
    || to_char(one.since AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM-DD HH24:MI'),
  CASE WHEN one.standing THEN 'standing' ELSE 'fallen' END,
  ARRAY(SELECT alert.id FROM alert WHERE alert.state <> 'lapsed' AND alert.subject = one.subject
    AND (alert.point IS NULL OR one.point IS NULL OR alert.point = one.point)
    AND alert.kind NOT LIKE 'limit%%' AND alert.since <= one.since
    AND COALESCE(alert.until, 'infinity') > one.since ORDER BY id)
FROM finding AS one JOIN subject ON subject.id = one.subject JOIN plant ON plant.id = subject.plant
WHERE one.id = %s
"""
MARK: LiteralString = """
SELECT subject.plant, plant.code || '/' || subject.code || ' ' || one.kind || ' '
    || to_char(lower(one.during) AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM-DD HH24:MI'),
  CASE WHEN one.withdrawn THEN 'withdrawn' ELSE one.review END,
  ARRAY(SELECT alert.id FROM alert WHERE alert.state <> 'lapsed' AND alert.subject = one.subject
    AND (one.point IS NULL OR alert.point IS NULL OR alert.point = one.point)
    AND tstzrange(alert.since, alert.until, '[]') && one.during ORDER BY id)
FROM mark AS one JOIN subject ON subject.id = one.subject JOIN plant ON plant.id = subject.plant
WHERE one.mark_key = %s ORDER BY one.position DESC, one.id DESC LIMIT 1
"""
ORDER: LiteralString = """
SELECT one.plant, plant.code || ' ' || one.region || '-' || one.year || '-'
    || lpad(one.serial::text, 4, '0'), one.state,
  ARRAY(SELECT alert FROM order_alert WHERE supervision_order = one.id ORDER BY alert)
FROM supervision_order AS one JOIN plant ON plant.id = one.plant
WHERE one.id = %s
"""
ALERT: LiteralString = """
SELECT plant.id, plant.code || ' ' || one.kind || ' '
    || to_char(one.since AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM-DD HH24:MI'),
  one.state, ARRAY[one.id]
FROM alert AS one LEFT JOIN subject ON subject.id = one.subject
JOIN plant ON plant.id = COALESCE(one.plant, subject.plant)
WHERE one.id = %s
"""
QUERIES: Mapping[ContestAbout, LiteralString] = {
    ContestAbout.VERDICT: VERDICT,
    ContestAbout.FINDING: FINDING,
    ContestAbout.MARK: MARK,
    ContestAbout.ORDER: ORDER,
    ContestAbout.ALERT: ALERT,
}
Row = tuple[int, str, str, list[int]]


def read_contestable(session: Session, about: ContestAbout, key: int) -> Contestable | None:
    """What has this number, a mark by its key; None where there is none. Raises psycopg.Error."""
    row = session.execute(QUERIES[about], (key,)).fetchone()
    if row is None:
        return None
    plant, title, state, alerts = cast("Row", row)
    return Contestable(plant, title, state, tuple(alerts))
