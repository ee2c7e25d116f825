"""Judges the mean of one period against one limit: the outcome, the multiple 超标倍数, and why.

It must not know where limits, means or marks come from, nor choose among limits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple, cast

from schemas.judgement import MeanRow, Outcome, Period, VerdictRow
from schemas.limits import Averaging, Bound, LimitVersion
from schemas.parameter import Parameters, Source, parameter
from schemas.water import HourlyRange
from services.rules.conditions import Fact
from services.rules.conversion import ConversionParameters
from services.rules.exact import (
    ComparisonParameters,
    comparison_doubts,
    exceeds,
    falls_short,
    within,
)
from services.rules.judged_number import Measured, Why, judged_number
from services.rules.verdict_evidence import excess_multiple, verdict_evidence

LIMIT_UNVERIFIED = "limit_unverified"
OVER = frozenset({Outcome.EXCEEDING, Outcome.AT_LEAST, Outcome.CLAIMED, Outcome.EXEMPT})
"""Over the limit, whatever becomes of it."""
_PERIODS: Mapping[Averaging, Period] = {
    "hour": Period.HOUR,
    "day": Period.DAY,
    "month": Period.MONTH,
    "instant": Period.HOUR,
}


class ExceedanceParameters(Parameters):
    """What the standards leave open about comparing a period with a limit."""

    instants: Literal["mean", "extremes"] = parameter(
        "mean",
        "",
        Source("no clause read", "ours"),
        en="a limit for any single value (pH) is put upon the hour's mean (of pH, colour and "
        "temperature its median), or upon its extremes",
        zh="瞬时限值（如 pH）按小时均值（pH、色度、水温取小时中位值）或按极值判定",
    )
    rate_concentration: Literal["measured"] = parameter(
        "measured",
        "",
        Source("HJ 75-2017, formulae of its appendix (not read)", "high", from_memory=True),
        en="a mass rate is made of the concentration measured, never of the one converted to oxygen",
        zh="排放速率按实测浓度（非折算浓度）计算",
    )
    incineration_hours: Literal["warning", "exceedance"] = parameter(
        "warning",
        "",
        Source("MEE Order 10 (2019) art 6", "high"),
        en="hourly means of a household-waste incinerator over the hourly limit warn, or exceed",
        zh="生活垃圾焚烧小时均值超过小时限值：仅预警，或判为超标",
    )


@dataclass(frozen=True, slots=True)
class JudgingRules:
    """All parameters that decide a verdict."""

    exceedance: ExceedanceParameters = field(default_factory=ExceedanceParameters)
    comparison: ComparisonParameters = field(default_factory=ComparisonParameters)
    conversion: ConversionParameters = field(default_factory=ConversionParameters)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a period beside its mean.

    `unit`: of the mean's value (None: that of the limit). `stopped`: nothing was emitted in all of
    it. `removal` in %. `extremes`: least and greatest valid record; `hourly`: least and greatest
    hourly value of what is never averaged. `doubts` beside those that the mean's evidence names, and
    `limit_doubts` that arise only beside one limit, by its key. `facts` as conditions name them.
    `incinerator`: a furnace for household waste, to which Order 10 applies.
    """

    unit: str | None = None
    stopped: bool = False
    removal: Decimal | None = None
    extremes: tuple[Decimal, Decimal] | None = None
    hourly: HourlyRange | None = None
    incinerator: bool = False
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    doubts: tuple[str, ...] = ()
    limit_doubts: Mapping[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])


class _Found(NamedTuple):
    outcome: Outcome
    why: Why
    value: Decimal | None = None
    number: str = ""
    doubts: tuple[str, ...] = ()


def judged_period(averaging: Averaging) -> Period | None:
    """Which mean a limit of that averaging is put upon; None: none, it is for laboratory samples.

    Hourly for stacks; daily for water and for incineration: the limit's own averaging says so.
    """
    return _PERIODS.get(averaging)


