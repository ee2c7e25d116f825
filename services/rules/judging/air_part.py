"""Hours and days of an air outlet: means, then verdicts by the limits that bind each point.

Hourly for stacks, daily for incineration (the limit's own averaging says which).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import chain

from schemas.judgement import MeanRow, Period
from schemas.limits import LimitVersion
from services.rules.conditions import Fact
from services.rules.exact import text
from services.rules.exceedance import Circumstances
from services.rules.hour_mean import conversion_doubts
from services.rules.judging.case import Judgements, PlantDay, place_of
from services.rules.judging.facilities import Facilities
from services.rules.judging.facts import facts_of, is_incinerator
from services.rules.judging.outlet_hour import HourAsked, PointHour, outlet_hour
from services.rules.judging.records import HOUR
from services.rules.judging.removal_part import (
    LOW_REMOVAL,
    RemovalAsked,
    Removed,
    low_removals,
    removed_in_day,
    removed_in_hour,
    with_removal,
)
from services.rules.judging.verdicts import Bench, Marked, verdicts_on
from services.rules.longer_means import LongMeanParameters, day_mean
from services.rules.plant_view import PlantView, SubjectView


@dataclass(frozen=True, slots=True)
class _Where:
    """An outlet over a period, with what holds for all of its points."""

    view: PlantView
    outlet: SubjectView
    facts: Mapping[str, Fact]
    marked: Marked | None
    standing_still: bool
    removed: Removed = field(default_factory=Removed)


def judge_air_hour(
    case: PlantDay, outlet: SubjectView, hour: datetime, facilities: Facilities | None
) -> Judgements:
    """The means of the outlet's points over an hour, and the verdicts on them."""
    view = case.view_at(hour)
    references = {
        point.point: _references(case.limits.at(point.point, hour)) for point in outlet.points()
    }
    stage = case.stage_of_hour(hour, outlet)
    asked = HourAsked(outlet, hour, stage, place_of(view, outlet), references)
    hours = outlet_hour(asked, case.recorded, case.shelf)
    found = Judgements(means=[each.row for each in hours])
    removed = removed_in_hour(RemovalAsked(case, view, outlet, facilities, found.means), hour)
    found.performance += removed.rows.values()
    judged = [each for each in hours if case.limits.at(each.point.point, hour)]
    if not judged:
        return found
    means = {each.point.code: each.row for each in hours if each.point.side == "out"}
    where = _Where(
        view,
        outlet,
        facts_of(view, outlet, means),
        case.marked(view, outlet, hour),
        _still(facilities, view, outlet, (hour, hour + HOUR)),
        removed,
    )
    for each in judged:
        found.verdicts += verdicts_on(each.row, _hour_bench(case, where, each))
    return found


def judge_air_day(
    case: PlantDay, outlet: SubjectView, hours: Iterable[MeanRow], facilities: Facilities | None
) -> Judgements:
    """The means of a day that is over out of its hours (those believed and those just judged)."""
    day = case.day
    view = case.view_at(day.since)
    place = place_of(view, outlet)
    params = case.shelf.parameters(LongMeanParameters, place, day.since)
    rows: dict[int, list[MeanRow]] = {}
    for row in hours:
        rows.setdefault(row.point, []).append(row)
    found = Judgements()
    through = RemovalAsked(case, view, outlet, facilities, [*chain(*rows.values())])
    removed = removed_in_day(through)
    found.performance += removed.rows.values()
    found.findings += low_removals(through)
    found.asked.add(LOW_REMOVAL)
    measured = [point for point in outlet.points() if point.point in rows]
    by_point = {
        point.point: day_mean(rows[point.point], point.point, day, params) for point in measured
    }
    found.means += by_point.values()
    where = _Where(
        view,
        outlet,
        facts_of(view, outlet, {each.code: by_point[each.point] for each in measured}),
        case.marked(view, outlet, day.since),
        _still(facilities, view, outlet, (day.since, day.until)),
        removed,
    )
    for point in measured:
        versions = case.limits.at(point.point, day.since)
        if any(_is_daily(version) for version in versions):
            circumstances = _circumstances(where, point.unit, point.code, {})
            circumstances = with_removal(circumstances, removed, point.code, versions)
            rules = case.shelf.judging_rules(place, day.since)
            of_hours = {row.start: row for row in rows[point.point]}
            bench = Bench(
                versions, circumstances, rules, where.marked, of_hours, where.standing_still
            )
            found.verdicts += verdicts_on(by_point[point.point], bench)
    return found


def _hour_bench(case: PlantDay, where: _Where, each: PointHour) -> Bench:
    start = each.row.start
    versions = case.limits.at(each.point.point, start)
    rules = case.shelf.judging_rules(place_of(where.view, where.outlet), start)
    doubts: dict[int, tuple[str, ...]] = {}
    for version in versions:
        bound = version.bound
        if bound is None or bound.reference_oxygen is None:
            continue
        reference = text(bound.reference_oxygen)
        mean = each.mean.computed.converted.get(reference)
        if each.mean.converted_source.get(reference) == "hours":
            doubts[version.limit] = each.rules.hour.unestablished(("converted_from",))
        elif mean is not None:
            doubts[version.limit] = conversion_doubts(mean, bound, rules.comparison, each.rules)
    circumstances = _circumstances(where, each.point.unit, each.point.code, doubts)
    circumstances = with_removal(circumstances, where.removed, each.point.code, versions)
    return Bench(versions, circumstances, rules, where.marked, standing_still=where.standing_still)


def _circumstances(
    where: _Where, unit: str | None, code: str, doubts: Mapping[int, tuple[str, ...]]
) -> Circumstances:
    return Circumstances(
        unit=unit,
        incinerator=is_incinerator(where.view, where.outlet),
        facts={**where.facts, "code": code},
        limit_doubts=doubts,
    )


def _still(
    facilities: Facilities | None,
    view: PlantView,
    outlet: SubjectView,
    span: tuple[datetime, datetime],
) -> bool:
    units = view.units_of(outlet.row.id)
    return facilities is not None and facilities.stood_still(units, *span)


def _references(versions: Sequence[LimitVersion]) -> tuple[Decimal, ...]:
    """The oxygen to which the limits want the mean converted."""
    wanted = [
        version.bound.reference_oxygen
        for version in versions
        if version.bound is not None and version.bound.reference_oxygen is not None
    ]
    return tuple(dict.fromkeys(wanted))


def _is_daily(version: LimitVersion) -> bool:
    return version.bound is not None and version.bound.averaging == Period.DAY.value
