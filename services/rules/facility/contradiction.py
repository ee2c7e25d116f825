"""Finding `state_contradiction` 状态矛盾: the device reports one thing and signals say the other.

The report stays believed meanwhile, and nothing that rests on it is sure.
"""

from typing import Final

from schemas.facility import RunningRule
from schemas.judgement import Finding
from services.rules.facility.asked import Asked
from services.rules.facility.course import Course, all_of, negation, time_of
from services.rules.facility.derived import Signals
from services.rules.facility.episodes import Episode, episodes
from services.rules.facility.reported import Reported
from services.rules.facility.signal_numbers import Shown, in_words, shown
from services.rules.facility.timeline import Timeline
from services.rules.facility.wording import Both, length, silence, stretch

CLAUSE: Final = "HJ 212-2017 表4（SBn-RS 设施运行状态）"
_OFF: Final = Both("停运", "off")
_RUNNING: Final = Both("运行", "running")


def contradictions(
    line: Timeline, rule: RunningRule, signals: Signals, asked: Asked
) -> tuple[Finding, ...]:
    """Where report and signals said the opposite for `contradiction_s`, either way round.

    Clause: HJ 212-2017 table 4 for what a state means; the tolerance is ours.
    """
    report = line.reported
    if report is None or line.derived is None:
        return ()
    terms = asked.terms(asked.params.contradiction_s)
    found: list[Finding] = []
    for said_off, fault in enumerate(_opposed(report.course, line.derived)):
        for each in episodes(fault, terms):
            numbers = shown(rule, signals, (each.since, each.last), asked.params)
            sides = (_OFF, _RUNNING) if said_off else (_RUNNING, _OFF)
            found.append(_finding(line.subject, each, (report, *sides, numbers), asked))
    return tuple(sorted(found, key=lambda finding: finding.since))


def _opposed(one: Course, other: Course) -> tuple[Course, Course]:
    """Said running though signals say off, and said off though they say running."""
    pairs = ([one, negation(other)], [negation(one), other])
    ways = [all_of(pair, one.window) for pair in pairs]
    return ways[0], ways[1]


def _finding(
    subject: int,
    each: Episode,
    facts: tuple[Reported, Both, Both, tuple[Shown, ...]],
    asked: Asked,
) -> Finding:
    report, said, meant, numbers = facts
    states = sorted(
        {one.number for one in report.pieces if one.since < each.last and one.until > each.since}
    )
    doubts = asked.doubts(["contradiction_s"], [subject])
    when, lasted = stretch(each.since, each.until, asked.zone), length(each.certain_s)
    tolerance, told = length(asked.params.contradiction_s), in_words(numbers)
    after = silence(each.last if each.silent else None, asked.zone)
    listed = "、".join(map(str, states))
    name = asked.label(subject)
    return Finding(
        rule="state_contradiction",
        subject=subject,
        point=None,
        since=time_of(each.since),
        until=None if each.until is None else time_of(each.until),
        stage=asked.stage,
        zh=f"{when.zh}，{name}上报{said.zh}（状态{listed}），而信号表明其{meant.zh}，矛盾持续{lasted.zh}"
        f"（容忍{tolerance.zh}）：{told.zh}。{after.zh}",
        en=f"{when.en}, {name} was reported {said.en} (state {listed.replace('、', ', ')}) while its "
        f"signals say {meant.en}, for {lasted.en} (tolerated: {tolerance.en}): {told.en}.{after.en}",
        clause=CLAUSE,
        sure=not doubts,
        doubts=doubts,
        evidence={
            **each.evidence(),
            "reported": said.en,
            "derived": meant.en,
            "states": states,
            "signals": [dict(one.evidence()) for one in numbers],
            "tolerance_s": asked.params.contradiction_s,
        },
    )
