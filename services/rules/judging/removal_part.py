"""Removal efficiency 去除效率 of an air outlet that is measured before and after its treatment.

Rates of hours and days, the number that limits of removal are put upon, and days under the target.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from schemas.judgement import Finding, MeanRow, PerformanceRow, Period, Stage
from schemas.limits import LimitVersion
from services.rules.conversion import M3_H_OF
from services.rules.exact import EXACT, QUOTIENT, ZERO, digits, kept
from services.rules.exceedance import Circumstances
from services.rules.facility.course import Course, second_of, time_of
from services.rules.facility.low_removal import Case, Target, low_removal, usual_target
from services.rules.facility.removal import (
    REMOVAL,
    RemovalHour,
    Removes,
    judged_hours,
    removal_rows,
    side_of,
)
from services.rules.facility.removal_parameters import RemovalParameters
from services.rules.facility.slices import Slice
from services.rules.facility.ways import production_of
from services.rules.fuel_words import COAL, fuel_named
from services.rules.judging.case import PlantDay
from services.rules.judging.facilities import Facilities
from services.rules.judging.outlet_hour import CONCENTRATIONS, FLOW, OXYGEN
from services.rules.judging.shelf import place_of
from services.rules.periods import Bounds
from services.rules.plant_view import PlantView, PointView, SubjectView

NEW_UNIT: Final = "new_coal_unit"
"""The plan's targets are for new coal-fired units; whether a unit is one nobody has registered."""
_TREATED_BY: Final[Mapping[str, tuple[str, str]]] = {
    "a21026": ("desulphurisation", "SO2"),
    "a21002": ("denitrification", "NOx"),
}
_MOST: Final = Decimal(100)
LOW_REMOVAL: Final = "low_removal"


class _Through(NamedTuple):
    """A pollutant measured on both sides, with the flows where they can be held together."""

    inlet: PointView
    outlet: PointView
    inflow: int | None
    outflow: int | None


@dataclass(frozen=True, slots=True)
class Removed:
    """Rates of an outlet over a period, by code; `percent` where enough is known to judge by it."""

    rows: Mapping[str, PerformanceRow] = field(default_factory=dict[str, PerformanceRow])
    percent: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])


@dataclass(frozen=True, slots=True)
class RemovalAsked:
    """An outlet of a plant's day, and the means of hours that its rates are made of."""

    case: PlantDay
    view: PlantView
    outlet: SubjectView
    facilities: Facilities | None
    hours: Sequence[MeanRow]

    def parameters(self, at: datetime) -> RemovalParameters:
        place = place_of(self.view, self.outlet)
        return self.case.shelf.parameters(RemovalParameters, place, at)

    def production(self) -> Course | None:
        """Whether any unit of the outlet runs; None: no way leads to it, all hours are judged."""
        units = self.view.units_of(self.outlet.row.id)
        if self.facilities is None or not units:
            return None
        return production_of(units, self.facilities.asked)


def removed_in_hour(asked: RemovalAsked, hour: datetime) -> Removed:
    """The rates of the hour; 0 of 0 where it cannot be judged."""
    stage = asked.case.stage_of_hour(hour, asked.outlet)
    second = second_of(hour)
    return _removed(asked, Slice(Period.HOUR, second, second + 3600), stage)


def removed_in_day(asked: RemovalAsked) -> Removed:
    """The rates of the day out of its hours; `percent` only with as many hours as a day needs."""
    day = asked.case.day
    stage = asked.case.stage(day.until, told=False)
    return _removed(asked, Slice(Period.DAY, second_of(day.since), second_of(day.until)), stage)


def low_removals(
    asked: RemovalAsked, earlier: Sequence[MeanRow] = (), lead: timedelta = timedelta()
) -> list[Finding]:
    """Hours in a row that end in the day, or the day, under the target of the groups on the outlet's ways.

    A row that began in the hours before (`earlier`, of the `lead`) has its true beginning; of one that
    was there as they began, what lies in the day is told.

    Only where no unit is known to burn something else than coal; that the units are new ones is
    nowhere said, so no finding is sure.
    """
    day = asked.case.day
    params, stage = asked.parameters(day.since), asked.case.stage(day.until, told=False)
    found: list[Finding] = []
    for code, pair in _pairs(asked.outlet).items():
        target = _target(asked, code, params)
        if target is None:
            continue
        name = asked.outlet.row.name or asked.outlet.row.code
        removes = Removes(asked.outlet.row.id, code, stage)
        case = Case(removes, target, name, _TREATED_BY[code][1], asked.case.zone)
        hours = judged_hours(_hours(asked, pair), asked.production(), params)
        whole = replace(asked, hours=[*earlier, *asked.hours])
        longer = judged_hours(_hours(whole, pair), asked.production(), params)
        lows = low_removal(case, longer, params)
        told = {one.since: one for one in lows if _ends_in(one, day, lead)}
        if any(one.since <= day.since - lead and one.since < day.since for one in lows):
            of_day = low_removal(case, hours, params)
            told |= {one.since: one for one in of_day if one.since == day.since}
        found += [_unsure(told[since]) for since in sorted(told)]
    return found


