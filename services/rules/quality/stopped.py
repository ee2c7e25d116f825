"""Said to stand, and running all the same (F14 标停未停); marks that contradict each other (F16)."""

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, parameter
from services.rules.quality.case import Case, Role, Watched
from services.rules.quality.findings import OURS, PAPER, PLATFORM, Found, during, figure, findings
from services.rules.quality.series import HOUR_S, Bools, Floats, Run, runs_of

_STOP_FLAG = "F"


class StoppedParameters(Parameters):
    """What an outlet at rest may not show (fraud indicators F14, F16)."""

    stopped_velocity: float = parameter(
        3.0, "m/s", PLATFORM, en="velocity above it is a sign of running", zh="烟气流速", ge=0
    )
    stopped_temperature: float = parameter(
        42.0, "Cel", PLATFORM, en="temperature above it is a sign of running", zh="烟气温度"
    )
    stopped_flow: float = parameter(
        10_000.0, "m3/h", PLATFORM, en="flow above it is a sign of running", zh="烟气流量", ge=0
    )
    stopped_oxygen: float = parameter(
        17.0, "%", PLATFORM, en="oxygen below it is a sign of running", zh="氧含量", gt=0
    )
    stopped_limit_share: float = parameter(
        0.3,
        "",
        PLATFORM,
        en="a concentration above this share of its limit is a sign of running",
        zh="浓度占限值比例",
        gt=0,
    )
    stopped_signs: int = parameter(
        3, "", PLATFORM, en="signs that must agree", zh="须同时出现的迹象数", ge=1
    )
    stopped_hours: int = parameter(
        2,
        "h",
        OURS,
        en="hours in a row; cooling down shows some signs for a while",
        zh="持续小时数",
        ge=1,
    )
    idle_load: float = parameter(
        10.0, "%", PAPER, en="load above it contradicts a stop", zh="与停运矛盾的负荷", ge=0
    )
    contradicting_hours: int = parameter(
        2, "h", OURS, en="contradicting hours in a row", zh="矛盾持续小时数", ge=1
    )


def _stood(case: Case, watched: Watched) -> Bools:
    marked = case.marked(watched.hours, watched.point, ("stop",))
    return marked | (watched.hours.flags == _STOP_FLAG)


def _signs(case: Case, parameters: StoppedParameters) -> list[tuple[str, str, Watched, Bools]]:
    """Each sign: in Chinese, in English, whose, and in which hours it shows."""
    signs: list[tuple[str, str, Watched, Bools]] = []
    bounds: tuple[tuple[Role, float, str], ...] = (
        ("velocity", parameters.stopped_velocity, "m/s"),
        ("temperature", parameters.stopped_temperature, "℃"),
        ("flow", parameters.stopped_flow, "m3/h"),
    )
    for role, bound, unit in bounds:
        one = case.one(role)
        if one is not None:
            text = f"> {figure(bound)} {unit}"
            signs.append((f"{one.zh}{text}", f"{one.en} {text}", one, _per_hour(one) > bound))
    oxygen = case.one("oxygen")
    if oxygen is not None:
        text = f"< {figure(parameters.stopped_oxygen)} %"
        values = oxygen.hours.values
        shown = (values < parameters.stopped_oxygen) & (values > 0)
        signs.append((f"{oxygen.zh}{text}", f"{oxygen.en} {text}", oxygen, shown))
    for one in case.of_role("pollutant"):
        if one.limit is not None:
            bound = parameters.stopped_limit_share * one.limit
            text = f"> {figure(bound)} {one.unit}"
            signs.append((f"{one.zh}{text}", f"{one.en} {text}", one, one.judged > bound))
            break
    return signs


def _per_hour(watched: Watched) -> Floats:
    return watched.hours.values * (HOUR_S if watched.unit == "m3/s" else 1)


