"""What analysers showed, held against the limits by a calculation of its own: the truth of exceedances.

It sees what was displayed every five seconds, before any logger made records of it. It must not
know how hours are judged.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np

from schemas.alert import AlertKind
from schemas.registry_words import BEIJING
from services.demo.rehearsal_truth import Raised
from services.simulate.hour import hour_of
from services.simulate.process.codes import OXYGEN
from services.simulate.quirks import QUIRK_POLICIES
from services.simulate.world import INSTANTS, STEP_S, Floats, Hour, Quantity, VirtualDevice, World

HOUR_S: Final = 3_600
OVER: Final = 1.03
"""Surely over its limit: means of records, rounded twice, lie within this of the true one."""
NEAR: Final = 0.97
NEAR_DAY: Final = 0.8
"""Days are weighted by the flow and by valid hours, which the plain mean of a day is not."""
WARNS: Final = 0.8
"""A part of the hour that comes so near the limit may well be warned of."""
LACKS: Final = 0.8
"""With less of the hour than this normal it may lack data; an hour needs 45 minutes of 60."""
FIVE_MINUTES: Final = 300 // STEP_S
VELOCITY: Final = "a01011"
OPEN_M_S: Final = 3.3
"""Gas faster than this flows in an open bypass, surely."""
Spot = tuple[str, str, str]
"""Plant, outlet, code."""


class Ceiling(NamedTuple):
    """An upper limit of a point; `converted`: to reference oxygen. `daily`: it binds days."""

    high: float
    converted: bool
    daily: bool = False


class ShownHour(NamedTuple):
    """An hour of a point, in parts of its lowest limits (1.0: just at one of them).

    `mean` of what was shown as measured (NaN: nothing was); `peak`: of its five minutes the
    greatest; `day`: the mean against daily limits; `normal`: the share of the hour that was normal;
    `stopped`: the plant was said to stand in some of it. `flagged`: its logger says what is not
    normal; of one that does not, all that was shown counts, for nobody can tell it apart.
    `surely`: the mean, or that of the records that were normal throughout, whichever is less: a logger
    leaves out a record of which a part was not, or keeps it.
    """

    mean: float
    peak: float
    day: float
    normal: float
    stopped: bool
    flagged: bool = True
    surely: float = float("nan")


@dataclass
class ShownHours:
    """All hours of points with limits, as they are shown; `measure` stands in for the model's hour."""

    ceilings: Mapping[Spot, tuple[Ceiling, ...]]
    hours: dict[Spot, dict[int, ShownHour]] = field(
        default_factory=dict[Spot, dict[int, ShownHour]]
    )
    opened: dict[tuple[str, str], list[tuple[int, int]]] = field(
        default_factory=dict[tuple[str, str], list[tuple[int, int]]]
    )

    def measure(self, world: World, device: VirtualDevice, begin_s: int) -> Hour:
        """The hour of the model, after a look at it."""
        hour = hour_of(world, device, begin_s)
        for quantity in device.quantities:
            if quantity.rank != "main" or quantity.point.split("/")[1] != "out":
                continue
            spot = (device.plant, device.outlet, quantity.code)
            some = self.ceilings.get(spot)
            if some:
                told = _Told(device.minute_s, flags_come(device))
                seen = _seen(hour, quantity, some, told)
                self.hours.setdefault(spot, {})[begin_s] = seen
        if world.sites[device.plant].streams[device.outlet].bypass and VELOCITY in hour.values:
            spans = self.opened.setdefault((device.plant, device.outlet), [])
            for since, until in _flowing(hour.values[VELOCITY], begin_s):
                if spans and spans[-1][1] == since:
                    spans[-1] = (spans[-1][0], until)
                else:
                    spans.append((since, until))
        return hour

    def shows(self, raised: Raised) -> bool:
        """Whether the numbers shown explain the alert."""
        match raised.kind:
            case AlertKind.LIMIT_HOUR:
                return any(one.mean > NEAR for _, one in self._of(raised))
            case AlertKind.PREWARNING:
                return any(max(one.mean, one.peak) > WARNS for _, one in self._of(raised))
            case AlertKind.NO_DATA:
                return any(one.normal < LACKS for _, one in self._of(raised))
            case AlertKind.LIMIT_DAY:
                return self._day_over(raised)
            case _:
                return False

    def _day_over(self, raised: Raised) -> bool:
        days: dict[object, list[float]] = {}
        for at_s, one in self._of(raised, timedelta(days=1)):
            if not np.isnan(one.day):
                day = datetime.fromtimestamp(at_s, BEIJING).date()
                days.setdefault(day, []).append(one.day)
        return any(float(np.mean(some)) > NEAR_DAY for some in days.values())

    def _of(
        self, raised: Raised, slack: timedelta = timedelta(0)
    ) -> Iterator[tuple[int, ShownHour]]:
        since = (raised.since - slack).timestamp() - HOUR_S
        until = np.inf if raised.until is None else (raised.until + slack).timestamp()
        for (plant, outlet, code), hours in self.hours.items():
            if (plant, outlet) != (raised.plant, raised.code):
                continue
            if raised.pollutant in {"", code}:
                yield from ((at, one) for at, one in hours.items() if since < at < until)


