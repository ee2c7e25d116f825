"""Mass emitted 排放量: hours in kg, longer periods in t (HJ 75-2017, formulae of its appendix).

Of dry gas in the standard state, from the concentration measured and never from the converted one.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from schemas.judgement import MeanRow
from services.rules.conversion import flow_m3_h, mass_kg_h
from services.rules.exact import EXACT, kept, sum_of
from services.rules.periods import Bounds


class MassState(StrEnum):
    """What is known of an hour's mass."""

    MEASURED = "measured"  # 实测
    SUBSTITUTED = "substituted"  # 替代
    MISSING = "missing"  # 缺失
    STOPPED = "stopped"  # 停运


class MassHour(NamedTuple):
    """The mass of an hour; `kg` is None where it is missing, 0 where the source was stopped.

    A substituted one names its `rule` and `source`, the hour it was taken from. `look_back_from`: of
    an hour out of control 失控, the last passed calibration; None: the look-back begins at the gap.
    """

    start: datetime
    state: MassState
    kg: Decimal | None
    look_back_from: datetime | None = None
    rule: str = ""
    source: datetime | None = None

    @property
    def decides(self) -> bool:
        """Whether it may decide an exceedance: substituted and missing numbers never do."""
        return self.state is MassState.MEASURED


class MassSum(NamedTuple):
    """Mass in t over a period: `tonnes` is measured and substituted together; hours by what they are.

    `missing_h`: hours that nothing is known of; the sum is too small by them.
    """

    bounds: Bounds
    tonnes: Decimal
    measured_t: Decimal
    substituted_t: Decimal
    measured_h: int
    substituted_h: int
    stopped_h: int
    missing_h: int


def hour_mass(concentration: MeanRow, flow: MeanRow, flow_unit: str) -> Decimal | None:
    """Kg of an hour: measured mean (mg/m3) x flow mean (`flow_unit`: m3/h or m3/s) x 1e-6, at least 0.

    Both are means of the same hour, of dry gas in the standard state; None where one is not valid.
    Raises ValueError for another unit, or for means of different hours.
    """
    if concentration.start != flow.start:
        raise ValueError(f"means of different hours: {concentration.start} and {flow.start}")
    if not (concentration.valid and flow.valid):
        return None
    if concentration.value is None or flow.value is None:
        return None
    return kept(mass_kg_h(concentration.value, flow_m3_h(flow.value, flow_unit)))


def mass_hour(
    start: datetime, kg: Decimal | None, *, stopped: bool, look_back_from: datetime | None = None
) -> MassHour:
    """An hour with its mass, if any. `stopped`: the source stood still, as other evidence shows."""
    if stopped:
        return MassHour(start, MassState.STOPPED, Decimal(0))
    if kg is None:
        return MassHour(start, MassState.MISSING, None, look_back_from)
    return MassHour(start, MassState.MEASURED, kg)


def mass_sum(hours: Iterable[MassHour], bounds: Bounds) -> MassSum:
    """The mass of a day, month or year (`periods`) in t: the sum of its hours x 1e-3."""
    by_state: dict[MassState, list[MassHour]] = {state: [] for state in MassState}
    for hour in hours:
        if bounds.since <= hour.start < bounds.until:
            by_state[hour.state].append(hour)
    measured = _tonnes(by_state[MassState.MEASURED])
    substituted = _tonnes(by_state[MassState.SUBSTITUTED])
    known = sum(len(by_state[state]) for state in MassState if state is not MassState.MISSING)
    return MassSum(
        bounds,
        EXACT.add(measured, substituted),
        measured,
        substituted,
        len(by_state[MassState.MEASURED]),
        len(by_state[MassState.SUBSTITUTED]),
        len(by_state[MassState.STOPPED]),
        bounds.hours - known,
    )


def _tonnes(hours: Iterable[MassHour]) -> Decimal:
    return sum_of(hour.kg for hour in hours if hour.kg is not None).scaleb(-3, context=EXACT)
