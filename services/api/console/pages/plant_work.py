"""What is done about a plant's data: gaps, marks, laboratory results, rates, exports of its own."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse

from schemas.judgement import Period
from schemas.manual import ManualKind
from schemas.marks import Review
from schemas.registry_words import BEIJING
from services.api.access import Within, require
from services.api.asking import OverDep, PlantDep, WhenDep
from services.api.console.page import Page, PageOf
from services.api.console.plants.facts import closing, gaps_found, rate_series, runs_of
from services.api.console.plants.gap_groups import grouped
from services.api.console.plants.kinds_offered import kinds_offered
from services.api.console.plants.read import read_quotas
from services.api.database import SessionDep
from services.api.models.beliefs import ResultsModel
from services.api.models.history_law import MarksModel
from services.api.parties import ORIGINS
from services.api.permissions import Permission
from services.api.ranges import Range
from services.api.routes.beliefs_read import results
from services.api.routes.history_told import marks
from services.rules.judging.quality_names import named
from services.rules.marks.logger_marks import evidence_zh
from services.rules.periods import local_month
from services.store.accounting import one_snapshot
from services.store.places import PlantRef
from services.store.plant_trade import trade_of
from services.store.session import Session
from services.store.status_place import points_at, subjects_of
from services.store.status_rates import Over

router = APIRouter()
STATUS = [require(Permission.READ_STATUS)]
MARKS = [require(Permission.READ_MARKS)]
PATH: Final = "/console/plants/{plant}"
LONGEST_GAPS: Final = timedelta(days=31)
YEAR: Final = timedelta(days=366)
SOON: Final = timedelta(days=1)
LOOKED: Final = timedelta(days=3)
RATE_DAYS: Final = {Period.HOUR: timedelta(days=2), Period.DAY: timedelta(days=31)}
RATE_PERIODS: Final = (Period.HOUR, Period.DAY, Period.MONTH, Period.QUARTER)
KINDS: Final[tuple[ManualKind, ...]] = ("self", "supervisory", "comparison", "gap")


@router.get(
    PATH + "/part/gaps",
    dependencies=STATUS,
    summary="Gaps whose time runs out 快到期的缺口",
    response_class=HTMLResponse,
)
def gaps_due_part(page: PageOf, own: PlantDep, when: WhenDep, within: Within) -> HTMLResponse:
    """A part of the page of today."""
    asked = Range(when.at - LOOKED, when.at)
    found = gaps_found(within, own, asked, (when.at, when.known.position))
    groups = grouped(closing(found, when.at, SOON))
    return page.show(
        "plant_gaps_due.html",
        {"plant": own, "groups": groups, "soon": when.at + SOON, "when": when},
    )


@router.get(
    PATH + "/part/facilities",
    dependencies=STATUS,
    summary="What runs 设施运行",
    response_class=HTMLResponse,
)
def facilities_part(
    page: PageOf, own: PlantDep, when: WhenDep, session: SessionDep
) -> HTMLResponse:
    """A part of the page of today."""
    runs = runs_of(session, own, when, local_month(when.at, BEIJING).since)
    return page.show("plant_facilities.html", {"plant": own, "runs": runs, "when": when})


@router.get(
    PATH + "/gaps", dependencies=STATUS, summary="Gaps 数据缺口", response_class=HTMLResponse
)
def gaps_page(page: PageOf, own: PlantDep, over: OverDep, within: Within) -> HTMLResponse:
    """Which hours lack a valid mean, why, what mends them, and until when."""
    asked = over.range(LONGEST_GAPS, LOOKED)
    now = over.known.time or over.now
    found = gaps_found(within, own, asked, (now, over.known.position))
    return page.show(
        "plant_gaps.html",
        {"plant": own, "tab": "gaps", "groups": grouped(found), "asked": asked, "known": now},
    )


@router.get(PATH + "/marks", dependencies=MARKS, summary="Marks 标记", response_class=HTMLResponse)
def marks_page(
    page: PageOf,
    own: PlantDep,
    listed: Annotated[MarksModel, Depends(marks)],
    session: SessionDep,
    when: WhenDep,
) -> HTMLResponse:
    """Marks with their review, the quotas they draw on, and what the caller may do with each."""
    with one_snapshot(session):
        subjects = subjects_of(session, own.id)
        quotas = read_quotas(session, own, subjects, when)
        trade = trade_of(session, own.id)
    return page.show(
        "plant_marks.html",
        {
            **_places(session, own, when),
            "plant": own,
            "tab": "marks",
            "listed": listed,
            "reviews": list(Review),
            "kinds": kinds_offered(trade),
            "quotas": quotas,
            "codes": {one.id: one for one in subjects},
            "origins": _origins(page),
            "rests": evidence_zh if page.lang == "zh" else str,
        },
    )


@router.get(
    PATH + "/results",
    dependencies=MARKS,
    summary="Laboratory results 手工监测",
    response_class=HTMLResponse,
)
def results_page(
    page: PageOf,
    own: PlantDep,
    listed: Annotated[ResultsModel, Depends(results)],
    session: SessionDep,
    when: WhenDep,
) -> HTMLResponse:
    """What laboratories measured, and forms to enter, correct and take back."""
    kinds = KINDS if page.may("issue_orders") else [one for one in KINDS if one != "supervisory"]
    return page.show(
        "plant_results.html",
        {
            **_places(session, own, when),
            "plant": own,
            "tab": "results",
            "listed": listed,
            "manual_kinds": KINDS,
            "own_kinds": kinds,
        },
    )


@router.get(
    PATH + "/rates",
    dependencies=[require(Permission.READ_HISTORY)],
    summary="Rates 率",
    response_class=HTMLResponse,
)
def rates_page(
    page: PageOf,
    own: PlantDep,
    over: OverDep,
    session: SessionDep,
    period: Annotated[Period, Query(description="Of hours, days, months 统计周期")] = Period.DAY,
) -> HTMLResponse:
    """Uptime, removal, effectiveness, publication: over the range, and period by period."""
    asked = over.range(YEAR, RATE_DAYS.get(period, YEAR - SOON))
    wanted = Over(asked.since, asked.until, period, over.known.position)
    series = rate_series(session, own, wanted)
    return page.show(
        "plant_rates.html",
        {
            "plant": own,
            "tab": "rates",
            "series": series,
            "asked": asked,
            "period": period,
            "periods": RATE_PERIODS,
        },
    )


@router.get(
    PATH + "/export",
    dependencies=[require(Permission.EXPORT)],
    summary="Exports of a plant 企业导出",
    response_class=HTMLResponse,
)
def export_page(page: PageOf, own: PlantDep, over: OverDep) -> HTMLResponse:
    """What may be taken away of this plant, with links to the files."""
    asked = over.range(YEAR, timedelta(days=31))
    return page.show("plant_export.html", {"plant": own, "tab": "export", "asked": asked})


def _origins(page: Page) -> tuple[str, ...]:
    """Whose marks the caller may change; none where he may not enter any."""
    return ORIGINS.get(page.caller.role, ()) if page.may("enter_marks") else ()


def _places(session: Session, own: PlantRef, when: WhenDep) -> dict[str, object]:
    """What a mark or result may be about: subjects, and their points by name."""
    subjects = subjects_of(session, own.id)
    points = points_at(session, [one.id for one in subjects], when.at)
    return {
        "subjects": subjects,
        "places": [(one, named(one.code)) for one in points],
        "when": when,
    }
