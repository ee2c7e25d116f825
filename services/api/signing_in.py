"""Signing in: a try is counted before the password is looked at, and looked at whoever is meant.

It must not know what a browser is told.
"""

import hashlib
import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.access import Account
from services.api.context import Context
from services.api.credentials import digest_of, neighbourhood, new_secret
from services.api.passwords import BusyError, Checked
from services.api.problems import Kinds, Problem
from services.store.accounts import account_by_name, rehash_password
from services.store.audit import Deed, write_deed
from services.store.session import Session
from services.store.sign_ins import NewSession, add_session, end_session
from services.store.throttles import (
    Patience,
    begin_try,
    forget_tries,
    forgive_try,
    keep_until,
    kept_until,
)

# An account's wait is short, or whoever knows a name could keep its holder out.
OF_ACCOUNT: Final = Patience(5, timedelta(minutes=5))
OF_ADDRESS: Final = Patience(20, timedelta(minutes=15))
KNOWN_FOR: Final = timedelta(days=90)
"""So long an account is known at an address where it signed in. There its holder waits for his own
failures alone: who fails elsewhere in his name, or beside him in others', does not keep him out."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who wants in. `before`: the secret of the session that his browser has now."""

    name: str
    password: str = field(repr=False)
    address: str
    request_id: str
    before: str | None = field(default=None, repr=False)


class Begun(NamedTuple):
    """A new session; its secret is told once."""

    account: Account
    secret: str
    expires: datetime
    key: int


class _Keys(NamedTuple):
    account: str
    address: str
    both: str
    """Of the account at that address."""

    @property
    def known(self) -> str:
        """Kept as long as the account is known there."""
        return f"known:{self.both}"


def _keys(wish: SignIn) -> _Keys:
    name = hashlib.sha256(wish.name.lower().encode()).hexdigest()
    place = neighbourhood(wish.address)
    both = hashlib.sha256(f"{name}\0{place}".encode()).hexdigest()
    return _Keys(f"account:{name}", f"address:{place}", both)


def sign_in(context: Context, wish: SignIn) -> Begun:
    """By name and password. Raises Problem when they are wrong, or it is too soon to try again.

    No connection is held while the password is looked at.
    """
    keys = _keys(wish)
    with context.database.session() as session:
        _count(session, keys, context.clock())
        found = account_by_name(session, wish.name)
    account, hashed = found or (None, None)
    usable = hashed if account is not None and not account.disabled else None
    checked = _looked_at(context, wish.password, usable)
    with context.database.session() as session, session.transaction():
        if account is None or not checked.holds:
            _refused(session, wish, account, context.clock())
        else:
            _forgiven(session, keys, context.clock())
            if checked.better is not None and hashed is not None:
                rehash_password(session, account.id, hashed, checked.better)
            return begin(session, context, account, wish)
    raise Problem(
        Kinds.WRONG_PASSWORD,
        "用户名或密码错误，或账号已停用。",
        "the name or the password is wrong, or the account is disabled",
    )


def begin(session: Session, context: Context, account: Account, wish: SignIn) -> Begun:
    """A new session under a new secret; the one that the browser had before is over."""
    now = context.clock()
    secret = new_secret()
    if wish.before is not None:
        end_session(session, digest_of(wish.before))
    expires = now + timedelta(seconds=context.settings.session_s)
    key = add_session(session, NewSession(digest_of(secret), account, now, expires, wish.address))
    write_deed(session, _deed(wish, account, "session.begin", now))
    return Begun(account, secret, expires, key)


def _count(session: Session, keys: _Keys, now: datetime) -> None:
    with session.transaction():
        if kept_until(session, keys.known, now):
            wait = begin_try(session, f"there:{keys.both}", OF_ACCOUNT, now)
        else:
            wait = begin_try(session, keys.address, OF_ADDRESS, now)
            if wait is None:
                wait = begin_try(session, keys.account, OF_ACCOUNT, now)
    if wait is not None:
        seconds = max(1, math.ceil(wait.total_seconds()))
        raise Problem(
            Kinds.TOO_MANY,
            f"登录失败次数过多，请 {seconds} 秒后再试。",
            f"too many failures to sign in: try again in {seconds} s",
            headers={"Retry-After": str(seconds)},
        )


def _forgiven(session: Session, keys: _Keys, now: datetime) -> None:
    """The right password: what was held against it is over, and it is known there from now on."""
    if not kept_until(session, keys.known, now):
        forget_tries(session, keys.account)
        forgive_try(session, keys.address, now)
    forget_tries(session, f"there:{keys.both}")
    keep_until(session, keys.known, now, now + KNOWN_FOR)


def _looked_at(context: Context, password: str, hashed: str | None) -> Checked:
    try:
        return context.passwords.check(password, hashed)
    except BusyError:
        raise busy() from None


def busy() -> Problem:
    """Too many passwords at once."""
    return Problem(
        Kinds.UNAVAILABLE,
        "登录请求过多，请稍后再试。",
        "too many people sign in at once: try again in a moment",
        headers={"Retry-After": "5"},
    )


def _refused(session: Session, wish: SignIn, account: Account | None, now: datetime) -> None:
    write_deed(session, _deed(wish, account, "session.refused", now))


def _deed(wish: SignIn, account: Account | None, action: str, now: datetime) -> Deed:
    # A name that nobody has is not kept: it may be a password in the wrong field.
    key, name = (None, "") if account is None else (account.id, account.name)
    about = f"account/{name}" if name else "account"
    return Deed(*(now, key, name, "open", action, about, wish.request_id, wish.address))
