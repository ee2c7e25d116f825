"""What was answered under an idempotency key, so that a request that comes again does nothing twice."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast

from psycopg.types.json import Jsonb

from services.store.session import Session

KEPT_FOR: Final = timedelta(days=1)
# Nothing is written before what is asked for: a transaction has its position from its first write on,
# and what it believes must not lie below what was believed while it waited for its turn.
TURN = "SELECT pg_advisory_xact_lock(hashtextextended(%(key)s, %(account)s))"
FIND = """
SELECT digest, status, headers, body FROM idempotency
WHERE account = %(account)s AND key = %(key)s AND made_at >= %(old)s
"""
KEEP = """
INSERT INTO idempotency (account, key, digest, made_at, status, headers, body)
VALUES (%(account)s, %(key)s, %(digest)s, %(at)s, %(status)s, %(headers)s, %(body)s)
ON CONFLICT (account, key) DO UPDATE
SET digest = EXCLUDED.digest, made_at = EXCLUDED.made_at, status = EXCLUDED.status,
  headers = EXCLUDED.headers, body = EXCLUDED.body
"""
SWEEP = "DELETE FROM idempotency WHERE made_at < %s"


class Asked(NamedTuple):
    """A request under a key; the digest is of all that it asks for."""

    account: int
    key: str
    digest: bytes


class Told(NamedTuple):
    """An answer as it was given."""

    digest: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes


def begin_once(session: Session, asked: Asked, now: datetime) -> Told | None:
    """None: it is the first, go on in this transaction. Otherwise what was answered then.

    A request that is being answered at the same time is waited for. Raises psycopg.Error.
    """
    values = {"account": asked.account, "key": asked.key, "old": now - KEPT_FOR}
    session.execute(TURN, values)
    row = session.execute(FIND, values).fetchone()
    if row is None:
        return None
    digest, status, headers, body = cast(
        "tuple[bytes, int | None, Mapping[str, str], bytes | None]", row
    )
    return Told(bytes(digest), status or 500, headers, bytes(body or b""))


def keep_answer(session: Session, asked: Asked, told: Told, now: datetime) -> None:
    """In the same transaction, after all that was asked for. Raises psycopg.Error."""
    values = {
        **asked._asdict(),
        "at": now,
        "status": told.status,
        "headers": Jsonb(dict(told.headers)),
        "body": told.body,
    }
    session.execute(KEEP, values)


def sweep_answers(session: Session, now: datetime) -> int:
    """Forget those whose time is over; how many. Raises psycopg.Error."""
    return session.execute(SWEEP, (now - KEPT_FOR,)).rowcount
