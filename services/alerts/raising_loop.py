"""The raising of cases as a loop: round after round, on a connection that holds the raiser's lock.

It must not know what else the process does; who watches may join each round.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

import structlog

from services.alerts.raiser import Raised, Raiser
from services.alerts.raising_metrics import RaisingMetrics
from services.alerts.rounds import Rounds, Step
from services.rules.judging.shelf import SettingError
from services.runtime.clock import utc_now
from services.runtime.http import Health
from services.store.alerts import Stale, oldest_due
from services.store.session import Session

LOG = structlog.stdlib.get_logger(__name__)
PAUSE_S: Final = 0.5
"""Between two rounds that found nothing, and between two looks whether the lock is free."""
TROUBLE_S: Final = 5.0
SICK_AFTER: Final = timedelta(seconds=60)
Beside = Callable[[Raiser], Callable[[], object]]
"""Makes, for the raiser of a connection, what is done before each of its rounds."""


def _nothing(_: Raiser) -> Callable[[], object]:
    return lambda: None


@dataclass
class RaisingLoop:
    """Raises, or stands by, until its rounds are stopped; `work` is for a thread of its own."""

    rounds: Rounds
    metrics: RaisingMetrics
    beside: Beside = _nothing
    last_round: datetime | None = None
    raises: bool = False

    def __post_init__(self) -> None:
        # Without its connection it holds no lock.
        self.rounds.left = lambda: self._take_turns(raises=False)

    def work(self) -> None:
        """Until the rounds are stopped. Raises what is a fault of the program."""
        self.rounds.run(self.begin)

    def begin(self, session: Session) -> Step:
        """The rounds of a new connection."""
        raiser = Raiser(session, utc_now, observer=self._observe)
        beside = self.beside(raiser)
        return lambda: self.round(raiser, beside)

    def round(self, raiser: Raiser, beside: Callable[[], object]) -> float:
        """One round; gives the seconds to wait before the next. Raises psycopg.Error."""
        began = monotonic()
        try:
            done = self._done(raiser, beside)
        except (SettingError, Stale) as error:
            self.metrics.troubles.inc()
            LOG.warning("cases are not raised", why=str(error))
            return TROUBLE_S
        self.last_round = utc_now()
        self._take_turns(raises=not done.standing_by)
        if not done.standing_by:
            self.metrics.pass_s.observe(monotonic() - began)
        if done.events:
            told = {f"{kind}_{what}": count for (kind, what), count in done.events.items()}
            LOG.info("cases raised", keys=done.keys, **told)
        return 0.0 if done.more else PAUSE_S

    def health(self) -> Health:
        """Well while rounds end, raising or standing by."""
        late = self.last_round is None or utc_now() - self.last_round > SICK_AFTER
        trouble = self.rounds.trouble
        role = "raises" if self.raises else "stands by"
        return Health(ok=not trouble and not late, checks={"raising": trouble or role})

    def _done(self, raiser: Raiser, beside: Callable[[], object]) -> Raised:
        if raiser.holds():
            beside()
        done = raiser.round(self.rounds.stopped.is_set)
        if not done.standing_by:
            due = oldest_due(raiser.session)
            lag = 0.0 if due is None else (utc_now() - due).total_seconds()
            self.rounds.lag_s = max(0.0, lag)
            self.metrics.due_lag_s.set(self.rounds.lag_s)
        return done

    def _observe(self, done: Raised) -> None:
        self.metrics.verdicts.inc(done.verdicts)
        self.metrics.findings.inc(done.findings)
        for (kind, what), count in done.events.items():
            self.metrics.transitions.labels(kind.value, what.value).inc(count)
        if done.oldest is not None:
            self.metrics.lag_s.observe(max(0.0, (utc_now() - done.oldest).total_seconds()))

    def _take_turns(self, *, raises: bool) -> None:
        if raises != self.raises:
            LOG.info("raising begins" if raises else "standing by")
        self.raises = raises
        self.metrics.raises.set(int(raises))
