"""Live judging beside the evaluator, on a thread and a connection of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.alerts.live import LiveJudge, LiveRound
from services.alerts.metrics import LiveMetrics
from services.alerts.rounds import Rounds, Step
from services.rules.judging.case import Delays
from services.store.session import Session

PAUSE_S: Final = 0.3
"""Between two rounds; as long as a reading may wait for its judgement."""


@dataclass(frozen=True, slots=True)
class LiveWork:
    """Judges running hours until its rounds are stopped."""

    rounds: Rounds
    metrics: LiveMetrics
    now: Callable[[], datetime]
    delays: Delays

    def run(self) -> None:
        """Until the rounds are stopped."""
        self.rounds.run(self._begin)

    def _begin(self, session: Session) -> Step:
        judge = LiveJudge(session, self.now, self.delays)

        def step() -> float:
            with self.metrics.round_s.time():
                done = judge.round(self.rounds.stopped.is_set)
            self._count(done)
            return 0.0 if judge.waiting else PAUSE_S

        return step

    def _count(self, done: LiveRound) -> None:
        self.metrics.batches.inc(done.batches)
        self.metrics.plants.inc(done.plants)
        self.metrics.findings.inc(done.findings)
        self.metrics.plants_left.set(done.left)
        self.rounds.lag_s = done.lag_s
        if done.batches:
            self.metrics.lag_s.observe(done.lag_s)
