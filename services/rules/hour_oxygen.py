"""An hour's oxygen, laid out once for all pollutants of an outlet, and conversion second by second.

A part of an hour without usable oxygen is not converted and says why (HJ 75-2017, 折算).
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, localcontext
from operator import mul, sub

from schemas.means import HOUR_S, ConvertedMean, OxygenHour
from schemas.record import Record
from services.rules.conversion import ConversionParameters, OxygenReason, oxygen_factor
from services.rules.exact import EXACT, QUOTIENT, ZERO, kept
from services.rules.flags import UNKNOWN_FLAG
from services.rules.hour_minutes import Interval, Laid, Placed, Taken, lay_out, taken_of_hour
from services.rules.hour_parameters import HourRules

Factor = Decimal | OxygenReason
_SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Line:
    """The factors of an hour for one reference oxygen, in order without gaps; `exact` finds a whole one."""

    placed: tuple[Placed[Factor], ...]
    begins: tuple[int, ...]
    exact: dict[Interval, Decimal]
    of_mean: Factor


@dataclass(frozen=True, slots=True)
class PreparedOxygen:
    """Dry oxygen (%) of an hour: `mean` of its valid seconds (None: none), `valid` by the minutes it needs.

    `hour`: that of the hour as a whole, the device's own record or the mean where it is valid.
    """

    laid: Laid
    mean: Decimal | None
    valid: bool
    params: ConversionParameters
    hour: OxygenHour | None = None
    lines: dict[Decimal, Line] = field(default_factory=dict[Decimal, Line])

    def line(self, reference: Decimal) -> Line:
        """The factors for a reference oxygen (%), reckoned once. Raises ValueError outside 0 to 21 %."""
        if reference not in self.lines:
            self.lines[reference] = _line(self, reference)
        return self.lines[reference]


def prepare(
    main: Sequence[Record],
    spare: Sequence[Record],
    start: datetime,
    rules: HourRules,
    device: Record | None = None,
) -> PreparedOxygen:
    """The oxygen of the hour from `start`, for `hour_mean` of every pollutant beside it.

    `device`: the device's own hour record of its oxygen.
    """
    laid = lay_out(main, spare, start, rules)
    certain = [item for item in laid.numbers if not item[2].bound]
    mean, seconds = mean_of_numbers(certain)
    valid = is_enough(seconds, rules)
    hour = None if mean is None or not valid else OxygenHour(kept(mean), "computed", laid.rests_on)
    if device is not None and (hour is None or rules.hour.judged_record == "device"):
        hour = _of_device(device, rules) or hour
    return PreparedOxygen(laid, mean, valid, rules.conversion, hour)


def _of_device(record: Record, rules: HourRules) -> OxygenHour | None:
    """The device's hour of oxygen as its flag lets it be used; a lower bound converts nothing."""
    meant = rules.meanings.get(record.flag, UNKNOWN_FLAG)
    taken = taken_of_hour(record, meant, rules.hour.negatives)
    if isinstance(taken, str) or taken.bound:
        return None
    return OxygenHour(kept(taken.value), "device", meant.rests_on)


def no_oxygen(rules: HourRules) -> PreparedOxygen:
    """For an outlet without an oxygen channel: nothing is converted."""
    return PreparedOxygen(Laid([], [], ()), None, valid=False, params=rules.conversion)


def mean_of_numbers(numbers: Sequence[Placed[Taken]]) -> tuple[Decimal | None, int]:
    """The mean weighted by seconds, to 50 digits, and the seconds; None of none."""
    if not numbers:
        return None, 0
    begins, ends, several = zip(*numbers, strict=True)
    spans = list(map(sub, ends, begins))
    total = _total([taken[0] for taken in several], spans)
    seconds = sum(spans)
    return QUOTIENT.divide(total, seconds), seconds


def _total(values: Iterable[Decimal], spans: Sequence[int]) -> Decimal:
    """The sum of values times their seconds, exact."""
    even = len(set(spans)) == 1
    with localcontext(EXACT):
        if even:
            return sum(values, ZERO) * spans[0]
        return sum(map(mul, values, map(Decimal, spans)), ZERO)


