"""A plant's month as it is asked to be judged, out of what is believed of its hours and days.

It must not know how any of it is judged, nor any record of a device.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from schemas.judgement import MeanRow, PerformanceRow, Period, Stage, VerdictRow
from schemas.manual import ManualResult
from schemas.period_outcome import PeriodOutcome
from services.rules.judging.case import PlantDay
from services.rules.periods import Bounds
from services.rules.plant_view import PlantView

INSTANT = timedelta(microseconds=1)
Rows = Mapping[int, Sequence[MeanRow]]
"""By point, in order of time."""


@dataclass(frozen=True, slots=True)
class PlantMonth:
    """A local month of a plant; `frame` holds what is known beside its means: limits, marks, the time.

    `hours` and `days`: believed means by point. `verdicts`: believed ones of hours and days.
    `rates`: those of its days. `outcomes`: of hours, where they are but counted; `day_outcomes`: of
    days, of water. `manual`: laboratory results by point, None where they were not read; `compared`:
    hours of points that they are compared with. `hour_rates`: of facilities, where marks of the plant's
    condition make them matter. A month that is not over yet is judged as far as it went.
    """

    frame: PlantDay
    month: Bounds
    hours: Rows = field(default_factory=dict[int, Sequence[MeanRow]])
    days: Rows = field(default_factory=dict[int, Sequence[MeanRow]])
    verdicts: Sequence[VerdictRow] = ()
    rates: Sequence[PerformanceRow] = ()
    outcomes: Sequence[PeriodOutcome] = ()
    day_outcomes: Sequence[PeriodOutcome] = ()
    manual: Mapping[int, Sequence[ManualResult]] | None = None
    compared: Rows = field(default_factory=dict[int, Sequence[MeanRow]])
    hour_rates: Sequence[PerformanceRow] = ()

    @property
    def is_over(self) -> bool:
        return self.frame.now >= self.month.until

    @property
    def stage(self) -> Stage:
        return self.frame.stage(self.month.until, told=False)

    @property
    def view(self) -> PlantView:
        """The plant as it was at the end, or is now."""
        return self.frame.view_at(min(self.month.until, self.frame.now) - INSTANT)

    @property
    def first_day(self) -> date:
        return self.month.since.astimezone(self.frame.zone).date()

    def of_period(self, period: Period) -> list[VerdictRow]:
        """The verdicts on its hours, or on its days."""
        return [row for row in self.verdicts if row.period is period]


def by_point(rows: Sequence[MeanRow]) -> dict[int, Sequence[MeanRow]]:
    """Means by point, each in order of time."""
    ordered = sorted(rows, key=lambda row: (row.point, row.start))
    return {point: list(some) for point, some in groupby(ordered, key=attrgetter("point"))}


def day_of(at: datetime, case: PlantMonth) -> date:
    """The local day of a time."""
    return at.astimezone(case.frame.zone).date()
