"""Oxygen that does not fit: raised while much is emitted, apart from the load, or not converted with (F07, F08, F10)."""

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, Source, parameter
from services.rules.quality.case import Case, Watched
from services.rules.quality.findings import (
    CODE,
    OURS,
    PATENT,
    Found,
    figure,
    findings,
    percent,
)
from services.rules.quality.relation import held_against_line
from services.rules.quality.series import HOUR_S, Series

_LEARNT = 240
_PAPER_HENAN = Source("paper on flue gas relations (handmsg 11481491, Henan)", "low")


class OxygenParameters(Parameters):
    """How oxygen must agree with what it goes with (F07, F08, F10)."""

    oxygen_quantile: float = parameter(
        0.9,
        "",
        PATENT,
        en="oxygen over this quantile of its own history is raised",
        zh="氧含量自身历史分位",
        gt=0,
        lt=1,
    )
    pollutant_quantile: float = parameter(
        0.75,
        "",
        OURS,
        en="a pollutant over this quantile of its own history is high",
        zh="污染物浓度自身历史分位",
        gt=0,
        lt=1,
    )
    joint_hours: int = parameter(
        16, "h", OURS, en="hours of a day with both", zh="一日内两者同时出现的小时数", ge=1
    )
    joint_excess: float = parameter(
        6.0,
        "",
        OURS,
        en="those hours against what the history lets expect",
        zh="与历史联合概率期望之比",
        gt=0,
    )
    oxygen_off: float = parameter(
        1.0,
        "%",
        OURS,
        en="most points of oxygen a day may be off its line with the load",
        zh="日中位氧含量与负荷关系的最大偏差（百分点）",
        gt=0,
    )
    oxygen_off_z: float = parameter(
        4.0,
        "",
        _PAPER_HENAN,
        en="and this many times what days usually are off",
        zh="且为日常偏差的倍数",
        gt=0,
    )
    conversion_share: float = parameter(
        0.02,
        "",
        CODE,
        en="most a converted value may differ from the recomputed one",
        zh="折算值与复算值最大相对偏差",
        gt=0,
    )
    conversion_hours: int = parameter(
        3, "h", OURS, en="such hours in a day", zh="一日内偏差小时数", ge=1
    )
    conversion_guard: float = parameter(
        19.0,
        "%",
        OURS,
        en="oxygen from which nothing is recomputed",
        zh="不再复算的氧含量上限",
        lt=21,
    )
    conversion_calm: float = parameter(
        1.0,
        "%",
        OURS,
        en="change of oxygen to a neighbouring hour from which an hour is not recomputed",
        zh="相邻小时氧含量变化超过此值不复算",
        gt=0,
    )


def oxygen_raised(case: Case, parameters: OxygenParameters) -> tuple[Finding, ...]:
    """F07: oxygen over its 90 % quantile while the pollutant is high, far oftener than before.

    Dilution that is rightly converted lowers what is measured and leaves what is converted, so this
    sign alone finds few of them; `oxygen_off_load` finds the others.
    """
    oxygen = case.one("oxygen")
    if oxygen is None or case.fresh_from < _LEARNT:
        return ()
    o2 = np.where(case.operating(oxygen), oxygen.hours.values, np.nan)
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        shown = watched.hours.converted
        shown = shown if np.isfinite(shown).any() else watched.hours.values
        values = np.where(case.operating(watched), shown, np.nan)
        old = slice(0, case.fresh_from)
        if min(np.isfinite(o2[old]).sum(), np.isfinite(values[old]).sum()) < _LEARNT:
            continue
        edge = float(np.nanquantile(o2[old], parameters.oxygen_quantile))
        high = float(np.nanquantile(values[old], parameters.pollutant_quantile))
        both = (o2 > edge) & (values > high)
        known = np.isfinite(o2) & np.isfinite(values)
        expected = both[old].sum() / max(known[old].sum(), 1) * case.fresh
        hours = int(both[case.fresh_from :].sum())
        if hours < parameters.joint_hours or hours < parameters.joint_excess * expected:
            continue
        found.append(
            Found(
                "oxygen_raised",
                watched,
                oxygen.hours.at(case.fresh_from),
                oxygen.hours.until,
                f"{case.fresh}小时中有{hours}小时氧含量高于自身历史{percent(parameters.oxygen_quantile)}"
                f"分位（{figure(edge)} %），同时浓度高于{figure(high)} {watched.unit}；按历史仅应有"
                f"{figure(float(expected))}小时（疑似稀释）",
                f"was over {figure(high)} {watched.unit} in {hours} of {case.fresh} hours in which "
                f"oxygen was over the {percent(parameters.oxygen_quantile)} quantile of its own "
                f"history ({figure(edge)} %); the history lets expect {figure(float(expected))} h",
                ("oxygen_quantile", "pollutant_quantile", "joint_hours", "joint_excess"),
                {"hours": hours, "expected": repr(float(expected)), "oxygen": repr(edge)},
            )
        )
    return findings(case, found, parameters)


