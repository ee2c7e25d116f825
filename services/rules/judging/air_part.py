"""Hours and days of an air outlet: means, then verdicts by the limits that bind each point.

Hourly for stacks, daily for incineration (the limit's own averaging says which).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import NamedTuple

from schemas.judgement import MeanRow, Period
from schemas.limits import LimitVersion
from services.rules.conditions import Fact
from services.rules.exact import text
from services.rules.exceedance import Circumstances
from services.rules.hour_mean import conversion_doubts
from services.rules.incineration import FIVE_POLLUTANTS
from services.rules.judging.burners import KIND_UNSAID, burnt_behind
from services.rules.judging.case import Judgements, PlantDay
from services.rules.judging.facilities import Facilities
from services.rules.judging.facts import facts_of
from services.rules.judging.hour_rest import rest_of_hour
from services.rules.judging.outlet_hour import HourAsked, PointHour, outlet_hour
from services.rules.judging.period_facts import period_facts
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
from services.rules.judging.shelf import place_of
from services.rules.judging.surroundings import surrounded
from services.rules.judging.verdicts import Bench, Marked, verdicts_on
from services.rules.longer_means import LongMeanParameters, day_mean
from services.rules.periods import Bounds
from services.rules.plant_view import PlantView, PointView, SubjectView
from services.rules.settings_catalogue import Place


@dataclass(frozen=True, slots=True)
class _Where:
    """An outlet over a period, with what holds for all of its points; `marked` by point."""

    case: PlantDay
    span: Bounds
    view: PlantView
    outlet: SubjectView
    facts: Mapping[str, Fact]
    marked: Mapping[int, Marked | None]
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
    asked = HourAsked(outlet, hour, stage, view, references)
    hours = outlet_hour(asked, case.recorded, case.shelf)
    found = Judgements(means=[each.row for each in hours])
    removed = removed_in_hour(RemovalAsked(case, view, outlet, facilities, found.means), hour)
    found.performance += removed.rows.values()
    judged = [each for each in hours if case.limits.at(each.point.point, hour)]
    if not judged:
        return found
    means = {each.point.code: each.row for each in hours if each.point.side == "out"}
    span = Bounds(hour, hour + HOUR)
    versions = chain.from_iterable(case.limits.at(each.point.point, hour) for each in judged)
    where = _Where(
        case,
        span,
        view,
        outlet,
        {
            **facts_of(view, outlet, means),
            **period_facts(case, view, outlet, span, versions),
        },
        _marked(case, (view, outlet), hour, found.means),
        _still(facilities, view, outlet, span),
        removed,
    )
    for each in judged:
        found.verdicts += verdicts_on(each.row, _hour_bench(where, each))
    return found


class AirDay(NamedTuple):
    """The hours of an outlet's day, and those of the `lead` before it."""

    hours: Sequence[MeanRow]
    earlier: Sequence[MeanRow] = ()
    lead: timedelta = timedelta()


def judge_air_day(
    case: PlantDay, outlet: SubjectView, looked: AirDay, facilities: Facilities | None
) -> Judgements:
    """The means of a day that is over out of its hours (those believed and those just judged)."""
    day = case.day
    view = case.view_at(day.since)
    rows: dict[int, list[MeanRow]] = {}
    for row in looked.hours:
        rows.setdefault(row.point, []).append(row)
    found = Judgements(lead=looked.lead)
    through = RemovalAsked(case, view, outlet, facilities, [*chain(*rows.values())])
    removed = removed_in_day(through)
    found.performance += removed.rows.values()
    found.tell(low_removals(through, looked.earlier, looked.lead), day)
    found.asked.add(LOW_REMOVAL)
    measured = [point for point in outlet.points() if point.point in rows]
    by_point = {
        point.point: day_mean(
            rows[point.point], point.point, day, _long_rules(case, view, outlet, point)
        )
        for point in measured
    }
    found.means += by_point.values()
    versions = chain.from_iterable(case.limits.at(one.point, day.since) for one in measured)
    where = _Where(
        case,
        day,
        view,
        outlet,
        {
            **facts_of(view, outlet, {each.code: by_point[each.point] for each in measured}),
            **period_facts(case, view, outlet, day, versions),
        },
        _marked(case, (view, outlet), day.since, chain(*rows.values())),
        _still(facilities, view, outlet, day),
        removed,
    )
    for point in measured:
        versions = case.limits.at(point.point, day.since)
        if any(_is_daily(version) for version in versions):
            circumstances = _circumstances(where, point, {})
            circumstances = with_removal(circumstances, removed, point.code, versions)
            rules = case.shelf.judging_rules(place_of(view, outlet, point), day.since)
            of_hours = {row.start: row for row in rows[point.point]}
            bench = Bench(
                versions,
                circumstances,
                rules,
                where.marked[point.point],
                of_hours,
                where.standing_still,
            )
            found.verdicts += verdicts_on(by_point[point.point], bench)
    return found


def _hour_bench(where: _Where, each: PointHour) -> Bench:
    case, start = where.case, each.row.start
    versions = case.limits.at(each.point.point, start)
    rules = case.shelf.judging_rules(place_of(where.view, where.outlet, each.point), start)
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
    circumstances = _circumstances(where, each.point, _with_kind(where, each, versions, doubts))
    circumstances = with_removal(circumstances, where.removed, each.point.code, versions)
    return Bench(
        versions,
        circumstances,
        rules,
        where.marked[each.point.point],
        standing_still=where.standing_still,
        rest=partial(rest_of_hour, each),
    )


def _with_kind(
    where: _Where,
    each: PointHour,
    versions: Iterable[LimitVersion],
    doubts: Mapping[int, tuple[str, ...]],
) -> Mapping[int, tuple[str, ...]]:
    """With the doubt whether hourly limits only warn there: where nobody registered what is burnt."""
    unsaid = burnt_behind(where.view, where.outlet) in {"unsaid", "mixed"}
    if not unsaid or each.point.code not in FIVE_POLLUTANTS:
        return doubts
    hourly = [one.limit for one in versions if one.bound is not None and not _is_daily(one)]
    return {**doubts, **{limit: (*doubts.get(limit, ()), KIND_UNSAID) for limit in hourly}}


def _circumstances(
    where: _Where, point: PointView, doubts: Mapping[int, tuple[str, ...]]
) -> Circumstances:
    return Circumstances(
        unit=point.unit,
        incinerator=burnt_behind(where.view, where.outlet) == "household",
        facts={**where.facts, "code": point.code},
        doubts=where.case.doubts_of_marks(point.point, where.span),
        limit_doubts=doubts,
    )


def _long_rules(
    case: PlantDay, view: PlantView, outlet: SubjectView, point: PointView
) -> LongMeanParameters:
    place = place_of(view, outlet, point)
    return case.shelf.parameters(LongMeanParameters, place, case.day.since)


def _marked(
    case: PlantDay,
    where: tuple[PlantView, SubjectView],
    at: datetime,
    means: Iterable[MeanRow],
) -> Mapping[int, Marked | None]:
    """The marks with what surrounds them as they are for each point, made once for all that are alike."""
    view, outlet = where
    rows = list(means)
    alike = dict[Place, Marked | None]()
    found: dict[int, Marked | None] = {}
    for point in outlet.points():
        place = case.shelf.told_apart(place_of(view, outlet, point))
        if place not in alike:
            alike[place] = surrounded(case.marked(view, outlet, at, point), outlet, rows)
        found[point.point] = alike[place]
    return found


def _still(
    facilities: Facilities | None,
    view: PlantView,
    outlet: SubjectView,
    span: Bounds,
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
