"""Removal efficiency 去除效率 from what goes in and what comes out, by hour, day and month.

eta = 1 - Cout*Qout / (Cin*Qin); where a flow is missing, of concentrations converted to the same
oxygen. It must not know how means were made.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from schemas.judgement import MeanRow, PerformanceRow, Period, Stage
from services.rules.exact import EXACT, QUOTIENT, kept, sum_of, text
from services.rules.facility.course import Course, time_of
from services.rules.facility.intervals import Ruler
from services.rules.facility.removal_parameters import RemovalParameters
from services.rules.facility.slices import Slice

REMOVAL = "removal"
_HOUR_S = 3_600
Method = Literal["mass", "converted"]


class Side(NamedTuple):
    """An hour before or after treatment: concentration, flow (any unit, the same on both sides).

    `converted` is the concentration at the reference oxygen that both sides share. None: not there,
    or not valid.
    """

    concentration: Decimal | None
    flow: Decimal | None
    converted: Decimal | None

    def amount(self, method: Method) -> Decimal | None:
        if method == "converted":
            return self.converted
        if self.concentration is None or self.flow is None:
            return None
        return EXACT.multiply(self.concentration, self.flow)


class RemovalHour(NamedTuple):
    """An hour that begins at `start` (a second)."""

    start: int
    inlet: Side
    outlet: Side


class Through(NamedTuple):
    """Amounts in and out over some hours, by one method."""

    method: Method
    inlet: Decimal
    outlet: Decimal
    hours: int


def side_of(mean: MeanRow | None, flow: MeanRow | None, oxygen: Decimal | None) -> Side:
    """A side from the hour's means; what is not valid, or only a lower bound, is not used."""
    pollutant = _valid(mean)
    converted = None
    if pollutant is not None and oxygen is not None:
        converted = pollutant.converted.get(text(oxygen))
    flowing = _valid(flow)
    return Side(
        None if pollutant is None else pollutant.value,
        None if flowing is None else flowing.value,
        converted,
    )


def judged_hours(
    hours: Iterable[RemovalHour], production: Course | None, params: RemovalParameters
) -> tuple[RemovalHour, ...]:
    """The hours in which production surely ran for `production_share`; all where None is given.

    An hour of which that is not known is not judged: with nothing coming in no share is removed.
    """
    if production is None:
        return tuple(hours)
    ruler = Ruler(production.on)
    least = params.production_share * _HOUR_S
    return tuple(
        each for each in hours if ruler.seconds(each.start, each.start + _HOUR_S) * 100 >= least
    )


def through(hours: Sequence[RemovalHour]) -> Through | None:
    """What went in and came out over the hours, all by one method; None where no hour has both sides.

    By mass, unless more hours have both converted concentrations (one flow meter): hours of
    different methods cannot be added up.
    """
    found = [_by("mass", hours), _by("converted", hours)]
    best = max(found, key=lambda each: (each.hours, each.method == "mass"))
    return best if best.hours else None


def efficiency(flow: Through) -> Decimal | None:
    """The share removed (nine decimals), negative where more comes out; None if nothing went in."""
    if flow.inlet <= 0:
        return None
    return kept(QUOTIENT.divide(EXACT.subtract(flow.inlet, flow.outlet), flow.inlet))


class Removes(NamedTuple):
    """A facility (or the outlet behind it) and the pollutant (code) whose removal is judged."""

    subject: int
    code: str
    stage: Stage


def removal_rows(
    removes: Removes,
    hours: Sequence[RemovalHour],
    chosen: Iterable[Slice],
    params: RemovalParameters,
) -> tuple[PerformanceRow, ...]:
    """A row for each slice with judged hours: numerator what was removed, denominator what went in.

    Give the hours of `judged_hours`. Amounts are mg/m3 times the unit of flow, or mg/m3 (converted).
    A row of a day is sure only with `day_hours`. The formula is from memory.
    """
    ordered = sorted(hours)
    starts = [each.start for each in ordered]
    found: list[PerformanceRow] = []
    for each in chosen:
        inside = ordered[bisect_left(starts, each.since) : bisect_left(starts, each.until)]
        flow = through(inside)
        if flow is not None:
            found.append(_row(removes, each, flow, params))
    return tuple(found)


def _row(removes: Removes, each: Slice, flow: Through, params: RemovalParameters) -> PerformanceRow:
    enough = each.period is not Period.DAY or flow.hours >= params.day_hours
    names = ("efficiency_formula", "production_share")
    doubts = params.unestablished((*names, "day_hours") if each.period is Period.DAY else names)
    return PerformanceRow(
        subject=removes.subject,
        measure=REMOVAL,
        code=removes.code,
        period=each.period,
        start=time_of(each.since),
        stage=removes.stage,
        numerator=EXACT.subtract(flow.inlet, flow.outlet),
        denominator=flow.inlet,
        sure=enough and not doubts,
        evidence=_evidence(flow, doubts),
    )


def _evidence(flow: Through, doubts: tuple[str, ...]) -> Mapping[str, object]:
    share = efficiency(flow)
    return {
        "method": flow.method,
        "hours": flow.hours,
        "inlet": text(flow.inlet),
        "outlet": text(flow.outlet),
        "efficiency": None if share is None else text(share),
        "doubts": list(doubts),
    }


def _by(method: Method, hours: Sequence[RemovalHour]) -> Through:
    pairs = [(each.inlet.amount(method), each.outlet.amount(method)) for each in hours]
    both = [(one, other) for one, other in pairs if one is not None and other is not None]
    return Through(
        method, sum_of(one for one, _ in both), sum_of(other for _, other in both), len(both)
    )


def _valid(mean: MeanRow | None) -> MeanRow | None:
    return mean if mean is not None and mean.valid and not mean.at_least else None
