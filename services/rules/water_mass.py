"""The mass of a pollutant in water over a local day, and what stood in for missing values in it.

What stands in is marked, counts here alone, and never decides an exceedance; it must not know limits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from schemas.manual import ManualResult
from schemas.water import WaterMean
from services.rules.exact import EXACT, QUOTIENT, ZERO, kept, mean_of, sum_of, text
from services.rules.manual import BEFORE, MANUAL, Filled, standing_in
from services.rules.manual_parameters import ManualDutyParameters
from services.rules.water_cycle import SLOW_CODES, Span
from services.rules.water_flow import Flow, uncovered
from services.rules.water_parameters import WaterMassParameters
from services.rules.water_series import WaterSeries

MEASURED = "measured"
_GRAMS_OF_KG = -3


class WaterMass(NamedTuple):
    """Mass 排放量 in kg (W05: C mg/L x Q m3 x 0.001), None where part of it cannot be known.

    `measured` of it rests on valid results and valid flow alone. `filled`: what stood in for
    concentrations; `filled_flow`: for flow, in m3/s. `unknown`: what nothing stands in for.
    """

    kg: Decimal | None
    measured: Decimal
    filled: tuple[Filled, ...]
    filled_flow: tuple[Filled, ...]
    unknown: tuple[Span, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MassRules:
    """The parameters of mass, and of how long a laboratory's result stands."""

    mass: WaterMassParameters
    duty: ManualDutyParameters


def water_mass(
    series: WaterSeries, manual: Iterable[ManualResult], span: Span, rules: MassRules
) -> WaterMass:
    """The mass that passed the point in [since, until), usually a local day.

    Missing concentrations are those of a laboratory where it measured, else (W04: COD, NH3-N, TP,
    TN) the mean of the valid results of the equal time before the gap; missing flow is the mean of
    the equal time before. Without a flow meter nothing is known. Give results and flow of as long a
    time before as the gaps may be.
    """
    flow = series.flow
    if flow is None:
        return WaterMass(None, ZERO, (), (), (span,), ())
    measured = _measured(series, span)
    filled = _filled(series, manual, span, rules)
    known = sorted([*measured, *filled])
    still = _still(flow, span)
    unknown = uncovered(span, [*((one.since, one.until) for one in known), *still])
    flows = _filled_flow(flow, span, rules.mass)
    gaps = [(since, until) for since, until, _ in _flow_gaps(flow, span)]
    covered = [(one.since, one.until) for one in flows]
    unknown += [left for gap in gaps for left in uncovered(gap, covered)]
    kilograms = [_mass(one, flow, flows) for one in known]
    total = kept(sum_of(kilograms)) if not unknown else None
    return WaterMass(
        total,
        kept(sum_of(_mass(one, flow, ()) for one in measured)),
        tuple(filled),
        tuple(flows),
        tuple(unknown),
        _doubts(filled, flows, rules),
    )


def with_mass(mean: WaterMean, mass: WaterMass) -> WaterMean:
    """The mean with its mass; what stood in is told in the evidence. The value stays as measured."""
    said: dict[str, object] = {
        "measured_kg": text(mass.measured),
        "filled": [_said(one) for one in mass.filled],
        "filled_flow": [_said(one) for one in mass.filled_flow],
        "unknown": [[since.isoformat(), until.isoformat()] for since, until in mass.unknown],
    }
    evidence = {**mean.row.evidence, "mass": said}
    doubts = tuple(dict.fromkeys([*mean.doubts, *mass.doubts]))
    row = mean.row._replace(mass=mass.kg, evidence=evidence)
    return mean._replace(row=row, doubts=doubts)


def _measured(series: WaterSeries, span: Span) -> list[Filled]:
    """The valid results as far as their time lies in the span; also of one sampled before it."""
    return [
        Filled(max(one.at, span[0]), min(one.until, span[1]), one.value, MEASURED)
        for one in series.results
        if one.valid and one.value is not None and one.at < span[1] and one.until > span[0]
    ]


def _filled(
    series: WaterSeries, manual: Iterable[ManualResult], span: Span, rules: MassRules
) -> list[Filled]:
    gaps = uncovered(span, [(one.since, one.until) for one in _measured(series, span)])
    filled = standing_in(gaps, manual, rules.duty)
    if rules.mass.substitution == "none" or series.at.code not in SLOW_CODES:
        return filled
    covered = [(one.since, one.until) for one in filled]
    for gap in gaps:
        mean = _mean_before(series, gap)
        if mean is not None:
            filled += [Filled(*left, mean, BEFORE) for left in uncovered(gap, covered)]
    return sorted(filled)


def _mean_before(series: WaterSeries, gap: Span) -> Decimal | None:
    """The plain mean of the valid results sampled in the time before the gap that is as long."""
    valid = [(one.at, one.until, one.value) for one in series.results if one.valid]
    before = _before(gap, [until for _, until, _ in valid])
    if before is None:
        return None
    values = [(v, 1) for at, _, v in valid if v is not None and before[0] <= at < before[1]]
    return kept(mean_of(values)) if values else None


def _before(gap: Span, ends: Iterable[datetime]) -> Span | None:
    """The time before a gap that is as long as it, from where it began, be that before the span."""
    began = max((end for end in ends if end <= gap[0]), default=None)
    return None if began is None else (began - (gap[1] - began), began)


def _still(flow: Flow, span: Span) -> list[Span]:
    """Where it is known that nothing flowed: whatever was in the water, its mass is 0."""
    return [
        (max(since, span[0]), min(until, span[1]))
        for since, until, value in flow.pieces
        if not value and since < span[1] and until > span[0]
    ]


def _flow_gaps(flow: Flow, span: Span) -> list[tuple[*Span, Decimal | None]]:
    """The gaps of the flow, each with the mean flow (m3/s) of the equal time before it."""
    covered = [(since, until) for since, until, _ in flow.pieces]
    gaps: list[tuple[*Span, Decimal | None]] = []
    for gap in uncovered(span, covered):
        before = _before(gap, [until for _, until in covered])
        gaps.append((*gap, None if before is None else flow.mean(before)))
    return gaps


def _filled_flow(flow: Flow, span: Span, params: WaterMassParameters) -> list[Filled]:
    if params.substitution == "none":
        return []
    return [
        Filled(since, until, mean, BEFORE)
        for since, until, mean in _flow_gaps(flow, span)
        if mean is not None
    ]


def _mass(one: Filled, flow: Flow, flows: Sequence[Filled]) -> Decimal:
    """C mg/L x Q m3 = g; at least 0."""
    span = (one.since, one.until)
    metres = [flow.volume(span).amount]
    for piece in flows:
        since, until = max(piece.since, one.since), min(piece.until, one.until)
        if since < until:
            metres.append(EXACT.multiply(piece.value, int((until - since).total_seconds())))
    return max(ZERO, QUOTIENT.multiply(one.value, sum_of(metres)).scaleb(_GRAMS_OF_KG, QUOTIENT))


def _doubts(filled: Sequence[Filled], flows: Sequence[Filled], rules: MassRules) -> tuple[str, ...]:
    sources = {one.source for one in (*filled, *flows)}
    names = rules.mass.unestablished(("substitution",)) if BEFORE in sources else ()
    stood = rules.duty.unestablished(("longest_interval_s",)) if MANUAL in sources else ()
    return (*names, *stood)


def _said(one: Filled) -> dict[str, object]:
    return {
        "from": one.since.isoformat(),
        "to": one.until.isoformat(),
        "value": text(kept(one.value)),
        "source": one.source,
        "result": one.result,
    }
