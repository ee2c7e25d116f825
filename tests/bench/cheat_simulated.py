"""Simulated outlets as cases: what a virtual logger shows over a month, honest or with a cheat in it.

Hours are made once; a cheat's own hours are made again and laid over them.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import numpy as np

from schemas.scenario import Scenario
from services.rules.quality.case import Case, Watched
from services.rules.quality.series import HOUR_S, MINUTE_S, Flags, Floats, Series, Times
from services.simulate.hour import hour_of
from services.simulate.process.codes import SHOWN
from services.simulate.record import sums_of
from services.simulate.scenario.work import work_out
from services.simulate.world import INSTANTS, Hour, VirtualDevice, World

BEGIN_S = 1_767_542_400
"""2026-01-05T00:00:00+08:00"""
MONTH_H = 744
_PRESENT = np.ones(INSTANTS, dtype=np.bool_)
_LIMITS = {
    "coal_power": {"a21026": 35.0, "a21002": 50.0, "a34013": 10.0},
    "waste_incineration": {"a21026": 100.0, "a21002": 300.0, "a34013": 30.0},
    "steel": {"a21026": 200.0, "a21002": 300.0, "a34013": 40.0},
    "cement": {"a21026": 100.0, "a21002": 320.0, "a34013": 20.0},
}
_ADVANCE_H = 1


@dataclass(slots=True)
class Cells:
    """A code's cells by place."""

    values: Floats
    converted: Floats
    flags: Flags
    sampled: Times

    @classmethod
    def empty(cls, size: int) -> "Cells":
        return cls(
            np.full(size, np.nan),
            np.full(size, np.nan),
            np.full(size, "", dtype="<U1"),
            np.zeros(size, dtype=np.int64),
        )

    def copy(self) -> "Cells":
        return Cells(
            self.values.copy(), self.converted.copy(), self.flags.copy(), self.sampled.copy()
        )


@dataclass(slots=True)
class Month:
    """What a logger showed: hours of the month, minutes of its days that are looked at.

    `switched`: when facilities changed their states, by the hour's place.
    """

    kind: str
    device: VirtualDevice
    hours: dict[str, Cells]
    minutes: dict[str, Cells]
    switched: dict[int, tuple[datetime, ...]] = field(
        default_factory=dict[int, tuple[datetime, ...]]
    )

    def copy(self) -> "Month":
        return Month(
            self.kind,
            self.device,
            {code: each.copy() for code, each in self.hours.items()},
            {code: each.copy() for code, each in self.minutes.items()},
            dict(self.switched),
        )

    def take(self, made: Hour, place: int) -> None:
        """Lay an hour at its place."""
        self.switched[place] = tuple(
            datetime.fromtimestamp(one.at_s, UTC) for one in made.states if one.at_s > made.begin_s
        )
        for cells, periods in ((self.hours, 1), (self.minutes, 60)):
            sums = sums_of(made, self.device.quantities, periods, _PRESENT)
            part = slice(place * periods, (place + 1) * periods)
            for quantity in self.device.quantities:
                one, into = sums[quantity.code], cells[quantity.code]
                into.values[part] = np.round(one.measured.mean, quantity.decimals)
                if one.converted is not None:
                    into.converted[part] = np.round(one.converted.mean, quantity.decimals)
                into.flags[part] = np.where(one.normal >= 0.75 * INSTANTS / periods, "N", one.odd)
                if quantity.code in made.sampled:
                    into.sampled[part] = made.sampled[quantity.code][:: INSTANTS // periods]

    def case(self, days: int) -> Case:
        """The outlet at the end of so many days, with the minutes of the last one."""
        size = days * 24
        points = tuple(
            self._watched(number, quantity.code, size)
            for number, quantity in enumerate(self.device.quantities)
        )
        switched = tuple(at for some in self.switched.values() for at in some)
        return Case(1, points, switched=switched)

    def _watched(self, number: int, code: str, size: int) -> Watched:
        quantity = next(each for each in self.device.quantities if each.code == code)
        limit = _LIMITS.get(self.kind, {}).get(code)
        return Watched(
            point=number,
            code=code,
            zh=code,
            en=code,
            unit=quantity.unit,
            hours=_series(self.hours[code], 0, size, HOUR_S),
            minutes=_series(self.minutes[code], (size - 24) * 60, size * 60, MINUTE_S),
            side="state" if quantity.point.split("/")[1] == "state" else "out",
            limit=limit,
            of_converted=quantity.converts,
            reference_oxygen=quantity.reference if quantity.converts else None,
            range_max=quantity.range[1] if quantity.range else None,
            detection_limit=SHOWN[code].clean * 0.002 if code in SHOWN else None,
            cycle_s=quantity.cycle_s,
        )


def _series(cells: Cells, first: int, end: int, step_s: int) -> Series:
    return Series(
        datetime.fromtimestamp(BEGIN_S + first * step_s, UTC),
        step_s,
        cells.values[first:end],
        cells.converted[first:end],
        cells.flags[first:end],
        cells.sampled[first:end],
    )


def _worked_out(kind: str, seed: int, incidents: list[dict[str, object]]) -> World:
    plant = {"code": "P0", "name": "示例", "kind": kind, "size": 1}
    told = {
        "name": "cheats",
        "seed": f"cheats-{seed}",
        "duration": "31d",
        "plants": [plant],
        "incidents": incidents,
        "rates": {"replaced": 0, "clock_ahead": 0, "clock_behind": 0},
    }
    return work_out(Scenario.model_validate(told), BEGIN_S)


def _laid(month: Month, world: World, places: range) -> None:
    device = next(each for each in world.devices if each.code == month.device.code)
    for place in places:
        month.take(hour_of(world, device, BEGIN_S + place * HOUR_S), place)


@cache
def honest_month(kind: str, seed: int) -> Month:
    """31 days of the first logger of a usual plant, with honest incidents by chance."""
    world = _worked_out(kind, seed, [])
    device = world.devices[0]
    codes = [quantity.code for quantity in device.quantities]
    month = Month(
        kind,
        device,
        {code: Cells.empty(MONTH_H) for code in codes},
        {code: Cells.empty(MONTH_H * 60) for code in codes},
    )
    _laid(month, world, range(MONTH_H))
    return month


def altered_month(kind: str, seed: int, incidents: list[dict[str, object]], places: range) -> Month:
    """The same month with incidents planned, which show in the hours `places`."""
    month = honest_month(kind, seed).copy()
    _laid(month, _worked_out(kind, seed, incidents), places)
    return month
