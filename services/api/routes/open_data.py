"""What the public is shown 信息公开, where the setting switches it on: read only, and of no person."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, Depends, Query, Response

from services.api.access import require
from services.api.asking import PlantCode
from services.api.context import Now
from services.api.database import SessionDep
from services.api.models.open_data import (
    OpenExceedanceModel,
    OpenHourModel,
    OpenHoursModel,
    OpenLimitModel,
    OpenPlantModel,
    OpenPlantsModel,
)
from services.api.open_part import OPEN_PART
from services.api.paging import Paged, PageDep
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.ranges import WishDep
from services.rules.open_data_parameters import OpenDataParameters
from services.rules.settings_catalogue import Place, class_name, setting_at
from services.store.as_known import closed_position
from services.store.open_data import (
    Exceedances,
    NewestHour,
    OpenPlant,
    exceedances,
    newest_hours,
    open_plants,
    settings_named,
)

DAY: Final = timedelta(days=1)
RECENT: Final = 2 * DAY
LONGEST: Final = 92 * DAY
FRESH_S: Final = 60
"""So long an answer may be kept and shown to others."""
NAME: Final = f"{class_name(OpenDataParameters)}.published"
router = APIRouter(tags=["open data 公开"])
OPEN: Final = [require(Permission.OPEN_DATA), OPEN_PART]


def published_of(session: SessionDep, now: Now) -> list[OpenPlant]:
    """The plants of which a bureau said that they publish."""
    settings = settings_named(session, NAME, closed_position(session))
    default = OpenDataParameters().published

    def published(plant: OpenPlant) -> bool:
        found = setting_at(settings, NAME, Place(plant.region, plant.code), now)
        return default if found is None else found.value is True

    return list(filter(published, open_plants(session)))


Published = Annotated[list[OpenPlant], Depends(published_of)]


def cached(response: Response) -> None:
    """Say that whoever stands between may keep the answer for a while."""
    response.headers["Cache-Control"] = f"public, max-age={FRESH_S}"


CACHED: Final = Depends(cached)


@router.get("/open/plants", dependencies=[*OPEN, CACHED], summary="Who publishes 公开企业名单")
def plants(published: Published) -> OpenPlantsModel:
    """The plants whose data are public."""
    return OpenPlantsModel(items=[_plant(one) for one in published])


@router.get(
    "/open/plants/{plant}/hours",
    dependencies=[*OPEN, CACHED],
    summary="The newest hours of a plant 最新小时均值与判定",
)
def hours(plant: PlantCode, published: Published, session: SessionDep, now: Now) -> OpenHoursModel:
    """Of each pollutant at each outlet the newest hourly mean, and what it is against its limits."""
    found = next((one for one in published if one.code == plant), None)
    if found is None:
        raise not_found()
    below = closed_position(session)
    rows = newest_hours(session, [found.id], (now - RECENT, now), below)
    items = [
        _hour(list(some)) for _, some in groupby(rows, key=lambda row: (row.subject, row.code))
    ]
    return OpenHoursModel(plant=_plant(found), as_of=str(below), items=items)


@router.get(
    "/open/exceedances",
    dependencies=[*OPEN, CACHED],
    summary="What was over its limit 超标记录",
)
def over_limits(  # noqa: PLR0913, PLR0917 - parameters of the query
    published: Published,
    session: SessionDep,
    now: Now,
    wish: WishDep,
    page: PageDep,
    period: Annotated[Literal["hour", "day"], Query(description="小时或日")] = "hour",
    plant: Annotated[str | None, Query(max_length=100, description="A plant's code 企业")] = None,
) -> Paged[OpenExceedanceModel]:
    """Hours or days over their limit, of all who publish, the latest first; at once at most 92 days."""
    asked = wish.range(now, LONGEST, 7 * DAY)
    below = closed_position(session)
    ids = [one.id for one in published if plant in {None, one.code}]
    after = cast("tuple[datetime, int, int] | None", page.key(datetime, int, int))
    wanted = Exceedances(ids, period, asked.since, asked.until, below, after)
    rows = exceedances(session, wanted, page.asked)
    shown, following = page.split(rows, lambda row: (row.start, row.point, row.limit))
    items = [
        OpenExceedanceModel.model_validate(
            {**row._asdict(), "outlet": row.subject, "outlet_name": row.subject_name}
        )
        for row in shown
    ]
    return Paged(items=items, next=following, as_of=str(below))


def _plant(plant: OpenPlant) -> OpenPlantModel:
    return OpenPlantModel(code=plant.code, name=plant.zh, name_en=plant.en, region=plant.region)


def _hour(rows: list[NewestHour]) -> OpenHourModel:
    one = rows[0]
    limits = [
        OpenLimitModel.model_validate({**row._asdict(), "unit": row.limit_unit})
        for row in rows
        if row.outcome is not None
    ]
    return OpenHourModel.model_validate(
        {
            **one._asdict(),
            "outlet": one.subject,
            "outlet_name": one.subject_name,
            "limits": limits,
        }
    )
