"""A quarter of many or great exceedances, proposed as severe 严重超标; never more than a proposal.

No published text gives a number, and each finding says so. It must not know how periods were judged.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from schemas.judgement import Finding, Outcome
from schemas.period_outcome import PeriodOutcome
from services.rules.exact import in_brief, text
from services.rules.judging.case import Judgements
from services.rules.judging.mass_part import quarter_so_far
from services.rules.judging.month_case import PlantMonth
from services.rules.judging.shelf import place_of
from services.rules.plant_view import PointView, SubjectView
from services.rules.repetition import RecurrenceParameters, Severe, severe_quarter

SEVERE: Final = "severe_quarter"
_CLAUSE: Final = "无公布的量化标准（倍数与占比为设定值，仅为建议）"
_Judged = list[tuple[Outcome, Decimal | None]]


def judge_severe(case: PlantMonth, outcomes: Iterable[PeriodOutcome]) -> Judgements:
    """The quarter up to the month's end, each limit of a point by itself; a finding for each point."""
    found = Judgements(asked={SEVERE})
    by_limit: dict[tuple[int, int], _Judged] = {}
    for one in outcomes:
        by_limit.setdefault((one.point, one.limit), []).append((one.outcome, one.multiple))
    for outlet in case.view.outlets.values():
        for point in outlet.points():
            place = place_of(case.view, outlet, point)
            params = case.frame.shelf.parameters(RecurrenceParameters, place, case.month.since)
            several = [one for (at, _), one in sorted(by_limit.items()) if at == point.point]
            severe = [severe_quarter(some, params) for some in several]
            proposed = [one for one in severe if one.proposed]
            if proposed:
                worst = max(proposed, key=lambda one: (len(one.by), one.greatest or 0))
                found.findings.append(_finding(case, outlet, point, worst))
    return found


def _finding(case: PlantMonth, outlet: SubjectView, point: PointView, severe: Severe) -> Finding:
    span = quarter_so_far(case)
    local = span.since.astimezone(case.frame.zone)
    quarter = (local.month + 2) // 3
    name = f"{case.view.row.name}{outlet.row.name or outlet.row.code}"
    greatest = "-" if severe.greatest is None else in_brief(severe.greatest)
    share = "-" if severe.share is None else text(round(severe.share * 100, 2))
    return Finding(
        rule=SEVERE,
        subject=outlet.row.id,
        point=point.point,
        since=span.since,
        until=span.until,
        stage=case.stage,
        zh=f"{local.year}年第{quarter}季度，{name} {point.code} 最大超标倍数{greatest}，超标时段占{share}%，"
        f"建议认定为严重超标。依据：{_CLAUSE}。",
        en=f"In quarter {quarter} of {local.year} {case.view.row.code} {outlet.row.code} {point.code} "
        f"exceeded by up to {greatest} times its limit, in {share} % of the periods judged: proposed "
        f"as severe. No published number: both are settings.",
        clause=_CLAUSE,
        sure=not severe.doubts,
        doubts=severe.doubts,
        evidence={"by": list(severe.by), "greatest": greatest, "share_percent": share},
    )