def flags_come(device: VirtualDevice) -> bool:
    """Whether the logger sends flags: where it is known not to, what is without one is registered."""
    quirk = QUIRK_POLICIES.get(device.quirk or "")
    return quirk is None or quirk.unflagged_as is None


class _Told(NamedTuple):
    """How the logger tells of it: a record each `record_s`, flags or none."""

    record_s: int
    flagged: bool


def _seen(hour: Hour, quantity: Quantity, ceilings: Iterable[Ceiling], told: _Told) -> ShownHour:
    code = quantity.code
    flags = hour.flags[code]
    normal, measured = flags == "N", (flags == "N") | (flags == "T")
    if not told.flagged:
        measured = np.isfinite(hour.values[code])
    means, peaks, days, surely = [np.nan], [np.nan], [np.nan], [np.nan]
    for one in ceilings:
        converted = one.converted and code in hour.converted
        value = (hour.converted if converted else hour.values)[code] / one.high
        counts = measured
        if converted and OXYGEN in hour.flags:
            normal = normal & (hour.flags[OXYGEN] == "N")
            counts = measured & (
                (hour.flags[OXYGEN] == "N") if told.flagged else np.isfinite(value)
            )
        if not counts.any():
            continue
        mean = float(value[counts].mean())
        (days if one.daily else means).append(mean)
        if not one.daily:
            peaks.append(_peak(value, counts))
            kept = counts & normal if told.flagged else counts
            surely.append(min(mean, mean_of_whole(value, kept, told.record_s)))
    return ShownHour(
        *(_most(means), _most(peaks), _most(days)),
        *(float(normal.mean()), bool((flags == "F").any()), told.flagged, _most(surely)),
    )


def _most(several: list[float]) -> float:
    known = [one for one in several if not np.isnan(one)]
    return max(known, default=float("nan"))


def _peak(value: Floats, counts: np.ndarray) -> float:
    """The greatest mean of five minutes."""
    parts = np.where(counts, value, np.nan).reshape(-1, FIVE_MINUTES)
    known = parts[~np.isnan(parts).all(axis=1)]
    return float(np.nanmean(known, axis=1).max()) if len(known) else float("nan")


def mean_of_whole(value: Floats, counts: np.ndarray, record_s: int) -> float:
    """The mean of the records all of which counts; -inf where none does."""
    long = record_s // STEP_S
    whole = np.asarray(counts.reshape(-1, long).all(axis=1))
    kept = value.reshape(-1, long)[whole]
    return float(kept.mean()) if kept.size else float("-inf")


def _flowing(velocity: Floats, begin_s: int) -> Iterator[tuple[int, int]]:
    """When gas surely flowed in a bypass."""
    flows = np.concatenate(([False], velocity > OPEN_M_S, [False]))
    edges = np.flatnonzero(flows[1:] != flows[:-1])
    assert len(velocity) == INSTANTS  # noqa: S101 - else times are wrong
    for since, until in edges.reshape(-1, 2):
        yield begin_s + int(since) * STEP_S, begin_s + int(until) * STEP_S
