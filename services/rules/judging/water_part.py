"""Hours and days of a water outlet: results of its analysers, means weighted by flow, verdicts.

pH, temperature and colour are judged by their least and greatest value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from schemas.judgement import Period
from schemas.water import WaterMean
from services.rules.exceedance import Circumstances
from services.rules.judging.case import Judgements, PlantDay
from services.rules.judging.facilities import Facilities
from services.rules.judging.facts import WATER_TEMPERATURE, facts_of
from services.rules.judging.outlet_hour import protocol_of
from services.rules.judging.records import HOUR, MAIN, SPARE
from services.rules.judging.sewage_part import water_removal_percent
from services.rules.judging.shelf import place_of
from services.rules.judging.verdicts import Bench, verdicts_on
from services.rules.judging.water_days import kept_row
from services.rules.judging.water_marks import MarkedOutlet
from services.rules.judging.water_warmth import warmth_doubts
from services.rules.manual_parameters import ManualDutyParameters
from services.rules.periods import Bounds
from services.rules.plant_view import Codes, PlantView, PointView, SubjectView
from services.rules.water_cycle import Span
from services.rules.water_flow import UNITS, Flow, flow_of
from services.rules.water_mass import MassRules, water_mass, with_mass
from services.rules.water_mean import ALL_STILL, water_day, water_hour
from services.rules.water_parameters import WaterMassParameters
from services.rules.water_records import Choosing, PointLines, WaterRecords, chosen_records
from services.rules.water_series import FLOW, Times, WaterPoint, WaterSeries, water_series
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
    records: Mapping[int, WaterRecords]
    facilities: Facilities | None

    @property
    def marked(self) -> MarkedOutlet:
        return MarkedOutlet(self.case, self.view, self.outlet)


def judge_water(
    case: PlantDay, outlet: SubjectView, facilities: Facilities | None = None
) -> Judgements:
    """The hours asked of a water outlet, and its day once that is over."""
    found = Judgements()
    view = case.view_at(case.hours[-1])
    series: dict[int, WaterSeries] = {}
    records: dict[int, WaterRecords] = {}
    for codes in (outlet.outward, outlet.inward):
        of_side = {
            point.point: _records(case, view, outlet, point)
            for point in codes.values()
            if point.device is not None
        }
        records |= of_side
        series |= _side(MarkedOutlet(case, view, outlet), codes, of_side)
    water = _Water(case, view, outlet, series, records, facilities)
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
    marked: MarkedOutlet, codes: Codes, records: Mapping[int, WaterRecords]
) -> dict[int, WaterSeries]:
    case, view, outlet = marked
    flow = _flow(marked, codes.get(FLOW), records)
    found: dict[int, WaterSeries] = {}
    for point in codes.values():
        if point.point in records:
            judge = _judge(*marked, point)
            rules = case.shelf.water_rules(place_of(view, outlet, point), case.hours[0])
            at = WaterPoint(point.point, point.code, point.cycle_s, judge)
            times = Times(marked.checks(point), marked.taken_out(point.point))
            found[point.point] = water_series(at, records[point.point].records, flow, rules, times)
    return found


def _records(
    case: PlantDay, view: PlantView, outlet: SubjectView, point: PointView
) -> WaterRecords:
    """What counts of what the main and the spare channel sent."""
    recorded, key = case.recorded, point.point
    rules = case.shelf.water_rules(place_of(view, outlet, point), case.hours[0])
    judge = _judge(case, view, outlet, point)
    at = WaterPoint(key, point.code, point.cycle_s, judge)
    lines = PointLines(
        recorded.minutes.get((key, MAIN), ()),
        recorded.hours.get((key, MAIN), ()),
        recorded.minutes.get((key, SPARE), ()),
        recorded.hours.get((key, SPARE), ()),
    )
    slow = at.cycle(rules.cycle) is not None
    return chosen_records(lines, Choosing(judge, rules.mean.hour_percent, slow))


def _flow(
    marked: MarkedOutlet, point: PointView | None, records: Mapping[int, WaterRecords]
) -> Flow | None:
    """The outlet's flow; None without a meter, or where no volume can be made of its unit."""
    if point is None or point.unit is None or point.unit not in UNITS:
        return None
    known = records.get(point.point, WaterRecords(()))
    return flow_of(known.records, point.unit, _judge(*marked, point))


