"""Whether a condition holds, given what is known: true, false or unknown, and never a guess.

Which channel or state tells a fact is the caller's binding. It must not know any limit's numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from schemas.sentence import Sentence
from services.rules.condition_words import (
    NAMES,
    Comparison,
    Condition,
    ConditionError,
    Kind,
    Term,
    names_read,
)
from services.rules.fuel_words import is_fuel

_PROVINCE = 2
Fact = Decimal | date | str | None
"""None: asked for and not known, the same as absent."""


class Truth(StrEnum):
    """Of a condition; a sum of the three words is never taken for two."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


class ConditionBinding(NamedTuple):
    """A fact that conditions name, and what tells it: `key` is the caller's name of its source.

    For instance water_temperature from the point of code w01010 of the same outlet.
    """

    name: str
    key: object


class Settled(NamedTuple):
    """What is left of a condition once all is settled that does not change: `rest` may still vary.

    `missing` names facts that must be known before the limit can be assigned.
    """

    truth: Truth
    rest: Condition
    missing: tuple[str, ...]


def facts_from(
    bindings: Iterable[ConditionBinding], values: Mapping[object, Fact]
) -> dict[str, Fact]:
    """The facts that bindings give out of the values at hand; unknown where the source has none."""
    return {binding.name: values.get(binding.key) for binding in bindings}


def truth_of(condition: Condition, facts: Mapping[str, Fact]) -> Truth:
    """False as soon as one term is false, else unknown as soon as one is unknown.

    Raises ConditionError where a fact is of the wrong kind.
    """
    truths = {_term_truth(term, facts.get(term.fact)) for term in condition}
    if Truth.FALSE in truths:
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in truths else Truth.TRUE


def settled(condition: Condition, facts: Mapping[str, Fact]) -> Settled:
    """Settle stack height, zone, region and day of building, as is done when a limit is assigned."""
    fixed = tuple(term for term in condition if term.settled)
    truth = truth_of(fixed, facts)
    missing = sorted(name for name in names_read(fixed) if facts.get(name) is None)
    return Settled(
        truth,
        tuple(term for term in condition if not term.settled),
        tuple(missing) if truth is Truth.UNKNOWN else (),
    )


def surely_one(conditions: Sequence[Condition]) -> bool:
    """Whether it is certain, whatever the facts are, that at least one of them holds.

    Told for an empty condition, and for single comparisons of one number that leave no gap between
    them, as `>12` and `<=12` do; anything else is not certain.
    """
    if any(not condition for condition in conditions):
        return True
    terms = [condition[0] for condition in conditions if len(condition) == 1]
    names = {term.fact for term in terms}
    return any(_covers([term for term in terms if term.fact == name]) for name in names)


def _term_truth(term: Term, fact: Fact) -> Truth:
    if fact is None:
        return Truth.UNKNOWN
    match NAMES[term.name].kind, term.value, fact:
        case Kind.NUMBER, Decimal() as limit, Decimal() as number if number.is_finite():
            return _truth(holds=_compared(number, term.comparison, limit))
        case Kind.DAY, date() as limit, date() as day:
            return _truth(holds=(day < limit) == (term.name == "built_before"))
        case Kind.TEXT, tuple() as texts, str() as said if term.name == "fuel":
            return _fuel_truth(said, texts, wanted=term.comparison == "=")
        case Kind.TEXT, tuple() as texts, str() as said:
            among = said.casefold() in {text.casefold() for text in texts}
            return _truth(holds=among == (term.comparison == "="))
        case Kind.REGION, tuple() as codes, str() as region:
            return _region_truth(region, codes, wanted=term.comparison == "=")
        case kind, _, _:
            raise ConditionError(
                Sentence(
                    f"{term.fact} is {fact!r}, which is no {kind}: bind {term.fact} to what gives"
                    " one",
                    f"{term.fact} 的值“{fact}”类型不符（应为 {kind}）：请改用能给出该类型的数据来源",
                )
            )


def _fuel_truth(said: str, texts: Iterable[str], *, wanted: bool) -> Truth:
    """Whether it is any of the fuels, whatever words were used; where the words leave it open, nobody knows."""
    found = {is_fuel(said, text) for text in texts}
    if True in found:
        return _truth(holds=wanted)
    return Truth.UNKNOWN if None in found else _truth(holds=not wanted)


def _region_truth(region: str, codes: tuple[str, ...], *, wanted: bool) -> Truth:
    """Whether it lies in one of the codes' regions; a province alone tells nothing of its cities."""
    lies, whole = _short(region), [_short(code) for code in codes]
    if lies.startswith(tuple(whole)):
        return _truth(holds=wanted)
    if any(code.startswith(lies) for code in whole):
        return Truth.UNKNOWN
    return _truth(holds=not wanted)


def _short(region: str) -> str:
    """A GB/T 2260 code without the 00 that stand for `all of it`."""
    while len(region) > _PROVINCE and region.endswith("00"):
        region = region[:-2]
    return region


def _compared(number: Decimal, comparison: Comparison, limit: Decimal) -> bool:
    match comparison:
        case "=":
            return number == limit
        case "!=":
            return number != limit
        case "<":
            return number < limit
        case "<=":
            return number <= limit
        case ">":
            return number > limit
        case ">=":
            return number >= limit


def _covers(terms: Sequence[Term]) -> bool:
    """Whether comparisons of one name with numbers or days leave out nothing."""
    days = {(term.name, term.value) for term in terms if NAMES[term.name].kind is Kind.DAY}
    if any(("built_from", value) in days for name, value in days if name == "built_before"):
        return True
    numbers: list[tuple[Comparison, Decimal]] = [
        (term.comparison, term.value) for term in terms if isinstance(term.value, Decimal)
    ]
    values = sorted({value for _, value in numbers})
    # Between and beside the numbers named, and on each of them, some comparison must hold.
    tried = [*values, *((a + b) / 2 for a, b in pairwise(values))]
    tried += [values[0] - 1, values[-1] + 1] if values else []
    return bool(values) and all(
        any(_compared(number, comparison, value) for comparison, value in numbers)
        for number in tried
    )


def _truth(*, holds: bool) -> Truth:
    return Truth.TRUE if holds else Truth.FALSE
