"""What devices said beside readings, their raw frames, and the marks and limits of a plant."""

from datetime import datetime, timedelta
from typing import Annotated, Final, cast

from fastapi import APIRouter, Depends, Path, Query

from schemas.marks import Review
from services.api.access import require
from services.api.asking import OverDep, PlantDep, WhenDep
from services.api.database import SessionDep
from services.api.history_answers import (
    event_model,
    frame_model,
    limit_model,
    mark_model,
    setting_model,
)
from services.api.looking import LookDep
from services.api.models.history import EventModel, FrameModel, SettingSaidModel
from services.api.models.history_law import LimitsModel, MarksModel
from services.api.paging import Paged, PageDep
from services.api.permissions import Permission
from services.api.problems import not_found
from services.rules.limit_history import limits_in_force
from services.store.history_told import (
    DeviceRef,
    Told,
    device_by_code,
    devices_of,
    read_frames,
    read_happenings,
    read_settings_said,
)
from services.store.limits import read_limits
from services.store.marks import MarkQuery, read_marks
from services.store.status_place import points_at, subjects_of
from services.store.status_then import registered_below

router = APIRouter(tags=["history"])
YEAR: Final = timedelta(days=366)
DAY: Final = timedelta(days=1)
MOST_FRAMES_DAYS: Final = timedelta(days=7)


def device_of(
    plant: PlantDep,
    device: Annotated[str, Path(max_length=100, description="The logger's code 数采仪编号")],
    session: SessionDep,
) -> DeviceRef:
    """Raises Problem."""
    found = device_by_code(session, plant.id, device)
    if found is None:
        raise not_found()
    return found


DeviceDep = Annotated[DeviceRef, Depends(device_of)]


@router.get(
    "/plants/{plant}/devices/{device}/frames",
    dependencies=[require(Permission.READ_FRAMES)],
    summary="Raw frames 原始报文",
)
def frames(
    plant: PlantDep, device: DeviceDep, over: OverDep, look: LookDep, page: PageDep
) -> Paged[FrameModel]:
    """What a logger sent, byte for byte, by the batches it arrived in; at most 7 days at once.

    `from` and `to` are when the batch began to receive. Passwords are masked but for administrators;
    `sha256` is always of the bytes as they came. Each look is put on record in the audit log.
    """
    asked = over.range(MOST_FRAMES_DAYS, timedelta(hours=1))
    look.at("frames.read", f"device/{plant.code}/{device.code}", plant.id)
    key = cast("tuple[datetime, int, int] | None", page.key(datetime, int, int))
    after, seq = (None, -1) if key is None else (key[:2], key[2])
    told = Told([device.id], asked.since, asked.until, over.known.position, after)
    rows = list(read_frames(look.session, told, page.asked, seq))
    shown, following = page.split(rows, lambda row: (row.batch_from, row.batch, row.seq))
    return Paged(
        items=[frame_model(row, secrets=look.secrets) for row in shown],
        next=following,
        as_of=over.known.below,
    )


@router.get(
    "/plants/{plant}/parameters",
    dependencies=[require(Permission.READ_HISTORY)],
    summary="What devices said of their settings 设备参数",
)
def parameters(
    plant: PlantDep, over: OverDep, look: LookDep, page: PageDep
) -> Paged[SettingSaidModel]:
    """Ranges, slopes, intervals as the plant's devices told them, by when they took effect."""
    asked = over.range(YEAR, DAY)
    key = cast("tuple[datetime, int] | None", page.key(datetime, int))
    devices = [one.id for one in devices_of(look.session, plant.id)]
    told = Told(devices, asked.since, asked.until, over.known.position, key)
    rows = read_settings_said(look.session, told, page.asked)
    shown, following = page.split(rows, lambda row: (row.effective_at, row.id))
    return Paged(
        items=[setting_model(row, secrets=look.secrets) for row in shown],
        next=following,
        as_of=over.known.below,
    )


@router.get(
    "/plants/{plant}/events",
    dependencies=[require(Permission.READ_HISTORY)],
    summary="What devices told 设备事件",
)
def events(plant: PlantDep, over: OverDep, session: SessionDep, page: PageDep) -> Paged[EventModel]:
    """Log lines, power-ons, calibrations and checks of the plant's devices, by when they happened."""
    asked = over.range(YEAR, DAY)
    key = cast("tuple[datetime, int] | None", page.key(datetime, int))
    devices = [one.id for one in devices_of(session, plant.id)]
    told = Told(devices, asked.since, asked.until, over.known.position, key)
    rows = read_happenings(session, told, page.asked)
    shown, following = page.split(rows, lambda row: (row.happened_at, row.id))
    return Paged(items=[event_model(row) for row in shown], next=following, as_of=over.known.below)


@router.get(
    "/plants/{plant}/marks",
    dependencies=[require(Permission.READ_MARKS)],
    summary="Marks 标记",
)
def marks(
    plant: PlantDep,
    over: OverDep,
    session: SessionDep,
    review: Annotated[Review | None, Query(description="Only those of this review 审核")] = None,
) -> MarksModel:
    """The believed marks of the plant's outlets, units and facilities that meet the range.

    None that was withdrawn. `effect` is what the kind may do; whether it did is for verdicts to say.
    """
    asked = over.range(YEAR, 31 * DAY)
    subjects = {one.id: one.code for one in subjects_of(session, plant.id)}
    points = points_at(session, list(subjects), asked.until)
    names = {one.id: f"{one.side}/{one.code}" for one in points}
    known = over.known
    query = MarkQuery(list(subjects), asked.since, asked.until, known.position, review)
    return MarksModel(
        since=asked.since,
        until=asked.until,
        as_of=known.below,
        items=[mark_model(one, subjects, names) for one in read_marks(session, query)],
    )


@router.get(
    "/plants/{plant}/limits",
    dependencies=[require(Permission.READ_LIMITS)],
    summary="Limits 限值",
)
def limits(
    plant: PlantDep,
    when: WhenDep,
    session: SessionDep,
    history: Annotated[  # noqa: FBT002 - a parameter of the query
        bool, Query(description="All beliefs ever recorded 全部历史版本, not what binds at `at`")
    ] = False,
) -> LimitsModel:
    """The limits that bind the plant's points at a moment, as known at a position; or their history."""
    known = when.known
    then = registered_below(session, known.position if known.given else None)
    subjects = {one.id: one.code for one in subjects_of(session, plant.id, then)}
    points = points_at(session, list(subjects), when.at, then)
    names = {one.id: f"{subjects[one.subject]}/{one.side}/{one.code}" for one in points}
    versions = read_limits(session, list(names), when.known.position)
    if not history:
        versions = [one for point in names for one in limits_in_force(versions, point, when.at)]
    return LimitsModel(as_of=when.known.below, items=[limit_model(one, names) for one in versions])
