"""Evaluators take what is touched or due, judge it and keep what is new, plant by plant.

Any number of them may run: none keeps state, and a plant is held by one at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from services.alerts.library import Library
from services.alerts.plant_work import PlantHours, judged_days
from services.alerts.retraction import fallen, voided
from services.rules.judging.case import Delays, Judgements
from services.rules.judging.shelf import SettingError
from services.store.judgements import Judged, News, write_judgements
from services.store.judging import (
    Clock,
    Waits,
    Work,
    claimed,
    enrol_plants,
    hour_of,
    waiting_plants,
)
from services.store.session import Session

LOG = structlog.stdlib.get_logger(__name__)
NOTHING = News(0, 0, 0, 0)


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
    """Judges on one connection; `now` is asked before each claim."""

    session: Session
    now: Callable[[], datetime]
    waits: Waits = field(default_factory=Waits)
    most: int = 48
    _library: Library | None = None

    def round(self, stop: Callable[[], bool] = lambda: False) -> Round:
        """Judge all plants that have work now; `stop` is asked between them.

        Raises psycopg.Error when the database cannot be used.
        """
        clock = self._clock()
        enrol_plants(self.session, clock)
        library = self._fresh()
        plants = hours = left = 0
        news = NOTHING
        for plant in waiting_plants(self.session, clock):
            if stop():
                break
            try:
                found, judged = self.judge_plant(plant, library)
            except SettingError as error:
                left += 1
                LOG.warning("plant not judged: settings do not fit", plant=plant, why=str(error))
                continue
            plants += judged > 0
            hours += judged
            news = added(news, found)
        return Round(plants, hours, news, left)

    def judge_plant(self, plant: int, library: Library) -> tuple[News, int]:
        """Claim a plant's work and judge it; the news and the number of hours.

        Raises psycopg.Error and SettingError; the work then stays where it was.
        """
        clock = self._clock()
        with claimed(self.session, plant, clock) as work:
            if work is None or plant not in library.plants.ids():
                return NOTHING, 0
            return self._judged(work, library, clock)

    def _judged(self, work: Work, library: Library, clock: Clock) -> tuple[News, int]:
        # The running hour is judged once it has ended.
        hours = [hour for hour in work.hours() if hour < hour_of(clock.now)]
        asked = PlantHours(library, work.plant, hours, clock.now, self._delays())
        news = NOTHING
        view = library.plants.at(work.plant, clock.now)
        subjects = [subject.row.id for subject in view.subjects()]
        for day, found in judged_days(self.session, asked):
            found.findings += fallen(self.session, subjects, day, found)
            if work.touched:
                found.verdicts += voided(self.session, found)
            news = added(news, write_judgements(self.session, rows_of(found)))
        return news, len(hours)

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


def rows_of(found: Judgements) -> Judged:
    """What the store writes of judgements."""
    return Judged(found.means, found.verdicts, found.performance, found.findings)


def added(one: News, other: News) -> News:
    """The sum of both."""
    return News(*(first + second for first, second in zip(one, other, strict=True)))
