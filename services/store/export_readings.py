"""Stored readings as lines of CSV, in the unit of their point, as believed below a position.

It must not know what the lines become.
"""

from collections.abc import Iterator, Sequence
from typing import Final, LiteralString

from psycopg import sql

from schemas.export import Column, ExportQuery
from schemas.series import Series
from services.store.export_places import (
    INTERVALS,
    Piece,
    groups_of,
    guarded,
    reading_pieces,
)
from services.store.merge import TABLES
from services.store.session import Session

COLUMNS: Final = (
    Column("plant"),
    Column("plant_name"),
    Column("subject"),
    Column("subject_name"),
    Column("side"),
    Column("code"),
    Column("rank"),
    Column("device"),
    Column("time", "time"),
    Column("span_s", "integer"),
    Column("value", "number"),
    Column("minimum", "number"),
    Column("maximum", "number"),
    Column("converted", "number"),
    Column("total", "number"),
    Column("unit"),
    Column("flag"),
    Column("sentinel", "flag"),
    Column("sent_at", "time"),
    Column("received_at", "time"),
)
GUARDED = sql.SQL(
    "CASE WHEN left({0}, 1) IN ('=', '+', '-', '@', E'\\t', E'\\r', E'\\n', '＝', '＋', '－', '＠') "
    "THEN '''' || {0} ELSE {0} END"
)
# What is believed now was believed then, if it was there then: it was sent last. Only where it was not,
# the last of what was there is looked for.
BELIEVED = sql.SQL("""
WITH piece AS MATERIALIZED (
  SELECT ord, channel, since, until, scale, total_scale, sentinels::float8[] AS sentinels, plant,
    plant_name, subject, subject_name, side, code, rank, device, unit
  FROM unnest({ords}::integer[], {channels}::integer[], {sinces}::timestamptz[],
    {ends}::timestamptz[], {scales}::float8[], {totals}::float8[], {sentinels}::text[],
    {plants}::text[], {plant_names}::text[], {subjects}::text[], {subject_names}::text[],
    {sides}::text[], {codes}::text[], {ranks}::text[], {devices}::text[], {units}::text[])
    AS piece (ord, channel, since, until, scale, total_scale, sentinels, plant, plant_name, subject,
      subject_name, side, code, rank, device, unit)
), fresh AS MATERIALIZED (
  SELECT id FROM batch WHERE position >= {position}::xid8
), said AS (
  SELECT piece.ord, held.time, held.span_s, held.value, held.minimum, held.maximum, held.converted,
    held.total, held.flag, held.sent_at, held.received_at
  FROM piece JOIN {table} AS held ON held.channel = piece.channel
    AND held.time >= piece.since AND held.time < piece.until
  WHERE held.time >= {since}::timestamptz AND held.time < {until}::timestamptz
    AND held.batch NOT IN (SELECT id FROM fresh)
  UNION ALL
  SELECT * FROM (
    SELECT DISTINCT ON (piece.ord, old.time) piece.ord, old.time, old.span_s, old.value, old.minimum,
      old.maximum, old.converted, old.total, old.flag, old.sent_at, old.received_at
    FROM piece JOIN reading_revision AS old ON old.series = {series} AND old.channel = piece.channel
      AND old.time >= piece.since AND old.time < piece.until
    WHERE old.batch NOT IN (SELECT id FROM fresh)
      AND NOT EXISTS (SELECT FROM {table} AS held WHERE held.channel = old.channel
        AND held.time = old.time AND held.time >= {since}::timestamptz
        AND held.time < {until}::timestamptz AND held.batch NOT IN (SELECT id FROM fresh))
    ORDER BY piece.ord, old.time, COALESCE(old.sent_at, old.received_at) DESC,
      old.received_at DESC, old.batch DESC, old.seq DESC
  ) AS before
)
SELECT plant, plant_name, subject, subject_name, side, code, rank, device,
  time AT TIME ZONE INTERVAL '8 hours', span_s, as_read(value, scale, sentinels),
  CASE WHEN value = ANY(sentinels) THEN NULL
    WHEN scale < 0 THEN as_read(maximum, scale, sentinels)
    ELSE as_read(minimum, scale, sentinels) END,
  CASE WHEN value = ANY(sentinels) THEN NULL
    WHEN scale < 0 THEN as_read(minimum, scale, sentinels)
    ELSE as_read(maximum, scale, sentinels) END,
  CASE WHEN value = ANY(sentinels) THEN NULL ELSE as_read(converted, scale, sentinels) END,
  as_read(total, total_scale, sentinels), unit, {flag}, COALESCE(value = ANY(sentinels), false),
  sent_at AT TIME ZONE INTERVAL '8 hours', received_at AT TIME ZONE INTERVAL '8 hours'
FROM said JOIN piece USING (ord)
ORDER BY ord, time
""")


