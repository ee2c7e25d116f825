"""Values that crowd just under the limit (F09 贴限): a plateau cut off at it, or days close to it.

A plant that controls well also runs close to its limit: a plateau needs the missing tail as well.
"""

from typing import NamedTuple

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, parameter
from services.rules.quality.case import Case, Watched
from services.rules.quality.findings import OURS, PAPER, PLATFORM, Found, figure, findings, percent
from services.rules.quality.series import Floats

_MOST = 0.7


class HuggingParameters(Parameters):
    """What counts as crowding under the limit (fraud indicator F09)."""

    plateau_hours: int = parameter(
        168, "h", PAPER, en="hours looked at, 7 to 30 days", zh="统计时长", ge=48
    )
    plateau_from: float = parameter(
        0.9,
        "",
        PAPER,
        en="the band begins at this share of the limit",
        zh="贴限区间下端占限值比例",
        gt=0,
        lt=1,
    )
    plateau_share: float = parameter(
        0.1, "", OURS, en="share of the hours in the band", zh="区间内小时占比", gt=0, le=1
    )
    plateau_excess: float = parameter(
        1.0,
        "",
        OURS,
        en="hours in the band against the mean of its neighbours",
        zh="区间内小时数与相邻区间均值之比",
        gt=0,
    )
    plateau_over: float = parameter(
        0.02,
        "",
        OURS,
        en="most of the hours that may be over the limit all the same",
        zh="仍可超过限值的小时占比",
        ge=0,
        lt=1,
    )
    plateau_tail: float = parameter(
        0.15,
        "",
        OURS,
        en="99 % quantile less 90 %, against 90 % less 50 %, below which the tail is cut off",
        zh="(99%-90%)/(90%-50%) 分位差之比，低于此值视为上尾被截断",
        gt=0,
    )
    vanished_share: float = parameter(
        0.2,
        "",
        OURS,
        en="share of the hours in the band where a tail vanished",
        zh="超标消失后区间内小时占比",
        gt=0,
        le=1,
    )
    vanished_before: float = parameter(
        0.1,
        "",
        OURS,
        en="share of the hours before that were over the limit",
        zh="此前超过限值的小时占比",
        gt=0,
        le=1,
    )
    vanished_level: float = parameter(
        0.2,
        "",
        OURS,
        en="most the lower quartile may have moved meanwhile",
        zh="下四分位数最大变化比例",
        gt=0,
    )
    near_from: float = parameter(
        0.85,
        "",
        PLATFORM,
        en="near the limit from this share of it",
        zh="接近限值的下端",
        gt=0,
        lt=1,
    )
    near_share: float = parameter(
        0.8,
        "",
        PLATFORM,
        en="share of the hours near the limit",
        zh="接近限值的小时占比",
        gt=0,
        le=1,
    )
    near_hours: int = parameter(48, "h", PLATFORM, en="hours looked at", zh="统计时长", ge=24)


class _Bands(NamedTuple):
    """How many hours lie beside, in and over the band, and the width of the upper tail."""

    below: int
    near: int
    above: int
    over: float
    tail: float
    excess: float


def plateau(case: Case, parameters: HuggingParameters) -> tuple[Finding, ...]:
    """F09: more hours in [0.9 L, L] than beside it, and the upper tail is cut off (censoring)."""
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        values = _last(case, watched, parameters.plateau_hours)
        if watched.limit is None or len(values) < _MOST * parameters.plateau_hours:
            continue
        bands = _bands(values, watched.limit, parameters)
        if bands.over > parameters.plateau_over or bands.tail > parameters.plateau_tail:
            continue
        if bands.near < parameters.plateau_share * len(values):
            continue
        if bands.excess >= parameters.plateau_excess:
            found.append(_plateau(case, watched, (len(values), bands), parameters))
    return findings(case, found, parameters)


def _bands(values: Floats, limit: float, parameters: HuggingParameters) -> _Bands:
    width = (1 - parameters.plateau_from) * limit
    below = int(((values >= limit - 2 * width) & (values < limit - width)).sum())
    near = int(((values >= limit - width) & (values <= limit)).sum())
    above = int(((values > limit) & (values <= limit + width)).sum())
    half, high, top = np.quantile(values, [0.5, 0.9, 0.99])
    tail = float((top - high) / (high - half)) if high > half else float("inf")
    over = float((values > limit).mean())
    return _Bands(below, near, above, over, tail, near / max((below + above) / 2, 1.0))


