"""One mark, limit, laboratory result or finding with all that was ever believed of it; and lists."""

from datetime import datetime, timedelta
from typing import Annotated, Final, cast

from fastapi import APIRouter, Query, Response

from schemas.manual import ManualKind
from services.api.access import Sight, Within, require
from services.api.asking import OverDep, PlantDep
from services.api.asof import AsOfDep
from services.api.database import SessionDep
from services.api.etags import etag
from services.api.history_answers import limit_model, mark_model
from services.api.models.beliefs import (
    FindingsModel,
    FindingVersionModel,
    FindingVersionsModel,
    LimitVersionsModel,
    MarkVersionModel,
    MarkVersionsModel,
    PlacedResult,
    ResultsModel,
    ResultVersionsModel,
)
from services.api.models.results_work import result_now
from services.api.paging import PageDep
from services.api.permissions import Permission
from services.api.problems import not_found
from services.store.history_versions import (
    FindingsAsked,
    finding_versions,
    mark_versions,
    page_of_findings,
)
from services.store.limits import limit_history, newest_limit
from services.store.manual_results import ResultQuery, read_results, result_versions
from services.store.places import Case, PlantRef, plant_by_id
from services.store.session import Session
from services.store.status_place import points_at, subjects_of

router = APIRouter(tags=["history"])
YEAR: Final = timedelta(days=366)
MONTH: Final = timedelta(days=31)
MOST_KEY: Final = 1 << 31


@router.get("/marks/{mark}", dependencies=[require(Permission.READ_MARKS)], summary="A mark 标记")
def mark(mark: int, within: Within, known: AsOfDep, now: Response) -> MarkVersionsModel:
    """A mark with every version; the ETag is that of the last one."""
    plant = _plant("mark", mark, within)
    found = mark_versions(within.session, mark, known.position)
    if not found:
        raise not_found()
    subjects, points = _names(within.session, plant, found[-1].recorded_at)
    sides = {key: name.partition("/")[2] for key, name in points.items()}
    now.headers["ETag"] = etag(found[-1].mark.version)
    return MarkVersionsModel(
        id=mark,
        plant=plant.code,
        as_of=known.below,
        versions=[
            MarkVersionModel(
                **dict(mark_model(one.mark, subjects, sides)),
                withdrawn=one.withdrawn,
                recorded_at=one.recorded_at,
            )
            for one in found
        ],
    )


@router.get(
    "/limits/{limit}", dependencies=[require(Permission.READ_LIMITS)], summary="A limit 限值"
)
def limit(limit: int, within: Within, known: AsOfDep, now: Response) -> LimitVersionsModel:
    """A limit with every version in the order of recording; the ETag is that of the last one."""
    placed = newest_limit(within.session, limit) if 0 < limit < MOST_KEY else None
    plant = None if placed is None else plant_by_id(within.session, placed.plant)
    if plant is None or not within.sees(plant.id):
        raise not_found()
    found = limit_history(within.session, limit, known.position)
    if not found:
        raise not_found()
    _, points = _names(within.session, plant, found[-1].recorded_at)
    now.headers["ETag"] = etag(found[-1].version)
    return LimitVersionsModel(
        limit=limit,
        plant=plant.code,
        as_of=known.below,
        versions=[limit_model(one, points) for one in found],
    )


@router.get(
    "/results/{result}",
    dependencies=[require(Permission.READ_MARKS)],
    summary="A laboratory result 手工监测结果",
)
def result(result: int, within: Within, known: AsOfDep, now: Response) -> ResultVersionsModel:
    """A result with every version; the ETag is that of the last one."""
    plant = _plant("result", result, within)
    found = result_versions(within.session, result, known.position)
    if not found:
        raise not_found()
    _, points = _names(within.session, plant, found[-1].recorded_at)
    now.headers["ETag"] = etag(found[-1].version)
    return ResultVersionsModel(
        result=result,
        plant=plant.code,
        point=points.get(found[-1].point, ""),
        as_of=known.below,
        versions=[result_now(one, plant.code) for one in found],
    )


@router.get(
    "/plants/{plant}/results",
    dependencies=[require(Permission.READ_MARKS)],
    summary="Laboratory results 手工监测结果列表",
)
def results(
    plant: PlantDep,
    over: OverDep,
    session: SessionDep,
    kind: Annotated[
        ManualKind | None, Query(description="自行监测、监督性监测、比对、故障期间手工监测")
    ] = None,
) -> ResultsModel:
    """The believed results sampled within a range, none withdrawn; at most a year at once."""
    asked = over.range(YEAR, MONTH)
    _, points = _names(session, plant, asked.until)
    query = ResultQuery(list(points), asked.since, asked.until, kind, over.known.position)
    return ResultsModel(
        plant=plant.code,
        since=asked.since,
        until=asked.until,
        as_of=over.known.below,
        items=[
            PlacedResult(**dict(result_now(one, plant.code)), place=points[one.point])
            for one in read_results(session, query)
        ],
    )


@router.get(
    "/findings/{finding}",
    dependencies=[require(Permission.READ_HISTORY)],
    summary="A finding 判定发现",
)
def finding(finding: int, within: Within, known: AsOfDep) -> FindingVersionsModel:
    """What a rule held to be wrong, with all that was believed of it; `evidence` has its numbers."""
    plant = _plant("finding", finding, within)
    found = finding_versions(within.session, finding, known.position)
    if not found:
        raise not_found()
    return FindingVersionsModel(
        id=finding,
        plant=plant.code,
        as_of=known.below,
        versions=[FindingVersionModel.model_validate(one._asdict()) for one in found],
    )


@router.get(
    "/plants/{plant}/findings",
    dependencies=[require(Permission.READ_HISTORY)],
    summary="What rules found 判定发现列表",
)
def findings(  # noqa: PLR0913, PLR0917 - parameters of the query
    plant: PlantDep,
    over: OverDep,
    session: SessionDep,
    page: PageDep,
    rule: Annotated[list[str] | None, Query(max_length=50, description="Only these 规则")] = None,
    fallen: Annotated[  # noqa: FBT002 - a parameter of the query
        bool, Query(description="Also what was not found again 含不再成立的")
    ] = False,
) -> FindingsModel:
    """What rules held to be wrong at the plant's outlets, units and facilities, by its beginning.

    What touches the range; at most a year at once.
    """
    asked = over.range(YEAR, MONTH)
    after = cast("tuple[datetime, int] | None", page.key(datetime, int))
    subjects = [one.id for one in subjects_of(session, plant.id)]
    wanted = FindingsAsked(
        *(subjects, asked.since, asked.until, over.known.position, rule, fallen, after)
    )
    rows = page_of_findings(session, wanted, page.asked)
    shown, following = page.split(rows, lambda one: (one.since, one.id))
    return FindingsModel(
        plant=plant.code,
        since=asked.since,
        until=asked.until,
        as_of=over.known.below,
        items=[FindingVersionModel.model_validate(one._asdict()) for one in shown],
        next=following,
    )


def _plant(kind: Case, number: int, within: Sight) -> PlantRef:
    if kind != "finding" and not 0 < number < MOST_KEY:
        raise not_found()
    found = within.case(kind, number)
    if found is None:
        raise not_found()
    return found


def _names(
    session: Session, plant: PlantRef, at: datetime
) -> tuple[dict[int, str], dict[int, str]]:
    """The plant's subjects by id, and its points as SUBJECT/SIDE/CODE."""
    subjects = {one.id: one.code for one in subjects_of(session, plant.id)}
    points = points_at(session, list(subjects), at)
    return subjects, {one.id: f"{subjects[one.subject]}/{one.side}/{one.code}" for one in points}
