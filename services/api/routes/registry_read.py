"""What is registered: plants, what stands in them, their points and devices."""
# ruff: noqa: FAST003 - the parts of the paths are taken by the dependencies of asking.py

from typing import Annotated, cast

from fastapi import APIRouter, Query

from services.api.access import Within, require
from services.api.asking import PlantDep
from services.api.context import Now
from services.api.database import SessionDep
from services.api.models.registry_read import (
    DeviceModel,
    PlantDetailModel,
    PlantModel,
    RegisteredPointModel,
    SubjectModel,
)
from services.api.paging import Paged, PageDep
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.then import ThenDep
from services.rules.judging.quality_names import named
from services.store.history_registry import RegisteredThen
from services.store.status_place import PlacePoint, points_at
from services.store.status_registry import (
    ListedPlant,
    RegisteredDevice,
    RegisteredSubject,
    list_plants,
    registered_devices,
    registered_subjects,
)

router = APIRouter(tags=["registry"])


@router.get("/plants", dependencies=[require(Permission.READ_REGISTRY)], summary="Plants 企业列表")
def plants(
    within: Within,
    page: PageDep,
    region: Annotated[
        str | None, Query(max_length=6, description="GB/T 2260, with all below")
    ] = None,
    q: Annotated[
        str | None, Query(min_length=1, max_length=100, description="Part of the name or code")
    ] = None,
) -> Paged[PlantModel]:
    """The plants the caller may see, by code."""
    after = cast("tuple[str] | None", page.key(str))
    rows = list_plants(
        *(within.session, within.plants_in(region), page.asked),
        None if after is None else after[0],
        q,
    )
    shown, following = page.split(rows, lambda row: (row.code,))
    return Paged(items=[PlantModel.model_validate(row._asdict()) for row in shown], next=following)


@router.get(
    "/plants/{plant}",
    dependencies=[require(Permission.READ_REGISTRY)],
    summary="A plant 企业档案",
)
def plant_registered(
    own: PlantDep, session: SessionDep, now: Now, then: ThenDep
) -> PlantDetailModel:
    """A plant with its outlets, units, facilities, points and loggers, as registered now or `as_of`.

    A plant that had not been registered is not found; when loggers were heard is told of now alone.
    """
    if then is not None:
        was = RegisteredThen(session, own.id, then.position, then.time or now)
        registered = was.plant()
        if registered is None:
            raise not_found()
        return _detail(registered, was.subjects(), was.points(), was.devices())
    listed = list_plants(session, [own.id], 1)
    if not listed:
        raise not_found()
    subjects = registered_subjects(session, own.id)
    points = points_at(session, [one.id for one in subjects], now)
    return _detail(listed[0], subjects, points, registered_devices(session, own.id, now))


def _detail(
    plant: ListedPlant,
    subjects: list[RegisteredSubject],
    points: list[PlacePoint],
    devices: list[RegisteredDevice],
) -> PlantDetailModel:
    of_subject: dict[int, list[PlacePoint]] = {}
    for point in points:
        of_subject.setdefault(point.subject, []).append(point)
    return PlantDetailModel(
        **PlantModel.model_validate(plant._asdict()).model_dump(),
        subjects=[_subject(one, of_subject.get(one.id, [])) for one in subjects],
        loggers=[DeviceModel.model_validate(one._asdict()) for one in devices],
    )


def _subject(one: RegisteredSubject, points: list[PlacePoint]) -> SubjectModel:
    shown = [
        RegisteredPointModel(
            side=point.side,
            code=point.code,
            zh=named(point.code).zh,
            en=named(point.code).en,
            unit=point.unit,
        )
        for point in points
    ]
    return SubjectModel.model_validate({**one._asdict(), "points": shown})
