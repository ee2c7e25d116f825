"""Who asks and what he may do. It must not know how he said who he is."""

from dataclasses import dataclass
from typing import Final, Literal

from schemas.access import EVERYTHING, Role, Scope
from services.api.permissions import NO_MACHINE, PERMISSIONS, Permission

Way = Literal["session", "token", "open"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `key` names the session or token; `permissions` is what it leaves of the role's."""

    account: int | None
    name: str
    role: Role
    scope: Scope
    way: Way
    permissions: frozenset[Permission]
    key: int | None = None


ANYBODY: Final = Caller(None, "", Role.OPEN, EVERYTHING, "open", PERMISSIONS[Role.OPEN])


def may(caller: Caller, permission: Permission) -> bool:
    """Whether the caller's role and token allow it."""
    return permission in caller.permissions


def permissions_of(role: Role, way: Way, narrowed: frozenset[str] | None) -> frozenset[Permission]:
    """What a role may do by this way, of it what a token leaves."""
    allowed = PERMISSIONS[role]
    if way != "token":
        return allowed
    allowed -= NO_MACHINE
    if narrowed is None:
        return allowed
    return frozenset(each for each in allowed if each.value in narrowed) | PERMISSIONS[Role.OPEN]
