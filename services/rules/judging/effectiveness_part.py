"""传输有效率 of a plant's outlets: what was due, came and was valid, with its rows and findings.

Whoever has a store hands over what is kept as `Kept`. It must not know where that is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from schemas.judgement import Finding, MeanRow, PerformanceRow, Period
from schemas.manual import ManualResult
from schemas.marks import Mark
from schemas.period_outcome import PeriodOutcome
from schemas.registry_rows import SubjectRow
from schemas.registry_words import BEIJING
from schemas.transmission import Graces, SeriesCount
from services.rules.judging.case import Judgements
from services.rules.judging.month_case import INSTANT
from services.rules.judging.shelf import Shelf
from services.rules.manual_parameters import ManualDutyParameters
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.periods import Bounds, local_month
from services.rules.plant_view import Plants, PlantView
from services.rules.settings_catalogue import Place
from services.rules.transmission.counting import FactorDay, count_outlet
from services.rules.transmission.findings import RULES, AssessedOutlet, low_effectiveness
from services.rules.transmission.gathering import (
    Assessed,
    Believed,
    Sent,
    assessed_points,
    plant_records,
)
from services.rules.transmission.parameters import Step, TransmissionParameters
from services.rules.transmission.rates import (
    Effectiveness,
    effectiveness,
    performance_rows,
    stage_of,
    told_rates,
)
from services.rules.transmission.records import Assessing

_SECOND: Final = timedelta(seconds=1)
_HOUR: Final = timedelta(hours=1)


class Kept(Protocol):
    """What is kept of a plant's hours and days."""

    def counts(
        self, plant: str, span: Bounds, now: datetime, graces: Graces
    ) -> Sequence[SeriesCount]:
        """Records of hours and days due and come, by code, as seen from `now`."""
        ...

    def means(self, points: Sequence[int], span: Bounds, period: Period) -> Sequence[MeanRow]:
        """Believed means."""
        ...

    def stopped(self, points: Sequence[int], span: Bounds) -> Sequence[PeriodOutcome]:
        """Hours believed to be stopped."""
        ...

    def marks(self, subjects: Sequence[int], span: Bounds) -> Sequence[Mark]:
        """Marks that touch the span."""
        ...

    def results(self, points: Sequence[int], span: Bounds) -> Sequence[ManualResult]:
        """Laboratory results that touch the span."""
        ...


@dataclass(frozen=True, slots=True)
class Assessors:
    """A plant, as of when, by which settings; `graces` say what is in time."""

    plants: Plants
    plant: int
    shelf: Shelf
    now: datetime
    graces: Graces

    def view(self, span: Bounds) -> PlantView:
        """The plant as it was at the span's end, or is now."""
        return self.plants.at(self.plant, min(span.until - INSTANT, self.now))

    def assessing(self, outlet: SubjectRow, since: datetime) -> Assessing:
        """By the parameters that hold for the outlet as the span begins. Raises SettingError."""
        place = self._place(outlet)
        params = self.shelf.parameters(TransmissionParameters, place, since)
        duty = self.shelf.parameters(ManualDutyParameters, place, since)
        grace = max(self.graces.hour_s, self.graces.day_s) * _SECOND
        return Assessing(self.now, params, duty, BEIJING, grace)

    def longest_window(self) -> timedelta:
        """The longest time for amendments of any of its outlets now. Raises SettingError."""
        view = self.plants.at(self.plant, self.now)
        windows = (self.assessing(one.row, self.now).window for one in view.outlets.values())
        return max(windows, default=timedelta())

    def marking(self, outlet: SubjectRow, since: datetime) -> MarkParameters:
        return self.shelf.parameters(MarkParameters, self._place(outlet), since)

    def _place(self, outlet: SubjectRow) -> Place:
        plant = self.plants.rows(self.plant).plant
        return Place(plant.region, plant.code, f"{plant.code}/{outlet.code}")


class OutletDays(NamedTuple):
    """An outlet's days of its factors, with what they were assessed by."""

    outlet: SubjectRow
    asked: Assessing
    days: Sequence[FactorDay]


def outlet_days(kept: Kept, asked: Assessors, span: Bounds) -> list[OutletDays]:
    """Every assessed outlet with its days in the span, counted month by month.

    Each month is counted as the plant was at its end, by the parameters of its beginning. Raises
    SettingError.
    """
    outlets: dict[int, OutletDays] = {}
    for month in _months(Bounds(span.since, min(span.until, _next_hour(asked.now)))):
        for one in _assessed(kept, asked, month):
            known = outlets.get(one.outlet.id)
            days = [*(known.days if known else ()), *count_outlet(one.records, one.asked)]
            outlets[one.outlet.id] = OutletDays(one.outlet, one.asked, days)
    return list(outlets.values())


