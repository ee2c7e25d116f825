"""Writing a batch in one transaction.

Readings, rejects, parameters, events, notes, touched hours and the batch itself, with its frames and its
place in the slot's chain.
"""

from collections.abc import Sequence
from typing import NamedTuple

import psycopg
from psycopg.errors import UniqueViolation

from schemas.batch import BatchWrite, RejectRow
from schemas.pending import HeldCount
from schemas.series import Outcome
from services.evidence.chain import GENESIS, BatchHead, chained_digest
from services.store.connection import Connection
from services.store.merge import CREATE_STAGED, TABLES, copy_rows, merge
from services.store.pending import replace_pending
from services.store.said_rows import insert_events, insert_parameters, moment

HOUR_US = 3_600_000_000
# Whichever row of a batch is written first meets the other batch of its number; a chunk's own
# constraint has the table's behind its number.
NUMBERED = ("batch_pkey", "batch_block_pkey", "frame_note_pkey")


class SlotLostError(Exception):
    """Another worker has continued the slot's chain: stop, and let the broker deliver again."""


class BatchNumberTakenError(Exception):
    """The batch's number was given to another one as well: write it again under a new number."""


class ChainPlace(NamedTuple):
    """The last batch of a slot's chain: its number and digest."""

    number: int
    digest: bytes


class Written(NamedTuple):
    """What was committed: the batch as kept, its digest, and whether the careful way was needed."""

    head: BatchHead
    digest: bytes
    careful: bool


async def last_place(connection: Connection, slot: int) -> ChainPlace:
    """Where the slot's chain stands; number 0 and the genesis digest when it is empty."""
    cursor = await connection.execute(
        "SELECT number, digest FROM batch WHERE slot = %s ORDER BY number DESC LIMIT 1", (slot,)
    )
    row = await cursor.fetchone()
    if row is None:
        return ChainPlace(0, GENESIS)
    number, digest = row
    return ChainPlace(int(str(number)), bytes(digest) if isinstance(digest, bytes) else b"")


async def is_written(connection: Connection, slot: int, batch: int) -> ChainPlace | None:
    """The chain's place behind the batch, if it is the slot's last; None if it never committed."""
    cursor = await connection.execute(
        "SELECT number, digest, id FROM batch WHERE slot = %s ORDER BY number DESC LIMIT 1", (slot,)
    )
    row = await cursor.fetchone()
    if row is None or row[2] != batch:
        return None
    return ChainPlace(int(str(row[0])), bytes(row[1]) if isinstance(row[1], bytes) else b"")


async def prepare_connection(connection: Connection) -> None:
    """Make what a writing connection needs for itself: the table for suspects."""
    await connection.execute(CREATE_STAGED)


async def next_batch_ids(connection: Connection, count: int) -> list[int]:
    """Draw batch numbers ahead of their batches; gaps mean nothing."""
    cursor = await connection.execute(
        "SELECT nextval('batch_id') FROM generate_series(1, %s)", (count,)
    )
    return [int(str(row[0])) for row in await cursor.fetchall()]


async def write_batch(
    connection: Connection,
    write: BatchWrite,
    after: ChainPlace,
    held: Sequence[HeldCount] | None = None,
) -> Written:
    """Commit the batch behind `after`, the slot's last place.

    `held` is what the slot's worker holds behind the batch; None where there is no worker. When a
    straight reading turns out to be known, all of them go the careful way. Raises
    SlotLostError when the chain went on without us, BatchNumberTakenError, or psycopg.Error; then
    nothing is written.
    """
    try:
        return await _write(connection, write, after, held, careful=bool(write.suspect))
    except UniqueViolation as error:
        _explain(error)
        if not write.straight:
            raise
    try:
        return await _write(connection, write.all_suspect(), after, held, careful=True)
    except UniqueViolation as error:
        _explain(error)
        raise


def _explain(error: UniqueViolation) -> None:
    """Raise what a violation on the batch itself means; return when it is about a reading."""
    if error.diag.constraint_name == "batch_slot_number_key":
        raise SlotLostError("another worker wrote to this slot's chain") from error
    if (error.diag.constraint_name or "").endswith(NUMBERED):
        raise BatchNumberTakenError("the batch's number is taken") from error


