"""What cannot be: a part greater than the whole, more after treatment than before, flow apart from load (F11, F17)."""

from itertools import product

import numpy as np

from schemas.judgement import Finding
from schemas.parameter import Parameters, Source, parameter
from services.rules.quality.case import Case, Watched
from services.rules.quality.findings import OURS, WEAK_CODE, Found, figure, findings, percent
from services.rules.quality.relation import held_against_line
from services.rules.quality.series import Floats

_PHYSICS = Source("physics: a part cannot exceed the whole (F17, public platform code)", "high")
_ORDERS = (("w21003", "w21001"), ("w01017", "w01018"))
"""Ammonia nitrogen is a part of total nitrogen; BOD5 never exceeds COD."""
_TREATED = frozenset({"a21026", "a21002", "a34013", "w01018", "w21003", "w21011", "w21001"})
_MOST = 0.5


class PhysicsParameters(Parameters):
    """Room for errors of measurement where physics sets an order (F11, F17)."""

    order_margin: float = parameter(
        0.05,
        "",
        OURS,
        en="most a part may exceed the whole, error of two analysers",
        zh="次序倒置的允许误差",
        ge=0,
    )
    order_hours: int = parameter(
        6, "h", _PHYSICS, en="hours of a day in the wrong order", zh="一日内次序倒置的小时数", ge=1
    )
    balance_share: float = parameter(
        0.3,
        "",
        WEAK_CODE,
        en="most a day's flow may differ from what load or fuel let expect",
        zh="流量与物料平衡最大相对偏差",
        gt=0,
    )
    balance_z: float = parameter(
        4.0,
        "",
        OURS,
        en="and this many times what days usually differ",
        zh="且为日常偏差的倍数",
        gt=0,
    )


def order_violated(case: Case, parameters: PhysicsParameters) -> tuple[Finding, ...]:
    """F17: NH3-N over TN, BOD over COD, or more after treatment than before it."""
    pairs = [(case.by_code(part), case.by_code(whole)) for part, whole in _ORDERS]
    pairs += [
        (case.by_code(code, "out"), case.by_code(code, side))
        for code, side in product(sorted(_TREATED), ("in",))
    ]
    found = [
        one
        for part, whole in pairs
        if part is not None and whole is not None
        if (one := _wrong(case, (part, whole), parameters)) is not None
    ]
    return findings(case, found, parameters)


def _wrong(
    case: Case, pair: tuple[Watched, Watched], parameters: PhysicsParameters
) -> Found | None:
    part, whole = pair
    fresh = slice(case.fresh_from, None)
    small, great = _shown(case, part)[fresh], _shown(case, whole)[fresh]
    wrong = small > great * (1 + parameters.order_margin)
    hours = int(wrong.sum())
    if hours < parameters.order_hours or hours < _MOST * np.isfinite(small + great).sum():
        return None
    mean, other = float(small[wrong].mean()), float(great[wrong].mean())
    side_zh = "（进口）" if whole.side == "in" else ""
    side_en = " before treatment" if whole.side == "in" else ""
    return Found(
        "order_violated",
        part,
        part.hours.at(case.fresh_from),
        part.hours.until,
        f"有{hours}小时高于{whole.zh}{side_zh}{percent(parameters.order_margin)}以上（平均{figure(mean)}对"
        f"{figure(other)} {part.unit}），违反物理规律",
        f"was above {whole.en}{side_en} by more than {percent(parameters.order_margin)} in {hours} h "
        f"(on average {figure(mean)} against {figure(other)} {part.unit}), which cannot be",
        ("order_margin", "order_hours"),
        {"hours": hours, "part": repr(mean), "whole": repr(other), "beside": whole.point},
    )


def _shown(case: Case, watched: Watched) -> Floats:
    return np.where(case.operating(watched), watched.hours.values, np.nan)


def flow_off_balance(case: Case, parameters: PhysicsParameters) -> tuple[Finding, ...]:
    """F11: the day's flow left the line that it had with fuel or load by more than 30 %.

    The balance is learnt from the outlet's own history, for want of the fuel's analysis.
    """
    flow, guide = case.one("flow"), case.one("fuel") or case.one("load")
    if flow is None or guide is None:
        return ()
    fit = held_against_line(_shown(case, flow), _shown(case, guide), case.fresh_from)
    if fit is None or fit.expected <= 0:
        return ()
    share = fit.off / fit.expected
    if abs(share) <= parameters.balance_share:
        return ()
    if abs(fit.off) <= parameters.balance_z * fit.usual:
        return ()
    one = Found(
        "flow_off_balance",
        flow,
        flow.hours.at(case.fresh_from),
        flow.hours.until,
        f"日中位值{figure(fit.seen)} {flow.unit}，按{guide.zh}推算应为{figure(fit.expected)}，偏差"
        f"{share:+.0%}，超过{percent(parameters.balance_share)}",
        f"had a median of {figure(fit.seen)} {flow.unit} where {guide.en} lets expect "
        f"{figure(fit.expected)}: {share:+.0%}, more than {percent(parameters.balance_share)}",
        ("balance_share", "balance_z"),
        {"seen": repr(fit.seen), "expected": repr(fit.expected)},
    )
    return findings(case, [one], parameters)