def _ends_in(one: Finding, day: Bounds, lead: timedelta) -> bool:
    """Whether it ends in the day or lasts, and its beginning was seen."""
    ends = one.until is None or one.until >= day.since
    return ends and (one.since >= day.since or one.since > day.since - lead)


def with_removal(
    circumstances: Circumstances, removed: Removed, code: str, versions: Iterable[LimitVersion]
) -> Circumstances:
    """The circumstances with the removal of the code, and its doubts beside limits of removal."""
    share = removed.percent.get(code)
    if share is None:
        return circumstances
    doubts = _doubts(removed.rows[code])
    beside = {
        one.limit: doubts
        for one in versions
        if one.bound is not None and one.bound.quantity == REMOVAL
    }
    return replace(
        circumstances, removal=share, limit_doubts={**circumstances.limit_doubts, **beside}
    )


def _removed(asked: RemovalAsked, span: Slice, stage: Stage) -> Removed:
    params = asked.parameters(time_of(span.since))
    rows: dict[str, PerformanceRow] = {}
    percent: dict[str, Decimal] = {}
    for code, pair in _pairs(asked.outlet).items():
        removes = Removes(asked.outlet.row.id, code, stage)
        hours = judged_hours(_hours(asked, pair), asked.production(), params)
        found = removal_rows(removes, hours, [span], params)
        row = rows[code] = found[0] if found else _nothing(removes, span)
        enough = span.period is not Period.DAY or _count(row) >= params.day_hours
        if row.denominator > 0 and enough:
            share = QUOTIENT.divide(EXACT.multiply(row.numerator, _MOST), row.denominator)
            percent[code] = kept(share)
    return Removed(rows, percent)


def _pairs(outlet: SubjectView) -> dict[str, _Through]:
    """The pollutants with a channel on both sides, in one unit."""
    inflow, outflow = outlet.inward.get(FLOW), outlet.outward.get(FLOW)
    flows: tuple[int | None, int | None] = (None, None)
    if inflow is not None and outflow is not None and inflow.unit == outflow.unit:
        flows = (inflow.point, outflow.point) if inflow.unit in M3_H_OF else flows
    return {
        code: _Through(inlet, outlet.outward[code], *flows)
        for code, inlet in outlet.inward.items()
        if code not in {FLOW, OXYGEN} and code in outlet.outward
        if inlet.device is not None and outlet.outward[code].device is not None
        if inlet.unit in CONCENTRATIONS and inlet.unit == outlet.outward[code].unit
    }


def _hours(asked: RemovalAsked, pair: _Through) -> list[RemovalHour]:
    rows = {(row.point, row.start): row for row in asked.hours if row.period is Period.HOUR}
    own = asked.outlet.row.reference_oxygen
    oxygen = None if own is None else digits(own)
    points = {pair.inlet.point, pair.outlet.point}
    starts = sorted({start for point, start in rows if point in points})

    def mean(point: int | None, start: datetime) -> MeanRow | None:
        return None if point is None else rows.get((point, start))

    return [
        RemovalHour(
            second_of(start),
            side_of(mean(pair.inlet.point, start), mean(pair.inflow, start), oxygen),
            side_of(mean(pair.outlet.point, start), mean(pair.outflow, start), oxygen),
        )
        for start in starts
    ]


def _nothing(removes: Removes, span: Slice) -> PerformanceRow:
    return PerformanceRow(
        removes.subject,
        REMOVAL,
        removes.code,
        span.period,
        time_of(span.since),
        removes.stage,
        numerator=ZERO,
        denominator=ZERO,
        sure=False,
        evidence={"hours": 0},
    )


def _target(asked: RemovalAsked, code: str, params: RemovalParameters) -> Target | None:
    treatment = _TREATED_BY.get(code, ("", ""))[0]
    view, outlet = asked.view, asked.outlet.row.id
    fuels = {view.units[unit].row.fuel for unit in view.units_of(outlet)}
    if any(fuel is not None and fuel_named(fuel) != COAL for fuel in fuels):
        return None
    members = {
        facility
        for group in view.groups
        if any(way.outlet == outlet for way in group.serves)
        for facility in group.facilities
    }
    kinds = {view.facilities[one].row.treatment for one in members if one in view.facilities}
    return usual_target(treatment, params) if treatment in kinds else None


def _unsure(finding: Finding) -> Finding:
    return replace(finding, sure=False, doubts=(*finding.doubts, NEW_UNIT))


def _count(row: PerformanceRow) -> int:
    hours = row.evidence["hours"]
    return hours if isinstance(hours, int) else 0


def _doubts(row: PerformanceRow) -> tuple[str, ...]:
    doubts = row.evidence.get("doubts")
    return tuple(str(one) for one in doubts) if isinstance(doubts, list) else ()  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - any evidence
