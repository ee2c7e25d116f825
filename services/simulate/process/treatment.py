"""Treatment facilities in an hour: their true effect, and the state that they report.

A facility may be off and say that it runs; the two are told apart here and nowhere else.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from services.simulate.process.facts import TREATMENTS
from services.simulate.process.load import BEIJING_S, DAY_S, standing
from services.simulate.site import FacilityPlan, Site, StagePlan
from services.simulate.world import Floats

OFF, RUNNING, CALIBRATING, MAINTENANCE, ALARM, BLOW_BACK = range(6)
RUNS: Final = frozenset({RUNNING, CALIBRATING, ALARM, BLOW_BACK})
"""States in which a facility's hours are counted."""

NO_EFFECT: Final = frozenset(
    {"trip", "facility_maintenance", "off_at_night", "facility_off_at_night", "bypass"}
)
_REPORTED: Final = {
    "facility_maintenance": MAINTENANCE,
    "off_at_night": OFF,
    "trip": OFF,
}
_FAILED: Final = frozenset({"trip", "facility_maintenance"})
_ALARM_S: Final = 120
_STAND_IN_S: Final = 600
_STAND_IN_RAMP_S: Final = 300
_MARGIN_S: Final = 900
_BLOW_BACK_EVERY_S: Final = 3_600
_BLOW_BACK_S: Final = 120
_PROBE_S: Final = 600
_ROUTINES: Final = {
    "bag_filter": ((_BLOW_BACK_EVERY_S, _BLOW_BACK_S),),
    "desulphurisation": ((DAY_S, _PROBE_S),),
}
"""By treatment: (every so many seconds, for so many) its state is another one."""
_ROTATION_S: Final = 8 * 3600


def stage_effect(site: Site, stage: StagePlan, times: Floats) -> Floats | None:
    """Share of the stage's full effect at each time; None where it is whole all the time."""
    effects = [_effect(site.facilities[code], times) for code in stage.facilities]
    if all(effect is None for effect in effects):
        return None
    whole = np.ones(times.shape)
    if len(stage.facilities) == stage.needed:
        return np.mean([whole if effect is None else effect for effect in effects], axis=0)
    carried = sum(
        _on_duty(site, site.facilities[code], times) * (whole if effect is None else effect)
        for code, effect in zip(stage.facilities, effects, strict=True)
    )
    return np.minimum(carried / stage.needed, 1.0)


def _effect(facility: FacilityPlan, times: Floats) -> Floats | None:
    lag = TREATMENTS[facility.treatment].lag_s
    first, last = int(times[0]) - lag, int(times[-1]) + 1
    effect: Floats | None = None
    for episode in facility.episodes:
        if episode.kind in NO_EFFECT:
            left = 0.0
        elif episode.kind == "ineffective":
            left = episode.number
        else:
            continue
        if not episode.meets(first, last):
            continue
        low = min(episode.from_s + lag, episode.to_s)
        course = np.interp(
            times,
            [episode.from_s, low, max(low, episode.to_s), episode.to_s + lag],
            [1.0, left, left, 1.0],
        )
        effect = course if effect is None else np.minimum(effect, course)
    return effect


def _on_duty(site: Site, facility: FacilityPlan, times: Floats) -> Floats:
    """1 where the facility's turn is; a spare one rises where it stands in for another."""
    stage = facility.stage
    place, count = stage.facilities.index(facility.code), len(stage.facilities)
    day = (times + BEIJING_S - _rotation(site, stage)) // DAY_S
    duty = (((place - day) % count) >= count - stage.needed).astype(np.float64)
    for code in stage.facilities:
        if code == facility.code:
            continue
        for episode in site.facilities[code].episodes:
            if episode.kind in _FAILED and episode.meets(int(times[0]), int(times[-1]) + 1):
                begin = episode.from_s + _STAND_IN_S
                ramp = [begin, begin + _STAND_IN_RAMP_S, max(begin + 301, episode.to_s)]
                duty = np.maximum(duty, np.interp(times, ramp, [0.0, 1.0, 1.0], right=0.0))
    return duty


def _rotation(site: Site, stage: StagePlan) -> int:
    """The second of the local day at which the next facility takes its turn to rest."""
    return _ROTATION_S + int(3600 * site.facilities[stage.facilities[0]].phase)


def states(site: Site, facility: FacilityPlan, from_s: int, to_s: int) -> list[tuple[int, int]]:
    """(from when, reported state) in order: first the state at `from_s`, then each change."""
    moments = {from_s, *(at for at in _edges(site, facility, from_s, to_s) if from_s < at < to_s)}
    found: list[tuple[int, int]] = []
    for at_s in sorted(moments):
        state = state_at(site, facility, at_s)
        if not found or found[-1][1] != state:
            found.append((at_s, state))
    return found


