"""Hours and days of a water outlet: results of its analysers, means weighted by flow, verdicts.

pH, temperature and colour are judged by their least and greatest value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from schemas.record import Record
from schemas.water import WaterMean
from services.rules.exceedance import Circumstances
from services.rules.judging.case import Judgements, PlantDay, place_of
from services.rules.judging.facts import facts_of
from services.rules.judging.outlet_hour import protocol_of
from services.rules.judging.records import MAIN
from services.rules.judging.verdicts import Bench, verdicts_on
from services.rules.manual_parameters import ManualDutyParameters
from services.rules.plant_view import Codes, PlantView, PointView, SubjectView
from services.rules.water_flow import UNITS, Flow, flow_of
from services.rules.water_mass import MassRules, water_mass, with_mass
from services.rules.water_mean import water_day, water_hour
from services.rules.water_parameters import WaterMassParameters
from services.rules.water_series import FLOW, WaterPoint, WaterSeries, water_series
from services.rules.water_validity import WaterJudge

REACH = timedelta(hours=8)
"""So long before and after a period records are needed: results stand, and are shown, so much later."""
MASS_UNITS = frozenset({"mg/L"})


@dataclass(frozen=True, slots=True)
class _Water:
    """A water outlet as it is at a time, with what was measured at each of its points."""

    case: PlantDay
    view: PlantView
    outlet: SubjectView
    series: Mapping[int, WaterSeries]


def judge_water(case: PlantDay, outlet: SubjectView) -> Judgements:
    """The hours asked of a water outlet, and its day once that is over."""
    found = Judgements()
    view = case.view_at(case.hours[-1])
    series: dict[int, WaterSeries] = {}
    for codes in (outlet.outward, outlet.inward):
        series |= _side(case, view, outlet, codes)
    water = _Water(case, view, outlet, series)
    for hour in case.hours:
        stage = case.stage_of_hour(hour, outlet)
        _judged(
            water, {point: water_hour(one, hour, stage) for point, one in series.items()}, found
        )
    if case.day_is_over:
        day = case.day.since.astimezone(case.zone).date()
        stage = case.stage(case.day.until, told=False)
        means = {
            point: _with_mass(water, one, water_day(one, day, case.zone, stage))
            for point, one in series.items()
        }
        _judged(water, means, found)
    return found


def _side(
    case: PlantDay, view: PlantView, outlet: SubjectView, codes: Codes
) -> dict[int, WaterSeries]:
    measured = [point for point in codes.values() if point.device is not None]
    flow = _flow(case, view, outlet, codes.get(FLOW))
    rules = case.shelf.water_rules(place_of(view, outlet), case.hours[0])
    found: dict[int, WaterSeries] = {}
    for point in measured:
        at = WaterPoint(point.point, point.code, point.cycle_s, _judge(case, view, outlet, point))
        found[point.point] = water_series(at, _records(case, point), flow, rules)
    return found


def _records(case: PlantDay, point: PointView) -> Sequence[Record]:
    return case.recorded.minutes.get((point.point, MAIN), ()) or case.recorded.hours.get(
        (point.point, MAIN), ()
    )


def _flow(
    case: PlantDay, view: PlantView, outlet: SubjectView, point: PointView | None
) -> Flow | None:
    """The outlet's flow; None without a meter, or where no volume can be made of its unit."""
    if point is None or point.unit is None or point.unit not in UNITS:
        return None
    judge = _judge(case, view, outlet, point)
    return flow_of(_records(case, point), point.unit, judge)


def _judge(case: PlantDay, view: PlantView, outlet: SubjectView, point: PointView) -> WaterJudge:
    rules = case.shelf.hour_rules(protocol_of(point), place_of(view, outlet), case.hours[0])
    return WaterJudge(rules, flow=point.code == FLOW)


def _with_mass(water: _Water, series: WaterSeries, mean: WaterMean) -> WaterMean:
    case, day = water.case, water.case.day
    point = next(one for one in water.outlet.points() if one.point == mean.row.point)
    if series.flow is None or point.unit not in MASS_UNITS:
        return mean
    place = place_of(water.view, water.outlet)
    rules = MassRules(
        case.shelf.parameters(WaterMassParameters, place, day.since),
        case.shelf.parameters(ManualDutyParameters, place, day.since),
    )
    manual = case.manual.get(mean.row.point, ())
    return with_mass(mean, water_mass(series, manual, (day.since, day.until), rules))


def _judged(water: _Water, means: Mapping[int, WaterMean], found: Judgements) -> None:
    """Keep the means of a period, and judge those that a limit binds."""
    case, view, outlet = water.case, water.view, water.outlet
    by_code = {
        point.code: means[point.point].row
        for point in outlet.outward.values()
        if point.point in means
    }
    facts = facts_of(view, outlet, by_code)
    for point in outlet.points():
        mean = means.get(point.point)
        if mean is None:
            continue
        row = mean.row._replace(evidence={**mean.row.evidence, "doubts": list(mean.doubts)})
        found.means.append(row)
        versions = case.limits.at(point.point, row.start)
        if not versions:
            continue
        ends = None if mean.lowest is None or mean.highest is None else (mean.lowest, mean.highest)
        circumstances = Circumstances(
            unit=point.unit, extremes=ends, facts={**facts, "code": point.code}
        )
        rules = case.shelf.judging_rules(place_of(view, outlet), row.start)
        marked = case.marked(view, outlet, row.start)
        hours = {start: one for (at, start), one in case.believed.items() if at == point.point}
        found.verdicts += verdicts_on(row, Bench(versions, circumstances, rules, marked, hours))