def _judge(case: PlantDay, view: PlantView, outlet: SubjectView, point: PointView) -> WaterJudge:
    place = place_of(view, outlet, point)
    rules = case.shelf.hour_rules(protocol_of(point), place, case.hours[0])
    return WaterJudge(rules, flow=point.code == FLOW)


def _with_mass(water: _Water, series: WaterSeries, mean: WaterMean) -> WaterMean:
    case, day = water.case, water.case.day
    point = next(one for one in water.outlet.points() if one.point == mean.row.point)
    if series.flow is None or point.unit not in MASS_UNITS:
        return mean
    place = place_of(water.view, water.outlet, point)
    rules = MassRules(
        case.shelf.parameters(WaterMassParameters, place, day.since),
        case.shelf.parameters(ManualDutyParameters, place, day.since),
    )
    manual = case.manual.get(mean.row.point, ())
    return with_mass(mean, water_mass(series, manual, (day.since, day.until), rules))


def _judged(water: _Water, means: Mapping[int, WaterMean], found: Judgements) -> None:
    """Keep the means of a period, and judge those that a limit binds."""
    outlet = water.outlet
    told = {key: _told(water, mean) for key, mean in means.items()}
    rows = {key: kept_row(mean) for key, mean in told.items()}
    by_code = {one.code: rows[one.point] for one in outlet.outward.values() if one.point in rows}
    facts = facts_of(water.view, outlet, by_code)
    for point in outlet.points():
        if point.point not in told:
            continue
        row, mean = rows[point.point], told[point.point]
        found.means.append(row)
        versions = water.case.limits.at(point.point, row.start)
        if not versions:
            continue
        ends = None if mean.lowest is None or mean.highest is None else (mean.lowest, mean.highest)
        stopped, doubts = _stopped(water, mean, point)
        of_marks = water.case.doubts_of_marks(point.point, Bounds(*_span(water, mean)))
        circumstances = Circumstances(
            unit=point.unit,
            stopped=stopped,
            removal=water_removal_percent(outlet, point.code, means),
            extremes=ends,
            hourly=mean.hourly,
            facts={**facts, "code": point.code},
            doubts=(*doubts, *of_marks),
            limit_doubts=warmth_doubts(versions, facts, by_code.get(WATER_TEMPERATURE)),
        )
        place = place_of(water.view, outlet, point)
        rules = water.case.shelf.judging_rules(place, row.start)
        marked = water.case.marked(water.view, outlet, row.start, point)
        bench = Bench(versions, circumstances, rules, marked, parts=mean.parts)
        found.verdicts += verdicts_on(row, bench)


def _told(water: _Water, mean: WaterMean) -> WaterMean:
    """With the hours of the spare, and those in which the device's record and its minutes are apart."""
    records = water.records[mean.row.point]
    said = records.told(_span(water, mean))
    if not said:
        return mean
    doubts: tuple[str, ...] = ()
    if "device_hours" in said:
        rules = water.series[mean.row.point].at.judge.rules
        doubts = rules.hour.unestablished(("judged_record",))
    row = mean.row._replace(evidence={**mean.row.evidence, **said})
    return mean._replace(row=row, doubts=tuple(dict.fromkeys((*mean.doubts, *doubts))))


def _stopped(water: _Water, mean: WaterMean, point: PointView) -> tuple[bool, tuple[str, ...]]:
    """Whether nothing was discharged, and what that rests on.

    Never on the meter's word alone: W06 calls results without flow invalid, and no more.
    """
    if mean.why != ALL_STILL:
        return False, ()
    span = _span(water, mean)
    units = water.view.units_of(water.outlet.row.id)
    if water.facilities is not None and water.facilities.stood_still(units, *span):
        return True, ()
    return water.marked.stops(span, point)


def _span(water: _Water, mean: WaterMean) -> Span:
    """An hour, or the day."""
    since = mean.row.start
    return since, since + HOUR if mean.row.period is Period.HOUR else water.case.day.until
