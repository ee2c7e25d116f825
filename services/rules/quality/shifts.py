"""A level that moved (F21): a month against its season, a day against its month, as after scaling down."""

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, parameter
from services.rules.quality.case import Case, MonthMean, Watched
from services.rules.quality.findings import OURS, WEAK_CODE, Found, figure, findings
from services.rules.quality.series import Floats, log_of, middle, scatter

_DAY = 24
_DAYS = 14
_FEW = 3
_MONTHS = 12


class ShiftParameters(Parameters):
    """How far levels may move (fraud indicator F21)."""

    season_z: float = parameter(
        2.0,
        "",
        WEAK_CODE,
        en="standard deviations of a month from the same season",
        zh="月均值偏离同期的标准差倍数",
        gt=0,
    )
    season_floor: float = parameter(
        0.1,
        "",
        OURS,
        en="least standard deviation, share of the season's mean",
        zh="同期标准差下限占均值比例",
        gt=0,
    )
    drop_share: float = parameter(
        0.3, "", OURS, en="least drop of a day's median", zh="日中位值下降比例", gt=0, lt=1
    )
    drop_z: float = parameter(
        5.0,
        "",
        OURS,
        en="and this many times the usual spread of days, in logarithms",
        zh="且为日中位值（对数）通常离散度的倍数",
        gt=0,
    )


def season_shift(case: Case, parameters: ShiftParameters) -> tuple[Finding, ...]:
    """F21: the month that ended is more than 2 sigma from the same season of earlier years."""
    end = case.until.astimezone(case.clock) if case.points else None
    if end is None or (end.day, end.hour) != (1, 0):
        return ()
    year, month = (end.year, end.month - 1) if end.month > 1 else (end.year - 1, 12)
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        now = [one.value for one in watched.months if (one.year, one.month) == (year, month)]
        then = [one.value for one in watched.months if _same_season(one, year, month)]
        if not now or len(then) < _FEW:
            continue
        mean = float(np.mean(then))
        sigma = max(float(np.std(then, ddof=1)), parameters.season_floor * abs(mean))
        if sigma == 0 or abs(now[0] - mean) <= parameters.season_z * sigma:
            continue
        z = (now[0] - mean) / sigma
        found.append(
            Found(
                "season_shift",
                watched,
                end.replace(year=year, month=month),
                case.until,
                f"月均值{figure(now[0])} {watched.unit}，往年同期均值{figure(mean)}、标准差"
                f"{figure(sigma)}，偏离{z:+.1f}倍标准差，超过{figure(parameters.season_z)}倍",
                f"had a monthly mean of {figure(now[0])} {watched.unit}; the same season of earlier "
                f"years had {figure(mean)} with a deviation of {figure(sigma)}: {z:+.1f} "
                f"deviations, more than {figure(parameters.season_z)}",
                ("season_z", "season_floor"),
                {"mean": repr(now[0]), "season": repr(mean), "sigma": repr(sigma)},
            )
        )
    return findings(case, found, parameters)


def _same_season(one: MonthMean, year: int, month: int) -> bool:
    """The month and its neighbours, in earlier years."""
    before = (year - one.year) * _MONTHS + month - one.month
    return before > _MONTHS // 2 and min(before % _MONTHS, -before % _MONTHS) <= 1


def sudden_drop(case: Case, parameters: ShiftParameters) -> tuple[Finding, ...]:
    """F21 in short: the day's median fell far below all that days of the month before had."""
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        values = np.where(case.operating(watched), watched.hours.values, np.nan)
        days = _days(values)
        if len(days) <= _DAYS or not np.isfinite(days[-1]):
            continue
        before = days[:-1][np.isfinite(days[:-1])]
        if len(before) < _DAYS:
            continue
        usual, spread = middle(before), max(scatter(before), 0.01)
        drop = 1 - float(np.exp(days[-1] - usual))
        if drop <= parameters.drop_share or usual - days[-1] <= parameters.drop_z * spread:
            continue
        found.append(_dropped(watched, case, (usual, float(days[-1]), spread), parameters))
    return findings(case, found, parameters)


def _days(values: Floats) -> Floats:
    """Logarithms of the medians of the days that end with the last hour, oldest first."""
    whole = values[len(values) % _DAY :].reshape(-1, _DAY)
    enough = np.isfinite(whole).sum(axis=1) >= _DAY // 2
    return log_of(
        np.array([middle(day) if ok else np.nan for day, ok in zip(whole, enough, strict=True)])
    )


def _dropped(
    watched: Watched, case: Case, lay: tuple[float, float, float], parameters: ShiftParameters
) -> Found:
    usual, now, spread = lay
    was, seen = float(np.exp(usual)), float(np.exp(now))
    times = (usual - now) / spread
    return Found(
        "sudden_drop",
        watched,
        watched.hours.at(case.hours - _DAY),
        watched.hours.until,
        f"日中位值{figure(seen)} {watched.unit}，此前各日中位值为{figure(was)}，下降{1 - seen / was:.0%}，为日间"
        f"通常离散度的{figure(times)}倍，超过{figure(parameters.drop_z)}倍",
        f"had a median of {figure(seen)} {watched.unit} where the days before had {figure(was)}: "
        f"{1 - seen / was:.0%} less, {figure(times)} times the usual spread of days, more than "
        f"{figure(parameters.drop_z)}",
        ("drop_share", "drop_z"),
        {"seen": repr(seen), "usual": repr(was)},
    )
