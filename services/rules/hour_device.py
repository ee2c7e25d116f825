"""The device's own hour record, and where it and the mean of the minutes are apart.

A device that sends other means than its minutes give is a fact for the rules of data quality.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from schemas.means import HOUR_S, ComputedHour, DeviceHour, Disagreement, HourRecords
from schemas.record import Record
from services.rules.exact import EXACT, QUOTIENT, ZERO, digits, kept, text
from services.rules.flags import UNKNOWN_FLAG
from services.rules.hour_minutes import MISSING, lay_out, seconds_by_reason, taken_of_hour
from services.rules.hour_oxygen import is_enough
from services.rules.hour_parameters import HourRules

TOO_FEW_MINUTES: Final = "too_few_minutes"
_HOUR: Final = timedelta(seconds=HOUR_S)


def device_hour(
    records: HourRecords, computed: ComputedHour, rules: HourRules
) -> DeviceHour | None:
    """The device's hour record as its flag and its minutes let it be used; None where none was sent.

    That of the spare channel stands in only where neither the main one's nor the minutes are valid.
    A channel that sends no minutes has but its hour; of one that does, 45 are to be valid (HJ 75-2017).
    """
    start = records.start
    main = spare = None
    if records.device is not None:
        main = _read(records.device, records.device_reference, rules)
        if _came(records.main, start) and not _minutes_allow(computed, rules):
            main = main._replace(valid=False, why=TOO_FEW_MINUTES)
    if records.spare_device is None or computed.valid or (main is not None and main.valid):
        return main
    spare = _read(records.spare_device, records.device_reference, rules)._replace(spare=True)
    if _came(records.spare, start) and not _spare_allows(records, rules):
        spare = spare._replace(valid=False, why=TOO_FEW_MINUTES)
    return spare if spare.valid or main is None else main


def _minutes_allow(computed: ComputedHour, rules: HourRules) -> bool:
    """Whether the device's hour may be valid beside minutes like these."""
    missing_s = computed.not_valid.get(MISSING, 0)
    return _seconds_allow(computed.valid_s, missing_s, rules)


def _spare_allows(records: HourRecords, rules: HourRules) -> bool:
    """The same of the spare channel's own minutes."""
    refused = seconds_by_reason(lay_out(records.spare, (), records.start, rules))
    return _seconds_allow(HOUR_S - sum(refused.values()), refused.get(MISSING, 0), rules)


def _seconds_allow(valid_s: int, missing_s: int, rules: HourRules) -> bool:
    match rules.hour.device_minutes:
        case "enough":
            return is_enough(valid_s, rules)
        case "possible":
            return is_enough(valid_s + missing_s, rules)
        case "free":
            return True


def _came(minutes: Iterable[Record], start: datetime) -> bool:
    return any(start <= record.at < start + _HOUR for record in minutes)


def _read(record: Record, reference: Decimal | None, rules: HourRules) -> DeviceHour:
    meant = rules.meanings.get(record.flag, UNKNOWN_FLAG)
    taken = taken_of_hour(record, meant, rules.hour.negatives)
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
