"""The alert service's own hands, moved to a rehearsal's time: all rounds at a moment, one by one.

It must not know the scenario.
"""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from services.alerts.evaluator import Evaluator
from services.alerts.live import LiveJudge
from services.alerts.raiser import Raiser
from services.alerts.watch import Watch
from services.store.connection import connect_now
from services.store.session import Session

APPLICATION = "qingkong rehearse"


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

    def judge(self, now: datetime) -> None:
        """Do all that there is to do at this moment. Raises psycopg.Error, SettingError."""
        self.moment.at = now
        self.live.round()
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
    """Raises psycopg.Error when the database cannot be used."""
    moment = Moment(begin)
    with ExitStack() as stack:

        def session() -> Session:
            return stack.enter_context(connect_now(database_url, "alerts", APPLICATION))

        raising = session()
        raiser = Raiser(raising, moment.now)
        yield Judges(
            moment,
            Evaluator(session(), moment.now),
            LiveJudge(session(), moment.now),
            raiser,
            Watch(raising, moment.now, raiser.raising),
        )
