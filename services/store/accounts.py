"""Accounts: who may sign in, as what, and what of it each sees.

It must not know how passwords are hashed, nor what a role may do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString, cast

from psycopg.errors import CheckViolation, ForeignKeyViolation, UniqueViolation

from schemas.access import Account, Role, Scope
from services.store.session import Session

SELECTED: Final[LiteralString] = """
SELECT account.id, account.name, account.role, account.region, account.plants, account.disabled,
  account.version, account.made_at, account.changed_at, account.password IS NOT NULL,
  account.external"""
WIDTH: Final = 11
BY_NAME: LiteralString = SELECTED + ", account.password FROM account WHERE lower(name) = lower(%s)"
BY_ID: LiteralString = SELECTED + " FROM account WHERE id = %s"
BY_EXTERNAL: LiteralString = SELECTED + " FROM account WHERE external = %s"
ALL: LiteralString = SELECTED + " FROM account ORDER BY lower(name)"
ADD = """
INSERT INTO account (name, role, region, plants, password, external, made_at, changed_at)
VALUES (%(name)s, %(role)s, %(region)s, %(plants)s, %(password)s, %(external)s, %(at)s, %(at)s)
RETURNING id
"""
CHANGE = """
UPDATE account SET role = %(role)s, region = %(region)s, plants = %(plants)s,
  external = %(external)s, disabled = %(disabled)s, version = version + 1, changed_at = %(at)s
WHERE id = %(id)s AND version = %(seen)s
RETURNING id
"""
REPLACE_HASH = """
UPDATE account SET password = %s, version = version + 1, changed_at = %s WHERE id = %s
"""
REHASH = "UPDATE account SET password = %s WHERE id = %s AND password = %s"


class AccountConflict(Exception):  # noqa: N818 - a state of affairs
    """It does not fit what is there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """What is written of an account; `password` is its hash."""

    name: str
    role: Role
    scope: Scope
    external: str | None = None
    password: str | None = None


def account_of(row: Sequence[object]) -> Account:
    """The account that the first WIDTH columns of a row tell."""
    key, name, role, region, plants, *rest = row[:WIDTH]
    known = None if plants is None else frozenset(cast("list[int]", plants))
    scope = Scope(cast("str | None", region), known)
    disabled, version, made, changed, has_password, external = rest
    return Account(
        *(cast("int", key), cast("str", name), Role(cast("str", role)), scope),
        *(bool(disabled), cast("int", version)),
        *(cast("datetime", made), cast("datetime", changed), bool(has_password)),
        cast("str | None", external),
    )


def account_by_name(session: Session, name: str) -> tuple[Account, str | None] | None:
    """The account and its password's hash; the name in whatever case. Raises psycopg.Error."""
    row = session.execute(BY_NAME, (name,)).fetchone()
    return None if row is None else (account_of(row), cast("str | None", row[WIDTH]))


def account_by_id(session: Session, account: int) -> Account | None:
    """Raises psycopg.Error."""
    row = session.execute(BY_ID, (account,)).fetchone()
    return None if row is None else account_of(row)


def account_by_external(session: Session, external: str) -> Account | None:
    """Who somebody is whom the identity provider named. Raises psycopg.Error."""
    row = session.execute(BY_EXTERNAL, (external,)).fetchone()
    return None if row is None else account_of(row)


def read_accounts(session: Session) -> list[Account]:
    """All accounts, by name. Raises psycopg.Error."""
    return [account_of(row) for row in session.execute(ALL).fetchall()]


def add_account(session: Session, draft: AccountDraft, at: datetime) -> Account:
    """Raises AccountConflict when the name is taken or the scope does not fit; psycopg.Error."""
    values = {
        **_values(draft.role, draft.scope, draft.external),
        "name": draft.name,
        "password": draft.password,
        "at": at,
    }
    try:
        with session.transaction():
            row = session.execute(ADD, values).fetchone()
    except (UniqueViolation, CheckViolation, ForeignKeyViolation) as error:
        raise _conflict(error, draft.name) from error
    return _written(session, row)


def change_account(session: Session, account: Account, at: datetime) -> Account:
    """Write role, scope, external name and whether it is disabled, over the version in `account`.

    Raises AccountConflict when it was changed meanwhile or does not fit; psycopg.Error.
    """
    values = {
        **_values(account.role, account.scope, account.external),
        "id": account.id,
        "seen": account.version,
        "disabled": account.disabled,
        "at": at,
    }
    try:
        with session.transaction():
            row = session.execute(CHANGE, values).fetchone()
    except (UniqueViolation, CheckViolation, ForeignKeyViolation) as error:
        raise _conflict(error, account.name) from error
    if row is None:
        raise AccountConflict(f"{account.name} was changed meanwhile 已被他人修改: look again")
    return _written(session, row)


def set_password(session: Session, account: int, hashed: str | None, at: datetime) -> None:
    """Raises psycopg.Error."""
    session.execute(REPLACE_HASH, (hashed, at, account))


def rehash_password(session: Session, account: int, before: str, hashed: str) -> None:
    """Replace a hash by a stronger one of the same password. Raises psycopg.Error."""
    session.execute(REHASH, (hashed, account, before))


def _written(session: Session, row: Sequence[object] | None) -> Account:
    (key,) = cast("tuple[int]", row)
    return cast("Account", account_by_id(session, key))


def _values(role: Role, scope: Scope, external: str | None) -> dict[str, object]:
    return {
        "role": role.value,
        "region": scope.region,
        "plants": None if scope.plants is None else sorted(scope.plants),
        "external": external,
    }


def _conflict(error: Exception, name: str) -> AccountConflict:
    if isinstance(error, UniqueViolation):
        return AccountConflict(
            f"{name}: the name, or the identity provider's name for it, is taken 已被使用"
        )
    if isinstance(error, ForeignKeyViolation):
        return AccountConflict(f"{name}: the region is not registered 行政区未登记")
    return AccountConflict(
        f"{name}: a name has 1 to 64 characters and no blanks, and a plant's account names its "
        "plants 名称不含空格，企业账号须指定企业"
    )
