"""What is registered, kept for as long as it stays the same. It must not know who asks."""

import threading
from collections import OrderedDict
from typing import Final

from services.store.session import Session
from services.store.status_registered import Changed, Listed, changed, read_listed
from services.store.status_wired import WiredOutlet, read_wired

MOST: Final = 2_000
"""Outlets of which more than their names is kept."""


class Registered:
    """All outlets, plants and regions by the registry's version and the newest limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[Changed, Listed] | None = None
        self._wired: OrderedDict[int, tuple[Changed, WiredOutlet]] = OrderedDict()

    def listed(self, session: Session, version: Changed | None = None) -> Listed:
        """As of the session's snapshot, whose version may be known already. Raises psycopg.Error."""
        version = changed(session) if version is None else version
        with self._lock:
            known = self._known
        if known is not None and known[0] == version:
            return known[1]
        found = read_listed(session)
        with self._lock:
            # A slower one with an older snapshot does not drive out the newer.
            if self._known is None or self._known[0] <= version:
                self._known = (version, found)
        return found

    def wired(self, session: Session, outlet: int, version: Changed) -> WiredOutlet:
        """An outlet in the session's snapshot, which is of this version. Raises psycopg.Error."""
        with self._lock:
            known = self._wired.get(outlet)
        if known is not None and known[0] == version:
            return known[1]
        found = read_wired(session, outlet)
        with self._lock:
            self._wired[outlet] = (version, found)
            while len(self._wired) > MOST:
                self._wired.popitem(last=False)
        return found
