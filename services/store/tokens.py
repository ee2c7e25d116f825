"""Tokens of machines. What is kept is a digest; a revoked token is over at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple, cast

from schemas.access import Scope, SignedIn, Token
from services.store.accounts import SELECTED, WIDTH, account_of
from services.store.session import Session
from services.store.sign_ins import SEEN_EVERY

ADD = """
INSERT INTO token (account, name, beginning, digest, permissions, region, plants, made_at, expires_at)
VALUES (%(account)s, %(name)s, %(beginning)s, %(digest)s, %(permissions)s, %(region)s, %(plants)s,
  %(at)s, %(expires)s)
RETURNING id
"""
FIND: LiteralString = (
    SELECTED
    + """,
  token.id, token.permissions, token.region, token.plants, token.expires_at,
  token.used_at
FROM token JOIN account ON account.id = token.account
WHERE token.digest = %(digest)s AND token.expires_at > %(now)s AND token.revoked_at IS NULL
  AND NOT account.disabled
"""
)
USED = "UPDATE token SET used_at = %s WHERE id = %s"
LIST = """
SELECT token.id, token.account, account.name, token.name, token.beginning, token.permissions,
  token.region, token.plants, token.made_at, token.expires_at, token.revoked_at, token.used_at
FROM token JOIN account ON account.id = token.account
WHERE (%(account)s::integer IS NULL OR token.account = %(account)s)
  AND (%(token)s::bigint IS NULL OR token.id = %(token)s)
ORDER BY token.id
"""
REVOKE = """
UPDATE token SET revoked_at = %(now)s
WHERE id = %(token)s AND revoked_at IS NULL
"""


class NewToken(NamedTuple):
    """A token to be kept; `permissions` None: all that the account may."""

    account: int
    name: str
    beginning: str
    digest: bytes
    permissions: Iterable[str] | None
    scope: Scope
    at: datetime
    expires: datetime


def add_token(session: Session, new: NewToken) -> int:
    """Keep it; its id. Raises psycopg.Error."""
    plants = new.scope.plants
    values = {
        **new._asdict(),
        "permissions": None if new.permissions is None else sorted(new.permissions),
        "region": new.scope.region,
        "plants": None if plants is None else sorted(plants),
    }
    del values["scope"]
    row = session.execute(ADD, values).fetchone()
    return cast("int", row[0]) if row else 0


def find_token(session: Session, digest: bytes, now: datetime) -> SignedIn | None:
    """Whose it is and what it leaves him, and note its use; None: it is over. Raises psycopg.Error."""
    row = session.execute(FIND, {"digest": digest, "now": now}).fetchone()
    if row is None:
        return None
    key, permissions, region, plants, expires, used = row[WIDTH:]
    last = cast("datetime | None", used)
    if last is None or now - last >= SEEN_EVERY:
        session.execute(USED, (now, key))
    account = account_of(row)
    inner = _scope(region, plants)
    scope = account.scope if inner == Scope() else Scope(inner.region, inner.plants, account.scope)
    return SignedIn(
        *(account, cast("int", key), _set(permissions), scope, cast("datetime", expires)),
    )


def read_tokens(
    session: Session, account: int | None = None, token: int | None = None
) -> list[Token]:
    """All tokens, those of an account, or one. Raises psycopg.Error."""
    rows = session.execute(LIST, {"account": account, "token": token}).fetchall()
    return [_token(row) for row in rows]


def revoke_token(session: Session, token: int, now: datetime) -> bool:
    """Whether it was there and still held. Raises psycopg.Error."""
    return session.execute(REVOKE, {"token": token, "now": now}).rowcount > 0


def _token(row: Sequence[object]) -> Token:
    key, account, holder, name, beginning, permissions, region, plants, *times = row
    made, expires, revoked, used = cast("list[datetime]", times)
    return Token(
        *(cast("int", key), cast("int", account), cast("str", holder), cast("str", name)),
        *(cast("str", beginning), _set(permissions), _scope(region, plants)),
        *(made, expires, revoked, used),
    )


def _set(permissions: object) -> frozenset[str] | None:
    return None if permissions is None else frozenset(cast("list[str]", permissions))


def _scope(region: object, plants: object) -> Scope:
    known = None if plants is None else frozenset(cast("list[int]", plants))
    return Scope(cast("str | None", region), known)
