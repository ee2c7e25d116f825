"""Days that were shown before (F12): blocks of values that come again, or a day too like an older one.

How telling a block is follows from the point's own changes: a constant or a coarse series carries
few bits, and blocks of it come again honestly.
"""

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, parameter
from services.rules.quality.case import Case, Watched
from services.rules.quality.findings import CODE, OURS, Found, during, figure, findings
from services.rules.quality.series import HOUR_S, Floats, Run, Series

_DAY = 24
_LEAST_LAG_H = 6


class RepetitionParameters(Parameters):
    """When a repetition is no chance (fraud indicator F12)."""

    repeat_block: int = parameter(
        6,
        "",
        CODE,
        en="values in a row that must be equal, as a block",
        zh="判定重放的最短相同数据块长度",
        ge=3,
    )
    repeat_bits: float = parameter(
        60.0,
        "bit",
        OURS,
        en="information that a repeated block must carry by the point's own changes",
        zh="重复数据块的最小信息量",
        gt=0,
    )
    repeat_distinct: int = parameter(
        5,
        "",
        OURS,
        en="different values that a block must have",
        zh="数据块中至少的不同值个数",
        ge=2,
    )
    repeat_days: int = parameter(30, "d", OURS, en="how far back is looked", zh="回溯天数", ge=1)
    likeness: float = parameter(
        0.999,
        "",
        OURS,
        en="correlation of a day with an older day from which it is held to be copied",
        zh="与历史日曲线相关系数",
        gt=0,
        lt=1,
    )
    likeness_spread: float = parameter(
        0.03,
        "",
        OURS,
        en="least spread of such a day, share of its mean",
        zh="该日最小变异系数",
        gt=0,
    )


class Repeat(NamedTuple):
    """Cells from `first` to before `end` equal those `lag` cells before; `bits` of information."""

    first: int
    end: int
    lag: int
    bits: float


class Search(NamedTuple):
    """What counts as a repeat: cells of a block, different values in it, least lag, and from where."""

    block: int
    distinct: int
    least_lag: int
    fresh_from: int


def repeats(values: Floats, search: Search) -> list[Repeat]:
    """The longest repeats that end after `fresh_from`; NaN equals nothing."""
    block, distinct, least_lag, fresh_from = search
    places: defaultdict[bytes, list[int]] = defaultdict(list)
    bits = _bits(values)
    found: list[Repeat] = []
    done: defaultdict[int, int] = defaultdict(int)
    whole = np.isfinite(values)
    for first in range(len(values) - block + 1):
        if not whole[first : first + block].all():
            continue
        part = values[first : first + block]
        if len(set(part.tolist())) < distinct:
            continue
        key = part.tobytes()
        for earlier in places[key] if first + block > fresh_from - block else ():
            lag = first - earlier
            if lag < least_lag or done[lag] > first:
                continue
            repeat = _grown(values, Run(first, first + block), lag, bits)
            done[lag] = repeat.end
            if repeat.end > fresh_from:
                found.append(repeat)
        places[key].append(first)
    return found


def _grown(values: Floats, run: Run, lag: int, bits: Floats) -> Repeat:
    first, end = run
    while first - 1 - lag >= 0 and values[first - 1] == values[first - 1 - lag]:
        first -= 1
    while end < len(values) and values[end] == values[end - lag]:
        end += 1
    return Repeat(first, end, lag, float(bits[first + 1 : end].sum()))


def _bits(values: Floats) -> Floats:
    """Of each cell how unlikely its change is among all changes of the series; no change, 0 bits."""
    steps = np.round(np.diff(values, prepend=np.nan), 9)
    bits = np.zeros(len(values))
    changed = np.isfinite(steps) & (steps != 0)
    if not changed.any():
        return bits
    _, which, count = np.unique(steps[changed], return_inverse=True, return_counts=True)
    bits[changed] = -np.log2(count[which] / changed.sum())
    return bits


def replayed_block(case: Case, parameters: RepetitionParameters) -> tuple[Finding, ...]:
    """F12: a block of values equals one of up to 30 days before, beyond chance.

    Of minutes where they are known (a few days of them), else of hours.
    """
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        for series in (watched.hours, watched.minutes):
            if series is None:
                continue
            best = _best(case, watched, series, parameters)
            if best is not None:
                found.append(_replayed(case, watched, series, best))
                break
    return findings(case, found, parameters)


