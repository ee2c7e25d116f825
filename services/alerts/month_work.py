"""A plant's months judged after its days: those of which an hour was touched, or a day has just ended.

Beside the month itself: pools of its year, what came again, and the mass of its quarter.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from schemas.judgement import Outcome, Period, Stage
from schemas.registry_words import BEIJING
from services.alerts.month_effectiveness import judged_effectiveness
from services.alerts.month_publication import judged_publication
from services.alerts.month_reading import month_frame, month_of
from services.alerts.plant_reading import Asked
from services.rules.judging.case import Judgements
from services.rules.judging.incineration_month import judge_quotas
from services.rules.judging.mass_part import (
    LOOK_BACK,
    MassBelieved,
    judge_mass_months,
    mass_points,
    quarter_so_far,
)
from services.rules.judging.month_case import PlantMonth
from services.rules.judging.plant_month import judge_plant_month
from services.rules.judging.records import HOUR
from services.rules.judging.repetition_part import REACH, REPEATED, judge_repetitions
from services.rules.judging.severe_part import judge_severe
from services.rules.periods import Bounds, local_day, local_month, local_quarter
from services.store.beliefs import Stretch
from services.store.judging import Due, Work, hour_of
from services.store.masses import read_masses
from services.store.outcomes import read_outcomes
from services.store.session import Session

_SETTLED = (Outcome.EXCEEDING, Outcome.AT_LEAST, Outcome.COMPLIANT)


class PlantMonths(NamedTuple):
    """Months of a plant, to be judged; `day_ended`: with what is counted but once a day."""

    plant: int
    months: Sequence[Bounds]
    day_ended: bool = True


def plant_months(work: Work, now: datetime) -> PlantMonths:
    """The months that the work bears on, and whether it brings the end of a day for the first time."""
    first = [due for due in work.due if due.stage is Stage.PROVISIONAL]
    return PlantMonths(work.plant, months_of(work, now), day_ended=bool(_day_ends(first)))


def months_of(work: Work, now: datetime) -> list[Bounds]:
    """The months of which an hour was touched, or whose last hour has reached a stage.

    Of a month that still runs the last hour of any of its days counts.
    """
    found = {local_month(hour, BEIJING) for hour in touched_hours(work) if hour < hour_of(now)}
    for hour in day_ends(work):
        month = local_month(hour, BEIJING)
        if month.until > now or hour + HOUR == month.until:
            found.add(month)
    return sorted(found)


def touched_hours(work: Work) -> set[datetime]:
    """The hours that were touched, of any subject."""
    return {hour for some in work.touched.values() for hour in some}


def day_ends(work: Work) -> set[datetime]:
    """The last hours of days that have reached a stage."""
    return _day_ends(work.due)


def _day_ends(several: Iterable[Due]) -> set[datetime]:
    hours: set[datetime] = set()
    for due in several:
        hour = local_day(due.since, BEIJING).until - HOUR
        while hour < due.until:
            hours.add(hour)
            hour += 24 * HOUR
    return hours


def judged_months(
    session: Session, asked: Asked, of_plant: PlantMonths
) -> Iterator[tuple[Bounds, Judgements]]:
    """What each month comes to, the pools of its year, and what came again in it and after it.

    With the span that each is about. Raises psycopg.Error and SettingError.
    """
    for month in of_plant.months:
        read = month_of(session, asked, of_plant.plant, month, day_ended=of_plant.day_ended)
        if read.counted:
            yield month, judge_plant_month(read.case)
        # Once a day also without a mark: the last one may have been withdrawn.
        if read.case.frame.marks or of_plant.day_ended:
            yield judge_quotas(read.case)
        yield from _repetitions(session, asked, read.case)
    yield from _quarters(session, asked, of_plant)
    plant, months, day_ended = of_plant
    yield from judged_effectiveness(session, asked, plant, months, day_ended=day_ended)
    yield from judged_publication(session, asked, plant, months, day_ended=day_ended)


def _repetitions(
    session: Session, asked: Asked, case: PlantMonth
) -> Iterator[tuple[Bounds, Judgements]]:
    """Those of the month's days that are over, and of so long after it as it is looked back upon."""
    today = local_day(asked.now, BEIJING).since
    span = Bounds(case.month.since, min(case.month.until + REACH, today))
    points = [point.point for one in case.view.outlets.values() for point in one.points()]
    if span.until <= span.since or not points:
        return
    for period in REPEATED:
        stretch = Stretch(points, span.since - REACH, span.until, period, asked.known)
        over = read_outcomes(session, stretch, (Outcome.EXCEEDING, Outcome.AT_LEAST))
        yield span, judge_repetitions(case.frame, span, period, over)


def _quarters(
    session: Session, asked: Asked, of_plant: PlantMonths
) -> Iterator[tuple[Bounds, Judgements]]:
    """Each quarter with one of the months, as it stands after its last month that is over."""
    ended = [month for month in of_plant.months if month.until <= asked.now]
    for quarter in sorted({local_quarter(month.since, BEIJING) for month in ended}):
        month = _last_over(quarter, asked.now)
        if month is None:
            continue
        case = PlantMonth(month_frame(asked, of_plant.plant, month), month)
        points = [point.point for one in case.view.outlets.values() for point in one.points()]
        if points:
            yield quarter, _severe(session, asked, case, points)
            yield quarter, _masses(session, asked, case, points)


def _severe(session: Session, asked: Asked, case: PlantMonth, points: Sequence[int]) -> Judgements:
    span = quarter_so_far(case)
    outcomes = [
        one
        for period in REPEATED
        for one in read_outcomes(session, Stretch(points, *span, period, asked.known), _SETTLED)
    ]
    return judge_severe(case, outcomes)


def _masses(session: Session, asked: Asked, case: PlantMonth, points: Sequence[int]) -> Judgements:
    """What stands in for missing hours rests on the quarter, so all of its months are told anew."""
    span = quarter_so_far(case)
    massed = sorted(point.point for _, point in mass_points(case.view))
    if not massed:
        return Judgements()
    reach = Stretch(massed, span.since - LOOK_BACK, span.until, Period.HOUR, asked.known)
    stopped: dict[int, set[datetime]] = {}
    stood = Stretch(points, *span, Period.HOUR, asked.known)
    for one in read_outcomes(session, stood, (Outcome.STOPPED,)):
        stopped.setdefault(one.point, set()).add(one.start)
    return judge_mass_months(case, MassBelieved(*read_masses(session, reach), stopped))


def _last_over(quarter: Bounds, now: datetime) -> Bounds | None:
    """The last month of the quarter that is over; None while its first one runs."""
    found: Bounds | None = None
    at = quarter.since
    while at < quarter.until:
        month = local_month(at, BEIJING)
        found = month if month.until <= now else found
        at = month.until
    return found
