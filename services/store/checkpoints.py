"""Checkpoints in the database, and the heads of the chains that they state."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple, cast

import psycopg

from services.evidence.checkpoint import Signed, SlotHead
from services.store.connection import Connection

# One maker of checkpoints at a time; the number only has to be always the same.
CHECKPOINT_LOCK = 0x716B_6370


class CheckpointRow(NamedTuple):
    """A checkpoint as kept; its public key is not in the database."""

    id: int
    made_at: datetime
    body: str
    key_id: str
    signature: bytes


NEW_HEADS = """
WITH RECURSIVE known (slot, number) AS (
  SELECT slot, number FROM unnest(%(slots)s::integer[], %(numbers)s::bigint[]) AS known (slot, number)
), slots AS (
  SELECT min(slot) AS slot FROM batch
  UNION ALL
  SELECT (SELECT min(batch.slot) FROM batch WHERE batch.slot > slots.slot)
  FROM slots WHERE slots.slot IS NOT NULL
), new AS (
  SELECT slots.slot, max(batch.number) AS number, sum(frames)::bigint AS frames,
    sum(stored)::bigint AS stored, sum(repeated)::bigint AS repeated,
    sum(rejected)::bigint AS rejected, sum(readings)::bigint AS readings,
    sum(revised)::bigint AS revised
  FROM slots LEFT JOIN known ON known.slot = slots.slot
  JOIN batch ON batch.slot = slots.slot AND batch.number > COALESCE(known.number, 0)
  WHERE batch.position < %(closed)s::text::xid8
  GROUP BY slots.slot
)
SELECT new.slot, new.number, encode(batch.digest, 'hex'), batch.id, new.frames, new.stored,
  new.repeated, new.rejected, new.readings, new.revised
FROM new JOIN batch ON batch.slot = new.slot AND batch.number = new.number
"""
LATEST = "SELECT id, made_at, body, key_id, signature FROM checkpoint ORDER BY id DESC LIMIT 1"


async def new_heads(
    connection: Connection, known: Mapping[int, SlotHead], closed: int
) -> dict[int, SlotHead]:
    """The heads below the closed position of all slots that went on since `known`.

    Counts are those of the new batches alone.
    """
    values = {
        "slots": list(known),
        "numbers": [head.number for head in known.values()],
        "closed": str(closed),
    }
    cursor = await connection.execute(NEW_HEADS, values)
    rows = cast("list[tuple[int, int, str, *tuple[int, ...]]]", await cursor.fetchall())
    return {slot: _head(number, digest, counts) for slot, number, digest, *counts in rows}


def _head(number: int, digest: str, counts: Sequence[int]) -> SlotHead:
    batch, frames, stored, repeated, rejected, readings, revised = counts
    return SlotHead(number, digest, batch, frames, stored, repeated, rejected, readings, revised)


@asynccontextmanager
async def only_maker(connection: Connection) -> AsyncGenerator[bool]:
    """Whether we are the only one to make a checkpoint now, for as long as the block lasts."""
    cursor = await connection.execute("SELECT pg_try_advisory_lock(%s, 0)", (CHECKPOINT_LOCK,))
    row = await cursor.fetchone()
    ours = row is not None and row[0] is True
    try:
        yield ours
    finally:
        if ours and not connection.closed:
            await connection.execute("SELECT pg_advisory_unlock(%s, 0)", (CHECKPOINT_LOCK,))


async def latest_checkpoint(connection: Connection) -> CheckpointRow | None:
    """The newest one; None when there never was one."""
    row = await (await connection.execute(LATEST)).fetchone()
    return None if row is None else CheckpointRow._make(row)


async def all_checkpoints(connection: Connection) -> AsyncIterator[CheckpointRow]:
    """Every checkpoint in the order they were made."""
    last = 0
    while True:
        cursor = await connection.execute(
            "SELECT id, made_at, body, key_id, signature FROM checkpoint"
            " WHERE id > %s ORDER BY id LIMIT 500",
            (last,),
        )
        rows = [CheckpointRow._make(row) for row in await cursor.fetchall()]
        for row in rows:
            yield row
        if not rows:
            return
        last = rows[-1].id


async def insert_checkpoint(
    connection: Connection, made_at: datetime, closed: int, signed: Signed
) -> int:
    """Keep a checkpoint; its id."""
    cursor = await connection.execute(
        "INSERT INTO checkpoint (made_at, closed, body, key_id, signature)"
        " VALUES (%s, %s::text::xid8, %s, %s, %s) RETURNING id",
        (made_at, str(closed), signed.text, signed.key_id, psycopg.Binary(signed.signature)),
    )
    row = await cursor.fetchone()
    return cast("int", row[0]) if row else 0


async def digest_at(connection: Connection, slot: int, number: int) -> bytes | None:
    """The digest of a slot's batch of that number; None when it is not there."""
    cursor = await connection.execute(
        "SELECT digest FROM batch WHERE slot = %s AND number = %s", (slot, number)
    )
    row = await cursor.fetchone()
    return None if row is None else cast("bytes", row[0])


async def numbers_beside(
    connection: Connection, slot: int, number: int
) -> tuple[int | None, int | None]:
    """The highest number below and the lowest above `number` that the slot has."""
    cursor = await connection.execute(
        "SELECT (SELECT max(number) FROM batch WHERE slot = %(slot)s AND number < %(number)s),"
        " (SELECT min(number) FROM batch WHERE slot = %(slot)s AND number > %(number)s)",
        {"slot": slot, "number": number},
    )
    row = await cursor.fetchone()
    return cast("tuple[int | None, int | None]", row) if row else (None, None)
