"""Keeps the worker's copy of the registry, and shows whether this worker would like a slot.

Has a connection of its own, so that it never waits for a batch.
"""

import asyncio
from dataclasses import dataclass, field

import structlog

from schemas.lookup import Lookup
from services.ingest.metrics import IngestMetrics
from services.ingest.registry_copy import closed_keys, lookup_of
from services.runtime.seal import Opener, nothing_opens
from services.store.connection import Connection, connect, patience, sever
from services.store.errors import DatabaseError
from services.store.registry import LookupRows, load_lookup, registry_version
from services.store.slots import set_waiting, somebody_waits

LOG = structlog.stdlib.get_logger(__name__)
POLL_S = 2.0


@dataclass(slots=True)
class Keeper:
    """`lookup` is replaced whole when the registry changes."""

    url: str
    metrics: IngestMetrics
    opener: Opener = nothing_opens
    lookup: Lookup = field(default_factory=lambda: Lookup(-1, (), ()))
    others_wait: bool = False
    error: str | None = "not connected yet"
    loaded: asyncio.Event = field(default_factory=asyncio.Event)
    _connection: Connection | None = None
    _waiting: bool = False
    _closed: list[str] = field(default_factory=list[str])
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self, holds_slots: asyncio.Event) -> None:
        """Look for changes until cancelled; survives a database that comes and goes."""
        while True:
            await self.refresh()
            await self._show_waiting(waiting=not holds_slots.is_set())
            await asyncio.sleep(POLL_S)

    async def refresh(self) -> None:
        """Read the registry again if it has changed.

        Nothing happens when the database does not answer: then nothing can be committed either.
        """
        async with self._busy:
            try:
                connection = await self._connected()
                with patience(connection):
                    version = await registry_version(connection)
                    if version == self.lookup.version:
                        return
                    rows = await load_lookup(connection)
                    self.lookup = lookup_of(rows, self.opener)
            except DatabaseError as error:
                await self._lost(error)
                return
        self.metrics.registry_reloads.inc()
        self._tell_closed(rows)
        self.loaded.set()
        LOG.info("registry loaded", version=version)

    def sever(self) -> None:
        """Break off what waits for the database, if anything does."""
        if self._busy.locked() and self._connection is not None:
            sever(self._connection)

    async def close(self) -> None:
        """Let go of the connection; harmless when repeated."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    def _tell_closed(self, rows: LookupRows) -> None:
        """Say once which devices' keys cannot be opened."""
        closed = closed_keys(rows, self.opener)
        if closed and closed != self._closed:
            LOG.error(
                "keys of devices cannot be opened, their encrypted frames are rejected: start with "
                "the QINGKONG_SEAL_KEY that sealed them, then `qingkong rejects retry --reason no_key`",
                devices=closed[:20],
                count=len(closed),
            )
        self._closed = closed

    async def _show_waiting(self, *, waiting: bool) -> None:
        async with self._busy:
            try:
                connection = await self._connected()
                with patience(connection):
                    if waiting != self._waiting:
                        await set_waiting(connection, waiting=waiting)
                        self._waiting = waiting
                    self.others_wait = not waiting and await somebody_waits(connection)
            except DatabaseError as error:
                await self._lost(error)

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await connect(self.url, "ingest", "qingkong ingest registry")
            self._waiting = False
            self.error = None
        return self._connection

    async def _lost(self, error: DatabaseError) -> None:
        self.error = f"{type(error).__name__}: {error}".strip()
        await self.close()
