"""What an outlet owed of its factors, what came of it and when, and what is believed of it.

It must not know how any of it is counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Literal, NamedTuple

from schemas.judgement import MeanRow
from schemas.manual import ManualResult
from schemas.registry_words import BEIJING
from services.rules.manual_parameters import ManualDutyParameters
from services.rules.marks.timeline import Timeline
from services.rules.transmission.parameters import Series, TransmissionParameters

Medium = Literal["air", "water"]
HOUR = timedelta(hours=1)
NOTHING_MARKED = Timeline((), (), ())


class Arrival(NamedTuple):
    """When a due record came first: in time, within the window for amendments, at all.

    `revised`: it had another value, earlier or later.
    """

    in_time: bool
    in_window: bool
    came: bool
    revised: bool = False


Arrivals = Mapping[datetime, Arrival]
"""By the beginning of the hour or local day (UTC); what is no key was not due."""
Means = Mapping[datetime, MeanRow]


@dataclass(frozen=True, slots=True)
class Factor:
    """A point that is assessed, with the records due of it and the means believed."""

    point: int
    code: str
    hours_due: Arrivals = field(default_factory=dict[datetime, Arrival])
    days_due: Arrivals = field(default_factory=dict[datetime, Arrival])
    hours: Means = field(default_factory=dict[datetime, MeanRow])
    days: Means = field(default_factory=dict[datetime, MeanRow])
    manual: Sequence[ManualResult] = ()

    def due(self, series: Series) -> Arrivals:
        return self.hours_due if series == "hour" else self.days_due


@dataclass(frozen=True, slots=True)
class OutletRecords:
    """An outlet's assessed factors. `line`: marks of it and of its unit, where it has but one.

    `still`: hours in which signals, and no mark, said surely that all its units stood.
    """

    outlet: int
    medium: Medium
    factors: Sequence[Factor]
    line: Timeline = NOTHING_MARKED
    still: frozenset[datetime] = frozenset()


@dataclass(frozen=True, slots=True)
class Assessing:
    """As of when, on which clock and by which parameters an outlet is assessed.

    `grace`: so long after its end the last record of a period may still come in time.
    """

    now: datetime
    params: TransmissionParameters = field(default_factory=TransmissionParameters)
    duty: ManualDutyParameters = field(default_factory=ManualDutyParameters)
    zone: timezone = BEIJING
    grace: timedelta = timedelta()

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.params.amend_days)

    def papers_due(self, at: datetime) -> datetime:
        """When the papers for what happened at `at` are overdue: after that day of the next month."""
        local = at.astimezone(self.zone)
        year, month = divmod(local.year * 12 + local.month, 12)
        day = datetime(year, month + 1, self.params.papers_day, tzinfo=self.zone)
        return (day + timedelta(days=1)).astimezone(at.tzinfo)
