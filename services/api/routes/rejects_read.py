"""What arrived and could not be used; and batches and frames by the number that readings name."""

import base64
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Final, cast

from fastapi import APIRouter, Path, Query

from services.api.access import Sight, Within, require
from services.api.asking import OverDep, PlantDep
from services.api.asof import AsOfDep
from services.api.history_answers import frame_model, masked, text_of
from services.api.looking import Look, LookDep
from services.api.models.history import FrameModel
from services.api.models.rejects import BatchModel, RejectModel
from services.api.paging import Page, Paged, PageDep
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.routes.history_told import DeviceDep
from services.store.history_rejects import (
    RejectsAsked,
    ToldBatch,
    ToldReject,
    batch_by_number,
    frame_of_batch,
    page_of_rejects,
    plants_of_devices,
)

router = APIRouter(tags=["history"])
MONTH: Final = timedelta(days=31)
DAY: Final = timedelta(days=1)
READ: Final = [require(Permission.READ_FRAMES)]
Mn = Annotated[str | None, Query(max_length=64, description="设备唯一标识 MN")]
Reasons = Annotated[
    list[str] | None, Query(max_length=50, description="Only for these reasons 拒收原因")
]
Newest = Annotated[bool, Query(description="The newest first 最新在前; else the oldest")]
BatchNumber = Annotated[
    int, Path(ge=1, lt=1 << 63, description="As readings name it in `batch` 批次号")
]
Seq = Annotated[int, Path(ge=0, lt=1 << 31, description="As readings name it in `seq` 批内序号")]


@router.get("/rejects", dependencies=READ, summary="Rejects 拒收报文")
def rejects(  # noqa: PLR0913, PLR0917 - parameters of the query
    within: Within,
    over: OverDep,
    look: LookDep,
    page: PageDep,
    mn: Mn = None,
    reason: Reasons = None,
    newest: Newest = False,  # noqa: FBT002 - a part of the query
) -> Paged[RejectModel]:
    """Frames and parts of frames that could not be used, by when they were received, with their bytes.

    Of devices of plants the caller may see; who sees everything also sees what nobody's device sent.
    At most 31 days at once. Each look is put on record in the audit log.
    """
    asked = over.range(MONTH, DAY)
    look.at("rejects.read", f"mn/{mn}" if mn else "rejects")
    wanted = RejectsAsked(asked.since, asked.until, over.known.position, within.plants())
    return _page(wanted._replace(mn=mn, reasons=reason, newest=newest), look, page)


@router.get(
    "/plants/{plant}/devices/{device}/rejects",
    dependencies=READ,
    summary="Rejects of a logger 数采仪拒收报文",
)
def device_rejects(  # noqa: PLR0913, PLR0917 - parameters of the query
    plant: PlantDep,
    device: DeviceDep,
    over: OverDep,
    look: LookDep,
    page: PageDep,
    reason: Reasons = None,
    newest: Newest = False,  # noqa: FBT002 - a part of the query
) -> Paged[RejectModel]:
    """What a logger sent and could not be used, why, and what to do; at most 31 days at once.

    Each look is put on record in the audit log.
    """
    asked = over.range(MONTH, DAY)
    look.at("rejects.read", f"device/{plant.code}/{device.code}", plant.id)
    wanted = RejectsAsked(asked.since, asked.until, over.known.position, None, device.id)
    return _page(wanted._replace(reasons=reason, newest=newest), look, page)


@router.get("/batches/{batch}", dependencies=READ, summary="A batch 接收批次")
def batch(batch: BatchNumber, within: Within, known: AsOfDep) -> BatchModel:
    """A batch in which a device speaks that the caller may see: its counts, its digest, its place."""
    found = _batch(batch, within, known.position)
    kept = found.batch
    said = kept._asdict()
    for name in ("devices", "received_ms", "outcomes", "block_bytes"):
        del said[name]
    return BatchModel.model_validate({
        **said,
        "kept_bytes": kept.block_bytes,
        "previous": kept.previous.hex(),
        "digest": kept.digest.hex(),
        "position": str(found.position),
    })  # fmt: skip


@router.get("/batches/{batch}/frames/{seq}", dependencies=READ, summary="A raw frame 一条原始报文")
def frame(
    batch: BatchNumber, seq: Seq, within: Within, known: AsOfDep, look: LookDep
) -> FrameModel:
    """The frame that a reading, event or reject names, byte for byte; the look is put on record.

    Passwords are masked but for administrators; `sha256` is of the bytes as they came.
    """
    kept = _batch(batch, within, known.position).batch
    if seq >= kept.frames:
        raise not_found()
    plants = plants_of_devices(look.session, [kept.devices[seq]])
    if not within.caller.scope.everything and not any(map(within.sees, plants)):
        raise not_found()
    look.at("frames.read", f"batch/{batch}/{seq}", plants[0] if plants else None)
    return frame_model(frame_of_batch(look.session, kept, seq), secrets=look.secrets)


def _batch(number: int, within: Sight, known: int) -> ToldBatch:
    found = batch_by_number(within.session, number)
    if found is None or found.position >= known:
        raise not_found()
    if not within.caller.scope.everything and not any(map(within.sees, found.plants)):
        raise not_found()
    return found


def _page(asked: RejectsAsked, look: Look, page: Page) -> Paged[RejectModel]:
    after = cast("tuple[datetime, int] | None", page.key(datetime, int))
    rows = page_of_rejects(look.session, asked._replace(after=after), page.asked)
    shown, following = page.split(rows, lambda row: (row.received_at, row.id))
    return Paged(
        items=[_model(row, secrets=look.secrets) for row in shown],
        next=following,
        as_of=str(asked.known),
    )


def _model(row: ToldReject, *, secrets: bool) -> RejectModel:
    shown = row.frame if secrets else masked(row.frame)
    said = row._asdict()
    del said["frame"]
    return RejectModel.model_validate({
        **said,
        # A sentence may quote what it is about.
        "detail": row.detail if secrets else masked(row.detail.encode()).decode(),
        "text": text_of(shown),
        "base64": base64.b64encode(shown).decode(),
        "sha256": sha256(row.frame).hexdigest(),
    })  # fmt: skip
