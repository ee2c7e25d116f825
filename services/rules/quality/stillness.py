"""Values that move too little: one number for hours, a spread that no process has (F03).

A slow water analyser repeats one result by design: its samples are counted, not its records.
"""

from itertools import repeat

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, parameter
from services.rules.quality.case import Case, Watched
from services.rules.quality.findings import (
    CHECKLIST,
    OURS,
    PLATFORM,
    Found,
    during,
    figure,
    findings,
)
from services.rules.quality.series import HOUR_S, Bools, Floats, Run, equal_runs

_HOURS_A_DAY = 24


class StillnessParameters(Parameters):
    """When values are held to be too still (fraud indicator F03)."""

    constant_hours: int = parameter(
        4, "h", PLATFORM, en="equal hour values in a row", zh="连续相同小时值的小时数", ge=2
    )
    constant_samples: int = parameter(
        4,
        "",
        OURS,
        en="equal results in a row of a slow analyser",
        zh="慢速水质分析仪连续相同结果数",
        ge=2,
    )
    constant_odds: float = parameter(
        0.001,
        "",
        OURS,
        en="most likely a run may be, by how often neighbours are equal in the point's own history",
        zh="按该点位自身历史相邻值相等的频率，恒值段出现的最大概率",
        gt=0,
        le=1,
    )
    fluctuation_hours: int = parameter(
        24,
        "h",
        CHECKLIST,
        en="hours over which the spread is looked at",
        zh="小幅波动统计时长",
        ge=4,
    )
    fluctuation_range_share: float = parameter(
        0.02,
        "",
        CHECKLIST,
        en="greatest minus least, share of the range",
        zh="极差占量程比例",
        gt=0,
    )
    fluctuation_level_share: float = parameter(
        0.02, "", OURS, en="greatest minus least, share of the median", zh="极差占中位值比例", gt=0
    )
    half_month_spread: float = parameter(
        0.05,
        "",
        PLATFORM,
        en="spread of half a month, share of the median",
        zh="半月极差占中位值比例",
        gt=0,
    )


def constant_value(case: Case, parameters: StillnessParameters) -> tuple[Finding, ...]:
    """F03 恒值: one value for `constant_hours` hours, or `constant_samples` results, in operation.

    How likely a run is follows from the point's own history: where a share q of neighbours is
    equal, n equal ones in a row have the odds q ** (n - 1). Values not over the detection limit are
    the business of `at_detection_limit`. An hour that is not valid, but whose valid part shows the
    very same, does not break a run, nor does it count; no more of a run may be such than counts.
    """
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        series = watched.hours
        detected = ~_undetected(watched, series.values)
        counts = (
            np.isfinite(series.values) & (series.flags == "N") & ~case.standing(watched) & detected
        )
        values = np.where(counts, series.values, np.nan)
        shown = np.where(counts, series.values, _parts(case, watched))
        found += [
            _constant(watched, run, int(counts[run.first : run.end].sum()))
            for run in map(_trimmed, equal_runs(shown), repeat(counts))
            if run.end > case.fresh_from and _is_constant(watched, values, run, parameters)
        ]
    return findings(case, found, parameters)


def _parts(case: Case, watched: Watched) -> Floats:
    """What the valid part of hours shows that are not valid, where nothing was said to stand."""
    if watched.parts is None:
        return np.full(len(watched.hours), np.nan)
    return np.where(case.standing(watched), np.nan, watched.parts)


def _trimmed(run: Run, counts: Bools) -> Run:
    """From its first hour that counts to its last; empty where none does."""
    places = run.first + np.flatnonzero(counts[run.first : run.end])
    return Run(int(places[0]), int(places[-1]) + 1) if len(places) else Run(run.first, run.first)


