"""All that is judged of a plant's hours within one local day, and of the day itself once it is over.

Pure: the evaluator hands over records, limits, marks and what was believed before; rows come out.
"""

from datetime import datetime

from schemas.judgement import MeanRow, Period
from services.rules.judging.air_part import judge_air_day, judge_air_hour
from services.rules.judging.case import Judgements, PlantDay
from services.rules.judging.facilities import (
    FACILITY_RULES,
    Facilities,
    FacilitiesAsked,
    facilities_of,
)
from services.rules.judging.water_part import judge_water


def judge_plant_day(case: PlantDay) -> Judgements:
    """Judge the hours asked, the facilities over the day so far, and the day once it is over.

    Raises SettingError when what is set of a rule does not fit together.
    """
    found = Judgements()
    facilities = _facilities(case)
    if facilities is not None:
        asked = set(case.hours)
        rates = facilities.rates()
        found.performance += [
            row for row in rates if row.period is not Period.HOUR or row.start in asked
        ]
        found.findings += facilities.findings()
        found.asked |= FACILITY_RULES
    for hour in case.hours:
        for outlet in case.view_at(hour).outlets.values():
            if outlet.row.medium == "air":
                _add(found, judge_air_hour(case, outlet, hour, facilities))
    for outlet in case.view_at(case.hours[-1]).outlets.values():
        if outlet.row.medium == "water":
            _add(found, judge_water(case, outlet))
    if case.day_is_over:
        _air_days(case, facilities, found)
    return found


def _facilities(case: PlantDay) -> Facilities | None:
    until = min(case.day.until, case.now)
    if until <= case.day.since:
        return None
    stage = case.stage(case.day.until, told=False)
    view = case.view_at(case.hours[-1])
    live = until < case.day.until
    asked = FacilitiesAsked(view, case.recorded, case.day.since, until, stage, live, zone=case.zone)
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
            _add(found, judge_air_day(case, outlet, rows, facilities))


def _key(row: MeanRow) -> tuple[int, datetime]:
    return row.point, row.start


def _add(found: Judgements, more: Judgements) -> None:
    found.means += more.means
    found.verdicts += more.verdicts
    found.performance += more.performance
    found.findings += more.findings
    found.asked |= more.asked
