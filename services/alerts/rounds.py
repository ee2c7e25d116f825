"""Round after round on a connection of its own, and on a new one when the old one is lost.

It must not know what a round does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import random
from threading import Event

import structlog
from prometheus_client import Counter

from services.runtime.backoff import Backoff
from services.store.connection import connect_now
from services.store.errors import DatabaseError
from services.store.session import Session

LOG = structlog.stdlib.get_logger(__name__)
Step = Callable[[], float]
"""One round; it gives the seconds to wait before the next one."""


@dataclass
class Rounds:
    """Who judges, until `stopped` is set; `trouble` says what keeps it from judging."""

    database_url: str
    application: str
    stopped: Event
    reconnects: Counter
    trouble: str = "not connected yet"

    def run(self, begin: Callable[[Session], Step]) -> None:
        """Begin anew on each connection: what was known on a lost one counts no more."""
        backoff = Backoff()
        while not self.stopped.is_set():
            try:
                with connect_now(self.database_url, "alerts", self.application) as session:
                    step = begin(session)
                    while not self.stopped.is_set():
                        pause_s = step()
                        self.trouble = ""
                        backoff = backoff.after_success()
                        if pause_s:
                            self.stopped.wait(pause_s)
            except DatabaseError as error:
                self.trouble = str(error)
                self.reconnects.inc()
                LOG.warning("judging waits for the database", why=str(error).strip())
                self.stopped.wait(backoff.wait_s(random))
                backoff = backoff.after_failure()
