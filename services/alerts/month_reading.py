"""What a plant's month needs to be judged: beliefs of its hours and days, never minutes.

Of a running month only what is counted day by day. It must not know what is judged from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from schemas.facility import Circumstance
from schemas.judgement import MeanRow, PerformanceRow, Period, VerdictRow
from schemas.manual import ManualResult
from schemas.marks import Mark
from schemas.period_outcome import PeriodOutcome
from schemas.registry_words import BEIJING
from services.alerts.plant_reading import LONGEST_EVENT, Asked
from services.rules.judging.case import PlantDay
from services.rules.judging.clawback_part import CIRCUMSTANCES
from services.rules.judging.facts import is_incinerator
from services.rules.judging.manual_part import compared_points
from services.rules.judging.month_case import INSTANT, PlantMonth, by_point
from services.rules.judging.records import Recorded
from services.rules.judging.sewage_works import sewage_works
from services.rules.limit_history import PreparedLimits
from services.rules.periods import Bounds, local_year
from services.rules.plant_view import PlantView
from services.rules.water_series import FLOW
from services.store.as_known import EVERYTHING
from services.store.beliefs import Stretch, read_means, read_performance, read_verdicts
from services.store.manual_results import ResultQuery, read_results
from services.store.marks import MarkQuery, read_marks
from services.store.outcomes import read_outcomes
from services.store.session import Session


class MonthRead(NamedTuple):
    """A month; `counted` False: it is running, and nothing is counted in it day by day."""

    case: PlantMonth
    counted: bool


class _Wanted:
    """Points whose hours, days and verdicts a month needs."""

    def __init__(
        self, view: PlantView, limits: PreparedLimits, month: Bounds, *, over: bool
    ) -> None:
        self.hours: set[int] = set()
        self.days: set[int] = set()
        self.verdicts: set[int] = set()
        self.outcomes: set[int] = set()
        self.day_outcomes: set[int] = set()
        for works in sewage_works(view, BEIJING):
            flows = (works.outlet.outward.get(FLOW), works.inlet.get(FLOW))
            self.hours |= {point.point for point in flows if point is not None}
        for outlet in view.outlets.values():
            points = {point.point for point in outlet.points()}
            if is_incinerator(view, outlet):
                self.verdicts |= points
            if over:
                of_air = outlet.row.medium == "air"
                limited = {one for one in points if _has_limit(limits, one, month)}
                (self.outcomes if of_air else self.day_outcomes).update(limited)
                (self.hours if of_air else self.days).update(points)

    @property
    def anything(self) -> bool:
        return bool(self.hours or self.days or self.verdicts)


def month_of(
    session: Session, asked: Asked, plant: int, month: Bounds, *, day_ended: bool = False
) -> MonthRead:
    """The month with all that is known for it; `day_ended`: with what is counted but once a day.

    Raises psycopg.Error.
    """
    over = asked.now >= month.until
    frame = month_frame(asked, plant, month)
    view = frame.view_at(min(month.until, asked.now) - INSTANT)
    wanted = _Wanted(view, asked.library.limits, month, over=over)
    reading = _Reading(session, month, asked.known)
    marks = reading.marks(view)
    manual = reading.results(view) if over or day_ended else None
    compared = compared_points(one for some in (manual or {}).values() for one in some)
    found = PlantMonth(
        month_frame(asked, plant, month, marks),
        month,
        by_point(reading.means(wanted.hours, Period.HOUR)),
        by_point(reading.means(wanted.days, Period.DAY)),
        reading.verdicts(wanted.verdicts, Period.DAY),
        reading.rates([one.row.id for one in view.subjects()], Period.DAY) if over else (),
        reading.outcomes(wanted.outcomes, Period.HOUR),
        reading.outcomes(wanted.day_outcomes, Period.DAY),
        manual,
        by_point(reading.means(compared, Period.HOUR)),
        reading.rates(sorted(view.facilities), Period.HOUR) if over and _states(marks) else (),
    )
    return MonthRead(found, wanted.anything or manual is not None)


def _has_limit(limits: PreparedLimits, point: int, month: Bounds) -> bool:
    return bool(limits.at(point, month.since) or limits.at(point, month.until - INSTANT))


def _states(marks: Mapping[int, Iterable[Mark]]) -> bool:
    """Whether any mark says what only counts while a treatment was out."""
    return any(
        CIRCUMSTANCES.get(mark.kind) is Circumstance.START_STOP
        for some in marks.values()
        for mark in some
    )


def month_frame(
    asked: Asked, plant: int, month: Bounds, marks: dict[int, list[Mark]] | None = None
) -> PlantDay:
    """What holds for the plant in the month, without any record."""
    return PlantDay(
        view_at=partial(asked.library.plants.at, plant),
        hours=[month.since],
        recorded=Recorded(month.since, month.until),
        limits=asked.library.limits,
        shelf=asked.library.shelf,
        now=asked.now,
        marks=marks or {},
        delays=asked.delays,
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    session: Session
    month: Bounds
    known: int | None

    def means(self, points: Iterable[int], period: Period) -> list[MeanRow]:
        asked = self._stretch(points, period)
        return [one.row for one in read_means(self.session, asked)] if asked.keys else []

    def verdicts(self, points: Iterable[int], period: Period) -> list[VerdictRow]:
        asked = self._stretch(points, period)
        return [one.row for one in read_verdicts(self.session, asked)] if asked.keys else []

    def outcomes(self, points: Iterable[int], period: Period) -> list[PeriodOutcome]:
        asked = self._stretch(points, period)
        return read_outcomes(self.session, asked) if asked.keys else []

    def rates(self, subjects: Iterable[int], period: Period) -> list[PerformanceRow]:
        asked = self._stretch(subjects, period)
        return [one.row for one in read_performance(self.session, asked)] if asked.keys else []

    def results(self, view: PlantView) -> dict[int, list[ManualResult]]:
        """Laboratory results that touch the month, or what reaches into it of an outage before it."""
        points = [point.point for outlet in view.outlets.values() for point in outlet.points()]
        query = ResultQuery(
            points=points,
            since=self.month.since - LONGEST_EVENT,
            until=self.month.until,
            below=EVERYTHING if self.known is None else self.known,
        )
        found: dict[int, list[ManualResult]] = {}
        for result in read_results(self.session, query) if points else ():
            found.setdefault(result.point, []).append(result)
        return found

    def marks(self, view: PlantView) -> dict[int, list[Mark]]:
        """All marks of the plant whose year's pool the month draws on."""
        subjects = [subject.row.id for subject in view.subjects()]
        since = local_year(self.month.since, BEIJING).since - LONGEST_EVENT
        query = MarkQuery(subjects, since, self.month.until, before=self.known)
        found: dict[int, list[Mark]] = {}
        for mark in read_marks(self.session, query):
            found.setdefault(mark.subject, []).append(mark)
        return found

    def _stretch(self, keys: Iterable[int], period: Period) -> Stretch:
        return Stretch(sorted(keys), self.month.since, self.month.until, period, self.known)
