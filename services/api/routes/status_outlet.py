"""How one outlet or treatment facility stands, now or over a range, and what data it lacks."""
# ruff: noqa: FAST003 - the parts of the paths are taken by the dependencies of asking.py

from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query

from schemas.judgement import Finding, Outcome, Period
from schemas.marks import Review
from schemas.registry_words import BEIJING
from services.api.access import require
from services.api.asking import FacilityDep, OutletDep, OverDep, WhenDep
from services.api.asof import AsOf
from services.api.context import ContextDep
from services.api.database import SessionDep
from services.api.gaps_found import gaps_of
from services.api.models.status_place import (
    FacilityStatusModel,
    GapsModel,
    OutletStatusModel,
    PeriodStatusModel,
    PointStatusModel,
    SignalModel,
)
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.standing import Picture, asked_at, pictured
from services.api.status_answers import (
    case_line,
    finding_model,
    mark_line,
    newest_model,
    now_verdict,
    outcome_model,
    rate_model,
    standing_of,
    told_codes,
)
from services.rules.periods import local_month
from services.rules.status import of_outcomes
from services.store.accounting import one_snapshot
from services.store.beliefs import Belief, Stretch, read_findings
from services.store.history_beliefs import Beliefs, count_outcomes
from services.store.history_known import known_below
from services.store.history_newest import newest_of_points
from services.store.history_readings import ReadingRow
from services.store.marks import MarkQuery, read_marks
from services.store.places import SubjectRef
from services.store.session import Session
from services.store.status_newest import Newest, PlacedOutlet, placed_outlets
from services.store.status_place import points_at, subjects_of, units_before
from services.store.status_rates import Over as Rates
from services.store.status_rates import sum_rates
from services.store.status_registered import Listed, changed
from services.store.status_then import registered_below
from services.store.status_wired import wired_then

router = APIRouter(tags=["status"])
FRESH: Final = timedelta(hours=6)
"""A reading older than that is no newest one."""
LONGEST: Final = timedelta(days=366)
RUNNING: Final = frozenset({"prewarning", "over_limit_now"})
COUNTING = {Review.CLAIMED, Review.ACCEPTED}
INSTANT: Final = datetime.resolution


@router.get(
    "/plants/{plant}/outlets/{outlet}/status",
    dependencies=[require(Permission.READ_STATUS)],
    summary="How an outlet stands now 排放口状态",
)
def outlet_now(
    own: OutletDep, when: WhenDep, session: SessionDep, context: ContextDep
) -> OutletStatusModel:
    """Its word and why: newest readings, newest verdict of each limit, what the running hour comes to.

    Marks of the outlet and of its units are named while they run. For a range: `status/period`.
    """
    known, at = when.known, when.at
    with one_snapshot(session):
        asked = asked_at(session, [own.plant.id], when)
        if asked.registered is None:
            version = changed(session)
            placed = _placed(context.registered.listed(session, version), own, at)
            wired = context.registered.wired(session, version)[own.id]
        else:
            placed = _placed_then(session, own, asked)
            wired = wired_then(session, own.id, at, asked.registered)
        query = MarkQuery([own.id, *wired.units], at, at + INSTANT, known.position)
        marks = [one for one in read_marks(session, query) if one.review in COUNTING]
        seen = pictured(session, asked, [placed], {own.id: marks})
        points = wired.points_at(at)
        live = _running(session, seen, Stretch([own.id], at, at + INSTANT, known=known.position))
        below = known_below(session, known.position)
        newest = newest_of_points(
            *(session, [one.id for one in points], (at - FRESH, at), below), wiring=wired.wiring
        )
    [told] = seen.outlets
    names = {one.id: f"{one.side}/{one.code}" for one in points}
    return OutletStatusModel(
        plant=placed.plant_code,
        outlet=placed.code,
        name=placed.name,
        at=at,
        as_of=known.below,
        standing=standing_of(told.status),
        points=[
            PointStatusModel(
                side=point.side,  # pyright: ignore[reportArgumentType] - one of three words, by a CHECK
                code=point.code,
                unit=point.unit,
                newest=newest_model(newest.get(point.id)),
                verdicts=[now_verdict(one) for one in seen.verdicts if one.point == point.id],
                projections=[
                    finding_model(one, names) for one in live if one.row.point == point.id
                ],
            )
            for point in points
        ],
        marks=[mark_line(one) for one in marks],
        alerts=[
            case_line(one, told_codes(seen.outlets))
            for one in seen.cases
            if one.subject in {own.id, None}
        ],
    )