def _plateau(
    case: Case, watched: Watched, lay: tuple[int, _Bands], parameters: HuggingParameters
) -> Found:
    hours, bands = lay
    limit = watched.limit or 0.0
    low, high = figure(limit * parameters.plateau_from), figure(limit)
    bound = figure(parameters.plateau_tail)
    return Found(
        "plateau",
        watched,
        watched.hours.at(max(case.hours - parameters.plateau_hours, 0)),
        watched.hours.until,
        f"{hours}个小时值中{bands.near}个落在{low}至{high} {watched.unit}（限值），为相邻区间均值的"
        f"{figure(bands.excess)}倍，超过限值的占{percent(bands.over)}，上尾被截断（尾宽比"
        f"{figure(bands.tail)}，不高于{bound}）",
        f"has {bands.near} of {hours} hours between {low} and the limit of {high} {watched.unit}, "
        f"{figure(bands.excess)} times as many as beside it, {percent(bands.over)} over it, and its "
        f"upper tail is cut (width {figure(bands.tail)}, not over {bound})",
        (
            "plateau_hours",
            "plateau_from",
            "plateau_share",
            "plateau_excess",
            "plateau_over",
            "plateau_tail",
        ),
        {"near": bands.near, "below": bands.below, "above": bands.above, "tail": repr(bands.tail)},
    )


def tail_vanished(case: Case, parameters: HuggingParameters) -> tuple[Finding, ...]:
    """F09: no hour is over the limit any more though many are close, and the low values are as before.

    Better treatment moves low values as well; clipping moves the high ones alone.
    """
    found: list[Found] = []
    hours = parameters.plateau_hours
    for watched in case.of_role("pollutant"):
        now = _last(case, watched, hours)
        shown = np.where(case.operating(watched), watched.judged, np.nan)[:-hours]
        before = shown[np.isfinite(shown)]
        if watched.limit is None or min(len(now), len(before)) < _MOST * hours:
            continue
        bands, was = _bands(now, watched.limit, parameters), float((before > watched.limit).mean())
        low, low_before = float(np.quantile(now, 0.25)), float(np.quantile(before, 0.25))
        if bands.over > 0 or bands.near < parameters.vanished_share * len(now):
            continue
        if was < parameters.vanished_before or low_before <= 0:
            continue
        if abs(low / low_before - 1) > parameters.vanished_level:
            continue
        found.append(
            Found(
                "tail_vanished",
                watched,
                watched.hours.at(case.hours - hours),
                watched.hours.until,
                f"{len(now)}个小时值无一超过限值{figure(watched.limit)} {watched.unit}，而{bands.near}个在限值"
                f"{percent(parameters.plateau_from)}以上；此前{percent(was)}的小时值超限，且下四分位数基本"
                f"未变（{figure(low_before)}与{figure(low)}）",
                f"has none of {len(now)} hours over the limit of {figure(watched.limit)} "
                f"{watched.unit} and {bands.near} above {percent(parameters.plateau_from)} of it; "
                f"before, {percent(was)} were over it, and the lower quartile is as it was "
                f"({figure(low_before)} and {figure(low)})",
                ("plateau_hours", "vanished_share", "vanished_before", "vanished_level"),
                {"near": bands.near, "before": repr(was)},
            )
        )
    return findings(case, found, parameters)


def _last(case: Case, watched: Watched, hours: int) -> Floats:
    values = np.where(case.operating(watched), watched.judged, np.nan)[-hours:]
    return values[np.isfinite(values)]


def near_limit(case: Case, parameters: HuggingParameters) -> tuple[Finding, ...]:
    """F09 in its published form: 80 % of 48 hours between 0.85 of the limit and the limit."""
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        values = _last(case, watched, parameters.near_hours)
        if watched.limit is None or len(values) < parameters.near_hours:
            continue
        low = watched.limit * parameters.near_from
        share = float(((values >= low) & (values <= watched.limit)).mean())
        if share < parameters.near_share:
            continue
        found.append(
            Found(
                "near_limit",
                watched,
                watched.hours.at(case.hours - parameters.near_hours),
                watched.hours.until,
                f"{parameters.near_hours}小时中{percent(share)}的小时值在{figure(low)}至限值"
                f"{figure(watched.limit)} {watched.unit}之间",
                f"was between {figure(low)} and its limit of {figure(watched.limit)} {watched.unit} "
                f"in {percent(share)} of {parameters.near_hours} hours",
                ("near_from", "near_share", "near_hours"),
                {"share": repr(share)},
            )
        )
    return findings(case, found, parameters)
