"""Readings that may be known already: staged in a temporary table, then believed, kept or counted.

The sender's order decides (QN or `sent_at`, then receipt); the outcome does not depend on the
order of arrival. What was believed before is kept by the table's own trigger.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from schemas.series import Series
from services.store.connection import Connection

TABLES: dict[Series, LiteralString] = {
    Series.REALTIME: "reading_realtime",
    Series.MINUTE: "reading_minute",
    Series.HOUR: "reading_hour",
    Series.DAY: "reading_day",
    Series.STATE: "state",
}

COLUMNS = sql.SQL(
    "time, channel, value, minimum, maximum, converted, converted_min, converted_max, total, flag,"
    " span_s, sampled_at, sent_at, received_at, batch, seq"
)

CREATE_STAGED = """
CREATE TEMPORARY TABLE IF NOT EXISTS staged (LIKE reading_realtime) ON COMMIT DELETE ROWS
"""

COPY_IN = sql.SQL("COPY {table} ({columns}) FROM STDIN (FORMAT binary)")

# A value is a repeat when its sender sent the same numbers under the same time of sending,
# whether that value is believed now or was believed before.
BELIEVE = sql.SQL("""
WITH ranked AS (
  SELECT {columns}, row_number() OVER (
    PARTITION BY channel, time
    ORDER BY COALESCE(sent_at, received_at) DESC, received_at DESC, seq DESC) AS place
  FROM staged)
INSERT INTO {table} AS believed ({columns})
SELECT {columns} FROM ranked WHERE place = 1 ORDER BY channel, time
ON CONFLICT (channel, time) DO UPDATE SET
  value = excluded.value, minimum = excluded.minimum, maximum = excluded.maximum,
  converted = excluded.converted, converted_min = excluded.converted_min,
  converted_max = excluded.converted_max, total = excluded.total, flag = excluded.flag,
  span_s = excluded.span_s, sampled_at = excluded.sampled_at, sent_at = excluded.sent_at,
  received_at = excluded.received_at, batch = excluded.batch, seq = excluded.seq
WHERE (COALESCE(excluded.sent_at, excluded.received_at), excluded.received_at)
    > (COALESCE(believed.sent_at, believed.received_at), believed.received_at)
  AND (excluded.sent_at, excluded.value, excluded.minimum, excluded.maximum, excluded.converted,
       excluded.converted_min, excluded.converted_max, excluded.total, excluded.flag,
       excluded.sampled_at)
    IS DISTINCT FROM
      (believed.sent_at, believed.value, believed.minimum, believed.maximum, believed.converted,
       believed.converted_min, believed.converted_max, believed.total, believed.flag,
       believed.sampled_at)
  AND NOT EXISTS (
    SELECT 1 FROM reading_revision AS known
    WHERE known.series = {series} AND known.channel = excluded.channel
      AND known.time = excluded.time
      AND (known.sent_at, known.value, known.minimum, known.maximum, known.converted,
           known.converted_min, known.converted_max, known.total, known.flag, known.sampled_at)
        IS NOT DISTINCT FROM
          (excluded.sent_at, excluded.value, excluded.minimum, excluded.maximum,
           excluded.converted, excluded.converted_min, excluded.converted_max, excluded.total,
           excluded.flag, excluded.sampled_at))
RETURNING seq, xmax <> 0 AS replaced
""")

# What is older than the believed value and not known yet.
KEEP_OLDER = sql.SQL("""
INSERT INTO reading_revision (series, {columns})
SELECT {series}, {columns} FROM staged
WHERE NOT EXISTS (
  SELECT 1 FROM {table} AS believed
  WHERE believed.channel = staged.channel AND believed.time = staged.time
    AND (believed.sent_at, believed.value, believed.minimum, believed.maximum, believed.converted,
          believed.converted_min, believed.converted_max, believed.total, believed.flag,
          believed.sampled_at)
        IS NOT DISTINCT FROM
          (staged.sent_at, staged.value, staged.minimum, staged.maximum, staged.converted,
           staged.converted_min, staged.converted_max, staged.total, staged.flag,
           staged.sampled_at))
ORDER BY channel, time, COALESCE(sent_at, received_at)
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
    """COPY packed rows (header and trailer included) into a table of readings' shape."""
    statement = COPY_IN.format(table=sql.Identifier(table), columns=COLUMNS)
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        await copy.write(rows)


async def merge(connection: Connection, series: Series, rows: bytes) -> Merged:
    """Stage packed rows and merge them into the series' table, within the running transaction."""
    await copy_rows(connection, "staged", rows)
    return await merge_staged(connection, series)


async def merge_staged(connection: Connection, series: Series) -> Merged:
    """Merge what is staged into the series' table, within the running transaction."""
    names = {
        "table": sql.Identifier(TABLES[series]),
        "series": sql.Literal(series.value),
        "columns": COLUMNS,
    }
    believed = await (await connection.execute(BELIEVE.format(**names))).fetchall()
    older = await (await connection.execute(KEEP_OLDER.format(**names))).fetchall()
    await connection.execute("DELETE FROM staged")
    replaced = sum(1 for _, was_there in believed if was_there)
    seqs = {int(str(row[0])) for row in believed} | {int(str(row[0])) for row in older}
    return Merged(len(believed) + len(older), replaced + len(older), seqs)
