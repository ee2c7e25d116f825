"""The evaluating process: round after round, and a new connection when the old one is lost."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import random
from threading import Event

import structlog

from services.alerts.evaluator import Evaluator, Round
from services.alerts.metrics import EvaluatorMetrics
from services.runtime.backoff import Backoff
from services.runtime.clock import utc_now
from services.runtime.http import Health
from services.runtime.settings import Settings
from services.store.connection import connect_now
from services.store.errors import DatabaseError
from services.store.judging import Waits, next_due

LOG = structlog.stdlib.get_logger(__name__)
APPLICATION = "qingkong alerts"
PAUSE_S = 2.0
"""Between two rounds that found nothing to do."""
SICK_AFTER = timedelta(seconds=60)


@dataclass
class EvaluatorProcess:
    """Judges until it is told to stop; the round then ends after the plant at hand."""

    settings: Settings
    database_url: str
    metrics: EvaluatorMetrics
    stopped: Event = field(default_factory=Event)
    last_round: datetime | None = None
    trouble: str = "not connected yet"

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set."""
        working = asyncio.get_running_loop().run_in_executor(None, self._work)
        waiting = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.stopped.set()
            waiting.cancel()
            await working
            LOG.info("judging stopped")

    def health(self) -> Health:
        """Well while rounds end."""
        said = {"database": self.trouble or "ok"}
        late = self.last_round is None or utc_now() - self.last_round > SICK_AFTER
        return Health(ok=not self.trouble and not late, checks=said)

    def _work(self) -> None:
        backoff = Backoff()
        while not self.stopped.is_set():
            try:
                with connect_now(self.database_url, "alerts", APPLICATION) as session:
                    evaluator = Evaluator(session, utc_now, self._waits())
                    while not self.stopped.is_set():
                        done = self._round(evaluator)
                        backoff = backoff.after_success()
                        if not done.hours:
                            self.stopped.wait(PAUSE_S)
            except DatabaseError as error:
                self.trouble = str(error)
                self.metrics.reconnects.inc()
                LOG.warning("judging waits for the database", why=str(error).strip())
                self.stopped.wait(backoff.wait_s(random))
                backoff = backoff.after_failure()

    def _round(self, evaluator: Evaluator) -> Round:
        with self.metrics.round_s.time():
            done = evaluator.round(self.stopped.is_set)
        now = utc_now()
        self.trouble = ""
        self.last_round = now
        self.metrics.hours.inc(done.hours)
        for kind, count in done.news._asdict().items():
            self.metrics.rows.labels(kind).inc(count)
        self.metrics.plants_left.set(done.left)
        due = next_due(evaluator.session)
        lag = max(0.0, (now - due).total_seconds()) if due is not None else 0.0
        self.metrics.due_lag_s.set(lag)
        if done.hours:
            LOG.info("judged", hours=done.hours, plants=done.plants, **done.news._asdict())
        return done

    def _waits(self) -> Waits:
        return Waits(
            timedelta(seconds=self.settings.provisional_delay_s),
            timedelta(seconds=self.settings.final_delay_s),
            timedelta(days=self.settings.amendment_days),
        )
