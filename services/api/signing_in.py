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
from services.store.throttles import Patience, begin_try, forget_tries, forgive_try

# An account's wait is short, or whoever knows a name could keep its holder out.
OF_ACCOUNT: Final = Patience(5, timedelta(minutes=5))
OF_ADDRESS: Final = Patience(20, timedelta(minutes=15))


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


def sign_in(context: Context, wish: SignIn) -> Begun:
    """By name and password. Raises Problem when they are wrong, or it is too soon to try again.

    No connection is held while the password is looked at.
    """
    keys = _Keys(
        "account:" + hashlib.sha256(wish.name.lower().encode()).hexdigest(),
        "address:" + neighbourhood(wish.address),
    )
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
            forget_tries(session, keys.account)
            forgive_try(session, keys.address, context.clock())
            if checked.better is not None and hashed is not None:
                rehash_password(session, account.id, hashed, checked.better)
            return begin(session, context, account, wish)
    raise Problem(
        Kinds.WRONG_PASSWORD,
        "用户名或密码错误,或账号已停用。",
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
        wait = begin_try(session, keys.address, OF_ADDRESS, now)
        if wait is None:
            wait = begin_try(session, keys.account, OF_ACCOUNT, now)
    if wait is not None:
        seconds = max(1, math.ceil(wait.total_seconds()))
        raise Problem(
            Kinds.TOO_MANY,
            f"登录失败次数过多,请 {seconds} 秒后再试。",
            f"too many failures to sign in: try again in {seconds} s",
            headers={"Retry-After": str(seconds)},
        )


def _looked_at(context: Context, password: str, hashed: str | None) -> Checked:
    try:
        return context.passwords.check(password, hashed)
    except BusyError:
        raise busy() from None


def busy() -> Problem:
    """Too many passwords at once."""
    return Problem(
        Kinds.UNAVAILABLE,
        "登录请求过多,请稍后再试。",
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
