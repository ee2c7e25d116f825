"""The instants that a device sends, out of an hour: lists of plain numbers, a column a code."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.simulate.world import STEP_S, Hour, Quantity


@dataclass(frozen=True, slots=True)
class Column:
    """A code at the instants sent; `gaps`: some numbers are not a number (none was shown)."""

    code: str
    values: list[float]
    converted: list[float] | None
    flags: list[str]
    sampled: list[int] | None
    gaps: bool


def columns_of(hour: Hour, quantities: Sequence[Quantity], instants: slice) -> list[Column]:
    """What is sent of the instants, in the order of the quantities."""
    return [_column(hour, each.code, instants) for each in quantities if each.code in hour.values]


def instants_every(seconds: int, phase: int) -> slice:
    """The instants of an hour at which something is due that comes every so many seconds.

    `phase` is any number of the device's own: not all begin at the full hour.
    """
    step = max(1, seconds // STEP_S)
    return slice(phase % step, None, step)


def _column(hour: Hour, code: str, instants: slice) -> Column:
    # Adding nothing turns -0.0 into 0.0.
    values = hour.values[code][instants] + 0.0
    zs = hour.converted.get(code)
    shown = None if zs is None else zs[instants] + 0.0
    sampled = hour.sampled.get(code)
    gaps = bool(np.isnan(values).any() or (shown is not None and np.isnan(shown).any()))
    return Column(
        code,
        values.tolist(),
        None if shown is None else shown.tolist(),
        hour.flags[code][instants].tolist(),
        None if sampled is None else sampled[instants].tolist(),
        gaps,
    )
