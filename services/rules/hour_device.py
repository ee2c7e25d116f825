"""The device's own hour record, and where it and the mean of the minutes are apart.

A device that sends other means than its minutes give is a fact for the rules of data quality.
"""

from decimal import Decimal
from typing import Literal

from schemas.means import ComputedHour, DeviceHour, Disagreement, HourRecords
from services.rules.exact import EXACT, QUOTIENT, ZERO, digits, kept, text
from services.rules.flags import UNKNOWN_FLAG
from services.rules.hour_minutes import taken_of
from services.rules.hour_parameters import HourRules


def device_hour(records: HourRecords, rules: HourRules) -> DeviceHour | None:
    """The device's hour record as its flag lets it be used; None where none was sent."""
    record = records.device
    if record is None:
        return None
    reference = records.device_reference
    meant = rules.meanings.get(record.flag, UNKNOWN_FLAG)
    taken = taken_of(record, meant, rules.hour.negatives)
    if isinstance(taken, str):
        return DeviceHour(
            None,
            None,
            reference,
            record.flag,
            valid=False,
            at_least=False,
            why=taken,
            rests_on=meant.rests_on,
        )
    sent = record.converted
    converted = None
    if sent is not None and sent - sent == 0:
        converted = ZERO if sent < 0 and rules.hour.negatives == "zero" else digits(sent)
    kind = meant.kind.value
    value = kept(taken.value)
    converted = None if converted is None else kept(converted)
    return DeviceHour(
        value,
        converted,
        reference,
        record.flag,
        valid=True,
        at_least=taken.bound,
        why=kind,
        rests_on=meant.rests_on,
    )


def disagreements(
    computed: ComputedHour, device: DeviceHour | None, rules: HourRules
) -> tuple[Disagreement, ...]:
    """Where valid means of both are apart by more than the tolerance and by more than rounding does.

    The device's converted mean is held against that of the minutes, at the reference it converts to.
    """
    if device is None or not device.valid:
        return ()
    found: list[Disagreement | None] = []
    if computed.valid and computed.value is not None and device.value is not None:
        found.append(_apart("value", device.value, computed.value, rules.hour.mean_tolerance))
    if device.reference is not None and device.converted is not None:
        mean = computed.converted.get(text(device.reference))
        if mean is not None and mean.valid and mean.value is not None:
            tolerance = rules.hour.converted_tolerance
            found.append(_apart("converted", device.converted, mean.value, tolerance))
    return tuple(item for item in found if item is not None)


def _apart(
    what: Literal["value", "converted"], device: Decimal, computed: Decimal, tolerance: Decimal
) -> Disagreement | None:
    difference = EXACT.subtract(device, computed).copy_abs()
    if difference <= _rounding(device):
        return None
    if not computed:
        return Disagreement(what, device, computed, None, tolerance)
    relative = QUOTIENT.divide(difference.scaleb(2, context=EXACT), computed.copy_abs())
    if relative <= tolerance:
        return None
    return Disagreement(what, device, computed, kept(relative), tolerance)


def _rounding(sent: Decimal) -> Decimal:
    """Half of the last digit sent, of one decimal at least: what a device may have rounded away."""
    exponent = sent.normalize(EXACT).as_tuple().exponent
    places = min(exponent, -1) if isinstance(exponent, int) else -1
    return Decimal(5).scaleb(places - 1)
