"""Calibrations and checks that tell on the instrument (F19, F24): a step at a calibration, a wrong reading."""

from datetime import timedelta

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, parameter
from services.rules.quality.case import Case, Watched
from services.rules.quality.findings import CODE, OURS, PAPER, Found, figure, findings, percent
from services.rules.quality.series import Floats, Series, runs_of, scatter

_CASE_2017 = PAPER._replace(
    text="case of Tangshan 2017: 554 on the label read 294.5 (F24)", confidence="high"
)
_FEW = 8


class CheckParameters(Parameters):
    """What calibrations and checks may show (fraud indicators F19, F24)."""

    step_share: float = parameter(
        0.05, "", CODE, en="least step at a calibration", zh="校准前后突变比例", gt=0
    )
    step_cells: int = parameter(
        30, "", OURS, en="records on each side of a calibration", zh="校准前后各取记录数", ge=5
    )
    step_z: float = parameter(
        6.0,
        "",
        OURS,
        en="and this many times the steps at other times",
        zh="且为其它时刻突变的倍数",
        gt=0,
    )
    check_share: float = parameter(
        0.2,
        "",
        _CASE_2017._replace(text="our proposal; " + _CASE_2017.text, confidence="ours"),
        en="most a check may read from its label",
        zh="标气（标液）核查示值与标称值最大相对偏差",
        gt=0,
    )


def step_at_calibration(case: Case, parameters: CheckParameters) -> tuple[Finding, ...]:
    """F19: what is measured jumps at a calibration, far more than it moves at other times.

    Calibrations are those told and the runs of flag C; of minutes where known, else of hours.
    A slow analyser steps at each result, so it is left out.
    """
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        if watched.cycle_s is not None:
            continue
        series = watched.hours if watched.minutes is None else watched.minutes
        values = np.where(case.operating(watched, series), series.values, np.nan)
        spans = [(run.first, run.end) for run in runs_of(series.flags == "C")]
        spans += [(series.place(at), series.place(at) + 1) for at in watched.calibrations]
        for first, end in spans:
            one = _step(case, watched, (series, values), (first, end), parameters)
            found += [one] if one is not None else []
    return findings(case, found, parameters)


def _step(
    case: Case,
    watched: Watched,
    shown: tuple[Series, Floats],
    span: tuple[int, int],
    parameters: CheckParameters,
) -> Found | None:
    series, values = shown
    first, end = span
    size = parameters.step_cells
    if first < size or end + size > len(values):
        return None
    if series.at(end) <= case.until - timedelta(hours=case.fresh):
        return None
    before, after = _median(values[first - size : first]), _median(values[end : end + size])
    if before is None or after is None or before <= 0:
        return None
    step = after / before - 1
    usual = _usual(values, size, end - first)
    if abs(step) <= max(parameters.step_share, parameters.step_z * usual):
        return None
    return Found(
        "step_at_calibration",
        watched,
        series.at(first),
        series.at(end),
        f"校准前{size}条记录中位值{figure(before)}、校准后{figure(after)} {watched.unit}，突变{step:+.1%}，"
        f"超过{percent(parameters.step_share)}及平时变化（{usual:.1%}）的{figure(parameters.step_z)}倍",
        f"went from {figure(before)} to {figure(after)} {watched.unit} at a calibration (medians of "
        f"{size} records), {step:+.1%}: more than {percent(parameters.step_share)} and "
        f"{figure(parameters.step_z)} times what it moves else ({usual:.1%})",
        ("step_share", "step_cells", "step_z"),
        {"before": repr(before), "after": repr(after), "usual": repr(usual)},
    )


def _median(values: Floats) -> float | None:
    there = values[np.isfinite(values)]
    return float(np.median(there)) if 2 * len(there) >= len(values) else None


def _usual(values: Floats, size: int, gap: int) -> float:
    """How medians on both sides of such a gap differ where nothing is calibrated."""
    steps: list[float] = []
    for place in range(size, len(values) - size - gap, max(size // 2, 1)):
        before = _median(values[place - size : place])
        after = _median(values[place + gap : place + gap + size])
        if before is not None and after is not None and before > 0:
            steps.append(after / before - 1)
    return scatter(np.array(steps)) if len(steps) >= _FEW else float("inf")


def check_far_off(case: Case, parameters: CheckParameters) -> tuple[Finding, ...]:
    """F24: a check with standard gas or solution read far from its label."""
    found: list[Found] = []
    for watched in case.points:
        for check in watched.checks:
            if watched.hours.place(check.at) < case.fresh_from or check.standard == 0:
                continue
            share = check.read / check.standard - 1
            if abs(share) <= parameters.check_share:
                continue
            found.append(
                Found(
                    "check_far_off",
                    watched,
                    check.at,
                    check.at,
                    f"核查标称值{figure(check.standard)}、示值{figure(check.read)} {watched.unit}，偏差"
                    f"{share:+.1%}，超过{percent(parameters.check_share)}",
                    f"read {figure(check.read)} {watched.unit} of a standard of "
                    f"{figure(check.standard)}: {share:+.1%}, more than "
                    f"{percent(parameters.check_share)}",
                    ("check_share",),
                    {"standard": repr(check.standard), "read": repr(check.read)},
                )
            )
    return findings(case, found, parameters)
