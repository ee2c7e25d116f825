"""Retries of rejects that were asked for, as ingest takes and tells them: one piece, one transaction.

It must not know how a reject is fed in again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, LiteralString, NamedTuple, cast

from psycopg.types.json import Jsonb

from services.store.connection import Connection
from services.store.rejects import KeptReject, Wanted, rejects_between

MOST_EXAMPLES: Final = 5
MOST_CHARACTERS: Final = 500
WAITING_S: LiteralString = """
SELECT extract(epoch FROM clock_timestamp() - min(asked_at))::float8
FROM asked_retry WHERE state IN ('asked', 'running') AND stopped_by IS NULL
"""
NEXT: LiteralString = """
SELECT id, actor, clock_offset_s, dry, again, reasons, examples,
  rejects[looked + 1 : looked + %(most)s]
FROM asked_retry WHERE state IN ('asked', 'running') AND stopped_by IS NULL
ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# The first of them whose bytes together are not too many, and one in any case.
FITTING: LiteralString = """
SELECT id FROM (
  SELECT id, sum(octet_length(bytes)) OVER before AS size, row_number() OVER before AS place
  FROM reject WHERE id = ANY(%(rejects)s::bigint[]) WINDOW before AS (ORDER BY id)
) AS sized WHERE size <= %(bytes)s OR place = 1 ORDER BY id
"""
TELL: LiteralString = """
UPDATE asked_retry SET looked = looked + %(looked)s, stored = stored + %(stored)s,
  repeated = repeated + %(repeated)s, rejected = rejected + %(rejected)s,
  skipped = skipped + %(skipped)s, reasons = %(reasons)s, examples = %(examples)s,
  began_at = COALESCE(began_at, %(now)s),
  state = CASE WHEN looked + %(looked)s = cardinality(rejects) THEN 'done' ELSE 'running' END,
  finished_at = CASE WHEN looked + %(looked)s = cardinality(rejects) THEN %(now)s::timestamptz END
WHERE id = %(id)s
RETURNING state = 'done'
"""
FAIL: LiteralString = """
UPDATE asked_retry SET state = 'failed', error = %(error)s, finished_at = %(now)s
WHERE id = %(id)s AND state IN ('asked', 'running')
"""


class RetryPiece(NamedTuple):
    """The next rejects of the oldest retry that waits; its row is locked until the transaction ends.

    `reasons` and `examples` are what was told of it so far.
    """

    retry: int
    actor: str
    clock_offset_s: int
    dry: bool
    again: bool
    reasons: Mapping[str, int]
    examples: Sequence[Mapping[str, object]]
    rejects: Sequence[KeptReject]


class Fate(NamedTuple):
    """What became of a reject: stored, repeated, rejected or skipped; why, in a sentence and by reason."""

    reject: int
    outcome: str
    why: str
    reasons: Sequence[str]


async def waiting_s(connection: Connection) -> float | None:
    """For how long the oldest retry that is not done waits; None: none waits. Raises psycopg.Error."""
    row = await (await connection.execute(WAITING_S)).fetchone()
    age = None if row is None else cast("float | None", row[0])
    return None if age is None else max(age, 0.0)


async def next_piece(connection: Connection, most: int, most_bytes: int) -> RetryPiece | None:
    """At most so many rejects with so many bytes, in order, within a transaction; None: none waits.

    What another process has in hand is passed over. Raises psycopg.Error.
    """
    cursor = connection.cursor(binary=True)
    row = await (await cursor.execute(NEXT, {"most": most})).fetchone()
    if row is None:
        return None
    *said, ids = cast(
        "tuple[int, str, int, bool, bool, dict[str, int], list[dict[str, object]], list[int]]", row
    )
    found = await cursor.execute(FITTING, {"rejects": ids, "bytes": most_bytes})
    fitting = [cast("int", one[0]) for one in await found.fetchall()]
    kept = await rejects_between(connection, Wanted(ids=fitting), (0, fitting[-1] + 1), most)
    return RetryPiece._make((*said, kept))


async def tell_piece(
    connection: Connection, piece: RetryPiece, fates: Sequence[Fate], now: datetime
) -> bool:
    """Tell what became of a piece, in its transaction; whether it was the last. Raises psycopg.Error."""
    outcomes = Counter(one.outcome for one in fates)
    reasons = Counter(piece.reasons)
    reasons.update(reason for one in fates for reason in one.reasons)
    news = [
        {"reject": one.reject, "outcome": one.outcome, "why": one.why[:MOST_CHARACTERS]}
        for one in fates
        if one.reasons
    ]
    values = {
        "id": piece.retry,
        "now": now,
        "looked": len(fates),
        **{name: outcomes[name] for name in ("stored", "repeated", "rejected", "skipped")},
        "reasons": Jsonb(dict(reasons)),
        "examples": Jsonb([*piece.examples, *news][:MOST_EXAMPLES]),
    }
    row = await (await connection.execute(TELL, values)).fetchone()
    return row is not None and row[0] is True


async def fail_retry(connection: Connection, retry: int, error: str, now: datetime) -> None:
    """Give it up, saying why. Raises psycopg.Error."""
    await connection.execute(FAIL, {"id": retry, "error": error[:MOST_CHARACTERS], "now": now})
