"""Data that are missing, late or wrongly dated (F01, F20, F23).

A reason that somebody gave, by a mark or a flag, explains an absence; it must not judge the reason.
"""

from datetime import timedelta

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, parameter
from services.rules.quality.case import Case, Watched
from services.rules.quality.findings import (
    CHECKLIST,
    CODE,
    OURS,
    PATENT,
    PLATFORM,
    Found,
    during,
    figure,
    findings,
    percent,
)
from services.rules.quality.series import HOUR_S, runs_of

_ODD_ZH = {"double": "重复", "off_grid": "不在整点（整分）", "future": "晚于当前"}
_ODD_EN = {"double": "doubled", "off_grid": "off the grid", "future": "after the end"}


class AbsenceParameters(Parameters):
    """What must be there, and how well an hour must fit its minutes (F01, F20, F23)."""

    gap_s: int = parameter(
        3600,
        "s",
        CHECKLIST,
        en="longest time without data and reason",
        zh="无理由缺数最长时间",
        ge=60,
    )
    capture_share: float = parameter(
        0.9,
        "",
        CODE,
        en="share of the due hours of a month that must be valid",
        zh="月有效数据捕集率",
        gt=0,
        le=1,
    )
    minutes_needed: int = parameter(
        45,
        "min",
        PLATFORM,
        en="minutes that an hour needs to be compared",
        zh="参与比对的最少分钟数",
        ge=1,
    )
    backfill_share: float = parameter(
        0.02,
        "",
        OURS,
        en="most an hour may differ from the mean of its minutes",
        zh="小时值与分钟均值最大相对偏差",
        gt=0,
    )
    backfill_hours: int = parameter(
        2, "", OURS, en="such hours in a day that make a finding", zh="一日内偏差小时数", ge=1
    )
    odd_records: int = parameter(
        3, "", PATENT, en="records with a wrong time that make a finding", zh="时间异常记录数", ge=1
    )


def unexplained_gap(case: Case, parameters: AbsenceParameters) -> tuple[Finding, ...]:
    """F01: no number for more than `gap_s` seconds, and nobody gave a reason. Minutes where known."""
    found: list[Found] = []
    for watched in case.points:
        series = watched.hours if watched.minutes is None else watched.minutes
        missing = ~np.isfinite(series.values) & ~case.explained(watched, series)
        fresh_from = len(series) - case.fresh * HOUR_S // series.step_s
        for run in runs_of(missing):
            if run.end <= fresh_from or run.length * series.step_s <= parameters.gap_s:
                continue
            since, until = during(series, run)
            hours = run.length * series.step_s / HOUR_S
            found.append(
                Found(
                    "unexplained_gap",
                    watched,
                    since,
                    until,
                    f"缺数{figure(hours)}小时，超过{figure(parameters.gap_s / HOUR_S)}小时，且无停运、"
                    "故障、维护等标记",
                    f"gave no number for {figure(hours)} h, more than "
                    f"{figure(parameters.gap_s / HOUR_S)} h, and no mark gives a reason",
                    ("gap_s",),
                    {"hours": repr(hours)},
                )
            )
    return findings(case, found, parameters)


def monthly_capture(case: Case, parameters: AbsenceParameters) -> tuple[Finding, ...]:
    """F20: of the hours of a whole local month, those that stood left out, too few were valid.

    Looks once a month: where the case ends with the month's last hour and reaches to its first.
    """
    if not case.points:
        return ()
    end = case.until.astimezone(case.clock)
    first = (end - timedelta(hours=1)).replace(day=1, hour=0)
    if (end.day, end.hour) != (1, 0) or case.points[0].hours.place(first) < 0:
        return ()
    found = [
        one
        for watched in case.of_role("pollutant")
        if (one := _capture(case, watched, watched.hours.place(first), parameters)) is not None
    ]
    return findings(case, found, parameters)


def _capture(
    case: Case, watched: Watched, first: int, parameters: AbsenceParameters
) -> Found | None:
    series = watched.hours
    stood = case.marked(series, watched.point, ("stop",)) | (series.flags == "F")
    due = int((~stood[first:]).sum())
    valid = int((case.operating(watched) & ~stood)[first:].sum())
    if due == 0 or valid >= parameters.capture_share * due:
        return None
    share = valid / due
    return Found(
        "monthly_capture",
        watched,
        series.at(first),
        series.until,
        f"当月应有{due}小时（停运除外），有效{valid}小时，捕集率{share:.1%}，低于"
        f"{percent(parameters.capture_share)}",
        f"was valid in {valid} of {due} due hours of the month (stops left out), {share:.1%}, below "
        f"{percent(parameters.capture_share)}",
        ("capture_share",),
        {"due": due, "valid": valid},
    )


def odd_times(case: Case, parameters: AbsenceParameters) -> tuple[Finding, ...]:
    """F23: records doubled at one time, off the grid, or dated after the end of what was read."""
    found: list[Found] = []
    for watched in case.points:
        series = watched.hours if watched.minutes is None else watched.minutes
        after = series.until - timedelta(hours=case.fresh)
        odd = [each for each in series.odd if each.at >= after]
        if len(odd) < parameters.odd_records:
            continue
        kinds = sorted({each.why for each in odd})
        times = [each.at for each in odd]
        found.append(
            Found(
                "odd_times",
                watched,
                min(times),
                max(times) + timedelta(seconds=series.step_s),
                f"有{len(odd)}条记录时间异常（{'、'.join(_ODD_ZH[kind] for kind in kinds)}），"
                f"达到{parameters.odd_records}条",
                f"has {len(odd)} records with a wrong time "
                f"({', '.join(_ODD_EN[kind] for kind in kinds)}); {parameters.odd_records} are enough",
                ("odd_records",),
                {"records": len(odd), "kinds": kinds},
            )
        )
    return findings(case, found, parameters)
