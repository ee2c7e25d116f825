"""The month of an outlet with ultra-low limits 超低排放: the share of hours with all factors within.

环大气[2019]35号. It takes the outcomes of hours as they were judged.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from schemas.judgement import Finding, Outcome, PerformanceRow, Period
from schemas.period_outcome import PeriodOutcome
from services.rules.exact import text
from services.rules.exceedance import OVER
from services.rules.judging.case import Judgements
from services.rules.judging.month_case import INSTANT, PlantMonth
from services.rules.judging.shelf import place_of
from services.rules.limit_history import PreparedLimits
from services.rules.periods import Bounds
from services.rules.plant_view import SubjectView
from services.rules.ultra_low import UltraLowMonth, UltraLowParameters, ultra_low_month

ULTRA_LOW: Final = "ultra_low"
_RULE: Final = "ultra_low_month"
_STEEL: Final = "35号"
_OTHER: Final = "ultra_low_programme"
_CLAUSE: Final = "关于推进实施钢铁行业超低排放的意见（环大气〔2019〕35号）"


def ultra_low_limits(limits: PreparedLimits, outlet: SubjectView, month: Bounds) -> dict[int, str]:
    """The hourly ultra-low limits that bind in the month, by key, with their pollutants."""
    return {
        version.limit: point.code
        for point in outlet.outward.values()
        for at in (month.since, month.until - INSTANT)
        for version in limits.at(point.point, at)
        if version.law.origin == ULTRA_LOW and version.bound is not None
        if version.bound.averaging == Period.HOUR.value
    }


def judge_ultra_low_month(case: PlantMonth) -> Judgements:
    """The share of each outlet that has such limits, and a finding where the month is missed.

    The share is that of the programme for steel: for limits of another one the finding is in doubt.
    """
    found = Judgements()
    for outlet in case.view.outlets.values():
        codes = ultra_low_limits(case.frame.limits, outlet, case.month)
        if not codes:
            continue
        found.asked.add(_RULE)
        place = place_of(case.view, outlet)
        params = case.frame.shelf.parameters(UltraLowParameters, place, case.month.since)
        by_hour = _by_hour(case.outcomes, codes)
        month = ultra_low_month(by_hour.values(), frozenset(codes.values()), params)
        if not _of_steel(case, outlet):
            month = month._replace(doubts=(*month.doubts, _OTHER))
        month = _with_doubts(month, case.outcomes, codes, params)
        found.performance.append(_row(case, outlet, month, sorted(set(codes.values()))))
        if month.month == "missed":
            found.findings.append(_missed(case, outlet, month, params.month_share))
    return found


def _of_steel(case: PlantMonth, outlet: SubjectView) -> bool:
    return all(
        _STEEL in version.law.standard
        for point in outlet.outward.values()
        for version in case.frame.limits.at(point.point, case.month.since)
        if version.law.origin == ULTRA_LOW
    )


def _by_hour(
    hours: Iterable[PeriodOutcome], codes: Mapping[int, str]
) -> dict[datetime, dict[str, Outcome]]:
    """The outcomes of each hour; of a pollutant with several limits one over is what counts."""
    found: dict[datetime, dict[str, Outcome]] = {}
    for hour in hours:
        code = codes.get(hour.limit)
        if code is None:
            continue
        outcomes = found.setdefault(hour.start, {})
        if code not in outcomes or hour.outcome in OVER:
            outcomes[code] = hour.outcome
    return found


def _with_doubts(
    month: UltraLowMonth,
    hours: Sequence[PeriodOutcome],
    codes: Mapping[int, str],
    params: UltraLowParameters,
) -> UltraLowMonth:
    """With the doubts of the hours over, where the month would not be missed without those in doubt."""
    doubts = [one for hour in hours if _is_doubted(hour, codes) for one in hour.doubts]
    if month.month != "missed" or not doubts:
        return month
    open_ = [
        hour._replace(outcome=Outcome.UNKNOWN) if _is_doubted(hour, codes) else hour
        for hour in hours
    ]
    surely = ultra_low_month(_by_hour(open_, codes).values(), frozenset(codes.values()), params)
    if surely.month == "missed":
        return month
    return month._replace(doubts=tuple(dict.fromkeys((*month.doubts, *doubts))))


def _is_doubted(hour: PeriodOutcome, codes: Mapping[int, str]) -> bool:
    return bool(hour.doubts) and hour.limit in codes and hour.outcome in OVER


def _row(
    case: PlantMonth, outlet: SubjectView, month: UltraLowMonth, factors: list[str]
) -> PerformanceRow:
    return PerformanceRow(
        subject=outlet.row.id,
        measure=ULTRA_LOW,
        code="",
        period=Period.MONTH,
        start=case.month.since,
        stage=case.stage,
        numerator=Decimal(month.within),
        denominator=Decimal(month.within + month.over),
        sure=not month.doubts and not month.open_,
        evidence={
            "month": month.month,
            "factors": factors,
            "over": month.over,
            "open": month.open_,
            "left_out": month.left_out,
            "doubts": list(month.doubts),
        },
    )


def _missed(case: PlantMonth, outlet: SubjectView, month: UltraLowMonth, share: Decimal) -> Finding:
    local = case.month.since.astimezone(case.frame.zone)
    name = outlet.row.name or outlet.row.code
    settled, wanted = month.within + month.over, text(share * 100)
    reached = text(round(Decimal(month.within * 100) / settled, 2)) if settled else "0"
    return Finding(
        rule=_RULE,
        subject=outlet.row.id,
        point=None,
        since=case.month.since,
        until=case.month.until,
        stage=case.stage,
        zh=f"{local.year}年{local.month}月，{name}达到超低排放限值的小时为{month.within}个，有效小时{settled}个，"
        f"占{reached}%，低于{wanted}%。",
        en=f"In {local:%Y-%m} {name} kept its ultra-low limits in {month.within} of {settled} valid "
        f"hours: {reached} %, under {wanted} %.",
        clause=_CLAUSE,
        sure=not month.doubts,
        doubts=month.doubts,
        evidence={**month._asdict(), "share": text(share)},
    )