def oxygen_off_load(case: Case, parameters: OxygenParameters) -> tuple[Finding, ...]:
    """F08: the day's oxygen left the line that it had with load (else fuel, flow, temperature)."""
    oxygen = case.one("oxygen")
    guide = next(
        (one for role in ("load", "fuel", "flow", "temperature") if (one := case.one(role))), None
    )
    if oxygen is None or guide is None:
        return ()
    o2 = np.where(case.operating(oxygen), oxygen.hours.values, np.nan)
    by = np.where(case.operating(guide), guide.hours.values, np.nan)
    fit = held_against_line(o2, by, case.fresh_from)
    if fit is None or abs(fit.off) <= parameters.oxygen_off:
        return ()
    if abs(fit.off) <= parameters.oxygen_off_z * fit.usual:
        return ()
    one = Found(
        "oxygen_off_load",
        oxygen,
        oxygen.hours.at(case.fresh_from),
        oxygen.hours.until,
        f"日中位值{figure(fit.seen)} %，按{guide.zh}与其历史关系应为{figure(fit.expected)} %，偏差"
        f"{fit.off:+.2f}个百分点，超过{figure(parameters.oxygen_off)}",
        f"had a median of {figure(fit.seen)} % where its relation to {guide.en} lets expect "
        f"{figure(fit.expected)} %: {fit.off:+.2f} points, more than {figure(parameters.oxygen_off)}",
        ("oxygen_off", "oxygen_off_z"),
        {"off": repr(fit.off), "usual": repr(fit.usual)},
    )
    return findings(case, [one], parameters)


def conversion_differs(case: Case, parameters: OxygenParameters) -> tuple[Finding, ...]:
    """F10: converted values sent are not measured * (21 - reference) / (21 - O2) (GB 13223).

    Minutes where both are known, since oxygen may swing within an hour; else hours of calm oxygen.
    """
    oxygen = case.one("oxygen")
    if oxygen is None:
        return ()
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        if watched.reference_oxygen is None:
            continue
        by_minutes = watched.minutes is not None and oxygen.minutes is not None
        pair = (watched.minutes, oxygen.minutes) if by_minutes else (watched.hours, oxygen.hours)
        one = _converted(case, (watched, oxygen), pair, parameters)
        found += [one] if one is not None else []
    return findings(case, found, parameters)


def _converted(
    case: Case,
    who: tuple[Watched, Watched],
    pair: tuple[Series | None, Series | None],
    parameters: OxygenParameters,
) -> Found | None:
    watched, oxygen = who
    series, beside = pair
    if series is None or beside is None or len(series) != len(beside):
        return None
    o2 = np.where(case.operating(oxygen, beside), beside.values, np.nan)
    o2[o2 >= parameters.conversion_guard] = np.nan
    if series.step_s == HOUR_S:
        swing = np.abs(np.diff(o2, prepend=np.nan, append=np.nan))
        o2[np.fmax(swing[1:], swing[:-1]) > parameters.conversion_calm] = np.nan
    values = np.where(case.operating(watched, series), series.values, np.nan)
    again = values * (21 - (watched.reference_oxygen or 0.0)) / (21 - o2)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(again > 0, series.converted / again - 1, np.nan)
    steps = np.diff(np.unique(series.converted[np.isfinite(series.converted)]))
    least = float(steps.min()) if len(steps) else 0.0
    off = (np.abs(share) > parameters.conversion_share) & (
        np.abs(series.converted - again) > 2 * least
    )
    off[: len(off) - case.fresh * HOUR_S // series.step_s] = False
    if off.sum() * series.step_s < parameters.conversion_hours * HOUR_S:
        return None
    places = np.flatnonzero(off)
    hours = off.sum() * series.step_s / HOUR_S
    typical = float(np.median(share[off]))
    return Found(
        "conversion_differs",
        watched,
        series.at(int(places[0])),
        series.at(int(places[-1]) + 1),
        f"有{figure(float(hours))}小时上报折算值与按实测值、氧含量复算的折算值相差超过"
        f"{percent(parameters.conversion_share)}（中位偏差{typical:+.1%}，基准氧"
        f"{figure(watched.reference_oxygen or 0.0)} %）",
        f"sent converted values in {figure(float(hours))} h that differ by more than "
        f"{percent(parameters.conversion_share)} from those recomputed from measured value and "
        f"oxygen (median {typical:+.1%}, reference {figure(watched.reference_oxygen or 0.0)} % O2)",
        ("conversion_share", "conversion_hours", "conversion_guard", "conversion_calm"),
        {"hours": repr(float(hours)), "median": repr(typical)},
    )
