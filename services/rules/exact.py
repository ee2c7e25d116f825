"""Exact numbers: a float as sent is its shortest decimal, and a mean equal to a limit is not over it.

It must not know what the numbers measure.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from functools import lru_cache
from math import isfinite
from typing import Literal

from schemas.limits import Bound
from schemas.parameter import Parameters, Source, parameter

# Wide enough for the sum of any two floats' digits: adding and multiplying readings never rounds.
EXACT = Context(prec=1200, rounding=ROUND_HALF_EVEN)
# What a quotient keeps before `kept` takes nine decimals of it.
QUOTIENT = Context(prec=50, rounding=ROUND_HALF_EVEN)
ZERO = Decimal(0)
_KEPT = Decimal("1E-9")
# What a sentence shows of a number; the evidence beside it has all of it.
_SHOWN_DIGITS = 6
CACHED = 65_536
"""How many numbers as sent are remembered as decimals."""

ComparisonMethod = Literal["full", "rounded"]


class ComparisonParameters(Parameters):
    """How a number is compared with a limit (GB/T 8170-2008; its clauses are known from memory)."""

    comparison_method: ComparisonMethod = parameter(
        "full",
        "",
        Source("GB/T 8170-2008 section 4.3 (clause from memory)", "medium", from_memory=True),
        en="full: all digits kept are compared; rounded: the value is first rounded half-even to "
        "the limit's digits",
        zh="极限数值比较方法：full 全数值比较法，rounded 修约值比较法（四舍六入五成双）",
    )


@lru_cache(maxsize=CACHED, typed=True)
def digits(number: float) -> Decimal:
    """The shortest decimal that reads back as this float: what was sent. Zero has no sign.

    Raises ValueError for NaN and infinities, which are no readings.
    """
    if not isfinite(number):
        raise ValueError(f"{number!r} is not a number that can be judged")
    return Decimal(repr(float(number))) if number else ZERO


def sum_of(numbers: Iterable[Decimal]) -> Decimal:
    """The exact sum; 0 of none."""
    total = ZERO
    add = EXACT.add
    for number in numbers:
        total = add(total, number)
    return total


def mean_of(pairs: Iterable[tuple[Decimal, int]]) -> Decimal:
    """The mean of (value, weight) pairs; weights are seconds, or any integers >= 0.

    Sum and weights are exact, the one division keeps 50 digits. Raises ValueError where no weight is.
    """
    total, weight = ZERO, 0
    fma = EXACT.fma
    for value, seconds in pairs:
        total = fma(value, seconds, total)
        weight += seconds
    if weight <= 0:
        raise ValueError("a mean needs at least one value with a weight")
    return QUOTIENT.divide(total, weight)


def weighted_mean(pairs: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """Sum of value x weight over the sum of weights, which is not 0; 50 digits are kept."""
    total = sum_of(EXACT.multiply(value, weight) for value, weight in pairs)
    return QUOTIENT.divide(total, sum_of(weight for _, weight in pairs))


def kept(number: Decimal) -> Decimal:
    """The number to nine decimals, half even, never a negative zero: absorbs a division's last digits."""
    rounded = number.quantize(_KEPT, context=EXACT)
    return rounded or rounded.copy_abs()


def text(number: Decimal) -> str:
    """Plain digits without trailing zeros or exponent: `10`, `0.35`; the key of a reference oxygen."""
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in {"-0", ""} else plain


def in_brief(number: Decimal, *beside: Decimal | None) -> str:
    """The number as a sentence shows it: at most six digits that count, half even; for reading alone.

    More where six would put it on another side of what stands `beside` it in the sentence: 35.00000001
    is over 35, and 35 is not.
    """
    for count in range(_SHOWN_DIGITS, len(number.as_tuple().digits)):
        short = Context(prec=count, rounding=ROUND_HALF_EVEN).plus(number)
        if all(
            one is None or (short > one, short < one) == (number > one, number < one)
            for one in beside
        ):
            return text(short)
    return text(number)


def number_of(said: object) -> Decimal | None:
    """A number as evidence writes it, as text or as JSON's; None: there is none."""
    if isinstance(said, bool) or not isinstance(said, str | int | float | Decimal):
        return None
    try:
        return Decimal(str(said))
    except InvalidOperation:
        return None


def as_compared(value: Decimal, limit: Decimal, params: ComparisonParameters) -> Decimal:
    """The value as it meets the limit: nine decimals (full), or the limit's own digits (rounded).

    GB/T 8170: 四舍六入五成双, in one step from the digits kept. A limit written `35` has no decimals,
    `0.10` has two; whole tens are no digits of a limit.
    """
    exact = kept(value)
    if params.comparison_method == "full":
        return exact
    exponent = limit.as_tuple().exponent
    places = Decimal(1).scaleb(min(exponent, 0) if isinstance(exponent, int) else 0)
    rounded = exact.quantize(places, context=EXACT)
    return rounded or rounded.copy_abs()


def exceeds(value: Decimal, limit: Decimal, params: ComparisonParameters) -> bool:
    """Whether the value is over an upper limit 超标; equal is not over."""
    return as_compared(value, limit, params) > limit


def falls_short(value: Decimal, limit: Decimal, params: ComparisonParameters) -> bool:
    """Whether the value is under a lower limit; equal is not under."""
    return as_compared(value, limit, params) < limit


def within(value: Decimal, bound: Bound, params: ComparisonParameters) -> bool:
    """Whether the value keeps the bound: neither over its `high` nor under its `low`, where given."""
    over = bound.high is not None and exceeds(value, bound.high, params)
    under = bound.low is not None and falls_short(value, bound.low, params)
    return not over and not under


def comparison_doubts(
    value: Decimal, bound: Bound, params: ComparisonParameters
) -> tuple[str, ...]:
    """The name of the method where it decides: by the other one the outcome would differ.

    () where both agree, or where somebody set the method.
    """
    names = params.unestablished()
    if not names:
        return ()
    full, rounded = ComparisonParameters(), ComparisonParameters(comparison_method="rounded")
    return () if within(value, bound, full) == within(value, bound, rounded) else names


def multiple(value: Decimal, limit: Decimal) -> Decimal | None:
    """超标倍数: value / limit - 1, to nine decimals; negative under the limit, None for a limit <= 0."""
    if limit <= 0:
        return None
    return kept(EXACT.subtract(QUOTIENT.divide(value, limit), 1))
