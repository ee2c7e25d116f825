"""More at night than by day (facility switched off at night): night over day by 30 %, night after night."""

from datetime import timedelta

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, parameter
from services.rules.quality.case import Case, Watched
from services.rules.quality.findings import OURS, PLATFORM, Found, figure, findings, percent
from services.rules.quality.series import Bools, Floats, Run, middle, runs_of

_DAY = 24
_LEAST_NIGHT = 4
_LEAST_DAY = 8


class NightParameters(Parameters):
    """When nights are held to be worse than days."""

    night_excess: float = parameter(
        0.3,
        "",
        PLATFORM,
        en="a night's median over that of the days beside it",
        zh="夜间中位值高于昼间比例",
        gt=0,
    )
    night_from: int = parameter(
        22, "h", OURS, en="night begins, hour of the site's clock", zh="夜间开始", ge=0, le=23
    )
    night_until: int = parameter(
        6, "h", OURS, en="night ends, hour of the site's clock", zh="夜间结束", ge=0, le=23
    )
    night_days: int = parameter(7, "d", OURS, en="days looked at", zh="统计天数", ge=2)
    night_times: int = parameter(5, "", OURS, en="such nights among them", zh="其中异常夜数", ge=1)
    night_apart: float = parameter(
        0.9,
        "",
        OURS,
        en="share of a night's hours above the beside days' 90 % quantile",
        zh="夜间小时值高于昼间 90% 分位的比例",
        gt=0,
        le=1,
    )
    night_step: float = parameter(
        0.5,
        "",
        OURS,
        en="share of the excess that comes and goes within three hours of dusk and dawn",
        zh="昼夜交替三小时内突变占超出量的比例",
        ge=0,
    )


def night_over_day(case: Case, parameters: NightParameters) -> tuple[Finding, ...]:
    """Most nights of a week exceed the days beside them by 30 %, hardly overlap with them, and begin abruptly.

    A course of the day with the load is smooth; a switch is not.
    """
    size = parameters.night_days * _DAY
    if case.hours < size:
        return ()
    found: list[Found] = []
    clock = np.array(
        [
            case.points[0].hours.at(place).astimezone(case.clock).hour
            for place in range(case.hours - size, case.hours)
        ]
    )
    dark = (clock >= parameters.night_from) | (clock < parameters.night_until)
    for watched in case.of_role("pollutant"):
        values = np.where(case.measured(watched), watched.hours.values, np.nan)[-size:]
        ratios = _nights(values, dark, parameters)
        high = [ratio for ratio in ratios if ratio > 1 + parameters.night_excess]
        if len(high) < parameters.night_times:
            continue
        found.append(_at_night(case, watched, high, parameters))
    return findings(case, found, parameters)


def _nights(values: Floats, dark: Bools, parameters: NightParameters) -> list[float]:
    """Of each night that stands apart: its median over the median of 12 hours on both sides."""
    ratios: list[float] = []
    for run in runs_of(dark):
        night = values[run.first + 1 : run.end - 1]
        reach = slice(max(run.first - _DAY // 2, 0), run.end + _DAY // 2)
        day = values[reach][~dark[reach]]
        night, day = night[np.isfinite(night)], day[np.isfinite(day)]
        if len(night) < _LEAST_NIGHT or len(day) < _LEAST_DAY or np.median(day) <= 0:
            continue
        ratio = float(np.median(night) / np.median(day))
        apart = float((night > np.quantile(day, 0.9)).mean())
        sharp = _edge(values, run) - 1 >= parameters.night_step * (ratio - 1)
        if apart >= parameters.night_apart and sharp:
            ratios.append(ratio)
    return ratios


def _edge(values: Floats, run: Run) -> float:
    """How many times more within three hours of dusk, or less of dawn; NaN where neither is known."""
    dusk = _times(values[run.first + 1 : run.first + 3], values[max(run.first - 2, 0) : run.first])
    dawn = _times(values[max(run.end - 3, 0) : run.end - 1], values[run.end + 1 : run.end + 3])
    return middle(np.array([dusk, dawn]))


def _times(night: Floats, day: Floats) -> float:
    """How many times more in the middle; NaN where the day had nothing."""
    usual = middle(day)
    return middle(night) / usual if usual > 0 else float("nan")


def _at_night(
    case: Case, watched: Watched, high: list[float], parameters: NightParameters
) -> Found:
    typical = float(np.median(high))
    return Found(
        "night_over_day",
        watched,
        case.until - timedelta(days=parameters.night_days),
        case.until,
        f"{parameters.night_days}天中有{len(high)}个夜间（{parameters.night_from}时至"
        f"{parameters.night_until}时）中位值高于相邻昼间{percent(parameters.night_excess)}以上，典型为"
        f"{figure(typical)}倍（疑似夜间停运治理设施）",
        f"exceeded the days beside by more than {percent(parameters.night_excess)} in {len(high)} of "
        f"{parameters.night_days} nights ({parameters.night_from} to {parameters.night_until} h), "
        f"typically {figure(typical)} times, as if treatment were off at night",
        ("night_excess", "night_times", "night_days", "night_apart", "night_step"),
        {"nights": len(high), "ratio": repr(typical)},
    )
