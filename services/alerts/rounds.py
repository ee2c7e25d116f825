"""Round after round on a connection of its own, and on a new one when the old one is lost.

A host whose clock is wrong does no rounds. It must not know what a round does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import random
from threading import Event
from time import monotonic
from typing import Final

import structlog
from prometheus_client import Counter

from services.runtime.backoff import Backoff
from services.store.connection import connect_now
from services.store.errors import DatabaseError
from services.store.session import Session

LOG = structlog.stdlib.get_logger(__name__)
Step = Callable[[], float]
"""One round; it gives the seconds to wait before the next one."""
Report = Callable[[Session, str, float | None], str | None]
"""Says of a loop, by name, how many seconds it is behind (None: it stands by); gives why it may not
work here now."""
REPORT_S: Final = 5.0
"""So often a loop says how far it is, and has its host's clock looked at."""
UNTRUSTED_S: Final = 2.0


def _nothing() -> None:
    return


def _trusted(_session: Session, _name: str, _lag_s: float | None) -> str | None:
    return None


@dataclass
class Rounds:
    """Who works, until `stopped` is set; `trouble` says what keeps it from working.

    `lag_s`: how far it is behind, as its rounds say. `left` is told whenever a connection is given up.
    """

    database_url: str
    name: str
    stopped: Event
    reconnects: Counter
    report: Report = _trusted
    trouble: str = "not connected yet"
    lag_s: float | None = 0.0
    left: Callable[[], None] = _nothing

    def run(self, begin: Callable[[Session], Step]) -> None:
        """Begin anew on each connection: what was known on a lost one counts no more."""
        backoff = Backoff()
        while not self.stopped.is_set():
            try:
                application = f"qingkong {self.name}"
                with connect_now(self.database_url, "alerts", application) as session:
                    step = begin(session)
                    reported: float | None = None
                    while not self.stopped.is_set():
                        if reported is None or monotonic() - reported > REPORT_S:
                            reported = monotonic() if self._may_work(session) else None
                        if reported is None:
                            # The connection goes, and what it holds locked: others may work.
                            self.stopped.wait(UNTRUSTED_S)
                            break
                        pause_s = step()
                        self.trouble = ""
                        backoff = backoff.after_success()
                        if pause_s:
                            self.stopped.wait(pause_s)
            except DatabaseError as error:
                self.trouble = str(error).strip()
                self.reconnects.inc()
                LOG.warning("waiting for the database", loop=self.name, why=self.trouble)
                self.left()
                self.stopped.wait(backoff.wait_s(random))
                backoff = backoff.after_failure()
            else:
                self.left()

    def _may_work(self, session: Session) -> bool:
        why = self.report(session, self.name, self.lag_s)
        if why is not None and why != self.trouble:
            LOG.error("not working", loop=self.name, why=why)
        self.trouble = why or self.trouble
        return why is None
