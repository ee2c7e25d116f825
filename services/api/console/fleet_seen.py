"""How a logger does: silent, late, rejecting, with a wrong clock, or well; and its frames' account. Pure.

It must not know any page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final, Literal, NamedTuple

from services.rules.alerting.watch_parameters import OfflineParameters
from services.store.accounting import DeviceAccount
from services.store.fleet_devices import FleetDevice

Health = Literal["silent", "late", "rejecting", "clock"]
HEALTHS: Final[Mapping[Health, tuple[str, str]]] = {
    "silent": ("静默", "silent"),
    "late": ("迟报", "late"),
    "rejecting": ("有拒收", "rejecting"),
    "clock": ("时钟偏差", "clock off"),
}
CLOCK_S: Final = 60.0
"""Beyond so many seconds of offset a clock is named."""
_CASES: Final[Mapping[str, Health]] = {"device_offline": "silent", "device_clock": "clock"}


class Sum(NamedTuple):
    """received = stored + repeated + rejected + pending; of the rejected some were recovered."""

    received: int = 0
    stored: int = 0
    repeated: int = 0
    rejected: int = 0
    recovered: int = 0
    pending: int = 0

    @property
    def even(self) -> bool:
        """Whether nothing is missing and nothing too much."""
        return self.received == self.stored + self.repeated + self.rejected + self.pending


@dataclass(frozen=True, slots=True)
class Seen:
    """A logger with its account over the range, and what is wrong with it."""

    device: FleetDevice
    account: Sum
    healths: tuple[Health, ...]
    silence: timedelta | None
    lag: timedelta | None
    offset_s: float | None


@dataclass(frozen=True, slots=True)
class Watch:
    """From when it is seen, and how late a minute record may come."""

    now: datetime
    since: datetime
    grace: timedelta


def summed(accounts: Iterable[Sum | DeviceAccount]) -> Sum:
    """All of them together."""
    total = [0] * len(Sum._fields)
    for one in accounts:
        for place, name in enumerate(Sum._fields):
            total[place] += getattr(one, name)
    return Sum(*total)


def seen(device: FleetDevice, accounts: Sequence[DeviceAccount], watch: Watch) -> Seen:
    """A logger; `accounts` are its own, mostly one."""
    account = summed(accounts)
    silence = None if device.heard_at is None else watch.now - device.heard_at
    lag = (
        None
        if device.received_at is None or device.data_at is None
        else device.received_at - device.data_at
    )
    offset = median(device.skews) if device.skews else None
    wrong: dict[Health, bool] = {
        "silent": _silent(device, silence, watch),
        "late": lag is not None and lag > watch.grace + _period(device),
        "rejecting": account.rejected > account.recovered,
        "clock": (offset is not None and abs(offset) > CLOCK_S)
        or (device.clock_rejected_at is not None and device.clock_rejected_at >= watch.since),
    }
    for kind, health in _CASES.items():
        wrong[health] = wrong[health] or kind in device.cases
    return Seen(device, account, tuple(one for one in HEALTHS if wrong[one]), silence, lag, offset)


def worst_first(fleet: Iterable[Seen]) -> list[Seen]:
    """Silent ones first, then by what else is wrong; those that are well last."""
    order = list(HEALTHS)

    def rank(one: Seen) -> tuple[int, str, str]:
        first = min((order.index(health) for health in one.healths), default=len(order))
        return first, one.device.plant, one.device.code

    return sorted(fleet, key=rank)


def _silent(device: FleetDevice, silence: timedelta | None, watch: Watch) -> bool:
    """Longer than a case of `device_offline` would ask for, by the platform's usual figures.

    A logger that holds no MN owes nothing.
    """
    if device.mn is None or device.commissioned_at > watch.now:
        return False
    params = OfflineParameters()
    if silence is None:
        began = max(device.known_at or watch.now, device.commissioned_at)
        return watch.now - began > timedelta(hours=params.never_hours)
    return silence > max(
        timedelta(seconds=params.intervals * device.realtime_s),
        timedelta(seconds=params.minute_periods * device.minute_s),
        timedelta(minutes=params.minutes),
    )


def _period(device: FleetDevice) -> timedelta:
    return timedelta(seconds=max(device.realtime_s, device.minute_s))
