"""Who may use the platform: roles, scopes, accounts and tokens.

It must not know what a role may do; the API says so.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What somebody is to the platform; `open` is whoever did not say who he is."""

    OPERATOR = "operator"  # 监管人员
    PLANT = "plant"  # 企业
    AUDITOR = "auditor"  # 审计
    ADMINISTRATOR = "administrator"  # 管理员
    OPEN = "open"  # 公众


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody sees: a region with all below it, of it these plants, and no more than `outer`.

    None: all regions, all plants. `plants` are ids. A token's `outer` is its account's scope.
    """

    region: str | None = None
    plants: frozenset[int] | None = None
    outer: "Scope | None" = None

    @property
    def everything(self) -> bool:
        """Whether it leaves nothing out."""
        inner = self.region is None and self.plants is None
        return inner and (self.outer is None or self.outer.everything)


EVERYTHING = Scope()


class Account(NamedTuple):
    """A person, or a bureau's or plant's desk, that may sign in. Times are UTC."""

    id: int
    name: str
    role: Role
    scope: Scope
    disabled: bool
    version: int
    made_at: datetime
    changed_at: datetime
    has_password: bool
    external: str | None = None
    """Who it is to the identity provider (OIDC `sub`), where it may sign in that way."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a machine, as it may be shown: never its secret."""

    id: int
    account: int
    account_name: str
    name: str
    beginning: str
    """The first characters of the secret, to tell tokens apart."""
    permissions: frozenset[str] | None
    """None: all that the account may."""
    scope: Scope
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account as a session or a token finds it; `permissions` narrows what its role may."""

    account: Account
    key: int
    permissions: frozenset[str] | None = field(default=None)
    scope: Scope = EVERYTHING
    expires_at: datetime | None = None
