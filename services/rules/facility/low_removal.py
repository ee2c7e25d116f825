"""Finding `low_removal` 去除效率低于目标: so many judged hours in a row, or a day, under the target."""

from collections.abc import Sequence
from datetime import timezone
from decimal import Decimal
from typing import Final, NamedTuple

from schemas.judgement import Finding, Period
from services.rules.exact import EXACT, in_brief, text
from services.rules.facility.course import Window, time_of
from services.rules.facility.removal import RemovalHour, Removes, Through, efficiency, through
from services.rules.facility.removal_parameters import RemovalParameters
from services.rules.facility.slices import slices
from services.rules.facility.wording import Both, percent, stretch

_HOUR_S: Final = 3_600


class Target(NamedTuple):
    """At least `share` % of the pollutant is to be removed; `parameter` names where it stands.

    A permit's own target has no parameter and is established.
    """

    share: Decimal
    clause: str
    parameter: str | None = None


class Case(NamedTuple):
    """A facility's pollutant with its target; `name` and `pollutant` for sentences."""

    removes: Removes
    target: Target
    name: str
    pollutant: str
    zone: timezone


class _Low(NamedTuple):
    since: int
    until: int
    flow: Through
    period: Period


def usual_target(treatment: str, params: RemovalParameters) -> Target | None:
    """The target of the plan for new coal units, by kind of treatment; None for others.

    Whether a unit is one of those is the caller's knowledge. 内蒙古“十二五”节能减排规划.
    """
    share = {
        "desulphurisation": params.desulphurisation,
        "denitrification": params.denitrification,
    }.get(treatment)
    if share is None:
        return None
    word = "脱硫" if treatment == "desulphurisation" else "脱硝"
    clause = f"内蒙古自治区“十二五”节能减排规划：新建燃煤机组综合{word}效率达到{text(share)}%以上"
    return Target(share, clause, treatment)


def low_removal(
    case: Case, hours: Sequence[RemovalHour], params: RemovalParameters
) -> tuple[Finding, ...]:
    """Runs of `low_hours` judged hours under the target, and days under it with `day_hours`.

    Give the hours of `judged_hours`; hours with no efficiency end a run. A day and a run that begin
    together are one finding, the longer one. Clause: the target's.
    """
    ordered = sorted(hours)
    lows = [*_runs(case, ordered, params), *_days(case, ordered, params)]
    longest: dict[int, _Low] = {}
    for each in sorted(lows, key=lambda low: low.until):
        longest[each.since] = each
    return tuple(_finding(case, longest[since], params) for since in sorted(longest))


def _is_low(flow: Through, target: Target) -> bool:
    """Compared by multiplying, so that exactly 90 % is not under 90 %."""
    removed = EXACT.multiply(EXACT.subtract(flow.inlet, flow.outlet), 100)
    return flow.inlet > 0 and removed < EXACT.multiply(flow.inlet, target.share)


def _runs(case: Case, hours: Sequence[RemovalHour], params: RemovalParameters) -> list[_Low]:
    found: list[_Low] = []
    run: list[RemovalHour] = []
    for each in [*hours, None]:
        alone = None if each is None else through([each])
        low = alone is not None and _is_low(alone, case.target)
        follows = each is not None and (not run or each.start == run[-1].start + _HOUR_S)
        if run and not (low and follows):
            whole = through(run)
            if whole is not None and len(run) >= params.low_hours:
                found.append(_Low(run[0].start, run[-1].start + _HOUR_S, whole, Period.HOUR))
            run = []
        if low and each is not None:
            run.append(each)
    return found


def _days(case: Case, hours: Sequence[RemovalHour], params: RemovalParameters) -> list[_Low]:
    if not hours:
        return []
    found: list[_Low] = []
    for day in slices(Period.DAY, Window(hours[0].start, hours[-1].start + 1), case.zone):
        flow = through([hour for hour in hours if day.since <= hour.start < day.until])
        if flow is not None and flow.hours >= params.day_hours and _is_low(flow, case.target):
            found.append(_Low(day.since, day.until, flow, Period.DAY))
    return found


def _finding(case: Case, low: _Low, params: RemovalParameters) -> Finding:
    removes, target = case.removes, case.target
    names = ["efficiency_formula", "production_share"]
    names += ["day_hours" if low.period is Period.DAY else "low_hours"]
    names += [] if target.parameter is None else [target.parameter]
    doubts = params.unestablished(names)
    words = _words(case, low)
    share = efficiency(low.flow)
    return Finding(
        rule="low_removal",
        subject=removes.subject,
        point=None,
        since=time_of(low.since),
        until=time_of(low.until),
        stage=removes.stage,
        zh=words.zh,
        en=words.en,
        clause=target.clause,
        sure=not doubts,
        doubts=doubts,
        evidence={
            "pollutant": removes.code,
            "period": low.period.value,
            "method": low.flow.method,
            "hours": low.flow.hours,
            "inlet": text(low.flow.inlet),
            "outlet": text(low.flow.outlet),
            "efficiency": None if share is None else text(share),
            "target": text(target.share),
        },
    )


def _words(case: Case, low: _Low) -> Both:
    flow, when = low.flow, stretch(low.since, low.until, case.zone)
    share = efficiency(flow)
    reached = "" if share is None else percent(share)
    by_mass = flow.method == "mass"
    inlet, outlet = in_brief(flow.inlet), in_brief(flow.outlet)
    zh = f"按{'质量' if by_mass else '折算浓度'}（进口合计{inlet}，出口合计{outlet}，{flow.hours}个小时）"
    en = f"by {'mass' if by_mass else 'converted concentration'} (in {inlet}, out {outlet}, {flow.hours} hours)"
    target = text(case.target.share)
    return Both(
        f"{when.zh}，{case.name}对{case.pollutant}的去除效率为{reached}%，低于{target}%，{zh}。",
        f"{when.en}, {case.name} removed {reached} % of {case.pollutant}, under {target} %, {en}.",
    )
