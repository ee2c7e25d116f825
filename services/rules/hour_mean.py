"""The mean of a point over an hour: of its minutes, of the device's own record, and which is judged.

HJ 75-2017 and HJ 76-2017 appendix B: 45 valid minutes, arithmetic mean. It must not know limits.
"""

from collections.abc import Sequence
from decimal import Decimal

from schemas.limits import Bound
from schemas.means import (
    ComputedHour,
    ConvertedMean,
    ConvertedSource,
    DeviceHour,
    HourMean,
    HourRecords,
    MeanSource,
)
from services.rules.conversion import OxygenReason, at_reference_oxygen
from services.rules.exact import ZERO, ComparisonParameters, kept, text, within
from services.rules.hour_device import TOO_FEW_MINUTES, device_hour, disagreements
from services.rules.hour_minutes import MISSING, NEGATIVE, Laid, lay_out, seconds_by_reason
from services.rules.hour_oxygen import (
    PreparedOxygen,
    converted_mean,
    is_enough,
    mean_of_numbers,
)
from services.rules.hour_parameters import HourRules

_GUARD = (OxygenReason.NEAR_AMBIENT, OxygenReason.ABOVE_AMBIENT)


def hour_mean(
    records: HourRecords, oxygen: PreparedOxygen, references: Sequence[Decimal], rules: HourRules
) -> HourMean:
    """The hour of a point, converted to each of `references` (%; none: as measured alone).

    `oxygen` is that of the same hour (`prepare`, `no_oxygen`). Raises ValueError for a reference that
    is not in 0 to 21 %.
    """
    laid = lay_out(records.main, records.spare, records.start, rules)
    computed = _computed(laid, oxygen, references, rules)
    device = device_hour(records, computed, rules)
    source: MeanSource = "computed"
    if device is not None and device.valid:
        by_device = rules.hour.judged_record == "device" or not computed.valid
        source = "device" if by_device else "computed"
    if source == "device" and device is not None:
        value, valid, at_least = device.value, True, device.at_least or computed.over_range_s > 0
    else:
        value, valid, at_least = computed.value, computed.valid, computed.over_range_s > 0
    found = _Converted(computed, oxygen, rules)
    if source == "device" and device is not None:
        found.of_device(device)
    apart = disagreements(computed, device, rules)
    doubts = _doubts(found, None if computed.valid and source == "computed" else device, rules)
    if apart:
        doubts += rules.hour.unestablished(("judged_record",))
    return HourMean(
        records.start,
        source,
        value,
        valid,
        at_least,
        found.values,
        found.whose,
        computed,
        device,
        apart,
        doubts,
        oxygen.hour if found.by_hour else None,
    )


def conversion_doubts(
    mean: ConvertedMean, bound: Bound, comparison: ComparisonParameters, rules: HourRules
) -> tuple[str, ...]:
    """`converted_from` where the way of converting decides: the other one would end elsewhere."""
    if mean.of_minutes is None or mean.of_means is None:
        return ()
    same = within(mean.of_minutes, bound, comparison) == within(mean.of_means, bound, comparison)
    return () if same else rules.hour.unestablished(("converted_from",))


def _computed(
    laid: Laid, oxygen: PreparedOxygen, references: Sequence[Decimal], rules: HourRules
) -> ComputedHour:
    numbers = laid.numbers
    mean, valid_s = mean_of_numbers(numbers)
    over_range_s = spare_s = zero_s = negative_s = 0
    for begin, end, (value, bound, sent_negative, spare) in numbers:
        if bound:
            over_range_s += end - begin
        if spare:
            spare_s += end - begin
        if sent_negative:
            negative_s += end - begin
        elif not value:
            zero_s += end - begin
    converted = {
        text(reference): converted_mean(numbers, mean, oxygen.line(reference), rules)
        for reference in references
    }
    not_valid = seconds_by_reason(laid)
    return ComputedHour(
        None if mean is None else kept(mean),
        is_enough(valid_s, rules),
        valid_s,
        over_range_s,
        spare_s,
        zero_s,
        negative_s + not_valid.get(NEGATIVE, 0),
        not_valid,
        converted,
        laid.rests_on,
    )


