"""What judging a plant's hours comes to, in the order in which one thing rests on another.

Evaluators and whoever judges history by hand share it: both hand what is found to `keep`, which
writes it before the next step reads it. It must not know who claimed the work, nor why.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from services.alerts.logger_work import days_of, state_marks
from services.alerts.month_work import judged_months, plant_months
from services.alerts.plant_reading import Asked
from services.alerts.plant_work import judged_together
from services.alerts.quality_work import judged_quality
from services.alerts.reach import reached
from services.alerts.retraction import Subjects, fallen, voided
from services.rules.judging.case import Judgements
from services.rules.judging.facilities import lead_of
from services.store.judgements import Judged, News
from services.store.judging import Work, hour_of
from services.store.session import Session

NOTHING = News(0, 0, 0, 0)
Keep = Callable[[Judgements], News]
"""Writes what was found, with what has fallen by it, and tells how much of it is new."""
Hours = Mapping[int, Sequence[datetime]]
"""By plant, in order."""


def judge_hours(
    session: Session, works: Sequence[Work], asked: Asked, keep: Keep
) -> tuple[Hours, News]:
    """The hours of these works and those that they bear on, day by day; the hours that were judged.

    Raises psycopg.Error and SettingError.
    """
    hours: dict[int, Sequence[datetime]] = {}
    for work in works:
        view = asked.library.plants.at(work.plant, asked.now)
        # The running hour is judged once it has ended.
        ended = [hour for hour in work.hours() if hour < hour_of(asked.now)]
        lead = lead_of(view, asked.library.shelf, asked.now)
        hours[work.plant] = reached(session, view, ended, hour_of(asked.now), lead)
    subjects = _subjects(works, asked)
    touched = {work.plant for work in works if work.touched}
    news = NOTHING
    for day, judged in judged_together(session, asked, hours):
        found = gathered(judged.values())
        found.findings += fallen(session, day, judged, subjects)
        again = gathered(one for plant, one in judged.items() if plant in touched)
        found.verdicts += voided(session, again)
        news = added(news, keep(found))
    return hours, news


def judge_what_rests_on_hours(session: Session, work: Work, asked: Asked, keep: Keep) -> News:
    """Months, marks that loggers state, and the indicators of data quality, of hours that are kept.

    Raises psycopg.Error and SettingError.
    """
    news = _judge_months(session, work, asked, keep)
    state_marks(session, asked, work.plant, days_of(work, asked.now))
    # After the means of a day are written: they look back upon a month of them.
    return added(news, keep(judged_quality(session, asked, work)))


def gathered(several: Iterable[Judgements]) -> Judgements:
    """All that several plants came to."""
    found = Judgements()
    for one in several:
        found.means += one.means
        found.verdicts += one.verdicts
        found.performance += one.performance
        found.findings += one.findings
    return found


def rows_of(found: Judgements) -> Judged:
    """What the store writes of judgements."""
    return Judged(found.means, found.verdicts, found.performance, found.findings)


def added(one: News, other: News) -> News:
    """The sum of both."""
    return News(*(first + second for first, second in zip(one, other, strict=True)))


def _judge_months(session: Session, work: Work, asked: Asked, keep: Keep) -> News:
    """After the days: a month is made of what is believed of them by now."""
    months = plant_months(work, asked.now)
    subjects = _subjects([work], asked)
    news = NOTHING
    for span, found in judged_months(session, asked, months):
        found.findings += fallen(session, span, {work.plant: found}, subjects)
        found.verdicts += voided(session, found)
        news = added(news, keep(found))
    return news


def _subjects(works: Iterable[Work], asked: Asked) -> Subjects:
    return {
        work.plant: [
            subject.row.id for subject in asked.library.plants.at(work.plant, asked.now).subjects()
        ]
        for work in works
    }
