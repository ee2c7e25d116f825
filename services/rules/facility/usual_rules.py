"""Rules for subjects to which nobody has given one of their own: units by load, bypasses by flow.

What a treatment facility draws or warms is its own: it has no usual rule. It must not know records.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from schemas.facility import Condition, RunningRule
from schemas.parameter import Parameters, Source, parameter
from services.rules.exact import QUOTIENT
from services.rules.facility.parameters import FacilityParameters

VELOCITY: Final = "a01011"
FLOW: Final = "a00000"
_PER_HOUR: Final = MappingProxyType({"m3/h": Decimal(1), "m3/s": Decimal(3600)})
_LOADS: Final = ("load", "fuel", "feed")
"""Codes of a unit's signals in the registry, the more telling one first."""


class RunningRuleParameters(Parameters):
    """运行判定规则: given for a unit, a facility or a bypass."""

    running_rule: RunningRule | None = parameter(
        None,
        "",
        Source("our proposal; the rule set of a subject is the bureau's or the plant's", "ours"),
        en="by which signals the subject runs (of a bypass: is open); null: the usual rule, if any",
        zh="运行判定规则（旁路：开启判定）；空则采用通用规则",
    )
    load_running: Decimal = parameter(
        Decimal(5),
        "%",
        Source("our proposal", "ours"),
        en="a unit with more load (HJ 212-2017 i33400) than this runs",
        zh="生产负荷高于该值视为生产设施运行",
        ge=0,
        le=100,
    )
    feed_running: Decimal = parameter(
        Decimal(0),
        "",
        Source("our proposal", "ours"),
        en="a unit fed with more fuel or material than this runs, in the unit of its signal",
        zh="给料量高于该值视为生产设施运行",
        ge=0,
    )


def unit_rule(points: Mapping[str, str], params: RunningRuleParameters) -> RunningRule | None:
    """A unit's own rule, else by the most telling of load, fuel, feed; None where it has none.

    `points`: SUBJECT/SIDE/CODE to unit.
    """
    if params.running_rule is not None:
        return params.running_rule
    for code in _LOADS:
        for point, unit in sorted(points.items()):
            if point.rpartition("/")[2] == code:
                threshold = params.load_running if code == "load" else params.feed_running
                condition = Condition(point=point, comparator=">", threshold=threshold, unit=unit)
                return RunningRule(conditions=(condition,))
    return None


def bypass_rule(units: Mapping[str, str], params: FacilityParameters) -> RunningRule | None:
    """The usual rule of an open bypass, from the points it has: velocity or flow over its threshold.

    `units`: point (SUBJECT/SIDE/CODE) to its unit; None where none of them tells of flow.
    """
    conditions: list[Condition] = []
    for point, unit in sorted(units.items()):
        code = point.rpartition("/")[2]
        if code == VELOCITY and unit == "m/s":
            threshold = params.bypass_velocity
        elif code == FLOW and unit in _PER_HOUR:
            threshold = QUOTIENT.divide(params.bypass_flow, _PER_HOUR[unit])
        else:
            continue
        conditions.append(Condition(point=point, comparator=">", threshold=threshold, unit=unit))
    return RunningRule(combine="any", conditions=tuple(conditions)) if conditions else None
