"""Alerts, marks and limits as lines of CSV, as known below a position. It must not know what they become."""

from collections.abc import Mapping
from typing import Final, LiteralString

from psycopg import sql

from schemas.export import Column, ExportQuery, What
from services.store.export_places import table_known
from services.store.export_readings import guarded_column

ALERT_COLUMNS: Final = (
    Column("alert", "integer"),
    Column("kind"),
    Column("severity"),
    Column("state"),
    Column("plant"),
    Column("plant_name"),
    Column("subject"),
    Column("subject_name"),
    Column("side"),
    Column("code"),
    Column("device"),
    Column("since", "time"),
    Column("until", "time"),
    Column("first_told_at", "time"),
    Column("last_told_at", "time"),
    Column("version", "integer"),
    Column("last_what"),
    Column("last_actor"),
    Column("zh"),
    Column("en"),
)
MARK_COLUMNS: Final = (
    Column("mark", "integer"),
    Column("kind"),
    Column("plant"),
    Column("plant_name"),
    Column("subject"),
    Column("subject_name"),
    Column("side"),
    Column("code"),
    Column("since", "time"),
    Column("until", "time"),
    Column("origin"),
    Column("planned", "flag"),
    Column("entered_at", "time"),
    Column("actor"),
    Column("evidence"),
    Column("review"),
    Column("reviewer"),
    Column("reason"),
)
LIMIT_COLUMNS: Final = (
    Column("limit", "integer"),
    Column("version", "integer"),
    Column("act"),
    Column("plant"),
    Column("plant_name"),
    Column("subject"),
    Column("subject_name"),
    Column("side"),
    Column("code"),
    Column("valid_from", "time"),
    Column("valid_until", "time"),
    Column("withdrawn", "flag"),
    Column("comparator"),
    Column("low", "number"),
    Column("high", "number"),
    Column("unit"),
    Column("quantity"),
    Column("averaging"),
    Column("reference_oxygen", "number"),
    Column("condition"),
    Column("origin"),
    Column("standard"),
    Column("clause"),
    Column("confidence"),
    Column("verified", "flag"),
    Column("source"),
    Column("reason"),
    Column("actor"),
    Column("approver"),
    Column("recorded_at", "time"),
)
PLACED = sql.SQL("""
  AND ({plants}::integer[] IS NULL OR plant.id = ANY({plants}::integer[]))
  AND ({subject}::text IS NULL OR subject.code = {subject}::text)
  AND ({side}::text IS NULL OR point.side = {side}::text)
  AND ({code}::text IS NULL OR point.code = {code}::text)
""")
# How a case stood then its events say: the case itself is its newest version. A step is not known
# before the ones before it are, whatever their positions.
ALERTS = sql.SQL("""
SELECT alert.id, alert.kind, last.severity, last.state, {plant.code}, {plant.name}, {subject.code},
  {subject.name}, point.side, {point.code}, {device.code},
  last.since AT TIME ZONE INTERVAL '8 hours', last.until AT TIME ZONE INTERVAL '8 hours',
  first.made_at AT TIME ZONE INTERVAL '8 hours', last.made_at AT TIME ZONE INTERVAL '8 hours',
  last.version, last.what, {last.actor}, {said.zh}, {said.en}
FROM (
  SELECT DISTINCT ON (alert) alert, version, what, actor, made_at, state, severity, since, until
  FROM alert_event
  LEFT JOIN (
    SELECT alert, min(version) AS hidden FROM alert_event WHERE position >= {position}::xid8
    GROUP BY alert
  ) AS later USING (alert)
  WHERE position < {position}::xid8 AND version < COALESCE(hidden, 2147483647)
  ORDER BY alert, version DESC
) AS last
JOIN alert ON alert.id = last.alert
JOIN LATERAL (SELECT made_at FROM alert_event AS one
  WHERE one.alert = alert.id AND one.version = 1) AS first ON true
LEFT JOIN LATERAL (SELECT one.detail ->> 'zh' AS zh, one.detail ->> 'en' AS en FROM alert_event AS one
  WHERE one.alert = alert.id AND one.version <= last.version AND one.detail ? 'zh'
  ORDER BY one.version DESC LIMIT 1) AS said ON true
LEFT JOIN {subjects} AS subject ON subject.id = alert.subject
LEFT JOIN {points} AS point ON point.id = alert.point
LEFT JOIN {devices} AS device ON device.id = alert.device
LEFT JOIN {plants_known} AS plant ON plant.id = COALESCE(alert.plant, subject.plant)
WHERE last.since < {until}::timestamptz
  AND (COALESCE(last.until, 'infinity') > {since}::timestamptz OR last.since >= {since}::timestamptz)
{placed}
ORDER BY alert.id
""")
MARKS = sql.SQL("""
SELECT mark_key, mark.kind, {plant.code}, {plant.name}, {subject.code}, {subject.name}, point.side,
  {point.code}, lower(during) AT TIME ZONE INTERVAL '8 hours',
  upper(during) AT TIME ZONE INTERVAL '8 hours', origin, planned,
  entered_at AT TIME ZONE INTERVAL '8 hours', {mark.actor}, {mark.evidence}, review, {mark.reviewer},
  {mark.reason}
FROM (
  SELECT DISTINCT ON (mark_key) * FROM mark WHERE position < {position}::xid8
  ORDER BY mark_key, position DESC, id DESC
) AS mark
JOIN {subjects} AS subject ON subject.id = mark.subject
JOIN {plants_known} AS plant ON plant.id = subject.plant
LEFT JOIN {points} AS point ON point.id = mark.point
WHERE NOT withdrawn AND during && tstzrange({since}, {until})
{placed}
ORDER BY mark_key
""")
LIMITS = sql.SQL("""
SELECT limit_key, law.id, act, {plant.code}, {plant.name}, {subject.code}, {subject.name}, point.side,
  {point.code}, lower(valid) AT TIME ZONE INTERVAL '8 hours',
  upper(valid) AT TIME ZONE INTERVAL '8 hours', withdrawn, comparator, low, high, {law.unit}, quantity,
  averaging, reference_oxygen, {law.condition}, origin, {law.standard}, {law.clause}, confidence,
  verified, {law.source}, {law.reason}, {law.actor}, {law.approver},
  recorded_at AT TIME ZONE INTERVAL '8 hours'
FROM limit_version AS law
JOIN {points} AS point ON point.id = law.point
JOIN {subjects} AS subject ON subject.id = point.subject
JOIN {plants_known} AS plant ON plant.id = subject.plant
WHERE law.position < {position}::xid8 AND valid && tstzrange({since}, {until})
{placed}
ORDER BY limit_key, law.position, law.id
""")
TEXTS: Final[tuple[LiteralString, ...]] = (
    "plant.code", "plant.name", "subject.code", "subject.name", "point.code", "device.code",
    "last.actor", "said.zh", "said.en", "mark.actor", "mark.evidence", "mark.reviewer", "mark.reason",
    "law.unit", "law.condition", "law.standard", "law.clause", "law.source", "law.reason", "law.actor",
    "law.approver",
)  # fmt: skip
TEMPLATES: Final[Mapping[What, sql.SQL]] = {
    What.ALERTS: ALERTS,
    What.MARKS: MARKS,
    What.LIMITS: LIMITS,
}


def case_statement(query: ExportQuery) -> sql.Composed:
    """The statement whose rows are the cases, marks or versions of limits that a query means."""
    plants = None if query.plants is None else list(query.plants)
    placed = PLACED.format(
        plants=sql.Literal(plants),
        subject=sql.Literal(query.subject),
        side=sql.Literal(query.side),
        code=sql.Literal(query.code),
    )
    return TEMPLATES[query.what].format(
        position=sql.Literal(str(query.position)),
        since=sql.Literal(query.since),
        until=sql.Literal(query.until),
        subjects=table_known("subject", query.position),
        points=table_known("point", query.position),
        devices=table_known("device", query.position),
        plants_known=table_known("plant", query.position),
        placed=placed,
        **{name: guarded_column(name, query) for name in TEXTS},
    )
