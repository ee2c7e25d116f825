"""One case 告警 for whoever has to understand it: what, since when, why it is believed, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from services.api.access import Sight, Within, require
from services.api.asof import AsOfDep
from services.api.console.cases.choices import CHOICES
from services.api.console.cases.figures import tidy
from services.api.console.cases.shown import shown_case
from services.api.console.cases.steps import steps_of
from services.api.console.page import PageOf
from services.api.models.alerts_read import AlertModel, EventModel
from services.api.models.beliefs import FindingVersionModel
from services.api.models.contests_read import ContestModel
from services.api.models.evidence import AlertEvidenceModel
from services.api.models.orders_read import OrderModel
from services.api.paging import Page, Paged
from services.api.permissions import Permission
from services.api.ranges import Wish
from services.api.routes.alerts_read import alert_events, alert_now
from services.api.routes.beliefs_read import finding
from services.api.routes.contests_read import contests, contests_asked
from services.api.routes.evidence import alert_evidence
from services.api.routes.orders_read import orders
from services.api.then import ThenDep
from services.store.places import PlantRef

router = APIRouter()
MOST: Final = Page(50)
MOST_FINDINGS: Final = 10
EVER: Final = Wish(None, None)


@dataclass(frozen=True, slots=True)
class Place:
    """The plant that a case is about, None: the platform; and the subject's name."""

    plant: PlantRef | None
    subject: str | None


def orders_on(alert: int, within: Within, then: ThenDep) -> Sequence[OrderModel]:
    """Those issued on the case."""
    return orders(within, EVER, MOST, then, alert=alert).items


def contests_on(alert: int, within: Within, then: ThenDep) -> Sequence[ContestModel]:
    """Those that bear on the case."""
    return contests(within, contests_asked(within, EVER, alert=alert), MOST, then).items


def place_of(alert: int, within: Within, case: Annotated[AlertModel, Depends(alert_now)]) -> Place:
    plant = within.alert(alert)
    return Place(plant, _subject_name(within, plant, case.subject))


@router.get(
    "/console/alerts/{alert}",
    dependencies=[require(Permission.READ_ALERTS)],
    summary="A case 告警详情",
    response_class=HTMLResponse,
)
def alert_page(  # noqa: PLR0913, PLR0917 - what the page is made of
    page: PageOf,
    case: Annotated[AlertModel, Depends(alert_now)],
    events: Annotated[Paged[EventModel], Depends(alert_events)],
    place: Annotated[Place, Depends(place_of)],
    issued: Annotated[Sequence[OrderModel], Depends(orders_on)],
    contested: Annotated[Sequence[ContestModel], Depends(contests_on)],
) -> HTMLResponse:
    """A case as it stands with all that happened to it; `as_of`: as it stood."""
    return page.show(
        "alert.html",
        {
            "row": shown_case(case, page.lang),
            "case": case,
            "place": place,
            "steps": steps_of(events.items, page.lang),
            "orders": issued,
            "contests": contested,
            "choices": CHOICES,
            "as_of": page.request.query_params.get("as_of"),
        },
    )


def findings_of(
    within: Within, known: AsOfDep, found: Annotated[AlertEvidenceModel, Depends(alert_evidence)]
) -> list[FindingVersionModel]:
    """The findings that the case was read from, each as it is believed."""
    numbers = [int(one.partition(":")[2]) for one in found.sources if one.startswith("finding:")]
    versions = [finding(number, within, known).versions for number in numbers[:MOST_FINDINGS]]
    return [one[-1] for one in versions]


@router.get(
    "/console/alerts/{alert}/evidence",
    dependencies=[require(Permission.READ_EVIDENCE)],
    summary="What a case rests on 告警证据",
    response_class=HTMLResponse,
)
def evidence_page(
    page: PageOf,
    found: Annotated[AlertEvidenceModel, Depends(alert_evidence)],
    findings: Annotated[list[FindingVersionModel], Depends(findings_of)],
) -> HTMLResponse:
    """Numbers, law, records, frames and their place in the chain; each look is put on record.

    A page of its own, or the part of the case's page where htmx asks.
    """
    part = page.request.headers.get("HX-Request") == "true"
    return page.show(
        "alert_evidence_part.html" if part else "alert_evidence.html",
        {"found": found, "case": found.alert, "findings": findings, "tidy": tidy},
    )


def _subject_name(within: Sight, plant: PlantRef | None, code: str | None) -> str | None:
    if plant is None or code is None:
        return None
    return within.subject(plant.code, code).name