def _best(
    case: Case, watched: Watched, series: Series, parameters: RepetitionParameters
) -> Repeat | None:
    values = np.where(case.operating(watched, series), series.values, np.nan)
    per_hour = HOUR_S // series.step_s
    fresh_from = len(values) - case.fresh * per_hour
    block = parameters.repeat_block * (1 if per_hour == 1 else 5)
    search = Search(block, parameters.repeat_distinct, _LEAST_LAG_H * per_hour, fresh_from)
    found = [
        each
        for each in repeats(values, search)
        if each.bits >= parameters.repeat_bits
        and each.lag <= (parameters.repeat_days + 1) * _DAY * per_hour
    ]
    return max(found, key=lambda each: each.bits, default=None)


def _replayed(case: Case, watched: Watched, series: Series, repeat: Repeat) -> Found:
    since, until = during(series, Run(repeat.first, repeat.end))
    source = series.at(repeat.first - repeat.lag).astimezone(case.clock)
    kind_zh, kind_en = ("小时值", "hours") if series.step_s == HOUR_S else ("分钟值", "minutes")
    size = repeat.end - repeat.first
    days = repeat.lag * series.step_s / 86400
    return Found(
        "replayed_block",
        watched,
        since,
        until,
        f"连续{size}个{kind_zh}与{figure(days)}天前（自{source:%Y-%m-%d %H:%M}）逐值相同，偶然出现的概率约为"
        f"2的-{repeat.bits:.0f}次方（疑似重放）",
        f"showed {size} {kind_en} that equal, value by value, those {figure(days)} days earlier "
        f"(from {source:%Y-%m-%d %H:%M}); by its own changes the odds are 1 in 2^{repeat.bits:.0f}",
        ("repeat_block", "repeat_bits", "repeat_distinct", "repeat_days"),
        {"cells": size, "lag_s": repeat.lag * series.step_s, "bits": repr(repeat.bits)},
    )


def copied_day(case: Case, parameters: RepetitionParameters) -> tuple[Finding, ...]:
    """F12: the day follows an older day so closely, scaled or shifted, that it was copied."""
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        values = np.where(case.operating(watched), watched.hours.values, np.nan)
        if len(values) < 3 * _DAY or watched.cycle_s is not None:
            continue
        one = _likest(values, parameters)
        if one is None:
            continue
        place, likeness = one
        source = watched.hours.at(place).astimezone(case.clock)
        found.append(
            Found(
                "copied_day",
                watched,
                watched.hours.at(case.hours - _DAY),
                watched.hours.until,
                f"24个小时值与自{source:%Y-%m-%d %H:%M}起24小时的曲线相关系数为{likeness:.5f}，达到"
                f"{parameters.likeness}（疑似复制后缩放或加噪）",
                f"followed the 24 hours from {source:%Y-%m-%d %H:%M} with a correlation of "
                f"{likeness:.5f}, not below {parameters.likeness}, as a copy does that was scaled or "
                "shaken",
                ("likeness", "likeness_spread"),
                {"correlation": repr(likeness)},
            )
        )
    return findings(case, found, parameters)


def _likest(values: Floats, parameters: RepetitionParameters) -> tuple[int, float] | None:
    """Where the likest older day begins, and its correlation; none where values are missing."""
    day = values[-_DAY:]
    if not np.isfinite(day).all() or day.mean() <= 0:
        return None
    if day.std() < parameters.likeness_spread * day.mean():
        return None
    old = np.lib.stride_tricks.sliding_window_view(values[:-_DAY], _DAY)[
        -parameters.repeat_days * _DAY :
    ]
    offset = len(values) - 2 * _DAY + 1 - len(old)
    centred = old - old.mean(axis=1, keepdims=True)
    shape = day - day.mean()
    norm = np.sqrt((centred**2).sum(axis=1) * (shape**2).sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        likeness = np.where(norm > 0, centred @ shape / norm, np.nan)
    likeness = np.where(np.isfinite(likeness), likeness, -1.0)
    best = int(likeness.argmax())
    # An exact copy is the business of `replayed_block`.
    if likeness[best] < parameters.likeness or np.array_equal(old[best], day):
        return None
    return offset + best, float(likeness[best])