@router.get(
    "/plants/{plant}/outlets/{outlet}/status/period",
    dependencies=[require(Permission.READ_STATUS)],
    summary="How an outlet stood over a range 时段状态",
)
def outlet_period(
    own: OutletDep,
    over: OverDep,
    session: SessionDep,
    period: Annotated[
        Period, Query(description="Which means' verdicts are counted: hour, day, month")
    ] = Period.HOUR,
) -> PeriodStatusModel:
    """Verdicts by limit and outcome; rates of the outlet and its units of days added up; findings.

    The word is the worst that any period came to.
    """
    known, asked = over.known, over.range(LONGEST, timedelta(days=30))
    then = registered_below(session, known.position if known.given else None)
    points = points_at(session, [own.id], asked.until, then)
    names = {one.id: f"{one.side}/{one.code}" for one in points}
    beliefs = Beliefs(0, period, asked.since, asked.until, known.position)
    days = Rates(asked.since, asked.until, Period.DAY, known.position)
    stretch = Stretch([own.id], asked.since, asked.until, known=known.position)
    with one_snapshot(session):
        counts = count_outcomes(session, list(names), beliefs)
        rates = sum_rates(session, [own.id, *units_before(session, own.id, then)], days)
        findings = read_findings(session, stretch)
    return PeriodStatusModel(
        plant=own.plant.code,
        subject=own.code,
        since=asked.since,
        until=asked.until,
        as_of=known.below,
        period=period,
        word=of_outcomes({Outcome(one.outcome) for one in counts}),
        outcomes=[outcome_model(one, names) for one in counts],
        rates=[rate_model(one) for one in rates],
        findings=[finding_model(one, names) for one in findings],
    )


@router.get(
    "/plants/{plant}/facilities/{facility}/status",
    dependencies=[require(Permission.READ_STATUS)],
    summary="How a treatment facility stands 治理设施状态",
)
def facility_now(own: FacilityDep, when: WhenDep, session: SessionDep) -> FacilityStatusModel:
    """What is found against it, its newest signals and states, its rates of the running month."""
    known, at = when.known, when.at
    then = registered_below(session, known.position if known.given else None)
    points = points_at(session, [own.id], at, then)
    names = {one.id: f"{one.side}/{one.code}" for one in points}
    month = local_month(at, BEIJING)
    stretch = Stretch([own.id], at, at + INSTANT, known=known.position)
    findings = read_findings(session, stretch)
    until = when.begun_before(Period.DAY)
    rates = sum_rates(session, [own.id], Rates(month.since, until, Period.DAY, known.position))
    with one_snapshot(session):
        newest = _newest(session, [one.id for one in points], at, known)
    treatment = next(
        (one.detail for one in subjects_of(session, own.plant.id, then) if one.id == own.id), ""
    )
    return FacilityStatusModel(
        plant=own.plant.code,
        facility=own.code,
        name=own.name,
        treatment=treatment,
        at=at,
        as_of=known.below,
        findings=[finding_model(one, names) for one in findings],
        signals=[
            SignalModel(
                side=one.side,
                code=one.code,
                unit=one.unit,
                newest=newest_model(newest.get(one.id)),
            )
            for one in points
        ],
        rates=[rate_model(one) for one in rates],
    )


@router.get(
    "/plants/{plant}/outlets/{outlet}/gaps",
    dependencies=[require(Permission.READ_STATUS)],
    summary="Hours without a valid mean 数据缺口",
)
def outlet_gaps(own: OutletDep, over: OverDep, session: SessionDep) -> GapsModel:
    """Which whole hours lack a valid mean, for what reason, and what may mend them until when.

    A gap may be sent again 补传 or filled by a laboratory 手工监测 within the window of amendments, and
    marked 标记 while that is open. `doubts` name what the times rest on and nobody vouches for.
    """
    asked = over.range(LONGEST, timedelta(days=1))
    with one_snapshot(session):
        # As of a time: what could still be mended then.
        now = over.known.time or over.now
        found = gaps_of(session, own, asked, now, over.known.position)
    return GapsModel(since=asked.since, until=asked.until, as_of=over.known.below, items=found)


def _placed(listed: Listed, own: SubjectRef, at: datetime) -> PlacedOutlet:
    """Raises Problem when it is no outlet that discharges, or was merged into another by then."""
    for one in listed.outlets.get(own.plant.id, ()):
        if one.subject == own.id and (one.merged_at is None or one.merged_at > at):
            plant = own.plant
            return PlacedOutlet(
                *(plant.id, plant.code, plant.zh, plant.region),
                *(own.id, own.code, own.name, one.medium, one.limited),
            )
    raise not_found()


def _placed_then(session: Session, own: SubjectRef, asked: Newest) -> PlacedOutlet:
    """As it was registered then. Raises Problem when it was not."""
    for one in placed_outlets(session, asked):
        if one.subject == own.id:
            return one
    raise not_found()


def _running(session: Session, seen: Picture, stretch: Stretch) -> list[Belief[Finding]]:
    """What stands of the running hour; asked for only where the picture has any of it."""
    if not any(one.subject in stretch.keys for one in seen.live):
        return []
    return [one for one in read_findings(session, stretch) if one.row.rule in RUNNING]


def _newest(
    session: Session, points: list[int], at: datetime, known: AsOf
) -> dict[int, ReadingRow]:
    """Within the caller's snapshot."""
    below = known_below(session, known.position)
    return newest_of_points(session, points, (at - FRESH, at), below)
