"""The alert service's own hands, moved to a rehearsal's time: all rounds at a moment, one by one.

It must not know the scenario.
"""

import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from services.alerts.evaluator import Evaluator
from services.alerts.live import LiveJudge
from services.alerts.raiser import Raiser
from services.alerts.watch import Watch
from services.store.connection import connect_now
from services.store.raiser_lock import raise_unhurried
from services.store.session import Session

APPLICATION = "qingkong rehearse"
PATIENCE_S: Final = 30.0
ROUNDS: Final = 50
"""So many rounds of the judge of running hours at most: one looks at some outlets, the rest wait."""


class AlertsRunError(Exception):
    """Somebody else raises the alerts of this database."""


@dataclass
class Moment:
    """The rehearsal's clock."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class Judges:
    """Whoever judges, watches and raises, on connections of their own."""

    moment: Moment
    evaluator: Evaluator
    live: LiveJudge
    raiser: Raiser
    watch: Watch
    raised: int = field(default=0)

    async def judge_then(self, now: datetime) -> None:
        """The same, for whoever may wait for another process; nothing else runs here meanwhile."""
        self.judge(now)

    def judge(self, now: datetime) -> None:
        """Do all that there is to do at this moment. Raises psycopg.Error, SettingError."""
        self.moment.at = now
        for _ in range(ROUNDS):
            done = self.live.round()
            if not (done.batches or done.findings):
                break
        while self.evaluator.round().hours:
            pass
        self._raise()
        self.watch.round()
        self._raise()

    def _raise(self) -> None:
        done = self.raiser.round()
        self.raised += sum(done.events.values())


@contextmanager
def judges(database_url: str, begin: datetime) -> Generator[Judges]:
    """Raises psycopg.Error when the database cannot be used, AlertsRunError when others raise there."""
    moment = Moment(begin)
    with ExitStack() as stack:

        def session() -> Session:
            return stack.enter_context(connect_now(database_url, "alerts", APPLICATION))

        raising = session()
        raiser = Raiser(raising, moment.now)
        _wait_for(raiser)
        raise_unhurried(raising)
        yield Judges(
            moment,
            Evaluator(session(), moment.now),
            LiveJudge(session(), moment.now),
            raiser,
            Watch(raising, moment.now, raiser.raising),
        )


def _wait_for(raiser: Raiser) -> None:
    """The lock of one that died a moment ago falls free when the server has noticed."""
    until_s = time.monotonic() + PATIENCE_S
    while not raiser.holds():
        if time.monotonic() > until_s:
            raise AlertsRunError("an alert service runs here: rehearse in a database of its own")
        time.sleep(0.02)
