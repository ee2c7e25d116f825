"""What instruments say of their own settings: other than filed, a range lowered, a cold line (F05, F06, F22).

Codes of settings are those of HJ 212-2017 table B.10.
"""

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from math import isclose

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, Source, parameter
from services.rules.quality.case import Case, Setting, Watched
from services.rules.quality.findings import CHECKLIST, OURS, Found, figure, findings, percent

RANGE = "i13001"
HEAT_TRACE = "i33001"
_NAMES = {
    "i13001": ("测量量程", "range"),
    "i13007": ("截距", "intercept"),
    "i13008": ("斜率", "slope"),
    "i13009": ("检出限", "detection limit"),
}
_TAMPERING = Source(
    "our reasoning; 环发[2015]175号 lists tampering with parameters", "medium", from_memory=True
)


class SettingParameters(Parameters):
    """How far settings may be from what is on file (F05, F06, F22)."""

    setting_share: float = parameter(
        0.0,
        "",
        CHECKLIST,
        en="most a setting may differ from the one on file",
        zh="参数与备案值最大相对偏差",
        ge=0,
    )
    range_cut_share: float = parameter(
        0.01,
        "",
        _TAMPERING,
        en="share of hours over the new range before it was lowered",
        zh="量程调低前超过新量程的小时比例",
        gt=0,
    )
    range_hours: int = parameter(
        24,
        "h",
        OURS,
        en="hours that must lie on both sides of the change",
        zh="量程变更前后所需小时数",
        ge=1,
    )
    heat_trace_c: float = parameter(
        120.0,
        "Cel",
        Source("official checklist and public platform code, F06", "medium"),
        en="least temperature of the heated line",
        zh="伴热管最低温度",
    )


def settings_differ(case: Case, parameters: SettingParameters) -> tuple[Finding, ...]:
    """F05: the last setting that an instrument told in the new hours is not the one on file."""
    found: list[Found] = []
    for watched in case.points:
        filed = dict(watched.registered)
        if watched.range_max is not None:
            filed.setdefault(RANGE, watched.range_max)
        for code, told in _last(watched.settings).items():
            if code not in filed or watched.hours.place(told.at) < case.fresh_from:
                continue
            if isclose(told.value, filed[code], rel_tol=max(parameters.setting_share, 1e-9)):
                continue
            zh, en = _NAMES.get(code, (code, code))
            found.append(
                Found(
                    "settings_differ",
                    watched,
                    told.at,
                    told.at,
                    f"仪器上报的{zh}（{code}）为{figure(told.value)}，备案值为{figure(filed[code])}",
                    f"reported a {en} ({code}) of {figure(told.value)}; on file is "
                    f"{figure(filed[code])}",
                    ("setting_share",),
                    {"code": code, "told": repr(told.value), "filed": repr(filed[code])},
                )
            )
    return findings(case, found, parameters)


def _last(settings: Iterable[Setting]) -> dict[str, Setting]:
    return {each.code: each for each in sorted(settings, key=lambda each: each.at)}


def range_lowered(case: Case, parameters: SettingParameters) -> tuple[Finding, ...]:
    """F22: the range was lowered, and what used to be over the new one is never seen again."""
    found: list[Found] = []
    for watched in case.points:
        ranges = sorted(each for each in watched.settings if each.code == RANGE)
        for before, after in pairwise(ranges):
            if after.value < before.value:
                one = _cut(case, watched, (before, after), parameters)
                found += [one] if one is not None else []
    return findings(case, found, parameters)


def _cut(
    case: Case, watched: Watched, change: tuple[Setting, Setting], parameters: SettingParameters
) -> Found | None:
    place = watched.hours.place(change[1].at)
    values = np.where(case.operating(watched), watched.hours.values, np.nan)
    if not 0 <= place < len(values):
        return None
    was, now = values[:place], values[place + 1 :]
    was, now = was[np.isfinite(was)], now[np.isfinite(now)]
    if min(len(was), len(now)) < parameters.range_hours:
        return None
    over = float((was > change[1].value).mean())
    if over < parameters.range_cut_share or now.max() > change[1].value:
        return None
    old, new = figure(change[0].value), figure(change[1].value)
    return Found(
        "range_lowered",
        watched,
        change[1].at,
        watched.hours.until,
        f"量程由{old}调低至{new} {watched.unit}；此前{percent(over)}的小时值超过新量程（最高"
        f"{figure(float(was.max()))}），此后{len(now)}小时最高仅{figure(float(now.max()))}",
        f"had its range lowered from {old} to {new} {watched.unit}: before, {percent(over)} of the "
        f"hours were over the new range (up to {figure(float(was.max()))}); in {len(now)} hours "
        f"since then the highest was {figure(float(now.max()))}",
        ("range_cut_share", "range_hours"),
        {"before": repr(change[0].value), "after": repr(change[1].value), "over": repr(over)},
    )


def cold_line(case: Case, parameters: SettingParameters) -> tuple[Finding, ...]:
    """F06: the heated sampling line (i33001) was told to be colder than it must be."""
    found: list[Found] = []
    for watched in case.points:
        cold = [
            each
            for each in watched.settings
            if each.code == HEAT_TRACE
            and each.value < parameters.heat_trace_c
            and watched.hours.place(each.at) >= case.fresh_from
        ]
        if not cold:
            continue
        least = min(each.value for each in cold)
        found.append(
            Found(
                "cold_line",
                watched,
                min(each.at for each in cold),
                max(each.at for each in cold) + timedelta(minutes=1),
                f"上报CEMS伴热管温度最低{figure(least)}℃，低于{figure(parameters.heat_trace_c)}℃",
                f"reported a heated line of {figure(least)} °C, below "
                f"{figure(parameters.heat_trace_c)} °C",
                ("heat_trace_c",),
                {"least": repr(least)},
            )
        )
    return findings(case, found, parameters)
