"""A point's day as a picture of its hours: columns against the limit, gaps, and the running hour. Pure.

What is drawn is believed already; nothing is judged here. It must not know how it is worded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from schemas.judgement import Evidence
from schemas.limits import Bound
from services.store.status_running import RunningMean
from services.store.status_today import HourMean

HOUR: Final = timedelta(hours=1)
STEP: Final = 8.0
WIDE: Final = 6.5
TOP: Final = 9.0
"""Above it only the marks of hours over the limit are drawn."""
FLOOR: Final = 50.0
LEAST: Final = 1.0
"""So high is the column of a number that is nearly nothing."""
ROOM: Final = 1.12
"""The limit is drawn a little below the top."""
PROVISIONAL: Final = "provisional"


class Column(NamedTuple):
    """An hour's mean as it is drawn. `hour` of the day; `over`: it was judged to exceed a limit."""

    hour: int
    value: float
    stage: str
    over: bool
    x: float
    y: float
    height: float


class Running(NamedTuple):
    """The running hour: its mean so far, and what it comes to where it comes near its limit."""

    hour: int
    so_far: float | None
    projected: float | None
    over: bool
    x: float
    y: float
    height: float
    """Of what has been measured; of nothing it is 0."""
    reach: float | None
    """How high the projection stands."""


class Line(NamedTuple):
    """A bound at its height."""

    value: float
    y: float


@dataclass(frozen=True, slots=True)
class DayChart:
    """A day's hours. `hourly`: the lines are limits on hours; else a day's mean is held against them.

    `invalid` and `missing` are hours that ended without a valid mean, or without any.
    """

    columns: Sequence[Column]
    invalid: Sequence[int]
    missing: Sequence[int]
    running: Running
    lines: Sequence[Line]
    hourly: bool

    @property
    def values(self) -> list[float]:
        return [one.value for one in self.columns]

    @property
    def mean(self) -> float | None:
        """The plain mean of the hours that are drawn."""
        return sum(self.values) / len(self.columns) if self.columns else None

    @property
    def over(self) -> int:
        return sum(one.over for one in self.columns)

    @property
    def provisional(self) -> int:
        return sum(one.stage == PROVISIONAL for one in self.columns)


class DayAt(NamedTuple):
    """The day that began at `since`, looked at at `at`; the hours that were judged to exceed."""

    since: datetime
    at: datetime
    exceeded: frozenset[datetime] = frozenset()


def compared(mean: HourMean, bound: Bound | None) -> float | None:
    """The number of an hour that a limit is held against: converted where it says so."""
    if bound is None or bound.reference_oxygen is None:
        return mean.value
    for key, value in mean.converted.items():
        if Decimal(key) == bound.reference_oxygen:
            return float(value)
    return None


def chart_of(
    day: DayAt,
    bound: Bound | None,
    hours: Iterable[HourMean],
    running: RunningMean | None,
    warned: Evidence | None,
) -> DayChart:
    """The picture against a bound on hours, or else on days; None: against nothing.

    `warned`: the evidence of a warning of the running hour, which says what it comes to.
    """
    ended = int((day.at - day.since) / HOUR)
    known = {
        hour: (compared(one, bound) if one.valid else None, one.stage)
        for one in hours
        if (hour := int((one.start - day.since) / HOUR)) < ended
    }
    told = {hour: number for hour, (number, _) in known.items() if number is not None}
    so_far, projected = _running(bound, running, warned)
    frame = _Frame(bound, _top(bound, [*told.values(), so_far or 0.0, projected or 0.0]))
    return DayChart(
        [
            Column(
                hour,
                number,
                known[hour][1],
                day.since + hour * HOUR in day.exceeded,
                *frame.column(hour, number),
            )
            for hour, number in sorted(told.items())
        ],
        sorted(known.keys() - told.keys()),
        [hour for hour in range(ended) if hour not in known],
        frame.running(ended, so_far, projected),
        [Line(one, frame.height(one)) for one in frame.bounds],
        frame.hourly,
    )


def _running(
    bound: Bound | None, mean: RunningMean | None, warned: Evidence | None
) -> tuple[float | None, float | None]:
    """So far, and projected: as it was warned of, else as the minutes say."""
    if warned is not None:
        return _said(warned, "so_far"), _said(warned, "projected")
    if mean is None:
        return None, None
    plain = bound is None or bound.reference_oxygen is None
    return (mean.value if plain else mean.converted), None


def _said(evidence: Evidence, name: str) -> float | None:
    said = evidence.get(name)
    return float(said) if isinstance(said, str) else None


def _bounds(bound: Bound | None) -> list[float]:
    known = () if bound is None else (bound.high, bound.low)
    return [float(one) for one in known if one is not None]


def _top(bound: Bound | None, numbers: Iterable[float]) -> float:
    """The number that stands at the top; the floor is 0."""
    return max([*numbers, *(ROOM * one for one in _bounds(bound))]) or 1.0


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where numbers stand: the floor is 0, and `top` the number at the top."""

    bound: Bound | None
    top: float

    @property
    def hourly(self) -> bool:
        return self.bound is not None and self.bound.averaging == "hour"

    @property
    def bounds(self) -> list[float]:
        return _bounds(self.bound)

    def over(self, number: float | None) -> bool:
        """Whether an hour's mean lies beyond a limit on hours."""
        if number is None or self.bound is None or not self.hourly:
            return False
        high, low = self.bound.high, self.bound.low
        return (high is not None and number > float(high)) or (
            low is not None and number < float(low)
        )

    def height(self, number: float) -> float:
        return round(FLOOR - max(number, 0.0) / self.top * (FLOOR - TOP), 1)

    def column(self, hour: int, number: float | None) -> tuple[float, float, float]:
        """Its left edge, its top and how high it is; of no number it has no height."""
        x = round(hour * STEP + (STEP - WIDE) / 2, 2)
        if number is None:
            return x, FLOOR, 0.0
        y = min(self.height(number), FLOOR - LEAST)
        return x, y, round(FLOOR - y, 1)

    def running(self, hour: int, so_far: float | None, projected: float | None) -> Running:
        reach = None if projected is None else self.height(projected)
        place = self.column(hour, so_far)
        return Running(hour, so_far, projected, self.over(projected), *place, reach)
