"""A process unit in an hour: its load, how warm it is, and the unrest of a start.

It must not know what the unit emits.
"""

from math import pi
from typing import Final, NamedTuple

import numpy as np

from services.simulate.process.chance import drift_alone
from services.simulate.process.facts import PROCESSES, Course
from services.simulate.site import Outage, Site, UnitPlan
from services.simulate.world import INSTANTS, STEP_S, Floats

BEIJING_S: Final = 28_800
DAY_S: Final = 86_400
_YEAR_S: Final = 31_556_952
_COOLING_S: Final = 6 * 3600
_LEAST: Final = 0.3
_MOST: Final = 1.05


class UnitHour(NamedTuple):
    """Arrays of INSTANTS: load 0..1, warmth 0..1, unrest 0..1 (1 in the midst of a start)."""

    load: Floats
    warmth: Floats
    unrest: Floats
    sulphur: float
    """Sulphur of the fuel against the usual one."""


def instants(begin_s: int) -> Floats:
    """The seconds of the hour's instants, as numbers that can be interpolated."""
    return begin_s + STEP_S * np.arange(INSTANTS, dtype=np.float64)


def unit_hour(site: Site, unit: UnitPlan, begin_s: int) -> UnitHour:
    """What the unit does in the hour from `begin_s`."""
    times = instants(begin_s)
    end_s = begin_s + INSTANTS * STEP_S
    course = PROCESSES[unit.process].course
    wander = course.wander * drift_alone(f"{site.seed}/{unit.code}", begin_s)
    load = np.clip(_usual(course, unit.phase, times) + wander, _LEAST, _MOST)
    warmth, unrest = np.ones(INSTANTS), np.zeros(INSTANTS)
    sulphur = 1.0
    for episode in unit.episodes:
        if not episode.meets(begin_s, end_s):
            continue
        if episode.kind == "load_change":
            load = load + (episode.number - load) * _between(times, episode.from_s, episode.to_s)
        elif episode.kind == "fuel_change":
            sulphur = episode.number
    for outage in unit.outages:
        if outage.from_s < end_s and begin_s < outage.end_s:
            load = load * _course(outage, times)
            warmth = np.minimum(warmth, _warmth(outage, times))
            unrest = np.maximum(unrest, _unrest(outage, times))
    return UnitHour(load, warmth, unrest, sulphur)


def usual_load(process: str, phase: float, times: Floats) -> Floats:
    """The load of the daily course alone."""
    return np.clip(_usual(PROCESSES[process].course, phase, times), _LEAST, _MOST)


def standing(unit: UnitPlan, at_s: float, margin_s: int = 0) -> bool:
    """Whether the unit is wholly off, `margin_s` inside of its outage."""
    return any(
        outage.off_s + margin_s <= at_s < outage.start_s - margin_s
        for outage in unit.outages
        if outage.low == 0
    )


def standing_all(site: Site, units: tuple[str, ...], times: Floats) -> np.ndarray | None:
    """Where all the units are off; None when that is nowhere in the hour."""
    end_s = float(times[-1])
    found: list[list[Outage]] = []
    for code in units:
        outages = [
            outage
            for outage in site.units[code].outages
            if outage.low == 0 and outage.off_s <= end_s and times[0] < outage.start_s
        ]
        if not outages:
            return None
        found.append(outages)
    off = np.ones(times.shape, dtype=np.bool_)
    for outages in found:
        one = np.zeros(times.shape, dtype=np.bool_)
        for outage in outages:
            one |= (times >= outage.off_s) & (times < outage.start_s)
        off &= one
    return off


def _usual(course: Course, phase: float, times: Floats) -> Floats:
    day = (times + BEIJING_S) / DAY_S - course.peak_h / 24 - 0.06 * (phase - 0.5)
    wave = np.cos(2 * pi * day) + 0.4 * np.cos(4 * pi * day)
    level = course.mean + 0.06 * (phase - 0.5)
    if course.winter:
        # Midwinter is taken to be the middle of January.
        season = (1.0 - np.cos(2 * pi * (times[0] - 14 * DAY_S) / _YEAR_S)) / 2
        level *= 1.0 - course.winter * float(season)
    return level + course.wave * wave / 1.4


def _between(times: Floats, from_s: int, to_s: int) -> Floats:
    """0 outside, 1 inside, with ramps of a quarter of an hour."""
    ramp = min(900.0, (to_s - from_s) / 3)
    return np.interp(times, [from_s, from_s + ramp, to_s - ramp, to_s], [0.0, 1.0, 1.0, 0.0])


def _course(outage: Outage, times: Floats) -> Floats:
    lit = outage.start_s + 0.35 * (outage.end_s - outage.start_s)
    return np.interp(
        times,
        [outage.from_s, outage.off_s, outage.start_s, lit, outage.end_s],
        [1.0, outage.low, outage.low, max(outage.low, 0.3), 1.0],
    )


def _warmth(outage: Outage, times: Floats) -> Floats:
    cooled = min(outage.off_s + _COOLING_S, outage.start_s)
    cold = 0.75 - 0.7 * (cooled - outage.off_s) / _COOLING_S if outage.low == 0 else 0.7
    lit = outage.start_s + 0.35 * (outage.end_s - outage.start_s)
    return np.interp(
        times,
        [outage.from_s, outage.off_s, cooled, outage.start_s, lit, outage.end_s],
        [1.0, 0.9, cold, cold, max(0.6, cold), 1.0],
    )


def _unrest(outage: Outage, times: Floats) -> Floats:
    length = outage.end_s - outage.start_s
    return np.interp(
        times,
        [outage.start_s, outage.start_s + 0.1 * length, outage.end_s - 0.4 * length, outage.end_s],
        [0.0, 1.0, 0.8, 0.0],
    )
