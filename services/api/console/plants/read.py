"""All that a plant's page of today rests on, read in one snapshot. It must not know how it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from schemas.judgement import Finding, Period
from schemas.limits import LimitVersion
from schemas.marks import Mark, Review
from schemas.order import RUNNING, Order
from schemas.registry_words import BEIJING
from services.api.asking import When
from services.api.standing import Picture, asked_at, pictured
from services.rules.judging.shelf import Shelf
from services.rules.limit_history import prepared
from services.rules.marks.intervals import MONTHS_OF_A_YEAR, local_months
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.quota import QuotaUse, quota_uses
from services.rules.marks.standing import Known
from services.rules.marks.timeline import timeline
from services.rules.periods import local_day, local_month
from services.rules.settings_catalogue import Place
from services.store.accounting import one_snapshot
from services.store.beliefs import Belief, Stretch, read_findings
from services.store.history_known import known_below
from services.store.history_newest import newest_of_points
from services.store.history_orders import OrdersAsked, page_of_orders
from services.store.history_readings import ReadingRow
from services.store.instruments import read_wiring
from services.store.limits import read_limits
from services.store.mark_places import outlets_of_unit
from services.store.marks import MarkQuery, read_marks
from services.store.places import PlantRef
from services.store.rule_settings import read_settings
from services.store.session import Session
from services.store.status_newest import placed_outlets
from services.store.status_place import (
    PlacePoint,
    PlantSubject,
    points_at,
    subjects_of,
    units_before,
)
from services.store.status_rates import Over, RateSum, sum_rates
from services.store.status_running import RunningMean, running_means
from services.store.status_today import (
    DayAsked,
    HourMean,
    VerdictNumber,
    exceeded_periods,
    hour_means,
    newest_numbers,
)

FRESH: Final = timedelta(hours=6)
BACK: Final[Mapping[Period, timedelta]] = {
    Period.HOUR: timedelta(hours=26),
    Period.DAY: timedelta(days=4),
    Period.MONTH: timedelta(days=62),
}
"""A verdict of a period older than that says nothing of now."""
COUNTING: Final = frozenset({Review.CLAIMED, Review.ACCEPTED})
INSTANT: Final = datetime.resolution
MOST_ORDERS: Final = 50


@dataclass(frozen=True, slots=True)
class Today:
    """A plant at a moment. `over`: when periods began that were over a limit, by point and (period, of today or month).

    `running`: the means of the running hour so far; none of a time whose readings may have changed.
    """

    at: datetime
    since: datetime
    """When the day began there."""
    seen: Picture
    subjects: Sequence[PlantSubject]
    points: Sequence[PlacePoint]
    newest: Mapping[int, ReadingRow]
    findings: Sequence[Belief[Finding]]
    marks: Sequence[Mark]
    limits: Mapping[int, Sequence[LimitVersion]]
    numbers: Sequence[VerdictNumber]
    hours: Sequence[HourMean]
    running: Mapping[int, RunningMean]
    over: Mapping[tuple[int, str], Sequence[datetime]]
    months: Sequence[RateSum]
    days: Sequence[RateSum]
    units: Mapping[int, Sequence[int]]
    quotas: Mapping[int, Sequence[QuotaUse]]
    orders: Sequence[Order]


def read_today(session: Session, own: PlantRef, when: When) -> Today:
    """Raises psycopg.Error; SettingError when what is set does not fit together."""
    known, at = when.known.position, when.at
    with one_snapshot(session):
        asked = asked_at(session, [own.id], when)
        then = asked.registered
        subjects = subjects_of(session, own.id, then)
        ids = [one.id for one in subjects]
        outlets = [one.id for one in subjects if one.kind == "outlet"]
        points = points_at(session, outlets, at, then)
        keys = [one.id for one in points]
        marks = read_marks(session, MarkQuery(ids, at, at + INSTANT, known))
        running = [one for one in marks if one.review in COUNTING]
        about = {one: [one, *units_before(session, one, then)] for one in outlets}
        of_outlet = {
            one: [mark for mark in running if mark.subject in group] for one, group in about.items()
        }
        day, month = local_day(at, BEIJING).since, local_month(at, BEIJING).since
        below = known_below(session, known)
        wiring = read_wiring(session, keys, below.registry)
        hour = at.replace(minute=0, second=0, microsecond=0)
        return Today(
            at=at,
            since=day,
            seen=pictured(session, asked, placed_outlets(session, asked), of_outlet),
            subjects=subjects,
            points=points,
            newest=newest_of_points(session, keys, (at - FRESH, at), below, wiring),
            findings=read_findings(session, Stretch(ids, at, at + INSTANT, known=known)),
            marks=running,
            limits=_limits(session, keys, at, known),
            numbers=_numbers(session, keys, when),
            hours=hour_means(session, DayAsked(keys, day, when.begun_before(Period.HOUR), known)),
            running=running_means(session, wiring.over(hour, at), hour, at)
            if below.nothing_fresh
            else {},
            over=_over(session, keys, (day, month), when),
            months=_rates(session, outlets, when, Period.MONTH),
            days=_rates(session, ids, when, Period.DAY),
            units={outlet: group[1:] for outlet, group in about.items()},
            quotas=read_quotas(session, own, subjects, when),
            orders=_orders(session, own),
        )


def _limits(
    session: Session, points: Sequence[int], at: datetime, known: int
) -> dict[int, Sequence[LimitVersion]]:
    found = prepared(read_limits(session, list(points), known))
    return {point: found.at(point, at) for point in points}


def _numbers(session: Session, points: Sequence[int], when: When) -> list[VerdictNumber]:
    return [
        one
        for period, back in BACK.items()
        for one in newest_numbers(session, _asked(points, when.at - back, period, when), period)
    ]


def _rates(
    session: Session, subjects: Sequence[int], when: When, period: Period
) -> Sequence[RateSum]:
    """Of the month so far."""
    month, until = local_month(when.at, BEIJING).since, when.begun_before(period)
    return sum_rates(session, subjects, Over(month, until, period, when.known.position))


def _asked(points: Sequence[int], since: datetime, period: Period, when: When) -> DayAsked:
    return DayAsked(points, since, when.begun_before(period), when.known.position)


def _over(
    session: Session, points: Sequence[int], times: tuple[datetime, datetime], when: When
) -> dict[tuple[int, str], Sequence[datetime]]:
    day, month = times
    spans = (
        ("hours_today", day, Period.HOUR),
        ("hours_month", month, Period.HOUR),
        ("days_month", month, Period.DAY),
    )
    return {
        (one.point, name): one.starts
        for name, since, period in spans
        for one in exceeded_periods(session, _asked(points, since, period, when), period)
    }


def read_quotas(
    session: Session, own: PlantRef, subjects: Sequence[PlantSubject], when: When
) -> dict[int, Sequence[QuotaUse]]:
    """Of each unit with marks in its year the pools of marked time that they draw on.

    Raises psycopg.Error; SettingError when what is set does not fit together.
    """
    units = [one for one in subjects if one.kind == "unit"]
    if not units:
        return {}
    year = local_months(when.at, MONTHS_OF_A_YEAR, BEIJING)
    position = when.known.position
    query = MarkQuery([one.id for one in subjects], year.since, year.until, position)
    marks = read_marks(session, query)
    if not marks:
        return {}
    shelf = Shelf(read_settings(session, position))
    known, found = Known(when.at), dict[int, Sequence[QuotaUse]]()
    for unit in units:
        group = {unit.id, *outlets_of_unit(session, unit.id)}
        place = Place(own.region, own.code, f"{own.code}/{unit.code}")
        rules = shelf.parameters(MarkParameters, place, when.at)
        line = timeline([one for one in marks if one.subject in group], known, rules)
        uses = quota_uses(line, when.at, known, rules)
        if uses:
            found[unit.id] = uses
    return found


def _orders(session: Session, own: PlantRef) -> list[Order]:
    asked = OrdersAsked([own.id], states=sorted(RUNNING))
    return page_of_orders(session, asked, MOST_ORDERS)
