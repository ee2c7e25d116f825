"""Making and taking back what others sign in with: accounts, passwords, tokens; each is audited.

It must not know whether a person asks by the API or by a command.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from schemas.access import Account, Role, Scope, Token
from services.api.credentials import BEGINNING, digest_of, new_token
from services.api.permissions import NO_MACHINE, PERMISSIONS, Permission
from services.store.accounts import (
    AccountDraft,
    account_by_id,
    add_account,
    change_account,
    set_password,
)
from services.store.places import plants_of, region_by_code
from services.store.session import Session
from services.store.sign_ins import end_sessions
from services.store.tokens import NewToken, add_token, read_tokens, revoke_token

LONGEST = timedelta(days=366)


class GrantError(ValueError):
    """It cannot be granted; the message says why and what to do, in Chinese and English."""


@dataclass(frozen=True, slots=True)
class TokenWish:
    """What a token shall give. `permissions` and a scope of everything: all that its account may."""

    name: str
    lasts: timedelta
    permissions: frozenset[Permission] | None = None
    scope: Scope = field(default_factory=Scope)


class MadeToken(NamedTuple):
    """A token and its secret, which is told once."""

    token: Token
    secret: str = ""


def make_account(session: Session, draft: AccountDraft, now: datetime) -> Account:
    """Raises GrantError, AccountConflict, psycopg.Error."""
    _check_role(draft.role)
    check_scope(session, draft.scope)
    return add_account(session, draft, now)


def alter_account(session: Session, account: Account, now: datetime) -> Account:
    """Write role, scope, name to the identity provider and whether it is disabled, over its version.

    Whoever is in by what no longer holds is out at once: its sessions end unless nothing changes.
    Raises GrantError, AccountConflict, psycopg.Error.
    """
    _check_role(account.role)
    check_scope(session, account.scope)
    before = account_by_id(session, account.id)
    changed = change_account(session, account, now)
    if before is None or changed.disabled or _standing(before) != _standing(changed):
        end_sessions(session, changed.id)
    return changed


def replace_password(session: Session, account: Account, hashed: str, now: datetime) -> None:
    """All sessions of the account end. Raises psycopg.Error."""
    set_password(session, account.id, hashed, now)
    end_sessions(session, account.id)


def make_token(session: Session, account: Account, wish: TokenWish, now: datetime) -> MadeToken:
    """Raises GrantError when it would give more than the account has, or lasts too long; psycopg.Error."""
    if not timedelta() < wish.lasts <= LONGEST:
        raise GrantError(
            f"有效期为 1 至 {LONGEST.days} 天; a token lasts up to {LONGEST.days} days"
        )
    beyond = (wish.permissions or frozenset()) - (PERMISSIONS[account.role] - NO_MACHINE)
    if beyond:
        named = ", ".join(sorted(beyond))
        raise GrantError(
            f"该账号不能授予令牌 {named}; a token of {account.name} cannot have {named}"
        )
    check_scope(session, wish.scope)
    _inside(session, account, wish.scope)
    secret = new_token()
    key = add_token(
        session,
        NewToken(
            *(account.id, wish.name, secret[:BEGINNING], digest_of(secret)),
            *(wish.permissions, wish.scope, now, now + wish.lasts),
        ),
    )
    return MadeToken(token_by_id(session, key), secret)


def token_by_id(session: Session, token: int, account: int | None = None) -> Token:
    """A token, of this account where one is given. Raises GrantError, psycopg.Error."""
    found = read_tokens(session, account, token)
    if not found:
        raise GrantError(f"没有令牌 {token}; there is no token {token}")
    return found[0]


def take_token(session: Session, token: int, now: datetime) -> bool:
    """Revoke it, at once; whether it still held. Raises psycopg.Error."""
    return revoke_token(session, token, now)


def check_scope(session: Session, scope: Scope) -> None:
    """Raises GrantError when a region or a plant of it is not registered; psycopg.Error."""
    if scope.region is not None and region_by_code(session, scope.region) is None:
        raise GrantError(f"行政区 {scope.region} 未登记; region {scope.region} is not registered")
    if scope.plants is not None:
        known = plants_of(session, scope.region, scope.plants)
        if len(known) < len(scope.plants):
            raise GrantError("有企业不在该行政区; some of the plants are not in the region")


def lies_inside(session: Session, outer: Scope, inner: Scope) -> bool:
    """Whether whoever sees `outer` may give `inner` to others: it never reaches further.

    Also later, when plants are registered in its region. Raises psycopg.Error.
    """
    if outer.everything:
        return True
    if outer.outer is not None and not lies_inside(session, outer.outer, inner):
        return False
    if outer.region is None and outer.plants is None:
        return True
    if inner.plants is not None:
        return inner.plants.issubset(plants_of(session, outer.region, outer.plants))
    if outer.plants is not None or inner.region is None:
        return False
    region = region_by_code(session, inner.region)
    return region is not None and outer.region in region.above


def unknown_plants(codes: Sequence[str], known: dict[str, int]) -> list[str]:
    """The codes that nobody registered."""
    return sorted(set(codes) - set(known))


def _check_role(role: Role) -> None:
    if role is Role.OPEN:
        raise GrantError("open 不是账号的角色; `open` is no role of an account")


def _standing(account: Account) -> tuple[object, ...]:
    """What a session rests on."""
    return account.role, account.scope, account.external


def _inside(session: Session, account: Account, scope: Scope) -> None:
    if scope.everything or account.scope.everything:
        return
    outer = set(plants_of(session, account.scope.region, account.scope.plants))
    if not outer.issuperset(plants_of(session, scope.region, scope.plants)):
        raise GrantError(
            f"令牌的范围超出账号的范围; the token would see more than {account.name} does"
        )
