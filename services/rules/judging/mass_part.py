"""Mass of a month's flue gas in t, with what stands in for hours without valid data 替代, and capture.

HJ 75-2017. Months of the quarter so far, since its capture rate decides what may stand in. A number
that stands in is in the tonnage alone: it never decides an exceedance.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from schemas.judgement import Finding, PerformanceRow, Period
from services.rules.capture_rate import CaptureParameters, CaptureRate, capture_rate, is_short
from services.rules.conversion import M3_H_OF
from services.rules.exact import text
from services.rules.judging.case import Judgements
from services.rules.judging.month_case import PlantMonth
from services.rules.judging.outlet_hour import CONCENTRATIONS, FLOW
from services.rules.judging.records import HOUR
from services.rules.judging.shelf import place_of
from services.rules.mass import MassHour, MassState, mass_hour, mass_sum
from services.rules.mass_substitution import SubstitutionParameters, substituted
from services.rules.periods import Bounds, local_month, local_quarter
from services.rules.plant_view import PlantView, PointView, SubjectView

MASS: Final = "mass"
CAPTURE: Final = "capture"
SHORT: Final = "capture_short"
QUARTER_OPEN: Final = "quarter_not_over"
"""The capture rate is that of the quarter so far: what stands in may still change."""
LOOK_BACK: Final = timedelta(days=100)
"""So long before the quarter masses are needed: the longest look-back is 2160 valid hours."""
_NAMES: Final = tuple(SubstitutionParameters.model_fields)


@dataclass(frozen=True, slots=True)
class MassBelieved:
    """What is believed from `LOOK_BACK` before the quarter on, by point.

    `kg` of hours; `valid`: the hours with a valid mean concentration, with or without a flow to make a
    mass of it; `stopped`: those stopped.
    """

    kg: Mapping[int, Mapping[datetime, Decimal | None]]
    valid: Mapping[int, AbstractSet[datetime]]
    stopped: Mapping[int, AbstractSet[datetime]] = field(
        default_factory=dict[int, AbstractSet[datetime]]
    )


class _Quarter(NamedTuple):
    """A point's hours of the quarter so far, with what stands in, and the rate that allowed it."""

    outlet: SubjectView
    point: PointView
    hours: Sequence[MassHour]
    rate: CaptureRate
    doubts: tuple[str, ...]


def quarter_so_far(case: PlantMonth) -> Bounds:
    """From the quarter's beginning to the month's end."""
    return Bounds(local_quarter(case.month.since, case.frame.zone).since, case.month.until)


def mass_points(view: PlantView) -> list[tuple[SubjectView, PointView]]:
    """Pollutants of outlets of which a mass can be made, leaving bypasses out."""
    return [
        (outlet, point)
        for outlet in view.outlets.values()
        if outlet.row.medium == "air" and outlet.row.role != "bypass"
        if (flow := outlet.outward.get(FLOW)) is not None and flow.unit in M3_H_OF
        for point in outlet.outward.values()
        if point.unit in CONCENTRATIONS
    ]


def judge_mass_months(case: PlantMonth, believed: MassBelieved) -> Judgements:
    """The months of the quarter up to this one, of each pollutant of each outlet.

    The least capture rate is held against a quarter that is over.
    """
    found = Judgements(asked={SHORT})
    for outlet, point in mass_points(case.view):
        quarter = _quarter(case, outlet, point, believed)
        if quarter is None:
            continue
        for month in _months(case):
            found.performance.append(_mass(case, quarter, month))
        found.performance.append(_capture(case, quarter))
        found.findings += _short(case, quarter)
    return found