def _undetected(
    watched: Watched, values: Floats
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return values <= (0.0 if watched.detection_limit is None else watched.detection_limit)


def _is_constant(
    watched: Watched, values: Floats, run: Run, parameters: StillnessParameters
) -> bool:
    counts = np.isfinite(values[run.first : run.end])
    hours = int(counts.sum())
    results, needed = hours, parameters.constant_hours
    sampled = watched.hours.sampled[run.first : run.end][counts]
    if sampled.any():
        results, needed = len(np.unique(sampled[sampled > 0])), parameters.constant_samples
    elif watched.cycle_s is not None and watched.cycle_s > HOUR_S:
        results, needed = hours * HOUR_S // watched.cycle_s, parameters.constant_samples
    if hours < max(parameters.constant_hours, run.length - hours) or results < needed:
        return False
    repeats = hours / results
    others = np.concatenate((values[: run.first], [np.nan], values[run.end :]))
    pairs = np.isfinite(others[1:]) & np.isfinite(others[:-1])
    equal = int((others[1:][pairs] == others[:-1][pairs]).sum())
    told = int(pairs.sum()) / repeats
    chance = (max(equal - told * (repeats - 1), 0.0) + 1) / (told + 2)
    return min(chance, 1.0) ** (results - 1) <= parameters.constant_odds


def _constant(watched: Watched, run: Run, hours: int) -> Found:
    value = watched.hours.values[run.first]
    since, until = during(watched.hours, run)
    text = f"{figure(float(value))} {watched.unit}".strip()
    valid_zh = f"（其中{hours}个有效）" if hours < run.length else ""
    valid_en = f", {hours} of them valid" if hours < run.length else ""
    return Found(
        "constant_value",
        watched,
        since,
        until,
        f"连续{run.length}个小时值均为{text}{valid_zh}，生产设施未标记停运（恒值）",
        f"showed {text} in each of {run.length} hours in a row{valid_en}, while nothing was said to stand",
        ("constant_hours", "constant_samples", "constant_odds"),
        {"value": repr(float(value)), "hours": hours},
    )


def small_fluctuation(case: Case, parameters: StillnessParameters) -> tuple[Finding, ...]:
    """F03 小幅波动: greatest minus least over a day within both shares, or over half a month.

    Both the range and the level count: of an instrument with a wide range honest low values stay
    within any share of it.
    """
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        if watched.cycle_s is not None and watched.cycle_s > HOUR_S:
            continue
        for hours, share, name in (
            (parameters.fluctuation_hours, parameters.fluctuation_level_share, "fluctuation_hours"),
            (360, parameters.half_month_spread, "half_month_spread"),
        ):
            one = _narrow(case, watched, hours, share)
            if one is None:
                continue
            low, high, level = one
            reach = parameters.fluctuation_range_share * (watched.range_max or np.inf)
            if name == "fluctuation_hours" and high - low > reach:
                continue
            found.append(_narrowly(case, watched, (low, high, level, share), (hours, name)))
            break
    return findings(case, found, parameters)


def _narrow(
    case: Case, watched: Watched, hours: int, share: float
) -> tuple[float, float, float] | None:
    """Least, greatest and median of the last hours, where they lie so close; all equal: none."""
    if case.hours < hours:
        return None
    values = np.where(case.operating(watched), watched.hours.values, np.nan)[-hours:]
    there = values[np.isfinite(values)]
    if len(there) < 0.8 * hours:
        return None
    low, high, level = float(there.min()), float(there.max()), float(np.median(there))
    if level <= (watched.detection_limit or 0.0) or not 0 < high - low <= share * level:
        return None
    return low, high, level


def _narrowly(
    case: Case,
    watched: Watched,
    lay: tuple[float, float, float, float],
    window: tuple[int, str],
) -> Found:
    low, high, level, share = lay
    hours, name = window
    names = (name, "fluctuation_level_share", "fluctuation_range_share")
    return Found(
        "small_fluctuation",
        watched,
        watched.hours.at(case.hours - hours),
        watched.hours.until,
        f"{hours}小时内小时值仅在{figure(low)}至{figure(high)} {watched.unit}之间波动，极差为中位值"
        f"{figure(level)}的{(high - low) / level:.2%}，不超过{share:.0%}",
        f"moved only between {figure(low)} and {figure(high)} {watched.unit} in {hours} hours: "
        f"{(high - low) / level:.2%} of the median {figure(level)}, not over {share:.0%}",
        names if hours <= _HOURS_A_DAY else names[:1],
        {"low": repr(low), "high": repr(high), "median": repr(level)},
    )
