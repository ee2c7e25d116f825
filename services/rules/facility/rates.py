"""Operation rates: 治理设施同步运行率 and 脱硫设施投运率 as sums of seconds.

Unknown seconds stand in the evidence, with the share that is certain, and are in neither sum: they
are never counted as running. It must not know how states were told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from schemas.judgement import Evidence, PerformanceRow, Period
from services.rules.exact import QUOTIENT, kept, text
from services.rules.facility.asked import Asked
from services.rules.facility.course import time_of
from services.rules.facility.intervals import NONE, Ruler, Spans, intersection, union
from services.rules.facility.operation_band import operation_band
from services.rules.facility.slices import Slice, slices
from services.rules.facility.ways import Layout, Treated, production_of

SYNCHRONOUS: Final = "synchronous"
OPERATION: Final = "operation"
PERIODS: Final = (Period.HOUR, Period.DAY, Period.MONTH)


@dataclass(frozen=True, slots=True)
class Rate:
    """Something whose rate is asked: its row's subject, measure and code, and what it rests on."""

    subject: int
    measure: str
    code: str
    treated: Treated
    rests_on: tuple[int, ...]
    evidence: Evidence = field(default_factory=dict[str, object])
    spare: Spans = NONE
    """Where it stood by and was not needed, though production ran."""


class _Rulers(NamedTuple):
    treated: Ruler
    untreated: Ruler
    undecided: Ruler
    producing: Ruler
    stopped: Ruler
    contradicted: Ruler
    spare: Ruler


def synchronous_rates(
    layout: Layout, periods: Iterable[Period] = PERIODS
) -> tuple[PerformanceRow, ...]:
    """The synchronous rate of every way, unit, outlet, group and facility on a way, for each period touched.

    T(treatment running while production runs) / T(production running), in seconds. Rows: a unit, an
    outlet or a facility with code ''; a way under its unit with code `way:<outlet>`; a group under
    its first facility with code `group:<code>`. A facility that stands by while its group has enough
    members is not held to run. Definition: ours (Inner Mongolia's plan for 2021-2025 names the rate without a formula).
    """
    rates = tuple(_rates(layout))
    chosen = [each for period in periods for each in _slices(period, layout.asked)]
    return tuple(row for rate in rates for row in rate_rows(rate, chosen, layout.asked))


def operation_rates(
    layout: Layout, treatment: str, periods: Iterable[Period] = (Period.MONTH,)
) -> tuple[PerformanceRow, ...]:
    """The operation rate of each unit that has groups of that treatment (desulphurisation): code is the treatment.

    Hours of normal operation / hours the unit ran, in seconds. 发改价格[2007]1176号 (number from
    memory); months carry its band in the evidence.
    """
    chosen = [each for period in periods for each in _slices(period, layout.asked)]
    found: list[PerformanceRow] = []
    for unit in sorted({way.unit for way in layout.on_way}):
        treated = layout.of_treatment(unit, treatment)
        if treated is not None:
            members = layout.members(unit, treatment)
            rate = Rate(unit, OPERATION, treatment, treated, (unit, *members))
            found += [_banded(row, layout.asked) for row in rate_rows(rate, chosen, layout.asked)]
    return tuple(found)


def rate_rows(rate: Rate, chosen: Iterable[Slice], asked: Asked) -> Iterator[PerformanceRow]:
    """A row for each slice: treated seconds of the seconds in which both sides are known.

    Seconds of the slice outside the window are unknown, except, live, those still to come.
    """
    rulers = _rulers(rate, asked)
    doubts = asked.doubts(_concerned(rate), rate.rests_on)
    for each in chosen:
        until = min(each.until, asked.window.until) if asked.live else each.until
        seconds = [ruler.seconds(each.since, until) for ruler in rulers]
        treated, untreated, undecided, producing, stopped, contradicted, spare = seconds
        unknown_production = until - each.since - producing - stopped
        unknown = undecided + unknown_production
        yield PerformanceRow(
            subject=rate.subject,
            measure=rate.measure,
            code=rate.code,
            period=each.period,
            start=time_of(each.since),
            stage=asked.stage,
            numerator=Decimal(treated),
            denominator=Decimal(treated + untreated),
            sure=not doubts and not unknown and not contradicted,
            evidence={
                **rate.evidence,
                "production_s": producing,
                "stopped_s": stopped,
                "untreated_s": untreated,
                "unknown_production_s": unknown_production,
                "unknown_treatment_s": undecided,
                "contradicted_s": contradicted,
                "spare_s": spare,
                "elapsed_s": until - each.since,
                "certainty": _share(until - each.since - unknown, until - each.since),
                "doubts": list(doubts),
            },
        )