def reading_statements(session: Session, query: ExportQuery) -> Iterator[sql.Composed]:
    """Statements whose rows, one after the other, are the readings by place and time.

    Raises psycopg.Error.
    """
    series = query.series
    pieces = reading_pieces(session, query)
    if series is Series.STATE:
        pieces = [one for one in pieces if one.instrument is not None and one.instrument.state]
    for group in groups_of(pieces, INTERVALS[series]):
        yield _statement(group, query)


def _statement(group: Sequence[Piece], query: ExportQuery) -> sql.Composed:
    scales = [_scales(piece, query.series) for piece in group]
    tools = [piece.instrument for piece in group]
    return BELIEVED.format(
        ords=sql.Literal(list(range(len(group)))),
        channels=sql.Literal([0 if one is None else one.channel for one in tools]),
        sinces=sql.Literal([piece.since for piece in group]),
        ends=sql.Literal([piece.until for piece in group]),
        scales=sql.Literal([one[0] for one in scales]),
        totals=sql.Literal([one[1] for one in scales]),
        sentinels=sql.Literal([one[2] for one in scales]),
        units=_texts([None if one is None else one.unit for one in tools], query),
        ranks=sql.Literal(["" if one is None else one.line.rank for one in tools]),
        devices=_texts([piece.device for piece in group], query),
        **places_of(group, query),
        table=sql.Identifier(TABLES[query.series]),
        series=sql.Literal(query.series.value),
        position=sql.Literal(str(query.position)),
        since=sql.Literal(min(piece.since for piece in group)),
        until=sql.Literal(max(piece.until for piece in group)),
        flag=guarded_column("flag", query),
    )


def places_of(group: Sequence[Piece], query: ExportQuery) -> dict[str, sql.Composable]:
    """The names of the pieces' places as arrays."""
    places = [piece.place for piece in group]
    return {
        "plants": _texts([one.plant for one in places], query),
        "plant_names": _texts([one.plant_name for one in places], query),
        "subjects": _texts([one.subject for one in places], query),
        "subject_names": _texts([one.subject_name for one in places], query),
        "sides": sql.Literal([one.side for one in places]),
        "codes": _texts([one.code for one in places], query),
    }


def guarded_column(name: LiteralString, query: ExportQuery) -> sql.Composable:
    """A column of texts that no spreadsheet takes for formulas; `guarded` is its twin."""
    column = sql.SQL(name)
    return GUARDED.format(column) if query.guarded else column


def _texts(texts: Sequence[str | None], query: ExportQuery) -> sql.Literal:
    return sql.Literal([None if one is None else guarded(one, query) for one in texts])


def _scales(piece: Piece, series: Series) -> tuple[float | None, float | None, str]:
    """Scale, scale of totals and sentinels; a run state is a number of its own: nothing scales it."""
    tool = piece.instrument
    if tool is None or series is Series.STATE or tool.state:
        return 1.0, 1.0, "{}"
    sentinels = ",".join(repr(one) for one in tool.sentinels)
    return tool.scale, tool.total_scale, f"{{{sentinels}}}"
