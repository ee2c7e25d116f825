"""Evaluators take what is touched or due, judge it and keep what is new, plant by plant.

Any number of them may run: none keeps state that counts, and a plant is held by one at a time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from schemas.transmission import Graces
from services.alerts.composition import (
    NOTHING,
    added,
    judge_hours,
    judge_what_rests_on_hours,
    rows_of,
)
from services.alerts.library import Library
from services.alerts.plant_reading import Asked
from services.alerts.quiet_hours import Remembered, made_final
from services.rules.judging.case import Delays, Judgements
from services.rules.judging.shelf import SettingError
from services.store.judgements import News, write_judgements
from services.store.judging import (
    Clock,
    Waits,
    Work,
    claimed_together,
    enrol_plants,
    hour_of,
    waiting_plants,
)
from services.store.session import Session

LOG = structlog.stdlib.get_logger(__name__)
TOGETHER = 16
"""So many plants are judged in one transaction: what they need costs as many statements as one."""
SHARES = 8
"""Into so many parts at least the waiting plants are divided, so that other evaluators find some."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to: plants and hours judged, and rows that said something new."""

    plants: int = 0
    hours: int = 0
    news: News = NOTHING
    left: int = 0
    """Plants that could not be judged; their work stays."""


@dataclass
class Evaluator:
    """Judges on one connection; `now` is asked before each claim, and within it."""

    session: Session
    now: Callable[[], datetime]
    waits: Waits = field(default_factory=Waits)
    most: int = 48
    graces: Graces = field(default_factory=Graces)
    _library: Library | None = None
    _remembered: Remembered = field(default_factory=Remembered)
    _judging: Mapping[int, Sequence[datetime]] = field(
        default_factory=dict[int, Sequence[datetime]]
    )

    def round(self, stop: Callable[[], bool] = lambda: False) -> Round:
        """Judge all plants that have work now; `stop` is asked between them.

        Raises psycopg.Error when the database cannot be used.
        """
        clock = self._clock()
        enrol_plants(self.session, clock)
        library = self._fresh()
        total = Round()
        waiting = [one for one in waiting_plants(self.session, clock) if one in library.plants]
        size = max(1, min(TOGETHER, len(waiting) // SHARES))
        for first in range(0, len(waiting), size):
            if stop():
                break
            # As new as the claim: what is known by then binds whoever judges.
            total = summed(total, self._group(waiting[first : first + size], self._fresh()))
        return total

    def _group(self, plants: Sequence[int], library: Library) -> Round:
        """Judge some plants together; one by one where the settings of one of them do not fit."""
        try:
            return self.judge_plants(plants, library)
        except SettingError as error:
            if len(plants) > 1:
                return summed(*(self._group([plant], library) for plant in plants))
            LOG.warning("plant not judged: settings do not fit", plant=plants[0], why=str(error))
            return Round(left=1)

    def judge_plants(self, plants: Sequence[int], library: Library) -> Round:
        """Claim the work of plants that nobody else holds, and judge it.

        All of these plants are in the library. Raises psycopg.Error and SettingError; the work then
        stays where it was.
        """
        clock = self._clock()
        self._judging = {}
        with claimed_together(self.session, plants, clock) as works:
            # Asked again under the lock: what a live judge wrote before is then no later than this.
            now = max(clock.now, self.now())
            done = self._judged(works, library, now) if works else Round()
        self._remembered.keep(library.stamp, self._judging)
        return done

    def _judged(self, works: Sequence[Work], library: Library, now: datetime) -> Round:
        asked = Asked(library, now, self._delays(), graces=self.graces)
        quiet, news = made_final(self.session, works, asked, self._remembered)
        done = Round(len(quiet), sum(len(one.hours()) for one in works if one.plant in quiet), news)
        return summed(
            done, self._judged_anew([one for one in works if one.plant not in quiet], asked)
        )

    def _judged_anew(self, works: Sequence[Work], asked: Asked) -> Round:
        hours, news = judge_hours(self.session, works, asked, self._keep)
        for work in works:
            more = judge_what_rests_on_hours(self.session, work, asked, self._keep)
            news = added(news, more)
        counts = [len(some) for some in hours.values()]
        self._judging = hours
        return Round(sum(count > 0 for count in counts), sum(counts), news)

    def _keep(self, found: Judgements) -> News:
        return write_judgements(self.session, rows_of(found))

    def _delays(self) -> Delays:
        return Delays(self.waits.final, self.waits.closed)

    def _clock(self) -> Clock:
        now = self.now()
        return Clock(
            now, self.waits, self.most, touched_before=hour_of(now - self.waits.provisional)
        )

    def _fresh(self) -> Library:
        known = self._library
        self._library = Library.read(self.session) if known is None else known.fresh(self.session)
        return self._library


def summed(*several: Round) -> Round:
    """What several came to."""
    total = Round()
    for one in several:
        total = Round(
            total.plants + one.plants,
            total.hours + one.hours,
            added(total.news, one.news),
            total.left + one.left,
        )
    return total
