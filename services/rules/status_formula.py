"""A verdict's comparison in words, with its numbers and the law, for whoever reads it in a dispute. Pure.

It must not compare anything itself: the numbers are those that were compared.
"""

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Final, NamedTuple, cast

from schemas.judgement import Evidence, Outcome, Period
from schemas.registry_words import BEIJING
from services.rules.clause_words import LANGUAGES, law_said
from services.rules.judging.quality_names import named
from services.rules.status import NAMES, WORDS

PERIODS: Final[Mapping[Period, tuple[str, str]]] = {
    Period.FIVE_MINUTE: ("5 分钟均值", "5-minute mean"),
    Period.HOUR: ("小时均值", "hourly mean"),
    Period.DAY: ("日均值", "daily mean"),
    Period.MONTH: ("月均值", "monthly mean"),
    Period.QUARTER: ("季均值", "quarterly mean"),
    Period.YEAR: ("年均值", "yearly mean"),
}


class Compared(NamedTuple):
    """What was compared: a code's mean of a period, with the verdict's evidence."""

    code: str
    period: Period
    start: datetime
    outcome: Outcome
    evidence: Evidence
    zone: timezone = BEIJING


class Formula(NamedTuple):
    """A sentence in each language, and the comparison as it was computed."""

    zh: str
    en: str
    numbers: str


def formula_said(compared: Compared) -> Formula | None:
    """The comparison in words; None where nothing was compared, for want of a number."""
    evidence = compared.evidence
    numbers = evidence.get("formula")
    if not isinstance(numbers, str) or not numbers:
        return None
    limit, law = _part(evidence, "limit"), _part(evidence, "law")
    name = named(compared.code)
    period_zh, period_en = PERIODS[compared.period]
    reference = limit.get("reference_oxygen")
    converted_zh = f"（折算到基准含氧量 {reference}%）" if reference else ""
    converted_en = f" (converted to {reference} % oxygen)" if reference else ""
    start = f"{compared.start.astimezone(compared.zone):%Y-%m-%d %H:%M}"
    unit = limit.get("unit") or ""
    standard, clause = (str(law.get(key) or "") for key in ("standard", "clause"))
    by_zh, by_en = (law_said(standard, clause, one) for one in LANGUAGES)
    apart = " " if by_zh[:1].isascii() else ""
    word_zh, word_en = NAMES[WORDS[compared.outcome]]
    return Formula(
        f"{name.zh}{period_zh}{converted_zh}，{start} 起：{numbers}（{unit}），依据{apart}{by_zh}：{word_zh}。",
        f"{name.en}, {period_en}{converted_en}, from {start}: {numbers} ({unit}), by {by_en}: "
        f"{word_en}.",
        numbers,
    )


def _part(evidence: Evidence, name: str) -> Mapping[str, object]:
    said = evidence.get(name)
    return cast("Mapping[str, object]", said) if isinstance(said, Mapping) else {}
