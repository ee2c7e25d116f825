"""Calibrations and checks that tell on the instrument (F19, F24): a step at a calibration, a wrong reading."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, parameter
from services.rules.quality.case import Case, Role, Watched
from services.rules.quality.findings import CODE, OURS, PAPER, Found, figure, findings, percent
from services.rules.quality.series import MINUTE_S, Floats, Series, runs_of, scatter

_CASE_2017 = PAPER._replace(
    text="case of Tangshan 2017: 554 on the label read 294.5 (F24)", confidence="high"
)
_FEW = 8
_LEAST = 5
"""Records on each side, however long each is."""
_STAYS: Final = 3
"""A level that a calibration moved is still there after so many times as long; a swing is not."""
_PLANT: Final[tuple[Role, ...]] = ("load", "fuel", "flow", "velocity")
"""What goes with the plant, and which no gas analyser's calibration changes."""
STEP: Final = "step_at_calibration"
UNSURE: Final = "step_not_attributable"
_NO_FLAGS: Final = (
    "，但数采仪不报数据标记，标气示值无法剔除",
    ", but its logger sends no flags, so gas of the calibration is not told from what was emitted",
)
_TOO_SHORT: Final = (
    "，但前后数据不足，无法确认突变是否持续",
    ", but too little was measured around it to tell whether the step stayed",
)


class _Step(NamedTuple):
    """A jump between the medians of so many cells: both, their relative difference, what is usual."""

    before: float
    after: float
    share: float
    usual: float
    cells: int


class CheckParameters(Parameters):
    """What calibrations and checks may show (fraud indicators F19, F24)."""

    step_share: float = parameter(
        0.05, "", CODE, en="least step at a calibration", zh="校准前后突变比例", gt=0
    )
    step_cells: int = parameter(
        30,
        "min",
        OURS,
        en="time on each side of a calibration, five records at least",
        zh="校准前后各取时长（至少5条记录）",
        ge=5,
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
    A slow analyser steps at each result, so it is left out, and so is a swing: half of the step must
    be there still when three times as much of both sides is compared, which is waited for. Where the
    plant itself changed meanwhile (its load, fuel or flow jumped too, or a facility was switched),
    where no flag tells standard gas from flue gas, or where little else was measured, whose step it
    is cannot be known: that makes a finding `step_not_attributable`, which suspects nobody.
    """
    found: list[Found] = []
    for watched in case.of_role("pollutant"):
        if watched.cycle_s is not None:
            continue
        series = _series(watched)
        spans = [(run.first, run.end) for run in runs_of(series.flags == "C")]
        spans += [(series.place(at), series.place(at) + 1) for at in watched.calibrations]
        for first, end in spans:
            one = _found(case, watched, (first, end), parameters)
            found += [one] if one is not None else []
    return findings(case, found, parameters)


def _found(
    case: Case, watched: Watched, span: tuple[int, int], parameters: CheckParameters
) -> Found | None:
    series = _series(watched)
    since, until = series.at(span[0]), series.at(span[1])
    known = until + _STAYS * timedelta(seconds=_size(series, parameters) * series.step_s)
    if not case.until - timedelta(hours=case.fresh) < known <= case.until:
        return None
    step = _step(case, watched, (since, until), parameters)
    if step is None:
        return None
    size = step.cells
    left = _left(case, watched, span, size)
    if left is not None and left / step.share < 0.5:  # noqa: PLR2004 - a half, as documented
        return None
    zh, en = _NO_FLAGS if left is not None else _TOO_SHORT
    if watched.flagged and left is not None:
        zh, en = _plant(case, (since, until), timedelta(seconds=size * series.step_s), parameters)
    return Found(
        STEP if not zh else UNSURE,
        watched,
        since,
        until,
        f"校准前{size}条记录中位值{figure(step.before)}、校准后{figure(step.after)} {watched.unit}，突变"
        f"{step.share:+.1%}，超过{percent(parameters.step_share)}及平时变化（{step.usual:.1%}）的"
        f"{figure(parameters.step_z)}倍{zh}",
        f"went from {figure(step.before)} to {figure(step.after)} {watched.unit} at a calibration "
        f"(medians of {size} records), {step.share:+.1%}: more than {percent(parameters.step_share)} "
        f"and {figure(parameters.step_z)} times what it moves else ({step.usual:.1%}){en}",
        ("step_share", "step_cells", "step_z"),
        {"before": repr(step.before), "after": repr(step.after), "usual": repr(step.usual)},
        suspected=not zh,
    )


def _series(watched: Watched) -> Series:
    return watched.hours if watched.minutes is None else watched.minutes


def _plant(
    case: Case, span: tuple[datetime, datetime], wide: timedelta, parameters: CheckParameters
) -> tuple[str, str]:
    """What of the plant changed within `wide` of it, in words to add; empty: nothing did."""
    if any(span[0] - wide <= at <= span[1] + wide for at in case.switched):
        what_zh, what_en = "有设施或机组启停", "a facility or unit was switched"
    else:
        moved = [
            other
            for role in _PLANT
            if (other := case.one(role)) is not None and _step(case, other, span, parameters)
        ]
        if not moved:
            return "", ""
        what_zh, what_en = f"{moved[0].zh}突变", f"{moved[0].en} jumped"
    zh = f"，但同时{what_zh}，无法归因于校准"
    return zh, f", but {what_en} meanwhile: whether it is the calibration's is not known"


def _step(
    case: Case,
    watched: Watched,
    span: tuple[datetime, datetime],
    parameters: CheckParameters,
) -> _Step | None:
    """How far a point jumps over a span; None: no farther than it does at other times."""
    series = _series(watched)
    values = np.where(case.operating(watched, series), series.values, np.nan)
    first, end = (series.place(at) for at in span)
    size = _size(series, parameters)
    if first < size or end + size > len(values):
        return None
    before, after = _median(values[first - size : first]), _median(values[end : end + size])
    if before is None or after is None or before <= 0:
        return None
    share = after / before - 1
    usual = _usual(values, size, end - first)
    if abs(share) <= max(parameters.step_share, parameters.step_z * usual):
        return None
    return _Step(before, after, share, usual, size)


def _size(series: Series, parameters: CheckParameters) -> int:
    return max(parameters.step_cells * MINUTE_S // series.step_s, _LEAST)


def _left(case: Case, watched: Watched, span: tuple[int, int], size: int) -> float | None:
    """What is left of a step when more of both sides is compared; None: too little was measured."""
    series = _series(watched)
    values = np.where(case.operating(watched, series), series.values, np.nan)
    before = _median(values[max(span[0] - _STAYS * size, 0) : span[0]])
    after = _median(values[span[1] : span[1] + _STAYS * size])
    return None if before is None or after is None or before <= 0 else after / before - 1


def _median(values: Floats) -> float | None:
    there = values[np.isfinite(values)]
    return float(np.median(there)) if there.size and 2 * len(there) >= len(values) else None


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
