"""Which number of a mean a limit is put upon, in the limit's unit, or why there is none.

It must not know how the two are compared.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from schemas.judgement import MeanRow, Period
from schemas.limits import Bound
from services.rules.exact import EXACT, QUOTIENT, kept
from services.rules.exact import text as plain

_HOUR_S = 3600
_PREFIXES: Mapping[str, int] = {"g": 0, "mg": -3, "ug": -6, "μg": -6, "µg": -6, "ng": -9}
_CONCENTRATION = re.compile(r"(\w+)/(m3|L)")


class Why(StrEnum):
    """Why a verdict is what it is."""

    WITHIN = "within"
    OVER = "over"
    UNDER = "under"  # of a lower limit
    INSTANT_OUTSIDE = "instant_outside"  # the mean is within, one of its records is not
    OVER_RANGE = "over_range"  # within as far as measured; the truth is higher
    CONDITION = "condition_unknown"
    NO_OXYGEN = "not_converted"
    NO_MASS = "no_mass"
    NO_REMOVAL = "no_removal"
    UNITS = "units_differ"
    STOPPED = "stopped"
    NOT_ENOUGH = "not_enough_valid"
    NO_RECORDS = "no_records"
    CLAIMED = "exemption_claimed"
    EXEMPT = "exempt"


def judged_number(
    mean: MeanRow, bound: Bound, unit: str | None, removal: Decimal | None
) -> tuple[Decimal, str] | Why:
    """The number that the limit is put upon, in its unit, and what it is; or why there is none.

    `unit`: of the mean's value (None: that of the limit); `removal` in %. A mass rate is the mass in
    kg by the hours of the period that it is due for.
    """
    match bound.quantity:
        case "rate":
            if mean.mass is None:
                return Why.NO_MASS
            seconds = _HOUR_S if mean.period is Period.HOUR else mean.due_s
            per_hour = EXACT.multiply(mean.mass, _HOUR_S)
            rate = kept(QUOTIENT.divide(per_hour, seconds)) if seconds else None
            return Why.NO_MASS if rate is None else (rate, "mass rate")
        case "removal":
            return Why.NO_REMOVAL if removal is None else (removal, "removal")
        case "value":
            return Why.NO_RECORDS if mean.value is None else (mean.value, "measured")
        case "concentration":
            return _concentration(mean, bound, unit or bound.unit)


def _concentration(mean: MeanRow, bound: Bound, unit: str) -> tuple[Decimal, str] | Why:
    scale = _scale(unit, bound.unit)
    if scale is None:
        return Why.UNITS
    oxygen = bound.reference_oxygen
    if oxygen is None:
        return (
            Why.NO_RECORDS
            if mean.value is None
            else (EXACT.multiply(mean.value, scale), "measured")
        )
    value = mean.converted.get(plain(oxygen))
    name = f"converted to {plain(oxygen)} % oxygen"
    return Why.NO_OXYGEN if value is None else (EXACT.multiply(value, scale), name)


def _scale(unit: str, wanted: str) -> Decimal | None:
    """By what a concentration is multiplied to be in another unit; None: they cannot be compared."""
    if unit == wanted:
        return Decimal(1)
    one, other = _CONCENTRATION.fullmatch(unit), _CONCENTRATION.fullmatch(wanted)
    if one is None or other is None or one[2] != other[2]:
        return None
    powers = _PREFIXES.get(one[1]), _PREFIXES.get(other[1])
    if powers[0] is None or powers[1] is None:
        return None
    return Decimal(1).scaleb(powers[0] - powers[1])
