"""Which stored verdicts another bound would turn. A forecast alone: the hours are judged anew.

Pure. Exempted, stopped, invalid and missing periods stay what they are, whatever the figure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from schemas.judgement import Outcome
from schemas.limits import Bound
from schemas.stored_verdict import StoredVerdict
from services.rules.exact import ComparisonParameters, exceeds, falls_short

OVER = (Outcome.EXCEEDING, Outcome.AT_LEAST, Outcome.CLAIMED, Outcome.EXEMPT)


class Turn(NamedTuple):
    """A verdict and what it would be; None: nothing would be judged there."""

    verdict: StoredVerdict
    outcome: Outcome | None


@dataclass
class Turning:
    """The verdicts that would turn, how many were looked at, and how many cannot be foretold.

    Not foretold are values that the new bound compares in another unit, at another oxygen, over
    another time or under another condition.
    """

    looked_at: int = 0
    turns: list[Turn] = field(default_factory=list[Turn])
    untold: int = 0


def turning(
    verdicts: Iterable[StoredVerdict],
    before: Bound,
    after: Bound | None,
    comparison: ComparisonParameters,
) -> Turning:
    """Hold each stored value against the new bound."""
    found = Turning()
    for verdict in verdicts:
        found.looked_at += 1
        if after is None:
            found.turns.append(Turn(verdict, None))
        elif verdict.value is None:
            continue
        elif _measure(before) != _measure(after):
            found.untold += 1
        else:
            outcome = _outcome(verdict.outcome, _broken(after, verdict.value, comparison))
            if outcome != verdict.outcome:
                found.turns.append(Turn(verdict, outcome))
    return found


def _measure(bound: Bound) -> tuple[object, ...]:
    return (
        *(bound.unit, bound.quantity, bound.averaging),
        *(bound.reference_oxygen, bound.condition),
    )


def _broken(bound: Bound, value: Decimal, comparison: ComparisonParameters) -> bool:
    over = bound.high is not None and exceeds(value, bound.high, comparison)
    under = bound.low is not None and falls_short(value, bound.low, comparison)
    return over or under


def _outcome(former: Outcome, broken: bool) -> Outcome:  # noqa: FBT001 - two facts, one table
    if former is Outcome.COMPLIANT:
        return Outcome.EXCEEDING if broken else former
    if former in OVER and not broken:
        # The mean is at least its value: that it is under the limit nobody knows.
        return Outcome.UNKNOWN if former is Outcome.AT_LEAST else Outcome.COMPLIANT
    return former
