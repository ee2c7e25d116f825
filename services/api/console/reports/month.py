"""A plant's monthly report: all that was told of the month, from the routes that tell it one by one.

It must not know how it is laid out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, cast

from schemas.judgement import Period
from schemas.registry_words import BEIJING
from services.api.access import Sight
from services.api.asking import Over, When
from services.api.asof import AsOf
from services.api.console.reports.outlets import Month, OutletMonth, outlet_months
from services.api.console.reports.words import TREATED
from services.api.models.alerts_read import AlertModel
from services.api.models.history_law import LimitModel, MarksModel
from services.api.models.orders_read import OrderModel
from services.api.models.rates_read import PeriodRateModel
from services.api.paging import Page as Piece
from services.api.ranges import Wish
from services.api.routes.alerts_read import alerts
from services.api.routes.history_told import limits, marks
from services.api.routes.orders_read import orders
from services.api.routes.rates_read import rates
from services.rules.marks.intervals import MONTHS_OF_A_YEAR, local_months
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.quota import QuotaUse, quota_uses
from services.rules.marks.standing import Known
from services.rules.marks.timeline import timeline
from services.store.accounting import one_snapshot
from services.store.alert_lists import AlertQuery
from services.store.mark_places import outlets_of_unit
from services.store.marks import MarkQuery, read_marks
from services.store.places import PlantRef
from services.store.session import Session
from services.store.status_doubts import Doubted, doubts_of
from services.store.status_place import PlantSubject, subjects_of
from services.store.status_rates import Over as Rates
from services.store.status_rates import RateSum, sum_rates

MOST: Final = 1000
WAYS: Final = "way:"
"""Rates of single ways of gas: each group's rate tells of them."""


class Unsure(NamedTuple):
    """So many verdicts and rates rest on what nobody has verified."""

    verdicts: int
    rates: int


class TreatedRate(NamedTuple):
    """A rate of a unit, facility or outlet over the month's days."""

    subject: PlantSubject
    rate: RateSum


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose report; `then` None: as it stands now."""

    within: Sight
    plant: PlantRef
    month: Month
    known: AsOf
    then: AsOf | None
    now: datetime

    @property
    def wish(self) -> Wish:
        """The month as a question's range."""
        since, until = self.month.bounds.since, self.month.until
        return Wish(*(at.astimezone(BEIJING).isoformat() for at in (since, until)))


@dataclass(frozen=True, slots=True)
class Report:
    """All parts. `sent`: rates of the month by subject and measure; `doubts`: unverified parameters."""

    outlets: Sequence[OutletMonth]
    limits: Sequence[LimitModel]
    treated: Sequence[TreatedRate]
    sent: Mapping[str, Mapping[str, PeriodRateModel]]
    others: Sequence[PeriodRateModel]
    marks: MarksModel
    quotas: Sequence[tuple[PlantSubject, QuotaUse]]
    alerts: Sequence[AlertModel]
    orders: Sequence[OrderModel]
    doubts: Sequence[str]

    @property
    def unverified_limits(self) -> list[LimitModel]:
        return [one for one in self.limits if not one.verified]

    @property
    def unsure(self) -> Unsure | None:
        """None: everything is sure."""
        verdicts = sum(
            limit.unsure for one in self.outlets for point in one.points for limit in point.limits
        )
        sent = [one for found in self.sent.values() for one in found.values()]
        told = [
            *(one.rate.sure for one in self.treated),
            *(one.sure for one in [*sent, *self.others]),
        ]
        rates = told.count(False)
        return Unsure(verdicts, rates) if verdicts or rates else None

    @property
    def stages(self) -> dict[str, int]:
        """How many hours of all points are of which stage."""
        hours = [
            point.hours for one in self.outlets for point in one.points if point.hours is not None
        ]
        return {
            name: number
            for name in ("provisional", "final", "closed")
            if (number := sum(getattr(one, name) for one in hours))
        }


def monthly(asked: Asked) -> Report:
    """Raises Problem, psycopg.Error."""
    within, month, session = asked.within, asked.month, asked.within.session
    piece, over = Piece(MOST), Over(asked.known, asked.now, asked.wish)
    last = max(month.until - datetime.resolution, month.bounds.since)
    bound = limits(asked.plant, When(asked.known, last, asked.now), session, history=False).items
    with one_snapshot(session):
        outlets = outlet_months(session, month, bound)
        subjects = subjects_of(session, month.plant)
        treated = _treated(session, subjects, month)
        doubted = doubts_of(session, _doubted(outlets, subjects, month))
        quotas = _quotas(session, subjects, asked)
    told = rates(asked.plant, over, session, piece, Period.MONTH, None, None).items
    query = AlertQuery(plant=asked.plant.code)
    cases = alerts(within, query, asked.wish, piece, asked.then, None).items
    issued = orders(
        *(within, asked.wish, piece, asked.then, None, asked.plant.code, None, None, None)
    ).items
    return Report(
        *(outlets, bound, treated, _sent(told)),
        [one for one in told if not _is_sent(one.measure) and one.measure not in TREATED],
        marks(asked.plant, over, session, None),
        *(quotas, cases, issued),
        sorted(doubted | _doubts(outlets, told)),
    )


def _doubted(
    outlets: Sequence[OutletMonth], subjects: Sequence[PlantSubject], month: Month
) -> Doubted:
    points = [point.point.id for one in outlets for point in one.points if point.limits]
    places = [one.id for one in subjects]
    return Doubted(points, places, month.bounds.since, month.ended(Period.HOUR), month.known)


def _treated(session: Session, subjects: Sequence[PlantSubject], month: Month) -> list[TreatedRate]:
    over = Rates(month.bounds.since, month.ended(Period.DAY), Period.DAY, month.known)
    by_id = {one.id: one for one in subjects}
    return [
        TreatedRate(by_id[one.subject], one)
        for one in sum_rates(session, list(by_id), over)
        if one.measure in TREATED and not one.code.startswith(WAYS)
    ]


def _quotas(
    session: Session, subjects: Sequence[PlantSubject], asked: Asked
) -> list[tuple[PlantSubject, QuotaUse]]:
    """What each unit has used of its pools, as of the end of the month."""
    at = max(asked.month.until - datetime.resolution, asked.month.bounds.since)
    year = local_months(at, MONTHS_OF_A_YEAR, BEIJING)
    known, params = Known(at), MarkParameters()
    found: list[tuple[PlantSubject, QuotaUse]] = []
    for unit in (one for one in subjects if one.kind == "unit"):
        places = [unit.id, *outlets_of_unit(session, unit.id)]
        query = MarkQuery(places, year.since, year.until, asked.known.position)
        line = timeline(read_marks(session, query), known, params)
        found += [(unit, use) for use in quota_uses(line, at, known, params)]
    return found


def _is_sent(measure: str) -> bool:
    return measure.startswith(("effectiveness", "transmission", "validity"))


def _sent(told: Iterable[PeriodRateModel]) -> dict[str, dict[str, PeriodRateModel]]:
    found: dict[str, dict[str, PeriodRateModel]] = {}
    for one in told:
        if _is_sent(one.measure) and not one.code:
            found.setdefault(one.subject, {})[one.measure] = one
    return found


def _doubts(outlets: Iterable[OutletMonth], told: Iterable[PeriodRateModel]) -> set[str]:
    """Parameters that nobody vouches for, on which something of the report rests."""
    found = {doubt for one in outlets for point in one.points for doubt in point.doubts}
    for rate in told:
        doubts = rate.evidence.get("doubts")
        if isinstance(doubts, list):
            found |= {str(doubt) for doubt in cast("list[object]", doubts)}
    return found
