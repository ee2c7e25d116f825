"""A day of waste incinerators: the furnace's temperature, and of household waste the five pollutants together.

MEE Order 10 (2019), articles 6, 7 and 11; GB 18484-2020 of furnaces for hazardous waste. The five
daily means are judged before.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, cast

from schemas.judgement import Finding, Outcome, PerformanceRow, Period, VerdictRow
from services.rules.articles import articles, articles_for
from services.rules.clause_words import LANGUAGES, law_said
from services.rules.exact import in_brief, number_of, text
from services.rules.exceedance import OVER
from services.rules.incineration import (
    FIVE_MINUTES_A_DAY,
    FIVE_POLLUTANTS,
    FurnaceDay,
    FurnaceRule,
    IncinerationParameters,
    furnace_day,
    hazardous,
    household,
    incinerator_day,
)
from services.rules.incineration_findings import Place, furnace_finding
from services.rules.judging.burners import KIND_UNSAID, burnt_behind, units_behind
from services.rules.judging.case import Judgements, PlantDay
from services.rules.judging.facts import is_incinerator
from services.rules.judging.furnaces import Furnace, furnace_line, furnace_means, furnaces
from services.rules.judging.quality_names import Named, named
from services.rules.judging.shelf import place_of
from services.rules.plant_view import PlantView, SubjectView

FURNACE: Final = "furnace_temperature"
EXCEEDANCE: Final = "incineration_exceedance"
SHARED: Final = "shared_outlet"
"""Several incinerators lead to the outlet, which are to be counted each apart (article 14)."""
_WORST: Final = (
    Outcome.EXCEEDING,
    Outcome.AT_LEAST,
    Outcome.CLAIMED,
    Outcome.UNKNOWN,
    Outcome.INVALID,
    Outcome.NO_DATA,
    Outcome.EXEMPT,
    Outcome.COMPLIANT,
    Outcome.STOPPED,
)
_SURE: Final = frozenset({Outcome.COMPLIANT, Outcome.EXCEEDING})


def judge_incineration_day(case: PlantDay, verdicts: Iterable[VerdictRow]) -> Judgements:
    """A day that is over, with the verdicts on its means."""
    found = Judgements()
    view = case.view_at(case.day.since)
    for furnace in furnaces(view):
        found.asked.add(FURNACE)
        _furnace(case, view, furnace, found)
    of_days = [row for row in verdicts if row.period is Period.DAY]
    for outlet in view.outlets.values():
        if is_incinerator(view, outlet):
            found.asked.add(EXCEEDANCE)
            found.findings += _exceedance(case, view, outlet, of_days)
    return found


def furnaces_so_far(case: PlantDay) -> list[Finding]:
    """Furnaces that were too cold too often in the day so far: what is still to come excuses nothing.

    The day's own finding, which its end tells again.
    """
    found = Judgements()
    view = case.view_at(case.day.since)
    for furnace in furnaces(view):
        _furnace(case, view, furnace, found)
    return found.findings


def worst(outlet: SubjectView, verdicts: Iterable[VerdictRow]) -> Mapping[str, VerdictRow]:
    """Of each of the five pollutants the verdict that weighs most."""
    codes = {point.point: code for code, point in outlet.outward.items() if code in FIVE_POLLUTANTS}
    found: dict[str, VerdictRow] = {}
    for row in verdicts:
        code = codes.get(row.point)
        if code is None:
            continue
        known = found.get(code)
        if known is None or _WORST.index(row.outcome) < _WORST.index(known.outcome):
            found[code] = row
    return found


def subject_of(view: PlantView, outlet: SubjectView) -> tuple[int, tuple[str, ...]]:
    """The incinerator that the outlet speaks for; the outlet, and a doubt, where there are several.

    It is in doubt too where nobody registered what waste is burnt.
    """
    units = units_behind(view, outlet.row.id)
    unsaid = (KIND_UNSAID,) if burnt_behind(view, outlet) == "unsaid" else ()
    return (units[0], unsaid) if len(units) == 1 else (outlet.row.id, (SHARED, *unsaid))


def _furnace(case: PlantDay, view: PlantView, furnace: Furnace, found: Judgements) -> None:
    day = case.day
    setting = place_of(view, furnace.unit, furnace.only_point)
    params = case.shelf.parameters(IncinerationParameters, setting, day.since)
    rule = furnace_rule(furnace, params)
    line = furnace_line(furnace, case, view, day.since)
    judged = furnace_day(furnace_means(furnace, case, line), rule)
    stage = case.stage(day.until, told=False)
    place = Place(furnace.unit.row.id, furnace.point, day.since, day.until, stage)
    finding = furnace_finding(judged, rule, place, case.zone)
    found.findings += [] if finding is None else [finding]
    found.performance.append(_share(judged, place, text(rule.floor)))


def furnace_rule(furnace: Furnace, params: IncinerationParameters) -> FurnaceRule:
    """By what is burnt; where that was not registered, what both rules forbid, in doubt."""
    if furnace.burns == "hazardous":
        return hazardous(params)
    rule = household(params)
    return (
        rule if furnace.burns == "household" else rule._replace(doubts=(*rule.doubts, KIND_UNSAID))
    )


def _share(day: FurnaceDay, place: Place, floor: str) -> PerformanceRow:
    """How many of the day's five-minute means are known to keep the temperature, or excused."""
    below = len(day.failed) + day.claimed
    return PerformanceRow(
        subject=place.subject,
        measure=FURNACE,
        code="",
        period=Period.DAY,
        start=place.since,
        stage=place.stage,
        numerator=Decimal(max(0, day.due - day.unknown - below)),
        denominator=Decimal(FIVE_MINUTES_A_DAY),
        sure=not day.doubts and day.outcome in _SURE and not day.unknown,
        evidence={
            "outcome": day.outcome.value,
            "floor": floor,
            "failed": len(day.failed),
            "claimed": day.claimed,
            "unknown": day.unknown,
            "excused": day.excused,
            "doubts": list(day.doubts),
        },
    )


