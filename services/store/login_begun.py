"""Sign-ins at the identity provider that have begun: each is taken up once, soon, or never."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast

from services.store.session import Session

KEPT_FOR: Final = timedelta(minutes=10)
ADD = "INSERT INTO login_begun (digest, nonce, verifier, made_at) VALUES (%s, %s, %s, %s)"
TAKE = "DELETE FROM login_begun WHERE digest = %s AND made_at > %s RETURNING nonce, verifier"
SWEEP = "DELETE FROM login_begun WHERE made_at <= %s"


class BegunLogin(NamedTuple):
    """What must be known when the browser comes back."""

    nonce: str
    verifier: str


def add_begun(session: Session, digest: bytes, begun: BegunLogin, now: datetime) -> None:
    """Under the digest of the state that the browser holds. Raises psycopg.Error."""
    session.execute(ADD, (digest, begun.nonce, begun.verifier, now))


def take_begun(session: Session, digest: bytes, now: datetime) -> BegunLogin | None:
    """Take it, once; None: there is none (any more). Raises psycopg.Error."""
    row = session.execute(TAKE, (digest, now - KEPT_FOR)).fetchone()
    return None if row is None else BegunLogin(*cast("tuple[str, str]", row))


def sweep_begun(session: Session, now: datetime) -> int:
    """Forget those whose time is over; how many. Raises psycopg.Error."""
    return session.execute(SWEEP, (now - KEPT_FOR,)).rowcount
