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
from services.api.console.fleet.reject_words import REJECTS
from services.api.console.fleet.rules import rules_of
from services.api.console.fleet.seen import HEALTHS, Seen, Sum, seen, summed, worst_first
from services.api.console.page import PageOf
from services.api.models.history import FrameModel
from services.api.models.rejects import RejectModel
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.routes.history_told import DeviceDep
from services.api.routes.history_told import frames as device_frames
from services.api.routes.rejects_read import device_rejects
from services.rules.judging.shelf import Shelf
from services.rules.periods import local_month
from services.store.accounting import (
    DeviceAccount,
    device_accounts,
    one_snapshot,
    unknown_accounts,
)
from services.store.fleet_devices import fleet_devices
from services.store.fleet_hours import device_hours, reject_reasons
from services.store.rule_settings import read_settings
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
    show: Show = None,
    hours: Hours = 1,
    plant: Annotated[str | None, Query(max_length=100, description="企业编码")] = None,
) -> HTMLResponse:
    """Every logger the caller may see, the worst first; strangers for who sees everything."""
    plants = within.plants() if plant is None else [within.plant(plant).id]
    since = page.now - timedelta(hours=hours)
    found, strangers = _seen(within, plants, (since, page.now), known.position)
    chosen = [one for one in found if show is None or show in one.healths]
    with one_snapshot(within.session):
        reasons = reject_reasons(within.session, plants, since, page.now)
        month = local_month(page.now, BEIJING)
        over = Over(month.since, page.now, Period.MONTH, known.position)
        rates = rank_plants(within.session, plants, "effectiveness", over, EVERY)
    return page.show(
        "fleet.html",
        {
            "fleet": chosen[:MOST_SHOWN],
            "chosen": len(chosen),
            "english": page.english(
                within.session, (one.device.plant for one in chosen[:MOST_SHOWN])
            ),
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
            "since": since,
        },
    )


@router.get(DEVICE, dependencies=READ, summary="A device 设备", response_class=HTMLResponse)
def device(
    page: PageOf, within: Within, plant: PlantDep, device: DeviceDep, known: AsOfDep
) -> HTMLResponse:
    """Its account of frames hour by hour over two days, and why frames were rejected."""
    since = page.now - timedelta(hours=DAYS_OF_HOURS)
    with one_snapshot(within.session):
        [one] = fleet_devices(within.session, [plant.id], page.now, device.id)
        by_hour = device_hours(within.session, device.id, since, page.now)
        reasons = reject_reasons(within.session, [plant.id], since, page.now, device=device.id)
        shelf = Shelf(read_settings(within.session, known.position))
    counted = [Sum(*row[1:]) for row in by_hour]
    account = summed(counted)
    own = DeviceAccount(
        *(one.mn or "", one.plant, one.code, one.heard_at, one.data_at, one.received_at),
        *account,
    )
    return page.show(
        "fleet_device.html",
        {
            "one": seen(one, [own], page.now, rules_of(shelf, one, page.now)),
            "english": page.english(within.session, [one.plant]),
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


def _seen(
    within: Sight, plants: list[int] | None, over: tuple[datetime, datetime], position: int
) -> tuple[list[Seen], list[DeviceAccount]]:
    """The loggers of these plants, and, where everything is seen, who is registered nowhere."""
    session, (since, now) = within.session, over
    with one_snapshot(session):
        shelf = Shelf(read_settings(session, position))
        devices = fleet_devices(session, plants, now)
        accounts = device_accounts(session, since, now)
        strangers = unknown_accounts(session, since, now) if within.caller.scope.everything else []
    own: dict[tuple[str, str], list[DeviceAccount]] = {}
    for account in accounts:
        own.setdefault((account.plant, account.device), []).append(account)
    found = [
        seen(one, own.get((one.plant, one.code), []), now, rules_of(shelf, one, now))
        for one in devices
    ]
    return worst_first(found), strangers
