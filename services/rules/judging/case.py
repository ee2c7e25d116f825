"""A plant's day as it is asked to be judged, and what comes of it: the words of this package's parts.

It must not know how any of it is judged.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from schemas.judgement import Finding, MeanRow, PerformanceRow, Stage, VerdictRow
from schemas.manual import ManualResult
from schemas.marks import Mark
from schemas.registry_words import BEIJING
from services.rules.judging.burners import units_behind
from services.rules.judging.records import HOUR, Recorded
from services.rules.judging.shelf import Shelf, place_of
from services.rules.judging.verdicts import Marked, marked_line
from services.rules.limit_history import PreparedLimits
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import Known
from services.rules.periods import Bounds, local_day
from services.rules.plant_view import PlantView, PointView, SubjectView
from services.rules.quality.case import While


@dataclass(frozen=True, slots=True)
class Delays:
    """When a period that is over becomes final and closed."""

    grace: timedelta = timedelta(minutes=15)
    window: timedelta = timedelta(days=10)


class Out(NamedTuple):
    """Time of a point of which a mark of that kind takes the data out; `spare`: the spare's too."""

    since: datetime
    until: datetime
    kind: str
    doubts: tuple[str, ...]
    spare: bool


@dataclass(frozen=True, slots=True)
class PlantDay:
    """These hours of one local day of a plant, with all that is known for them.

    `view_at` gives the plant as it was bound at a time. `believed`: hour means of the day known
    before, by point and hour; `earlier`: those of the hours before it, as far as what lasts over
    midnight is looked at. `marks` by subject, from so long before the day as an event or a
    yearly pool may reach back. `manual` by point. `out` by point, where the records have been cut so;
    `known` by outlet or unit: what signals show for its planned marks. `clocks`: when the clocks of
    devices, by their ids, are known to have been wrong.
    """

    view_at: Callable[[datetime], PlantView]
    hours: Sequence[datetime]
    recorded: Recorded
    limits: PreparedLimits
    shelf: Shelf
    now: datetime
    marks: Mapping[int, Sequence[Mark]] = field(default_factory=dict[int, Sequence[Mark]])
    manual: Mapping[int, Sequence[ManualResult]] = field(
        default_factory=dict[int, Sequence[ManualResult]]
    )
    believed: Mapping[tuple[int, datetime], MeanRow] = field(
        default_factory=dict[tuple[int, datetime], MeanRow]
    )
    earlier: Mapping[tuple[int, datetime], MeanRow] = field(
        default_factory=dict[tuple[int, datetime], MeanRow]
    )
    delays: Delays = field(default_factory=Delays)
    zone: timezone = BEIJING
    out: Mapping[int, Sequence[Out]] = field(default_factory=dict[int, Sequence[Out]])
    known: Mapping[int, Known] = field(default_factory=dict[int, Known])
    clocks: Mapping[int, Sequence[While]] = field(default_factory=dict[int, Sequence[While]])

    @property
    def day(self) -> Bounds:
        """The local day that the hours lie in."""
        return local_day(self.hours[0], self.zone)

    @property
    def day_is_over(self) -> bool:
        return self.now >= self.day.until

    def stage(self, end: datetime, *, told: bool) -> Stage:
        """Of a period that ended at `end`; `told`: the device's own record of it is in."""
        if self.now >= end + self.delays.window:
            return Stage.CLOSED
        is_final = told or self.now >= end + self.delays.grace
        return Stage.FINAL if is_final else Stage.PROVISIONAL

    def stage_of_hour(self, hour: datetime, outlet: SubjectView) -> Stage:
        """Final as soon as every point of the outlet that has a channel has its device's record."""
        points = [point.point for point in outlet.outward.values() if point.device is not None]
        told = bool(points) and all(
            self.recorded.device_hour(point, hour) is not None for point in points
        )
        return self.stage(hour + HOUR, told=told)

    def known_of(self, subject: int) -> Known:
        """What is known beside the marks of an outlet or unit."""
        return self.known.get(subject) or Known(self.now, clock=self.zone)

    def doubts_of_marks(self, point: int, span: Bounds) -> tuple[str, ...]:
        """What nobody vouches for of the marks that took data of the point out of the span."""
        return tuple(
            dict.fromkeys(
                doubt
                for one in self.out.get(point, ())
                if one.since < span.until and span.since < one.until
                for doubt in one.doubts
            )
        )

    def marked(
        self, view: PlantView, outlet: SubjectView, at: datetime, point: PointView | None = None
    ) -> Marked | None:
        """The marks of the outlet, and of its unit where it has but one, as they stand before `at`.

        As they are for one of its points, where one is given. Where several units lead to an outlet,
        one of them at rest excuses nothing.
        """
        units = units_behind(view, outlet.row.id)
        subjects = (outlet.row.id, *(units if len(units) == 1 else ()))
        marks = [mark for subject in subjects for mark in self.marks.get(subject, ())]
        if not marks:
            return None
        params = self.shelf.parameters(MarkParameters, place_of(view, outlet, point), at)
        return marked_line(marks, self.known_of(outlet.row.id), params, at)


@dataclass
class Judgements:
    """What came of it; `asked`: names of rules that were put to all of the day.

    What those do not find again has fallen, also where it began up to `lead` before the day and
    reached into it. `passed`: findings that go on into the next day, which tells them; they stand.
    """

    means: list[MeanRow] = field(default_factory=list[MeanRow])
    verdicts: list[VerdictRow] = field(default_factory=list[VerdictRow])
    performance: list[PerformanceRow] = field(default_factory=list[PerformanceRow])
    findings: list[Finding] = field(default_factory=list[Finding])
    asked: set[str] = field(default_factory=set[str])
    passed: list[Finding] = field(default_factory=list[Finding])
    lead: timedelta = timedelta()

    def tell(self, some: Iterable[Finding], day: Bounds) -> None:
        """Findings of the day; one that began in its last hours (`lead`) and goes on is the next day's."""
        for one in some:
            goes_on = one.until is not None and one.until >= day.until
            late = one.since > day.until - self.lead
            (self.passed if goes_on and late else self.findings).append(one)
