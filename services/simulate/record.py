"""Records of periods from an hour's instants, as a logger makes them (HJ 212-2017 annex D).

Pure numpy on columns: a period is a row of instants. It must not know how records are written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from services.simulate.world import STEP_S, Flags, Floats, Hour, Quantity

NORMAL: Final = "N"
FAULTY: Final = "D"
ENOUGH: Final = 0.75
"""Of flue gas the share of normal instants that makes a normal record (notes C.16 to C.18)."""

_PER_KILOGRAM: Final = 1e6
_LITRES_PER_CUBIC_METRE: Final = 1e3
_MASS_DECIMALS: Final = 5
_VOLUME_DECIMALS: Final = 3

Medium = Literal["air", "water"]
Present = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Spread:
    """Least, sum and greatest of the instants used of each period, and how many those are."""

    low: Floats
    total: Floats
    high: Floats
    used: Floats

    @property
    def mean(self) -> Floats:
        """Not a number for a period without instants."""
        return np.divide(
            self.total, self.used, out=np.full_like(self.total, np.nan), where=self.used > 0
        )


@dataclass(frozen=True, slots=True)
class Sums:
    """A code over periods of `seconds` each: arrays with one entry a period.

    `amount` is the emitted mass in the unit of the code's total, or the volume of a flow in m3;
    `odd` is the first flag of the period that is not normal, or empty.
    """

    seconds: int
    normal: Floats
    present: Floats
    odd: Flags
    measured: Spread
    converted: Spread | None
    amount: Floats | None


@dataclass(frozen=True, slots=True)
class Record:
    """A code over periods, as written: lists with one entry a period, None where there is none."""

    minimum: list[float | None]
    average: list[float | None]
    maximum: list[float | None]
    total: list[float | None] | None
    converted: tuple[list[float | None], list[float | None], list[float | None]] | None
    flag: list[str]


def sums_of(
    hour: Hour, quantities: Sequence[Quantity], periods: int, present: Present
) -> dict[str, Sums]:
    """The sums of each code over `periods` equal parts of the hour; `present` marks the instants.

    The flow that concentrations are multiplied with is the first quantity with a volume.
    """
    shape = (periods, -1)
    there = present.reshape(shape)
    bare = {each.code: _sums(hour, each, there) for each in quantities if each.code in hour.values}
    flow = next((each.code for each in quantities if each.total == "volume"), None)
    if flow is None or flow not in bare:
        return bare
    water = any(each.code == flow and each.unit == "L/s" for each in quantities)
    return {
        each.code: _with_amount(bare[each.code], each, bare[flow].measured.mean, water=water)
        for each in quantities
        if each.code in bare
    }


def folded(parts: Sequence[Sums]) -> Sums:
    """Periods after each other as one period, e.g. the hours of a day: each array has one entry."""
    odd = [str(flag) for part in parts for flag in part.odd if flag]
    zs = [part.converted for part in parts if part.converted is not None]
    amounts = [part.amount for part in parts if part.amount is not None]
    return Sums(
        sum(part.seconds * len(part.normal) for part in parts),
        np.array([sum(float(part.normal.sum()) for part in parts)]),
        np.array([sum(float(part.present.sum()) for part in parts)]),
        np.array([odd[0] if odd else ""]),
        _folded([part.measured for part in parts]),
        _folded(zs) if len(zs) == len(parts) else None,
        np.array([np.nansum(np.concatenate(amounts))]) if len(amounts) == len(parts) else None,
    )


def record_of(sums: Sums, quantity: Quantity, medium: Medium) -> Record:
    """What is written of the sums: rounded as the display does, and the flag of the period."""
    expected = sums.seconds / STEP_S
    if medium == "air":
        flags = np.where(sums.normal >= ENOUGH * expected, NORMAL, FAULTY)
    else:
        flags = np.where(sums.odd == "", NORMAL, sums.odd)
    low, mean, high = _written(sums.measured, quantity.decimals)
    decimals = _MASS_DECIMALS if quantity.total == "mass" else _VOLUME_DECIMALS
    return Record(
        low,
        mean,
        high,
        None if sums.amount is None else _listed(sums.amount, decimals),
        None if sums.converted is None else _written(sums.converted, quantity.decimals),
        [str(flag) for flag in flags.tolist()],
    )


def _sums(hour: Hour, quantity: Quantity, there: Present) -> Sums:
    shape = there.shape
    values = hour.values[quantity.code].reshape(shape)
    flags = hour.flags[quantity.code].reshape(shape)
    normal = (flags == NORMAL) & there & ~np.isnan(values)
    used = np.where(normal.any(axis=1)[:, None], normal, there & ~np.isnan(values))
    odd = there & (flags != NORMAL)
    first_odd = flags[np.arange(shape[0]), odd.argmax(axis=1)]
    zs = hour.converted.get(quantity.code)
    return Sums(
        shape[1] * STEP_S,
        normal.sum(axis=1).astype(np.float64),
        there.sum(axis=1).astype(np.float64),
        np.where(odd.any(axis=1), first_odd, ""),
        _spread(values, used),
        None if zs is None else _spread(zs.reshape(shape), used),
        None,
    )


def _spread(values: Floats, used: Present) -> Spread:
    used = used & ~np.isnan(values)
    return Spread(
        np.where(used, values, np.inf).min(axis=1),
        np.where(used, values, 0.0).sum(axis=1),
        np.where(used, values, -np.inf).max(axis=1),
        used.sum(axis=1).astype(np.float64),
    )


def _folded(parts: Sequence[Spread]) -> Spread:
    return Spread(
        np.array([min(float(part.low.min()) for part in parts)]),
        np.array([sum(float(part.total.sum()) for part in parts)]),
        np.array([max(float(part.high.max()) for part in parts)]),
        np.array([sum(float(part.used.sum()) for part in parts)]),
    )


def _with_amount(sums: Sums, quantity: Quantity, flow: Floats, *, water: bool) -> Sums:
    """Add the emitted amount: concentration times flow, or a flow's volume."""
    if quantity.total is None:
        return sums
    if quantity.total == "volume":
        amount = sums.measured.mean * sums.seconds / (_LITRES_PER_CUBIC_METRE if water else 1.0)
    else:
        amount = sums.measured.mean * flow * sums.seconds / _PER_KILOGRAM
    return Sums(
        sums.seconds,
        sums.normal,
        sums.present,
        sums.odd,
        sums.measured,
        sums.converted,
        amount,
    )


def _written(
    spread: Spread, decimals: int
) -> tuple[list[float | None], list[float | None], list[float | None]]:
    return (
        _listed(spread.low, decimals),
        _listed(spread.mean, decimals),
        _listed(spread.high, decimals),
    )


def _listed(numbers: Floats, decimals: int) -> list[float | None]:
    rounded = np.round(numbers, decimals) + 0.0
    listed: list[float] = rounded.tolist()
    if np.isfinite(rounded).all():
        return [*listed]
    return [
        number if there else None
        for number, there in zip(listed, np.isfinite(rounded), strict=True)
    ]
