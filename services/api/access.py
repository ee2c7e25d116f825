"""Who asks, what he may do, and what he may see: the one place where scope is decided.

Whatever lies outside of a scope does not exist for its holder.
"""

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import Depends, Request
from fastapi.params import Depends as Dependency

from services.api.callers import Caller, may
from services.api.context import CALLER, Context, ContextDep
from services.api.database import SessionDep
from services.api.identity import CHALLENGE, identified, refuse_forgery
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, not_found
from services.store.places import (
    Case,
    PlantRef,
    PointRef,
    RegionRef,
    SubjectRef,
    case_by_number,
    plant_by_code,
    plant_by_id,
    point_by_code,
    region_by_code,
    subject_by_codes,
)
from services.store.session import Session


def caller_of(request: Request, context: ContextDep) -> Caller:
    """Whoever the session cookie or the bearer token says. Raises Problem when a token does not hold."""
    found = identified(request, context)
    request.scope[CALLER] = found
    return found


CallerDep = Annotated[Caller, Depends(caller_of)]


@dataclass(frozen=True)
class Required:
    """The dependency of a route that asks for its permission."""

    permission: Permission

    async def __call__(self, request: Request, caller: CallerDep) -> Caller:
        """Raises Problem when he may not, or a session's request could be forged."""
        if may(caller, self.permission):
            if caller.way == "session" and self.permission is not Permission.SIGN_IN:
                refuse_forgery(request)
            return caller
        if caller.way == "open":
            raise Problem(
                Kinds.UNAUTHENTICATED,
                "请先登录，或在 Authorization 中给出令牌。",
                "sign in, or send a token: Authorization: Bearer qk_…",
                headers=CHALLENGE,
            )
        raise Problem(
            Kinds.FORBIDDEN,
            f"{caller.role} 角色或此令牌无权执行 {self.permission}。",
            f"role {caller.role}, or this token, may not {self.permission}",
        )


def require(permission: Permission) -> Dependency:
    """For a route's `dependencies`: exactly one to each route."""
    return Dependency(Required(permission))


@dataclass(frozen=True, slots=True)
class Sight:
    """What the caller may see; whatever else there is, is not found."""

    session: Session
    context: Context
    caller: Caller

    def plants(self) -> list[int] | None:
        """The ids of the plants, for `= ANY(...)`; None: all there are."""
        found = self.context.scopes.plants(self.session, self.caller.scope)
        return None if found is None else list(found)

    def sees(self, plant: int) -> bool:
        """Whether the plant of this id lies within the scope."""
        found = self.context.scopes.plants(self.session, self.caller.scope)
        return found is None or plant in found

    def region(self, code: str) -> RegionRef:
        """A region that the scope touches. Raises Problem."""
        found = region_by_code(self.session, code)
        if found is None or not self._touches(found):
            raise not_found()
        return found

    def plants_in(self, region: str | None) -> list[int] | None:
        """Of the scope's plants those of a region and all below it; None: no region was asked for.

        Raises Problem when the region does not exist or lies outside.
        """
        if region is None:
            return self.plants()
        return self.plants_of(self.region(region))

    def plants_of(self, region: RegionRef) -> list[int]:
        """Of the scope's plants those of a region that was looked up here, and all below it."""
        found = self.context.scopes.plants(self.session, self.caller.scope)
        if found is None:
            return list(region.plants)
        own = frozenset(found)
        return [plant for plant in region.plants if plant in own]

    def plant(self, code: str) -> PlantRef:
        """Raises Problem."""
        found = plant_by_code(self.session, code)
        if found is None or not self.sees(found.id):
            raise not_found()
        return found

    def subject(self, plant: str, code: str, kind: str | None = None) -> SubjectRef:
        """An outlet, unit or facility; of this kind where one is given. Raises Problem."""
        found = subject_by_codes(self.session, plant, code)
        if found is None or not self.sees(found.plant.id) or kind not in {None, found.kind}:
            raise not_found()
        return found

    def outlet(self, plant: str, code: str) -> SubjectRef:
        """Raises Problem."""
        return self.subject(plant, code, "outlet")

    def facility(self, plant: str, code: str) -> SubjectRef:
        """Raises Problem."""
        return self.subject(plant, code, "facility")

    def point(self, subject: SubjectRef, side: str, code: str) -> PointRef:
        """A pollutant or signal at a side (in, out, state) of a subject. Raises Problem."""
        found = point_by_code(self.session, subject, side, code)
        if found is None:
            raise not_found()
        return found

    def case(self, kind: Case, number: int) -> PlantRef | None:
        """The plant that an alert, order, verdict ... is about; None: it is about the platform.

        What is about the platform itself is for those alone who see everything. Raises Problem.
        """
        case = case_by_number(self.session, kind, number)
        if case is None:
            raise not_found()
        if case.plant is None:
            if not self.caller.scope.everything:
                raise not_found()
            return None
        found = plant_by_id(self.session, case.plant)
        if found is None or not self.sees(case.plant):
            raise not_found()
        return found

    def alert(self, number: int) -> PlantRef | None:
        """Raises Problem."""
        return self.case("alert", number)

    def order(self, number: int) -> PlantRef:
        """Raises Problem."""
        return self._plants_own("order", number)

    def contest(self, number: int) -> PlantRef:
        """Raises Problem."""
        return self._plants_own("contest", number)

    def verdict(self, number: int) -> PlantRef:
        """Raises Problem."""
        return self._plants_own("verdict", number)

    def _plants_own(self, kind: Case, number: int) -> PlantRef:
        found = self.case(kind, number)
        if found is None:
            raise not_found()
        return found

    def _touches(self, region: RegionRef) -> bool:
        # A caller sees the regions that his own lies in, and those that hold a plant of his.
        scope = self.caller.scope
        if scope.everything or (scope.plants is None and scope.region in region.above):
            return True
        return bool(self.plants_of(region))


async def within_of(session: SessionDep, context: ContextDep, caller: CallerDep) -> Sight:
    return Sight(session, context, caller)


Within: TypeAlias = Annotated[Sight, Depends(within_of)]
