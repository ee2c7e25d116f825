"""Flue gas in an hour, before or after treatment: what truly flows, whatever an analyser shows.

Concentrations are dry, in mg/m3 at the oxygen that is there; flow is dry, in m3/s at 273 K.
"""

from typing import Final, NamedTuple

import numpy as np

from services.simulate.process.chance import HOUR_S, Noise, noise
from services.simulate.process.codes import FLOW, FURNACE, OXYGEN
from services.simulate.process.facts import CO, DUST, NOX, PROCESSES, SO2, TREATMENTS, Facts
from services.simulate.process.load import UnitHour, instants, unit_hour
from services.simulate.process.treatment import blowing_back, stage_effect
from services.simulate.site import Site, StreamPlan
from services.simulate.world import INSTANTS, Floats

AIR_OXYGEN: Final = 20.9
AMBIENT_C: Final = 15.0
_KELVIN: Final = 273.15
_FULL_SPEED: Final = 14.0
_DRIFT, _QUICK = 0.16, 0.025
_UNREST: Final = {NOX: 0.9, CO: 30.0, DUST: 2.0}
_AUX_ROWS: Final = 5


class GasHour(NamedTuple):
    """The truth by code, and each unit's hour by its code."""

    values: dict[str, Floats]
    units: dict[str, UnitHour]


class _Mixed(NamedTuple):
    """Several units on one duct: arrays weighted by capacity."""

    load: Floats
    warmth: Floats
    unrest: Floats
    sulphur: Floats
    capacity: float


def gas_hour(site: Site, stream: StreamPlan, side: str, begin_s: int) -> GasHour:
    """The gas of a stream in the hour from `begin_s`; side `in` is before the first stage."""
    facts = PROCESSES[stream.process]
    units = {code: unit_hour(site, site.units[code], begin_s) for code in stream.units}
    mixed = _mix(site, units)
    times = instants(begin_s)
    diverted = _diverted(site, stream, times)
    if diverted is not None:
        mixed = mixed._replace(
            load=mixed.load * diverted,
            warmth=mixed.warmth * diverted if stream.bypass else mixed.warmth,
        )
    rows = len(facts.raw) + _AUX_ROWS
    shake = noise(f"{site.seed}/{stream.outlet}/{side}", begin_s, rows)
    values = _state(facts, mixed, shake)
    oxygen = values.get(OXYGEN)
    dilution = (
        np.minimum(mixed.load / 0.2, 1.0)
        if oxygen is None or facts.reference is None
        else (21.0 - oxygen) / (21.0 - facts.reference)
    )
    for row, (code, raw) in enumerate(facts.raw.items()):
        level = np.exp(_DRIFT * shake.drift[row] + _QUICK * shake.quick[row]) * (raw * dilution)
        if code == SO2:
            level *= mixed.sulphur
        if code in _UNREST and mixed.unrest.any():
            level *= 1.0 + _UNREST[code] * mixed.unrest
        values[code] = level
    if side == "out":
        _treat(site, stream, values, times, mixed.warmth)
    return GasHour(values, units)


def _diverted(site: Site, stream: StreamPlan, times: Floats) -> Floats | None:
    """The share of the gas that comes here while some is diverted around a facility."""
    opened = np.zeros(times.shape)
    for facility in site.facilities.values():
        for episode in facility.episodes:
            if episode.kind == "diverted" and set(facility.units) & set(stream.units):
                edges = [episode.from_s, episode.from_s + 60, episode.to_s, episode.to_s + 60]
                opened = np.maximum(opened, np.interp(times, edges, [0.0, 0.9, 0.9, 0.0]))
    if stream.bypass:
        return opened
    return 1.0 - opened if opened.any() else None


