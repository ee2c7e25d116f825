"""Bands of the desulphurisation operation rate 脱硫设施投运率: what became of the premium.

The rule of 2007, later replaced by hourly clawback. It must not know how the rate came about.
"""

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from schemas.judgement import PerformanceRow
from services.rules.exact import EXACT
from services.rules.facility.parameters import FacilityParameters


class Band(StrEnum):
    """Effect on the premium of the outage's energy."""

    DEDUCTED = "deducted"  # >= 90 %: 扣减停运时段电价
    FINED_ONCE = "fined_once"  # 80-90 %: 扣减并处1倍罚款
    FINED_FIVE = "fined_five"  # < 80 %: 扣减并处5倍罚款
    NOTHING = "nothing"  # 100 %: 无停运
    UNKNOWN = "unknown"  # 未知


class Banded(NamedTuple):
    """The band of a rate; with unknown seconds, those it could be at worst and at best."""

    band: Band
    worst: Band
    best: Band


def operation_band(row: PerformanceRow, params: FacilityParameters) -> Banded:
    """The band, if all unknown seconds leave it the same; else unknown (发改价格[2007]1176号, M).

    Unknown seconds are taken as outage for the worst and as running for the best.
    """
    unknown = sum(
        Decimal(str(row.evidence.get(name, 0)))
        for name in ("unknown_production_s", "unknown_treatment_s")
    )
    whole = row.denominator + unknown
    worst = _band(row.numerator, whole, params)
    best = _band(row.numerator + unknown, whole, params)
    return Banded(worst if worst is best else Band.UNKNOWN, worst, best)


def _band(ran: Decimal, due: Decimal, params: FacilityParameters) -> Band:
    """Compared by multiplying: no quotient is rounded, so exactly 90 % is 90 %."""
    if due == 0:
        return Band.UNKNOWN
    if ran == due:
        return Band.NOTHING
    share = EXACT.multiply(ran, 100)
    if share >= EXACT.multiply(due, params.operation_full):
        return Band.DEDUCTED
    return (
        Band.FINED_ONCE if share >= EXACT.multiply(due, params.operation_low) else Band.FINED_FIVE
    )
