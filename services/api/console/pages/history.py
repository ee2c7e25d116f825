"""The history explorer, and what charts need beside the API: limits over a range, a case's chart."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from services.api.access import Within, require
from services.api.asking import OverDep, PlantDep
from services.api.console.charts.plan import ChartPlan, LimitPiece, plan_of
from services.api.console.page import PageOf
from services.api.database import SessionDep
from services.api.models.alerts_read import AlertModel
from services.api.permissions import Permission
from services.api.plain_json import at_site
from services.api.routes.alerts_read import alert_now
from services.rules.limit_history import Binding, intervals
from services.store.limits import read_limits
from services.store.status_place import points_at, subjects_of

router = APIRouter()
LONGEST: Final = timedelta(days=36_600)
MONTH: Final = timedelta(days=31)


@router.get(
    "/console/history",
    dependencies=[require(Permission.READ_HISTORY)],
    summary="History 历史",
    response_class=HTMLResponse,
)
def history_page(page: PageOf) -> HTMLResponse:
    """Any points on one axis of time. What is shown stands in the address: history.js reads it."""
    return page.show("history.html")


@router.get(
    "/console/history/plants/{plant}/limits",
    dependencies=[require(Permission.READ_LIMITS)],
    summary="Limits over a range 时段内限值",
)
def limits_over(
    _page: PageOf, plant: PlantDep, over: OverDep, session: SessionDep
) -> list[LimitPiece]:
    """What binds each point of a plant over a range, as known at `as_of`: a line of steps.

    The API tells of a moment, or of all that was ever believed.
    """
    asked = over.range(LONGEST, MONTH)
    subjects = {one.id: one.code for one in subjects_of(session, plant.id)}
    points = points_at(session, list(subjects), asked.until)
    names = {one.id: f"{subjects[one.subject]}/{one.side}/{one.code}" for one in points}
    versions = read_limits(session, list(names), over.known.position)
    return [
        piece
        for one in intervals(versions, asked.since, asked.until)
        for piece in _pieces(one, names)
    ]


@router.get(
    "/console/alerts/{alert}/chart",
    dependencies=[require(Permission.READ_ALERTS)],
    summary="What a case's chart shows 告警曲线",
)
def alert_chart(
    page: PageOf, case: Annotated[AlertModel, Depends(alert_now)], within: Within
) -> ChartPlan:
    """Its points and its time; the numbers are the API's."""
    plant = None if case.plant is None else within.plant(case.plant).id
    return plan_of(within.session, plant, case, page.now)


def _pieces(piece: Binding, names: dict[int, str]) -> list[LimitPiece]:
    version = piece.version
    bound, since, until = version.bound, at_site(piece.since), at_site(piece.until)
    if bound is None or since is None or until is None:
        return []
    return [
        LimitPiece(
            point=names[version.point],
            limit=version.limit,
            version=version.version,
            since=since,
            until=until,
            low=None if bound.low is None else float(bound.low),
            high=None if bound.high is None else float(bound.high),
            unit=bound.unit,
            quantity=bound.quantity,
            averaging=bound.averaging,
            reference_oxygen=None
            if bound.reference_oxygen is None
            else float(bound.reference_oxygen),
            condition=bound.condition,
            origin=version.law.origin,
            standard=version.law.standard,
            verified=version.law.verified,
        )
    ]