def is_enough(seconds: int, rules: HourRules) -> bool:
    """Whether so many valid seconds make an hour valid."""
    return seconds >= rules.hour.valid_minutes * _SECONDS_A_MINUTE


def converted_mean(
    numbers: Sequence[Placed[Taken]], mean: Decimal | None, line: Line, rules: HourRules
) -> ConvertedMean:
    """The converted mean of an hour's numbers; `mean` is theirs. Each second meets its own oxygen."""
    total, seconds, lacking = _converted_total(numbers, line)
    of_minutes = kept(QUOTIENT.divide(total, seconds)) if seconds else None
    of_means = None
    if mean is not None and not isinstance(line.of_mean, OxygenReason):
        of_means = kept(EXACT.multiply(mean, line.of_mean))
    value = of_minutes if rules.hour.converted_from == "minutes" else of_means
    valid = value is not None and is_enough(seconds, rules)
    return ConvertedMean(value, valid, seconds, of_minutes, of_means, lacking)


def _converted_total(
    numbers: Sequence[Placed[Taken]], line: Line
) -> tuple[Decimal, int, dict[str, int]]:
    """The sum of converted numbers times their seconds, exact; these seconds, and those lacking."""
    places = [number[:2] for number in numbers]
    if numbers and line.exact.keys() >= set(places):
        spans = [end - begin for begin, end in places]
        with localcontext(EXACT):
            values = [
                number[2][0] * line.exact[place]
                for number, place in zip(numbers, places, strict=True)
            ]
        return _total(values, spans), sum(spans), {}
    total, seconds = ZERO, 0
    lacking: dict[str, int] = {}
    fma, multiply = EXACT.fma, EXACT.multiply
    for begin, end, taken in numbers:
        for span, part in factors_over(line, begin, end):
            if isinstance(part, OxygenReason):
                lacking[part.value] = lacking.get(part.value, 0) + span
            else:
                total = fma(multiply(taken[0], part), span, total)
                seconds += span
    return total, seconds, lacking


def factors_over(line: Line, begin: int, end: int) -> Iterator[tuple[int, Factor]]:
    """The seconds and factors that an interval of the hour meets, in order."""
    place = bisect_right(line.begins, begin) - 1
    while begin < end:
        _, until, factor = line.placed[place]
        until = min(until, end)
        yield until - begin, factor
        begin, place = until, place + 1


def _line(oxygen: PreparedOxygen, reference: Decimal) -> Line:
    factors: dict[Decimal, Factor] = {}
    placed: list[Placed[Factor]] = []
    for begin, end, taken in oxygen.laid.numbers:
        value = taken.value
        if value not in factors:
            factors[value] = oxygen_factor(value, reference, oxygen.params)
        placed.append((begin, end, OxygenReason.INVALID if taken.bound else factors[value]))
    placed += [(begin, end, OxygenReason.INVALID) for begin, end, _ in oxygen.laid.reasons]
    placed.sort(key=_begin)
    whole = list(_without_gaps(placed))
    of_mean: Factor = OxygenReason.MISSING
    if oxygen.mean is not None:
        of_mean = oxygen_factor(oxygen.mean, reference, oxygen.params)
        if not oxygen.valid:
            of_mean = OxygenReason.INVALID
    begins = tuple(begin for begin, _, _ in whole)
    exact = {(begin, end): found for begin, end, found in whole if isinstance(found, Decimal)}
    return Line(tuple(whole), begins, exact, of_mean)


def _without_gaps(placed: list[Placed[Factor]]) -> Iterator[Placed[Factor]]:
    cursor = 0
    for begin, end, factor in placed:
        if begin > cursor:
            yield cursor, begin, OxygenReason.MISSING
        yield begin, end, factor
        cursor = end
    if cursor < HOUR_S:
        yield cursor, HOUR_S, OxygenReason.MISSING


def _begin(placed: Placed[Factor]) -> int:
    return placed[0]
