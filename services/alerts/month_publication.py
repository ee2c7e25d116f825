"""When 公布率 of a plant's months is counted anew, and the quarters and years that they lie in.

A month whose hours were touched, with those in which longer intervals end that it belongs to; as a day
ends, months whose results may still come or be amended, and those of what was entered of late: where
nothing is measured no hour is touched. It must not know how it is counted.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from schemas.judgement import PerformanceRow
from schemas.manual import ManualResult
from schemas.marks import Mark
from schemas.registry_words import BEIJING
from services.alerts.plant_reading import LONGEST_EVENT, Asked
from services.rules.judging.case import Judgements
from services.rules.judging.publication_part import (
    Published,
    judge_publication,
    longest_wait,
    outlet_answers,
)
from services.rules.periods import Bounds, local_month, local_quarter, local_year
from services.rules.plant_view import PlantView
from services.rules.publication import KINDS, ends_of
from services.rules.publication_parameters import PublicationParameters, Step
from services.rules.publication_rates import PERIODS, PUBLICATION
from services.store.as_known import EVERYTHING
from services.store.beliefs import Stretch, read_performance
from services.store.marks import MarkQuery, read_marks
from services.store.result_history import Told, sampled_of_late, versions_of
from services.store.session import Session

_INSTANT: Final = timedelta(microseconds=1)
_WEEK: Final = timedelta(days=7)
_LATE: Final = timedelta(days=31)
"""So much longer than its stage may change a month is looked at, and so long what was entered of it: an
evaluator may have stood still."""


def judged_publication(
    session: Session, asked: Asked, plant: int, months: Sequence[Bounds], *, day_ended: bool
) -> Iterator[tuple[Bounds, Judgements]]:
    """What these months come to, and their quarters and years; with the span that each is about.

    Nothing where nobody ever set how often results are due. Raises psycopg.Error and SettingError.
    """
    shelf = asked.library.shelf
    view = asked.library.plants.at(plant, asked.now)
    if not shelf.speaks_of(PublicationParameters, view.row.code):
        return
    told = {*months, *(_told_of_late(session, asked, view) if day_ended else ())}
    wanted = {one for month in told for one in _bearing(month) if one.since <= asked.now}
    if day_ended:
        wanted |= set(_open(asked, longest_wait(view, shelf, asked.now)))
    for year, some in groupby(sorted(wanted), lambda month: local_year(month.since, BEIJING)):
        yield from _year(session, asked, view, (year, list(some)))


def _year(
    session: Session, asked: Asked, view: PlantView, of: tuple[Bounds, Sequence[Bounds]]
) -> Iterator[tuple[Bounds, Judgements]]:
    """What the year's results came to is asked once, for all of its parts."""
    year, months = of
    published = _published(session, asked, view, year)
    answers = outlet_answers(published, year)
    quarters = sorted({local_quarter(month.since, BEIJING) for month in months})
    parts: list[tuple[Step, Bounds]] = [
        *(("month", month) for month in months),
        *(("quarter", quarter) for quarter in quarters),
        ("year", year),
    ]
    for step, bounds in parts:
        former = _former(session, asked, view, (step, bounds))
        yield bounds, judge_publication(published, answers, (step, bounds), former)


def _published(session: Session, asked: Asked, view: PlantView, year: Bounds) -> Published:
    points = _points(view)
    below = EVERYTHING if asked.known is None else asked.known
    told = Told(points, KINDS, year.since - _WEEK, year.until, below)
    versions = defaultdict[int, list[ManualResult]](list)
    for one in versions_of(session, told) if points else ():
        versions[one.point].append(one)
    subjects = [one.row.id for kind in (view.outlets, view.units) for one in kind.values()]
    query = MarkQuery(subjects, year.since - _WEEK - LONGEST_EVENT, year.until, before=asked.known)
    marks = defaultdict[int, list[Mark]](list)
    for mark in read_marks(session, query):
        marks[mark.subject].append(mark)
    window = asked.delays.window
    return Published(view, asked.library.shelf, asked.now, window, versions, marks)


def _former(
    session: Session, asked: Asked, view: PlantView, period: tuple[Step, Bounds]
) -> list[PerformanceRow]:
    step, bounds = period
    outlets = sorted(view.outlets)
    if not outlets:
        return []
    span = Stretch(outlets, bounds.since, bounds.since + _INSTANT, PERIODS[step], asked.known)
    rows = [one.row for one in read_performance(session, span)]
    return [row for row in rows if row.measure.startswith(PUBLICATION)]


def _points(view: PlantView) -> list[int]:
    return [point.point for one in view.outlets.values() for point in one.outward.values()]


def _told_of_late(session: Session, asked: Asked, view: PlantView) -> Iterator[Bounds]:
    since = asked.now - _LATE
    for at in sampled_of_late(session, _points(view), KINDS, since):
        yield local_month(at, BEIJING)


def _bearing(month: Bounds) -> set[Bounds]:
    """The months in which any interval ends that begins, runs or ends in this one."""
    days = (month.since, month.until - _INSTANT)
    ends: set[datetime] = {end for at in days for end in ends_of(at, BEIJING)}
    return {month, *(local_month(end - _INSTANT, BEIJING) for end in ends)}


def _open(asked: Asked, wait: timedelta) -> Iterator[Bounds]:
    """The running month, and those before it whose stage may still change."""
    since = asked.now - wait - asked.delays.window - _LATE
    month = local_month(asked.now, BEIJING)
    while month.until > since:
        yield month
        month = local_month(month.since - _INSTANT, BEIJING)
