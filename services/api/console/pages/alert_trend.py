"""The small pictures beside cases: the hours around each, and the limit they are held against."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import HTMLResponse

from services.api.access import Within, require
from services.api.alert_answers import alert_model
from services.api.console.cases.figures import Against, against_of, point_of
from services.api.console.charts.spark import Spark, spark_of
from services.api.console.page import PageOf
from services.api.models.alerts_read import AlertModel
from services.api.permissions import Permission
from services.rules.exact import text
from services.store.alert_lists import AlertQuery
from services.store.history_alerts import page_of_alerts
from services.store.places import MOST_NUMBER
from services.store.trend_means import Hours, reference_oxygens, trend_means

router = APIRouter()
HOUR: Final = timedelta(hours=1)
BEFORE: Final = 12
MOST: Final = 36
MOST_CASES: Final = 100
Number = Annotated[int, Field(ge=1, le=MOST_NUMBER)]


class Trend(NamedTuple):
    """The picture of a case; `known`: the means that it shows, None: there are none, and no picture."""

    case: int
    spark: Spark | None
    known: Sequence[float]
    hours: int
    bound: Against | None


@router.get(
    "/console/alerts/trends",
    dependencies=[require(Permission.READ_ALERTS)],
    summary="The hours around each of several cases 趋势",
    response_class=HTMLResponse,
)
def trends_part(
    page: PageOf,
    within: Within,
    alert: Annotated[list[Number], Query(min_length=1, max_length=MOST_CASES)],
) -> HTMLResponse:
    """Of each half a day before it began, and on to its end.

    Nothing of what has no measured point, nor of what is not the caller's to see.
    """
    session = within.session
    listed = page_of_alerts(session, AlertQuery(ids=alert), within.plants(), len(alert))
    cases = [alert_model(one, None) for one in listed]
    bounds = {one.id: next(iter(against_of(one)), None) for one in cases}
    versions = [one.version for one in bounds.values() if one is not None and one.version]
    references = reference_oxygens(session, versions)
    asked = {
        one.id: stretch
        for one in cases
        if (stretch := _stretch(one, page.now, _reference(references, bounds[one.id])))
    }
    found = zip(asked.items(), trend_means(session, list(asked.values())), strict=True)
    trends = [_trend(case, hours, means, bounds[case]) for (case, hours), means in found]
    answer = page.show("alert_trends.html", {"trends": trends})
    answer.headers["Cache-Control"] = "private, max-age=120"
    return answer


def stretch_of(case: AlertModel, now: datetime) -> tuple[datetime, int]:
    """From which hour on, and how many: no more than a small picture holds."""
    begun = case.since.replace(minute=0, second=0, microsecond=0)
    first = begun - BEFORE * HOUR
    end = min(case.until or now, now)
    wanted = int((end - first) / HOUR) + 2
    return first, max(BEFORE + 1, min(wanted, MOST))


def _stretch(case: AlertModel, now: datetime, reference: str | None) -> Hours | None:
    point = point_of(case)
    if point is None:
        return None
    first, hours = stretch_of(case, now)
    return Hours(point, first, first + hours * HOUR, reference)


def _trend(
    case: int, asked: Hours, means: Mapping[datetime, float], bound: Against | None
) -> Trend:
    hours = int((asked.until - asked.since) / HOUR)
    series = [means.get(asked.since + step * HOUR) for step in range(hours)]
    bounds = (None, None) if bound is None else (bound.high, bound.low)
    known = [one for one in series if one is not None]
    return Trend(case, spark_of(series, *bounds), known, hours, bound)


def _reference(references: Mapping[int, Decimal], bound: Against | None) -> str | None:
    """To which oxygen the numbers are converted that the limit is held against; None: as measured."""
    if bound is None or bound.version is None or bound.version not in references:
        return None
    return text(references[bound.version])
