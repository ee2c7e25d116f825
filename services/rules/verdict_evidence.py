"""What a verdict shows beside its outcome: the multiple, the formula with its numbers, the law.

It must not decide anything.
"""

from decimal import Decimal

from schemas.judgement import MeanRow
from schemas.limits import Bound, LimitVersion
from services.rules.exact import multiple
from services.rules.exact import text as plain


def excess_multiple(value: Decimal | None, bound: Bound) -> Decimal | None:
    """超标倍数 n = C / limit - 1; not of pH, colour, removal (A03)."""
    if value is None or bound.high is None or bound.quantity not in {"concentration", "rate"}:
        return None
    return multiple(value, bound.high) if bound.comparator == "<=" else None


def verdict_evidence(
    mean: MeanRow, version: LimitVersion, bound: Bound, number: tuple[Decimal, str] | None
) -> dict[str, object]:
    """What a verdict rests on, fit for JSON: the limit, its law, the mean, the formula with numbers."""
    law = version.law
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
        shown |= {"number": number[1], "formula": formula(number[0], bound)}
    return shown


def formula(value: Decimal, bound: Bound) -> str:
    """The comparison with its numbers, and the multiple where there is one."""
    shown = plain(value)
    sides: list[str] = []
    if bound.high is not None:
        sides.append(f"{shown} {_sign(value, bound.high)} {plain(bound.high)}")
    if bound.low is not None:
        sides.append(f"{shown} {_sign(value, bound.low)} {plain(bound.low)}")
    times = excess_multiple(value, bound)
    if times is not None and bound.high is not None:
        sides.append(f"{shown} / {plain(bound.high)} - 1 = {plain(times)}")
    return "; ".join(sides)


def _sign(value: Decimal, limit: Decimal) -> str:
    return ">" if value > limit else "<" if value < limit else "="


def _shown(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)