def _mix(site: Site, units: dict[str, UnitHour]) -> _Mixed:
    if len(units) == 1:
        ((code, only),) = units.items()
        capacity = site.units[code].capacity
        sulphur = np.full(INSTANTS, only.sulphur)
        return _Mixed(only.load, only.warmth, only.unrest, sulphur, capacity)
    capacities = np.array([site.units[code].capacity for code in units])
    loads = np.array([unit.load for unit in units.values()])
    total = float(capacities.sum())
    load = capacities @ loads / total
    flows = capacities[:, None] * (loads + 1e-6)
    share = flows / flows.sum(axis=0)
    return _Mixed(
        load,
        (share * np.array([unit.warmth for unit in units.values()])).sum(axis=0),
        (share * np.array([unit.unrest for unit in units.values()])).sum(axis=0),
        (share * np.array([[unit.sulphur] for unit in units.values()])).sum(axis=0),
        total,
    )


def _state(facts: Facts, mixed: _Mixed, shake: Noise) -> dict[str, Floats]:
    """Oxygen, flow, velocity, temperature, pressure and moisture."""
    drift, quick = shake.drift[-_AUX_ROWS:], shake.quick[-_AUX_ROWS:]
    burning = np.minimum(mixed.load / 0.25, 1.0)
    flow = facts.flow * mixed.capacity * (0.78 * mixed.load + 0.2 * burning + 0.004)
    flow *= 1.0 + 0.012 * drift[1] + 0.006 * quick[1]
    heat = AMBIENT_C + (facts.heat - AMBIENT_C) * mixed.warmth * (0.94 + 0.06 * mixed.load)
    heat += 0.8 * drift[2] + 0.15 * quick[2]
    moisture = 1.5 + (facts.moisture - 1.5) * burning + 0.3 * drift[3] + 0.08 * quick[3]
    moisture = np.maximum(moisture, 0.3)
    wet = flow * (1.0 + heat / _KELVIN) / (1.0 - moisture / 100)
    area = _area(facts, mixed.capacity)
    found = {
        FLOW: flow,
        "a01011": wet / area,
        "a01012": heat,
        "a01013": -0.05 - 0.09 * mixed.load + 0.012 * drift[4] + 0.004 * quick[4],
        "a01014": moisture,
    }
    if facts.oxygen is not None:
        lean = facts.oxygen + 3.2 * np.maximum(0.9 - mixed.load, 0.0)
        lean = lean + 0.22 * drift[0] + 0.06 * quick[0] + 1.5 * mixed.unrest
        oxygen = lean + (AIR_OXYGEN - lean) * (1.0 - burning)
        found[OXYGEN] = np.clip(oxygen, 0.5, AIR_OXYGEN)
    if facts.furnace is not None:
        hot = (facts.furnace - AMBIENT_C) * mixed.warmth**0.6 * (0.97 + 0.03 * mixed.load)
        found[FURNACE] = AMBIENT_C + hot + 14.0 * drift[0] + 3.0 * quick[0]
    return found


def _area(facts: Facts, capacity: float) -> float:
    """The stack's section in m2: made for the usual speed at full load."""
    full = facts.flow * capacity * (1.0 + facts.heat / _KELVIN) / (1.0 - facts.moisture / 100)
    return full / _FULL_SPEED


def _treat(
    site: Site, stream: StreamPlan, values: dict[str, Floats], times: Floats, warmth: Floats
) -> None:
    for stage in stream.stages:
        care = TREATMENTS[stage.treatment]
        taken = [(code, share) for code, share in care.takes.items() if code in values]
        if not taken:
            continue
        effect = stage_effect(site, stage, times)
        if care.hot and warmth[0] + warmth[-1] < 2.0:  # noqa: PLR2004 - both ends wholly warm
            hot = np.clip((warmth - 0.55) / 0.35, 0.0, 1.0)
            effect = hot if effect is None else effect * hot
        for code, share in taken:
            values[code] *= 1.0 - share * (1.0 if effect is None else effect)
        dust = values.get(DUST)
        for facility in stage.facilities if dust is not None else ():
            blown = blowing_back(site.facilities[facility], times)
            if blown is not None and dust is not None:
                dust *= 1.0 + 0.35 / len(stage.facilities) * blown


def hour_of_second(at_s: int) -> int:
    """The begin of the hour that holds a second."""
    return at_s - at_s % HOUR_S