class _Converted:
    """The valid converted means by reference, and whose each is: those of the minutes to begin with.

    `by_hour`: the oxygen of the hour as a whole made one, or forbade one.
    """

    __slots__ = ("by_hour", "computed", "oxygen", "rules", "values", "whose")

    def __init__(self, computed: ComputedHour, oxygen: PreparedOxygen, rules: HourRules) -> None:
        self.rules = rules
        self.computed = computed
        self.oxygen = oxygen
        self.by_hour = False
        self.values = {
            reference: mean.value
            for reference, mean in computed.converted.items()
            if mean.valid and mean.value is not None
        }
        self.whose: dict[str, ConvertedSource] = dict.fromkeys(self.values, "computed")

    def of_device(self, device: DeviceHour) -> None:
        """The device's hour is judged: its own number at its reference, its mean converted elsewhere.

        A device's number is left where but for the oxygen guard enough minutes were converted, or
        where the hour's oxygen is beyond the guard: it is the blow-up. Where that is not known, it is
        left if the guard took more seconds than it left. Its mean is converted with the hour's oxygen
        only where the minutes give no converted mean.
        """
        own = None if device.reference is None else text(device.reference)
        for key, mean in self.computed.converted.items():
            if not mean.valid and self._guarded(key, mean):
                continue
            if key == own and device.converted is not None:
                self.values[key], self.whose[key] = device.converted, "device"
            elif not mean.valid and device.value is not None:
                self._of_hours(key, device.value)

    def _of_hours(self, key: str, measured: Decimal) -> None:
        found = self._at_hour_oxygen(key, measured)
        if isinstance(found, Decimal):
            self.values[key], self.whose[key] = kept(found), "hours"
            self.by_hour = True

    def _guarded(self, key: str, mean: ConvertedMean) -> bool:
        guarded_s = sum(mean.not_converted.get(reason, 0) for reason in _GUARD)
        if guarded_s and is_enough(mean.valid_s + guarded_s, self.rules):
            return True
        if self.oxygen.hour is None:
            return guarded_s > mean.valid_s
        beyond = self._at_hour_oxygen(key, ZERO) in _GUARD
        self.by_hour = self.by_hour or beyond
        return beyond

    def _at_hour_oxygen(self, key: str, measured: Decimal) -> Decimal | OxygenReason:
        hour = self.oxygen.hour
        if hour is None:
            return OxygenReason.MISSING
        return at_reference_oxygen(measured, hour.value, Decimal(key), self.oxygen.params)


def _doubts(found: _Converted, device: DeviceHour | None, rules: HourRules) -> tuple[str, ...]:
    """What the hour rests on that nobody vouches for; `device` where its record decides."""
    computed, oxygen = found.computed, found.oxygen
    from_flags = set(computed.rests_on)
    by_minutes = device is not None and (
        device.why == TOO_FEW_MINUTES or (device.valid and _short_of_minutes(computed))
    )
    if device is not None:
        from_flags.update(device.rests_on)
    if computed.converted:
        from_flags.update(oxygen.laid.rests_on)
    if found.by_hour and oxygen.hour is not None:
        from_flags.update(oxygen.hour.rests_on)
    doubts = rules.flags.unestablished(sorted(from_flags))
    if by_minutes:
        doubts += rules.hour.unestablished(("device_minutes",))
    if computed.negative_s:
        doubts += rules.hour.unestablished(("negatives",))
    near = OxygenReason.NEAR_AMBIENT.value
    if any(near in mean.not_converted for mean in computed.converted.values()):
        doubts += rules.conversion.unestablished(("oxygen_guard",))
    return doubts


def _short_of_minutes(computed: ComputedHour) -> bool:
    """Whether minutes came, and too few of them: the device's hour stands in for those not seen."""
    came = computed.valid_s > 0 or any(reason != MISSING for reason in computed.not_valid)
    return came and not computed.valid
