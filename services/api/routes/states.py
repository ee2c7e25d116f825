"""When the units and facilities of a plant ran, stood, or said nothing."""

from datetime import datetime, timedelta
from typing import Annotated, Final, cast

from fastapi import APIRouter, Query

from schemas.facility import Running, StateRow, StateSource
from services.api.access import require
from services.api.asking import OverDep, PlantDep
from services.api.database import SessionDep
from services.api.models.states import StateModel, StatesModel
from services.api.paging import PageDep
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.states_found import states_of
from services.store.accounting import one_snapshot
from services.store.history_known import known_below
from services.store.status_place import PlantSubject, subjects_of

router = APIRouter(tags=["history"])
LONGEST: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
WORDS: Final = {
    Running.RUNNING: ("运行", "running"),
    Running.OFF: ("停运", "off"),
    Running.UNKNOWN: ("未知", "unknown"),
}
BYPASS_WORDS: Final = {
    Running.RUNNING: ("开启", "open"),
    Running.OFF: ("关闭", "shut"),
    Running.UNKNOWN: ("未知", "unknown"),
}


@router.get(
    "/plants/{plant}/states",
    dependencies=[require(Permission.READ_HISTORY)],
    summary="When units and facilities ran 工况与治理设施状态",
)
def states(  # noqa: PLR0913, PLR0917 - parameters of the query
    plant: PlantDep,
    over: OverDep,
    session: SessionDep,
    page: PageDep,
    subject: Annotated[
        str | None, Query(max_length=100, description="Of this unit, facility or bypass alone 编号")
    ] = None,
    source: Annotated[
        StateSource | None, Query(description="上报 reported, 推断 derived, 人工 manual")
    ] = None,
    running: Annotated[Running | None, Query(description="运行、停运、未知")] = None,
) -> StatesModel:
    """Intervals in which each unit, facility and bypass of a plant ran, stood, or nobody knows.

    As judging believes them: an accepted mark of standstill, else the device's report (CN 2021), else
    what signals say by the rule of the subject (of plants with a facility group). At most 7 days at
    once; the reports themselves are readings of series `state`.
    """
    asked = over.range(LONGEST, DAY)
    after = cast("tuple[datetime, int] | None", page.key(datetime, int))
    with one_snapshot(session):
        places = {one.id: one for one in subjects_of(session, plant.id)}
        if subject is not None and subject not in {one.code for one in places.values()}:
            raise not_found()
        known = known_below(session, over.known.position)
        rows = states_of(session, plant.id, asked, over.known.time or over.now, known)
    chosen = [
        row
        for row in rows
        if (subject is None or places[row.subject].code == subject)
        and (source is None or row.source == source)
        and (running is None or row.running is running)
        and (after is None or (row.since, row.subject) > after)
    ]
    shown, following = page.split(chosen, lambda row: (row.since, row.subject))
    return StatesModel(
        plant=plant.code,
        since=asked.since,
        until=asked.until,
        as_of=over.known.below,
        items=[_model(row, places[row.subject]) for row in shown],
        next=following,
    )


def _model(row: StateRow, place: PlantSubject) -> StateModel:
    zh, en = (BYPASS_WORDS if place.kind == "outlet" else WORDS)[row.running]
    said = row._asdict()
    del said["subject"]
    return StateModel.model_validate(
        {**said, "subject": place.code, "kind": place.kind, "name": place.name, "zh": zh, "en": en}
    )
