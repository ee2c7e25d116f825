"""The signed checkpoints and the heads of the chains now, for whoever looks at the proof.

It must not know what is right: it reads what was signed, and what stands there.
"""

from datetime import datetime
from typing import NamedTuple

from services.store.session import Session

NEWEST = """
SELECT id, made_at, closed::text, body, key_id, encode(signature, 'hex') FROM checkpoint
ORDER BY id DESC LIMIT %s
"""
HEADS = """
WITH RECURSIVE slots AS (
  SELECT min(slot) AS slot FROM batch
  UNION ALL
  SELECT (SELECT min(batch.slot) FROM batch WHERE batch.slot > slots.slot)
  FROM slots WHERE slots.slot IS NOT NULL
)
SELECT last.slot, last.number, last.id, last.committed_at, encode(last.digest, 'hex')
FROM slots JOIN LATERAL (
  SELECT slot, number, id, committed_at, digest FROM batch WHERE batch.slot = slots.slot
  ORDER BY number DESC LIMIT 1
) AS last ON true
ORDER BY last.slot
"""


class SignedCheckpoint(NamedTuple):
    """A checkpoint as it is kept: its text, who signed it, and the signature in hex.

    It covers what lies below the position `closed`.
    """

    id: int
    made_at: datetime
    closed: str
    body: str
    key_id: str
    signature: str


class ChainHead(NamedTuple):
    """The last batch of a slot's chain now."""

    slot: int
    number: int
    batch: int
    committed_at: datetime
    digest: str


def newest_checkpoints(session: Session, most: int) -> list[SignedCheckpoint]:
    """The newest first. Raises psycopg.Error."""
    rows = session.execute(NEWEST, (most,)).fetchall()
    return [SignedCheckpoint._make(row) for row in rows]


def chain_heads(session: Session) -> list[ChainHead]:
    """Of every slot. Raises psycopg.Error."""
    return [ChainHead._make(row) for row in session.execute(HEADS).fetchall()]
