"""Commits a slot's batches, one after the other, whatever the database does meanwhile.

One connection holds the slot's lock and writes: whoever lost the lock cannot commit any more.
A batch is written, found to be written already, split until its unusable frame is alone and
rejected, or held until the database is back. Nothing is ever given up.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from schemas.batch import BatchWrite
from services.ingest.draft import Draft
from services.ingest.held import Lot, counted
from services.ingest.message import Message
from services.ingest.metrics import IngestMetrics
from services.runtime.backoff import Backoff
from services.store.batches import (
    BatchNumberTakenError,
    ChainPlace,
    SlotLostError,
    Written,
    is_written,
    last_place,
    next_batch_ids,
    prepare_connection,
    write_batch,
)
from services.store.connection import PATIENCE_S, Connection, connect, patience, sever
from services.store.errors import DatabaseError, Fault, fault_of
from services.store.pending import forget_pending
from services.store.slots import release_slot, try_slot

LOG = structlog.stdlib.get_logger(__name__)
IDS_AHEAD = 64
IDS_LOW = 8
RETRY_LOCK_S = 0.3
RELEASE_S = 1.0
# A batch that took all our patience so often is written in halves.
TOO_SLOW = 2


@dataclass(slots=True)
class Attempt:
    """What has been tried with a batch so far; `began_s` is 0 while nothing is being written."""

    write: BatchWrite | None
    tried: bool = False
    slow: int = 0
    began_s: float = 0.0
    backoff: Backoff = field(default_factory=lambda: Backoff(first_s=0.1, limit_s=5.0))


@dataclass(slots=True)
class Writer:
    """Writes to one slot's chain; `redraft` makes a draft anew from some of its messages."""

    url: str
    slot: int
    metrics: IngestMetrics
    redraft: Callable[[Sequence[Message]], Draft]
    place: ChainPlace = field(default_factory=lambda: ChainPlace(0, b""))
    trouble: str | None = None
    # What is held behind the batch that is being written, told with it.
    behind: Callable[[], Sequence[Lot]] = tuple
    _later: list[Lot] = field(default_factory=list[Lot])
    _connection: Connection | None = None
    _opening: Connection | None = None
    # COPY owns the connection while it lasts: a question asked meanwhile would fail as if it was lost.
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _ids: list[int] = field(default_factory=list[int])

    async def take_slot(self) -> bool:
        """Connect and take the slot; False, without a connection kept, when another has it.

        Raises psycopg.Error when the database cannot be reached.
        """
        connection = await connect(self.url, "ingest", f"qingkong ingest slot {self.slot}")
        self._opening = connection
        try:
            with patience(connection):
                if not await try_slot(connection, self.slot):
                    await connection.close()
                    return False
                await prepare_connection(connection)
                self.place = await last_place(connection, self.slot)
        except BaseException:
            await connection.close()
            raise
        finally:
            self._opening = None
        self._connection = connection
        return True

    async def give_back(self) -> None:
        """Release the slot; harmless when it is gone already."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if not connection.closed:
                with patience(connection, RELEASE_S):
                    await release_slot(connection, self.slot)
        except DatabaseError as error:
            LOG.info("slot released by the connection's end", slot=self.slot, error=str(error))
        finally:
            await connection.close()

    async def forget_held(self) -> None:
        """Tell that nothing is held for the slot: it is retired. Raises psycopg.Error."""
        connection = await self._alive()
        with patience(connection):
            await forget_pending(connection, self.slot)

    def sever(self) -> None:
        """Break the connection, so that whatever waits for the database fails now."""
        for connection in (self._connection, self._opening):
            if connection is not None:
                sever(connection)

    async def holds_slot(self) -> bool:
        """Whether the connection that carries the lock is alive; keeps it from falling silent."""
        connection = self._connection
        if connection is None or connection.closed:
            return False
        try:
            async with self._writing:
                with patience(connection):
                    await connection.execute("SELECT 1")
        except DatabaseError:
            return False
        return True

    async def keep_alive(self) -> None:
        """Say something to the server while there is nothing to write; connect again if it is gone."""
        if await self.holds_slot():
            return
        try:
            await self._alive()
        except DatabaseError as error:
            self._say(fault_of(error), error)

    def prepare(self, draft: Draft) -> BatchWrite | None:
        """Pack the draft while another batch is on its way; None when no number is at hand."""
        return draft.write(self._ids.pop(0), self.slot) if self._ids else None

    async def commit(
        self, draft: Draft, prepared: BatchWrite | None = None, *, last_resort: bool = False
    ) -> list[Written]:
        """Make the draft durable; returns only when all of it is.

        What the database refuses, or is too slow for twice, is split until the message is alone
        and then rejected; with `last_resort`, a reject itself, it is held instead. Raises
        SlotLostError when another worker continued the chain.
        """
        attempt = Attempt(prepared)
        while True:
            try:
                return await self._attempt(draft, attempt)
            except SlotLostError:
                raise
            except BatchNumberTakenError:
                # Numbers drawn before a crash of the server may be drawn by others after it.
                self._ids.clear()
                attempt.write, attempt.tried = None, False
                continue
            except Exception as error:  # noqa: BLE001 - what a batch holds may kill no worker
                if self._is_hopeless(error, attempt) and not last_resort:
                    return await self._split(draft, error)
            attempt.backoff = attempt.backoff.after_failure()
            await asyncio.sleep(attempt.backoff.wait_s(random.random))

    async def _attempt(self, draft: Draft, attempt: Attempt) -> list[Written]:
        if attempt.write is None:
            attempt.write = draft.write(await self._next_id(), self.slot)
        elif attempt.tried and await self._written_after_all(attempt.write):
            return []
        attempt.tried = True
        attempt.began_s = asyncio.get_running_loop().time()
        return [await self._write(attempt.write)]

    def _is_hopeless(self, error: Exception, attempt: Attempt) -> bool:
        """Whether trying again cannot help: the batch itself is at fault, or too much at once."""
        fault = fault_of(error) if isinstance(error, DatabaseError) else Fault.ITEM
        self.metrics.batches_retried.labels(fault=fault).inc()
        if not isinstance(error, DatabaseError):
            LOG.error("a batch meets a fault of this program", slot=self.slot, exc_info=error)
        self._say(fault, error)
        took_s = asyncio.get_running_loop().time() - attempt.began_s
        attempt.slow += attempt.began_s > 0 and took_s > PATIENCE_S * 0.9
        attempt.began_s = 0.0
        return fault is Fault.ITEM or attempt.slow >= TOO_SLOW

    async def _write(self, write: BatchWrite) -> Written:
        connection = await self._alive()
        async with self._writing:
            with patience(connection):
                held = counted([*self._later, *self.behind()])
                written = await write_batch(connection, write, self.place, held)
                if len(self._ids) < IDS_LOW:
                    self._ids += await next_batch_ids(connection, IDS_AHEAD)
        self.place = ChainPlace(written.head.number, written.digest)
        if self.trouble is not None:
            LOG.info("database answers again", slot=self.slot)
            self.trouble = None
        return written

    async def _written_after_all(self, write: BatchWrite) -> bool:
        """Whether a commit of which we heard nothing had succeeded; moves on behind it."""
        connection = await self._alive()
        with patience(connection):
            place = await is_written(connection, self.slot, write.id)
        if place is None:
            return False
        self.place = place
        return True

    async def _split(self, draft: Draft, error: Exception) -> list[Written]:
        messages = draft.messages
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        LOG.warning(
            "batch has something that cannot be stored",
            slot=self.slot,
            messages=len(messages),
            why=said,
        )
        if len(messages) == 1:
            draft = self.redraft(messages)
            draft.reject_all("database", f"the database cannot take it: {said}")
            return await self.commit(draft, last_resort=True)
        middle = len(messages) // 2
        self._later.append(messages[middle:])
        try:
            first = await self.commit(self.redraft(messages[:middle]))
        finally:
            self._later.pop()
        return first + await self.commit(self.redraft(messages[middle:]))

    async def _alive(self) -> Connection:
        """The connection that holds the slot; taken again after a loss, for as long as it needs.

        The server may still see our former connection and its lock for some seconds.
        """
        if self._connection is not None and not self._connection.closed:
            return self._connection
        before = self.place
        self._ids.clear()
        # A lock that somebody else gives up raises no event here: ask again.
        while True:
            if await self.take_slot():
                break
            await asyncio.sleep(RETRY_LOCK_S)
        self.metrics.database_reconnects.inc()
        moved, self.place = self.place.number - before.number, before
        if moved > 1:
            raise SlotLostError(f"slot {self.slot} was continued by another worker")
        return self._connection_now()

    def _connection_now(self) -> Connection:
        if self._connection is None:
            raise SlotLostError(f"slot {self.slot} is not held")
        return self._connection

    async def _next_id(self) -> int:
        if not self._ids:
            connection = await self._alive()
            with patience(connection):
                self._ids = await next_batch_ids(connection, IDS_AHEAD)
        return self._ids.pop(0)

    def _say(self, fault: Fault, error: Exception) -> None:
        trouble = f"{fault}: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
        if trouble == self.trouble:
            return
        self.trouble = trouble
        say = LOG.error if fault is Fault.SETUP else LOG.warning
        say("batch held: nothing is acknowledged until it is stored", slot=self.slot, why=trouble)
