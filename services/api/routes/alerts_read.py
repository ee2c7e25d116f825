"""Cases 告警 as they stand, and what happened to them."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Response

from schemas.alert import AlertKind, AlertState, Severity
from services.api.access import Within, require
from services.api.alert_answers import alert_model, event_model
from services.api.asof import AsOfDep
from services.api.etags import etag
from services.api.models.alerts_read import AlertModel, EventModel
from services.api.paging import Paged, PageDep
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.quiet_then import quiet_then
from services.api.ranges import WishDep
from services.api.then import ThenDep
from services.rules.alerting.as_known import as_known
from services.store.alert_lists import AlertQuery, ListedAlert
from services.store.history_alerts import page_of_alerts
from services.store.history_alerts_known import (
    ALERT_STEPS,
    KnownAlert,
    page_of_alerts_known,
)
from services.store.known_steps import known_steps
from services.store.session import Session

router = APIRouter(tags=["alerts"])


def query_of(  # noqa: PLR0913, PLR0917 - parameters of the query
    state: Annotated[list[AlertState] | None, Query(description="状态, more than one")] = None,
    kind: Annotated[list[AlertKind] | None, Query(description="类型, more than one")] = None,
    severity: Annotated[list[Severity] | None, Query(description="级别 蓝黄橙红")] = None,
    plant: Annotated[str | None, Query(max_length=100, description="企业编码")] = None,
    subject: Annotated[str | None, Query(max_length=100, description="排放口等编号")] = None,
    assignee: Annotated[str | None, Query(max_length=100, description="负责人")] = None,
    found_late: Annotated[bool | None, Query(description="Found afterwards 事后发现")] = None,
    undisposed: Annotated[  # noqa: FBT002 - a parameter of the query
        bool, Query(description="Resolved, and nobody has said what it was 未甄别")
    ] = False,
    silenced: Annotated[
        bool | None,
        Query(
            description="Whether a silence or planned maintenance keeps it quiet 静默中: now, or at the "
            "time of `as_of` (with a position alone none is)"
        ),
    ] = None,
) -> AlertQuery:
    """Which cases."""
    return AlertQuery(
        states=state,
        kinds=kind,
        severities=severity,
        plant=plant,
        subject=subject,
        assignee=assignee,
        found_late=found_late,
        undisposed=undisposed,
        silenced=silenced,
    )


@router.get("/alerts", dependencies=[require(Permission.READ_ALERTS)], summary="Cases 告警列表")
def alerts(  # noqa: PLR0913, PLR0917 - parameters of the query
    within: Within,
    query: Annotated[AlertQuery, Depends(query_of)],
    wish: WishDep,
    page: PageDep,
    then: ThenDep,
    region: Annotated[
        str | None, Query(max_length=6, description="GB/T 2260, with all below")
    ] = None,
) -> Paged[AlertModel]:
    """The cases the caller may see, the latest beginning first: as they stand now, or stood `as_of`.

    `from` and `to`: those that were wrong at some time of the range. How a case stood is told by its
    events alone; they name no clause and of the evidence only its source.
    """
    plants = within.plants_in(region)
    since, until = wish.ends()
    after = cast("tuple[datetime, int] | None", page.key(datetime, int))
    quiet = quiet_then(within, then)
    query = quiet.sought(replace(query, since=since, until=until))
    if then is None:
        found = page_of_alerts(within.session, query, plants, page.asked, after)
    else:
        pieces = (then.position, (page.asked, after))
        found = [
            _stood(one) for one in page_of_alerts_known(within.session, query, plants, *pieces)
        ]
    shown, following = page.split(found, lambda one: (one.alert.since, one.alert.alert))
    return Paged(
        items=[alert_model(one, quiet.silence_of(one.alert)) for one in shown],
        next=following,
        as_of=None if then is None else then.below,
    )


@router.get(
    "/alerts/{alert}", dependencies=[require(Permission.READ_ALERTS)], summary="A case 告警"
)
def alert_now(alert: int, within: Within, then: ThenDep, response: Response) -> AlertModel:
    """A case as it stands, its ETag is asked for by whoever acts on it; or as it stood `as_of`.

    A case that was not known yet is not found.
    """
    within.alert(alert)
    if then is not None:
        query = AlertQuery(ids=[alert])
        known = page_of_alerts_known(within.session, query, None, then.position, (1, None))
        if not known:
            raise not_found()
        found = _stood(known[0])
    else:
        found = listed_alert(within.session, alert)
        response.headers["ETag"] = etag(found.alert.version)
    return alert_model(found, quiet_then(within, then).silence_of(found.alert))


@router.get(
    "/alerts/{alert}/events",
    dependencies=[require(Permission.READ_ALERTS)],
    summary="What happened to a case 告警经过",
)
def alert_events(alert: int, within: Within, known: AsOfDep) -> Paged[EventModel]:
    """Every step of a case in order, with who took it, when it happened and when it was noticed."""
    within.alert(alert)
    events = known_steps(within.session, ALERT_STEPS, [alert], known.position).get(alert, [])
    return Paged(items=[event_model(one) for one in events], as_of=known.below)


def _stood(known: KnownAlert) -> ListedAlert:
    return known.listed._replace(alert=as_known(known.case, known.events))


def listed_alert(session: Session, alert: int) -> ListedAlert:
    """A case with the names of its place. Raises Problem, psycopg.Error."""
    found = page_of_alerts(session, AlertQuery(ids=[alert]), None, 1)
    if not found:
        raise not_found()
    return found[0]
