"""The running hour judged while it runs: what is heard is looked at within a second of its commit.

A quick look by floats says which outlets come near a limit; these are judged exactly; and what seems
to be news is judged once more from the database, under a lock, before it is written. So several of
these may run, none keeps state that counts, and a dead one is made good by the next.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.judgement import Finding
from services.alerts.library import Library
from services.alerts.live_facilities import FacilityWatch, judge_facilities
from services.alerts.live_hearing import Hearing
from services.alerts.live_misfits import Misfits
from services.alerts.live_near import Near
from services.alerts.live_reading import (
    RECENT,
    Beliefs,
    Key,
    day_so_far,
    key_of,
    live_case,
    points_of,
    read_beliefs,
    read_last_hour,
    with_day,
)
from services.rules.judging.case import Delays
from services.rules.judging.live_air import hour_at, judge_live
from services.rules.judging.live_told import LiveCase
from services.rules.judging.shelf import SettingError
from services.rules.plant_view import SubjectView
from services.store.cursors import Cursor, before_batches
from services.store.heard import HeardBatch, new_batches
from services.store.judgements import Judged, write_judgements
from services.store.live_locks import live_hold
from services.store.session import Session

HOUR: Final = timedelta(hours=1)
TOGETHER: Final = 16
"""So many plants are read together."""
AGAIN: Final = timedelta(seconds=60)
"""A plant where nothing was news on a closer look is not looked at so again for so long."""
FACILITIES_A_ROUND: Final = 4
DUE_A_ROUND: Final = 64
"""So many plants where nothing can be news at once are looked at in one round: they hold up no other."""
LOOK_AGAIN: Final = timedelta(seconds=60)
"""How often every open finding is looked at, though nothing is heard: silence ends it, and the clock."""


class LiveRound(NamedTuple):
    """Plants looked at closely, rows written, and seconds from the oldest new batch's commit till now."""

    plants: int = 0
    findings: int = 0
    lag_s: float = 0.0
    batches: int = 0
    left: int = 0
    """Plants of which something is not judged, because what is set of their rules does not fit."""