def judge(
    mean: MeanRow, version: LimitVersion, circumstances: Circumstances, rules: JudgingRules
) -> VerdictRow:
    """The verdict on one period by one limit, whose condition is taken to hold.

    All digits are compared, equal is within. An over-range mean that is over the limit as far as
    measured is over `at least`; one that is not is unknown. Raises ValueError for a withdrawn limit.
    """
    bound = version.bound
    if bound is None:
        raise ValueError(f"version {version.version} of limit {version.limit} withdraws it")
    found = _found(mean, bound, circumstances, rules)
    doubts = (*_doubts_of(mean), *circumstances.doubts, *found.doubts)
    if found.value is not None:
        unverified = () if version.law.verified else (LIMIT_UNVERIFIED,)
        doubts = (*doubts, *unverified, *circumstances.limit_doubts.get(version.limit, ()))
    doubts = tuple(dict.fromkeys(doubts))
    number = None if found.value is None else (found.value, found.number)
    return VerdictRow(
        point=mean.point,
        limit=version.limit,
        version=version.version,
        period=mean.period,
        start=mean.start,
        stage=mean.stage,
        outcome=found.outcome,
        value=found.value,
        multiple=excess_multiple(found.value, bound, rules.comparison),
        sure=not doubts,
        doubts=doubts,
        why=found.why.value,
        evidence=verdict_evidence(mean, version, number, rules.comparison),
    )


def exempted(
    row: VerdictRow,
    claim: Literal["none", "claimed", "exempt"],
    why: str,
    marks: Sequence[int],
    doubts: Iterable[str],
) -> VerdictRow:
    """The verdict once marks 标记 are looked at: an exceedance is claimed to be exempt 申请豁免, or is.

    Marks that exempt nothing are told too, with the reason why not, and what that rests on is in
    doubt. Whatever is not over its limit stays as it is. `marks` by key; `doubts` of the exemption.
    """
    if row.outcome not in OVER or (claim == "none" and not marks):
        return row
    every = tuple(dict.fromkeys((*row.doubts, *doubts)))
    said = {"claim": claim, "why": why, "marks": list(marks), "over": row.why}
    evidence = {**row.evidence, "exemption": said}
    row = row._replace(doubts=every, sure=not every, evidence=evidence)
    if claim == "none":
        return row
    outcome = Outcome.CLAIMED if claim == "claimed" else Outcome.EXEMPT
    return row._replace(
        outcome=outcome, why=(Why.CLAIMED if claim == "claimed" else Why.EXEMPT).value
    )


def _found(
    mean: MeanRow, bound: Bound, circumstances: Circumstances, rules: JudgingRules
) -> _Found:
    if circumstances.stopped:
        return _Found(Outcome.STOPPED, Why.STOPPED)
    if not mean.valid:
        if _is_empty(mean):
            return _Found(Outcome.NO_DATA, Why.NO_RECORDS)
        return _Found(Outcome.INVALID, Why.NOT_ENOUGH)
    extremes = circumstances.extremes
    if mean.value is None and extremes is not None and bound.quantity == "value":
        records = HourlyRange(*extremes, mean.at_least)
        return _of_ranges(records, circumstances.hourly, bound, rules)
    return _of_number(mean, bound, circumstances, rules)


def _of_number(
    mean: MeanRow, bound: Bound, circumstances: Circumstances, rules: JudgingRules
) -> _Found:
    code = str(circumstances.facts.get("code") or "")
    measured = Measured(circumstances.unit, code, rules.conversion)
    number = judged_number(mean, bound, measured, circumstances.removal)
    if isinstance(number, Why):
        return _Found(Outcome.UNKNOWN, number)
    value, name = number
    found = _compared(value, bound, rules, at_least=mean.at_least)._replace(number=name)
    if bound.quantity == "rate":
        doubts = rules.exceedance.unestablished(("rate_concentration",))
        found = found._replace(doubts=(*found.doubts, *doubts))
    if bound.averaging != "instant":
        return found
    return _instants(found, bound, circumstances.extremes, rules)


