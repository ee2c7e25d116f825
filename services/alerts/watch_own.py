"""The watch over the platform itself: who receives, what is behind, whose clock is off."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from schemas.alert import AlertKind, Target
from schemas.watch import Progress, Said, Undelivered
from services.alerts.watch_hearing import Ears
from services.alerts.watch_settings import WatchSettings
from services.alerts.watch_standing import Standing, Watched
from services.rules.alerting.watch_parameters import PlatformLagParameters
from services.rules.alerting.watch_platform import (
    FRESH,
    clock_troubles,
    lag_trouble,
    notice_trouble,
    unattended,
)
from services.store.judging import next_due
from services.store.loop_progress import read_progress, report_progress
from services.store.session import Session
from services.store.slots import SLOT_LOCK
from services.store.watch_spans import standing_spans, write_spans
from services.store.watching import slots_held

KINDS: Final = (AlertKind.PLATFORM_LAG, AlertKind.PLATFORM_CLOCK, AlertKind.PLATFORM_NOTICE)
UNATTENDED_S: Final = 60
"""So long nobody may hold a slot: a worker that is started anew takes it within seconds."""
SLOTS: Final = "slots"
CLOCK: Final = "clock"
LOOPS: Final = ("raising", "live")


@dataclass
class OwnWatch:
    """What is read of the platform in one round."""

    session: Session
    settings: WatchSettings
    now: datetime
    undelivered: Undelivered | None = None
    progress: list[Progress] = field(default_factory=list[Progress])

    def watch(self) -> None:
        """Keep what is new of lags, clocks and notices. Raises psycopg.Error."""
        params = self.settings.everywhere(PlatformLagParameters)
        self.progress = read_progress(self.session)
        with self.session.transaction():
            standing = Standing.read(self.session, KINDS, self.now)
            for name, lag in self._lags().items():
                said = lag_trouble(name, lag, params)
                since = self.now - lag if said is not None else self.now
                self._tell(standing, (AlertKind.PLATFORM_LAG, name), said, since)
            if self.undelivered is not None:
                said = notice_trouble(self.undelivered, self.now, params)
                self._tell(standing, (AlertKind.PLATFORM_NOTICE, "notices"), said, self.now)
            troubles = clock_troubles(self.progress, self.now, params)
            known = standing.sources(AlertKind.PLATFORM_CLOCK)
            for source in sorted(known | {f"clock:{host}" for host in troubles}):
                said = troubles.get(source.partition(":")[2])
                self._tell(standing, (AlertKind.PLATFORM_CLOCK, source), said, self.now)
            standing.write()

    def watch_slots(self, ears: Ears) -> None:
        """Keep since when no ingest is running; silent while nobody is to be heard."""
        with self.session.transaction():
            known = [
                one.seen
                for one in standing_spans(self.session, [AlertKind.PLATFORM_SILENT], self.now)
                if one.seen.span.source == "ingest" and one.seen.span.until is None
            ]
            last = self._last_held()
            if slots_held(self.session, SLOT_LOCK) or last is None:
                report_progress(self.session, Progress(SLOTS, SLOTS, 0.0, None, self.now))
                ended = [one._replace(span=replace(one.span, until=self.now)) for one in known]
                write_spans(self.session, ended if last is not None else [], self.now)
            elif not known and ears.devices and self.now - last > timedelta(seconds=UNATTENDED_S):
                heard = [one.heard_at for one in ears.heard.values() if one.heard_at is not None]
                # Nobody was seen to hold one; what was received meanwhile says that somebody did.
                since = max(last, *heard) if heard else last
                if self.now - since > timedelta(seconds=UNATTENDED_S):
                    write_spans(
                        self.session, [unattended(since, None, len(ears.devices))], self.now
                    )

    def _last_held(self) -> datetime | None:
        found = [one.said_at for one in read_progress(self.session) if one.name == SLOTS]
        return found[0] if found else None

    def _lags(self) -> Mapping[str, timedelta]:
        due = next_due(self.session)
        lags = {"judging": timedelta(0) if due is None else max(timedelta(0), self.now - due)}
        for name in LOOPS:
            said = [
                timedelta(seconds=one.lag_s)
                for one in self.progress
                if one.name == name and self.now - one.said_at <= FRESH
            ]
            lags[name] = max(said, default=timedelta(0))
        return lags

    def _tell(
        self, standing: Standing, what: tuple[AlertKind, str], said: Said | None, at: datetime
    ) -> None:
        kind, source = what
        standing.watch(Watched(kind, Target(), source, said, at))
