"""The live list of cases 告警: those of the caller's scope that fit his filters, and one row of it."""

from dataclasses import dataclass, replace
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Response
from starlette.responses import HTMLResponse

from schemas.alert import AlertKind, AlertState, Severity
from services.api.access import Sight, Within, require
from services.api.alert_answers import alert_model
from services.api.console.cases.choices import CHOICES
from services.api.console.cases.shown import shown_case
from services.api.console.page import Page as Looking
from services.api.console.page import PageOf
from services.api.paging import PageDep
from services.api.permissions import Permission
from services.api.quiet_then import quiet_then
from services.api.ranges import Wish, WishDep
from services.api.routes.alerts_read import alerts, listed_alert, query_of
from services.store.alert_counts import Waiting, waiting_cases
from services.store.alert_lists import AlertQuery
from services.store.history_alerts import page_of_alerts
from services.store.status_regions import regions_with_plants

router = APIRouter()
MAY = [require(Permission.READ_ALERTS)]
View = Literal["active", "undisposed", "resolved", "pending", "all"]
STATES: Final[dict[View, list[AlertState] | None]] = {
    "active": [AlertState.OPEN, AlertState.ACKNOWLEDGED],
    "undisposed": None,
    "resolved": [AlertState.RESOLVED],
    "pending": [AlertState.PENDING],
    "all": None,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cases are asked for: as the API has it, but that the usual ones are those that go on."""

    query: AlertQuery
    region: str | None
    wish: Wish
    view: View
    filtered: bool


def asked_of(
    query: Annotated[AlertQuery, Depends(query_of)],
    wish: WishDep,
    region: Annotated[
        str | None, Query(max_length=6, description="GB/T 2260, with all below")
    ] = None,
    view: Annotated[View, Query(description="Where no state is named 未指定状态时")] = "active",
) -> Asked:
    """A state that is named counts; without one, `view` says which."""
    chosen: View = "undisposed" if query.undisposed and query.states is None else view
    filtered = any((
        query.kinds, query.severities, query.plant, query.subject, query.assignee, region,
        query.found_late is not None, query.silenced is not None, wish.given,
    ))  # fmt: skip
    if query.states is None:
        undisposed = query.undisposed or chosen == "undisposed"
        query = replace(query, states=STATES[chosen], undisposed=undisposed)
    return Asked(query, region, wish, chosen, filtered)


AskedDep = Annotated[Asked, Depends(asked_of)]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait: open ones by severity, the gravest first, those in hand, and one's own."""

    open: list[tuple[str, int]]
    acknowledged: int
    own: int


@router.get(
    "/console/alerts",
    dependencies=MAY,
    summary="Cases, live 告警",
    response_class=HTMLResponse,
)
def alerts_page(page: PageOf, within: Within, asked: AskedDep, paging: PageDep) -> HTMLResponse:
    """The cases that fit; without a filter those that go on."""
    found = alerts(within, asked.query, asked.wish, paging, None, asked.region)
    return page.show(
        "alerts.html",
        {
            "rows": [shown_case(one, page.lang) for one in found.items],
            "following": found.next,
            "asked": asked,
            "counts": counts_of(page, within),
            "regions": regions_with_plants(within.session, within.plants()),
            "kinds": list(AlertKind),
            "choices": CHOICES,
        },
    )


@router.get(
    "/console/alerts/counts",
    dependencies=MAY,
    summary="How many cases wait 待办数",
    response_class=HTMLResponse,
)
def counts_part(page: PageOf, within: Within) -> HTMLResponse:
    """The head of the list."""
    return page.show("alert_counts.html", {"counts": counts_of(page, within)})


@router.get(
    "/console/alerts/rows/{alert}",
    dependencies=MAY,
    summary="A row of the list 告警行",
    response_class=HTMLResponse,
)
def row_part(
    alert: int,
    page: PageOf,
    within: Within,
    asked: AskedDep,
    shown: Annotated[bool, Query(description="It stands in the list already")] = False,  # noqa: FBT002 - a parameter of the query
) -> Response:
    """The row of a case that fits the filters; of one that does not any more only where it is shown."""
    within.alert(alert)
    plants = within.plants_in(asked.region)
    since, until = asked.wish.ends()
    quiet = quiet_then(within, None)
    query = quiet.sought(replace(asked.query, ids=[alert], since=since, until=until))
    found = page_of_alerts(within.session, query, plants, 1)
    if not found and not shown:
        return Response(status_code=204)
    listed = found[0] if found else listed_alert(within.session, alert)
    case = alert_model(listed, quiet.silence_of(listed.alert))
    return page.show("alert_row.html", {"row": shown_case(case, page.lang, fits=bool(found))})


def counts_of(page: Looking, within: Sight) -> Counts:
    """Of all that the caller sees, whatever he filters."""
    waiting = waiting_cases(within.session, within.plants(), page.caller.name)
    return Counts(
        [(one.value, _of(waiting, one)) for one in sorted(Severity, key=lambda s: -s.rank)],
        sum(one.cases for one in waiting if one.state is AlertState.ACKNOWLEDGED),
        sum(one.own for one in waiting),
    )


def _of(waiting: list[Waiting], severity: Severity) -> int:
    return sum(
        one.cases for one in waiting if one.severity is severity and one.state is AlertState.OPEN
    )
