"""All that is judged of a plant's hours within one local day, and of the day itself once it is over.

Pure: the evaluator hands over records, limits, marks and what was believed before; rows come out.
"""

from dataclasses import replace
from datetime import datetime

from schemas.judgement import MeanRow, Period
from services.rules.facility.rates import operation_rates
from services.rules.judging.air_part import AirDay, judge_air_day, judge_air_hour
from services.rules.judging.case import Judgements, PlantDay
from services.rules.judging.facilities import (
    FACILITY_RULES,
    RUN_HOURS,
    Facilities,
    FacilitiesAsked,
    facilities_of,
    lead_of,
)
from services.rules.judging.incineration_part import judge_incineration_day
from services.rules.judging.sewage_part import water_removal_day
from services.rules.judging.standstill import known_by_subject, stated_of
from services.rules.judging.taken_out import with_marks
from services.rules.judging.water_part import judge_water
from services.rules.plant_view import PlantView


def judge_plant_day(case: PlantDay) -> Judgements:
    """Judge the hours asked, the facilities over the day so far, and the day once it is over.

    Raises SettingError when what is set of a rule does not fit together.
    """
    view = case.view_at(case.hours[-1])
    case = with_marks(case, view)
    found = Judgements(lead=lead_of(view, case.shelf, case.day.since))
    facilities = day_facilities(case, view)
    if facilities is not None:
        case = replace(case, known=known_by_subject(case, view, facilities))
        asked = set(case.hours)
        layout = facilities.layout
        rates = (*facilities.rates(), *operation_rates(layout, "desulphurisation", (Period.DAY,)))
        found.performance += [
            row
            for row in rates
            if row.start in asked or (row.period is Period.DAY and row.start == case.day.since)
        ]
        found.tell(facilities.findings(), case.day)
        found.asked |= {*FACILITY_RULES, *({RUN_HOURS} if case.day_is_over else ())}
    for hour in case.hours:
        for outlet in case.view_at(hour).outlets.values():
            if outlet.row.medium == "air":
                _add(found, judge_air_hour(case, outlet, hour, facilities))
    for outlet in case.view_at(case.hours[-1]).outlets.values():
        if outlet.row.medium == "water":
            _add(found, judge_water(case, outlet, facilities))
    if case.day_is_over:
        _air_days(case, facilities, found)
        found.performance += water_removal_day(case, found.means)
        _add(found, judge_incineration_day(case, found.verdicts))
    return found


def day_facilities(case: PlantDay, view: PlantView) -> Facilities | None:
    """The plant's facilities over the day so far, with some hours before it; None before it begins."""
    until = min(case.day.until, case.now)
    if until <= case.day.since:
        return None
    stage = case.stage(case.day.until, told=False)
    live = until < case.day.until
    since = case.day.since - lead_of(view, case.shelf, case.day.since)
    asked = FacilitiesAsked(
        *(view, case.recorded, since, until, stage, live, stated_of(case, view), case.zone),
        told_from=case.day.since,
        clocks=case.clocks,
    )
    return facilities_of(asked, case.shelf)


def _air_days(case: PlantDay, facilities: Facilities | None, found: Judgements) -> None:
    """Days out of the hours just judged, and of those believed that were not."""
    hours = {
        **case.believed,
        **{_key(row): row for row in found.means if row.period is Period.HOUR},
    }
    for outlet in case.view_at(case.day.since).outlets.values():
        if outlet.row.medium == "air":
            points = {point.point for point in outlet.points()}
            rows = [row for (point, _), row in hours.items() if point in points]
            before = [row for (point, _), row in case.earlier.items() if point in points]
            looked = AirDay(rows, before, found.lead)
            _add(found, judge_air_day(case, outlet, looked, facilities))


def _key(row: MeanRow) -> tuple[int, datetime]:
    return row.point, row.start


def _add(found: Judgements, more: Judgements) -> None:
    found.means += more.means
    found.verdicts += more.verdicts
    found.performance += more.performance
    found.findings += more.findings
    found.passed += more.passed
    found.asked |= more.asked
