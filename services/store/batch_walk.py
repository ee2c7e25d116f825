"""Batches as they are kept, read in the order of their chains with bounded memory."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from services.evidence.kept import Held, KeptBatch
from services.store.connection import Connection

PAGE = 1000
# Uncompressed bytes of frames held at once.
WINDOW_BYTES = 32 * 1024 * 1024
BEGINNING = datetime.fromisoformat("0001-01-02T00:00:00+00:00")
END = datetime.fromisoformat("9999-12-30T00:00:00+00:00")


class Span(NamedTuple):
    """Batches that received frames in [since, until)."""

    since: datetime = BEGINNING
    until: datetime = END


class SlotExtent(NamedTuple):
    """A slot's batches within a span: how many, the highest number, readings said to be stored."""

    slot: int
    batches: int
    top: int
    readings: int


EXTENTS = """
SELECT slot, count(*), max(number), sum(readings)::bigint
FROM batch
WHERE received_to >= %(since)s AND received_from < %(until)s
GROUP BY slot ORDER BY slot
"""
PAGE_OF_BATCHES = """
SELECT id, slot, number, origin, received_from, received_to, committed_at, frames, stored,
  repeated, rejected, readings, revised, devices, received_ms, outcomes, block_bytes, previous,
  digest
FROM batch
WHERE slot = %(slot)s AND (number, id) > (%(number)s, %(id)s) AND number <= %(top)s
  AND received_to >= %(since)s AND received_from < %(until)s
ORDER BY number, id
LIMIT %(page)s
"""
# Constant borders let the planner leave out the chunks that cannot hold the blocks.
BLOCKS = """
SELECT batch, received_from, block
FROM batch_block
WHERE batch = ANY(%(ids)s::bigint[]) AND received_from BETWEEN %(first)s AND %(last)s
"""


async def extents(connection: Connection, span: Span) -> list[SlotExtent]:
    """What there is to walk."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(EXTENTS, span._asdict())
    return [SlotExtent._make(row) for row in cast("list[list[int]]", await cursor.fetchall())]


async def walk(connection: Connection, extent: SlotExtent, span: Span) -> AsyncIterator[list[Held]]:
    """The slot's batches with their blocks, in windows, up to the extent's highest number."""
    values = {**extent._asdict(), **span._asdict(), "number": 0, "id": -1, "page": PAGE}
    while page := await _page(connection, values):
        for window in _windows(page):
            blocks = await _blocks(connection, window)
            yield [Held(batch, blocks.get((batch.id, batch.received_from))) for batch in window]
        values |= {"number": page[-1].number, "id": page[-1].id}


async def batches_by_id(connection: Connection, ids: Sequence[int]) -> list[Held]:
    """The named batches with their blocks."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT id, slot, number, origin, received_from, received_to, committed_at, frames, stored,"
        " repeated, rejected, readings, revised, devices, received_ms, outcomes, block_bytes,"
        " previous, digest FROM batch WHERE id = ANY(%s::bigint[]) ORDER BY slot, number",
        (list(ids),),
    )
    found = [KeptBatch._make(row) for row in await cursor.fetchall()]
    blocks = await _blocks(connection, found) if found else {}
    return [Held(batch, blocks.get((batch.id, batch.received_from))) for batch in found]


async def stray_blocks(connection: Connection, limit: int) -> list[tuple[int, datetime]]:
    """Blocks that belong to no batch: number and time of the first received frame."""
    cursor = await connection.execute(
        "SELECT block.batch, block.received_from FROM batch_block AS block"
        " WHERE NOT EXISTS (SELECT FROM batch WHERE batch.id = block.batch"
        " AND batch.received_from = block.received_from) LIMIT %s",
        (limit,),
    )
    return cast("list[tuple[int, datetime]]", await cursor.fetchall())


async def whole_rejects(connection: Connection, ids: Sequence[int]) -> dict[int, set[int]]:
    """The wholly rejected frames of these batches: their places by batch."""
    cursor = await connection.execute(
        "SELECT batch, array_agg(DISTINCT seq) FROM reject"
        " WHERE batch = ANY(%s::bigint[]) AND whole GROUP BY batch",
        (list(ids),),
    )
    rows = cast("list[tuple[int, list[int]]]", await cursor.fetchall())
    return {batch: set(seqs) for batch, seqs in rows}


async def kept_notes(
    connection: Connection, ids: Sequence[int]
) -> dict[int, set[tuple[int, str, int]]]:
    """What was noted of these batches' frames on arrival: device, note and number of frames."""
    cursor = await connection.execute(
        "SELECT batch, device, note, frames FROM frame_note WHERE batch = ANY(%s::bigint[])",
        (list(ids),),
    )
    notes: dict[int, set[tuple[int, str, int]]] = {}
    for batch, *note in cast("list[tuple[int, int, str, int]]", await cursor.fetchall()):
        notes.setdefault(batch, set()).add(cast("tuple[int, str, int]", tuple(note)))
    return notes


async def _page(connection: Connection, values: Mapping[str, object]) -> list[KeptBatch]:
    cursor = connection.cursor(binary=True)
    await cursor.execute(PAGE_OF_BATCHES, values)
    return [KeptBatch._make(row) for row in await cursor.fetchall()]


def _windows(page: Sequence[KeptBatch]) -> Iterator[list[KeptBatch]]:
    window: list[KeptBatch] = []
    held_bytes = 0
    for batch in page:
        if window and held_bytes + batch.block_bytes > WINDOW_BYTES:
            yield window
            window, held_bytes = [], 0
        window.append(batch)
        held_bytes += batch.block_bytes
    if window:
        yield window


async def _blocks(
    connection: Connection, window: Sequence[KeptBatch]
) -> dict[tuple[int, datetime], bytes]:
    cursor = connection.cursor(binary=True)
    times = [batch.received_from for batch in window]
    await cursor.execute(
        BLOCKS, {"ids": [batch.id for batch in window], "first": min(times), "last": max(times)}
    )
    rows = cast("list[tuple[int, datetime, bytes]]", await cursor.fetchall())
    return {(batch, received_from): block for batch, received_from, block in rows}