def _banded(row: PerformanceRow, asked: Asked) -> PerformanceRow:
    if row.period is not Period.MONTH:
        return row
    band = operation_band(row, asked.params)
    doubts = asked.doubts({"operation_full", "operation_low"})
    facts = {"band": band.band.value, "band_worst": band.worst.value, "band_best": band.best.value}
    return row._replace(
        sure=row.sure and not doubts,
        evidence={**row.evidence, **facts, "band_doubts": list(doubts)},
    )


def _slices(period: Period, asked: Asked) -> tuple[Slice, ...]:
    return slices(period, asked.window, asked.zone)


def _concerned(rate: Rate) -> set[str]:
    return {"bypass_counts"} if rate.evidence.get("bypasses") else set()


def _share(part: int, whole: int) -> str | None:
    return text(kept(QUOTIENT.divide(Decimal(part), Decimal(whole)))) if whole else None


def _rulers(rate: Rate, asked: Asked) -> _Rulers:
    production, treatment = rate.treated
    lines = [asked.lines[subject] for subject in rate.rests_on if subject in asked.lines]
    against: Spans = union(NONE, *(line.contradicted for line in lines))
    return _Rulers(
        Ruler(intersection(production.on, treatment.on)),
        Ruler(intersection(production.on, treatment.off)),
        Ruler(intersection(production.on, treatment.unknown)),
        Ruler(production.on),
        Ruler(production.off),
        Ruler(against),
        Ruler(rate.spare),
    )


def _rates(layout: Layout) -> Iterator[Rate]:
    for way, groups in layout.on_way.items():
        members = {facility for group in groups for facility in group.facilities}
        rests_on = (way.unit, *sorted(members), *_bypasses(layout, way.unit))
        facts = {"outlet": way.outlet, **_led_past(layout, way.unit)}
        yield Rate(way.unit, SYNCHRONOUS, f"way:{way.outlet}", layout.way(way), rests_on, facts)
    for unit in sorted({way.unit for way in layout.on_way}):
        facts = _led_past(layout, unit)
        yield Rate(unit, SYNCHRONOUS, "", layout.unit(unit), _behind(layout, unit), facts)
    for outlet in sorted({way.outlet for way in layout.on_way}):
        units = sorted({way.unit for way in layout.on_way if way.outlet == outlet})
        rests_on = tuple(dict.fromkeys(one for unit in units for one in _behind(layout, unit)))
        past = any(_bypasses(layout, unit) for unit in units)
        yield Rate(
            outlet,
            SYNCHRONOUS,
            "",
            layout.outlet(outlet),
            rests_on,
            {"units": units, "bypasses": past},
        )
    yield from _of_facilities(layout)


def _of_facilities(layout: Layout) -> Iterator[Rate]:
    groups = [group for group in layout.asked.groups if group.serves and group.facilities]
    for group in groups:
        units = sorted({way.unit for way in group.serves})
        yield Rate(
            group.facilities[0],
            SYNCHRONOUS,
            f"group:{group.code}",
            layout.group(group),
            (*units, *group.facilities),
            {"group": group.id, "needed": group.needed, "facilities": list(group.facilities)},
        )
    for facility in sorted({one for group in groups for one in group.facilities}):
        fellows = {
            one for group in groups if facility in group.facilities for one in group.facilities
        }
        rests_on = (*layout.served_by(facility), *sorted(fellows))
        treated = layout.facility(facility)
        produced = production_of(layout.served_by(facility), layout.asked)
        spare = intersection(produced.on, treated.production.off)
        yield Rate(facility, SYNCHRONOUS, "", treated, rests_on, spare=spare)


def _bypasses(layout: Layout, unit: int) -> tuple[int, ...]:
    return tuple(sorted(outlet for outlet, units in layout.bypasses.items() if unit in units))


def _led_past(layout: Layout, unit: int) -> dict[str, object]:
    found = _bypasses(layout, unit)
    return {"bypasses": list(found)} if found else {}


def _behind(layout: Layout, unit: int) -> tuple[int, ...]:
    """The unit, its facilities and its bypasses."""
    groups = [group for way, found in layout.on_way.items() if way.unit == unit for group in found]
    members = sorted({facility for group in groups for facility in group.facilities})
    return (unit, *members, *_bypasses(layout, unit))
