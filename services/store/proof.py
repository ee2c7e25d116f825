"""Readings compared with what the frames say, set by set, in temporary tables.

What a frame says is `expected`; what is found as it should be is taken out of it, in steps, and
what is left is wrong. `proven` counts by batch.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple, cast

from psycopg import sql

from schemas.series import Series
from services.store.connection import Connection
from services.store.merge import COLUMNS, SAID, TABLES, copy_rows

CREATE: tuple[LiteralString, ...] = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS expected (LIKE reading_realtime)",
    """CREATE TEMPORARY TABLE IF NOT EXISTS proven
    (batch bigint PRIMARY KEY, matched bigint, unseen bigint NOT NULL)""",
)
REST: tuple[str, ...] = ("span_s", "received_at")

DROP_REFUSED = """
DELETE FROM expected USING unnest(%(batches)s::bigint[], %(seqs)s::integer[]) AS refused (batch, seq)
WHERE expected.batch = refused.batch AND expected.seq = refused.seq
"""
# Codes that were refused once may be registered by now: they may be there, but need not.
DROP_OPTIONAL = """
DELETE FROM expected USING reject, channel
WHERE reject.batch = expected.batch AND reject.seq = expected.seq
  AND channel.id = expected.channel AND channel.code = ANY(reject.codes)
"""
# What retention may have dropped and is not there. A chunk says nothing: it may be half rebuilt.
DROP_UNSEEN = sql.SQL("""
WITH gone AS (
  DELETE FROM expected
  WHERE time < {kept_from} AND NOT EXISTS (
    SELECT FROM {table} AS held
    WHERE held.channel = expected.channel AND held.time = expected.time
      AND held.time BETWEEN {first} AND {last}
      AND held.batch = expected.batch AND held.seq = expected.seq)
  RETURNING batch, channel, time, seq)
SELECT batch, count(*) FROM (SELECT DISTINCT * FROM gone) AS single GROUP BY batch
""")
TAKE_OWN = sql.SQL("""
WITH own AS (
  DELETE FROM expected USING {table} AS held
  WHERE held.channel = expected.channel AND held.time = expected.time
    AND held.time BETWEEN {first} AND {last} {series}
    AND held.batch = expected.batch AND held.seq = expected.seq
    AND ({held}) IS NOT DISTINCT FROM ({expected})
  RETURNING expected.batch, expected.channel, expected.time, expected.seq{numbers}
)
SELECT batch, count(*) FROM (SELECT DISTINCT * FROM own) AS single GROUP BY batch
""")
TAKE_REPEATED = sql.SQL("""
DELETE FROM expected
WHERE EXISTS (
    SELECT FROM {table} AS held
    WHERE held.channel = expected.channel AND held.time = expected.time
      AND held.time BETWEEN {first} AND {last}
      AND ({held}) IS NOT DISTINCT FROM ({expected}))
  OR EXISTS (
    SELECT FROM reading_revision AS held
    WHERE held.series = {series} AND held.channel = expected.channel
      AND held.time = expected.time
      AND ({held}) IS NOT DISTINCT FROM ({expected}))
""")
LEFT = sql.SQL("SELECT DISTINCT {columns} FROM expected LIMIT {limit}")
UNEXPLAINED = sql.SQL("""
SELECT {columns} FROM {table} AS held
WHERE held.batch = ANY({batches}::bigint[]) {series}
AND NOT EXISTS (SELECT FROM channel_merged WHERE old = held.channel)
AND NOT EXISTS (
  SELECT FROM expected
  WHERE expected.channel = held.channel AND expected.time = held.time
    AND expected.batch = held.batch AND expected.seq = held.seq
    AND ({held}) IS NOT DISTINCT FROM ({expected}))
LIMIT {limit}
""")
DIFFERENCES = """
WITH held AS (
  SELECT batch, count(*) AS rows FROM (
    SELECT batch FROM reading_realtime UNION ALL SELECT batch FROM reading_minute
    UNION ALL SELECT batch FROM reading_hour UNION ALL SELECT batch FROM reading_day
    UNION ALL SELECT batch FROM state UNION ALL SELECT batch FROM reading_five_minute
    UNION ALL SELECT batch FROM reading_revision
      -- What bears an id of before has a copy under the channel's own.
      WHERE NOT EXISTS (SELECT FROM channel_merged WHERE old = reading_revision.channel)) AS every
  GROUP BY batch)
SELECT COALESCE(held.batch, proven.batch), COALESCE(held.rows, 0), proven.matched, proven.unseen,
  batch.readings
FROM held FULL JOIN proven ON proven.batch = held.batch
LEFT JOIN batch ON batch.id = COALESCE(held.batch, proven.batch)
WHERE batch.id IS NULL
  OR proven.matched <> COALESCE(held.rows, 0)
  OR COALESCE(held.rows, 0) > batch.readings AND proven.batch IS NOT NULL
  OR COALESCE(held.rows, 0) + proven.unseen < batch.readings
