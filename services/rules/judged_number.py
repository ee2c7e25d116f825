"""Which number of a mean a limit is put upon, in the limit's unit, or why there is none.

It must not know how the two are compared.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from schemas.judgement import MeanRow, Period
from schemas.limits import Bound
from services.rules.conversion import MG_M3_OF, ConversionParameters, in_mg_m3
from services.rules.exact import EXACT, QUOTIENT, kept
from services.rules.exact import text as plain

_HOUR_S = 3600
_LITRE_POWERS = {"g/L": 0, "mg/L": -3, "ug/L": -6, "μg/L": -6, "µg/L": -6, "ng/L": -9}


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


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: the unit of the mean's value (None: that of the limit) and its code."""

    unit: str | None = None
    code: str = ""
    conversion: ConversionParameters = field(default_factory=ConversionParameters)


def judged_number(
    mean: MeanRow, bound: Bound, measured: Measured, removal: Decimal | None
) -> tuple[Decimal, str] | Why:
    """The number that the limit is put upon, in its unit, and what it is; or why there is none.

    `removal` in %. A mass rate is the mass in kg by the hours that have one: an hour without a mass
    emitted nobody knows how much.
    """
    match bound.quantity:
        case "rate":
            return _rate(mean)
        case "removal":
            return Why.NO_REMOVAL if removal is None else (removal, "removal")
        case "value":
            return Why.NO_RECORDS if mean.value is None else (mean.value, "measured")
        case "concentration":
            return _concentration(mean, bound, measured)


def _rate(mean: MeanRow) -> tuple[Decimal, str] | Why:
    """Kg/h: of an hour its mass; of longer periods the mass by the hours of which it is known."""
    if mean.mass is None or mean.evidence.get("mass_enough") is False:
        return Why.NO_MASS
    if mean.period is Period.HOUR:
        return mean.mass, "mass rate"
    due = mean.due_s // _HOUR_S
    hours = mean.evidence.get("mass_hours", due)
    if not isinstance(hours, int) or not hours:
        return Why.NO_MASS
    name = "mass rate" if hours == due else f"mass rate over {hours} of {due} hours"
    return kept(QUOTIENT.divide(mean.mass, hours)), name


def _concentration(mean: MeanRow, bound: Bound, measured: Measured) -> tuple[Decimal, str] | Why:
    oxygen = bound.reference_oxygen
    value, name = mean.value, "measured"
    if oxygen is not None:
        value, name = mean.converted.get(plain(oxygen)), f"converted to {plain(oxygen)} % oxygen"
    number = _in_unit(value or Decimal(0), bound.unit, measured)
    if number is None:
        return Why.UNITS
    if value is None:
        return Why.NO_RECORDS if oxygen is None else Why.NO_OXYGEN
    return number, name


def _in_unit(value: Decimal, wanted: str, measured: Measured) -> Decimal | None:
    """A concentration in another unit; None: the two cannot be compared."""
    unit = measured.unit or wanted
    if unit == wanted:
        return value
    if unit in _LITRE_POWERS and wanted in _LITRE_POWERS:
        return value.scaleb(_LITRE_POWERS[unit] - _LITRE_POWERS[wanted], context=EXACT)
    number = in_mg_m3(value, unit, measured.code, measured.conversion)
    if number is None or wanted not in MG_M3_OF:
        return None
    return kept(QUOTIENT.divide(number, MG_M3_OF[wanted]))
