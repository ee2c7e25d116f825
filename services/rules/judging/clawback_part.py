"""What becomes of the environmental premiums 环保电价 of a coal power unit's hours over a month that is over.

发改价格[2014]536号. Out of hourly verdicts and marks; energy sold is not registered, so hours are told
and no money. It must not know how hours were judged.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from schemas.facility import Circumstance, ClawbackCase, ClawbackRow, Premium
from schemas.judgement import Finding, Outcome, PerformanceRow, Period
from schemas.marks import Review
from schemas.period_outcome import PeriodOutcome
from services.rules.exact import text
from services.rules.facility.clawback import CLAUSE, POLLUTANTS, HourFacts, clawback, clawback_sum
from services.rules.facility.clawback_parameters import ClawbackParameters
from services.rules.fuel_words import COAL, fuel_named
from services.rules.judging.case import Judgements
from services.rules.judging.month_case import PlantMonth
from services.rules.judging.records import HOUR
from services.rules.judging.shelf import place_of
from services.rules.plant_view import PlantView, SubjectView

ULTRA_LOW: Final = "ultra_low"
SOLD: Final = "premium_unit"
"""A doubt: whether the unit is paid the premium, and since when, nobody has registered."""
RULES: Final[Mapping[Premium, str]] = MappingProxyType(
    {premium: f"clawback_{premium}" for premium in Premium}
)
_POWER: Final = ("发电", "热电", "火电", "power")
_TREATMENTS: Final[Mapping[Premium, tuple[str, ...]]] = MappingProxyType(
    {
        Premium.DESULPHURISATION: ("desulphurisation", "脱硫"),
        Premium.DENITRIFICATION: ("denitrification", "脱硝"),
        Premium.DUST: ("bag_filter", "precipitator", "dust", "除尘"),
    }
)
"""Words in a facility's treatment that say what it is paid for."""
CIRCUMSTANCES: Final[Mapping[str, Circumstance]] = MappingProxyType(
    {
        "permit_power/start_up": Circumstance.START_STOP,
        "permit_power/shut_down": Circumstance.START_STOP,
        "thermal_power/connected": Circumstance.START_STOP,
        "thermal_power/disconnected": Circumstance.START_STOP,
        "equipment/fault": Circumstance.CEMS_FAULT,
    }
)
"""Kinds of marks that state a circumstance. Of low load, force majeure and tampering there is none."""
_WORST: Final = (
    *(Outcome.EXCEEDING, Outcome.AT_LEAST, Outcome.CLAIMED, Outcome.UNKNOWN, Outcome.INVALID),
    *(Outcome.NO_DATA, Outcome.EXEMPT, Outcome.COMPLIANT, Outcome.STOPPED),
)
_RANK: Final = MappingProxyType({outcome: place for place, outcome in enumerate(_WORST)})
_KEPT: Final = frozenset({Outcome.COMPLIANT, Outcome.STOPPED})


@dataclass(frozen=True, slots=True)
class _Paid:
    """A unit's premium: the pollutant it is paid for, the limits it hangs on, and what treats it."""

    unit: SubjectView
    premium: Premium
    code: str
    limits: frozenset[int]
    facilities: tuple[int, ...]


def judge_clawback(case: PlantMonth) -> Judgements:
    """A row for each unit and premium with the hours that lost it, and a finding for each such hour.

    Raises SettingError.
    """
    found = Judgements()
    outcomes = _by_limit(case.outcomes)
    for paid in premiums(case):
        found.asked.add(RULES[paid.premium])
        worst = _worst(outcomes.get(limit, ()) for limit in paid.limits)
        rows = list(_rows(case, paid, worst))
        if worst:
            found.performance.append(_month(case, paid, rows, len(worst) - len(rows)))
        found.findings += [_finding(case, paid, one) for one in rows if _is_lost(one)]
    return found


def premiums(case: PlantMonth) -> Iterator[_Paid]:
    """The premiums of the plant's coal power units whose pollutant has an hourly limit."""
    view = case.view
    if not any(word in (view.row.industry or "").casefold() for word in _POWER):
        return
    for unit in view.units.values():
        if fuel_named(unit.row.fuel or "") != COAL:
            continue
        outlets = [one for one in view.outlets.values() if unit.row.id in view.units_of(one.row.id)]
        for premium, code in POLLUTANTS.items():
            treating = treated_by(view, unit.row.id, premium)
            limits = frozenset(_limits(case, outlets, code, ultra_low=False))
            if treating and limits:
                yield _Paid(unit, premium, code, limits, treating)
        low = frozenset(
            limit
            for code in POLLUTANTS.values()
            for limit in _limits(case, outlets, code, ultra_low=True)
        )
        if low:
            yield _Paid(unit, Premium.ULTRA_LOW, "", low, ())


def treated_by(view: PlantView, unit: int, premium: Premium) -> tuple[int, ...]:
    """The facilities on a way of the unit that the premium is paid for."""
    words = _TREATMENTS.get(premium, ())
    members = {
        facility
        for group in view.groups
        if any(way.unit == unit for way in group.serves)
        for facility in group.facilities
    }
    return tuple(
        sorted(
            one
            for one in members
            if any(word in (view.facilities[one].row.treatment or "").casefold() for word in words)
        )
    )


def _limits(
    case: PlantMonth, outlets: Iterable[SubjectView], code: str, *, ultra_low: bool
) -> Iterator[int]:
    for outlet in outlets:
        point = outlet.outward.get(code)
        for limit in () if point is None else case.frame.limits.at(point.point, case.month.since):
            hourly = limit.bound is not None and limit.bound.averaging == Period.HOUR.value
            if hourly and (limit.law.origin == ULTRA_LOW) is ultra_low:
                yield limit.limit


