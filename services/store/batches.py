"""Writing a batch in one transaction.

Readings, rejects, parameters, events, touched hours and the batch itself, with its frames and its
place in the slot's chain.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import psycopg
from psycopg.errors import UniqueViolation

from schemas.batch import BatchWrite, RejectRow
from schemas.series import Outcome
from services.evidence.chain import GENESIS, BatchHead, chained_digest
from services.store.connection import Connection
from services.store.merge import COPY_HEADER, COPY_TRAILER, CREATE_STAGED, TABLES, copy_rows, merge

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def moment(us: int) -> datetime:
    """Microseconds since 1970 UTC as an aware time."""
    return EPOCH + timedelta(microseconds=us)


def _moment_or_none(us: int | None) -> datetime | None:
    return None if us is None else moment(us)


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


async def write_batch(connection: Connection, write: BatchWrite, after: ChainPlace) -> Written:
    """Commit the batch behind `after`, the slot's last place.

    When a straight reading turns out to be known, all of them go the careful way. Raises
    SlotLostError when the chain went on without us, BatchNumberTakenError, or psycopg.Error; then
    nothing is written.
    """
    try:
        return await _write(connection, write, after, careful=bool(write.suspect))
    except UniqueViolation as error:
        _explain(error)
        if not write.straight:
            raise
    try:
        return await _write(connection, write.all_suspect(), after, careful=True)
    except UniqueViolation as error:
        _explain(error)
        raise


def _explain(error: UniqueViolation) -> None:
    """Raise what a violation on the batch itself means; return when it is about a reading."""
    if error.diag.constraint_name == "batch_slot_number_key":
        raise SlotLostError("another worker wrote to this slot's chain") from error
    if error.diag.constraint_name == "batch_pkey":
        raise BatchNumberTakenError("the batch's number is taken") from error


async def _write(
    connection: Connection, write: BatchWrite, after: ChainPlace, *, careful: bool
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
        fresh |= await _insert_parameters(connection, write)
        fresh |= await _insert_events(connection, write)
        head = _head(write, after, readings, revised, fresh)
        digest = chained_digest(after.digest, head, write.block_digest)
        await _insert_side_rows(connection, write)
        await _insert_batch(connection, write, head, (after.digest, digest))
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


async def _insert_parameters(connection: Connection, write: BatchWrite) -> set[int]:
    if not write.parameters:
        return set()
    rows = write.parameters
    cursor = await connection.execute(
        "INSERT INTO parameter (device, about, code, value, effective_at, sent_at, received_at,"
        " batch, seq)"
        " SELECT device, about, code, value, effective_at, sent_at, received_at, %s, seq"
        " FROM unnest(%s::integer[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],"
        " %s::timestamptz[], %s::timestamptz[], %s::integer[])"
        " AS said (device, about, code, value, effective_at, sent_at, received_at, seq)"
        " ON CONFLICT DO NOTHING RETURNING seq",
        (
            write.id,
            [row.device for row in rows],
            [row.about for row in rows],
            [row.code for row in rows],
            [row.value for row in rows],
            [moment(row.effective_us) for row in rows],
            [_moment_or_none(row.sent_us) for row in rows],
            [moment(row.received_us) for row in rows],
            [row.seq for row in rows],
        ),
    )
    return {int(str(row[0])) for row in await cursor.fetchall()}


async def _insert_events(connection: Connection, write: BatchWrite) -> set[int]:
    if not write.events:
        return set()
    rows = write.events
    cursor = await connection.execute(
        "INSERT INTO device_event (device, kind, about, code, text, happened_at, sent_at,"
        " received_at, batch, seq)"
        " SELECT device, kind, about, code, text, happened_at, sent_at, received_at, %s, seq"
        " FROM unnest(%s::integer[], %s::text[], %s::text[], %s::text[], %s::text[],"
        " %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::integer[])"
        " AS said (device, kind, about, code, text, happened_at, sent_at, received_at, seq)"
        " ON CONFLICT DO NOTHING RETURNING seq",
        (
            write.id,
            [row.device for row in rows],
            [row.kind for row in rows],
            [row.about for row in rows],
            [row.code for row in rows],
            [row.text for row in rows],
            [moment(row.happened_us) for row in rows],
            [_moment_or_none(row.sent_us) for row in rows],
            [moment(row.received_us) for row in rows],
            [row.seq for row in rows],
        ),
    )
    return {int(str(row[0])) for row in await cursor.fetchall()}


async def _insert_side_rows(connection: Connection, write: BatchWrite) -> None:
    async with connection.cursor() as cursor:
        if write.rejects:
            await cursor.executemany(
                "INSERT INTO reject (batch, seq, topic, mn, device, reason, detail, codes, whole,"
                " received_at, bytes) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [_reject_fields(write.id, row) for row in write.rejects],
            )
        if write.touched:
            statement = "COPY touched (subject, hour, batch) FROM STDIN (FORMAT binary)"
            async with cursor.copy(statement) as copy:
                await copy.write(COPY_HEADER + write.touched + COPY_TRAILER)


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
    )


def _array(numbers: Sequence[int]) -> str:
    """An array literal; the driver takes ten times as long for a thousand numbers."""
    return f"{{{','.join(map(str, numbers))}}}"


async def _insert_batch(
    connection: Connection, write: BatchWrite, head: BatchHead, digests: tuple[bytes, bytes]
) -> None:
    outcomes = head.outcomes
    await connection.execute(
        "INSERT INTO batch (id, slot, number, origin, received_from, received_to, frames, stored,"
        " repeated, rejected, readings, revised, devices, received_ms, outcomes, block_bytes,"
        " previous, digest) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
        " %s::integer[], %s::integer[], %s, %s, %s, %s)",
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
        ),
    )
    await connection.execute(
        "INSERT INTO batch_block (received_from, batch, block) VALUES (%s, %s, %s)",
        (moment(head.received_from_us), head.id, psycopg.Binary(write.packed_block)),
    )
