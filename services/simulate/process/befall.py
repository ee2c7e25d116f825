"""What an analyser shows while it is calibrated, checked, broken, drifting or out of range.

It must not know what is forged.
"""

from typing import Final

import numpy as np

from services.simulate.process.codes import OXYGEN
from services.simulate.process.gas import AIR_OXYGEN
from services.simulate.process.load import instants
from services.simulate.site import Episode, LoggerPlan
from services.simulate.world import INSTANTS, Floats, Quantity

CALIBRATION_S: Final = 600
_SPAN: Final = 0.8
_CHECK_AT: Final = 0.5


def calibration_begins(logger: LoggerPlan, from_s: int, to_s: int) -> range:
    """When the logger's routine calibrations begin, from (inclusive) to (exclusive)."""
    first = int(logger.phase * logger.calibrate_s) // 60 * 60
    begin = first + -(-(from_s - first) // logger.calibrate_s) * logger.calibrate_s
    return range(begin, to_s, logger.calibrate_s)


def befallen(begin_s: int, quantity: Quantity, episode: Episode, value: Floats) -> Floats:
    """The values of an hour as if the episode lasted all of it."""
    times = instants(begin_s)
    top = top_of(quantity)
    match episode.kind:
        case "calibration":
            half = (episode.from_s + episode.to_s) / 2
            span = AIR_OXYGEN if quantity.code == OXYGEN else _SPAN * top
            return np.where(times < half, 0.002 * top, span * (1.0 + 0.002 * np.sin(times / 30)))
        case "span_check":
            return np.full(INSTANTS, check_numbers(quantity, episode)[1])
        case "over_range":
            return np.full(INSTANTS, top)
        case "drift":
            length = episode.to_s - episode.from_s
            return value * (1.0 + episode.number * (times - episode.from_s) / length)
        case "maintenance":
            return value * 0.04
        case _:
            return np.zeros(INSTANTS)


def top_of(quantity: Quantity) -> float:
    """The top of an analyser's range; without a range that of the code's usual one."""
    return quantity.range[1] if quantity.range else 100.0


def check_numbers(quantity: Quantity, episode: Episode) -> tuple[float, float]:
    """The standard's value and the analyser's reading in a span check (标样核查)."""
    standard = AIR_OXYGEN if quantity.code == OXYGEN else _CHECK_AT * top_of(quantity)
    standard = round(standard, quantity.decimals)
    return standard, round(standard * episode.number, quantity.decimals)
