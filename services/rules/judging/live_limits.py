"""Which limits a running hour is held against: those of an hour's concentration, from above.

It must not know what was measured.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from schemas.limits import Bound, LimitVersion
from services.rules.condition_words import ConditionError, parse
from services.rules.conditions import Truth, truth_of
from services.rules.exceedance import LIMIT_UNVERIFIED
from services.rules.judging.facts import facts_of
from services.rules.limit_choice import CONDITIONS_INCOMPLETE
from services.rules.plant_view import PlantView, SubjectView


class Against(NamedTuple):
    """A limit that binds the point now, with what is in doubt of its choice."""

    version: LimitVersion
    bound: Bound
    high: Decimal
    doubts: tuple[str, ...]


def hourly(versions: Iterable[LimitVersion]) -> list[tuple[LimitVersion, Bound, Decimal]]:
    """Those of them that bound an hour's concentration from above, which alone are looked at live."""
    return [
        (one, one.bound, one.bound.high)
        for one in versions
        if one.bound is not None
        and one.bound.averaging == "hour"
        and one.bound.quantity == "concentration"
        and one.bound.comparator == "<="
        and one.bound.high is not None
    ]


def against(
    versions: Iterable[LimitVersion], view: PlantView, outlet: SubjectView, code: str
) -> list[Against]:
    """The limits whose condition holds; of those of which nobody knows, the most lenient alone."""
    found: list[Against] = []
    unsure: list[Against] = []
    facts = {**facts_of(view, outlet, {}), "code": code}
    for version, bound, high in hourly(versions):
        doubts = () if version.law.verified else (LIMIT_UNVERIFIED,)
        try:
            truth = truth_of(parse(bound.condition), facts)
        except ConditionError:
            truth = Truth.UNKNOWN
        if truth is Truth.TRUE:
            found.append(Against(version, bound, high, doubts))
        elif truth is Truth.UNKNOWN:
            unsure.append(Against(version, bound, high, (*doubts, CONDITIONS_INCOMPLETE)))
    if unsure:
        found.append(max(unsure, key=lambda one: (one.high, one.version.limit)))
    return sorted(found, key=lambda one: one.version.limit)
