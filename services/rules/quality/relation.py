"""A straight line between two series, learnt from the time before and held against the last day."""

from typing import NamedTuple

import numpy as np

from services.rules.quality.series import Floats, middle, scatter

_ENOUGH = 120
_DAY = 24
_HALF_A_DAY = 12


class Fit(NamedTuple):
    """The last day's median distance from the line, and how far days usually are from it.

    `seen` and `expected`: medians of the last day. All in the unit of what is explained.
    """

    off: float
    usual: float
    seen: float
    expected: float


def held_against_line(explained: Floats, by: Floats, fresh_from: int) -> Fit | None:
    """Learn a line before `fresh_from` and hold the hours from there against it.

    None of fewer than 120 hours before or 12 after; what explains must not leave by more than a
    tenth of its width the values that it was learnt from.
    """
    both = np.isfinite(explained) & np.isfinite(by)
    old = both.copy()
    old[fresh_from:] = False
    new = both.copy()
    new[:fresh_from] = False
    if old.sum() < _ENOUGH or new.sum() < _HALF_A_DAY:
        return None
    x, y = by[old], explained[old]
    width = float(np.ptp(x))
    if width == 0:
        return None
    room = 0.1 * width
    new &= (by >= x.min() - room) & (by <= x.max() + room)
    if new.sum() < _HALF_A_DAY:
        return None
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    line = float(y.mean()) + slope * (by - float(x.mean()))
    rest = np.where(both, explained - line, np.nan)
    days = [middle(rest[place - _DAY : place]) for place in range(fresh_from, _DAY - 1, -_DAY)]
    return Fit(
        middle(rest[new]),
        max(scatter(np.array(days)), 1e-12),
        middle(explained[new]),
        middle(line[new]),
    )