async def _write(
    connection: Connection,
    write: BatchWrite,
    after: ChainPlace,
    held: Sequence[HeldCount] | None,
    *,
    careful: bool,
) -> Written:
    async with connection.transaction():
        readings, revised, fresh = write.straight_count, 0, set[int]()
        for series, rows in write.straight.items():
            await copy_rows(connection, TABLES[series], rows)
        for series, rows in write.suspect.items():
            merged = await merge(connection, series, rows)
            readings += merged.readings
            revised += merged.revised
            fresh |= merged.seqs
        fresh |= await insert_parameters(connection, write)
        fresh |= await insert_events(connection, write)
        head = _head(write, after, readings, revised, fresh)
        digest = chained_digest(after.digest, head, write.block_digest)
        await _insert_side_rows(connection, write)
        await _insert_batch(connection, write, head, (after.digest, digest))
        if held is not None:
            await replace_pending(connection, write.slot, held)
    return Written(head, digest, careful)


def _head(
    write: BatchWrite, after: ChainPlace, readings: int, revised: int, fresh: set[int]
) -> BatchHead:
    outcomes = "".join(
        Outcome.REPEATED if seq in write.conditional and seq not in fresh else letter
        for seq, letter in enumerate(write.outcomes)
    )
    first = min(write.received_us)
    return BatchHead(
        id=write.id,
        slot=write.slot,
        number=after.number + 1,
        origin=write.origin,
        received_from_us=first,
        received_to_us=max(write.received_us),
        readings=readings,
        revised=revised,
        devices=list(write.devices),
        received_ms=[(us - first) // 1000 for us in write.received_us],
        outcomes=outcomes,
    )


async def _insert_side_rows(connection: Connection, write: BatchWrite) -> None:
    async with connection.cursor() as cursor:
        if write.rejects:
            await cursor.executemany(
                "INSERT INTO reject (batch, seq, topic, mn, device, reason, detail, codes, whole,"
                " received_at, bytes, policy)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [_reject_fields(write.id, row) for row in write.rejects],
            )
        if write.notes:
            await cursor.executemany(
                "INSERT INTO frame_note (batch, device, note, frames) VALUES (%s, %s, %s, %s)",
                [(write.id, *note) for note in write.notes],
            )


def _reject_fields(batch: int, row: RejectRow) -> tuple[object, ...]:
    return (
        batch,
        row.seq,
        row.topic,
        row.mn,
        row.device,
        row.reason,
        row.detail,
        list(row.codes),
        row.whole,
        moment(row.received_us),
        row.frame,
        row.policy,
    )


def _array(numbers: Sequence[int]) -> str:
    """An array literal; the driver takes ten times as long for a thousand numbers."""
    return f"{{{','.join(map(str, numbers))}}}"


async def _insert_batch(
    connection: Connection, write: BatchWrite, head: BatchHead, digests: tuple[bytes, bytes]
) -> None:
    """Insert the batch, its frames and its touched hours: one statement, hence one answer to wait for."""
    outcomes = head.outcomes
    await connection.execute(
        "WITH kept AS (INSERT INTO batch (id, slot, number, origin, received_from, received_to,"
        " frames, stored, repeated, rejected, readings, revised, devices, received_ms, outcomes,"
        " block_bytes, previous, digest) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
        " %s::integer[], %s::integer[], %s, %s, %s, %s)),"
        " frames AS (INSERT INTO batch_block (received_from, batch, block) VALUES (%s, %s, %s))"
        " INSERT INTO touched (subject, hour, batch)"
        " SELECT subject, TIMESTAMPTZ '1970-01-01 00:00:00+00' + hour * INTERVAL '1 hour', %s"
        " FROM unnest(%s::integer[], %s::integer[]) AS touched (subject, hour)",
        (
            head.id,
            head.slot,
            head.number,
            head.origin,
            moment(head.received_from_us),
            moment(head.received_to_us),
            len(outcomes),
            outcomes.count(Outcome.STORED),
            outcomes.count(Outcome.REPEATED),
            outcomes.count(Outcome.REJECTED),
            head.readings,
            head.revised,
            _array(head.devices),
            _array(head.received_ms),
            outcomes,
            write.block_bytes,
            *digests,
            moment(head.received_from_us),
            head.id,
            psycopg.Binary(write.packed_block),
            head.id,
            _array([subject for subject, _ in write.touched]),
            _array([hour_us // HOUR_US for _, hour_us in write.touched]),
        ),
    )
