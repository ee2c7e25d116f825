"""Where a furnace's temperature is measured, and its five-minute means of a day with their marks.

It must not know what is allowed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Final, NamedTuple

from schemas.marks import Mark
from schemas.record import Record
from services.rules.exact import digits
from services.rules.flags import FlagParameters, Protocol, Use, meaning
from services.rules.incineration import FurnaceMean, representative_temperature
from services.rules.judging.burners import Burns, burns, units_behind
from services.rules.judging.case import PlantDay
from services.rules.judging.outlet_hour import protocol_of
from services.rules.judging.records import MAIN
from services.rules.judging.shelf import place_of
from services.rules.marks.furnace_excuse import STEP, furnace_excuses
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.quota import used_before
from services.rules.marks.standing import Known, Standing, Stretch
from services.rules.marks.timeline import Timeline, timeline
from services.rules.plant_view import PlantView, PointView, SubjectView

FURNACE_CODES: Final = ("furnace_temperature", "a01901")
"""The representative temperature of a furnace, as a signal of its unit or as the device's code."""
_UPPER, _MIDDLE = "upper", "middle"
_NOT_MEASURED: Final = "furnace_invalid"


class Furnace(NamedTuple):
    """An incinerator's furnace: its points of temperature, and the outlets that it alone leads to.

    One point is representative by itself; of several, sections are named by `upper` and `middle`.
    """

    unit: SubjectView
    burns: Burns
    points: tuple[PointView, ...]
    outlets: tuple[SubjectView, ...]

    @property
    def point(self) -> int | None:
        """The point that findings are about, where there is one alone."""
        return self.points[0].point if len(self.points) == 1 else None

    @property
    def only_point(self) -> PointView | None:
        """The same as it is registered."""
        return self.points[0] if len(self.points) == 1 else None

    def subjects(self) -> tuple[int, ...]:
        return (self.unit.row.id, *(outlet.row.id for outlet in self.outlets))


def furnaces(view: PlantView) -> list[Furnace]:
    """The furnaces of waste incinerators whose temperature is measured."""
    found: list[Furnace] = []
    for unit in view.units.values():
        kind = burns(unit.row)
        if kind is None:
            continue
        own = tuple(
            one for one in view.outlets.values() if units_behind(view, one.row.id) == (unit.row.id,)
        )
        points = _points([unit, *own])
        if points:
            found.append(Furnace(unit, kind, points, own))
    return found


def furnace_line(furnace: Furnace, case: PlantDay, view: PlantView, at: datetime) -> Timeline:
    """The marks of the furnace's unit and of its own outlets."""
    marks = [mark for one in furnace.subjects() for mark in case.marks.get(one, ())]
    place = place_of(view, furnace.unit, furnace.only_point)
    params = case.shelf.parameters(MarkParameters, place, at)
    return timeline(marks, case.known_of(furnace.unit.row.id), params)


def marks_line(marks: Iterable[Mark], case: PlantDay, view: PlantView, at: datetime) -> Timeline:
    """These marks on one line as they stand now."""
    place = place_of(view, next(iter(view.subjects())))
    params = case.shelf.parameters(MarkParameters, place, at)
    return timeline(marks, Known(case.now, clock=case.zone), params)


def furnace_means(furnace: Furnace, case: PlantDay, line: Timeline) -> list[FurnaceMean]:
    """The five-minute means of the day in order; one that no point has is there without a temperature."""
    view, day = case.view_at(case.day.since), case.day
    place = place_of(view, furnace.unit, furnace.only_point)
    params = case.shelf.parameters(MarkParameters, place, day.since)
    by_point = [
        (point.code, _temperatures(point, case, _flags(furnace, point, case, view)))
        for point in furnace.points
    ]
    used = used_before(line, day.since, case.zone)
    excuses = furnace_excuses(line, day.since, day.until, used, params)
    starts: dict[datetime, list[datetime]] = {slot: [] for slot in excuses}
    for at in sorted({at for _, values in by_point for at in values}):
        starts[day.since + (at - day.since) // STEP * STEP].append(at)
    return [
        FurnaceMean(
            at,
            None if _broken(line, at) else _temperature([(c, v.get(at)) for c, v in by_point]),
            excuses[slot],
        )
        for slot, found in starts.items()
        for at in found or [slot]
    ]


def _flags(furnace: Furnace, point: PointView, case: PlantDay, view: PlantView) -> FlagParameters:
    place = place_of(view, furnace.unit, point)
    return case.shelf.parameters(FlagParameters, place, case.day.since)


def _points(subjects: Iterable[SubjectView]) -> tuple[PointView, ...]:
    """The representative point where there is one, else those of the sections."""
    measured = [point for one in subjects for point in one.points() if point.device is not None]
    for code in FURNACE_CODES:
        alone = [point for point in measured if point.code == code]
        if alone:
            return (alone[0],)
    return tuple(
        point
        for point in measured
        if point.code.startswith(FURNACE_CODES) and (_UPPER in point.code or _MIDDLE in point.code)
    )


def _temperatures(
    point: PointView, case: PlantDay, flags: FlagParameters
) -> dict[datetime, Decimal | None]:
    records: Sequence[Record] = case.recorded.five_minutes.get((point.point, MAIN), ())
    protocol = protocol_of(point)
    return {
        record.at: _number(record, protocol, flags)
        for record in records
        if case.day.since <= record.at < case.day.until
    }


def _number(record: Record, protocol: Protocol, flags: FlagParameters) -> Decimal | None:
    unused = meaning(record.flag, protocol, flags).use is Use.NONE
    number = record.value
    return None if number is None or unused or not isfinite(number) else digits(number)


def _temperature(values: Sequence[tuple[str, Decimal | None]]) -> Decimal | None:
    if len(values) == 1:
        return values[0][1]
    return representative_temperature(
        [value for code, value in values if _UPPER in code],
        [value for code, value in values if _MIDDLE in code],
    )


def _broken(line: Timeline, at: datetime) -> bool:
    """热电偶故障, by a mark that counts: one that is but claimed takes no number out."""
    return any(
        one.kind.effect == _NOT_MEASURED and one.standing is Standing.COUNTS and _covers(one, at)
        for one in line.monitoring
    )


def _covers(one: Stretch, at: datetime) -> bool:
    return one.since <= at and at + STEP <= one.until
