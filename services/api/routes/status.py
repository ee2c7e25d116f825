"""How regions and plants stand, and which plants stand worst."""
# ruff: noqa: FAST003 - the parts of the paths are taken by the dependencies of asking.py

from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from schemas.judgement import Period
from services.api.access import Within, require
from services.api.asking import OverDep, PlantDep, WhenDep
from services.api.database import SessionDep
from services.api.models.status import (
    FacilityLineModel,
    OutletLineModel,
    PlantStatusModel,
    RankingModel,
    RankModel,
    RegionsModel,
    RegionStatusModel,
)
from services.api.permissions import Permission
from services.api.plain_json import at_site, plain
from services.api.region_answers import region_body
from services.api.region_standing import region_picture
from services.api.standing import asked_at, picture, plant_status, registered_plant
from services.api.status_answers import (
    API,
    case_line,
    finding_model,
    region_model,
    standing_of,
)
from services.store.accounting import one_snapshot
from services.store.beliefs import Stretch, read_findings
from services.store.status_place import points_at, subjects_of
from services.store.status_rates import Over, Ranked, rank_plants
from services.store.status_regions import regions_with_plants

router = APIRouter(tags=["status"])
YEAR: Final = timedelta(days=366)
UNASKED: Final = {
    "exceedances": Period.HOUR,
    "effectiveness": Period.MONTH,
    "synchronous": Period.DAY,
}
"""Whose rows a ranking is made of where nobody says; of exceedances, days are counted as well."""


@router.get(
    "/regions", dependencies=[require(Permission.READ_STATUS)], summary="Regions with plants 行政区"
)
def regions(within: Within) -> RegionsModel:
    """The regions that hold plants of the caller's, and all above them. `parent` makes the tree."""
    nodes = regions_with_plants(within.session, within.plants())
    return RegionsModel(items=[region_model(node) for node in nodes])


@router.get(
    "/regions/{region}/status",
    dependencies=[require(Permission.READ_STATUS)],
    summary="How a region stands 区域状态",
    response_model=RegionStatusModel,
)
def region_status(region: str, within: Within, when: WhenDep) -> Response:
    """All plants of a region and of those below it, the worst first, with counts by word.

    A plant is as its worst outlet. An outlet is told by the verdicts of its newest judged hour (where
    no limit speaks of hours: day), by open cases and by warnings of the running hour.
    """
    own = within.region(region)
    known = when.known
    seen = region_picture(within, own, when)
    told = {"at": at_site(when.at), "as_of": known.below}
    return plain(region_body(own, seen) | told, known)


@router.get(
    "/regions/{region}/rankings",
    dependencies=[require(Permission.READ_STATUS)],
    summary="Plants ranked 企业排名",
)
def rankings(  # noqa: PLR0913, PLR0917 - parameters of the query
    region: str,
    within: Within,
    over: OverDep,
    by: Annotated[
        Ranked,
        Query(description="exceedances 超标次数, effectiveness 传输有效率, synchronous 同步运行率"),
    ] = "exceedances",
    period: Annotated[
        Period | None,
        Query(
            description="Of exceedances: of hours or of days, none: of both 小时与日; of rates: "
            "their rows, none: effectiveness of months, synchronous of days"
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 20,
) -> RankingModel:
    """The plants that stand worst over a range: most exceedances, or the lowest rate.

    An exceedance is an hour or day of a pollutant whose newest verdict is exceeding (or at least
    that) against any limit: it counts once, however many limits it exceeds. Without `period` the
    hours and the days (waste water is judged by days) are counted beside each other: most of both
    together first, of as many the one with more days. A rate is its counts added up over the range
    and divided once.
    """
    plants = within.plants_in(region)
    known, asked = over.known, over.range(YEAR, timedelta(days=30))
    whole = period or UNASKED[by]
    also = (Period.DAY,) if period is None and by == "exceedances" else ()
    rows = Over(asked.since, asked.until, whole, known.position, also)
    found = rank_plants(within.session, plants, by, rows, limit)
    return RankingModel(
        by=by,
        period=None if also else whole,
        since=asked.since,
        until=asked.until,
        as_of=known.below,
        items=[
            RankModel(
                place=place,
                code=one.code,
                name=one.name,
                region=one.region,
                value=float(one.numerator / one.denominator),
                numerator=float(one.numerator),
                denominator=float(one.denominator),
                hours=one.hours if Period.HOUR in rows.periods else None,
                days=one.days if Period.DAY in rows.periods else None,
            )
            for place, one in enumerate(found, 1)
        ],
    )


@router.get(
    "/plants/{plant}/status",
    dependencies=[require(Permission.READ_STATUS)],
    summary="How a plant stands 企业状态",
)
def plant_now(own: PlantDep, when: WhenDep, session: SessionDep) -> PlantStatusModel:
    """A plant with its outlets, its facilities and what stands against them, and its open cases."""
    known, at = when.known, when.at
    with one_snapshot(session):
        asked = asked_at(session, [own.id], when)
        own = registered_plant(session, own, asked.registered)
        seen = picture(session, asked)
        subjects = subjects_of(session, own.id, asked.registered)
        codes = {one.id: one.code for one in subjects}
        placed = points_at(session, list(codes), at, asked.registered)
        points = {one.id: f"{one.side}/{one.code}" for one in placed}
        facilities = [one for one in subjects if one.kind == "facility"]
        instant = Stretch([one.id for one in facilities], at, at + datetime.resolution)
        findings = read_findings(session, instant._replace(known=known.position))
    statuses = {one.outlet.subject: one.status for one in seen.outlets}
    path = f"{API}/plants/{own.code}"
    return PlantStatusModel(
        plant=own.code,
        name=own.zh,
        region=own.region,
        at=at,
        as_of=known.below,
        standing=standing_of(plant_status(statuses, seen.cases)),
        outlets=[
            OutletLineModel(
                code=one.outlet.code,
                name=one.outlet.name,
                medium=one.outlet.medium,
                standing=standing_of(one.status),
                link=f"{path}/outlets/{one.outlet.code}/status",
            )
            for one in seen.outlets
        ],
        facilities=[
            FacilityLineModel(
                code=one.code,
                name=one.name,
                treatment=one.detail,
                findings=[
                    finding_model(found, points)
                    for found in findings
                    if found.row.subject == one.id
                ],
                link=f"{path}/facilities/{one.code}/status",
            )
            for one in facilities
        ],
        alerts=[case_line(one, codes) for one in seen.cases],
    )
