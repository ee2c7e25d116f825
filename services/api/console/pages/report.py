"""A plant's monthly report, to be read, printed, or kept as a PDF by the browser."""

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse

from schemas.registry_words import BEIJING
from services.api.access import Within, require
from services.api.asking import PlantDep
from services.api.asof import AsOfDep
from services.api.console.cases.doubted import doubt_said
from services.api.console.page import PageOf
from services.api.console.reports.month import Asked, monthly
from services.api.console.reports.outlets import Month
from services.api.console.reports.words import COUNTED, PREMIUMS, TRANSMITTED, measure_name
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem
from services.api.then import ThenDep
from services.rules.judging.quality_names import named
from services.rules.periods import local_month
from services.store.chain_checkpoints import newest_checkpoints

router = APIRouter()
FORM: Final = r"^20\d{2}-(0[1-9]|1[0-2])$"
MonthText = Annotated[
    str, Path(pattern=FORM, description="The month in Beijing 月份", examples=["2026-03"])
]


@router.get(
    "/console/reports/{plant}/{month}",
    dependencies=[require(Permission.READ_HISTORY)],
    summary="A monthly report 月报",
    response_class=HTMLResponse,
)
def report(  # noqa: PLR0913, PLR0917 - each is a dependency
    month: MonthText, page: PageOf, within: Within, plant: PlantDep, known: AsOfDep, then: ThenDep
) -> HTMLResponse:
    """All that is told of a plant's month, as known at a position; a month that runs is cut at now."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=BEIJING)
    told_at = known.time or page.now
    bounds = local_month(first, BEIJING)
    if bounds.since >= told_at:
        raise Problem(
            Kinds.BAD_RANGE,
            "该月份尚未开始：请选择已开始的月份。",
            "that month has not begun: choose one that has",
        )
    until = min(bounds.until, told_at)
    asked = Asked(
        *(within, plant, Month(plant.id, bounds, until, known.position)),
        *(known, then, page.now),
    )
    signed = newest_checkpoints(within.session, 1)
    return page.show(
        "report.html",
        {
            "plant": plant,
            "month": month,
            "asked": asked,
            "running": until < bounds.until,
            "region": within.context.registered.listed(within.session).regions.get(plant.region),
            "report": monthly(asked),
            "doubted": partial(doubt_said, lang=page.lang),
            "signed": signed[0] if signed else None,
            "before": (bounds.since - timedelta(days=1)).astimezone(BEIJING).strftime("%Y-%m"),
            "after": bounds.until.astimezone(BEIJING).strftime("%Y-%m"),
            "measured": partial(measure_name, lang=page.lang),
            "counted": COUNTED,
            "transmitted": TRANSMITTED,
            "named": named,
            "premiums": {code: pair[page.lang == "en"] for code, pair in PREMIUMS.items()},
        },
    )
