"""The fleet: which loggers are silent, late or rejecting, with what became of every frame."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse

from schemas.judgement import Period
from schemas.registry_words import BEIJING
from services.api.access import Sight, Within, require
from services.api.asking import PlantDep
from services.api.asof import AsOfDep
from services.api.console.fleet_seen import HEALTHS, Seen, Sum, Watch, seen, summed, worst_first
from services.api.console.page import PageOf
from services.api.console.reject_words import REJECTS
from services.api.context import SettingsDep
from services.api.models.history import FrameModel
from services.api.models.rejects import RejectModel
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.routes.history_told import DeviceDep
from services.api.routes.history_told import frames as device_frames
from services.api.routes.rejects_read import device_rejects
from services.rules.periods import local_month
from services.store.accounting import (
    DeviceAccount,
    device_accounts,
    one_snapshot,
    unknown_accounts,
)
from services.store.fleet_devices import fleet_devices
from services.store.fleet_hours import device_hours, reject_reasons
from services.store.status_rates import Over, rank_plants

router = APIRouter()
READ: Final = [require(Permission.READ_STATUS)]
FRAMES: Final = [require(Permission.READ_FRAMES)]
DEVICE: Final = "/console/fleet/{plant}/{device}"
EVERY: Final = 100_000
MOST_SHOWN: Final = 300
HOURS: Final = (1, 6, 24, 72)
DAYS_OF_HOURS: Final = 48
Hours = Annotated[int, Query(ge=1, le=72, description="Of the last … hours 最近小时数")]
Show = Annotated[
    Literal["silent", "late", "rejecting", "clock"] | None,
    Query(description="Only loggers of which this holds 筛选"),
]


@router.get(
    "/console/fleet", dependencies=READ, summary="Devices 设备", response_class=HTMLResponse
)
def fleet(  # noqa: PLR0913, PLR0917 - each is a dependency or a parameter of the query
    page: PageOf,
    within: Within,
    known: AsOfDep,
    settings: SettingsDep,
    show: Show = None,
    hours: Hours = 1,
    plant: Annotated[str | None, Query(max_length=100, description="企业编码")] = None,
) -> HTMLResponse:
    """Every logger the caller may see, the worst first; strangers for who sees everything."""
    plants = within.plants() if plant is None else [within.plant(plant).id]
    watch = _watch(page.now, hours, settings.transmission_grace_minute_s)
    found, strangers = _seen(within, plants, watch)
    chosen = [one for one in found if show is None or show in one.healths]
    with one_snapshot(within.session):
        reasons = reject_reasons(within.session, plants, watch.since, page.now)
        month = local_month(page.now, BEIJING)
        over = Over(month.since, page.now, Period.MONTH, known.position)
        rates = rank_plants(within.session, plants, "effectiveness", over, EVERY)
    return page.show(
        "fleet.html",
        {
            "fleet": chosen[:MOST_SHOWN],
            "chosen": len(chosen),
            "counts": {name: sum(name in one.healths for one in found) for name in HEALTHS},
            "every": len(found),
            "total": summed(one.account for one in found),
            "strangers": strangers if plant is None else [],
            "reasons": reasons,
            "rates": {one.code: float(one.numerator / one.denominator) for one in rates},
            "month": month.since.astimezone(BEIJING).strftime("%Y-%m"),
            "healths": HEALTHS,
            "taught": REJECTS,
            "show": show,
            "hours": hours,
            "choices": HOURS,
            "plant": plant,
            "since": watch.since,
        },
    )


@router.get(DEVICE, dependencies=READ, summary="A device 设备", response_class=HTMLResponse)
def device(
    page: PageOf, within: Within, plant: PlantDep, device: DeviceDep, settings: SettingsDep
) -> HTMLResponse:
    """Its account of frames hour by hour over two days, and why frames were rejected."""
    watch = _watch(page.now, DAYS_OF_HOURS, settings.transmission_grace_minute_s)
    with one_snapshot(within.session):
        [one] = fleet_devices(within.session, [plant.id], page.now, device.id)
        by_hour = device_hours(within.session, device.id, watch.since, page.now)
        reasons = reject_reasons(
            within.session, [plant.id], watch.since, page.now, device=device.id
        )
    counted = [Sum(*row[1:]) for row in by_hour]
    account = summed(counted)
    own = DeviceAccount(
        *(one.mn or "", one.plant, one.code, one.heard_at, one.data_at, one.received_at),
        *account,
    )
    return page.show(
        "fleet_device.html",
        {
            "one": seen(one, [own], watch),
            "by_hour": [(row.hour, each) for row, each in zip(by_hour, counted, strict=True)],
            "reasons": reasons,
            "taught": REJECTS,
            "healths": HEALTHS,
            "hours": DAYS_OF_HOURS,
            "tab": "hours",
        },
    )


@router.get(
    f"{DEVICE}/frames",
    dependencies=FRAMES,
    summary="A device's frames 原始报文",
    response_class=HTMLResponse,
)
def frames(
    page: PageOf,
    plant: PlantDep,
    device: DeviceDep,
    found: Annotated[Paged[FrameModel], Depends(device_frames)],
) -> HTMLResponse:
    """What it sent, byte for byte; the look is put on record."""
    return page.show(
        "fleet_frames.html", {"plant": plant, "device": device, "found": found, "tab": "frames"}
    )


@router.get(
    f"{DEVICE}/rejects",
    dependencies=FRAMES,
    summary="A device's rejects 拒收报文",
    response_class=HTMLResponse,
)
def rejects(
    page: PageOf,
    plant: PlantDep,
    device: DeviceDep,
    found: Annotated[Paged[RejectModel], Depends(device_rejects)],
) -> HTMLResponse:
    """What could not be used, why, and what to do; the look is put on record."""
    return page.show(
        "fleet_rejects.html",
        {"plant": plant, "device": device, "found": found, "taught": REJECTS, "tab": "rejects"},
    )


def _watch(now: datetime, hours: int, grace_s: int) -> Watch:
    return Watch(now, now - timedelta(hours=hours), timedelta(seconds=grace_s))


def _seen(
    within: Sight, plants: list[int] | None, watch: Watch
) -> tuple[list[Seen], list[DeviceAccount]]:
    """The loggers of these plants, and, where everything is seen, who is registered nowhere."""
    session = within.session
    with one_snapshot(session):
        devices = fleet_devices(session, plants, watch.now)
        accounts = device_accounts(session, watch.since, watch.now)
        strangers = (
            unknown_accounts(session, watch.since, watch.now)
            if within.caller.scope.everything
            else []
        )
    own: dict[tuple[str, str], list[DeviceAccount]] = {}
    for account in accounts:
        own.setdefault((account.plant, account.device), []).append(account)
    found = [seen(one, own.get((one.plant, one.code), []), watch) for one in devices]
    return worst_first(found), strangers
