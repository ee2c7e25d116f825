"""How a logger does: silent, late, rejecting, with a wrong clock, or well; and its frames' account. Pure.

It must not know any page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final, Literal, NamedTuple

from services.rules.alerting.watch_offline import threshold_of
from services.rules.alerting.watch_parameters import (
    DeviceClockParameters,
    LateParameters,
    OfflineParameters,
)
from services.rules.alerting.watch_said import ENOUGH
from services.store.accounting import DeviceAccount
from services.store.fleet_devices import FleetDevice

Health = Literal["silent", "late", "rejecting", "clock"]
HEALTHS: Final[Mapping[Health, tuple[str, str]]] = {
    "silent": ("静默", "silent"),
    "late": ("迟报", "late"),
    "rejecting": ("有拒收", "rejecting"),
    "clock": ("时钟偏差", "clock off"),
}
SILENT: Final = ("intervals", "minute_periods", "minutes")
NEVER: Final = ("never_hours",)
"""The parameters that decide of silence, and of a logger that was never heard."""
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


class Rules(NamedTuple):
    """What is in force for a logger."""

    offline: OfflineParameters
    late: LateParameters
    clock: DeviceClockParameters


class Allowed(NamedTuple):
    """How long a logger may be silent and its data under way, and how far its clock may be off.

    `unsure`: what of these rests on a figure that nobody vouches for.
    """

    silence: timedelta
    lag: timedelta
    offset_s: int
    unsure: frozenset[Health]


@dataclass(frozen=True, slots=True)
class Seen:
    """A logger with its account over the range, and what is wrong with it."""

    device: FleetDevice
    account: Sum
    healths: tuple[Health, ...]
    silence: timedelta | None
    lag: timedelta | None
    offset_s: float | None
    allowed: Allowed

    @property
    def sure(self) -> bool:
        """Whether nothing that is wrong with it rests on a figure that nobody vouches for."""
        return self.allowed.unsure.isdisjoint(self.healths)


def summed(accounts: Iterable[Sum | DeviceAccount]) -> Sum:
    """All of them together."""
    total = [0] * len(Sum._fields)
    for one in accounts:
        for place, name in enumerate(Sum._fields):
            total[place] += getattr(one, name)
    return Sum(*total)


def allowed(device: FleetDevice, rules: Rules) -> Allowed:
    """What the rules allow the logger, by the rhythm that it is registered with."""
    never = device.heard_at is None
    rests: Mapping[Health, tuple[str, ...]] = {
        "silent": rules.offline.unestablished(NEVER if never else SILENT),
        "late": rules.late.unestablished(),
        "clock": rules.clock.unestablished(),
    }
    return Allowed(
        threshold_of(device, rules.offline, never=never),
        timedelta(minutes=rules.late.minutes) + _period(device),
        rules.clock.tolerance_s,
        frozenset(health for health, names in rests.items() if names),
    )


def seen(
    device: FleetDevice, accounts: Sequence[DeviceAccount], now: datetime, rules: Rules
) -> Seen:
    """A logger; `accounts` are its own, mostly one."""
    account, may = summed(accounts), allowed(device, rules)
    silence = None if device.heard_at is None else now - device.heard_at
    lag = (
        None
        if device.received_at is None or device.data_at is None
        else device.received_at - device.data_at
    )
    last = device.skews[-rules.clock.samples :]
    offset = median(last) if last else None
    refused = device.clock_rejected_at
    wrong: dict[Health, bool] = {
        "silent": _silent(device, silence, now, may.silence),
        "late": lag is not None and lag > may.lag,
        "rejecting": account.rejected > account.recovered,
        "clock": (offset is not None and len(last) >= ENOUGH and abs(offset) > may.offset_s)
        or (refused is not None and now - refused <= timedelta(minutes=rules.clock.quiet_minutes)),
    }
    for kind, health in _CASES.items():
        wrong[health] = wrong[health] or kind in device.cases
    healths: tuple[Health, ...] = tuple(one for one in HEALTHS if wrong[one])
    return Seen(device, account, healths, silence, lag, offset, may)


def worst_first(fleet: Iterable[Seen]) -> list[Seen]:
    """Silent ones first, then by what else is wrong; those that are well last."""
    order = list(HEALTHS)

    def rank(one: Seen) -> tuple[int, str, str]:
        first = min((order.index(health) for health in one.healths), default=len(order))
        return first, one.device.plant, one.device.code

    return sorted(fleet, key=rank)


def _silent(
    device: FleetDevice, silence: timedelta | None, now: datetime, threshold: timedelta
) -> bool:
    """Longer than a case of `device_offline` would ask for; a logger that holds no MN owes nothing."""
    if device.mn is None or device.commissioned_at > now:
        return False
    if silence is None:
        silence = now - max(device.known_at or now, device.commissioned_at)
    return silence > threshold


def _period(device: FleetDevice) -> timedelta:
    return timedelta(seconds=max(device.realtime_s, device.minute_s))
