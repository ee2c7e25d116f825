"""For whom a caller acts: a plant for itself, an officer for his region, an administrator for either.

It must not know what is done.
"""

from typing import Final

from schemas.access import Role, Scope
from schemas.marks import MarkOrigin
from schemas.order import Actor, Party
from services.api.callers import Caller
from services.api.problems import Kinds, Problem
from services.store.places import PlantRef

ORIGINS: Final[dict[Role, tuple[MarkOrigin, ...]]] = {
    Role.PLANT: ("plant",),
    Role.OPERATOR: ("bureau", "logger"),
    Role.ADMINISTRATOR: ("bureau", "logger", "plant"),
}
"""Whose marks a role states; its first one where nothing is said."""


def as_plant(caller: Caller, plant: PlantRef) -> Actor:
    """Acting for the plant: its own people, or an administrator in their place."""
    return Actor(caller.name, Party.PLANT, plant.code)


def as_bureau(caller: Caller, region: str, plant: PlantRef | None = None) -> Actor:
    """Acting for the bureau of the caller's region; who has none acts for the one concerned.

    Whoever sees some plants alone acts for the region of the plant, and for none above it.
    """
    place = region_of(caller.scope)
    if place is None and not caller.scope.everything and plant is not None:
        place = plant.region
    return Actor(caller.name, Party.BUREAU, place or region)


def region_of(scope: Scope) -> str | None:
    """The narrowest region that a scope names."""
    if scope.region is not None or scope.outer is None:
        return scope.region
    return region_of(scope.outer)


def origin_said(caller: Caller, given: MarkOrigin | None) -> MarkOrigin:
    """Whose mark the caller enters. Raises Problem where his role does not speak for them."""
    allowed = ORIGINS.get(caller.role, ())
    if given is None and allowed:
        return allowed[0]
    if given is None or given not in allowed:
        named = "、".join(allowed)
        raise Problem(
            Kinds.FORBIDDEN,
            f"{caller.role} 角色的标记来源只能为：{named}。",
            f"marks of role {caller.role} are of origin {' or '.join(allowed)}",
        )
    return given