def judge_effectiveness(several: Iterable[OutletDays], step: Step, view: PlantView) -> Judgements:
    """Rows of each point and outlet over the periods of the days, and findings of outlets."""
    found = Judgements(asked={RULES[step]})
    for one in several:
        outlets = effectiveness(one.days, "outlet", step, one.asked)
        found.performance += performance_rows(outlets)
        found.performance += performance_rows(effectiveness(one.days, "point", step, one.asked))
        found.findings += _low(outlets, view, one.outlet, one.asked)
    return found


def judge_longer(
    rows: Sequence[PerformanceRow], step: Step, asked: Assessors, span: Bounds
) -> Judgements:
    """The quarter or year of these rows of months, of each point and outlet; findings of outlets."""
    found = Judgements(asked={RULES[step]})
    view = asked.view(span)
    for subject in sorted({row.subject for row in rows}):
        outlet = view.outlets.get(subject)
        if outlet is None:
            continue
        by = asked.assessing(outlet.row, span.since)
        rates = told_rates([row for row in rows if row.subject == subject], step, by)
        found.performance += performance_rows(rates)
        whole = [one for one in rates if one.level == "outlet"]
        found.findings += _low(whole, view, outlet.row, by)
    return found


def stages_now(asked: Assessors, month: Bounds) -> Mapping[int, str]:
    """The stage that the month of each outlet has now. Raises SettingError."""
    return {
        one.row.id: stage_of(month, asked.assessing(one.row, month.since)).value
        for one in asked.view(month).outlets.values()
    }


def _low(
    rates: Iterable[Effectiveness], view: PlantView, outlet: SubjectRow, asked: Assessing
) -> Iterator[Finding]:
    plant = view.row
    about = AssessedOutlet(
        *(outlet.id, f"{plant.name}{outlet.code}", f"{plant.code}/{outlet.code}"),
        region=plant.region,
        zone=asked.zone,
    )
    for rate in rates:
        finding = low_effectiveness(rate, about, asked.params)
        if finding is not None:
            yield finding


def _assessed(kept: Kept, asked: Assessors, month: Bounds) -> list[Assessed]:
    view = asked.view(month)

    def assessing(outlet: SubjectRow) -> Assessing:
        return asked.assessing(outlet, month.since)

    def ruled(outlet: SubjectRow) -> tuple[Assessing, MarkParameters]:
        return assessing(outlet), asked.marking(outlet, month.since)

    points = assessed_points(view, assessing)
    if not points:
        return []
    windows = [assessing(outlet.row).window for outlet in view.outlets.values()]
    sent = _sent(kept, asked, month, max(windows))
    if not sent.in_time:
        return []
    believed = _believed(kept, view, points, month)
    return plant_records(asked.plants.rows(asked.plant), view, (sent, believed), ruled)


def _sent(kept: Kept, asked: Assessors, month: Bounds, window: timedelta) -> Sent:
    plant = asked.plants.rows(asked.plant).plant.code
    seconds = window // _SECOND
    patient = asked.graces._replace(hour_s=seconds, day_s=seconds)
    return Sent(
        kept.counts(plant, month, asked.now, asked.graces),
        # Seen from later by the window, so that what is over now is counted now.
        kept.counts(plant, month, asked.now + window, patient),
    )


def _believed(kept: Kept, view: PlantView, points: Sequence[int], month: Bounds) -> Believed:
    subjects = [one.row.id for one in view.subjects()]
    marks: dict[int, list[Mark]] = {}
    for mark in kept.marks(subjects, month):
        marks.setdefault(mark.subject, []).append(mark)
    manual: dict[int, list[ManualResult]] = {}
    for result in kept.results(points, month):
        manual.setdefault(result.point, []).append(result)
    means = [
        *kept.means(points, month, Period.HOUR),
        *kept.means(points, month, Period.DAY),
    ]
    return Believed(means, kept.stopped(points, month), marks, manual)


def _months(span: Bounds) -> Iterator[Bounds]:
    at = span.since
    while at < span.until:
        until = min(local_month(at, BEIJING).until, span.until)
        yield Bounds(at, until)
        at = until


def _next_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + _HOUR
