"""Retries of rejects that were asked for in the console or over the API: done beside the live intake.

One small piece is one transaction, with its progress: whoever is killed in the middle, what was
committed is told and the rest is taken up by the next one. It must not know who may ask.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog

from services.ingest.from_settings import clock_guard
from services.ingest.keeper import Keeper
from services.ingest.metrics import IngestMetrics
from services.ingest.proof.rejects import RejectRetry, RetryBusyError, RetryOrder, only_retry
from services.runtime.backoff import Backoff
from services.runtime.clock import utc_now
from services.runtime.settings import Settings
from services.runtime.signals import stopped_within
from services.store.batches import BatchNumberTakenError, SlotLostError, prepare_connection
from services.store.connection import Connection, connect, patience, sever
from services.store.errors import DatabaseError, Fault, fault_of
from services.store.registry import registry_version
from services.store.retry_work import (
    Fate,
    RetryPiece,
    fail_retry,
    next_piece,
    tell_piece,
    waiting_s,
)
from services.store.session import sentence_of

LOG = structlog.stdlib.get_logger(__name__)
LOOK_S: Final = 1.0
# Live batches have their turns between two pieces.
BETWEEN_S: Final = 0.05
PIECE: Final = 100
PIECE_BYTES: Final = 1024 * 1024
ELSEWHERE: Final = (RetryBusyError, SlotLostError, BatchNumberTakenError)


@dataclass(slots=True)
class AskedRetries:
    """Looks for retries that were asked for, and does them; harmless in several processes at once."""

    settings: Settings
    url: str
    keeper: Keeper
    metrics: IngestMetrics
    most: int = PIECE
    trouble: str | None = None
    # A reject that could not be fed in even alone: it is told so, and passed over.
    _bad: Fate | None = None
    _connection: Connection | None = None
    _backoff: Backoff = field(default_factory=lambda: Backoff(first_s=LOOK_S))

    async def run(self, stop: asyncio.Event) -> None:
        """Do what is asked for until `stop` is set; survives a database that comes and goes."""
        try:
            while not stop.is_set():
                await stopped_within(stop, await self._turn())
        finally:
            await self.close()

    async def step(self, now: datetime) -> bool:
        """Do a piece of what has waited longest; False where there is nothing to do, or others do it.

        Raises psycopg.Error when the database cannot be used.
        """
        connection = await self._connected()
        with patience(connection):
            age_s = await waiting_s(connection)
            self.metrics.retry_wait_seconds.set(age_s or 0)
            if age_s is None:
                return False
            await self.keeper.refresh()
            if self.keeper.lookup.version != await registry_version(connection):
                # What was registered just before the retry is why it was asked for.
                return False
            try:
                return await self._piece(connection, now)
            except ELSEWHERE:
                return False

    def sever(self) -> None:
        """Break off what waits for the database, if anything does."""
        if self._connection is not None:
            sever(self._connection)

    async def close(self) -> None:
        """Let go of the connection; harmless when repeated."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _turn(self) -> float:
        """A step, and the seconds to wait after it."""
        try:
            worked = await self.step(utc_now())
        except Exception as error:  # noqa: BLE001 - a retry that fails may not end the live intake
            self._say(error)
            await self.close()
            self._backoff = self._backoff.after_failure()
            return self._backoff.wait_s(random.random)
        self.trouble, self._backoff = None, self._backoff.after_success()
        return BETWEEN_S if worked else LOOK_S

    async def _piece(self, connection: Connection, now: datetime) -> bool:
        most, self.most = self.most, min(2 * self.most, PIECE)
        piece: RetryPiece | None = None
        try:
            async with only_retry(connection), connection.transaction():
                piece = await next_piece(connection, most, PIECE_BYTES)
                if piece is None:
                    return False
                fates = await self._fates(connection, piece)
                ended = await tell_piece(connection, piece, fates, now)
        except ELSEWHERE:
            raise
        except Exception as error:
            if piece is None:
                raise
            await self._judge(connection, error, piece, now)
            return True
        self._told(piece, fates, ended=ended)
        return True

    async def _fates(self, connection: Connection, piece: RetryPiece) -> list[Fate]:
        bad, self._bad = self._bad, None
        if bad is not None and bad.reject == piece.rejects[0].id:
            return [bad]
        order = RetryOrder(piece.actor, piece.clock_offset_s, piece.dry, piece.again)
        guard = clock_guard(self.settings)
        work = RejectRetry(connection, self.keeper.lookup, guard, order, lambda _done: None)
        done = await work.feed(piece.rejects)
        return [Fate(one.reject.id, one.outcome, one.why, one.reasons) for one in done]

    async def _judge(
        self, connection: Connection, error: Exception, piece: RetryPiece, now: datetime
    ) -> None:
        """What follows from a piece that could not be fed in; raises what may pass by itself."""
        ours = not isinstance(error, DatabaseError)
        fault = Fault.ITEM if ours else fault_of(error)
        if fault is Fault.TEMPORARY:
            # It may as well have taken all our patience.
            self.most = max(1, len(piece.rejects) // 2)
            raise error
        said = _said(error)
        trace = error if ours else None
        LOG.error("a retry of rejects meets a fault", retry=piece.retry, why=said, exc_info=trace)
        if fault is Fault.SETUP and not ours:
            await fail_retry(connection, piece.retry, sentence_of(error), now)
            return
        # Each goes alone until the one is found; that is rejected again, and the others go on.
        self.most = 1
        if len(piece.rejects) == 1:
            said = "a fault of this program, see its log" if ours else said
            reason = "internal" if ours else "database"
            self._bad = Fate(piece.rejects[0].id, "rejected", f"{reason}: {said}", (reason,))

    def _told(self, piece: RetryPiece, fates: Sequence[Fate], *, ended: bool) -> None:
        if not piece.dry:
            for one in fates:
                self.metrics.rejects_retried.labels(outcome=one.outcome).inc()
        if ended:
            LOG.info("retry of rejects done", retry=piece.retry, by=piece.actor, dry=piece.dry)

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await connect(self.url, "ingest", "qingkong ingest retries")
            await prepare_connection(self._connection)
        return self._connection

    def _say(self, error: Exception) -> None:
        said = _said(error)
        if said != self.trouble:
            trace = None if isinstance(error, DatabaseError) else error
            LOG.error("retries of rejects that were asked for wait", why=said, exc_info=trace)
        self.trouble = said


def _said(error: Exception) -> str:
    """The first line of it, which says what is wrong."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__
