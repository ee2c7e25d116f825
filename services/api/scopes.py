"""Which plants a scope means, remembered for as long as the registry stays the same.

It must not know who asks.
"""

import threading
from collections import OrderedDict
from typing import Final

from schemas.access import Scope
from services.store.places import plants_of, present_version
from services.store.session import Session

MOST: Final = 1_000


class Scopes:
    """The plants of scopes by the registry's version."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = -1
        self._known: OrderedDict[Scope, tuple[int, ...]] = OrderedDict()

    def plants(self, session: Session, scope: Scope) -> tuple[int, ...] | None:
        """The ids of the scope's plants, in order; None: all there are. Raises psycopg.Error."""
        if scope.everything:
            return None
        version = present_version(session)
        with self._lock:
            if version != self._version:
                self._known.clear()
                self._version = version
            known = self._known.get(scope)
        if known is None:
            known = self._read(session, scope)
            self._keep(version, scope, known)
        return known

    def _read(self, session: Session, scope: Scope) -> tuple[int, ...]:
        found = frozenset(plants_of(session, scope.region, scope.plants))
        if scope.outer is not None:
            outer = self.plants(session, scope.outer)
            found = found if outer is None else found.intersection(outer)
        return tuple(sorted(found))

    def _keep(self, version: int, scope: Scope, plants: tuple[int, ...]) -> None:
        with self._lock:
            if version != self._version:
                return
            self._known[scope] = plants
            while len(self._known) > MOST:
                self._known.popitem(last=False)