def _is_empty(mean: MeanRow) -> bool:
    """Whether nothing came at all; records that were refused are invalid data, not none."""
    if mean.value is not None or mean.valid_s or mean.evidence.get("device") is not None:
        return False
    reasons = cast("Mapping[str, object]", mean.evidence.get("not_valid_s") or {})
    results = cast("Mapping[str, int]", mean.evidence.get("results") or {})
    refused = any(results.get(name) for name in ("invalid", "check", "no_flow"))
    return not refused and not any(reason != "missing" for reason in reasons)


def _doubts_of(mean: MeanRow) -> tuple[str, ...]:
    doubts = mean.evidence.get("doubts")
    return tuple(cast("Sequence[str]", doubts)) if isinstance(doubts, list | tuple) else ()


def _compared(value: Decimal, bound: Bound, rules: JudgingRules, *, at_least: bool) -> _Found:
    doubts = comparison_doubts(value, bound, rules.comparison)
    if bound.high is not None and exceeds(value, bound.high, rules.comparison):
        outcome = Outcome.AT_LEAST if at_least else Outcome.EXCEEDING
        return _Found(outcome, Why.OVER, value, doubts=doubts)
    # What is measured at its range's end is really higher: that may keep a lower limit or break an upper.
    under = bound.low is not None and falls_short(value, bound.low, rules.comparison)
    if at_least and (under or bound.high is not None):
        return _Found(Outcome.UNKNOWN, Why.OVER_RANGE, value)
    if under:
        return _Found(Outcome.EXCEEDING, Why.UNDER, value, doubts=doubts)
    return _Found(Outcome.COMPLIANT, Why.WITHIN, value, doubts=doubts)


def _instants(
    found: _Found, bound: Bound, extremes: tuple[Decimal, Decimal] | None, rules: JudgingRules
) -> _Found:
    """A mean outside has instants outside; a mean within says nothing of them."""
    if found.outcome is not Outcome.COMPLIANT:
        return found
    if extremes is None:
        by_mean = rules.exceedance.instants == "mean"
        doubts = rules.exceedance.unestablished(("instants",)) if by_mean else ("instants",)
        return found._replace(doubts=(*found.doubts, *doubts))
    if all(within(value, bound, rules.comparison) for value in extremes):
        return found
    if rules.exceedance.instants == "mean":
        return found._replace(
            doubts=(*found.doubts, *rules.exceedance.unestablished(("instants",)))
        )
    least, greatest = extremes
    outside = least if within(greatest, bound, rules.comparison) else greatest
    return _Found(
        Outcome.EXCEEDING, Why.INSTANT_OUTSIDE, outside, "extreme of the records", found.doubts
    )


def _of_ranges(
    extremes: HourlyRange, hourly: HourlyRange | None, bound: Bound, rules: JudgingRules
) -> _Found:
    """What is never averaged (pH, temperature, colour): by the range of hourly values, or of records.

    W03. Where the records would end elsewhere than the hourly values, `instants` decides and is named.
    """
    records = _of_range(bound, extremes, rules)
    if records.outcome is Outcome.EXCEEDING:
        records = records._replace(why=Why.INSTANT_OUTSIDE)
    records = records._replace(number="extreme of the records")
    if rules.exceedance.instants == "extremes":
        return records
    doubts = rules.exceedance.unestablished(("instants",))
    if hourly is None:
        return records._replace(doubts=(*records.doubts, *doubts))
    found = _of_range(bound, hourly, rules)._replace(number="extreme of the hourly values")
    if found.outcome is records.outcome or {found.outcome, records.outcome} <= OVER:
        return found
    return found._replace(doubts=(*found.doubts, *doubts))


def _of_range(bound: Bound, ends: HourlyRange, rules: JudgingRules) -> _Found:
    """The worse of both ends; what is over range is the greatest, and the least where all is."""
    greatest = _compared(ends.greatest, bound, rules, at_least=ends.at_least)
    least_too = ends.at_least and ends.least == ends.greatest
    least = _compared(ends.least, bound, rules, at_least=least_too)
    shown = (greatest, least) if bound.high is not None else (least, greatest)
    for outcomes in (OVER, {Outcome.UNKNOWN}):
        for one in shown:
            if one.outcome in outcomes:
                return one
    return shown[0]
