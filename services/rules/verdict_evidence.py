"""What a verdict shows beside its outcome: the multiple, the formula with its numbers, the law.

It must not decide anything.
"""

from decimal import Decimal

from schemas.judgement import MeanRow
from schemas.limits import Bound, LimitVersion
from services.rules.exact import ComparisonParameters, as_compared, multiple
from services.rules.exact import text as plain


def excess_multiple(
    value: Decimal | None, bound: Bound, comparison: ComparisonParameters
) -> Decimal | None:
    """超标倍数 n = C / limit - 1, of C as it is compared; not of pH, colour, removal (A03).

    So what is within its limit by the rounded value 修约值 has no positive multiple.
    """
    if value is None or bound.high is None or bound.quantity not in {"concentration", "rate"}:
        return None
    if bound.comparator != "<=":
        return None
    return multiple(as_compared(value, bound.high, comparison), bound.high)


def verdict_evidence(
    mean: MeanRow,
    version: LimitVersion,
    number: tuple[Decimal, str] | None,
    comparison: ComparisonParameters,
) -> dict[str, object]:
    """What a verdict rests on, fit for JSON: the limit, its law, the mean, the formula with numbers.

    Raises ValueError for a withdrawn limit.
    """
    law, bound = version.law, version.bound
    if bound is None:
        raise ValueError(f"version {version.version} of limit {version.limit} withdraws it")
    shown: dict[str, object] = {
        "limit": {
            "comparator": bound.comparator,
            "low": _shown(bound.low),
            "high": _shown(bound.high),
            "unit": bound.unit,
            "quantity": bound.quantity,
            "averaging": bound.averaging,
            "reference_oxygen": _shown(bound.reference_oxygen),
            "condition": bound.condition,
        },
        "law": {
            "standard": law.standard,
            "clause": law.clause,
            "confidence": law.confidence,
            "verified": law.verified,
        },
        "mean": {
            "source": mean.source,
            "valid_s": mean.valid_s,
            "due_s": mean.due_s,
            "at_least": mean.at_least,
        },
    }
    if number is not None:
        shown |= {
            "number": number[1],
            "comparison_method": comparison.comparison_method,
            "formula": formula(number[0], bound, comparison),
        }
    return shown


def formula(value: Decimal, bound: Bound, comparison: ComparisonParameters) -> str:
    """The comparison with its numbers as they are compared, and the multiple where there is one.

    Where the value is rounded 修约 first, that is shown: `35.4 -> 35 = 35`.
    """
    sides = [
        _side(value, limit, comparison) for limit in (bound.high, bound.low) if limit is not None
    ]
    times = excess_multiple(value, bound, comparison)
    if times is not None and bound.high is not None:
        compared = plain(as_compared(value, bound.high, comparison))
        sides.append(f"{compared} / {plain(bound.high)} - 1 = {plain(times)}")
    return "; ".join(sides)


def _side(value: Decimal, limit: Decimal, comparison: ComparisonParameters) -> str:
    compared = as_compared(value, limit, comparison)
    compares = f"{plain(compared)} {_sign(compared, limit)} {plain(limit)}"
    rounded = comparison.comparison_method == "rounded" and compared != value
    return f"{plain(value)} -> {compares}" if rounded else compares


def _sign(value: Decimal, limit: Decimal) -> str:
    return ">" if value > limit else "<" if value < limit else "="


def _shown(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)
