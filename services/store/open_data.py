"""What the public is shown of plants that publish: the newest hour of each outlet, and exceedances.

It must not know which plants publish, and reads nothing about persons.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import LiteralString, NamedTuple, cast

from schemas.rule_settings import SettingVersion
from services.store.rule_settings import COLUMNS, setting_of
from services.store.session import Session

PLANTS = """
SELECT plant.id, plant.code, plant.name, COALESCE(plant.name_en, plant.name), plant.region
FROM plant ORDER BY plant.code COLLATE "C"
"""
SAID: LiteralString = (
    COLUMNS + " WHERE name = %(name)s AND position < %(below)s::text::xid8"
    " ORDER BY rule_setting.position, id"
)
NEWEST = """
SELECT plant.code, subject.code, subject.name, point.code, mean.start, mean.stage, mean.value,
  mean.valid, setting.unit, verdict.outcome, verdict.value, law.comparator, law.low, law.high,
  law.unit, law.standard
FROM plant
JOIN subject ON subject.plant = plant.id AND subject.kind = 'outlet'
JOIN outlet ON outlet.id = subject.id AND outlet.role = 'discharge'
JOIN point ON point.subject = subject.id AND point.side = 'out'
CROSS JOIN LATERAL (
  SELECT start, stage, value, valid FROM mean AS one
  WHERE one.point = point.id AND one.period = 'hour'
    AND one.start >= %(since)s AND one.start < %(until)s
    AND one.position < %(below)s::text::xid8
  ORDER BY one.start DESC, one.position DESC, one.id DESC LIMIT 1
) AS mean
LEFT JOIN LATERAL (
  SELECT setting.unit FROM channel_binding AS binding JOIN channel_setting AS setting
    ON setting.channel = binding.channel AND setting.valid @> mean.start
  WHERE binding.point = point.id AND binding.rank = 'main' AND binding.valid @> mean.start LIMIT 1
) AS setting ON true
LEFT JOIN LATERAL (
  SELECT DISTINCT ON (one.limit_key) one.limit_key, one.limit_version, one.outcome, one.value
  FROM verdict AS one
  WHERE one.point = point.id AND one.period = 'hour' AND one.start = mean.start
    AND one.position < %(below)s::text::xid8
  ORDER BY one.limit_key, one.position DESC, one.id DESC
) AS verdict ON true
LEFT JOIN limit_version AS law ON law.id = verdict.limit_version
WHERE plant.id = ANY(%(plants)s::integer[])
ORDER BY plant.code COLLATE "C", subject.code COLLATE "C", point.code COLLATE "C", verdict.limit_key
"""
EXCEEDING = """
SELECT * FROM (
  SELECT DISTINCT ON (one.point, one.start, one.limit_key) plant.code AS plant, plant.name,
    subject.code AS subject, subject.name AS subject_name, point.code, one.period, one.start, one.stage,
    one.outcome, one.value, one.multiple, law.comparator, law.low, law.high, law.unit, law.standard,
    one.point, one.limit_key
  FROM verdict AS one
  JOIN point ON point.id = one.point AND point.side = 'out'
  JOIN subject ON subject.id = point.subject AND subject.kind = 'outlet'
  JOIN plant ON plant.id = subject.plant
  LEFT JOIN limit_version AS law ON law.id = one.limit_version
  WHERE plant.id = ANY(%(plants)s::integer[]) AND one.period = %(period)s
    AND one.start >= %(since)s AND one.start < %(until)s AND one.position < %(below)s::text::xid8
    AND (%(start)s::timestamptz IS NULL OR one.start <= %(start)s::timestamptz)
  ORDER BY one.point, one.start, one.limit_key, one.position DESC, one.id DESC
) AS believed
WHERE outcome IN ('exceeding', 'exceeding_at_least') AND stage IN ('final', 'closed')
  AND (%(start)s::timestamptz IS NULL
    OR (start, point, limit_key) < (%(start)s::timestamptz, %(point)s::integer, %(limit)s::integer))
ORDER BY start DESC, point DESC, limit_key DESC
LIMIT %(most)s
"""


class OpenPlant(NamedTuple):
    """A plant by its names; `region` is where it lies."""

    id: int
    code: str
    zh: str
    en: str
    region: str


class NewestHour(NamedTuple):
    """The newest hour of a point with what it is judged by; a row for each limit, or one without."""

    plant: str
    subject: str
    subject_name: str
    code: str
    start: datetime
    stage: str
    mean: Decimal | None
    valid: bool
    unit: str | None
    outcome: str | None
    value: Decimal | None
    comparator: str | None
    low: Decimal | None
    high: Decimal | None
    limit_unit: str | None
    standard: str | None


class Exceeding(NamedTuple):
    """A period over its limit, final or closed. `point` and `limit` tell two of a time apart."""

    plant: str
    plant_name: str
    subject: str
    subject_name: str
    code: str
    period: str
    start: datetime
    stage: str
    outcome: str
    value: Decimal | None
    multiple: Decimal | None
    comparator: str | None
    low: Decimal | None
    high: Decimal | None
    unit: str | None
    standard: str | None
    point: int
    limit: int


class Exceedances(NamedTuple):
    """Which exceedances: of these plants, periods that begin in [since, until), behind a key."""

    plants: Sequence[int]
    period: str
    since: datetime
    until: datetime
    below: int
    after: tuple[datetime, int, int] | None = None


def open_plants(session: Session) -> list[OpenPlant]:
    """All plants, by code. Raises psycopg.Error."""
    return [OpenPlant._make(row) for row in session.execute(PLANTS).fetchall()]


def settings_named(session: Session, name: str, below: int) -> list[SettingVersion]:
    """What one parameter was set to, below a position. Raises psycopg.Error."""
    rows = session.execute(SAID, {"name": name, "below": str(below)}).fetchall()
    return [setting_of(row) for row in rows]


def newest_hours(
    session: Session, plants: Sequence[int], span: tuple[datetime, datetime], below: int
) -> list[NewestHour]:
    """Of each point of an outlet its newest hour within the span. Raises psycopg.Error."""
    values = {"plants": list(plants), "since": span[0], "until": span[1], "below": str(below)}
    rows = session.execute(NEWEST, values, prepare=False).fetchall()
    return [NewestHour._make(row) for row in rows]


def exceedances(session: Session, wanted: Exceedances, most: int) -> list[Exceeding]:
    """At most `most`, the latest first. Raises psycopg.Error."""
    start, point, limit = wanted.after or (None, None, None)
    values = {
        "plants": list(wanted.plants),
        "period": wanted.period,
        "since": wanted.since,
        "until": wanted.until,
        "below": str(wanted.below),
        "start": start,
        "point": point,
        "limit": limit,
        "most": most,
    }
    rows = session.execute(EXCEEDING, values, prepare=False).fetchall()
    return [Exceeding._make(cast("tuple[object, ...]", row)) for row in rows]
