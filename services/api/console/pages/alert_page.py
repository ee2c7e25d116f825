"""One case 告警 for whoever has to understand it: what, since when, why it is believed, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from services.api.access import Sight, Within, require
from services.api.asof import AsOfDep
from services.api.console.cases.basis import rule_of
from services.api.console.cases.beside import GOING_ON, beside
from services.api.console.cases.choices import CHOICES
from services.api.console.cases.doubted import doubt_said, doubts_said
from services.api.console.cases.figures import local, tidy, without_place
from services.api.console.cases.grounds import Grounds, grounds_of
from services.api.console.cases.head import lacking_of, measured_of, moments_of
from services.api.console.cases.shown import ShownCase, shown_case
from services.api.console.cases.steps import steps_of
from services.api.console.page import PageOf
from services.api.console.shown import Lang
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


def others_at(
    within: Within,
    case: Annotated[AlertModel, Depends(alert_now)],
    place: Annotated[Place, Depends(place_of)],
    then: ThenDep,
) -> Sequence[AlertModel]:
    """Other cases of its outlet, facility or logger."""
    return beside(case, place.plant, within, then)


def grounds_at(
    within: Within, case: Annotated[AlertModel, Depends(alert_now)], known: AsOfDep
) -> Grounds:
    """What it rests on, as far as that is no look at evidence."""
    return grounds_of(within.session, case, known.position)


@dataclass(frozen=True, slots=True)
class Around:
    """What a case is shown with."""

    place: Annotated[Place, Depends(place_of)]
    grounds: Annotated[Grounds, Depends(grounds_at)]
    others: Annotated[Sequence[AlertModel], Depends(others_at)]
    orders: Annotated[Sequence[OrderModel], Depends(orders_on)]
    contests: Annotated[Sequence[ContestModel], Depends(contests_on)]


@router.get(
    "/console/alerts/{alert}",
    dependencies=[require(Permission.READ_ALERTS)],
    summary="A case 告警详情",
    response_class=HTMLResponse,
)
def alert_page(
    page: PageOf,
    case: Annotated[AlertModel, Depends(alert_now)],
    events: Annotated[Paged[EventModel], Depends(alert_events)],
    around: Annotated[Around, Depends()],
) -> HTMLResponse:
    """A case as it stands with all that happened to it; `as_of`: as it stood."""
    row = shown_case(case, page.lang)
    return page.show(
        "alert.html",
        {
            "row": row,
            "case": case,
            "place": around.place,
            **_head(row, around.grounds, page.lang),
            "steps": steps_of(events.items, page.lang),
            "others": around.others,
            "going_on": sum(one.state in GOING_ON for one in around.others),
            "orders": around.orders,
            "contests": around.contests,
            "choices": CHOICES,
            "as_of": page.request.query_params.get("as_of"),
        },
    )


def _head(row: ShownCase, grounds: Grounds, lang: Lang) -> dict[str, object]:
    """The numbers, the times, and why it is believed."""
    case = row.case
    headline = local(without_place(row.sentence, row.plant, case.subject, case.subject_name))
    return {
        "measured": measured_of(row.figures, grounds.laws, lang),
        "lacking": lacking_of(case),
        "moments": moments_of(case),
        "headline": headline[:1].upper() + headline[1:],
        "sentence": local(row.sentence),
        "grounds": grounds,
        "doubts": doubts_said(grounds.doubts, lang),
        "rule": rule_of(case, grounds.rule, row.figures, lang),
    }


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
        {
            "found": found,
            "case": found.alert,
            "findings": findings,
            "tidy": tidy,
            "doubted": partial(doubt_said, lang=page.lang),
        },
    )


def _subject_name(within: Sight, plant: PlantRef | None, code: str | None) -> str | None:
    if plant is None or code is None:
        return None
    return within.subject(plant.code, code).name
