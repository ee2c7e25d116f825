"""Beliefs made cases: read what there is of some keys, decide, and write where nobody else wrote.

Who raises and who watches share it. It must not know where beliefs come from.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

import structlog

from schemas.alert import Alert, AlertKind, Span, Step, Target
from services.alerts.raising_reading import Reading, Spans, Window
from services.alerts.raising_settings import CaseSettings, place_of
from services.rules.alerting.inhibition import Cover, uncovered
from services.rules.alerting.kinds import KINDS
from services.rules.alerting.lifecycle import Believed, reconcile, window_for
from services.store.alert_covers import read_covers
from services.store.alert_places import Names, plant_names, read_names
from services.store.alert_sources import points_of
from services.store.alerts import AskedKey, Stale, read_alerts, write_steps
from services.store.session import Session

LOG = structlog.stdlib.get_logger(__name__)
Key = tuple[AlertKind, Target]
Done = TypeVar("Done")
TRIES: Final = 5
"""So often a write is tried that a person came before; from the second time on nobody can."""
HOUR: Final = timedelta(hours=1)
EXPLAINS_HOUR: Final = timedelta(minutes=15)
"""An hour needs 45 valid minutes: a silence of more than a quarter of it explains that it lacks them."""
HOURS_AT_ONCE: Final = 50_000
"""So many hours of windows are held in memory at a time, and of one window more if it is longer."""
LONG: Final = timedelta(days=3660)
"""Every `reopen` is shorter."""


@dataclass
class Raising:
    """Raises on one connection, and remembers settings between two calls."""

    session: Session
    settings: CaseSettings = field(default_factory=CaseSettings)

    def windows(
        self, now: datetime, changed: Mapping[Key, datetime], *, held: bool = False
    ) -> list[Window]:
        """From when on the beliefs of keys are needed that changed at a time or later.

        `held`: until the end of the transaction nobody else writes their cases. Raises
        psycopg.Error.
        """
        return self._windows(now, changed, self._names(now, changed), held=held)

    def raise_spans(self, now: datetime, believed: Sequence[Spans]) -> list[Step]:
        """Make the cases of these keys, each once, say what is believed; gives what was written.

        In a transaction of its own, or within that of the caller. Raises psycopg.Error,
        Stale when others write the same cases again and again.
        """

        def once(*, held: bool) -> list[Step]:
            changed = {(one.kind, one.target): one.since for one in believed}
            names = self._names(now, changed)
            windows = self._windows(now, changed, names, held=held)
            return self.write(now, windows, believed)

        return self.tried(once)

    def raise_changed(
        self, now: datetime, changed: Mapping[Key, datetime], *, held: bool
    ) -> list[Step]:
        """The same of keys made of verdicts and findings, whose beliefs are read here.

        Within the caller's transaction. Raises the same.
        """
        if not changed:
            return []
        names = self._names(now, changed)
        windows = self._windows(now, changed, names, held=held)
        reading = Reading.of(self.session, names, self.settings, now)
        return [
            step
            for portion in _portions(windows, now)
            for step in self.write(now, portion, reading.believed(portion))
        ]

    def tried(self, once: Callable[..., Done]) -> Done:
        """Do it in a transaction, again where somebody wrote meanwhile; then nobody else can."""
        for attempt in range(TRIES):
            try:
                with self.session.transaction():
                    return once(held=attempt > 0)
            except Stale as error:
                LOG.info("cases were changed meanwhile", attempt=attempt, why=str(error))
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def write(
        self, now: datetime, windows: Sequence[Window], believed: Sequence[Spans]
    ) -> list[Step]:
        """Decide and write; `believed` has the same keys as `windows`, in the same order."""
        covers = self._covers(believed, now)
        steps = [
            step
            for window, one in zip(windows, believed, strict=True)
            for step in _steps(now, window, one, covers.get((one.kind, one.target), ()))
        ]
        return write_steps(self.session, steps)

    def _names(self, now: datetime, changed: Iterable[Key]) -> Names:
        self.settings.refresh(self.session, now)
        targets = {target for _, target in changed}
        lacking = {target.subject for kind, target in changed if kind is AlertKind.NO_DATA} - {None}
        points = {target.point for target in targets if target.point is not None}
        for some in points_of(self.session, [one for one in lacking if one is not None]).values():
            points.update(some)
        subjects = {target.subject for target in targets if target.subject is not None}
        names = read_names(self.session, subjects, points)
        plants = {target.plant for target in targets if target.plant is not None}
        names.plants.update(plant_names(self.session, plants - set(names.plants)))
        return names

    def _windows(
        self, now: datetime, changed: Mapping[Key, datetime], names: Names, *, held: bool
    ) -> list[Window]:
        rules = {
            (kind, target): self.settings.of(kind, place_of(names, target), now)
            for kind, target in changed
        }
        since = {key: at - max(rules[key].reopen, rules[key].clear) for key, at in changed.items()}
        found: dict[Key, list[Alert]] = {}
        left = set(changed)
        # A case that touches the window makes it longer, and that one may touch another case.
        while left:
            asked = [AskedKey(key[1].key(key[0]), since[key], now + LONG) for key in left]
            alerts = read_alerts(self.session, asked, held=held)
            for key in list(left):
                found[key] = alerts.get(key[1].key(key[0]), [])
                needed = window_for(found[key], changed[key], rules[key])
                if needed >= since[key]:
                    left.discard(key)
                since[key] = min(since[key], needed)
        return [Window(*key, since[key], found[key], rules[key]) for key in changed]

    def _covers(self, believed: Sequence[Spans], now: datetime) -> dict[Key, list[Cover]]:
        """What explains the keys of kinds that may be explained."""
        some = [one for one in believed if KINDS[one.kind].covered_by and one.spans]
        if not some:
            return {}
        kinds = sorted({kind for one in some for kind in KINDS[one.kind].covered_by})
        places = sorted(
            {
                (one.target.subject or 0, one.target.device or 0, one.target.plant or 0)
                for one in some
            }
        )
        found = read_covers(self.session, places, kinds, (min(one.since for one in some), now))
        covers: dict[Key, list[Cover]] = {}
        for one in some:
            place = (one.target.subject or 0, one.target.device or 0)
            covers[one.kind, one.target] = [
                Cover(cover.since, cover.until, cover.kind.value)
                for cover in found
                if cover.place == place and cover.kind in KINDS[one.kind].covered_by
            ]
        return covers


def raise_spans(session: Session, now: datetime, believed: Sequence[Spans]) -> list[Step]:
    """Make cases say what is believed; for one who does it once. See `Raising.raise_spans`."""
    return Raising(session).raise_spans(now, believed)


def _portions(windows: Sequence[Window], now: datetime) -> Iterator[list[Window]]:
    """Parts that are read at a time: long windows, of history, few at once."""
    portion: list[Window] = []
    hours = 0.0
    for window in windows:
        portion.append(window)
        hours += (now - window.since) / HOUR
        if hours >= HOURS_AT_ONCE:
            yield portion
            portion, hours = [], 0.0
    if portion:
        yield portion


def _steps(now: datetime, window: Window, one: Spans, covers: Sequence[Cover]) -> list[Step]:
    early = [alert.alert for alert in window.alerts if alert.active and alert.since < one.since]
    if early:
        raise Stale(f"case {early[0]} reaches further back than what was read")
    least = EXPLAINS_HOUR if one.kind is AlertKind.NO_DATA else None
    spans: Sequence[Span] = uncovered(one.spans, covers, least) if covers else one.spans
    believed = Believed(spans, one.since, now, says_right=one.says_right, recent=one.recent)
    return reconcile(one.target, one.kind, window.alerts, believed, window.rules)
