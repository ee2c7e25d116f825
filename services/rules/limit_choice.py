"""Judges a period by all limits of its point: which of them speak, where conditions choose among them.

An unknown condition never picks the lenient limit, and never the strict one either.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from schemas.judgement import MeanRow, Outcome, VerdictRow
from schemas.limits import Bound, LimitVersion
from services.rules.condition_words import Condition, ConditionError, parse, written
from services.rules.conditions import Truth, surely_one, truth_of
from services.rules.exact import ZERO
from services.rules.exact import text as plain
from services.rules.exceedance import OVER, Circumstances, JudgingRules, judge, judged_period
from services.rules.incineration import FIVE_POLLUTANTS
from services.rules.judged_number import Why

IdleWhy = Literal["other_period", "condition_false", "hour_is_warning", "spoken_for"]
"""`hour_is_warning`: Order 10, the day decides of the five pollutants; `spoken_for`: another limit carries the verdict."""
CONDITIONS_INCOMPLETE = "conditions_incomplete"
"""It is not certain that one of the conditions holds at all."""
CONDITION_UNREADABLE = "condition_unreadable"
_Family = tuple[str, str, str, str]


class Idle(NamedTuple):
    """A limit that binds the point and says nothing on this period; a former verdict by it is void."""

    version: LimitVersion
    why: IdleWhy


class Judged(NamedTuple):
    """The verdicts on a period, by limit, and the limits that gave none."""

    verdicts: tuple[VerdictRow, ...]
    idle: tuple[Idle, ...]


class _Candidate(NamedTuple):
    version: LimitVersion
    condition: Condition
    truth: Truth
    readable: bool


def judge_limits(
    mean: MeanRow,
    versions: Iterable[LimitVersion],
    circumstances: Circumstances,
    rules: JudgingRules,
) -> Judged:
    """Each limit judged; of limits of one standard that differ by condition, those whose condition holds.

    Where conditions are unknown, one verdict is given for all of them: exceeding only if over the most
    lenient of them (which carries it), compliant only if within the strictest (which carries it),
    else unknown. A single limit whose condition is unknown can thus be kept, but not exceeded.
    """
    verdicts: list[VerdictRow] = []
    idle: list[Idle] = []
    families: defaultdict[_Family, list[_Candidate]] = defaultdict(list)
    for version in versions:
        bound = version.bound
        if bound is None:
            continue
        why = _not_now(mean, bound, circumstances, rules)
        if why is not None:
            idle.append(Idle(version, why))
        else:
            families[_family(version, bound)].append(_candidate(version, bound, circumstances))
    for members in families.values():
        idle += [Idle(one.version, "condition_false") for one in members if _is(one, Truth.FALSE)]
        holding = [one for one in members if _is(one, Truth.TRUE)]
        verdicts += [
            _shown(judge(mean, one.version, circumstances, rules), one, circumstances)
            for one in holding
        ]
        open_ = [one for one in members if _is(one, Truth.UNKNOWN)]
        if open_:
            rows = [judge(mean, one.version, circumstances, rules) for one in open_]
            row = _together(rows, [one.version.bound for one in open_], _certainty(members))
            verdicts.append(_with_candidates(row, rows, open_, circumstances))
            idle += [
                Idle(one.version, "spoken_for") for one in open_ if one.version.limit != row.limit
            ]
    return Judged(tuple(sorted(verdicts, key=lambda one: one.limit)), tuple(idle))


def _not_now(
    mean: MeanRow, bound: Bound, circumstances: Circumstances, rules: JudgingRules
) -> IdleWhy | None:
    if judged_period(bound.averaging) is not mean.period:
        return "other_period"
    of_order_10 = circumstances.incinerator and circumstances.facts.get("code") in FIVE_POLLUTANTS
    hourly = bound.averaging == "hour" and bound.quantity == "concentration"
    if hourly and of_order_10 and rules.exceedance.incineration_hours == "warning":
        return "hour_is_warning"
    return None


def _family(version: LimitVersion, bound: Bound) -> _Family:
    law = version.law
    return law.origin, law.standard, bound.quantity, bound.averaging


def _candidate(version: LimitVersion, bound: Bound, circumstances: Circumstances) -> _Candidate:
    try:
        condition = _parsed(bound.condition)
        return _Candidate(
            version, condition, truth_of(condition, circumstances.facts), readable=True
        )
    except ConditionError:
        return _Candidate(version, (), Truth.UNKNOWN, readable=False)


@lru_cache(maxsize=1024)
def _parsed(condition: str) -> Condition:
    return parse(condition)


def _is(one: _Candidate, truth: Truth) -> bool:
    return one.truth is truth


def _certainty(members: Sequence[_Candidate]) -> Literal["one", "perhaps", "none"]:
    """Whether one of the members with an unknown condition binds: surely, by all appearance, or not."""
    open_ = [one for one in members if _is(one, Truth.UNKNOWN)]
    if any(_is(one, Truth.TRUE) for one in members) or not all(one.readable for one in open_):
        return "none"
    if surely_one([one.condition for one in members]):
        return "one"
    return "perhaps" if len(open_) > 1 else "none"


def _together(
    rows: Sequence[VerdictRow],
    bounds: Sequence[Bound | None],
    certainty: Literal["one", "perhaps", "none"],
) -> VerdictRow:
    """One verdict for limits of which nobody knows which one binds."""
    ranked = sorted(zip(rows, bounds, strict=True), key=_strictness)
    lenient, strictest = ranked[0][0], ranked[-1][0]
    outcomes = {row.outcome for row in rows}
    if outcomes <= OVER and certainty != "none":
        return _doubted(lenient, () if certainty == "one" else (CONDITIONS_INCOMPLETE,))
    if len(outcomes) == 1 and not outcomes & OVER:
        return strictest
    return strictest._replace(outcome=Outcome.UNKNOWN, why=Why.CONDITION.value)


def _strictness(judged: tuple[VerdictRow, Bound | None]) -> tuple[Decimal, Decimal, int]:
    """Greater for the limit that is harder to keep: by the multiple, else by the limits themselves."""
    row, bound = judged
    by_limits = ZERO if bound is None else (bound.low or ZERO) - (bound.high or ZERO)
    return ZERO if row.multiple is None else row.multiple, by_limits, -row.limit


def _doubted(row: VerdictRow, doubts: tuple[str, ...]) -> VerdictRow:
    every = tuple(dict.fromkeys((*row.doubts, *doubts)))
    return row._replace(doubts=every, sure=not every)


def _shown(row: VerdictRow, one: _Candidate, circumstances: Circumstances) -> VerdictRow:
    if not one.condition:
        return row
    facts = {term.fact: _fact(circumstances.facts.get(term.fact)) for term in one.condition}
    return row._replace(evidence={**row.evidence, "facts": facts})


def _with_candidates(
    row: VerdictRow,
    rows: Sequence[VerdictRow],
    members: Sequence[_Candidate],
    circumstances: Circumstances,
) -> VerdictRow:
    """The verdict with what each limit would have said, and the facts at hand."""
    names = {term.fact for one in members for term in one.condition}
    candidates = [
        {
            "limit": each.limit,
            "version": each.version,
            "condition": written(one.condition)
            or (one.version.bound and one.version.bound.condition),
            "outcome": each.outcome.value,
            "formula": each.evidence.get("formula"),
        }
        for each, one in zip(rows, members, strict=True)
    ]
    facts = {name: _fact(circumstances.facts.get(name)) for name in sorted(names)}
    evidence = {**row.evidence, "candidates": candidates, "facts": facts}
    unreadable = () if all(one.readable for one in members) else (CONDITION_UNREADABLE,)
    return _doubted(row._replace(evidence=evidence), unreadable)


def _fact(value: object) -> str | None:
    match value:
        case None:
            return None
        case Decimal():
            return plain(value)
        case _:
            return str(value)