def declared_stopped(case: Case, parameters: StoppedParameters) -> tuple[Finding, ...]:
    """F14: marked or flagged as stopped while three of five signs say that gas is made."""
    signs = _signs(case, parameters)
    if len(signs) < parameters.stopped_signs:
        return ()
    count = np.sum([shown for _, _, _, shown in signs], axis=0)
    stood = np.any([_stood(case, one) for _, _, one, _ in signs], axis=0)
    found: list[Found] = []
    for run in runs_of(stood & (count >= parameters.stopped_signs)):
        if run.length < parameters.stopped_hours or run.end <= case.fresh_from:
            continue
        part = slice(run.first, run.end)
        agree = [sign for sign in signs if 2 * int(sign[3][part].sum()) > run.length]
        since, until = during(case.points[0].hours, run)
        found.append(
            Found(
                "declared_stopped",
                None,
                since,
                until,
                f"标记为停运，但连续{run.length}小时至少{parameters.stopped_signs}项显示仍在运行："
                f"{'、'.join(sign[0] for sign in agree)}（标停未停）",
                f"was marked as stopped, but for {run.length} h at least {parameters.stopped_signs} "
                f"signs say that it ran: {', '.join(sign[1] for sign in agree)}",
                (
                    "stopped_signs",
                    "stopped_velocity",
                    "stopped_temperature",
                    "stopped_flow",
                    "stopped_oxygen",
                    "stopped_limit_share",
                    "stopped_hours",
                ),
                {"hours": run.length, "signs": [sign[2].code for sign in agree]},
            )
        )
    return findings(case, found, parameters)


def marks_contradict(case: Case, parameters: StoppedParameters) -> tuple[Finding, ...]:
    """F16: a stop while the unit carries load, or one analyser stopped and another one normal.

    Normal marks on constant, zero or negative values are found by the indicators of those.
    """
    gas = case.of_role("pollutant")
    if not gas:
        return ()
    stood = np.array([_stood(case, one) for one in gas])
    normal = np.array([one.hours.flags == "N" for one in gas])
    every, some = np.all(stood, axis=0), np.any(stood, axis=0)
    found: list[Found] = []
    load = case.one("load")
    if load is not None and load.unit == "%":
        loaded: Bools = np.asarray(every & (load.hours.values > parameters.idle_load))
        found += [_loaded(load, run, parameters) for run in _long(case, loaded, parameters)]
    split: Bools = np.asarray(some & np.any(normal, axis=0) & ~every)
    found += [_split(gas, stood, run) for run in _long(case, split, parameters)]
    return findings(case, found, parameters)


def _long(case: Case, where: Bools, parameters: StoppedParameters) -> list[Run]:
    return [
        run
        for run in runs_of(where)
        if run.length >= parameters.contradicting_hours and run.end > case.fresh_from
    ]


def _loaded(load: Watched, run: Run, parameters: StoppedParameters) -> Found:
    mean = float(np.nanmean(load.hours.values[run.first : run.end]))
    since, until = during(load.hours, run)
    idle = figure(parameters.idle_load)
    return Found(
        "marks_contradict",
        None,
        since,
        until,
        f"标记停运{run.length}小时，而{load.zh}平均为{figure(mean)} %，高于{idle} %",
        f"was marked as stopped for {run.length} h while {load.en} was {figure(mean)} % on average, "
        f"more than {idle} %",
        ("idle_load", "contradicting_hours"),
        {"hours": run.length, "load": repr(mean)},
    )


def _split(gas: tuple[Watched, ...], stood: Bools, run: Run) -> Found:
    since, until = during(gas[0].hours, run)
    part = slice(run.first, run.end)
    still = [one for one, row in zip(gas, stood, strict=True) if row[part].any()]
    other = [one for one, row in zip(gas, stood, strict=True) if not row[part].all()]
    return Found(
        "marks_contradict",
        None,
        since,
        until,
        f"连续{run.length}小时，{'、'.join(one.zh for one in still)}标记停运，而"
        f"{'、'.join(one.zh for one in other)}标记正常",
        f"had {', '.join(one.en for one in still)} marked as stopped and "
        f"{', '.join(one.en for one in other)} as normal for {run.length} h",
        ("contradicting_hours",),
        {"hours": run.length},
    )
