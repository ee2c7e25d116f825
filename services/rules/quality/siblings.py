"""Outlets of a plant that move as one (F13): one curve told for several stacks."""

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, parameter
from services.rules.quality.case import Case, Watched
from services.rules.quality.findings import CODE, OURS, Found, findings
from services.rules.quality.series import HOUR_S, Floats


class SiblingParameters(Parameters):
    """How alike two outlets may be (fraud indicator F13)."""

    sibling_correlation: float = parameter(
        0.98,
        "",
        CODE,
        en="correlation of two outlets from which they are held to be one",
        zh="两排口相关系数",
        gt=0,
        lt=1,
    )
    sibling_hours: int = parameter(24, "h", CODE, en="hours compared", zh="比较时长", ge=12)
    sibling_spread: float = parameter(
        0.02,
        "",
        OURS,
        en="least spread, share of the mean, that is compared",
        zh="参与比较的最小变异系数",
        gt=0,
    )


def identical_trend(case: Case, parameters: SiblingParameters) -> tuple[Finding, ...]:
    """F13: values, and their changes from hour to hour, of two outlets correlate over 0.98.

    Changes count too: two outlets that follow one load share the level but not the unrest.
    """
    found: list[Found] = []
    hours = parameters.sibling_hours
    for watched in case.of_role("pollutant"):
        for sibling in case.siblings:
            if (sibling.code, sibling.side) != (watched.code, watched.side):
                continue
            if max(watched.cycle_s or 0, sibling.cycle_s or 0) > HOUR_S:
                continue
            one = np.where(case.operating(watched), watched.hours.values, np.nan)[-hours:]
            other = np.where(case.operating(sibling), sibling.hours.values, np.nan)[-hours:]
            likeness = _likeness(one, other, parameters)
            if likeness < parameters.sibling_correlation:
                continue
            found.append(_alike(case, (watched, sibling), likeness, parameters))
    return findings(case, found, parameters)


def _likeness(one: Floats, other: Floats, parameters: SiblingParameters) -> float:
    """The lesser of the correlations of values and of changes; -1 where there is too little."""
    if not (np.isfinite(one) & np.isfinite(other)).all() or len(one) < parameters.sibling_hours:
        return -1.0
    for each in (one, other):
        if each.mean() <= 0 or each.std() < parameters.sibling_spread * each.mean():
            return -1.0
        if np.ptp(np.diff(each)) == 0:
            return -1.0
    levels = float(np.corrcoef(one, other)[0, 1])
    changes = float(np.corrcoef(np.diff(one), np.diff(other))[0, 1])
    return min(levels, changes)


def _alike(
    case: Case, pair: tuple[Watched, Watched], likeness: float, parameters: SiblingParameters
) -> Found:
    watched, sibling = pair
    hours = parameters.sibling_hours
    return Found(
        "identical_trend",
        watched,
        watched.hours.at(case.hours - hours),
        watched.hours.until,
        f"{hours}小时内与同厂{sibling.zh}的小时值及其逐时变化相关系数均不低于{likeness:.4f}，界值"
        f"{parameters.sibling_correlation}",
        f"and {sibling.en} of the same plant correlate with {likeness:.4f} or more over {hours} hours, "
        f"in values and in changes; the bound is {parameters.sibling_correlation}",
        ("sibling_correlation", "sibling_hours", "sibling_spread"),
        {"sibling": sibling.point, "correlation": repr(likeness)},
    )
