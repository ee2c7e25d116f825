"""Means of a plant's month and the verdicts on them by limits for months.

It must not know what else is asked of a month.
"""

from collections.abc import Mapping
from decimal import Decimal

from schemas.judgement import MeanRow, Period
from schemas.limits import LimitVersion
from schemas.water import WaterMean
from services.rules.exceedance import Circumstances
from services.rules.facility.rates import SYNCHRONOUS
from services.rules.judging.case import Judgements
from services.rules.judging.facts import facts_of, is_incinerator
from services.rules.judging.month_case import PlantMonth
from services.rules.judging.shelf import place_of
from services.rules.judging.verdicts import Bench, verdicts_on
from services.rules.judging.water_days import kept_row, read_back
from services.rules.longer_means import LongMeanParameters, month_mean
from services.rules.plant_view import SubjectView
from services.rules.sewage import DAY_S
from services.rules.water_mean import water_month
from services.rules.water_parameters import WaterMeanParameters


def judge_month_means(case: PlantMonth) -> Judgements:
    """A mean for each point of an outlet that has hours (air) or days (water) in the month."""
    found = Judgements()
    for outlet in case.view.outlets.values():
        of_air = outlet.row.medium == "air"
        means = _air(case, outlet) if of_air else _water(case, outlet)
        found.means += [row for row, _ in means.values()]
        _judge(case, outlet, means, found)
    return found


_Means = Mapping[int, tuple[MeanRow, WaterMean | None]]


def _air(case: PlantMonth, outlet: SubjectView) -> _Means:
    frame, month = case.frame, case.month
    found: dict[int, tuple[MeanRow, WaterMean | None]] = {}
    for point in outlet.points():
        rows = case.hours.get(point.point)
        if rows:
            place = place_of(case.view, outlet, point)
            params = frame.shelf.parameters(LongMeanParameters, place, month.since)
            found[point.point] = month_mean(rows, point.point, month, frame.zone, params), None
    return found


def _water(case: PlantMonth, outlet: SubjectView) -> _Means:
    frame = case.frame
    found: dict[int, tuple[MeanRow, WaterMean | None]] = {}
    for point in outlet.points():
        days = [read_back(row) for row in case.days.get(point.point, ())]
        if days:
            place = place_of(case.view, outlet, point)
            params = frame.shelf.parameters(WaterMeanParameters, place, case.month.since)
            mean = water_month(days, case.first_day, frame.zone, case.stage, params)
            found[point.point] = kept_row(mean), mean
    return found


def _judge(case: PlantMonth, outlet: SubjectView, means: _Means, found: Judgements) -> None:
    view, frame, since = case.view, case.frame, case.month.since
    outward = {
        point.code: means[point.point][0]
        for point in outlet.outward.values()
        if point.point in means
    }
    facts = facts_of(view, outlet, outward)
    for point in outlet.points():
        versions = frame.limits.at(point.point, since)
        if point.point not in means or not any(_is_monthly(one) for one in versions):
            continue
        row, water = means[point.point]
        circumstances = Circumstances(
            unit=point.unit,
            incinerator=is_incinerator(view, outlet),
            extremes=_extremes(water),
            hourly=None if water is None else water.hourly,
            facts={**facts, "code": point.code},
        )
        hours = {hour.start: hour for hour in case.hours.get(point.point, ())}
        rules = frame.shelf.judging_rules(place_of(view, outlet, point), since)
        marked = frame.marked(view, outlet, since, point)
        bench = Bench(
            versions, circumstances, rules, marked, hours, standing_still=stood_still(case, outlet)
        )
        found.verdicts += verdicts_on(row, bench)


def stood_still(case: PlantMonth, outlet: SubjectView) -> bool:
    """Whether the units that lead to the outlet surely stood in all of the month's days."""
    stood = {
        row.start
        for row in case.rates
        if (row.subject, row.measure, row.code) == (outlet.row.id, SYNCHRONOUS, "")
        and row.evidence.get("stopped_s") == DAY_S
    }
    return len(stood) * DAY_S >= (case.month.until - case.month.since).total_seconds()


def _extremes(mean: WaterMean | None) -> tuple[Decimal, Decimal] | None:
    if mean is None or mean.lowest is None or mean.highest is None:
        return None
    return mean.lowest, mean.highest


def _is_monthly(version: LimitVersion) -> bool:
    return version.bound is not None and version.bound.averaging == Period.MONTH.value
