"""How far facilities ran with production, removed, and how completely was sent: period by period."""

from datetime import datetime, timedelta
from typing import Annotated, Final, cast

from fastapi import APIRouter, Query

from schemas.judgement import Period
from services.api.access import require
from services.api.asking import OverDep, PlantDep
from services.api.database import SessionDep
from services.api.models.rates_read import PeriodRateModel, PeriodRatesModel
from services.api.paging import PageDep
from services.api.permissions import Permission
from services.api.problems import not_found
from services.store.history_rates import RateLine, RatesAsked, page_of_rates
from services.store.status_place import subjects_of

router = APIRouter(tags=["history"])
YEAR: Final = timedelta(days=366)
LONGEST: Final = {Period.FIVE_MINUTE: timedelta(days=31), Period.HOUR: timedelta(days=92)}
MONTH: Final = timedelta(days=31)


@router.get(
    "/plants/{plant}/rates",
    dependencies=[require(Permission.READ_HISTORY)],
    summary="Rates by period 运行率、同步率、去除率、有效率",
)
def rates(  # noqa: PLR0913, PLR0917 - parameters of the query
    plant: PlantDep,
    over: OverDep,
    session: SessionDep,
    page: PageDep,
    period: Annotated[Period, Query(description="Of hours, days, months 统计周期")] = Period.DAY,
    measure: Annotated[
        list[str] | None, Query(max_length=50, description="Only these 指标, like synchronous")
    ] = None,
    subject: Annotated[
        str | None, Query(max_length=100, description="Of this outlet, unit or facility alone 编号")
    ] = None,
) -> PeriodRatesModel:
    """The believed rates of a plant's outlets, units and facilities, each with what it rests on.

    At most a year of days at once, 92 days of hours. Sums over any range are told by the status.
    """
    asked = over.range(LONGEST.get(period, YEAR), MONTH)
    after = cast("tuple[datetime, int] | None", page.key(datetime, int))
    places = [
        one.id for one in subjects_of(session, plant.id) if subject is None or one.code == subject
    ]
    if subject is not None and not places:
        raise not_found()
    wanted = RatesAsked(
        *(places, period, asked.since, asked.until, over.known.position, measure, after)
    )
    rows = page_of_rates(session, wanted, page.asked)
    shown, following = page.split(rows, lambda row: (row.start, row.id))
    return PeriodRatesModel(
        plant=plant.code,
        period=period,
        since=asked.since,
        until=asked.until,
        as_of=over.known.below,
        items=[_model(row) for row in shown],
        next=following,
    )


def _model(row: RateLine) -> PeriodRateModel:
    value = row.numerator / row.denominator if row.denominator else None
    return PeriodRateModel.model_validate({**row._asdict(), "value": value})
