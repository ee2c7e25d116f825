"""What is registered, kept for as long as it stays the same. It must not know who asks."""

import threading

from services.store.session import Session
from services.store.status_registered import Changed, Listed, changed, read_listed


class Registered:
    """All outlets, plants and regions by the registry's version and the newest limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[Changed, Listed] | None = None

    def listed(self, session: Session) -> Listed:
        """As of the session's snapshot. Raises psycopg.Error."""
        version = changed(session)
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
