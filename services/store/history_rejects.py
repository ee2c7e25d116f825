"""What ingest could not use, and single frames and batches by their number, as known below a position.

It must not know how bytes are shown, nor who may see them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, cast

from psycopg import sql

from services.evidence.kept import KeptBatch
from services.store.history_told import KeptFrame, held_batch
from services.store.session import Session

PAGE = sql.SQL("""
SELECT reject.id, batch, seq, topic, mn, device.code, plant.code, reason, detail, codes, whole,
  received_at, bytes, policy,
  (SELECT outcome FROM reject_retry AS again WHERE again.reject = reject.id
    AND again.position < %(known)s::text::xid8
    ORDER BY outcome = 'rejected', again.id DESC LIMIT 1)
FROM reject
LEFT JOIN device ON device.id = reject.device
LEFT JOIN plant ON plant.id = device.plant
WHERE received_at >= %(since)s AND received_at < %(until)s
  AND position < %(known)s::text::xid8
  AND (%(plants)s::integer[] IS NULL OR device.plant = ANY(%(plants)s::integer[]))
  AND (%(device)s::integer IS NULL OR reject.device = %(device)s::integer)
  AND (%(mn)s::text IS NULL OR mn = %(mn)s)
  AND (%(reasons)s::text[] IS NULL OR reason = ANY(%(reasons)s::text[]))
  AND (%(after_id)s::bigint IS NULL
    OR (received_at, reject.id) {behind} (%(after_at)s::timestamptz, %(after_id)s::bigint))
ORDER BY received_at {direction}, reject.id {direction}
LIMIT %(most)s
""")
OLDEST_FIRST = PAGE.format(behind=sql.SQL(">"), direction=sql.SQL(""))
NEWEST_FIRST = PAGE.format(behind=sql.SQL("<"), direction=sql.SQL("DESC"))
BATCH = """
SELECT id, slot, number, origin, received_from, received_to, committed_at, frames, stored,
  repeated, rejected, readings, revised, devices, received_ms, outcomes, block_bytes, previous,
  digest, position::text
FROM batch WHERE id = %(batch)s
"""
PLANTS = "SELECT DISTINCT plant FROM device WHERE id = ANY(%s) ORDER BY plant"


class RejectsAsked(NamedTuple):
    """Received in [since, until), below a position, of these plants (None: all, also of nobody's).

    `device` by its id; `reasons` None: any. Behind `after` (received at, number); the oldest first,
    or the newest.
    """

    since: datetime
    until: datetime
    known: int
    plants: Sequence[int] | None
    device: int | None = None
    mn: str | None = None
    reasons: Sequence[str] | None = None
    after: tuple[datetime, int] | None = None
    newest: bool = False


class ToldReject(NamedTuple):
    """A frame, or a part of one, that could not be used, with its bytes.

    `device` and `plant` are codes, None where nobody knows the MN. `whole`: nothing of the frame was
    used. `retried`: what became of feeding it in again.
    """

    id: int
    batch: int
    seq: int
    topic: str
    mn: str | None
    device: str | None
    plant: str | None
    reason: str
    detail: str
    codes: Sequence[str]
    whole: bool
    received_at: datetime
    frame: bytes
    policy: str | None
    retried: str | None


class ToldBatch(NamedTuple):
    """A batch, its position, and the plants whose devices speak in it."""

    batch: KeptBatch
    position: int
    plants: Sequence[int]


def page_of_rejects(session: Session, asked: RejectsAsked, most: int) -> list[ToldReject]:
    """At most `most` rejects by when they were received. Raises psycopg.Error."""
    values = {
        **asked._asdict(),
        "known": str(asked.known),
        "plants": None if asked.plants is None else list(asked.plants),
        "reasons": None if asked.reasons is None else list(asked.reasons),
        "after_at": None if asked.after is None else asked.after[0],
        "after_id": None if asked.after is None else asked.after[1],
        "most": most,
    }
    del values["after"], values["newest"]
    cursor = session.cursor(binary=True)
    # Unprepared: planned for its own times.
    cursor.execute(NEWEST_FIRST if asked.newest else OLDEST_FIRST, values, prepare=False)
    return [ToldReject._make(row) for row in cursor.fetchall()]


def batch_by_number(session: Session, batch: int) -> ToldBatch | None:
    """Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    row = cursor.execute(BATCH, {"batch": batch}).fetchone()
    if row is None:
        return None
    kept = KeptBatch._make(row[:-1])
    return ToldBatch(kept, int(cast("str", row[-1])), plants_of_devices(session, kept.devices))


def plants_of_devices(session: Session, devices: Sequence[int]) -> list[int]:
    """The plants that these devices stand in. Raises psycopg.Error."""
    rows = session.execute(PLANTS, (sorted(set(devices)),)).fetchall()
    return [cast("int", row[0]) for row in rows]


def frame_of_batch(session: Session, batch: KeptBatch, seq: int) -> KeptFrame:
    """One frame of a batch as it arrived. Raises psycopg.Error; IndexError where there is none."""
    entries = held_batch(session, batch).entries()
    entry = entries[seq] if entries is not None and seq < len(entries) else None
    return KeptFrame(
        batch=batch.id,
        seq=seq,
        batch_from=batch.received_from,
        slot=batch.slot,
        number=batch.number,
        outcome=batch.outcomes[seq],
        received_at=batch.received_from + timedelta(milliseconds=batch.received_ms[seq]),
        topic=None if entry is None else entry.topic,
        frame=None if entry is None else entry.frame,
        sha256=None if entry is None else sha256(entry.frame).digest(),
        digest=batch.digest,
    )
