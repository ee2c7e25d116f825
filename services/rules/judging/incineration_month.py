"""Exceedance days of incinerators in a month, and pools of marked time that are used up.

MEE Order 10 (2019), articles 10, 12 and 14. It must not know how days were judged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from schemas.judgement import Finding, Outcome, PerformanceRow, Period, VerdictRow
from schemas.parameter import source_of
from services.rules.exact import text
from services.rules.exceedance import OVER
from services.rules.incineration import (
    IncinerationParameters,
    MonthOfDays,
    incinerator_day,
    month_of_days,
)
from services.rules.incineration_findings import Place, maintenance_finding, month_finding
from services.rules.judging.case import Judgements
from services.rules.judging.facts import is_incinerator
from services.rules.judging.furnaces import marks_line
from services.rules.judging.incineration_part import subject_of, worst
from services.rules.judging.month_case import INSTANT, PlantMonth, day_of
from services.rules.judging.shelf import place_of
from services.rules.marks.mark_parameters import POOLS, MarkParameters
from services.rules.marks.quota import QuotaUse, quota_uses
from services.rules.marks.standing import Known
from services.rules.periods import Bounds, local_quarter, local_year
from services.rules.plant_view import SubjectView

MONTH: Final = "incineration_month"
DAYS: Final = "exceedance_days"
MAINTENANCE: Final = "cems_maintenance_quarter"
NEAR: Final = "quota_near_"
QUOTA_RULES: Final = frozenset(
    {MAINTENANCE, *(f"quota_{one.name}" for one in POOLS), *(f"{NEAR}{one.name}" for one in POOLS)}
)
"""Used up, and near to it, of each pool: a finding is known by its rule, subject and beginning."""
_MAINTENANCE_POOL: Final = "cems_30h"
_CLAIMED: Final = "exemption_claimed"
_HOUR: Final = Decimal(3600)
_DAY: Final = timedelta(days=1)


class _Day(NamedTuple):
    """How a day of the outlet came out; `doubts` of what makes it so, empty where one mean over is sure."""

    outcome: Outcome
    doubts: tuple[str, ...]


def judge_incineration_month(case: PlantMonth) -> Judgements:
    """The exceedance days of each incinerator, so far where the month is not over."""
    found = Judgements()
    verdicts = case.of_period(Period.DAY)
    for outlet in case.view.outlets.values():
        if not is_incinerator(case.view, outlet):
            continue
        found.asked.add(MONTH)
        days = _days(case, outlet, verdicts)
        if days:
            _month(case, outlet, days, found)
    return found


def judge_quotas(case: PlantMonth) -> tuple[Bounds, Judgements]:
    """Pools used up or nearly so in the year so far, of each unit with marks; the year, and what was found.

    Of quarters all are looked at that have begun before the month's end.
    """
    frame, view = case.frame, case.view
    year = local_year(case.month.since, frame.zone)
    found = Judgements(asked=set(QUOTA_RULES))
    last = min(case.month.until, frame.now) - INSTANT
    for unit in view.units.values():
        own = [one for one in view.outlets if view.units_of(one) == (unit.row.id,)]
        marks = [mark for one in (unit.row.id, *own) for mark in frame.marks.get(one, ())]
        if not marks:
            continue
        line = marks_line(marks, frame, view, last)
        known = Known(frame.now, clock=frame.zone)
        params = frame.shelf.parameters(MarkParameters, place_of(view, unit), last)
        for at in _quarter_ends(year, last, case):
            uses = quota_uses(line, at, known, params)
            wanted = [use for use in uses if use.pool.every == "quarter" or at == last]
            found.findings += _used_up(case, unit, wanted)
            found.findings += [_near(case, unit, use, params) for use in wanted if _is_near(use)]
    return year, found


def _days(
    case: PlantMonth, outlet: SubjectView, verdicts: Iterable[VerdictRow]
) -> dict[date, _Day]:
    """Each day that is over, from the first that was judged on."""
    points = {point.point for point in outlet.outward.values()}
    by_day: dict[date, list[VerdictRow]] = {}
    for row in verdicts:
        if row.point in points:
            by_day.setdefault(day_of(row.start, case), []).append(row)
    if not by_day:
        return {}
    ended = day_of(min(case.month.until, case.frame.now), case)
    day, found = min(by_day), dict[date, _Day]()
    while day < ended:
        found[day] = _day(outlet, by_day.get(day, ()))
        day += _DAY
    return found


def _day(outlet: SubjectView, verdicts: Iterable[VerdictRow]) -> _Day:
    rows = worst(outlet, verdicts)
    outcome = incinerator_day({code: row.outcome for code, row in rows.items()})
    weighty = [row for row in rows.values() if row.outcome is outcome]
    if any(row.sure for row in weighty):
        return _Day(outcome, ())
    return _Day(outcome, tuple(dict.fromkeys(one for row in weighty for one in row.doubts)))


def _month(
    case: PlantMonth, outlet: SubjectView, days: Mapping[date, _Day], found: Judgements
) -> None:
    params = case.frame.shelf.parameters(
        IncinerationParameters, place_of(case.view, outlet), case.month.since
    )
    subject, shared = subject_of(case.view, outlet)
    month = month_of_days([day.outcome for day in days.values()], params)
    place = Place(subject, None, case.month.since, case.month.until, case.stage)
    doubts = (*shared, *params.unestablished(("month_days",)))
    finding = month_finding(month, params.month_days, place, case.frame.zone)
    of_days = _doubts_of(days.values(), params.month_days)
    found.findings += [] if finding is None else [_doubted(finding, (*doubts, *of_days))]
    every = (*doubts, *_doubts_of(days.values(), len(days)))
    found.performance.append(_row(month, len(days), place, tuple(dict.fromkeys(every))))


def _doubts_of(days: Iterable[_Day], needed: int) -> tuple[str, ...]:
    """What the days over rest on; nothing where so many as needed are sure without it."""
    over = [day for day in days if day.outcome in OVER and day.outcome is not Outcome.EXEMPT]
    if sum(not day.doubts for day in over) >= needed:
        return ()
    return tuple(dict.fromkeys(one for day in over for one in day.doubts))


def _row(month: MonthOfDays, days: int, place: Place, doubts: Sequence[str]) -> PerformanceRow:
    return PerformanceRow(
        subject=place.subject,
        measure=DAYS,
        code="",
        period=Period.MONTH,
        start=place.since,
        stage=place.stage,
        numerator=Decimal(month.exceeding),
        denominator=Decimal(days),
        sure=not doubts and not month.claimed and not month.unknown,
        evidence={**month._asdict(), "doubts": list(doubts)},
    )


def _quarter_ends(year: Bounds, last: datetime, case: PlantMonth) -> list[datetime]:
    """The last moment of each quarter of the year that is over, and `last`."""
    found: list[datetime] = []
    at = year.since
    while at <= last:
        quarter = local_quarter(at, case.frame.zone)
        found.append(min(quarter.until - INSTANT, last))
        at = quarter.until
    return found


def _used_up(case: PlantMonth, unit: SubjectView, uses: Iterable[QuotaUse]) -> list[Finding]:
    found: list[Finding] = []
    for use in uses:
        if use.allowed_s is None or not use.exhausted:
            continue
        stage = case.frame.stage(use.until, told=False)
        place = Place(unit.row.id, None, use.since, use.until, stage)
        finding = _told(use, use.allowed_s, place, case)
        sure = use.used_s - use.claimed_s > use.allowed_s
        found += [] if finding is None else [_doubted(finding, () if sure else (_CLAIMED,))]
    return found


def _is_near(use: QuotaUse) -> bool:
    """Whether a warning was reached, and no more used than there is."""
    return use.allowed_s is not None and use.warned_s is not None and not use.exhausted


def _near(case: PlantMonth, unit: SubjectView, use: QuotaUse, params: MarkParameters) -> Finding:
    zone = case.frame.zone
    local = use.since.astimezone(zone)
    quarter = (local.month + 2) // 3 if use.pool.every == "quarter" else 0
    used, warned, allowed = (
        text(round(Decimal(s or 0) / _HOUR, 2)) for s in (use.used_s, use.warned_s, use.allowed_s)
    )
    source = source_of(MarkParameters.model_fields[use.pool.parameter])
    doubts = params.unestablished((use.pool.warn_parameter,))
    zh = f"{local.year}年{f'第{quarter}季度' if quarter else ''}"
    en = f"quarter {quarter} of {local.year}" if quarter else f"{local.year}"
    return Finding(
        rule=f"{NEAR}{use.pool.name}",
        subject=unit.row.id,
        point=None,
        since=use.since,
        until=use.until,
        stage=case.frame.stage(use.until, told=False),
        zh=f"{zh}{use.pool.zh}标记累计{used}小时，达到预警值{warned}小时，上限{allowed}小时。",
        en=f"In {en} {use.pool.en} was marked for {used} h, which is warned of from {warned} h on; "
        f"{allowed} h are allowed.",
        clause=f"{source.text}；预警值为设定值",
        sure=not doubts,
        doubts=doubts,
        evidence={
            "pool": use.pool.name,
            "used_s": use.used_s,
            "claimed_s": use.claimed_s,
            "warned_s": use.warned_s,
            "allowed_s": use.allowed_s,
        },
    )


def _told(use: QuotaUse, allowed_s: int, place: Place, case: PlantMonth) -> Finding | None:
    if use.pool.name == _MAINTENANCE_POOL:
        return maintenance_finding(use.used_s, allowed_s, place, case.frame.zone)
    used, allowed = (text(round(Decimal(s) / _HOUR, 2)) for s in (use.used_s, allowed_s))
    year = place.since.astimezone(case.frame.zone).year
    return Finding(
        # A finding is known by its rule, subject and beginning: two pools may begin together.
        rule=f"quota_{use.pool.name}",
        subject=place.subject,
        point=None,
        since=place.since,
        until=place.until,
        stage=place.stage,
        zh=f"{year}年{use.pool.zh}标记累计{used}小时，超过{allowed}小时。",
        en=f"In {year} {use.pool.en} was marked for {used} h; {allowed} h are allowed.",
        clause="生活垃圾焚烧发电厂自动监测数据应用管理规定（生态环境部令第10号）第十条"
        if use.pool.name.startswith("furnace")
        else "GB 18484-2020",
        sure=True,
        evidence={"pool": use.pool.name, "used_s": use.used_s, "allowed_s": allowed_s},
    )


def _doubted(finding: Finding, doubts: Sequence[str]) -> Finding:
    if not doubts:
        return finding
    return replace(finding, sure=False, doubts=tuple(dict.fromkeys((*finding.doubts, *doubts))))
