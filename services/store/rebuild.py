"""Readings put back under the batch and place they had, after retention dropped their chunks."""

from collections.abc import Sequence

from psycopg import sql

from schemas.series import Series
from services.store.connection import Connection
from services.store.merge import TABLES, copy_rows, merge_staged

DROP_REFUSED = """
DELETE FROM staged USING unnest(%(batches)s::bigint[], %(seqs)s::integer[]) AS refused (batch, seq)
WHERE staged.batch = refused.batch AND staged.seq = refused.seq
"""
DROP_REFUSED_CODES = """
DELETE FROM staged USING reject, channel
WHERE reject.batch = staged.batch AND reject.seq = staged.seq AND reject.reason <> 'clock'
  AND channel.id = staged.channel AND channel.code = ANY(reject.codes)
"""
# What was believed before is kept, and must not be believed again while the newer one is away.
DROP_REVISED = """
DELETE FROM staged USING reading_revision AS known
WHERE known.series = %(series)s AND known.channel = staged.channel AND known.time = staged.time
  AND (known.sent_at, known.value, known.minimum, known.maximum, known.converted,
       known.converted_min, known.converted_max, known.total, known.flag, known.sampled_at)
    IS NOT DISTINCT FROM
      (staged.sent_at, staged.value, staged.minimum, staged.maximum, staged.converted,
       staged.converted_min, staged.converted_max, staged.total, staged.flag, staged.sampled_at)
"""
DROP_PRESENT = sql.SQL("""
DELETE FROM staged USING {table} AS held
WHERE held.channel = staged.channel AND held.time = staged.time
  AND held.batch = staged.batch AND held.seq = staged.seq
""")


async def restore(
    connection: Connection, series: Series, rows: bytes, refused: Sequence[tuple[int, int]]
) -> int:
    """Put packed rows back that are not there, within the running transaction; how many.

    `refused`: (batch, seq) of frames of which nothing was stored. Raises psycopg.Error.
    """
    await copy_rows(connection, "staged", rows)
    values = {"batches": [batch for batch, _ in refused], "seqs": [seq for _, seq in refused]}
    await connection.execute(DROP_REFUSED, values)
    await connection.execute(DROP_REFUSED_CODES)
    await connection.execute(DROP_REVISED, {"series": series.value})
    await connection.execute(DROP_PRESENT.format(table=sql.Identifier(TABLES[series])))
    return (await merge_staged(connection, series)).readings