ORDER BY 1
LIMIT %(limit)s
"""


class HeldRow(NamedTuple):
    """A row of readings, as found or as expected."""

    time: datetime
    channel: int
    value: float | None
    minimum: float | None
    maximum: float | None
    converted: float | None
    converted_min: float | None
    converted_max: float | None
    total: float | None
    flag: str | None
    span_s: int
    sampled_at: datetime | None
    sent_at: datetime | None
    received_at: datetime
    batch: int
    seq: int


class Difference(NamedTuple):
    """A batch whose rows are not as many as they should be.

    `readings` is None when no batch has this number, `matched` when its frames are gone.
    """

    batch: int
    rows: int
    matched: int | None
    unseen: int | None
    readings: int | None


class Settled(NamedTuple):
    """By batch: rows found as they should be, rows that retention dropped."""

    matched: dict[int, int]
    unseen: dict[int, int]


async def prepare_proof(connection: Connection) -> None:
    """Make the temporary tables."""
    for statement in CREATE:
        await connection.execute(statement)


async def expect(connection: Connection, rows: bytes) -> None:
    """Take packed rows of one series as what is to be found."""
    await connection.execute("TRUNCATE expected")
    await copy_rows(connection, "expected", rows)


async def refuse(connection: Connection, refused: Sequence[tuple[int, int]]) -> None:
    """Expect nothing of these frames, (batch, seq): they were rejected."""
    values = {"batches": [batch for batch, _ in refused], "seqs": [seq for _, seq in refused]}
    await connection.execute(DROP_REFUSED, values)


async def settle(
    connection: Connection,
    series: Series,
    refused: Sequence[tuple[int, int]],
    kept_from: datetime | None,
) -> Settled:
    """Take out of `expected` all that is as it should be.

    `refused`: (batch, seq) of frames that were rejected; `kept_from`: what is older may have been
    dropped.
    """
    await refuse(connection, refused)
    cursor = await connection.execute("SELECT min(time), max(time) FROM expected")
    ends = await cursor.fetchone()
    if ends is None or ends[0] is None:
        return Settled({}, {})
    bounds = {"first": sql.Literal(ends[0]), "last": sql.Literal(ends[1])}
    async with connection.transaction():
        # A few keys of a large table: never by reading all of it.
        await connection.execute("SET LOCAL enable_hashjoin TO off")
        await connection.execute("SET LOCAL enable_mergejoin TO off")
        matched = await _take(connection, series, bounds)
        await connection.execute(DROP_OPTIONAL)
        if kept_from is None:
            return Settled(matched, {})
        dropped = DROP_UNSEEN.format(
            kept_from=sql.Literal(kept_from), table=sql.Identifier(TABLES[series]), **bounds
        )
        unseen = await (await connection.execute(dropped)).fetchall()
    return Settled(matched, _counts(unseen))


async def _take(
    connection: Connection, series: Series, bounds: Mapping[str, sql.Literal]
) -> dict[int, int]:
    alike = _sides((*SAID, *REST))
    table = sql.Identifier(TABLES[series])
    matched: dict[int, int] = {}
    for source, condition in (
        (table, sql.SQL("")),
        (sql.Identifier("reading_revision"), _of_series(series)),
    ):
        query = TAKE_OWN.format(
            table=source, series=condition, numbers=_returned(), **bounds, **alike
        )
        for batch, count in _counts(await (await connection.execute(query)).fetchall()).items():
            matched[batch] = matched.get(batch, 0) + count
    repeated = TAKE_REPEATED.format(
        table=table, series=sql.Literal(series.value), **bounds, **_sides(SAID)
    )
    await connection.execute(repeated)
    return matched


async def left_over(connection: Connection, limit: int) -> list[HeldRow]:
    """What is still expected and not found."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(LEFT.format(columns=COLUMNS, limit=sql.Literal(limit)))
    return [HeldRow._make(row) for row in await cursor.fetchall()]


async def note_proven(connection: Connection, counts: Mapping[int, tuple[int | None, int]]) -> None:
    """Note by batch how many rows were found and how many cannot be; None: frames are gone."""
    await connection.execute(
        "INSERT INTO proven (batch, matched, unseen)"
        " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])",
        (
            list(counts),
            [matched for matched, _ in counts.values()],
            [unseen for _, unseen in counts.values()],
        ),
    )


async def differences(connection: Connection, limit: int) -> list[Difference]:
    """The batches whose rows are more or fewer than proven or than their digest covers."""
    await connection.execute("ANALYZE proven")
    cursor = await connection.execute(DIFFERENCES, {"limit": limit})
    return [Difference._make(row) for row in await cursor.fetchall()]


async def unexplained(
    connection: Connection, series: Series, batches: Sequence[int], limit: int
) -> list[HeldRow]:
    """Rows of these batches that are not among the expected ones."""
    found: list[HeldRow] = []
    sources = (
        (sql.Identifier(TABLES[series]), sql.SQL("")),
        (sql.Identifier("reading_revision"), _of_series(series)),
    )
    for table, condition in sources:
        cursor = connection.cursor(binary=True)
        await cursor.execute(
            UNEXPLAINED.format(
                columns=COLUMNS,
                table=table,
                series=condition,
                batches=sql.Literal(list(batches)),
                limit=sql.Literal(limit),
                **_sides((*SAID, *REST)),
            )
        )
        found += [HeldRow._make(row) for row in await cursor.fetchall()]
    return found


def _of_series(series: Series) -> sql.Composed:
    return sql.SQL("AND held.series = {}").format(sql.Literal(series.value))


def _sides(columns: Sequence[str]) -> dict[str, sql.Composed]:
    return {
        side: sql.SQL(", ").join(sql.Identifier(side, column) for column in columns)
        for side in ("held", "expected")
    }


def _returned() -> sql.Composed:
    """Columns that tell two rows of one frame apart."""
    return sql.SQL("").join(
        sql.SQL(", {}").format(sql.Identifier("expected", column)) for column in SAID
    )


def _counts(rows: Sequence[Sequence[object]]) -> dict[int, int]:
    return dict(cast("Sequence[tuple[int, int]]", rows))
