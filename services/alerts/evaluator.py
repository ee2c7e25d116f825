"""Evaluators take what is touched or due, judge it and keep what is new, plant by plant.

Any number of them may run: none keeps state that counts, and a plant is held by one at a time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from services.alerts.library import Library
from services.alerts.logger_work import days_of, state_marks
from services.alerts.month_work import PlantMonths, judged_months, months_of
from services.alerts.plant_reading import Asked
from services.alerts.plant_work import judged_together
from services.alerts.quality_work import judged_quality
from services.alerts.quiet_hours import Remembered, made_final
from services.alerts.reach import reached
from services.alerts.retraction import fallen, voided
from services.rules.judging.case import Delays, Judgements
from services.rules.judging.facilities import lead_of
from services.rules.judging.shelf import SettingError
from services.store.judgements import Judged, News, write_judgements
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
NOTHING = News(0, 0, 0, 0)
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
    """Judges on one connection; `now` is asked before each claim."""

    session: Session
    now: Callable[[], datetime]
    waits: Waits = field(default_factory=Waits)
    most: int = 48
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
            done = self._judged(works, library, clock) if works else Round()
        self._remembered.keep(library.stamp, self._judging)
        return done

    def _judged(self, works: Sequence[Work], library: Library, clock: Clock) -> Round:
        asked = Asked(library, clock.now, self._delays())
        quiet, news = made_final(self.session, works, asked, self._remembered)
        done = Round(len(quiet), sum(len(one.hours()) for one in works if one.plant in quiet), news)
        return summed(
            done, self._judged_anew([one for one in works if one.plant not in quiet], asked)
        )

    def _judged_anew(self, works: Sequence[Work], asked: Asked) -> Round:
        library, now = asked.library, asked.now
        hours: dict[int, Sequence[datetime]] = {}
        subjects: dict[int, Sequence[int]] = {}
        for work in works:
            view = library.plants.at(work.plant, now)
            subjects[work.plant] = [subject.row.id for subject in view.subjects()]
            # The running hour is judged once it has ended.
            ended = [hour for hour in work.hours() if hour < hour_of(now)]
            lead = lead_of(view, library.shelf, now)
            hours[work.plant] = reached(self.session, view, ended, hour_of(now), lead)
        touched = {work.plant for work in works if work.touched}
        news = NOTHING
        for day, judged in judged_together(self.session, asked, hours):
            found = gathered(judged.values())
            found.findings += fallen(self.session, day, judged, subjects)
            again = gathered(one for plant, one in judged.items() if plant in touched)
            found.verdicts += voided(self.session, again)
            news = added(news, write_judgements(self.session, rows_of(found)))
        for work in works:
            news = added(news, self._months(work, asked, subjects))
            state_marks(self.session, asked, work.plant, days_of(work, asked.now))
            news = added(news, self._indicators(work, asked))
        counts = [len(some) for some in hours.values()]
        self._judging = hours
        return Round(sum(count > 0 for count in counts), sum(counts), news)

    def _months(self, work: Work, asked: Asked, subjects: Mapping[int, Sequence[int]]) -> News:
        """After the days: a month is made of what is believed of them by now."""
        months = PlantMonths(work.plant, months_of(work, asked.now))
        news = NOTHING
        for span, found in judged_months(self.session, asked, months):
            found.findings += fallen(self.session, span, {work.plant: found}, subjects)
            found.verdicts += voided(self.session, found)
            news = added(news, write_judgements(self.session, rows_of(found)))
        return news

    def _indicators(self, work: Work, asked: Asked) -> News:
        """After the means of a day are written: they look back upon a month of them."""
        found = judged_quality(self.session, asked, work)
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


def gathered(several: Iterable[Judgements]) -> Judgements:
    """All that several plants came to."""
    found = Judgements()
    for one in several:
        found.means += one.means
        found.verdicts += one.verdicts
        found.performance += one.performance
        found.findings += one.findings
    return found


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


def rows_of(found: Judgements) -> Judged:
    """What the store writes of judgements."""
    return Judged(found.means, found.verdicts, found.performance, found.findings)


def added(one: News, other: News) -> News:
    """The sum of both."""
    return News(*(first + second for first, second in zip(one, other, strict=True)))
