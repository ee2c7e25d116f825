"""Pre-warning 预警: what a running hour or day will come to, and whether it is settled already.

An alert may open on a period that has not ended only where nothing still to come can change it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from schemas.limits import Bound
from schemas.parameter import Parameters, Source, parameter
from services.rules.exact import (
    EXACT,
    QUOTIENT,
    ZERO,
    ComparisonParameters,
    exceeds,
    falls_short,
    kept,
    sum_of,
    within,
)

MINUTES_OF_HOUR = (3600, 2700)
"""Seconds due in an hour, and those that make it valid: 45 minutes (HJ 75-2017)."""
HOURS_OF_DAY = (24, 20)
"""Hours due in a day, and those that make it valid (GB 18484-2020 3.19)."""


class ProjectionParameters(Parameters):
    """When a running period warns. Platforms have such forecasts (A05); the figures are ours."""

    warning_share: Decimal = parameter(
        Decimal("0.9"),
        "",
        Source("proposal: blue level at 90 % of the limit", "ours"),
        en="warn where the projected mean is over this share of the limit",
        zh="预测均值达到限值的比例即预警",
        gt=0,
    )
    recent: int = parameter(
        15,
        "records",
        Source("no source", "ours"),
        en="the rest of the period is taken to go on like the mean of so many last records",
        zh="按最近若干条记录的均值外推",
        ge=1,
    )
    least_share: Decimal = parameter(
        Decimal("0.25"),
        "",
        Source("no source", "ours"),
        en="no warning before this share of the period has valid records",
        zh="有效数据达到该时段比例后才预警",
        gt=0,
        le=1,
    )
    floor: Decimal | None = parameter(
        None,
        "",
        Source("negative numbers are kept as sent, and no clause bounds them", "ours"),
        en="the least that a record still to come can read; none: nothing is known to bound it",
        zh="后续数据可能的最小值；空：无下限",
    )


class Settled(StrEnum):
    """What a running period is already sure to be; `exceeding` is what an alert may open on."""

    EXCEEDING = "exceeding"
    COMPLIANT = "compliant"
    NOT_VALID_YET = "not_valid_yet"  # over or within whatever comes, if it becomes a valid period
    OPEN = "open"


class Sample(NamedTuple):
    """A valid record so far, as the limit is put upon it, with its weight: seconds, hours or water."""

    value: Decimal
    weight: Decimal
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """A period that has not ended; its samples in order of time.

    `due` is its whole weight, or the most that it can come to (water: the most flow); None: not
    known, then nothing is settled. What is missing may still arrive, late or in time. `needed`
    weight makes it valid. `ceiling`: the most that a record can read (None: there is none); `floor`:
    the least, for instance the beginning of its range, or 0 where negative numbers are no numbers
    (None: that of the parameters).
    """

    samples: Sequence[Sample]
    due: Decimal | None
    needed: Decimal
    ceiling: Decimal | None = None
    floor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Projecting:
    """The parameters of a projection."""

    projection: ProjectionParameters = field(default_factory=ProjectionParameters)
    comparison: ComparisonParameters = field(default_factory=ComparisonParameters)


class Projection(NamedTuple):
    """What is known of a running period against a limit.

    `so_far`: the mean so far; `least` and `most`: what the whole mean can come to (None: without
    end); `projected`: if it goes on as of late; `share` of the limit (None: a range, or
    0). `warns`: to be said before it happens. The doubts are those of `projected` and `warns`.
    """

    settled: Settled
    so_far: Decimal | None
    least: Decimal | None
    most: Decimal | None
    projected: Decimal | None
    share: Decimal | None
    warns: bool
    doubts: tuple[str, ...]


def running_hour(
    samples: Sequence[Sample], ceiling: Decimal | None = None, floor: Decimal | None = None
) -> Running:
    """An hour of minutes; their weights are seconds."""
    due, needed = MINUTES_OF_HOUR
    return Running(samples, Decimal(due), Decimal(needed), ceiling, floor)


def running_day(
    samples: Sequence[Sample], ceiling: Decimal | None = None, floor: Decimal | None = None
) -> Running:
    """A day of valid hourly means, each of weight 1; the mean is their plain mean."""
    due, needed = HOURS_OF_DAY
    return Running(samples, Decimal(due), Decimal(needed), ceiling, floor)


def project(running: Running, bound: Bound, rules: Projecting) -> Projection:
    """Project a running period and say whether it is settled (A05).

    It is over for good where even records at the floor for all the rest leave it over, and within
    for good where even records at the ceiling do; without a floor nothing is over for good before its
    end, for negative numbers are kept. Converted means are projected from converted
    records.
    """
    params = rules.projection
    doubts = params.unestablished()
    weight = sum_of(sample.weight for sample in running.samples)
    if not weight:
        return Projection(Settled.OPEN, None, None, None, None, None, warns=False, doubts=doubts)
    total = ZERO
    for sample in running.samples:
        total = EXACT.fma(sample.value, sample.weight, total)
    rest = None if running.due is None else max(ZERO, EXACT.subtract(running.due, weight))
    so_far = _mean(total, weight, ZERO, ZERO)
    floor = params.floor if running.floor is None else running.floor
    least, most = _range(running, (total, weight, rest), floor)
    recent = running.samples[-params.recent :]
    going_on = _mean(
        sum_of(EXACT.multiply(one.value, one.weight) for one in recent),
        sum_of(one.weight for one in recent),
        ZERO,
        ZERO,
    )
    projected = _mean(total, weight, going_on, rest or ZERO)
    enough = running.due is None or weight >= params.least_share * running.due
    return Projection(
        settled=_settled((least, most), bound, rules, valid=weight >= running.needed),
        so_far=so_far,
        least=least,
        most=most,
        projected=projected,
        share=_share(projected, bound),
        warns=enough and _warns(projected, bound, rules),
        doubts=doubts,
    )


def _range(
    running: Running, known: tuple[Decimal, Decimal, Decimal | None], floor: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """Least and most of the whole mean; the rest may come in full, in part or not at all."""
    total, weight, rest = known
    so_far = _mean(total, weight, ZERO, ZERO)
    if rest is None:
        return None, None
    least: Decimal | None = so_far if not rest else None
    if floor is not None:
        least = min(so_far, _mean(total, weight, floor, rest))
    if any(sample.at_least for sample in running.samples):
        return least, None
    if not rest:
        return least, so_far
    if running.ceiling is None:
        return least, None
    return least, max(so_far, _mean(total, weight, running.ceiling, rest))


def _settled(
    ends: tuple[Decimal | None, Decimal | None], bound: Bound, rules: Projecting, *, valid: bool
) -> Settled:
    least, most = ends
    comparison = rules.comparison
    over = bound.high is not None and least is not None and exceeds(least, bound.high, comparison)
    under = bound.low is not None and most is not None and falls_short(most, bound.low, comparison)
    low_kept = bound.low is None or (least is not None and within(least, bound, comparison))
    high_kept = bound.high is None or (most is not None and within(most, bound, comparison))
    if not over and not under and not (low_kept and high_kept):
        return Settled.OPEN
    if not valid:
        return Settled.NOT_VALID_YET
    return Settled.EXCEEDING if over or under else Settled.COMPLIANT


def _warns(projected: Decimal, bound: Bound, rules: Projecting) -> bool:
    if not within(projected, bound, rules.comparison):
        return True
    share = _share(projected, bound)
    return share is not None and share > rules.projection.warning_share


def _share(projected: Decimal, bound: Bound) -> Decimal | None:
    """Of an upper limit."""
    if bound.comparator != "<=" or not bound.high:
        return None
    return kept(QUOTIENT.divide(projected, bound.high))


def _mean(total: Decimal, weight: Decimal, value: Decimal, rest: Decimal) -> Decimal:
    """The mean of what is there and `rest` of the value beside it."""
    return kept(QUOTIENT.divide(EXACT.fma(value, rest, total), EXACT.add(weight, rest)))
