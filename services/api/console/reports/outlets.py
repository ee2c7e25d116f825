"""A month of a plant's outlets: hours, limits, exceedances, days, and kilograms, point by point.

It must not know how a report is laid out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from schemas.judgement import Outcome, Period
from schemas.registry_words import BEIJING
from services.api.models.history_law import LimitModel
from services.rules.judging.quality_names import Named, named
from services.rules.periods import Bounds, begun_before
from services.store.history_beliefs import (
    Beliefs,
    MeanLine,
    OutcomeCount,
    VerdictLine,
    count_outcomes,
    read_mean_lines,
    read_verdict_lines,
)
from services.store.report_months import PointHours, hours_of_points
from services.store.session import Session
from services.store.status_place import PlacePoint, PlantSubject, points_at, subjects_of

OVER: Final = (Outcome.EXCEEDING, Outcome.AT_LEAST, Outcome.CLAIMED, Outcome.EXEMPT)
RANK: Final = {outcome.value: rank for rank, outcome in enumerate(OVER)}
EXCEEDED: Final = frozenset({Outcome.EXCEEDING, Outcome.AT_LEAST})
MOST_OVER: Final = 300
"""Of a point: more are counted, and not listed."""
MOST_DAYS: Final = 400
OUT: Final = "out"


@dataclass(frozen=True, slots=True)
class Month:
    """Whose month, cut at the time it is told of, as known below a position."""

    plant: int
    bounds: Bounds
    until: datetime
    known: int

    @property
    def hours(self) -> int:
        """Whole hours that are over."""
        return max(int((self.until - self.bounds.since) / timedelta(hours=1)), 0)

    def beliefs(self, point: int, period: Period) -> Beliefs:
        return Beliefs(point, period, self.bounds.since, self.ended(period), self.known)

    def ended(self, period: Period) -> datetime:
        """Hours and days that began before had ended; a month that runs is told as far as it went."""
        if period is Period.MONTH:
            return self.until
        return max(begun_before(self.until, period, BEIJING), self.bounds.since)


class LimitMonth(NamedTuple):
    """How a point's periods stood against one limit; `limit` None: it binds no more."""

    key: int
    period: Period
    limit: LimitModel | None
    outcomes: Mapping[str, int]
    unsure: int
    provisional: int


class DayCell(NamedTuple):
    """A day of a point: the number that was compared, or the mean; `outcome` of the worst limit."""

    value: float | None
    valid: bool
    outcome: str | None
    sure: bool


@dataclass(frozen=True, slots=True)
class PointMonth:
    """A point's month. `month`: its mean of the month, with how that was judged.

    `day_mass`: kg over so many days; water is weighed by the day.
    """

    point: PlacePoint
    name: Named
    hours: PointHours | None
    limits: Sequence[LimitMonth]
    over: Sequence[tuple[Period, VerdictLine]]
    days: Mapping[date, DayCell]
    month: DayCell | None
    doubts: frozenset[str]
    day_mass: tuple[float, int] | None = None


@dataclass(frozen=True, slots=True)
class OutletMonth:
    """An outlet with its points."""

    outlet: PlantSubject
    points: Sequence[PointMonth]

    @property
    def days(self) -> list[date]:
        """The days of which anything is known."""
        return sorted({day for point in self.points for day in point.days})

    @property
    def exceeded(self) -> int:
        """Periods of limits that exceed, and nothing excuses."""
        return sum(
            number
            for point in self.points
            for limit in point.limits
            for outcome, number in limit.outcomes.items()
            if outcome in EXCEEDED
        )


def outlet_months(
    session: Session, month: Month, limits: Iterable[LimitModel]
) -> list[OutletMonth]:
    """The outlets of a plant, in the caller's snapshot. Raises psycopg.Error."""
    outlets = [one for one in subjects_of(session, month.plant) if one.kind == "outlet"]
    points = [
        one
        for one in points_at(session, [outlet.id for outlet in outlets], month.until)
        if one.side == OUT
    ]
    ids = [one.id for one in points]
    last = month.ended(Period.HOUR)
    hours = hours_of_points(session, ids, month.bounds.since, last, month.known)
    bound = {one.limit: one for one in limits}
    counts: dict[int, list[tuple[Period, OutcomeCount]]] = {}
    for period in (Period.HOUR, Period.DAY, Period.MONTH):
        for count in count_outcomes(session, ids, month.beliefs(0, period)):
            counts.setdefault(count.point, []).append((period, count))
    return [
        OutletMonth(
            outlet,
            [
                _point(session, month, one, hours.get(one.id), _limits(counts.get(one.id), bound))
                # Those that a limit binds stand first.
                for one in sorted(points, key=lambda one: one.id not in counts)
                if one.subject == outlet.id and (one.id in hours or one.id in counts)
            ],
        )
        for outlet in outlets
    ]


def _limits(
    counts: Sequence[tuple[Period, OutcomeCount]] | None, bound: Mapping[int, LimitModel]
) -> list[LimitMonth]:
    by_limit: dict[tuple[Period, int], list[OutcomeCount]] = {}
    for period, one in counts or ():
        by_limit.setdefault((period, one.limit), []).append(one)
    return [
        LimitMonth(
            *(key, period, bound.get(key)),
            {one.outcome: one.periods for one in some},
            sum(one.unsure for one in some),
            sum(one.provisional for one in some),
        )
        for (period, key), some in by_limit.items()
    ]


def _point(
    session: Session,
    month: Month,
    point: PlacePoint,
    hours: PointHours | None,
    limits: Sequence[LimitMonth],
) -> PointMonth:
    judged = {one.period for one in limits}
    over = [
        (Period.HOUR, one)
        for one in (
            read_verdict_lines(session, month.beliefs(point.id, Period.HOUR), MOST_OVER, None, OVER)
            if Period.HOUR in judged
            else ()
        )
    ]
    longer: dict[Period, dict[date, DayCell]] = {}
    weighed: list[float] = []
    doubts: set[str] = {doubt for _, one in over for doubt in one.doubts}
    for period in (Period.DAY, Period.MONTH):
        beliefs = month.beliefs(point.id, period)
        verdicts = read_verdict_lines(session, beliefs, MOST_DAYS) if period in judged else []
        over += [(period, one) for one in verdicts if Outcome(one.outcome) in OVER]
        doubts |= {doubt for one in verdicts for doubt in one.doubts}
        means = read_mean_lines(session, beliefs, MOST_DAYS)
        longer[period] = cells(means, verdicts)
        if period is Period.DAY:
            weighed = [one.mass for one in means if one.mass is not None]
    whole = next(iter(longer[Period.MONTH].values()), None)
    return PointMonth(
        *(point, named(point.code), hours, limits, over),
        *(longer[Period.DAY], whole, frozenset(doubts)),
        (sum(weighed), len(weighed)) if weighed else None,
    )


def cells(means: Iterable[MeanLine], verdicts: Iterable[VerdictLine]) -> dict[date, DayCell]:
    """By day: the number that was compared where a limit speaks of it, else the mean; worst first."""
    found = {_day(one.start): DayCell(one.value, one.valid, None, sure=True) for one in means}
    for one in verdicts:
        day = _day(one.start)
        known = found.get(day, DayCell(None, valid=False, outcome=None, sure=True))
        if known.outcome is not None and _rank(known.outcome) < _rank(one.outcome):
            continue
        value = known.value if one.value is None else float(one.value)
        found[day] = DayCell(value, known.valid, one.outcome, sure=one.sure and known.sure)
    return found


def _rank(outcome: str) -> int:
    """The worst first."""
    return RANK.get(outcome, len(RANK))


def _day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()
