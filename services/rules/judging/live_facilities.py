"""When a plant's facilities are worth judging again: one of them, or a unit, runs otherwise than before.

It decides nothing of them: it says only when to ask.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.judgement import Stage
from schemas.record import Record
from schemas.registry_rows import SettingRow
from services.rules.facility.course import Course, time_of
from services.rules.facility.parameters import FacilityParameters
from services.rules.incineration import IncinerationParameters
from services.rules.judging.facilities import Facilities, FacilitiesAsked, facilities_of
from services.rules.judging.furnaces import furnaces
from services.rules.judging.incineration_part import furnace_rule
from services.rules.judging.live_screen import Heard, Listened, channels_of
from services.rules.judging.records import MAIN, Recorded
from services.rules.judging.shelf import Shelf, place_of
from services.rules.plant_view import PlantView
from services.rules.settings_catalogue import Place

_SECOND: Final = timedelta(seconds=1)
_LATE: Final = timedelta(seconds=65)
"""So much after a delay the record that completes it may come."""


class Signals(NamedTuple):
    """Of a plant: channels of signals with their points, of reported states, and of furnaces.

    Of a furnace's temperature with what it must not fall below.
    """

    points: Mapping[int, tuple[int, SettingRow]]
    states: frozenset[int]
    furnaces: Mapping[int, tuple[SettingRow, float]]

    def channels(self) -> set[int]:
        """All that send numbers."""
        return {*self.points, *self.furnaces}


def signals_of(by: Listened, also: Iterable[int]) -> Signals | None:
    """The channels of units, facilities, bypasses and the points in `also`, and of furnaces.

    None: no group stands there, and no furnace.
    """
    view = by.view
    cold = _furnaces(by)
    if not any(group.serves for group in view.groups):
        return Signals({}, frozenset(), cold) if cold else None
    bypasses = (one for one in view.outlets.values() if one.row.role == "bypass")
    subjects = (*view.units.values(), *view.facilities.values(), *bypasses)
    points = {point.point: point.side for one in subjects for point in one.points()}
    every = view.points()
    points |= {point: every[point].side for point in also if point in every}
    found: dict[int, tuple[int, SettingRow]] = {}
    states: set[int] = set()
    for point in points:
        for channel, setting in channels_of(by.rows, point, by.at):
            if every[point].code.upper().startswith("SB"):
                states.add(channel)
            found[channel] = (point, setting)
    return Signals(found, frozenset(states), cold)


def shown(
    view: PlantView, shelf: Shelf, signals: Signals, heard: Iterable[Heard]
) -> dict[int, bool]:
    """Which subjects run by their signals in the newest of these records; of the others nothing is said."""
    newest: dict[int, Record] = {}
    for one in heard:
        if one.series == "minute" and one.channel in signals.points:
            point, setting = signals.points[one.channel]
            known = newest.get(point)
            if known is None or known.at < one.at:
                newest[point] = Record(one.at, 60, _number(one.value, setting), one.flag)
    if not newest:
        return {}
    since = max(one.at for one in newest.values())
    lines = {(point, MAIN): [one._replace(at=since)] for point, one in newest.items()}
    until = since + 60 * _SECOND
    recorded = Recorded(since, until, lines)
    found = facilities_of(FacilitiesAsked(view, recorded, since, until, Stage.PROVISIONAL), shelf)
    if found is None:
        return {}
    return {
        subject: bool(line.derived.on)
        for subject, line in found.asked.lines.items()
        if line.derived is not None and (line.derived.on or line.derived.off)
    }


def is_cold(signals: Signals, heard: Iterable[Heard]) -> bool:
    """Whether a five-minute mean of a furnace is below what it must keep."""
    for one in heard:
        furnace = signals.furnaces.get(one.channel)
        if furnace is not None and one.series == "five_minute":
            setting, floor = furnace
            number = _number(one.value, setting)
            if number is not None and number < floor:
                return True
    return False


def dues(facilities: Facilities, view: PlantView, shelf: Shelf, now: datetime) -> list[datetime]:
    """When what changed of late may have lasted long enough to be a finding, or to end one."""
    place = Place(region=view.row.region, plant=view.row.code)
    params = shelf.parameters(FacilityParameters, place, now)
    delays = {
        timedelta(seconds=one)
        for one in (
            params.off_delay_s,
            params.bypass_delay_s,
            params.contradiction_s,
            params.unknown_bridged_s,
        )
    }
    found = {
        at + delay + late
        for at in _changes(facilities)
        for delay in delays
        for late in (_SECOND, _LATE)
    }
    return sorted(at for at in found if at > now)


def _furnaces(by: Listened) -> dict[int, tuple[SettingRow, float]]:
    found: dict[int, tuple[SettingRow, float]] = {}
    for furnace in furnaces(by.view):
        place = place_of(by.view, furnace.unit)
        rule = furnace_rule(furnace, by.shelf.parameters(IncinerationParameters, place, by.at))
        for point in furnace.points:
            for channel, setting in channels_of(by.rows, point.point, by.at):
                found[channel] = setting, float(rule.floor)
    return found


def _changes(facilities: Facilities) -> Iterator[datetime]:
    for line in facilities.asked.lines.values():
        reports = None if line.reported is None else line.reported.course
        for course in (line.course, line.derived, reports):
            yield from _begins(course)


def _begins(course: Course | None) -> Sequence[datetime]:
    if course is None:
        return ()
    return [time_of(begin) for begin, _ in (*course.on, *course.off)]


def _number(sent: float | None, setting: SettingRow) -> float | None:
    return None if sent is None or sent in setting.sentinels else sent * setting.scale