def _by_limit(outcomes: Iterable[PeriodOutcome]) -> dict[int, list[PeriodOutcome]]:
    found: dict[int, list[PeriodOutcome]] = {}
    for one in outcomes:
        found.setdefault(one.limit, []).append(one)
    return found


def _worst(several: Iterable[Iterable[PeriodOutcome]]) -> dict[datetime, PeriodOutcome]:
    """Of each hour what weighs most; of two that are over the one that is further over."""
    found: dict[datetime, PeriodOutcome] = {}
    for some in several:
        for one in some:
            known = found.get(one.start)
            if known is None or _weight(one) < _weight(known):
                found[one.start] = one
    return found


def _weight(one: PeriodOutcome) -> tuple[int, Decimal]:
    return _RANK[one.outcome], -(one.multiple or Decimal(0))


def _rows(
    case: PlantMonth, paid: _Paid, worst: Mapping[datetime, PeriodOutcome]
) -> Iterator[ClawbackRow]:
    """The hours of which more is to be said than that they keep their premium."""
    params = case.frame.shelf.parameters(
        ClawbackParameters, place_of(case.view, paid.unit), case.month.since
    )
    stated = _stated(case, paid)
    out = _treatment_out(case, paid) if stated else {}
    for hour, one in sorted(worst.items()):
        circumstances = stated.get(hour, {})
        if one.outcome in _KEPT and not circumstances:
            continue
        facts = HourFacts(
            *(paid.unit.row.id, hour, paid.premium, one.outcome, one.multiple),
            circumstances=circumstances,
            treatment_out_s=out.get(hour),
            energy_kwh=None,
            connected_on=paid.unit.row.commissioned_on,
        )
        row = clawback(facts, params, case.frame.zone)
        doubts = tuple(dict.fromkeys((*row.doubts, *one.doubts, SOLD)))
        yield row._replace(sure=False, doubts=doubts)


def _stated(case: PlantMonth, paid: _Paid) -> dict[datetime, dict[Circumstance, Review]]:
    """Circumstances by hour, of the unit and the outlets that it alone leads to."""
    view = case.view
    own = [one for one in view.outlets if view.units_of(one) == (paid.unit.row.id,)]
    found: dict[datetime, dict[Circumstance, Review]] = {}
    for subject in (paid.unit.row.id, *own):
        for mark in case.frame.marks.get(subject, ()):
            circumstance = CIRCUMSTANCES.get(mark.kind)
            if circumstance is None:
                continue
            until = min(mark.until or case.frame.now, case.month.until)
            hour = max(mark.since.replace(minute=0, second=0, microsecond=0), case.month.since)
            while hour < until:
                known = found.setdefault(hour, {})
                if known.get(circumstance) is not Review.ACCEPTED:
                    known[circumstance] = mark.review
                hour += HOUR
    return found


def _treatment_out(case: PlantMonth, paid: _Paid) -> dict[datetime, int]:
    """For so many seconds of an hour a facility of the premium was surely out; unknown hours are left out."""
    found: dict[datetime, int] = {}
    for row in case.hour_rates:
        if row.subject not in paid.facilities or row.code:
            continue
        out_s = _seconds(row, "untreated_s")
        unknown_s = _seconds(row, "unknown_treatment_s") + _seconds(row, "unknown_production_s")
        if out_s or not unknown_s:
            found[row.start] = max(out_s, found.get(row.start, 0))
    return found


def _seconds(row: PerformanceRow, name: str) -> int:
    return int(Decimal(str(row.evidence.get(name, 0))))


def _is_lost(row: ClawbackRow) -> bool:
    return row.case not in {ClawbackCase.KEPT, ClawbackCase.UNDECIDED}


def _month(case: PlantMonth, paid: _Paid, rows: list[ClawbackRow], kept: int) -> PerformanceRow:
    """Hours that lost the premium, of those that are decided."""
    total = clawback_sum(rows)
    hours = {name.value: count for name, count in total.hours.items()}
    hours[ClawbackCase.KEPT.value] += kept
    lost = sum(_is_lost(row) for row in rows)
    decided = kept + len(rows) - total.hours[ClawbackCase.UNDECIDED]
    doubts = dict.fromkeys([SOLD, *(one for row in rows for one in row.doubts)])
    return PerformanceRow(
        subject=paid.unit.row.id,
        measure=RULES[paid.premium],
        code=paid.code,
        period=Period.MONTH,
        start=case.month.since,
        stage=case.stage,
        numerator=Decimal(lost),
        denominator=Decimal(decided),
        sure=False,
        evidence={
            "unit": "h",
            "hours": hours,
            "unpriced_hours": total.unpriced_hours,
            "facilities": list(paid.facilities),
            "doubts": list(doubts),
        },
    )


def _finding(case: PlantMonth, paid: _Paid, row: ClawbackRow) -> Finding:
    label = paid.unit.row.name or paid.unit.row.code
    return Finding(
        rule=RULES[paid.premium],
        subject=row.unit,
        point=None,
        since=row.start,
        until=row.start + HOUR,
        stage=case.frame.stage(row.start + HOUR, told=False),
        zh=f"{case.view.row.name}{label}：{row.zh}",
        en=f"{case.view.row.code}/{paid.unit.row.code}: {row.en}",
        clause=CLAUSE,
        sure=row.sure,
        doubts=row.doubts,
        evidence={
            "case": row.case.value,
            "circumstance": None if row.circumstance is None else row.circumstance.value,
            "multiple": None if row.multiple is None else text(row.multiple),
            "code": paid.code,
        },
    )