def _exceedance(
    case: PlantDay, view: PlantView, outlet: SubjectView, verdicts: Sequence[VerdictRow]
) -> list[Finding]:
    """One or more of the five daily means over: the incinerator's day is an exceedance day."""
    by_code = worst(outlet, verdicts)
    outcome = incinerator_day({code: row.outcome for code, row in by_code.items()})
    if outcome not in OVER or outcome is Outcome.EXEMPT:
        return []
    over = {code: row for code, row in by_code.items() if row.outcome is outcome}
    subject, shared = subject_of(view, outlet)
    claimed = outcome is Outcome.CLAIMED
    doubts = [*shared, *(one for row in over.values() for one in row.doubts)]
    local = case.day.since.astimezone(case.zone).date()
    law = articles_for(articles(), EXCEEDANCE, local)
    doubts += [f"article:{one.matter}" for one in law if not one.sure]
    zh = "；".join(named(code).zh + _against(row).zh for code, row in over.items())
    en = "; ".join(named(code).en + _against(row).en for code, row in over.items())
    name = outlet.row.name or outlet.row.code
    return [
        Finding(
            rule=EXCEEDANCE,
            subject=subject,
            point=None,
            since=case.day.since,
            until=case.day.until,
            stage=case.stage(case.day.until, told=False),
            zh=f"{local.isoformat()} {name}日均值超标：{zh}{'（申请豁免，尚未审核）' if claimed else ''}。",
            en=f"On {local.isoformat()} daily means of {name} were over their limits: {en}"
            f"{' (claimed to be exempt, not reviewed)' if claimed else ''}.",
            clause="；".join(one.zh for one in law),
            sure=not doubts and not claimed,
            doubts=tuple(dict.fromkeys([*doubts, *(["exemption_claimed"] if claimed else [])])),
            evidence={"outcome": outcome.value, "codes": list(over)},
        )
    ]


def _against(row: VerdictRow) -> Named:
    """The mean, the limit that it is over with its standard, and by what part of it."""
    limit = cast("Mapping[str, object]", row.evidence.get("limit") or {})
    law = cast("Mapping[str, object]", row.evidence.get("law") or {})
    unit, high = limit.get("unit") or "mg/m3", limit.get("high")
    number = "" if row.value is None else f" {in_brief(row.value, number_of(high))} {unit}"
    zh = en = ""
    if high is not None:
        multiple = None if row.multiple is None else in_brief(row.multiple)
        standard, clause = (str(law.get(name) or "") for name in ("standard", "clause"))
        by_zh, by_en = (law_said(standard, clause, one) for one in LANGUAGES)
        zh = f"，限值{high} {unit}" + (f"，超标{multiple}倍" if multiple else "")
        en = f", limit {high} {unit}" + (f", exceeded by {multiple} of it" if multiple else "")
        zh, en = (
            zh + (f"（{by_zh}）" if by_zh else ""),
            en + (f" ({by_en})" if by_en else ""),
        )
    least = row.outcome is Outcome.AT_LEAST
    return Named(
        ("至少" if least else "") + number + zh, (" at least" if least else "") + number + en
    )
