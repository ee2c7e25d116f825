"""Where the temperature of the water chooses a limit, and the day was both warmer and colder than that.

GB 18918 chooses by the water's temperature, and does not say which one of a day: the mean does.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, cast

from schemas.judgement import MeanRow
from schemas.limits import LimitVersion
from services.rules.condition_words import Condition, ConditionError, parse
from services.rules.conditions import Fact, truth_of
from services.rules.judging.water_days import EXTREMES

WARMTH: Final = "water_temperature"


def warmth_doubts(
    versions: Iterable[LimitVersion], facts: Mapping[str, Fact], row: MeanRow | None
) -> dict[int, tuple[str, ...]]:
    """By limit: the temperature, where the least or the greatest of the period would choose otherwise."""
    told = () if row is None else cast("Iterable[str]", row.evidence.get(EXTREMES, ()))
    ends = [Decimal(one) for one in told]
    if WARMTH not in facts:
        return {}
    found: dict[int, tuple[str, ...]] = {}
    for version in versions:
        condition = _condition(version)
        by_mean = truth_of(condition, facts)
        if any(truth_of(condition, {**facts, WARMTH: end}) is not by_mean for end in ends):
            found[version.limit] = (WARMTH,)
    return found


def _condition(version: LimitVersion) -> Condition:
    try:
        return () if version.bound is None else parse(version.bound.condition)
    except ConditionError:
        return ()
