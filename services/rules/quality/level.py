"""Values where they should not be: at the detection limit, negative, zero, over range (F02, A09)."""

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, Source, parameter
from services.rules.quality.case import Case, Watched
from services.rules.quality.findings import (
    CHECKLIST,
    OURS,
    Found,
    during,
    figure,
    findings,
    percent,
)
from services.rules.quality.series import Bools, Run, runs_of

_QUALITY = Source("data quality alert A09, source code of public monitoring platforms", "high")


class LevelParameters(Parameters):
    """Where values may not stay (fraud indicator F02, alert A09)."""

    detection_band: float = parameter(
        1.0,
        "",
        CHECKLIST,
        en="values up to this multiple of the detection limit hover at it",
        zh="检出限附近的倍数",
        gt=0,
    )
    detection_share: float = parameter(
        0.8,
        "",
        OURS,
        en="share of a day's hours at the detection limit",
        zh="一日内处于检出限附近的比例",
        gt=0,
        le=1,
    )
    detection_before: float = parameter(
        0.3,
        "",
        OURS,
        en="most of the hours before that may have been there",
        zh="此前历史中处于检出限附近的最大比例",
        ge=0,
        le=1,
    )
    negative_hours: int = parameter(
        1, "h", _QUALITY, en="negative hours in a row", zh="连续负值小时数", ge=1
    )
    zero_hours: int = parameter(
        4, "h", OURS, en="zero hours in a row in operation", zh="运行中连续零值小时数", ge=1
    )
    over_range_hours: int = parameter(
        1, "h", _QUALITY, en="hours over the range in a row", zh="连续超量程小时数", ge=1
    )


def at_detection_limit(case: Case, parameters: LevelParameters) -> tuple[Finding, ...]:
    """F02: most of the last day at the detection limit, which the time before did not know."""
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        if watched.detection_limit is None:
            continue
        bound = parameters.detection_band * watched.detection_limit
        operating = case.operating(watched)
        low = operating & (watched.hours.values <= bound)
        now, before = slice(case.fresh_from, None), slice(0, case.fresh_from)
        share, was = _share(low, operating, now), _share(low, operating, before)
        if share is None or was is None or share < parameters.detection_share:
            continue
        if was > parameters.detection_before:
            continue
        found.append(
            Found(
                "at_detection_limit",
                watched,
                watched.hours.at(case.fresh_from),
                watched.hours.until,
                f"{percent(share)}的小时值不超过{figure(bound)} {watched.unit}（检出限附近），此前仅占"
                f"{percent(was)}",
                f"was not over {figure(bound)} {watched.unit}, its detection limit, in "
                f"{percent(share)} of the hours; before, in {percent(was)}",
                ("detection_band", "detection_share", "detection_before"),
                {"share": repr(share), "before": repr(was)},
            )
        )
    return findings(case, found, parameters)


def _share(low: Bools, operating: Bools, part: slice) -> float | None:
    """None of fewer than half of the hours."""
    there = int(operating[part].sum())
    if there == 0 or there < len(operating[part]) / 2:
        return None
    return int(low[part].sum()) / there


def implausible_value(case: Case, parameters: LevelParameters) -> tuple[Finding, ...]:
    """A09: negative, zero or over the range while in operation and shown as normal."""
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        values, operating = watched.hours.values, case.operating(watched)
        allowed = -(watched.detection_limit or 0.0)
        kinds: list[tuple[str, Bools, int]] = [
            ("negative", operating & (values < allowed), parameters.negative_hours),
            ("zero", operating & (values == 0), parameters.zero_hours),
        ]
        if watched.range_max is not None:
            over = operating & (values > watched.range_max)
            kinds.append(("over_range", over, parameters.over_range_hours))
        for kind, where, needed in kinds:
            found += [
                _implausible(watched, kind, run)
                for run in runs_of(where)
                if run.length >= needed and run.end > case.fresh_from
            ]
    return findings(case, found, parameters)


_KINDS = {
    "negative": ("负值", "were negative"),
    "zero": ("零值", "were zero"),
    "over_range": ("超量程值", "were over the range"),
}


def _implausible(watched: Watched, kind: str, run: Run) -> Found:
    part = watched.hours.values[run.first : run.end]
    worst = float(part[np.abs(part).argmax()])
    since, until = during(watched.hours, run)
    zh, en = _KINDS[kind]
    top = "" if kind != "over_range" else f"，量程上限{figure(watched.range_max or 0.0)}"
    of = "" if kind != "over_range" else f", the range ends at {figure(watched.range_max or 0.0)}"
    return Found(
        f"{kind}_value",
        watched,
        since,
        until,
        f"连续{run.length}个小时值为{zh}（最大绝对值{figure(worst)} {watched.unit}{top}），而数据标记为正常",
        f"gave values that {en} for {run.length} h (the farthest {figure(worst)} {watched.unit}{of}) "
        "and were shown as normal",
        (f"{kind}_hours",),
        {"hours": run.length, "worst": repr(worst)},
    )