def _quarter(
    case: PlantMonth, outlet: SubjectView, point: PointView, believed: MassBelieved
) -> _Quarter | None:
    """None where nothing of the point was ever judged."""
    kg = believed.kg.get(point.point, {})
    if not kg:
        return None
    span = quarter_so_far(case)
    stopped: set[datetime] = set()
    for one in outlet.points():
        stopped |= believed.stopped.get(one.point, set())
    begun = max(span.since, min(kg))
    due = [begun + n * HOUR for n in range((span.until - begun) // HOUR)]
    hours = [mass_hour(at, kg.get(at), stopped=at in stopped and kg.get(at) is None) for at in due]
    if not hours:
        return None
    rate = _rate(hours, believed.valid.get(point.point, frozenset()))
    place = place_of(case.view, outlet, point)
    params = case.frame.shelf.parameters(SubstitutionParameters, place, span.since)
    history = [mass_hour(at, mass, stopped=False) for at, mass in kg.items() if at < begun]
    filled = substituted(hours, history, rate.percent, params)
    whole = span.until == local_quarter(case.month.since, case.frame.zone).until
    doubts = (*params.unestablished(_NAMES), *(() if whole else (QUARTER_OPEN,)))
    return _Quarter(outlet, point, filled, rate, doubts)


def _rate(hours: Sequence[MassHour], valid: AbstractSet[datetime]) -> CaptureRate:
    """有效数据捕集率 is of the concentration: a flow meter that is out makes no hour of it invalid."""
    due = [one.start for one in hours if one.state is not MassState.STOPPED]
    invalid = sum(start not in valid for start in due)
    return capture_rate(len(hours), len(hours) - len(due), invalid)


def _months(case: PlantMonth) -> list[Bounds]:
    span = quarter_so_far(case)
    found: list[Bounds] = []
    at = span.since
    while at < span.until:
        found.append(local_month(at, case.frame.zone))
        at = found[-1].until
    return found


def _mass(case: PlantMonth, quarter: _Quarter, month: Bounds) -> PerformanceRow:
    """Numerator: t measured; denominator: t measured and standing in."""
    total = mass_sum(quarter.hours, month)
    doubts = quarter.doubts if total.substituted_h else ()
    percent = quarter.rate.percent
    return PerformanceRow(
        subject=quarter.outlet.row.id,
        measure=MASS,
        code=quarter.point.code,
        period=Period.MONTH,
        start=month.since,
        stage=case.frame.stage(month.until, told=False),
        numerator=total.measured_t,
        denominator=total.tonnes,
        sure=not doubts and not total.missing_h,
        evidence={
            "unit": "t",
            "substituted_t": text(total.substituted_t),
            "measured_h": total.measured_h,
            "substituted_h": total.substituted_h,
            "stopped_h": total.stopped_h,
            "missing_h": total.missing_h,
            "capture_percent": None if percent is None else text(percent),
            "stood_in": _stood_in(quarter.hours, month),
            "doubts": list(doubts),
        },
    )


def _stood_in(hours: Iterable[MassHour], month: Bounds) -> list[dict[str, object]]:
    """The gaps that were filled: since when, how many hours, by which rule, from which hour."""
    found: list[dict[str, object]] = []
    last: MassHour | None = None
    count = 0
    for hour in hours:
        if hour.state is not MassState.SUBSTITUTED or not month.since <= hour.start < month.until:
            last = None
            continue
        if last is None or (last.rule, last.source) != (hour.rule, hour.source):
            source = None if hour.source is None else hour.source.isoformat()
            kg = None if hour.kg is None else text(hour.kg)
            count = 0
            found.append(
                {"since": hour.start.isoformat(), "rule": hour.rule, "source": source, "kg_h": kg}
            )
        count += 1
        found[-1]["hours"] = count
        last = hour
    return found


def _capture(case: PlantMonth, quarter: _Quarter) -> PerformanceRow:
    """The capture rate of the quarter up to the month's end, kept with the month."""
    span = quarter_so_far(case)
    doubts = _capture_rules(case, quarter).unestablished(("least_capture",))
    return PerformanceRow(
        subject=quarter.outlet.row.id,
        measure=CAPTURE,
        code=quarter.point.code,
        period=Period.MONTH,
        start=case.month.since,
        stage=case.stage,
        numerator=Decimal(quarter.rate.captured),
        denominator=Decimal(quarter.rate.due),
        sure=not doubts,
        evidence={"since": span.since.isoformat(), "unit": "h", "doubts": list(doubts)},
    )


def _short(case: PlantMonth, quarter: _Quarter) -> list[Finding]:
    span, rate = quarter_so_far(case), quarter.rate
    params = _capture_rules(case, quarter)
    over = span.until == local_quarter(case.month.since, case.frame.zone).until
    if not over or not is_short(rate, params) or rate.percent is None:
        return []
    local = span.since.astimezone(case.frame.zone)
    number = (local.month + 2) // 3
    name = quarter.outlet.row.name or quarter.outlet.row.code
    code, percent = quarter.point.code, text(round(rate.percent, 2))
    least = text(params.least_capture)
    doubts = params.unestablished(("least_capture",))
    return [
        Finding(
            rule=SHORT,
            subject=quarter.outlet.row.id,
            point=quarter.point.point,
            since=span.since,
            until=span.until,
            stage=case.stage,
            zh=f"{local.year}年第{number}季度，{name} {code} 有效数据{rate.captured}小时，应测{rate.due}小时，"
            f"捕集率{percent}%，低于{least}%。",
            en=f"In quarter {number} of {local.year} {name} had valid data of {code} in "
            f"{rate.captured} of {rate.due} hours: {percent} %, under {least} %.",
            clause="HJ 75-2017（季度有效数据捕集率；条款号凭记忆）",
            sure=not doubts,
            doubts=doubts,
            evidence={"captured": rate.captured, "due": rate.due, "least": least},
        )
    ]


def _capture_rules(case: PlantMonth, quarter: _Quarter) -> CaptureParameters:
    place = place_of(case.view, quarter.outlet, quarter.point)
    return case.frame.shelf.parameters(CaptureParameters, place, quarter_so_far(case).since)
