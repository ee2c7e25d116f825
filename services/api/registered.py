"""What is registered, kept for as long as it stays the same. It must not know who asks."""

import threading
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from services.store.session import Session
from services.store.status_registered import Changed, Listed, changed, read_listed
from services.store.status_wired import WiredOutlet, read_wired

Kept = TypeVar("Kept")


class Registered:
    """By the registry's version and the newest limit: all there is, read once for each."""

    def __init__(self) -> None:
        self._listed = _Once(read_listed)
        self._wired = _Once(read_wired)

    def listed(self, session: Session, version: Changed | None = None) -> Listed:
        """All outlets, plants and regions, as of the session's snapshot. Raises psycopg.Error.

        `version`: of that snapshot, where it is known already.
        """
        return self._listed.read(session, version or changed(session))

    def wired(self, session: Session, version: Changed) -> Mapping[int, WiredOutlet]:
        """The points and channels of all outlets, likewise."""
        return self._wired.read(session, version)


class _Once(Generic[Kept]):
    """What one version holds. Whoever asks while it is being read waits for it."""

    def __init__(self, read: Callable[[Session], Kept]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._known: tuple[Changed, Kept] | None = None

    def read(self, session: Session, version: Changed) -> Kept:
        known = self._known
        if known is not None and known[0] == version:
            return known[1]
        with self._lock:
            known = self._known
            if known is not None and known[0] == version:
                return known[1]
            found = self._read(session)
            # A slower one with an older snapshot does not drive out the newer.
            if known is None or known[0] <= version:
                self._known = (version, found)
            return found
