"""Readings that may be known already: staged in a temporary table, then believed, kept or counted.

The sender's order decides (QN or `sent_at`, else receipt; then receipt, batch, place in it), and
neither arrival nor how rows were batched. What was believed before the table's trigger keeps.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString, NamedTuple, cast

from psycopg import sql

from schemas.series import Series
from services.store.connection import Connection

TABLES: dict[Series, LiteralString] = {
    Series.REALTIME: "reading_realtime",
    Series.MINUTE: "reading_minute",
    Series.HOUR: "reading_hour",
    Series.DAY: "reading_day",
    Series.STATE: "state",
    Series.FIVE_MINUTE: "reading_five_minute",
}

COLUMNS = sql.SQL(
    "time, channel, value, minimum, maximum, converted, converted_min, converted_max, total, flag,"
    " span_s, sampled_at, sent_at, received_at, batch, seq"
)

CREATE_STAGED = """
CREATE TEMPORARY TABLE IF NOT EXISTS staged (LIKE reading_realtime) ON COMMIT DELETE ROWS
"""

# What binary COPY begins and ends with, around the rows.
COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TRAILER = b"\xff\xff"
COPY_IN = sql.SQL("COPY {table} ({columns}) FROM STDIN (FORMAT binary)")

# A value is a repeat when its sender sent the same under the same time of sending, whether it is
# believed now or was before. When it was received does not count.
SAID: tuple[str, ...] = (
    *("sent_at", "value", "minimum", "maximum", "converted", "converted_min", "converted_max"),
    *("total", "flag", "sampled_at"),
)

SURVEY = """
SELECT count(*) AS keys, COALESCE(max(rivals), 0) > 1 AS contested, min(time), max(time)
FROM (SELECT time, count(*) AS rivals FROM staged GROUP BY channel, time) AS key
"""

# Where several values of a key are staged: all that is known, and all but the first of equal ones.
# The bounds, being constants, let the planner leave out the chunks that cannot hold the keys.
DROP_REPEATS = sql.SQL("""
DELETE FROM staged WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM (
    SELECT ctid, channel, time, {columns_said}, count(*) OVER (PARTITION BY channel, time) AS rivals,
      row_number() OVER (
        PARTITION BY channel, time, {columns_said} ORDER BY received_at, batch, seq) AS place
    FROM staged) AS staged
  WHERE rivals > 1 AND (place > 1
    OR EXISTS (
      SELECT FROM {table} AS known
      WHERE known.channel = staged.channel AND known.time = staged.time
        AND known.time BETWEEN {first} AND {last}
        AND ({known}) IS NOT DISTINCT FROM ({staged}))
    OR EXISTS (
      SELECT FROM reading_revision AS known
      WHERE known.series = {series} AND known.channel = staged.channel
        AND known.time = staged.time
        AND ({known}) IS NOT DISTINCT FROM ({staged})))))
""")

# Values believed before are refused by the table's trigger: it alone sees what another worker
# committed while this statement waited for it.
BELIEVE = sql.SQL("""
INSERT INTO {table} AS known ({columns})
SELECT DISTINCT ON (channel, time) {columns} FROM staged
ORDER BY channel, time, COALESCE(sent_at, received_at) DESC, received_at DESC, batch DESC, seq DESC
ON CONFLICT (channel, time) DO UPDATE SET
  value = excluded.value, minimum = excluded.minimum, maximum = excluded.maximum,
  converted = excluded.converted, converted_min = excluded.converted_min,
  converted_max = excluded.converted_max, total = excluded.total, flag = excluded.flag,
  span_s = excluded.span_s, sampled_at = excluded.sampled_at, sent_at = excluded.sent_at,
  received_at = excluded.received_at, batch = excluded.batch, seq = excluded.seq
WHERE (COALESCE(excluded.sent_at, excluded.received_at), excluded.received_at, excluded.batch,
    excluded.seq)
  > (COALESCE(known.sent_at, known.received_at), known.received_at, known.batch, known.seq)
  AND ({excluded}) IS DISTINCT FROM ({known})
RETURNING seq, xmax <> 0 AS replaced
""")

# What is older than the believed value and not known yet; of equal values the first received.
KEEP_OLDER = sql.SQL("""
INSERT INTO reading_revision (series, {columns})
SELECT {series}, {columns} FROM staged
WHERE NOT EXISTS (
  SELECT FROM {table} AS known
  WHERE known.channel = staged.channel AND known.time = staged.time
    AND known.time BETWEEN {first} AND {last}
    AND ({known}) IS NOT DISTINCT FROM ({staged}))
ORDER BY channel, time, received_at, batch, seq
ON CONFLICT DO NOTHING
RETURNING seq
""")


@dataclass(frozen=True, slots=True)
class Merged:
    """How many rows were new, how many of them replaced or lost against another; whose they were."""

    readings: int
    revised: int
    seqs: AbstractSet[int]


async def copy_rows(connection: Connection, table: LiteralString, rows: bytes) -> None:
    """COPY packed rows (without header and trailer) into a table of readings' shape."""
    statement = COPY_IN.format(table=sql.Identifier(table), columns=COLUMNS)
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        await copy.write(COPY_HEADER + rows + COPY_TRAILER)


async def merge(connection: Connection, series: Series, rows: bytes) -> Merged:
    """Stage packed rows and merge them into the series' table, within the running transaction."""
    await copy_rows(connection, "staged", rows)
    return await merge_staged(connection, series)


async def merge_staged(connection: Connection, series: Series) -> Merged:
    """Merge what is staged into the series' table, within the running transaction.

    Only what is unknown is ranked: a repeat, received late, must not hide another value of its
    key. So where several values of a key are staged, repeats are dropped first.
    """
    survey = await _survey(connection)
    names = _names(series, survey)
    if survey.contested:
        await connection.execute(DROP_REPEATS.format(**names))
    believed = await (await connection.execute(BELIEVE.format(**names))).fetchall()
    if survey.contested and len(believed) < survey.keys:
        # What ranked first may have become known while we waited for another worker. By now all
        # keys still staged are locked, so a second look is final.
        await connection.execute(DROP_REPEATS.format(**names))
        believed += await (await connection.execute(BELIEVE.format(**names))).fetchall()
    older: list[tuple[object, ...]] = []
    if survey.contested or len(believed) < survey.keys:
        older = await (await connection.execute(KEEP_OLDER.format(**names))).fetchall()
    await connection.execute("DELETE FROM staged")
    replaced = sum(1 for _, was_there in believed if was_there)
    seqs = {int(str(row[0])) for row in (*believed, *older)}
    return Merged(len(believed) + len(older), replaced + len(older), seqs)


class _Survey(NamedTuple):
    """How many keys are staged, whether one has several values, and their first and last time."""

    keys: int
    contested: bool
    first: datetime | None
    last: datetime | None


async def _survey(connection: Connection) -> _Survey:
    row = await (await connection.execute(SURVEY)).fetchone()
    return _Survey._make(cast("tuple[int, bool, datetime, datetime]", row))


def _names(series: Series, survey: _Survey) -> dict[str, sql.Composable]:
    sides = {
        side: sql.SQL(", ").join(sql.Identifier(side, column) for column in SAID)
        for side in ("known", "staged", "excluded")
    }
    return {
        "table": sql.Identifier(TABLES[series]),
        "series": sql.Literal(series.value),
        "columns": COLUMNS,
        "columns_said": sql.SQL(", ").join(map(sql.Identifier, SAID)),
        "first": sql.Literal(survey.first),
        "last": sql.Literal(survey.last),
        **sides,
    }
