"""What three small virtual plants measure at a second: a coal stack, a sewage works, a gas boiler.

Pure and without memory: (seed, second) in, measured values out. Honest in what matters to the
rules: conversion to the reference oxygen, treatment that fails, calibrations, slow analysers.
"""

from dataclasses import dataclass
from math import pi, sin
from typing import Final

from services.simulate.noise import drift, lattice

COAL_OXYGEN: Final = 6.0
GAS_OXYGEN: Final = 3.5
AIR_OXYGEN: Final = 21.0
ANALYSER_CYCLE_S: Final = 7_200

_DAY_S: Final = 86_400
_BEIJING_S: Final = 28_800
_DUCT_M2: Final = 38.0
_FREEZING_K: Final = 273.15
_BLOCK_S: Final = 600
_REPAIR_S: Final = 150
_REPAIR_ABOVE: Final = 0.6
_CALIBRATION_EVERY_S: Final = 1_200
_CALIBRATION_S: Final = 60

RUNNING: Final = 1
MAINTENANCE: Final = 3


@dataclass(frozen=True, slots=True)
class Spot:
    """One code at one second, in the standard's unit; `sampled_s` where the sample is older."""

    value: float
    converted: float | None = None
    flag: str = "N"
    sampled_s: int | None = None


def converted(measured: float, oxygen: float, reference: float) -> float:
    """A concentration at the reference oxygen (折算浓度); oxygen in %, as in GB 13223-2011."""
    return measured * (AIR_OXYGEN - reference) / (AIR_OXYGEN - oxygen)


def facility_state(seed: str, code: str, at_s: int) -> int:
    """The run state of a treatment facility (HJ 212-2017 table 4, SBn-RS): 1, now and then 3."""
    block, passed_s = divmod(at_s, _BLOCK_S)
    repaired = lattice(f"{seed}:{code}:repair", block) > _REPAIR_ABOVE and passed_s < _REPAIR_S
    return MAINTENANCE if repaired else RUNNING


def coal_stack(seed: str, at_s: int) -> dict[str, Spot]:
    """Flue gas behind SCR, filter and wet scrubber of a coal-fired power boiler."""
    load = 0.8 + 0.12 * _daily(at_s, peak_h=18) + 0.04 * drift(f"{seed}:load", at_s, 900)
    oxygen = 5.2 + 4.0 * (0.95 - load) + _shake(seed, "a19001", at_s, 0.3)
    temperature = 50.0 + 8.0 * (load - 0.8) + _shake(seed, "a01012", at_s, 0.8)
    flow = 420.0 * load + _shake(seed, "a00000", at_s, 6.0)
    scrubbed = facility_state(seed, "SB1", at_s) == RUNNING
    reduced = facility_state(seed, "SB2", at_s) == RUNNING
    sulphur = (20.0 + _shake(seed, "a21026", at_s, 7.0)) * (1.0 if scrubbed else 6.0)
    nitrogen = (30.0 + _shake(seed, "a21002", at_s, 8.0)) * (1.0 if reduced else 4.0)
    dust = 3.1 + _shake(seed, "a34013", at_s, 1.1)
    flag = "C" if at_s % _CALIBRATION_EVERY_S < _CALIBRATION_S else "N"
    return {
        "a21026": Spot(sulphur, converted(sulphur, oxygen, COAL_OXYGEN), flag),
        "a21002": Spot(nitrogen, converted(nitrogen, oxygen, COAL_OXYGEN), flag),
        "a34013": Spot(dust, converted(dust, oxygen, COAL_OXYGEN)),
        "a19001": Spot(oxygen, flag=flag),
        "a01011": Spot(flow * (1.0 + temperature / _FREEZING_K) / _DUCT_M2),
        "a01012": Spot(temperature),
        "a01013": Spot(-0.08 + _shake(seed, "a01013", at_s, 0.03)),
        "a01014": Spot(11.5 + _shake(seed, "a01014", at_s, 0.7)),
        "a00000": Spot(flow),
    }


def sewage_outlet(seed: str, at_s: int) -> dict[str, Spot]:
    """The outlet of a municipal sewage works: flow and pH at once, the rest every two hours."""
    sampled_s = at_s - at_s % ANALYSER_CYCLE_S
    flow = 350.0 + 90.0 * _daily(at_s, peak_h=11) + _shake(seed, "w00000", at_s, 20.0)
    slow = {
        "w01018": 24.0 + 9.0 * lattice(f"{seed}:w01018", sampled_s),
        "w21003": 1.1 + 0.8 * lattice(f"{seed}:w21003", sampled_s),
        "w21011": 0.24 + 0.12 * lattice(f"{seed}:w21011", sampled_s),
        "w21001": 9.5 + 2.5 * lattice(f"{seed}:w21001", sampled_s),
    }
    return {code: Spot(value, sampled_s=sampled_s) for code, value in slow.items()} | {
        "w01001": Spot(7.2 + _shake(seed, "w01001", at_s, 0.15)),
        "w00000": Spot(flow),
    }


def gas_boiler(seed: str, at_s: int) -> dict[str, Spot]:
    """Flue gas of a gas-fired heating boiler with a low-nitrogen burner."""
    oxygen = 3.8 + _shake(seed, "a19001", at_s, 0.4)
    nitrogen = 26.0 + _shake(seed, "a21002", at_s, 5.0)
    return {
        "a21002": Spot(nitrogen, converted(nitrogen, oxygen, GAS_OXYGEN)),
        "a19001": Spot(oxygen),
        "a01012": Spot(92.0 + _shake(seed, "a01012", at_s, 4.0)),
        "a00000": Spot(6.4 + 1.2 * _daily(at_s, peak_h=7) + _shake(seed, "a00000", at_s, 0.2)),
    }


def _shake(seed: str, code: str, at_s: int, size: float) -> float:
    """Slow drift and a little quick noise, within `size` of zero."""
    slow = drift(f"{seed}:{code}", at_s, 420)
    return size * (0.85 * slow + 0.15 * lattice(f"{seed}:{code}:quick", at_s))


def _daily(at_s: int, *, peak_h: int) -> float:
    """A wave of the day, 1 at the Beijing hour of its peak and -1 half a day later."""
    passed = (at_s + _BEIJING_S) / _DAY_S - peak_h / 24
    return sin(2.0 * pi * (passed + 0.25))