def state_at(site: Site, facility: FacilityPlan, at_s: int) -> int:
    """The state that the facility reports (HJ 212-2017 table 4, SBn-RS)."""
    for episode in facility.episodes:
        if episode.kind in _REPORTED and episode.holds(at_s):
            alarm = episode.kind == "trip" and at_s < episode.from_s + _ALARM_S
            return ALARM if alarm else _REPORTED[episode.kind]
    if facility.units and all(
        standing(site.units[code], at_s, _MARGIN_S) for code in facility.units
    ):
        return OFF
    if len(facility.stage.facilities) > facility.stage.needed and not _called(site, facility, at_s):
        return OFF
    if _since_blow_back(facility, at_s) < _BLOW_BACK_S:
        return BLOW_BACK
    if _since_probe(facility, at_s) < _PROBE_S:
        return CALIBRATING
    return RUNNING


def run_hours(site: Site, facility: FacilityPlan, from_s: int, to_s: int) -> float:
    """Hours from `from_s` to `to_s` in which its reported state is one of running."""
    course = states(site, facility, from_s, to_s)
    ends = [at_s for at_s, _ in course[1:]] + [to_s]
    ran = sum(end - at_s for (at_s, state), end in zip(course, ends, strict=True) if state in RUNS)
    return round(ran / 3600, 2)


def blowing_back(facility: FacilityPlan, times: Floats) -> np.ndarray | None:
    """Where the filter is blown back; None where it is no filter."""
    if facility.treatment != "bag_filter":
        return None
    return (times + _shift(facility, _BLOW_BACK_EVERY_S)) % _BLOW_BACK_EVERY_S < _BLOW_BACK_S


def _called(site: Site, facility: FacilityPlan, at_s: int) -> bool:
    stage = facility.stage
    place, count = stage.facilities.index(facility.code), len(stage.facilities)
    day = (at_s + BEIJING_S - _rotation(site, stage)) // DAY_S
    if (place - day) % count >= count - stage.needed:
        return True
    return any(
        episode.kind in _FAILED and episode.from_s + _STAND_IN_S <= at_s < episode.to_s
        for code in stage.facilities
        if code != facility.code
        for episode in site.facilities[code].episodes
    )


def _edges(site: Site, facility: FacilityPlan, from_s: int, to_s: int) -> Iterator[int]:
    """Every second at which the reported state may change, and others."""
    for episode in facility.episodes:
        if episode.meets(from_s, to_s):
            yield from (episode.from_s, episode.from_s + _ALARM_S, episode.to_s)
    for code in facility.units:
        for outage in site.units[code].outages:
            yield from (outage.off_s + _MARGIN_S, outage.start_s - _MARGIN_S)
    yield from _edges_of_duty(site, facility, from_s, to_s)
    for every_s, lasts_s in _ROUTINES.get(facility.treatment, ()):
        first = -_shift(facility, every_s)
        yield from _turns(first, every_s, from_s, to_s)
        yield from _turns(first + lasts_s, every_s, from_s, to_s)


def _edges_of_duty(site: Site, facility: FacilityPlan, from_s: int, to_s: int) -> Iterator[int]:
    stage = facility.stage
    if len(stage.facilities) == stage.needed:
        return
    yield from _turns(_rotation(site, stage) - BEIJING_S, DAY_S, from_s, to_s)
    for code in stage.facilities:
        for episode in site.facilities[code].episodes:
            if episode.meets(from_s, to_s):
                yield from (episode.from_s + _STAND_IN_S, episode.to_s)


def _turns(first: int, every_s: int, from_s: int, to_s: int) -> range:
    return range(first + -(-(from_s - first) // every_s) * every_s, to_s, every_s)


def _since_blow_back(facility: FacilityPlan, at_s: int) -> int:
    if facility.treatment != "bag_filter":
        return _BLOW_BACK_S
    return (at_s + _shift(facility, _BLOW_BACK_EVERY_S)) % _BLOW_BACK_EVERY_S


def _since_probe(facility: FacilityPlan, at_s: int) -> int:
    """Seconds since the day's calibration of the slurry's pH probe began."""
    if facility.treatment != "desulphurisation":
        return _PROBE_S
    return (at_s + _shift(facility, DAY_S)) % DAY_S


def _shift(facility: FacilityPlan, every_s: int) -> int:
    return int(facility.phase * every_s)
