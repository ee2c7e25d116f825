"""The small picture beside a case: the hours around it, and the limit they are held against."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response
from starlette.responses import HTMLResponse

from schemas.judgement import MeanRow
from services.api.access import Within, require
from services.api.console.cases.figures import Against, against_of, point_of
from services.api.console.charts.spark import spark_of
from services.api.console.page import PageOf
from services.api.models.alerts_read import AlertModel
from services.api.permissions import Permission
from services.api.routes.alerts_read import alert_now
from services.rules.exact import text
from services.store.beliefs import Stretch, read_means
from services.store.evidence_verdict import limit_version
from services.store.session import Session

router = APIRouter()
HOUR: Final = timedelta(hours=1)
BEFORE: Final = 12
MOST: Final = 36


@router.get(
    "/console/alerts/{alert}/trend",
    dependencies=[require(Permission.READ_ALERTS)],
    summary="The hours around a case 趋势",
    response_class=HTMLResponse,
)
def trend_part(
    page: PageOf, within: Within, case: Annotated[AlertModel, Depends(alert_now)]
) -> Response:
    """Half a day before it began, and on to its end; nothing for what has no measured point."""
    point = point_of(case)
    if point is None:
        return Response(status_code=204)
    first, hours = stretch_of(case, page.now)
    bound = next(iter(against_of(case)), None)
    rows = read_means(within.session, Stretch([point], first, first + hours * HOUR))
    numbers = _numbers([one.row for one in rows], _reference(within.session, bound))
    series = [numbers.get(first + step * HOUR) for step in range(hours)]
    bounds = (None, None) if bound is None else (bound.high, bound.low)
    answer = page.show(
        "alert_trend.html",
        {
            "spark": spark_of(series, *bounds),
            "known": [one for one in series if one is not None],
            "hours": hours,
            "bound": bound,
        },
    )
    answer.headers["Cache-Control"] = "private, max-age=120"
    return answer


def stretch_of(case: AlertModel, now: datetime) -> tuple[datetime, int]:
    """From which hour on, and how many: no more than a small picture holds."""
    begun = case.since.replace(minute=0, second=0, microsecond=0)
    first = begun - BEFORE * HOUR
    end = min(case.until or now, now)
    wanted = int((end - first) / HOUR) + 2
    return first, max(BEFORE + 1, min(wanted, MOST))


def _numbers(rows: list[MeanRow], reference: str | None) -> dict[datetime, float]:
    found: dict[datetime, float] = {}
    for row in rows:
        number = row.value if reference is None else row.converted.get(reference)
        if row.valid and number is not None:
            found[row.start] = float(number)
    return found


def _reference(session: Session, bound: Against | None) -> str | None:
    """To which oxygen the numbers are converted that the limit is held against; None: as measured."""
    if bound is None or bound.version is None:
        return None
    known = limit_version(session, bound.version)
    if known is None or known.bound is None or known.bound.reference_oxygen is None:
        return None
    return text(known.bound.reference_oxygen)
