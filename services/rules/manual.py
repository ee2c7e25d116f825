"""Laboratory results beside automatic ones: compared with them, and standing in for what is missing.

A result that stands in counts for mass alone and never decides an exceedance; it must not know
either.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from schemas.manual import ManualKind, ManualResult
from services.rules.exact import EXACT, QUOTIENT, kept, mean_of, sum_of
from services.rules.manual_parameters import ComparisonErrorParameters, ManualDutyParameters
from services.rules.water_cycle import SLOW_CODES, Span, overlap_s
from services.rules.water_series import FLOW, PH

Piece = tuple[datetime, datetime, Decimal]
"""A valid automatic value and the time it stands for: [since, until)."""
Refusal = Literal["no_laboratory_value", "no_automatic_value", "zero_reference", "no_tolerance"]
MANUAL, BEFORE = "manual", "equal_time_before"

# Two-sided 95 % quantiles of Student's t for 1, 2, 3 ... degrees of freedom.
STUDENT = tuple(
    map(
        Decimal,
        [
            "12.706",
            "4.303",
            "3.182",
            "2.776",
            "2.571",
            "2.447",
            "2.365",
            "2.306",
            "2.262",
            "2.228",
            "2.201",
            "2.179",
            "2.160",
            "2.145",
            "2.131",
            "2.120",
            "2.110",
            "2.101",
            "2.093",
            "2.086",
            "2.080",
            "2.074",
            "2.069",
            "2.064",
            "2.060",
            "2.056",
            "2.052",
            "2.048",
            "2.045",
            "2.042",
        ],
    )
)


class Compared(NamedTuple):
    """An automatic value against the laboratory's of the same time.

    `error` is signed, in % of the laboratory's value (`relative`) or in the unit (pH); `limit` is
    what its size may be.
    """

    result: int
    version: int
    relative: bool
    laboratory: Decimal
    automatic: Decimal
    error: Decimal
    limit: Decimal
    within: bool
    doubts: tuple[str, ...]


class NotCompared(NamedTuple):
    """Why a result cannot be compared: no judgement, neither good nor bad."""

    result: int
    version: int
    why: Refusal


class Filled(NamedTuple):
    """What stands in over [since, until), its source and, for a laboratory's, the result's key."""

    since: datetime
    until: datetime
    value: Decimal
    source: str
    result: int | None = None


def compare(
    result: ManualResult,
    automatic: Iterable[Piece],
    code: str,
    params: ComparisonErrorParameters,
) -> Compared | NotCompared:
    """Hold the automatic values of a result's sampling time against it (HJ 355-2019 Table 1).

    COD, NH3-N, TP, TN and flow by relative error, pH by difference; for other codes no tolerance of
    one pair is known (gas: `relative_accuracy` of several).
    """

    def refused(why: Refusal) -> NotCompared:
        return NotCompared(result.result, result.version, why)

    tolerance = _tolerance(code, params)
    if tolerance is None:
        return refused("no_tolerance")
    name, limit = tolerance
    reference = result.value
    if reference is None or result.withdrawn:
        return refused("no_laboratory_value")
    shown = value_of_same_time((result.since, result.until), automatic, params)
    if shown is None:
        return refused("no_automatic_value")
    relative = name != "ph_difference"
    if relative and not reference:
        return refused("zero_reference")
    error = relative_error(shown, reference) if relative else EXACT.subtract(shown, reference)
    doubts = params.unestablished((name, "cover_percent"))
    return Compared(
        result.result,
        result.version,
        relative,
        reference,
        kept(shown),
        kept(error),
        limit,
        kept(error).copy_abs() <= limit,
        doubts,
    )


def value_of_same_time(
    sampled: Span, automatic: Iterable[Piece], params: ComparisonErrorParameters
) -> Decimal | None:
    """The mean by time of the automatic values over the sampling; None where too little is covered."""
    pairs = [(value, overlap_s(sampled, (since, until))) for since, until, value in automatic]
    covered = sum(seconds for _, seconds in pairs)
    if not covered or covered * 100 < params.cover_percent * overlap_s(sampled, sampled):
        return None
    return mean_of(pairs)


def relative_error(measured: Decimal, reference: Decimal) -> Decimal:
    """100 x (measured - reference) / reference, %. Raises ZeroDivisionError for a reference of 0."""
    difference = EXACT.multiply(EXACT.subtract(measured, reference), 100)
    return QUOTIENT.divide(difference, reference)


def control_within(measured: Decimal, label: Decimal, params: ComparisonErrorParameters) -> bool:
    """Whether a quality-control sample 质控样 was measured well enough; `label` is its true value > 0."""
    return kept(relative_error(measured, label)).copy_abs() <= params.quality_control_percent


def relative_accuracy(
    pairs: Sequence[tuple[Decimal, Decimal]], params: ComparisonErrorParameters
) -> Decimal | None:
    """相对准确度 % of (automatic, reference) pairs: (|mean d| + cc) / mean reference x 100.

    HJ 75-2017 (from memory): cc = t(0.95, n - 1) x Sd / square root of n, Sd the standard deviation
    of the differences. None with fewer than two pairs, fewer than `pairs`, more than 31, or a mean
    reference of 0.
    """
    count = len(pairs)
    total = sum_of(reference for _, reference in pairs)
    if not max(2, params.pairs) <= count <= len(STUDENT) + 1 or not total:
        return None
    differences = [EXACT.subtract(automatic, reference) for automatic, reference in pairs]
    mean = QUOTIENT.divide(sum_of(differences), count)
    squares = sum_of(EXACT.power(EXACT.subtract(one, mean), 2) for one in differences)
    deviation = QUOTIENT.sqrt(QUOTIENT.divide(squares, count - 1))
    coefficient = QUOTIENT.divide(
        EXACT.multiply(STUDENT[count - 2], deviation), QUOTIENT.sqrt(Decimal(count))
    )
    # The mean difference and the mean reference share their divisor with the coefficient.
    above = EXACT.multiply(EXACT.add(mean.copy_abs(), coefficient), 100 * count)
    return kept(QUOTIENT.divide(above, total))


def standing_in(
    gaps: Sequence[Span],
    results: Iterable[ManualResult],
    params: ManualDutyParameters,
    kinds: Sequence[ManualKind] = ("gap",),
) -> list[Filled]:
    """What laboratory results fill of the gaps, in order of time.

    A result stands from the beginning of its sampling until the next one's, and no longer than the
    longest interval allowed after the end of its sampling.
    """
    usable = sorted(
        (one for one in results if not one.withdrawn and one.kind in kinds),
        key=lambda one: (one.since, one.result),
    )
    interval = timedelta(seconds=params.longest_interval_s)
    filled: list[Filled] = []
    for place, one in enumerate(usable):
        until = one.until + interval
        if place + 1 < len(usable):
            until = min(until, usable[place + 1].since)
        if one.value is None:
            continue
        filled += [
            Filled(max(since, one.since), min(ends, until), one.value, MANUAL, one.result)
            for since, ends in gaps
            if overlap_s((since, ends), (one.since, until))
        ]
    return sorted(filled)


def _tolerance(code: str, params: ComparisonErrorParameters) -> tuple[str, Decimal] | None:
    if code in SLOW_CODES:
        return "water_percent", params.water_percent
    if code == PH:
        return "ph_difference", params.ph_difference
    if code == FLOW:
        return "flow_error_percent", params.flow_error_percent
    return None
