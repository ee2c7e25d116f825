"""The means of an air outlet's points over an hour: converted with its own oxygen, mass with its flow.

It must not know limits, only to which oxygen they want a mean converted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, cast

from schemas.judgement import MeanRow, Stage
from schemas.means import HourMean, HourRecords
from services.rules.conversion import M3_H_OF, MG_M3_OF, PPM_OF, in_mg_m3
from services.rules.exact import digits
from services.rules.flags import Protocol
from services.rules.hour_mean import hour_mean
from services.rules.hour_oxygen import PreparedOxygen, no_oxygen, prepare
from services.rules.hour_parameters import HourRules
from services.rules.judging.records import MAIN, SPARE, Recorded
from services.rules.judging.shelf import Shelf, place_of
from services.rules.mass import hour_mass
from services.rules.mean_rows import hour_row
from services.rules.plant_view import Codes, PlantView, PointView, SubjectView

OXYGEN, FLOW = "a19001", "a00000"
CONCENTRATIONS = frozenset({*MG_M3_OF, *PPM_OF})
"""Units of gas that are converted to a reference oxygen; a mass needs mg/m3 of them."""
_DEFAULT_PROTOCOL: Protocol = "hj212-2017"


@dataclass(frozen=True, slots=True)
class HourAsked:
    """Which hour of which outlet, at what stage; `references` by point: oxygen its limits ask for.

    `view` is the plant as it was bound then.
    """

    outlet: SubjectView
    start: datetime
    stage: Stage
    view: PlantView
    references: Mapping[int, Sequence[Decimal]]

    def rules(self, point: PointView | None, shelf: Shelf) -> HourRules:
        """What decides the point's mean; without one what would at the outlet."""
        place = place_of(self.view, self.outlet, point)
        return shelf.hour_rules(protocol_of(point), place, self.start)


class MadeOf(NamedTuple):
    """What a point's hour was made of, for whoever leaves some of its minutes out."""

    records: HourRecords
    oxygen: PreparedOxygen
    references: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class PointHour:
    """A point's mean of the hour with the row that keeps it, and the rules that made it."""

    point: PointView
    mean: HourMean
    row: MeanRow
    rules: HourRules
    made_of: MadeOf


def outlet_hour(asked: HourAsked, recorded: Recorded, shelf: Shelf) -> list[PointHour]:
    """Every point of the outlet that has a channel, before treatment and after it.

    A point of which nothing came has a mean without a value: no data is a judgement too.
    """
    found: list[PointHour] = []
    for codes in (asked.outlet.outward, asked.outlet.inward):
        found += _side(asked, codes, recorded, shelf)
    return found


def _side(asked: HourAsked, codes: Codes, recorded: Recorded, shelf: Shelf) -> Iterable[PointHour]:
    measured = [point for point in codes.values() if point.device is not None]
    if not measured:
        return []
    oxygen = _oxygen(asked, codes, recorded, shelf)
    hours = [_point_hour(asked, point, oxygen, recorded, shelf) for point in measured]
    flow = next((hour for hour in hours if hour.point.code == FLOW), None)
    return [_with_mass(hour, flow) for hour in hours]


def _oxygen(asked: HourAsked, codes: Codes, recorded: Recorded, shelf: Shelf) -> PreparedOxygen:
    point = codes.get(OXYGEN)
    rules = asked.rules(point, shelf)
    if point is None:
        return no_oxygen(rules)
    key, start = point.point, asked.start
    main = recorded.minutes_over(key, start, MAIN)
    spare = recorded.minutes_over(key, start, SPARE)
    found = prepare(main, spare, start, rules, recorded.device_hour(key, start, MAIN))
    instead = None if found.hour is not None else recorded.device_hour(key, start, SPARE)
    return found if instead is None else prepare(main, spare, start, rules, instead)


def _point_hour(
    asked: HourAsked, point: PointView, oxygen: PreparedOxygen, recorded: Recorded, shelf: Shelf
) -> PointHour:
    key, start = point.point, asked.start
    rules = asked.rules(point, shelf)
    row = asked.outlet.row
    references: dict[Decimal, None] = {}
    own = None
    if point.unit in CONCENTRATIONS and point.code != OXYGEN:
        references = dict.fromkeys(asked.references.get(key, ()))
        if row.reference_oxygen is not None:
            own = digits(row.reference_oxygen)
            references.setdefault(own)
    records = HourRecords(
        start,
        recorded.minutes_over(key, start, MAIN),
        recorded.minutes_over(key, start, SPARE),
        recorded.device_hour(key, start, MAIN),
        own,
        recorded.device_hour(key, start, SPARE),
    )
    made_of = MadeOf(records, oxygen, tuple(references))
    mean = hour_mean(records, oxygen, made_of.references, rules)
    return PointHour(point, mean, hour_row(key, mean, asked.stage), rules, made_of)


def _with_mass(hour: PointHour, flow: PointHour | None) -> PointHour:
    """With the mass in kg where concentration and flow are valid and in units that make one."""
    if flow is None or hour is flow or hour.point.unit not in CONCENTRATIONS:
        return hour
    unit = flow.point.unit
    if unit is None or unit not in M3_H_OF:
        return hour
    mass = hour_mass(_in_mg_m3(hour), flow.row, unit)
    return replace(hour, row=hour.row._replace(mass=mass))


def _in_mg_m3(hour: PointHour) -> MeanRow:
    """The row with its measured mean in mg/m3; without one where that cannot be known."""
    value, unit = hour.row.value, hour.point.unit
    if value is None or unit is None or unit == "mg/m3":
        return hour.row
    number = in_mg_m3(value, unit, hour.point.code, hour.rules.conversion)
    return hour.row._replace(value=number)


def protocol_of(point: PointView | None) -> Protocol:
    """The protocol of the point's device; without one, that of the day."""
    if point is None or point.device is None:
        return _DEFAULT_PROTOCOL
    return cast("Protocol", point.device.protocol)
