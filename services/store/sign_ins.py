"""Sessions of people who signed in. What is kept is the digest of what the browser holds."""

from datetime import datetime, timedelta
from typing import Final, LiteralString, NamedTuple, cast

from schemas.access import Account, SignedIn
from services.store.accounts import SELECTED, WIDTH, account_of
from services.store.session import Session

SEEN_EVERY: Final = timedelta(seconds=60)
"""So seldom is written that a session or token was used."""
ADD = """
INSERT INTO session (digest, account, made_at, seen_at, expires_at, address)
VALUES (%(digest)s, %(account)s, %(at)s, %(at)s, %(expires)s, %(address)s)
RETURNING id
"""
FIND: LiteralString = (
    SELECTED
    + """,
  session.id, session.seen_at, session.expires_at
FROM session JOIN account ON account.id = session.account
WHERE session.digest = %(digest)s AND session.expires_at > %(now)s
  AND session.seen_at > %(idle_since)s AND NOT account.disabled
"""
)
SEEN = "UPDATE session SET seen_at = %s WHERE id = %s AND seen_at < %s"
END = "DELETE FROM session WHERE digest = %s"
END_ALL = "DELETE FROM session WHERE account = %(account)s AND id IS DISTINCT FROM %(but)s"
SWEEP = "DELETE FROM session WHERE expires_at <= %(now)s OR seen_at <= %(idle_since)s"


class NewSession(NamedTuple):
    """A session to be kept."""

    digest: bytes
    account: Account
    at: datetime
    expires: datetime
    address: str


def add_session(session: Session, new: NewSession) -> int:
    """Keep it; its id. Raises psycopg.Error."""
    values = {
        "digest": new.digest,
        "account": new.account.id,
        "at": new.at,
        "expires": new.expires,
        "address": new.address,
    }
    row = session.execute(ADD, values).fetchone()
    return cast("int", row[0]) if row else 0


def find_session(
    session: Session, digest: bytes, now: datetime, idle: timedelta
) -> SignedIn | None:
    """Whoever holds it, and note that he was seen; None: it is over. Raises psycopg.Error."""
    values = {"digest": digest, "now": now, "idle_since": now - idle}
    row = session.execute(FIND, values).fetchone()
    if row is None:
        return None
    key, seen, expires = cast("tuple[int, datetime, datetime]", row[WIDTH:])
    if now - seen >= SEEN_EVERY:
        session.execute(SEEN, (now, key, now))
    return SignedIn(account_of(row), key, expires_at=expires)


def end_session(session: Session, digest: bytes) -> bool:
    """Whether there was one. Raises psycopg.Error."""
    return session.execute(END, (digest,)).rowcount > 0


def end_sessions(session: Session, account: int, but: int | None = None) -> int:
    """End all of an account, `but` one; how many. Raises psycopg.Error."""
    return session.execute(END_ALL, {"account": account, "but": but}).rowcount


def sweep_sessions(session: Session, now: datetime, idle: timedelta) -> int:
    """Forget those that are over; how many. Raises psycopg.Error."""
    return session.execute(SWEEP, {"now": now, "idle_since": now - idle}).rowcount
