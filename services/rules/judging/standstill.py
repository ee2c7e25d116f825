"""Standstill 停运 as marks state it and as signals show it: each is held against the other.

It must not know limits, nor what a standstill excuses.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from schemas.facility import Stated
from schemas.marks import Mark
from services.rules.facility.course import time_of
from services.rules.facility.intervals import Spans
from services.rules.judging.burners import units_behind
from services.rules.judging.case import PlantDay
from services.rules.judging.facilities import Facilities
from services.rules.judging.shelf import place_of
from services.rules.marks.intervals import Interval
from services.rules.marks.kinds import kind_of, mark_kinds
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import ALWAYS, Known, Standing, stretches_of
from services.rules.plant_view import PlantView, SubjectView

_STANDSTILL: Final = "out_of_service"
_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


def stated_of(case: PlantDay, view: PlantView) -> dict[int, list[Stated]]:
    """What marks of standstill that count state of units and facilities, by subject.

    A mark upon an outlet states it of the units that lead there alone. A planned mark states nothing:
    whether it came true is for the signals to show.
    """
    found: dict[int, list[Stated]] = {}
    for subject in view.subjects():
        marks = [one for one in case.marks.get(subject.row.id, ()) if _is_standstill(one)]
        if not marks:
            continue
        params = case.shelf.parameters(MarkParameters, place_of(view, subject), case.day.since)
        for mark in marks:
            for one in stretches_of(mark, Known(case.now, clock=case.zone), params):
                if one.standing is Standing.COUNTS and not mark.planned:
                    for key in _meant(view, subject):
                        found.setdefault(key, []).append(
                            Stated(running=False, since=one.since, until=one.until)
                        )
    return found


def known_by_subject(case: PlantDay, view: PlantView, facilities: Facilities) -> dict[int, Known]:
    """What the signals show of standstill, for planned marks: of each unit, and of all behind an outlet."""
    found = {unit: _known(case, (unit,), facilities) for unit in view.units}
    for outlet in view.outlets:
        units = units_behind(view, outlet)
        if units:
            found[outlet] = _known(case, units, facilities)
    return found


def _known(case: PlantDay, units: Sequence[int], facilities: Facilities) -> Known:
    """Outside the time that was looked at nothing is shown."""
    course = facilities.shown(units)
    window = course.window
    dark = [
        Interval(_BEGINNING, time_of(window.since)),
        *_intervals(course.unknown),
        Interval(time_of(window.until), ALWAYS),
    ]
    kinds = [kind.key for kind in mark_kinds().values() if kind.code == _STANDSTILL]
    return Known(
        case.now,
        dict.fromkeys(kinds, _intervals(course.off)),
        case.zone,
        dict.fromkeys(kinds, dark),
    )


def _intervals(spans: Spans) -> list[Interval]:
    return [Interval(time_of(begin), time_of(end)) for begin, end in spans]


def _is_standstill(mark: Mark) -> bool:
    return kind_of(mark.kind).code == _STANDSTILL and mark.point is None


def _meant(view: PlantView, subject: SubjectView) -> Iterable[int]:
    if subject.row.kind != "outlet":
        return (subject.row.id,)
    outlets = _outlets_by_unit(view)
    return [unit for unit, led in outlets.items() if led == {subject.row.id}]


def _outlets_by_unit(view: PlantView) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = {}
    for outlet in view.outlets:
        for unit in view.units_of(outlet):
            found.setdefault(unit, set()).add(outlet)
    return found
