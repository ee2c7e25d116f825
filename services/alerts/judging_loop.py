"""The evaluating of hours as a loop: round after round over all plants that have work.

It must not know what else the process does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from services.alerts.evaluator import Evaluator, Round
from services.alerts.metrics import EvaluatorMetrics
from services.alerts.rounds import Rounds, Step
from services.runtime.clock import utc_now
from services.runtime.http import Health
from services.runtime.settings import Settings
from services.store.judging import Waits, next_due
from services.store.session import Session

LOG = structlog.stdlib.get_logger(__name__)
PAUSE_S: Final = 2.0
"""Between two rounds that found nothing to do."""
SICK_AFTER: Final = timedelta(seconds=60)


@dataclass
class JudgingLoop:
    """Judges until its rounds are stopped; the round then ends after the plant at hand."""

    rounds: Rounds
    settings: Settings
    metrics: EvaluatorMetrics
    last_round: datetime | None = None

    def work(self) -> None:
        """Until the rounds are stopped. Raises what is a fault of the program."""
        self.rounds.run(self.begin)

    def begin(self, session: Session) -> Step:
        """The rounds of a new connection."""
        evaluator = Evaluator(
            session, utc_now, waits_of(self.settings), graces=self.settings.transmission_graces
        )
        return lambda: 0.0 if self._round(evaluator).hours else PAUSE_S

    def health(self) -> Health:
        """Well while rounds end."""
        late = self.last_round is None or utc_now() - self.last_round > SICK_AFTER
        trouble = self.rounds.trouble
        return Health(ok=not trouble and not late, checks={"judging": trouble or "ok"})

    def _round(self, evaluator: Evaluator) -> Round:
        with self.metrics.round_s.time():
            done = evaluator.round(self.rounds.stopped.is_set)
        now = utc_now()
        self.last_round = now
        self.metrics.hours.inc(done.hours)
        for kind, count in done.news._asdict().items():
            self.metrics.rows.labels(kind).inc(count)
        self.metrics.plants_left.set(done.left)
        due = next_due(evaluator.session)
        self.rounds.lag_s = max(0.0, (now - due).total_seconds()) if due is not None else 0.0
        self.metrics.due_lag_s.set(self.rounds.lag_s)
        if done.hours:
            LOG.info("judged", hours=done.hours, plants=done.plants, **done.news._asdict())
        return done


def waits_of(settings: Settings) -> Waits:
    """How long after an hour's end it reaches each stage."""
    return Waits(
        timedelta(seconds=settings.provisional_delay_s),
        timedelta(seconds=settings.final_delay_s),
        timedelta(days=settings.amendment_days),
    )
