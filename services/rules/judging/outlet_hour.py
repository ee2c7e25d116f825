"""The means of an air outlet's points over an hour: converted with its own oxygen, mass with its flow.

It must not know limits, only to which oxygen they want a mean converted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from schemas.judgement import MeanRow, Stage
from schemas.means import HourMean, HourRecords
from services.rules.conversion import M3_H_OF
from services.rules.exact import digits
from services.rules.flags import Protocol
from services.rules.hour_mean import hour_mean
from services.rules.hour_oxygen import PreparedOxygen, no_oxygen, prepare
from services.rules.hour_parameters import HourRules
from services.rules.judging.records import HOUR, MAIN, SPARE, Recorded
from services.rules.judging.shelf import Shelf
from services.rules.mass import hour_mass
from services.rules.mean_rows import hour_row
from services.rules.plant_view import Codes, PointView, SubjectView
from services.rules.settings_catalogue import Place

OXYGEN, FLOW = "a19001", "a00000"
CONCENTRATIONS = frozenset({"mg/m3"})
_DEFAULT_PROTOCOL: Protocol = "hj212-2017"


@dataclass(frozen=True, slots=True)
class HourAsked:
    """Which hour of which outlet, at what stage; `references` by point: oxygen its limits ask for."""

    outlet: SubjectView
    start: datetime
    stage: Stage
    place: Place
    references: Mapping[int, Sequence[Decimal]]


@dataclass(frozen=True, slots=True)
class PointHour:
    """A point's mean of the hour with the row that keeps it, and the rules that made it."""

    point: PointView
    mean: HourMean
    row: MeanRow
    rules: HourRules


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
    rules = shelf.hour_rules(protocol_of(point), asked.place, asked.start)
    if point is None:
        return no_oxygen(rules)
    until = asked.start + HOUR
    main = recorded.minutes_of(point.point, asked.start, until, MAIN)
    spare = recorded.minutes_of(point.point, asked.start, until, SPARE)
    device = recorded.device_hour(point.point, asked.start)
    return prepare(main, spare, asked.start, rules, device)


def _point_hour(
    asked: HourAsked, point: PointView, oxygen: PreparedOxygen, recorded: Recorded, shelf: Shelf
) -> PointHour:
    until = asked.start + HOUR
    rules = shelf.hour_rules(protocol_of(point), asked.place, asked.start)
    row = asked.outlet.row
    references: dict[Decimal, None] = {}
    own = None
    if point.unit in CONCENTRATIONS and point.code != OXYGEN:
        references = dict.fromkeys(asked.references.get(point.point, ()))
        if row.reference_oxygen is not None:
            own = digits(row.reference_oxygen)
            references.setdefault(own)
    records = HourRecords(
        asked.start,
        recorded.minutes_of(point.point, asked.start, until, MAIN),
        recorded.minutes_of(point.point, asked.start, until, SPARE),
        recorded.device_hour(point.point, asked.start),
        own,
    )
    mean = hour_mean(records, oxygen, tuple(references), rules)
    return PointHour(point, mean, hour_row(point.point, mean, asked.stage), rules)


def _with_mass(hour: PointHour, flow: PointHour | None) -> PointHour:
    """With the mass in kg where concentration and flow are valid and in units that make one."""
    if flow is None or hour is flow or hour.point.unit not in CONCENTRATIONS:
        return hour
    unit = flow.point.unit
    if unit is None or unit not in M3_H_OF:
        return hour
    mass = hour_mass(hour.row, flow.row, unit)
    return PointHour(hour.point, hour.mean, hour.row._replace(mass=mass), hour.rules)


def protocol_of(point: PointView | None) -> Protocol:
    """The protocol of the point's device; without one, that of the day."""
    if point is None or point.device is None:
        return _DEFAULT_PROTOCOL
    return cast("Protocol", point.device.protocol)
