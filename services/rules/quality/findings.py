"""How an indicator says what it found: one sentence in Chinese, one in English, with its basis."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from schemas.judgement import Finding
from schemas.parameter import Parameters, Source, source_of
from services.rules.clause_words import clause_said
from services.rules.quality.case import Case, Watched
from services.rules.quality.series import Run, Series

CHECKLIST: Final = Source(
    "official checklist of signs of falsified automatic monitoring (jinhhb.com 2850)", "high"
)
PLATFORM: Final = Source("alert rules published by a monitoring platform, 2023-06-08", "medium")
CODE: Final = Source("source code of public monitoring platforms", "medium")
WEAK_CODE: Final = Source("source code of one public monitoring platform", "low")
PATENT: Final = Source("patent of the Chinese Research Academy (CRAES), lotut", "medium")
PAPER: Final = Source("paper on plateaus, gaps and false stop marks (xdxk 2026)", "medium")
OURS: Final = Source("our proposal", "ours")

_SUSPICION: Final = ("系疑似线索，须人工核实。", "It is a suspicion, to be verified by a person.")
_NOT_KNOWN: Final = ("无法判断，不作疑似认定。", "It cannot be known, and nothing is suspected.")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a point, or of the outlet (None); `names`: parameters it rests on.

    `suspected` False: nobody is, for it cannot be known.
    """

    rule: str
    watched: Watched | None
    since: datetime
    until: datetime
    zh: str
    en: str
    names: tuple[str, ...]
    evidence: Mapping[str, object] = field(default_factory=dict[str, object])
    suspected: bool = True


def during(series: Series, run: Run) -> tuple[datetime, datetime]:
    """From when to when the cells of a run last."""
    return series.at(run.first), series.at(run.end)


def figure(number: float) -> str:
    """A number for a sentence: 4 significant digits, no exponent."""
    text = f"{number:.4g}"
    return f"{number:.0f}" if "e+" in text else text


def percent(share: float) -> str:
    return f"{share * 100:.3g} %"


def findings(case: Case, found: list[Found], parameters: Parameters) -> tuple[Finding, ...]:
    """Findings with whole sentences: whose, when on the site's clock, what, by which basis."""
    return tuple(_finding(case, each, parameters) for each in found)


def _finding(case: Case, found: Found, parameters: Parameters) -> Finding:
    doubts = parameters.unestablished(found.names)
    fields = type(parameters).model_fields
    sources = [source_of(fields[name]) for name in found.names]
    clause = "; ".join(dict.fromkeys(source.text for source in sources))
    begin = found.since.astimezone(case.clock).strftime("%Y-%m-%d %H:%M")
    end = found.until.astimezone(case.clock).strftime("%Y-%m-%d %H:%M")
    watched = found.watched
    who_zh = f"{watched.zh}（{watched.code}）" if watched else "该排放口"
    who_en = f"{watched.en} ({watched.code})" if watched else "the outlet"
    worth_zh, worth_en = _SUSPICION if found.suspected else _NOT_KNOWN
    settings = {name: str(getattr(parameters, name)) for name in found.names}
    return Finding(
        rule=found.rule,
        subject=case.subject,
        point=watched.point if watched else None,
        since=found.since,
        until=found.until,
        stage=case.stage,
        zh=f"{begin}至{end}，{who_zh}{found.zh}。{worth_zh}依据：{clause_said(clause, 'zh')}。",
        en=f"From {begin} to {end}, {who_en} {found.en}. {worth_en} Basis: {clause_said(clause, 'en')}.",
        clause=clause,
        sure=not doubts,
        doubts=doubts,
        evidence={**found.evidence, "settings": settings},
    )
