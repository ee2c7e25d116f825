"""Makes checkpoints: reads what is new, signs it, keeps it in the database and outside of it."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.evidence.checkpoint import (
    NO_PREVIOUS,
    Body,
    CheckpointError,
    RegistryMark,
    Signed,
    SlotHead,
    TableMark,
    body_text,
    file_text,
    parse_body,
    sign,
    text_digest,
)
from services.evidence.row_chain import RowChain
from services.ingest.metrics import IngestMetrics
from services.ingest.proof.checkpoint_files import KeyFileError, signing_key, write_durably
from services.runtime.clock import utc_now
from services.runtime.settings import Settings
from services.runtime.signals import stopped_within
from services.store.checkpoints import (
    CheckpointRow,
    insert_checkpoint,
    latest_checkpoint,
    new_heads,
    only_maker,
)
from services.store.connection import Connection, connect
from services.store.errors import DatabaseError
from services.store.histories import (
    HISTORIES,
    history_lines,
    present_registry_version,
    registry_lines,
    settled_view,
)

LOG = structlog.stdlib.get_logger(__name__)
LOOK_S = 30.0
APPLICATION = "qingkong checkpoint"


class Made(NamedTuple):
    """A checkpoint that was made, and its file."""

    id: int
    body: Body
    file: Path


async def keep_checkpoints(
    settings: Settings, database_url: str, metrics: IngestMetrics, stop: asyncio.Event
) -> None:
    """Make a checkpoint each interval until `stop` is set; of many workers one makes it.

    Survives a database, a disk or a key that is not there, and says so each time it changes.
    """
    trouble: str | None = None
    while not stop.is_set():
        try:
            newest = await make_if_due(settings, database_url, utc_now())
            metrics.last_checkpoint_timestamp_seconds.set(newest.timestamp())
            trouble = None
        except (DatabaseError, OSError, KeyFileError, CheckpointError) as error:
            said = f"{type(error).__name__}: {error}".strip()
            if said != trouble:
                LOG.exception("no checkpoint: evidence grows that no signature covers", why=said)
            trouble = said
        await stopped_within(stop, min(LOOK_S, settings.checkpoint_interval_s / 2))


async def make_if_due(settings: Settings, database_url: str, now: datetime) -> datetime:
    """When the newest checkpoint was made, after making it if it was time and nobody else does.

    Raises psycopg.Error, OSError, KeyFileError, CheckpointError.
    """
    key = signing_key(settings)
    interval = timedelta(seconds=settings.checkpoint_interval_s)
    async with await connect(database_url, "ingest", APPLICATION) as connection:
        newest = await latest_checkpoint(connection)
        if newest is not None and now < newest.made_at + interval:
            return newest.made_at
        async with only_maker(connection) as ours:
            newest = await latest_checkpoint(connection)
            due = newest is None or now >= newest.made_at + interval
            if ours and due:
                await make_checkpoint(connection, key, settings.checkpoint_folder, now)
                return now
    return now if newest is None else newest.made_at


async def make_now(settings: Settings, database_url: str) -> Made | None:
    """Make a checkpoint now; None when somebody else is making one.

    Raises psycopg.Error, OSError, KeyFileError, CheckpointError.
    """
    key = signing_key(settings)
    async with (
        await connect(database_url, "ingest", APPLICATION) as connection,
        only_maker(connection) as ours,
    ):
        if not ours:
            return None
        return await make_checkpoint(connection, key, settings.checkpoint_folder, utc_now())


async def make_checkpoint(
    connection: Connection, key: Ed25519PrivateKey, folder: Path, now: datetime
) -> Made:
    """State all that is closed, go on from the last checkpoint, sign, keep, and write the file.

    The row comes first: a file whose row was never committed would accuse the database.
    """
    last = await latest_checkpoint(connection)
    if last is not None:
        _write_if_missing(folder, last, key)
    body = await present_body(connection, last, now)
    signed = sign(body_text(body), key)
    number = await insert_checkpoint(connection, now, body.closed, signed)
    file = _file_of(folder, now, number)
    await asyncio.to_thread(write_durably, file, file_text(signed))
    LOG.info("checkpoint made", number=body.number, file=str(file), key_id=signed.key_id)
    return Made(number, body, file)


async def present_body(connection: Connection, last: CheckpointRow | None, now: datetime) -> Body:
    """What a checkpoint says now, made from the last one and the rows since."""
    before = None if last is None else parse_body(last.body)
    async with settled_view(connection) as closed:
        since = 0 if before is None else before.closed
        return Body(
            number=1 if before is None else before.number + 1,
            made_at=now.astimezone(UTC).isoformat(),
            closed=max(closed, since),
            slots=await _heads(connection, {} if before is None else before.slots, closed),
            tables={table: await _mark(connection, table, before, closed) for table in HISTORIES},
            registry=await registry_mark(connection),
            previous=NO_PREVIOUS if last is None else text_digest(last.body),
        )


async def registry_mark(connection: Connection) -> RegistryMark:
    """The registry's version and digest, within a settled view."""
    digest = hashlib.sha256()
    version = await present_registry_version(connection)
    async for line in registry_lines(connection):
        digest.update(line)
    return RegistryMark(version, digest.hexdigest())


async def _heads(
    connection: Connection, known: Mapping[int, SlotHead], closed: int
) -> dict[int, SlotHead]:
    heads = dict(known)
    for slot, new in (await new_heads(connection, known, closed)).items():
        old = known.get(slot)
        heads[slot] = new if old is None else _sum(old, new)
    return heads


def _sum(old: SlotHead, new: SlotHead) -> SlotHead:
    return replace(
        new,
        frames=old.frames + new.frames,
        stored=old.stored + new.stored,
        repeated=old.repeated + new.repeated,
        rejected=old.rejected + new.rejected,
        readings=old.readings + new.readings,
        revised=old.revised + new.revised,
    )


async def _mark(connection: Connection, table: str, before: Body | None, closed: int) -> TableMark:
    old = None if before is None else before.tables.get(table)
    chain, last = RowChain(), "0"
    if old is not None:
        chain, last = RowChain(bytes.fromhex(old.digest), old.rows), old.last
    # A history that the last checkpoint did not know yet is read from its beginning.
    since = before.closed if before is not None and old is not None else 0
    async for position, line in history_lines(connection, table, since, closed):
        chain.add(line)
        last = str(position)
    return TableMark(chain.rows, last, chain.digest.hex())


def _write_if_missing(folder: Path, row: CheckpointRow, key: Ed25519PrivateKey) -> None:
    """Write the last checkpoint's file, had its maker died between commit and file."""
    file = _file_of(folder, row.made_at, row.id)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signed = Signed(row.body, row.key_id, row.signature, public)
    if not file.exists() and sign(row.body, key).signature == row.signature:
        write_durably(file, file_text(signed))


def _file_of(folder: Path, made_at: datetime, number: int) -> Path:
    return folder / f"{made_at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}-{number}.json"
