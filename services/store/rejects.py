"""Rejects: looked at, and fed in again with a record of who did it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

from services.store.connection import Connection


class KeptReject(NamedTuple):
    """A reject, and the newest outcome of feeding it in again; None when nobody did.

    A retry that stored or repeated it counts more than any later one. `policy` would accept it.
    """

    id: int
    batch: int
    seq: int
    topic: str
    mn: str | None
    device: int | None
    reason: str
    detail: str
    codes: list[str]
    whole: bool
    received_at: datetime
    frame: bytes
    policy: str | None
    retried: str | None

    @property
    def settled(self) -> bool:
        """Whether a retry has stored what could be stored of it."""
        return self.retried in {"stored", "repeated"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rejects: by id, reason, MN and time of receipt; None and empty mean any."""

    ids: Sequence[int] = ()
    reason: str | None = None
    mn: str | None = None
    since: datetime | None = None


class Retry(NamedTuple):
    """A row of `reject_retry`, but for its batch and actor."""

    reject: int
    clock_offset_s: int
    outcome: str


CHOSEN = """
SELECT id, batch, seq, topic, mn, device, reason, detail, codes, whole, received_at, bytes,
  policy,
  (SELECT outcome FROM reject_retry WHERE reject_retry.reject = reject.id
   ORDER BY outcome = 'rejected', id DESC LIMIT 1)
FROM reject
WHERE (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[]))
  AND (%(reason)s::text IS NULL OR reason = %(reason)s)
  AND (%(mn)s::text IS NULL OR mn = %(mn)s)
  AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
  AND id > %(after)s AND id < %(before)s
"""
NEWEST_FIRST = CHOSEN + " ORDER BY id DESC LIMIT %(limit)s"
OLDEST_FIRST = CHOSEN + " ORDER BY id LIMIT %(limit)s"
NO_END = 1 << 62


async def newest_rejects(connection: Connection, wanted: Wanted, limit: int) -> list[KeptReject]:
    """The newest of the wanted rejects, newest first."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(NEWEST_FIRST, _values(wanted, (0, NO_END), limit))
    return [KeptReject._make(row) for row in await cursor.fetchall()]


async def rejects_between(
    connection: Connection, wanted: Wanted, ends: tuple[int, int], limit: int
) -> list[KeptReject]:
    """The first of the wanted rejects whose id lies between the ends (exclusive), in order."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(OLDEST_FIRST, _values(wanted, ends, limit))
    return [KeptReject._make(row) for row in await cursor.fetchall()]


async def reject_digests(
    connection: Connection, batches: Sequence[int]
) -> list[tuple[int, int, bytes]]:
    """Batch, place and SHA-256 of the bytes of every reject of these batches."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT batch, seq, sha256(bytes) FROM reject WHERE batch = ANY(%s::bigint[])",
        (list(batches),),
    )
    return cast("list[tuple[int, int, bytes]]", await cursor.fetchall())


async def next_reject_id(connection: Connection) -> int:
    """An id above those of all rejects there are now."""
    cursor = await connection.execute("SELECT COALESCE(max(id), 0) + 1 FROM reject")
    row = await cursor.fetchone()
    return cast("int", row[0]) if row else 1


async def insert_retries(
    connection: Connection, batch: int, actor: str, retries: Sequence[Retry]
) -> None:
    """Keep what became of retries, within the running transaction."""
    await connection.execute(
        "INSERT INTO reject_retry (reject, actor, clock_offset_s, batch, outcome)"
        " SELECT reject, %s, clock_offset_s, %s, outcome"
        " FROM unnest(%s::bigint[], %s::integer[], %s::text[])"
        " AS retried (reject, clock_offset_s, outcome)",
        (
            actor,
            batch,
            [retry.reject for retry in retries],
            [retry.clock_offset_s for retry in retries],
            [retry.outcome for retry in retries],
        ),
    )


async def retry_offsets(connection: Connection, batches: Sequence[int]) -> dict[int, int]:
    """The stated clock offset, in seconds, of each of these batches of retries."""
    cursor = await connection.execute(
        "SELECT batch, min(clock_offset_s) FROM reject_retry WHERE batch = ANY(%s::bigint[])"
        " GROUP BY batch",
        (list(batches),),
    )
    return dict(cast("list[tuple[int, int]]", await cursor.fetchall()))


def _values(wanted: Wanted, ends: tuple[int, int], limit: int) -> dict[str, object]:
    return {
        "ids": list(wanted.ids) or None,
        "reason": wanted.reason,
        "mn": wanted.mn,
        "since": wanted.since,
        "after": ends[0],
        "before": ends[1],
        "limit": limit,
    }
