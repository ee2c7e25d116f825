"""Finding `bypass_open` 旁路开启: gas flows in an outlet of role bypass, or its damper is reported open.

Bypasses of desulphurisation are to be removed altogether by the plans of Inner Mongolia. It must
not know groups.
"""

from typing import Final

from schemas.facility import RunningRule
from schemas.judgement import Finding
from services.rules.facility.asked import Asked
from services.rules.facility.course import time_of
from services.rules.facility.derived import Signals
from services.rules.facility.episodes import Episode, episodes
from services.rules.facility.intervals import Ruler
from services.rules.facility.signal_numbers import Shown, in_words, shown
from services.rules.facility.wording import Both, length, silence, stretch

CLAUSE: Final = (
    "内蒙古自治区“十二五”节能减排综合性工作方案：烟气脱硫设施要按照规定取消烟气旁路；"
    "内蒙古自治区“十二五”节能减排规划：烟气脱硫设施按照国家要求全部取消烟气旁路"
)


def bypass_open(
    outlet: int,
    units: tuple[int, ...],
    asked: Asked,
    evidence: tuple[RunningRule, Signals] | None = None,
) -> tuple[Finding, ...]:
    """Episodes in which the bypass was surely open for `bypass_delay_s`.

    Its timeline (`asked.lines[outlet]`) is on where open: derived by `usual_rules.bypass_rule`, or a reported
    state of the damper. `units`: whose gas it takes. `evidence`: rule and signals whose numbers the
    finding shows. Clause: `CLAUSE`.
    """
    terms = asked.terms(asked.params.bypass_delay_s)
    found: list[Finding] = []
    for each in episodes(asked.course(outlet), terms):
        span = (each.since, each.last)
        numbers = () if evidence is None else shown(*evidence, span, asked.params)
        found.append(_finding(outlet, units, each, numbers, asked))
    return tuple(found)


def _finding(
    outlet: int, units: tuple[int, ...], each: Episode, numbers: tuple[Shown, ...], asked: Asked
) -> Finding:
    names = {"bypass_delay_s"}
    names |= {"bypass_velocity", "bypass_flow"} if numbers else set()
    doubts = asked.doubts(names, (outlet,))
    produced = {
        asked.label(unit): Ruler(asked.course(unit).on).seconds(each.since, each.last)
        for unit in units
    }
    words = _words(outlet, each, numbers, asked)
    return Finding(
        rule="bypass_open",
        subject=outlet,
        point=None,
        since=time_of(each.since),
        until=None if each.until is None else time_of(each.until),
        stage=asked.stage,
        zh=words.zh,
        en=words.en,
        clause=CLAUSE,
        sure=not doubts,
        doubts=doubts,
        evidence={
            **each.evidence(),
            "production_s": produced,
            "signals": [dict(one.evidence()) for one in numbers],
            "delay_s": asked.params.bypass_delay_s,
        },
    )


def _words(outlet: int, each: Episode, numbers: tuple[Shown, ...], asked: Asked) -> Both:
    when, lasted = stretch(each.since, each.until, asked.zone), length(each.certain_s)
    told, name = in_words(numbers), asked.label(outlet)
    after = silence(each.last if each.silent else None, asked.zone)
    zh = f"：{told.zh}" if numbers else "（上报状态）"
    en = f": {told.en}" if numbers else " (state as reported)"
    kind = "" if "旁路" in name else "旁路"
    return Both(
        f"{when.zh}，{kind}{name}开启{lasted.zh}{zh}。{after.zh}",
        f"{when.en}, the bypass {name} was open for {lasted.en}{en}.{after.en}",
    )