@dataclass
class LiveJudge:
    """Judges running hours on one connection; `now` is asked for each plant's moment."""

    session: Session
    now: Callable[[], datetime]
    delays: Delays = field(default_factory=Delays)
    facilities: FacilityWatch = field(default_factory=FacilityWatch)
    _library: Library | None = None
    _cursor: Cursor | None = None
    _hearing: Hearing | None = None
    _near: Near = field(default_factory=Near)
    _misfits: Misfits = field(default_factory=Misfits)
    _due: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    """Outlets that are to be looked at in their turn, by plant."""
    _beliefs: Beliefs = field(default_factory=Beliefs)
    _wanted: dict[int, None] = field(default_factory=dict[int, None])
    """Plants that are to be judged under the lock."""
    _quiet: dict[Key, datetime] = field(default_factory=dict[Key, datetime])
    _looked: datetime | None = None

    @property
    def waiting(self) -> bool:
        """Whether something is left to be looked at for which a round had no time."""
        return (
            bool(self._due)
            or len(self.facilities.wanted(self.now(), FACILITIES_A_ROUND)) == FACILITIES_A_ROUND
        )

    def round(self, stop: Callable[[], bool] = lambda: False) -> LiveRound:
        """Judge what was heard since the last round; `stop` is asked between plants.

        Raises psycopg.Error when the database cannot be used; another judge then begins anew.
        """
        library, hearing = self._fresh()
        now = self.now()
        if self._cursor is None:
            self._cursor = before_batches(self.session, now - HOUR)
            self._beliefs.add(read_beliefs(self.session, now))
        batches, cursor = new_batches(self.session, self._cursor)
        to_look = self._heard(hearing, batches, now)
        if self._looked is None or now >= _next_look(self._looked):
            self._look_again(library, now)
            self._looked = now
        self._cursor = cursor
        looked = self._look(library, to_look, now, stop)
        written = self._confirm(library, stop)
        looked += self._look(library, self._turn(to_look), now, stop)
        written += self._confirm(library, stop) + self._judge_facilities(library, stop)
        late = [(self.now() - one.committed_at).total_seconds() for one in batches]
        lag_s = max(0.0, *late) if late else 0.0
        return LiveRound(looked, written, lag_s, len(batches), len(self._misfits))

    def _fresh(self) -> tuple[Library, Hearing]:
        known = self._library
        library = Library.read(self.session) if known is None else known.fresh(self.session)
        if library is not known or self._hearing is None:
            self.facilities.forget()
            self._misfits.forget()
            self._library = library
            self._hearing = Hearing(library, self.facilities, self._misfits)
            self._looked = None
        return library, self._hearing

    def _heard(
        self, hearing: Hearing, batches: Sequence[HeardBatch], now: datetime
    ) -> dict[int, set[int]]:
        """The outlets that are to be looked at closely at once, by plant; others wait their turn."""
        found: dict[int, set[int]] = {}
        for plant, spoke in hearing.hear(self.session, batches, now).items():
            outlet_of = hearing.outlet_of(plant)
            urgent = self._near.urgent(plant, spoke, outlet_of, now, self._beliefs.opened)
            if urgent:
                found[plant] = urgent
            due = self._near.due(plant, outlet_of.values(), now) - urgent
            if due:
                self._due.setdefault(plant, set()).update(due)
        return found

    def _look_again(self, library: Library, now: datetime) -> None:
        """Whatever is open is looked at too: an end comes by silence and by the clock as well."""
        self._near.forget(now)
        self._quiet = {key: until for key, until in self._quiet.items() if until > now}
        self._beliefs.forget(now - RECENT)
        self._beliefs.add(read_beliefs(self.session, now, since=now - RECENT))
        anew = self._looked is None or hour_at(self._looked) != hour_at(now)
        for one in self._beliefs.opens():
            plant = library.plant_of.get(one.subject)
            if plant is not None:
                self._near.add(plant, [one.subject], now)
                if anew or self._near.due(plant, [one.subject], now):
                    self._due.setdefault(plant, set()).add(one.subject)

    def _turn(self, at_once: Mapping[int, set[int]]) -> dict[int, set[int]]:
        """The plants whose turn it is, without what has just been looked at."""
        found: dict[int, set[int]] = {}
        for plant in list(self._due)[:DUE_A_ROUND]:
            left = self._due.pop(plant) - at_once.get(plant, set())
            if left:
                found[plant] = left
        return found

    def _look(
        self,
        library: Library,
        to_look: Mapping[int, set[int]],
        now: datetime,
        stop: Callable[[], bool],
    ) -> int:
        """Judge these outlets exactly; what seems to be news is for `_confirm`."""
        plants = [plant for plant in to_look if plant in library.plants]
        for first in range(0, len(plants), TOGETHER):
            if stop():
                return first
            some = plants[first : first + TOGETHER]
            views = {plant: library.plants.at(plant, now) for plant in some}
            outlets = {
                plant: [
                    one for one in views[plant].outlets.values() if one.row.id in to_look[plant]
                ]
                for plant in some
            }
            points = points_of(one for several in outlets.values() for one in several)
            hour = read_last_hour(self.session, points, now)
            for plant, several in outlets.items():
                self._near.looked(plant, to_look[plant], now)
                case = live_case(library, plant, now, hour, self._beliefs)
                try:
                    news = self._beliefs.news(judged(case, several))
                except SettingError as error:
                    self._misfits.note(plant, error)
                    continue
                if any(self._quiet.get(key_of(one), now) <= now for one in news):
                    self._wanted[plant] = None
        return len(plants)

    def _confirm(self, library: Library, stop: Callable[[], bool]) -> int:
        """Judge once more, under the lock and with all that is known, and write what is news."""
        written = 0
        for plant in list(self._wanted):
            if stop():
                break
            try:
                with live_hold(self.session, plant) as held:
                    if held:
                        written += self._judge(library, plant)
                        del self._wanted[plant]
            except SettingError as error:
                del self._wanted[plant]
                self._misfits.note(plant, error)
        return written

    def _judge(self, library: Library, plant: int) -> int:
        now = self.now()
        outlets = [one for one in library.plants.at(plant, now).outlets.values() if _is_air(one)]
        beliefs = Beliefs()
        beliefs.add(read_beliefs(self.session, now, [one.row.id for one in outlets]))
        hour = read_last_hour(self.session, points_of(outlets), now)
        case = live_case(library, plant, now, hour, beliefs)
        seeming = beliefs.news(judged(case, outlets))
        news: list[Finding] = []
        if seeming:
            day, _ = day_so_far(self.session, library, plant, now, self.delays)
            news = beliefs.news(judged(with_day(case, day), outlets))
            write_judgements(self.session, Judged(findings=news))
        known = {key_of(one) for one in news}
        self._quiet |= {key_of(one): now + AGAIN for one in seeming if key_of(one) not in known}
        self._beliefs.add((*beliefs.all(), *news))
        return len(news)

    def _judge_facilities(self, library: Library, stop: Callable[[], bool]) -> int:
        written = 0
        for plant in self.facilities.wanted(self.now(), FACILITIES_A_ROUND):
            if stop():
                break
            try:
                done = judge_facilities(self.session, library, plant, self.now, self.delays)
            except SettingError as error:
                self._misfits.note(plant, error)
                done = 0, list[datetime]()
            if done is not None:
                written += done[0]
                self.facilities.judged(plant, done[1])
        return written


def judged(case: LiveCase, outlets: Iterable[SubjectView]) -> list[Finding]:
    """What is found of these outlets. Raises SettingError."""
    return [one for outlet in outlets for one in judge_live(case, outlet)]


def _next_look(looked: datetime) -> datetime:
    """After a while, and as soon as the hour has ended."""
    return min(looked + LOOK_AGAIN, hour_at(looked) + HOUR)


def _is_air(outlet: SubjectView) -> bool:
    return outlet.row.medium == "air"
