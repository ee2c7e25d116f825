"""Beliefs of hours that reach a stage while nothing about them is new: the same rows, a stage further.

Whoever calls holds the plants (judging.py), and knows that nothing is new.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from schemas.judgement import Period, Stage
from services.store.session import Session

# In the order of time, as whoever writes judgements.
MEANS = """
INSERT INTO mean (start, point, period, stage, source, value, converted, valid_s, due_s, valid,
  at_least, mass, evidence, rules)
SELECT start, point, period, %(to)s, source, value, converted, valid_s, due_s, valid, at_least, mass,
  evidence, rules
FROM (
  SELECT DISTINCT ON (point, start) * FROM mean
  WHERE point = ANY(%(points)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
  ORDER BY point, start, position DESC, id DESC
) AS believed
WHERE stage = %(from)s ORDER BY start, point
"""
VERDICTS = """
INSERT INTO verdict (start, point, limit_key, limit_version, period, stage, outcome, value, multiple,
  sure, doubts, why, evidence, rules)
SELECT start, point, limit_key, limit_version, period, %(to)s, outcome, value, multiple, sure, doubts,
  why, evidence, rules
FROM (
  SELECT DISTINCT ON (point, start, limit_key) * FROM verdict
  WHERE point = ANY(%(points)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
  ORDER BY point, start, limit_key, position DESC, id DESC
) AS believed
WHERE stage = %(from)s ORDER BY start, point, limit_key
"""


class Moved(NamedTuple):
    """How many beliefs went on to the next stage."""

    means: int
    verdicts: int


def make_final(session: Session, points: Sequence[int], since: datetime, until: datetime) -> Moved:
    """Believe as final what is provisional of these points' hours that begin in [since, until).

    Raises psycopg.Error.
    """
    values = {
        "points": list(points),
        "period": Period.HOUR.value,
        "since": since,
        "until": until,
        "from": Stage.PROVISIONAL.value,
        "to": Stage.FINAL.value,
    }
    means = session.execute(MEANS, values, prepare=False).rowcount
    verdicts = session.execute(VERDICTS, values, prepare=False).rowcount
    return Moved(means, verdicts)
