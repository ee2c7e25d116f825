"""Sewage in an hour, before or after treatment: what truly flows and what slow analysers found.

Flow and pH are measured at once; the others every two hours, and the result is shown until the
next one is there.
"""

from typing import NamedTuple

import numpy as np

from services.simulate.process.chance import generator, noise
from services.simulate.process.codes import SHOWN, SLOW_S, WATER_FLOW
from services.simulate.process.facts import PROCESSES, TREATMENTS, Facts
from services.simulate.process.load import UnitHour, unit_hour, usual_load
from services.simulate.process.treatment import stage_effect
from services.simulate.site import Site, StreamPlan
from services.simulate.world import INSTANTS, STEP_S, Floats, Times

ANALYSIS_S = 2_400
"""Seconds from the sample to its result: digestion and reading."""


class WaterHour(NamedTuple):
    """The truth by code, when each slow result was sampled, and the units' hours."""

    values: dict[str, Floats]
    sampled: dict[str, Times]
    units: dict[str, UnitHour]


def water_hour(site: Site, stream: StreamPlan, side: str, begin_s: int) -> WaterHour:
    """The water of a stream in the hour from `begin_s`; side `in` is before the first stage."""
    facts = PROCESSES[stream.process]
    units = {code: unit_hour(site, site.units[code], begin_s) for code in stream.units}
    shake = noise(f"{site.seed}/{stream.outlet}/{side}", begin_s, 3)
    flow = sum(facts.flow * site.units[code].capacity * unit.load for code, unit in units.items())
    acid = 7.3 if side == "out" else 7.6
    warm = 17.0 - 5.0 * np.cos(2 * np.pi * (begin_s - 1_209_600) / 31_556_952)
    values = {
        WATER_FLOW: np.maximum(flow * (1.0 + 0.03 * shake.drift[0] + 0.01 * shake.quick[0]), 0.0),
        "w01001": acid + 0.12 * shake.drift[1] + 0.02 * shake.quick[1],
        "w01010": warm + 0.4 * shake.drift[2] + 0.05 * shake.quick[2],
    }
    times = begin_s + STEP_S * np.arange(INSTANTS, dtype=np.int64)
    offset = int(site.units[stream.units[0]].phase * 11) * 600
    taken = (times - ANALYSIS_S - offset) // SLOW_S * SLOW_S + offset
    samples = np.unique(taken[[0, -1]])
    found = [_sample(site, stream, side, int(at_s)) for at_s in samples]
    place = (taken != samples[0]).astype(np.int64)
    for row, code in enumerate(facts.raw):
        values[code] = np.array([sample[row] for sample in found])[place]
    return WaterHour(values, dict.fromkeys(facts.raw, taken), units)


def _sample(site: Site, stream: StreamPlan, side: str, at_s: int) -> list[float]:
    """What the analysers find in the water of a second, code by code."""
    facts = PROCESSES[stream.process]
    chance = generator(f"{site.seed}/{stream.outlet}/{side}/sample", at_s)
    wander = np.exp(0.14 * np.clip(chance.standard_normal(len(facts.raw)), -2.5, 2.5))
    strength = _strength(site, stream, facts, at_s)
    passed = _passed(site, stream, at_s) if side == "out" else {}
    return [
        float(raw * strength * wander[row] * passed.get(code, 1.0))
        for row, (code, raw) in enumerate(facts.raw.items())
    ]


def _strength(site: Site, stream: StreamPlan, facts: Facts, at_s: int) -> float:
    """Sewage is stronger when more of it comes."""
    phase = site.units[stream.units[0]].phase
    load = float(usual_load(stream.process, phase, np.array([float(at_s)]))[0])
    return 1.0 + 0.4 * (load - facts.course.mean)


def _passed(site: Site, stream: StreamPlan, at_s: int) -> dict[str, float]:
    """The share of each pollutant that treatment leaves at a second."""
    left: dict[str, float] = {}
    times = np.array([float(at_s)])
    for stage in stream.stages:
        effect = stage_effect(site, stage, times)
        working = 1.0 if effect is None else float(effect[0])
        for code, share in TREATMENTS[stage.treatment].takes.items():
            left[code] = left.get(code, 1.0) * (1.0 - share * working)
    return left


def slow(code: str) -> bool:
    """Whether a code's analyser repeats one result."""
    return SHOWN[code].cycle_s is not None
