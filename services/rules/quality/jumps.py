"""Changes that no process makes: jumps with a rest after them, a pH that stands still or runs wild (F03, F18)."""

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, parameter
from services.rules.quality.case import Case, Watched
from services.rules.quality.findings import (
    OURS,
    PLATFORM,
    WEAK_CODE,
    Found,
    during,
    figure,
    findings,
)
from services.rules.quality.series import HOUR_S, Floats, Run, Series

_HOURS_A_DAY = 24


class ChangeParameters(Parameters):
    """When changes are held to be made up (fraud indicators F03, F18)."""

    jump_share: float = parameter(
        0.6, "", PLATFORM, en="change from one hour to the next", zh="相邻小时突变比例", gt=0
    )
    jump_flat_hours: int = parameter(
        5, "h", PLATFORM, en="hours that stay together after a jump", zh="突变后平稳小时数", ge=2
    )
    jump_flat_share: float = parameter(
        0.05, "", PLATFORM, en="spread of those hours", zh="突变后平稳波动比例", gt=0
    )
    jump_times: int = parameter(
        4, "", PLATFORM, en="jumps in half a month", zh="半月内突变次数", ge=1
    )
    ph_still: float = parameter(
        0.0005,
        "",
        OURS,
        en="variance of a day's pH below which it is held to be still; public code has 0.01 in an "
        "hour, which buffered water undercuts honestly",
        zh="一日 pH 方差下限（公开代码为小时方差 0.01，缓冲水体会正常低于该值）",
        ge=0,
    )
    ph_wild: float = parameter(
        2.0,
        "",
        WEAK_CODE,
        en="variance of pH above which it is held to be wild",
        zh="pH 方差上限",
        gt=0,
    )


def jump_then_flat(case: Case, parameters: ChangeParameters) -> tuple[Finding, ...]:
    """A change of 60 % and then 5 hours within 5 %, at least 4 times in half a month."""
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        values = np.where(case.operating(watched), watched.hours.values, np.nan)[-360:]
        if watched.cycle_s is not None or len(values) <= parameters.jump_flat_hours:
            continue
        places = _jumps(values, parameters)
        if len(places) < parameters.jump_times:
            continue
        end = case.hours - len(values) + places[-1] + parameters.jump_flat_hours
        if end <= case.fresh_from:
            continue
        run = Run(case.hours - len(values) + places[0], end)
        found.append(_jumping(watched, watched.hours, run, len(places), parameters))
    return findings(case, found, parameters)


def _jumps(values: Floats, parameters: ChangeParameters) -> list[int]:
    size = parameters.jump_flat_hours
    windows = np.lib.stride_tricks.sliding_window_view(values[1:], size)
    before = values[: len(windows)]
    high, low = windows.max(axis=1), windows.min(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        jumped = np.abs(windows[:, 0] / before - 1) >= parameters.jump_share
        flat = (high / low - 1 <= parameters.jump_flat_share) & (low > 0) & (before > 0)
    return [int(place) + 1 for place in np.flatnonzero(jumped & flat)]


def _jumping(
    watched: Watched, series: Series, run: Run, times: int, parameters: ChangeParameters
) -> Found:
    since, until = during(series, run)
    change, size, flat = (
        f"{parameters.jump_share:.0%}",
        parameters.jump_flat_hours,
        f"{parameters.jump_flat_share:.0%}",
    )
    return Found(
        "jump_then_flat",
        watched,
        since,
        until,
        f"半月内{times}次出现相邻小时突变达{change}以上、随后{size}小时波动不超过{flat}",
        f"jumped by {change} or more and then stayed within {flat} for {size} hours, {times} times "
        "in half a month",
        ("jump_share", "jump_flat_hours", "jump_flat_share", "jump_times"),
        {"times": times},
    )


def ph_variance(case: Case, parameters: ChangeParameters) -> tuple[Finding, ...]:
    """F18: the variance of pH over the last 24 hours is too small or too great for water."""
    found: list[Found] = []
    for watched in case.of_role("ph"):
        series = watched.hours if watched.minutes is None else watched.minutes
        size = _HOURS_A_DAY * HOUR_S // series.step_s
        values = np.where(case.operating(watched, series), series.values, np.nan)[-size:]
        there = values[np.isfinite(values)]
        if len(there) < 0.8 * size:
            continue
        variance = float(there.var())
        still = variance < parameters.ph_still
        if not still and variance <= parameters.ph_wild:
            continue
        bound = parameters.ph_still if still else parameters.ph_wild
        found.append(
            Found(
                "ph_variance",
                watched,
                series.at(len(series) - size),
                series.until,
                f"24小时方差为{figure(variance)}，{'低于' if still else '高于'}{figure(bound)}",
                f"had a variance of {figure(variance)} in 24 hours, {'below' if still else 'above'} "
                f"{figure(bound)}",
                ("ph_still",) if still else ("ph_wild",),
                {"variance": repr(variance)},
            )
        )
    return findings(case, found, parameters)
