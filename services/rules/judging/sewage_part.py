"""What is asked of sewage works beside limits: removal, load, standing idle, the inlet, the balance.

Days out of the means just judged, months out of those believed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from schemas.judgement import Finding, MeanRow, PerformanceRow, Period
from schemas.water import WaterMean
from services.rules.exact import EXACT, QUOTIENT, ZERO, kept
from services.rules.judging.case import Judgements, PlantDay
from services.rules.judging.month_case import INSTANT, PlantMonth, day_of
from services.rules.judging.records import HOUR
from services.rules.judging.sewage_works import Works, sewage_works
from services.rules.judging.shelf import place_of
from services.rules.judging.water_days import read_back
from services.rules.plant_view import Codes, PlantView, PointView, SubjectView
from services.rules.sewage import (
    DayVolume,
    SewageWorks,
    day_volumes,
    idle_findings,
    load_rate,
)
from services.rules.sewage_parameters import (
    SewageIdleParameters,
    SewageInletParameters,
    SewageLoadParameters,
)
from services.rules.sewage_quality import (
    Covered,
    InAndOut,
    Inlet,
    balance_findings,
    inlet_finding,
    removal_rate,
)
from services.rules.water_cycle import Span
from services.rules.water_flow import UNITS, Flow
from services.rules.water_series import FLOW

SEWAGE_RULES: Final = frozenset(
    {"sewage_load", "sewage_load_year", "sewage_idle", "sewage_inlet", "sewage_balance"}
)
_BOD, _COD = "w01017", "w01018"
_PER_LITRE: Final = "mg/L"
_STOPS: Final = frozenset({"out_of_service", "no_discharge"})
"""Codes of marks by which a plant declares that nothing is treated."""


def water_removal_day(case: PlantDay, means: Iterable[MeanRow]) -> list[PerformanceRow]:
    """去除率 of the day at each outlet with points before treatment, or with an inlet of its own."""
    day = case.day
    view = case.view_at(day.since)
    rows = {row.point: row for row in means if row.period is Period.DAY}
    stage = case.stage(day.until, told=False)
    local = day.since.astimezone(case.zone).date()
    found: list[PerformanceRow] = []
    for works, codes in _sides(view, case):
        for code, (before, after) in codes.items():
            one = InAndOut(local, _mean(rows.get(before)), _mean(rows.get(after)))
            asked = Covered(code, Period.DAY, day.since, stage)
            found.append(removal_rate(works, [one], asked))
    return found


def water_removal_percent(
    outlet: SubjectView, code: str, means: Mapping[int, WaterMean]
) -> Decimal | None:
    """The removal over a period at an outlet that has the code on both sides, in %; else None."""
    pair = _pairs(outlet.inward, outlet.outward).get(code)
    if pair is None:
        return None
    before, after = means.get(pair[0]), means.get(pair[1])
    if before is None or after is None:
        return None
    row = after.row
    day = InAndOut(row.start.date(), before, after)
    works = SewageWorks(outlet.row.id, "", "", ZERO)
    rate = removal_rate(works, [day], Covered(code, row.period, row.start, row.stage))
    if rate.denominator <= 0:
        return None
    return kept(QUOTIENT.divide(EXACT.multiply(rate.numerator, Decimal(100)), rate.denominator))


def judge_sewage_month(case: PlantMonth, means: Iterable[MeanRow]) -> Judgements:
    """The month of each works, as far as it went; `means`: those of the month itself.

    Load under a level, an inlet too thin and removal are told of months that are over.
    """
    found = Judgements()
    months = {row.point: row for row in means if row.period is Period.MONTH}
    for one in sewage_works(case.view, case.frame.zone):
        found.asked |= SEWAGE_RULES
        flow = _flow_of(case, one.outlet.outward.get(FLOW))
        inflow = _flow_of(case, one.inlet.get(FLOW))
        treated = flow or inflow
        if treated is not None:
            _load(case, one, treated, found)
            found.findings += _idle(case, one, treated)
        if flow is not None and inflow is not None:
            found.findings += _balance(case, one, (inflow, flow))
        if case.is_over:
            found.performance += _removal_month(case, one)
            found.findings += _inlet(case, one, months)
    return found


def _load(case: PlantMonth, one: Works, flow: Flow, found: Judgements) -> None:
    if not one.works.design_m3_d:
        return
    days = day_volumes(flow, case.first_day, case.frame.zone)
    stage = case.stage
    load = load_rate(one.works, case.first_day, days, stage, _load_rules(case, one))
    if not load.row.denominator:
        return
    said: dict[str, object] = {**load.row.evidence, "doubts": list(one.doubts)}
    found.performance.append(
        load.row._replace(sure=load.row.sure and not one.doubts, evidence=said)
    )
    found.findings += [_doubted(finding, one.doubts) for finding in load.findings]


def _idle(case: PlantMonth, one: Works, flow: Flow) -> list[Finding]:
    """Idle times within the month; one that goes on over its end is two."""
    month, now = case.month, case.frame.now
    end = now.replace(minute=0, second=0, microsecond=0)
    window = (month.since, month.until + INSTANT if case.is_over else end)
    params = case.frame.shelf.parameters(
        SewageIdleParameters, place_of(case.view, one.outlet), month.since
    )
    stopped = _declared(case, one.outlet)
    return idle_findings(one.works, flow, window, stopped, params)


def _balance(case: PlantMonth, one: Works, flows: tuple[Flow, Flow]) -> list[Finding]:
    came, left = (day_volumes(flow, case.first_day, case.frame.zone) for flow in flows)
    until = day_of(case.frame.now, case)
    days: list[tuple[DayVolume, DayVolume]] = [
        pair for pair in zip(came, left, strict=True) if pair[0].day < until
    ]
    return balance_findings(one.works, days, case.stage, _inlet_rules(case, one))


def _inlet(case: PlantMonth, one: Works, months: Mapping[int, MeanRow]) -> list[Finding]:
    inlet = Inlet(_valid(one.inlet.get(_BOD), months), _valid(one.inlet.get(_COD), months))
    finding = inlet_finding(
        one.works, (case.month.since, case.month.until), inlet, case.stage, _inlet_rules(case, one)
    )
    return [] if finding is None else [finding]


def _removal_month(case: PlantMonth, one: Works) -> list[PerformanceRow]:
    found: list[PerformanceRow] = []
    for code, (before, after) in _pairs(one.inlet, one.outlet.outward).items():
        came, left = _by_day(case, before), _by_day(case, after)
        days = [
            InAndOut(day, came.get(day), left.get(day)) for day in sorted(came.keys() | left.keys())
        ]
        asked = Covered(code, Period.MONTH, case.month.since, case.stage)
        found.append(removal_rate(one.works, days, asked))
    return found


def _sides(view: PlantView, case: PlantDay) -> list[tuple[SewageWorks, dict[str, tuple[int, int]]]]:
    """Each water outlet with pollutants known on both sides."""
    works = {one.outlet.row.id: one for one in sewage_works(view, case.zone)}
    found: list[tuple[SewageWorks, dict[str, tuple[int, int]]]] = []
    for outlet in view.outlets.values():
        if outlet.row.medium != "water":
            continue
        known = works.get(outlet.row.id)
        inlet = outlet.inward if known is None else known.inlet
        pairs = _pairs(inlet, outlet.outward)
        if pairs:
            own = SewageWorks(outlet.row.id, "", "", ZERO) if known is None else known.works
            found.append((own, pairs))
    return found


def _pairs(inlet: Codes, outlet: Codes) -> dict[str, tuple[int, int]]:
    """Points of what comes in and goes out, by code, where both are measured in mg/L."""
    return {
        code: (before.point, outlet[code].point)
        for code, before in inlet.items()
        if code in outlet and before.unit == outlet[code].unit == _PER_LITRE
    }


def _flow_of(case: PlantMonth, point: PointView | None) -> Flow | None:
    """The flow out of its hours: of an hour that is valid in part so many seconds count."""
    if point is None or point.unit is None or not case.hours.get(point.point):
        return None
    if point.unit not in UNITS:
        return None
    pieces = [
        (row.start, row.start + min(HOUR, timedelta(seconds=row.valid_s)), row.value)
        for row in case.hours[point.point]
        if row.value is not None and row.valid_s > 0
    ]
    return Flow(tuple(pieces), point.unit)


def _declared(case: PlantMonth, outlet: SubjectView) -> Sequence[Span]:
    """When marks say that nothing was treated; a claim is a declaration too, a rejected one is none."""
    marked = case.frame.marked(case.view, outlet, case.month.since)
    if marked is None:
        return ()
    return [(one.since, one.until) for one in marked.line.condition if one.kind.code in _STOPS]


def _by_day(case: PlantMonth, point: int) -> dict[date, WaterMean]:
    return {day_of(row.start, case): read_back(row) for row in case.days.get(point, ())}


def _mean(row: MeanRow | None) -> WaterMean | None:
    return None if row is None else read_back(row)


def _valid(point: PointView | None, months: Mapping[int, MeanRow]) -> Decimal | None:
    row = None if point is None or point.unit != _PER_LITRE else months.get(point.point)
    return row.value if row is not None and row.valid else None


def _doubted(finding: Finding, doubts: tuple[str, ...]) -> Finding:
    if not doubts:
        return finding
    return replace(finding, sure=False, doubts=tuple(dict.fromkeys((*finding.doubts, *doubts))))


def _load_rules(case: PlantMonth, one: Works) -> SewageLoadParameters:
    place = place_of(case.view, one.outlet)
    return case.frame.shelf.parameters(SewageLoadParameters, place, case.month.since)


def _inlet_rules(case: PlantMonth, one: Works) -> SewageInletParameters:
    place = place_of(case.view, one.outlet)
    return case.frame.shelf.parameters(SewageInletParameters, place, case.month.since)
