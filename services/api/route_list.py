"""Every route with its address and its permission, for whoever must look at all of them.

It must not know what they answer.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.api.access import Required
from services.api.console.routes import PAGES
from services.api.permissions import Permission
from services.api.routers import PREFIX, ROUTERS
from services.api.routes.operation import router as operation


class ListedRoute(NamedTuple):
    """A route; `path` is the template of its address."""

    path: str
    route: APIRoute
    permissions: tuple[Permission, ...]
    """One, or the route is wrong."""

    @property
    def methods(self) -> list[str]:
        return sorted(self.route.methods or ())


def listed_routes() -> Iterator[ListedRoute]:
    """All there are."""
    yield from api_routes()
    yield from _listed("", PAGES)


def api_routes() -> Iterator[ListedRoute]:
    """Those that the document of the API tells of: all but the console's pages."""
    yield from _listed(PREFIX, ROUTERS)
    yield from _listed("", (operation,))


def _listed(prefix: str, routers: Iterable[APIRouter]) -> Iterator[ListedRoute]:
    for router in routers:
        for route in router.routes:
            if not isinstance(route, APIRoute):
                raise TypeError(f"{route} is no route of an API: it asks for no permission")
            asked = tuple(_asked(route.dependant))
            yield ListedRoute(prefix + route.path, route, asked)


def _asked(dependant: Dependant) -> Iterator[Permission]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Required):
            yield inner.call.permission
        else:
            yield from _asked(inner)
