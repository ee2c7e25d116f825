"""How a place stands, in one word and why: verdicts, cases, warnings and marks folded. Pure.

It must not know how any of them came to be.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, NamedTuple

from schemas.alert import AlertKind, AlertState
from schemas.judgement import Outcome, Stage


class Word(StrEnum):
    """How a place stands. No data is not compliant, and what is not known has its own word."""

    COMPLIANT = "compliant"  # 达标
    WARNING = "warning"  # 预警
    EXCEEDING = "exceeding"  # 超标
    CLAIMED = "exemption_claimed"  # 超标, 申请豁免
    EXEMPT = "exempt"  # 豁免
    NO_DATA = "no_data"  # 无数据或数据无效
    UNKNOWN = "unknown"  # 未知
    STOPPED = "stopped"  # 停运


WORST_FIRST: Final = (
    Word.EXCEEDING,
    Word.CLAIMED,
    Word.WARNING,
    Word.NO_DATA,
    Word.UNKNOWN,
    Word.EXEMPT,
    Word.COMPLIANT,
    Word.STOPPED,
)
"""Of several words the first of these counts: what stands beside what runs is not "stopped"."""
RANK: Final = {word: rank for rank, word in enumerate(WORST_FIRST)}
WORDS: Final = {
    Outcome.COMPLIANT: Word.COMPLIANT,
    Outcome.EXCEEDING: Word.EXCEEDING,
    Outcome.AT_LEAST: Word.EXCEEDING,
    Outcome.CLAIMED: Word.CLAIMED,
    Outcome.EXEMPT: Word.EXEMPT,
    Outcome.STOPPED: Word.STOPPED,
    Outcome.INVALID: Word.NO_DATA,
    Outcome.NO_DATA: Word.NO_DATA,
    Outcome.UNKNOWN: Word.UNKNOWN,
}
NAMES: Final = {
    Word.COMPLIANT: ("达标", "compliant"),
    Word.WARNING: ("预警", "warning"),
    Word.EXCEEDING: ("超标", "exceeding"),
    Word.CLAIMED: ("超标，已申请豁免", "exceeding, exemption claimed"),
    Word.EXEMPT: ("豁免", "exempt"),
    Word.NO_DATA: ("无有效数据", "no valid data"),
    Word.UNKNOWN: ("未知", "unknown"),
    Word.STOPPED: ("停运", "stopped"),
}
STAGES: Final = tuple(Stage)
"""From what may still change most to what does no more."""
SILENT: Final = frozenset({AlertKind.NO_DATA, AlertKind.DEVICE_OFFLINE})
EXCEEDED: Final = frozenset({AlertKind.LIMIT_HOUR, AlertKind.LIMIT_DAY, AlertKind.LIMIT_MONTH})
"""Cases about a limit that was exceeded: who has one is past every warning."""
ASKED: Final = frozenset({AlertKind.SUPERVISION})
"""Cases that ask something of a plant or bureau, and say nothing of how the place stands."""
TOLD: Final = frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED})
Kind = Literal["verdict", "alert", "finding", "mark", "rule"]


class Reason(NamedTuple):
    """Why: a verdict, case, finding or mark by its number, or a rule of the fold itself (None).

    `what` is a verdict's outcome, a case's or mark's kind, a finding's rule; `word` is what it alone
    would make of the place.
    """

    kind: Kind
    key: int | None
    what: str
    word: Word
    since: datetime | None = None
    sure: bool = True


class Judged(NamedTuple):
    """The newest verdict of a limit, or what it came to where the number is not asked for (None)."""

    key: int | None
    outcome: Outcome
    stage: Stage
    sure: bool
    start: datetime


class Case(NamedTuple):
    """An active case; `over`: what it is about has ended, and a person has yet to close it."""

    key: int
    kind: AlertKind
    state: AlertState
    sure: bool
    since: datetime
    over: bool = False


class Warned(NamedTuple):
    """A standing finding about the running hour: over the limit now, or about to be."""

    key: int
    rule: str
    sure: bool
    since: datetime


class Running(NamedTuple):
    """A mark that runs."""

    key: int
    kind: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What is believed of a place; `limited`: whether any limit binds there."""

    judged: Sequence[Judged] = ()
    cases: Sequence[Case] = ()
    warned: Sequence[Warned] = ()
    marks: Sequence[Running] = ()
    limited: bool = True


@dataclass(frozen=True, slots=True)
class Status:
    """A word with its stage (None: no verdict makes it), how sure it is, and why; worst first."""

    word: Word
    stage: Stage | None = None
    sure: bool = True
    reasons: tuple[Reason, ...] = field(default=())


def worst(words: Iterable[Word]) -> Word:
    """The word of a place with such parts; unknown where there is none."""
    return min(words, key=RANK.__getitem__, default=Word.UNKNOWN)


def status_of(facts: Facts) -> Status:
    """What a place is by its newest verdicts, its active cases and its warnings.

    A case that is open says no less than "warning" though the newest hour is compliant, for it is
    closed only when what it is about is over; one about silence says "no data", and one about a
    limit "exceeding", which no silence and no verdict of another period ends. Such a case that is
    over and waits for a person to close it is named, and says nothing. A case that is pending says
    nothing. Where nothing was judged the place is unknown, never compliant. A mark is named where it
    runs; whether it excuses is for the verdicts to say.
    """
    telling = list(_telling(facts))
    word = worst(one.word for one in telling)
    reasons = sorted([*telling, *_named(facts)], key=lambda one: RANK[one.word])
    stages = (one.stage for one in facts.judged if WORDS[one.outcome] is word)
    sure = all(one.sure for one in telling if one.word is word)
    return Status(word, least_settled(stages), sure, tuple(reasons))


def least_settled(stages: Iterable[Stage]) -> Stage | None:
    """A judgement is as settled as its least settled part; None where there is none."""
    present = set(stages)
    return next((stage for stage in STAGES if stage in present), None)


def of_outcomes(outcomes: Collection[Outcome]) -> Word:
    """The word of a period by how its verdicts came out; unknown where there is none."""
    return worst(WORDS[outcome] for outcome in outcomes)


def _telling(facts: Facts) -> Iterable[Reason]:
    """What makes the word."""
    for one in facts.judged:
        yield Reason("verdict", one.key, one.outcome, WORDS[one.outcome], one.start, sure=one.sure)
    for case in facts.cases:
        if case.state in TOLD and case.kind not in ASKED and not _is_closing(case):
            yield Reason("alert", case.key, case.kind, _word_of(case), case.since, sure=case.sure)
    for found in facts.warned:
        yield Reason("finding", found.key, found.rule, Word.WARNING, found.since, sure=found.sure)
    if not facts.judged:
        what = "not_judged" if facts.limited else "no_limit"
        yield Reason("rule", None, what, Word.UNKNOWN, sure=False)


def _named(facts: Facts) -> Iterable[Reason]:
    """What is told beside it, and makes no word."""
    for mark in facts.marks:
        yield Reason("mark", mark.key, mark.kind, Word.EXEMPT, mark.since)
    for case in facts.cases:
        if case.state in TOLD and _is_closing(case):
            yield Reason("alert", case.key, case.kind, Word.COMPLIANT, case.since, sure=case.sure)


def _word_of(case: Case) -> Word:
    """What a case alone would make of the place."""
    if case.kind in SILENT:
        return Word.NO_DATA
    return Word.EXCEEDING if case.kind in EXCEEDED else Word.WARNING


def _is_closing(case: Case) -> bool:
    return case.kind in EXCEEDED and case.over
