"""Records of a point laid on an even grid of time, as arrays; what fits no place of it is told.

It must not know what is looked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from schemas.record import Record

HOUR_S: Final = 3_600
MINUTE_S: Final = 60

Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Times: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.str_]


class Odd(NamedTuple):
    """A record whose time is wrong: a second one of its time, off the grid, or after the end."""

    at: datetime
    why: Literal["double", "off_grid", "future"]


@dataclass(frozen=True, slots=True)
class Series:
    """Cells of `step_s` seconds from `since`; NaN where there is no number.

    `flags`: empty where there is no record; a record without a flag counts as N. `sampled`: unix
    seconds of the sample that a slow analyser shows, 0 where it gives none.
    """

    since: datetime
    step_s: int
    values: Floats
    converted: Floats
    flags: Flags
    sampled: Times
    odd: tuple[Odd, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def until(self) -> datetime:
        return self.at(len(self.values))

    def at(self, place: int) -> datetime:
        """When a cell begins."""
        return self.since + timedelta(seconds=self.step_s * int(place))

    def place(self, at: datetime) -> int:
        """The cell that holds a time; outside of the series too."""
        return (at - self.since) // timedelta(seconds=self.step_s)


def series_of(records: Iterable[Record], since: datetime, until: datetime, step_s: int) -> Series:
    """Lay records of one span on a grid; of two records of a time the first is taken."""
    size = (until - since) // timedelta(seconds=step_s)
    values, converted = np.full(size, np.nan), np.full(size, np.nan)
    flags, sampled = np.full(size, "", dtype="<U4"), np.zeros(size, dtype=np.int64)
    odd: list[Odd] = []
    for record in records:
        place, rest = divmod(record.at - since, timedelta(seconds=step_s))
        if place < 0:
            continue
        if place >= size:
            odd.append(Odd(record.at, "future"))
            continue
        if rest:
            odd.append(Odd(record.at, "off_grid"))
        if flags[place]:
            odd.append(Odd(record.at, "double"))
            continue
        flags[place] = record.flag or "N"
        values[place] = np.nan if record.value is None else record.value
        converted[place] = np.nan if record.converted is None else record.converted
        if record.sampled_at is not None:
            sampled[place] = int(record.sampled_at.timestamp())
    return Series(since, step_s, values, converted, flags, sampled, tuple(odd))


def plain_series(since: datetime, values: Floats, step_s: int = HOUR_S) -> Series:
    """Numbers shown as normal, NaN where there is no record."""
    there = np.isfinite(values)
    return Series(
        since,
        step_s,
        values,
        np.full(len(values), np.nan),
        np.where(there, "N", ""),
        np.zeros(len(values), dtype=np.int64),
    )


class Run(NamedTuple):
    """Cells from `first` to before `end`."""

    first: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.first


def runs_of(where: Bools) -> list[Run]:
    """The runs of cells that hold."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], where, [False])).astype(np.int8)))
    return [Run(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def equal_runs(values: Floats) -> list[Run]:
    """Runs of one number, of two cells and more; NaN equals nothing."""
    same = values[1:] == values[:-1]
    return [Run(run.first, run.end + 1) for run in runs_of(same)]


def log_of(values: Floats) -> Floats:
    """Natural logarithm, NaN of what is not positive."""
    return np.log(np.where(values > 0, values, np.nan))


def middle(values: Floats) -> float:
    """The median of the numbers there are, NaN of none."""
    there = values[np.isfinite(values)]
    return float(np.median(there)) if len(there) else float("nan")


def scatter(values: Floats) -> float:
    """A spread that single numbers do not move: 1.4826 times the median distance from the median."""
    return 1.4826 * middle(np.abs(values - middle(values)))
