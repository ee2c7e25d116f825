"""Rejected frames fed in again, with the registry as it is now and their own time of receipt.

They make batches of their own, in a slot and a chain that no broker has. It must not know who asks:
the command and what is asked for in the console come here alike.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

from schemas.batch import RejectRow
from schemas.lookup import Lookup
from schemas.moment import microseconds
from schemas.series import Outcome
from services.ingest.admit import ClockGuard
from services.ingest.draft import Draft
from services.ingest.memory import Memory
from services.ingest.message import Message
from services.store.batches import last_place, next_batch_ids, prepare_connection, write_batch
from services.store.connection import Connection
from services.store.rejects import (
    KeptReject,
    Retry,
    Wanted,
    insert_retries,
    next_reject_id,
    rejects_between,
)
from services.store.slots import release_slot, try_slot

RETRY_SLOT = -1
PAGE = 500
WORDS = {
    Outcome.STORED: "stored",
    Outcome.REPEATED: "repeated",
    Outcome.REJECTED: "rejected",
}


class RetryBusyError(Exception):
    """Somebody else is retrying rejects; try again when they are done."""


@dataclass(frozen=True, slots=True)
class RetryOrder:
    """How to retry: who orders it, the seconds to add to all times of the frames, and how far.

    A dry run is the same, taken back. `again`: also what a former retry has stored.
    """

    actor: str
    clock_offset_s: int = 0
    dry_run: bool = False
    again: bool = False


class Retried(NamedTuple):
    """What became of a reject: `skipped` when a former retry had stored it; why it is refused.

    `reasons`: the words of that, each once.
    """

    reject: KeptReject
    outcome: str
    why: str
    reasons: tuple[str, ...] = ()


class _Fed(NamedTuple):
    """A reject and its frames' places in the draft."""

    reject: KeptReject
    first: int
    end: int


@asynccontextmanager
async def only_retry(connection: Connection) -> AsyncGenerator[None]:
    """Nobody else retries rejects within it, in the whole database.

    Raises RetryBusyError when somebody does, psycopg.Error.
    """
    if not await try_slot(connection, RETRY_SLOT):
        raise RetryBusyError("another retry of rejects is running: wait for its end")
    try:
        yield
    finally:
        if not connection.closed:
            await release_slot(connection, RETRY_SLOT)


@dataclass(frozen=True, slots=True)
class RejectRetry:
    """Feeds rejects in again; one at a time in the whole database."""

    connection: Connection
    lookup: Lookup
    guard: ClockGuard
    order: RetryOrder
    advance: Callable[[int], None]

    async def run(self, wanted: Wanted) -> list[Retried]:
        """Retry the wanted rejects in the order they came, page by page.

        Raises RetryBusyError, psycopg.Error; pages committed until then stay.
        """
        done: list[Retried] = []
        async with only_retry(self.connection):
            await prepare_connection(self.connection)
            # Rejects that the retry itself brings about are for another time.
            after, end = 0, await next_reject_id(self.connection)
            while page := await rejects_between(self.connection, wanted, (after, end), PAGE):
                done += await self.feed(page)
                self.advance(len(page))
                after = page[-1].id
        return done

    async def feed(self, page: Sequence[KeptReject]) -> list[Retried]:
        """Retry these in one transaction, or as a part of the one that runs: all of them or none.

        Within `only_retry`, on a connection prepared to write. Raises psycopg.Error.
        """
        todo = [one for one in page if self.order.again or not one.settled]
        skipped = [Retried(one, "skipped", one.retried or "") for one in page if one not in todo]
        if not todo:
            return skipped
        draft = Draft(self.lookup, self.guard, Memory())
        draft.clock_offset_us = self.order.clock_offset_s * 1_000_000
        fed = [_feed(draft, reject) for reject in todo]
        outcomes = await self._write(draft, fed)
        return skipped + [_result(draft, one, outcomes) for one in fed]

    async def _write(self, draft: Draft, fed: Sequence[_Fed]) -> Sequence[str]:
        connection = self.connection
        (batch,) = await next_batch_ids(connection, 1)
        write = draft.write(batch, RETRY_SLOT, origin="retry")
        write = replace(write, rejects=_news(write.rejects, fed))
        async with connection.transaction(force_rollback=self.order.dry_run):
            written = await write_batch(connection, write, await last_place(connection, RETRY_SLOT))
            outcomes = written.head.outcomes
            retries = [
                Retry(
                    one.reject.id, self.order.clock_offset_s, _result(draft, one, outcomes).outcome
                )
                for one in fed
            ]
            await insert_retries(connection, batch, self.order.actor, retries)
        return outcomes


def _feed(draft: Draft, reject: KeptReject) -> _Fed:
    first = len(draft.entries)
    received_us = microseconds(reject.received_at)
    draft.add([Message(0, reject.topic, reject.frame, received_us, duplicate=False, qos=1)])
    return _Fed(reject, first, len(draft.entries))


def _news(rejects: Sequence[RejectRow], fed: Sequence[_Fed]) -> list[RejectRow]:
    """The refusals that say something the kept reject does not say already."""
    origin = {seq: one.reject for one in fed for seq in range(one.first, one.end)}
    return [row for row in rejects if not _same(origin[row.seq], row)]


def _same(reject: KeptReject, row: RejectRow) -> bool:
    return (reject.reason, reject.whole, list(reject.codes)) == (
        row.reason,
        row.whole,
        list(row.codes),
    )


def _result(draft: Draft, one: _Fed, outcomes: Sequence[str]) -> Retried:
    letters = set(outcomes[one.first : one.end])
    refusals = [row for row in draft.rejects if one.first <= row.seq < one.end]
    why = "; ".join(dict.fromkeys(f"{row.reason}: {row.detail}" for row in refusals))
    still = any(_same(one.reject, row) for row in refusals)
    if Outcome.STORED in letters and not (still and one.reject.whole):
        letter = Outcome.STORED
    elif Outcome.REPEATED in letters and not still:
        letter = Outcome.REPEATED
    else:
        letter = Outcome.REJECTED
    reasons = tuple(dict.fromkeys(row.reason for row in refusals))
    return Retried(one.reject, WORDS[letter], why, reasons)
