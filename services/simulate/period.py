"""Minute records from the instants of a minute, as a logger makes them (HJ 212-2017 annex D)."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from services.simulate.model import Spot
from services.simulate.plant import DECIMALS, VirtualLogger

MINUTE_S: Final = 60
_STEP_S: Final = 5
_ENOUGH: Final = 0.75
_MILLIGRAMS_PER_KILOGRAM: Final = 1e6
_FLOWS: Final = ("a00000", "w00000")
_LITRES_PER_CUBIC_METRE: Final = 1_000.0
_UNCOUNTED: Final = ("a19001", "a01011", "a01012", "a01013", "a01014", "w01001")


@dataclass(frozen=True, slots=True)
class Period:
    """A code over a minute; `total` in kg, or in m3 for a flow."""

    minimum: float
    average: float
    maximum: float
    total: float | None
    converted: tuple[float, float, float] | None
    flag: str


def minute_record(logger: VirtualLogger, seed: str, begin_s: int) -> dict[str, Period]:
    """The records of the minute that begins at `begin_s`, from twelve instants."""
    instants = [logger.spots(seed, at_s) for at_s in range(begin_s, begin_s + MINUTE_S, _STEP_S)]
    flow_code = next(code for code in _FLOWS if code in instants[0])
    flow = fmean(instant[flow_code].value for instant in instants)
    return {
        code: _period(code, [instant[code] for instant in instants], flow) for code in instants[0]
    }


def _period(code: str, spots: Sequence[Spot], flow: float) -> Period:
    # Of flue gas three quarters of normal instants make a normal minute, else it is D
    # (HJ 212-2017 notes under C.16 to C.18).
    normal = [spot for spot in spots if spot.flag == "N"]
    flag = "N" if len(normal) >= _ENOUGH * len(spots) else "D"
    used = normal or list(spots)
    low, mean, high = _three([spot.value for spot in used], DECIMALS[code])
    at_reference = [spot.converted for spot in used if spot.converted is not None]
    return Period(
        low,
        mean,
        high,
        _total(code, mean, flow),
        _three(at_reference, DECIMALS[code]) if at_reference else None,
        flag,
    )


def _three(values: Sequence[float], decimals: int) -> tuple[float, float, float]:
    return min(values), round(fmean(values), decimals), max(values)


def _total(code: str, mean: float, flow: float) -> float | None:
    """The minute's mass in kg from mg/m3 and m3/s or mg/L and L/s; of a flow its m3."""
    if code in _UNCOUNTED:
        return None
    match code:
        case "a00000":
            return round(mean * MINUTE_S, 2)
        case "w00000":
            return round(mean * MINUTE_S / _LITRES_PER_CUBIC_METRE, 3)
        case _:
            return round(mean * flow * MINUTE_S / _MILLIGRAMS_PER_KILOGRAM, 5)
