"""Means and verdicts as lines of CSV, as believed below a position. It must not know what they become."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final, LiteralString

from psycopg import sql

from schemas.export import Column, ExportQuery, What
from schemas.judgement import Period
from services.store.export_places import Piece, groups_of, guarded, point_pieces
from services.store.export_readings import guarded_column, places_of
from services.store.session import Session

PLACE: Final = (
    Column("plant"),
    Column("plant_name"),
    Column("subject"),
    Column("subject_name"),
    Column("side"),
    Column("code"),
    Column("period"),
    Column("start", "time"),
    Column("stage"),
)
MEAN_COLUMNS: Final = (
    *PLACE,
    Column("source"),
    Column("value", "number"),
    Column("unit"),
    Column("converted"),
    Column("valid_s", "integer"),
    Column("due_s", "integer"),
    Column("valid", "flag"),
    Column("at_least", "flag"),
    Column("mass_kg", "number"),
    Column("id", "integer"),
    Column("rules"),
)
VERDICT_COLUMNS: Final = (
    *PLACE,
    Column("outcome"),
    Column("value", "number"),
    Column("comparator"),
    Column("low", "number"),
    Column("high", "number"),
    Column("unit"),
    Column("multiple", "number"),
    Column("sure", "flag"),
    Column("doubts"),
    Column("why"),
    Column("limit", "integer"),
    Column("limit_version", "integer"),
    Column("standard"),
    Column("clause"),
    Column("id", "integer"),
    Column("rules"),
)
INTERVALS: Final = {
    Period.FIVE_MINUTE: timedelta(minutes=5),
    Period.HOUR: timedelta(hours=1),
    Period.DAY: timedelta(days=1),
    Period.MONTH: timedelta(days=28),
    Period.QUARTER: timedelta(days=90),
    Period.YEAR: timedelta(days=365),
}
PIECES = sql.SQL("""
WITH piece AS MATERIALIZED (
  SELECT ord, point, since, until, plant, plant_name, subject, subject_name, side, code, unit
  FROM unnest({ords}::integer[], {points}::integer[], {sinces}::timestamptz[],
    {ends}::timestamptz[], {plants}::text[], {plant_names}::text[], {subjects}::text[],
    {subject_names}::text[], {sides}::text[], {codes}::text[], {units}::text[])
    AS piece (ord, point, since, until, plant, plant_name, subject, subject_name, side, code, unit)
)
""")
MEANS = sql.SQL("""
SELECT plant, plant_name, subject, subject_name, side, code, period,
  start AT TIME ZONE INTERVAL '8 hours', stage, source, value, unit, {converted}, valid_s, due_s,
  valid, at_least, mass, id, rules
FROM piece JOIN (
  SELECT DISTINCT ON (piece.ord, said.start) piece.ord, said.*
  FROM piece JOIN mean AS said ON said.point = piece.point AND said.period = {period}
    AND said.start >= piece.since AND said.start < piece.until
  WHERE said.start >= {since}::timestamptz AND said.start < {until}::timestamptz
    AND said.position < {position}::xid8
  ORDER BY piece.ord, said.start, said.position DESC, said.id DESC
) AS believed USING (ord)
ORDER BY ord, start
""")
VERDICTS = sql.SQL("""
SELECT plant, plant_name, subject, subject_name, side, code, period,
  start AT TIME ZONE INTERVAL '8 hours', stage, outcome, value, comparator, low, high,
  {unit}, multiple, sure, array_to_string(doubts, ' '), {why}, believed.limit_key, limit_version,
  {standard}, {clause}, believed.id, rules
FROM piece JOIN (
  SELECT DISTINCT ON (piece.ord, said.start, said.limit_key) piece.ord, said.*
  FROM piece JOIN verdict AS said ON said.point = piece.point AND said.period = {period}
    AND said.start >= piece.since AND said.start < piece.until
  WHERE said.start >= {since}::timestamptz AND said.start < {until}::timestamptz
    AND said.position < {position}::xid8
  ORDER BY piece.ord, said.start, said.limit_key, said.position DESC, said.id DESC
) AS believed USING (ord)
LEFT JOIN limit_version AS law ON law.id = believed.limit_version
ORDER BY ord, start, believed.limit_key
""")


def judged_statements(session: Session, query: ExportQuery) -> Iterator[sql.Composed]:
    """Statements whose rows, one after the other, are the beliefs by place and time.

    Raises psycopg.Error.
    """
    pieces = point_pieces(session, query)
    for group in groups_of(pieces, INTERVALS[query.period]):
        yield _statement(group, query)


def _statement(group: Sequence[Piece], query: ExportQuery) -> sql.Composed:
    units = [None if one.instrument is None else one.instrument.unit for one in group]
    pieces = PIECES.format(
        ords=sql.Literal(list(range(len(group)))),
        points=sql.Literal([piece.place.point for piece in group]),
        sinces=sql.Literal([piece.since for piece in group]),
        ends=sql.Literal([piece.until for piece in group]),
        units=sql.Literal([None if one is None else guarded(one, query) for one in units]),
        **places_of(group, query),
    )
    template = MEANS if query.what is What.MEANS else VERDICTS
    names: dict[str, LiteralString] = {
        "converted": "NULLIF(converted::text, '{}')",
        "unit": "law.unit",
        "why": "why",
        "standard": "law.standard",
        "clause": "law.clause",
    }
    return pieces + template.format(
        period=sql.Literal(query.period.value),
        since=sql.Literal(min(piece.since for piece in group)),
        until=sql.Literal(max(piece.until for piece in group)),
        position=sql.Literal(str(query.position)),
        **{key: guarded_column(name, query) for key, name in names.items()},
    )
