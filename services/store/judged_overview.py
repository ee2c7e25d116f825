"""What was judged lately, outlet by outlet, for whoever looks on: counts, and how it stands now.

It must not know what a verdict rests on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, cast

from services.store.session import Session


class JudgedOutlet(NamedTuple):
    """An outlet by the codes of its plant and its own: how many of its hours have verdicts.

    `over` and `silent` are of the newest hour judged (where no limit speaks of hours: the newest
    day): a limit was exceeded, or there was no data at all for one.
    """

    plant: str
    outlet: str
    hours: int
    over: bool
    silent: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Outlets with verdicts, and by plant how many facilities were found off (设施停运)."""

    outlets: tuple[JudgedOutlet, ...] = ()
    off: Mapping[str, int] = field(default_factory=dict[str, int])


OUTLETS = """
WITH believed AS (
  SELECT DISTINCT ON (point, start, limit_key) point, period, start, outcome
  FROM verdict
  WHERE start >= %(since)s AND start < %(until)s AND period IN ('hour', 'day')
  ORDER BY point, start, limit_key, verdict.position DESC, id DESC
), of_outlet AS (
  SELECT point.subject, believed.period, believed.start,
    bool_or(outcome IN ('exceeding', 'exceeding_at_least')) AS over,
    bool_or(outcome = 'no_data') AS silent
  FROM believed JOIN point ON point.id = believed.point
  GROUP BY point.subject, believed.period, believed.start
), newest AS (
  SELECT DISTINCT ON (subject) subject, over, silent
  FROM of_outlet ORDER BY subject, period = 'hour' DESC, start DESC
), counted AS (
  SELECT subject, count(*) FILTER (WHERE period = 'hour') AS hours FROM of_outlet GROUP BY subject
)
SELECT plant.code, subject.code, counted.hours, newest.over, newest.silent
FROM newest
JOIN counted USING (subject)
JOIN subject ON subject.id = newest.subject
JOIN plant ON plant.id = subject.plant
ORDER BY plant.code COLLATE "C", subject.code COLLATE "C"
"""
OFF = """
WITH believed AS (
  SELECT DISTINCT ON (subject, since, point) subject, until, standing
  FROM finding
  WHERE rule = 'facility_off' AND since < %(until)s
  ORDER BY subject, since, point, finding.position DESC, id DESC
)
SELECT plant.code, count(DISTINCT subject.id)
FROM believed
JOIN subject ON subject.id = believed.subject
JOIN plant ON plant.id = subject.plant
WHERE believed.standing AND (believed.until IS NULL OR believed.until > %(since)s)
GROUP BY plant.code
"""


def judged_overview(session: Session, since: datetime, until: datetime) -> Overview:
    """What is believed now of periods that begin in [since, until), and of what was off in it.

    Raises psycopg.Error.
    """
    values = {"since": since, "until": until}
    # Unprepared: planned for its own times, so that chunks are left out.
    outlets = session.execute(OUTLETS, values, prepare=False).fetchall()
    off = session.execute(OFF, values, prepare=False).fetchall()
    return Overview(
        tuple(JudgedOutlet._make(row) for row in outlets),
        {str(plant): cast("int", count) for plant, count in off},
    )
