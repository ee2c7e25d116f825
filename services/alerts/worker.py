"""The process of the alert service: evaluates, judges live, watches, raises, reminds, and tells.

Each part has a connection of its own, and none waits for another. As many of these processes as you
like share the work.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Final, NamedTuple

import structlog
from prometheus_client import CollectorRegistry, Counter

from schemas.watch import Progress
from services.alerts.judging_loop import JudgingLoop, waits_of
from services.alerts.live_worker import LiveWork
from services.alerts.metrics import EvaluatorMetrics, LiveMetrics, evaluator_metrics, live_metrics
from services.alerts.notify.metrics import NotifyMetrics, notify_metrics
from services.alerts.notify.process import NotifyProcess
from services.alerts.order_clock import run_order_clock
from services.alerts.raising_loop import RaisingLoop
from services.alerts.raising_metrics import RaisingMetrics, raising_metrics
from services.alerts.rounds import Report, Rounds, Step
from services.alerts.watch import watch_beside
from services.alerts.watch_clock import clock_trusted
from services.rules.judging.case import Delays
from services.runtime.clock import utc_now
from services.runtime.http import Health
from services.runtime.settings import Settings
from services.store.deliveries import undelivered
from services.store.loop_progress import report_progress
from services.store.session import Session

LOG = structlog.stdlib.get_logger(__name__)
ORDERS_S: Final = 60.0
"""So often the clock's work on orders is done."""


class ProcessMetrics(NamedTuple):
    """The metrics of all parts."""

    judging: EvaluatorMetrics
    live: LiveMetrics
    raising: RaisingMetrics
    notify: NotifyMetrics


def process_metrics(registry: CollectorRegistry) -> ProcessMetrics:
    """Declare them on the registry."""
    return ProcessMetrics(
        evaluator_metrics(registry),
        live_metrics(registry),
        raising_metrics(registry),
        notify_metrics(registry),
    )


@dataclass
class AlertProcess:
    """Works until it is told to stop; each part then ends after what it has at hand."""

    settings: Settings
    database_url: str
    metrics: ProcessMetrics
    stopped: Event = field(default_factory=Event)
    judging: JudgingLoop = field(init=False)
    live: LiveWork = field(init=False)
    raising: RaisingLoop = field(init=False)
    orders: Rounds = field(init=False)
    notifying: NotifyProcess = field(init=False)

    def __post_init__(self) -> None:
        waits = waits_of(self.settings)
        delays = Delays(waits.final, waits.closed)
        judging, live, raising, notify = self.metrics
        self.judging = JudgingLoop(
            self._rounds("judging", judging.reconnects), self.settings, judging
        )
        self.live = LiveWork(self._rounds("live", live.reconnects), live, utc_now, delays)
        self.raising = RaisingLoop(
            self._rounds("raising", raising.reconnects), raising, watch_beside(undelivered)
        )
        self.orders = self._rounds("orders", raising.reconnects)
        self.notifying = NotifyProcess(
            self.settings, self.database_url, notify, trusted=self._trusted
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set, or a part ends by a fault of the program, which is raised."""
        ending = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.notifying.run(ending), name="notify")
                for part in (self.judging.work, self.live.run, self.raising.work, self._remind):
                    group.create_task(self._in_thread(part, ending), name=part.__qualname__)
                group.create_task(self._stops(stop, ending), name="stop")
        finally:
            LOG.info("judging stopped")

    def health(self) -> Health:
        """Well while all parts are."""
        parts = [self.judging.health(), self.raising.health(), self.notifying.health()]
        trouble = self.live.rounds.trouble
        checks = {name: said for part in parts for name, said in part.checks.items()}
        ok = all(part.ok for part in parts) and not trouble
        return Health(ok=ok, checks={**checks, "live": trouble or "ok"})

    async def _in_thread(self, work: Callable[[], None], ending: asyncio.Event) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(None, work)
        finally:
            # Whichever ends, the others do not limp on without it.
            self._end(ending)

    async def _stops(self, stop: asyncio.Event, ending: asyncio.Event) -> None:
        waits = {asyncio.ensure_future(one.wait()) for one in (stop, ending)}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()
        self._end(ending)

    def _end(self, ending: asyncio.Event) -> None:
        self.stopped.set()
        ending.set()

    def _rounds(self, name: str, reconnects: Counter) -> Rounds:
        return Rounds(self.database_url, name, self.stopped, reconnects, self._report())

    def _trusted(self, session: Session) -> str | None:
        tolerance = timedelta(seconds=self.settings.clock_tolerance_s)
        return clock_trusted(session, utc_now, socket.gethostname(), tolerance)

    def _report(self) -> Report:
        host = socket.gethostname()

        def report(session: Session, name: str, lag_s: float | None) -> str | None:
            why = self._trusted(session)
            if why is None and lag_s is not None:
                report_progress(session, Progress(name, host, lag_s, None, utc_now()))
            return why

        return report

    def _remind(self) -> None:
        """The clock's work on orders and contests, which keeps nobody else waiting."""

        def begin(session: Session) -> Step:
            def step() -> float:
                run_order_clock(session, utc_now())
                return ORDERS_S

            return step

        self.orders.run(begin)
