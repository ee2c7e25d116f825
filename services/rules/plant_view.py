"""A plant as its judges see it at a time: who measures what where, and what lies on which way.

Made from the registry's rows; it knows neither readings nor limits.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from schemas.policies import Policy
from schemas.registry_rows import (
    BindingRow,
    DeviceRow,
    GroupRow,
    PlantRow,
    PointRow,
    RegistryRows,
    SettingRow,
    SubjectRow,
)

Codes = Mapping[str, "PointView"]
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_UNDATED = Policy.DATA_TIME_FROM_QN.value


class PointView(NamedTuple):
    """A point with its main channel at that time; without one the last fields are None."""

    point: int
    subject: int
    side: str
    code: str
    unit: str | None
    cycle_s: int | None
    device: DeviceRow | None

    @property
    def dated(self) -> bool:
        """Whether its device says which time a record stands for; else that of sending has to do."""
        return self.device is None or _UNDATED not in self.device.policies


class SubjectView(NamedTuple):
    """An outlet, unit or facility with its points by code: before it, after it, and its signals."""

    row: SubjectRow
    inward: Codes
    outward: Codes
    signals: Codes

    def points(self) -> Iterable[PointView]:
        for codes in (self.inward, self.outward, self.signals):
            yield from codes.values()

    def dated(self) -> "SubjectView":
        """The same with those signals alone whose devices say which time they mean."""
        signals = {code: one for code, one in self.signals.items() if one.dated}
        return self._replace(signals=signals)


@dataclass(frozen=True)
class PlantView:
    """A plant at a time; subjects by id."""

    row: PlantRow
    outlets: Mapping[int, SubjectView]
    units: Mapping[int, SubjectView]
    facilities: Mapping[int, SubjectView]
    groups: tuple[GroupRow, ...]

    def units_of(self, outlet: int) -> tuple[int, ...]:
        """The units from which a way leads to the outlet, in order."""
        ways = {way.unit for group in self.groups for way in group.serves if way.outlet == outlet}
        return tuple(sorted(ways))

    def subjects(self) -> Iterable[SubjectView]:
        for kind in (self.outlets, self.units, self.facilities):
            yield from kind.values()

    def points(self) -> dict[int, PointView]:
        """All points by id."""
        return {each.point: each for view in self.subjects() for each in view.points()}


class PlantRows(NamedTuple):
    """The rows of one plant, and the times at which one of its bindings or settings changes.

    `devices` and `codes` (as the device names it) by channel.
    """

    plant: PlantRow
    subjects: tuple[SubjectRow, ...]
    groups: tuple[GroupRow, ...]
    points: Mapping[int, tuple[PointRow, ...]]
    bindings: Mapping[int, tuple[BindingRow, ...]]
    settings: Mapping[int, tuple[SettingRow, ...]]
    devices: Mapping[int, DeviceRow]
    codes: Mapping[int, str]
    changes: tuple[datetime, ...]


class Plants:
    """The views of all plants of a registry; each is made once for each time that it stays the same."""

    def __init__(self, rows: RegistryRows) -> None:
        self._plants = _by_plant(rows)
        self._view = lru_cache(maxsize=4 * len(self._plants) + 16)(self._made)

    def ids(self) -> tuple[int, ...]:
        return tuple(self._plants)

    def __contains__(self, plant: int) -> bool:
        return plant in self._plants

    def rows(self, plant: int) -> PlantRows:
        return self._plants[plant]

    def at(self, plant: int, when: datetime) -> PlantView:
        """The plant as it is bound at `when`; raises KeyError for an unknown plant."""
        return self._view(plant, bisect_right(self._plants[plant].changes, when))

    def _made(self, plant: int, part: int) -> PlantView:
        changes = self._plants[plant].changes
        return view_of(self._plants[plant], changes[part - 1] if part else BEGINNING)


def view_of(rows: PlantRows, when: datetime) -> PlantView:
    """The plant as it is bound at `when`."""
    kinds: dict[str, dict[int, SubjectView]] = {"outlet": {}, "unit": {}, "facility": {}}
    for row in rows.subjects:
        sides: dict[str, dict[str, PointView]] = {"in": {}, "out": {}, "state": {}}
        for point in rows.points.get(row.id, ()):
            sides[point.side][point.code] = _point(rows, point, when)
        kinds[row.kind][row.id] = SubjectView(row, sides["in"], sides["out"], sides["state"])
    return PlantView(rows.plant, kinds["outlet"], kinds["unit"], kinds["facility"], rows.groups)


def _point(rows: PlantRows, point: PointRow, when: datetime) -> PointView:
    bound = (*point[1:2], point.side, point.code)
    for binding in rows.bindings.get(point.id, ()):
        if binding.rank == "main" and _holds(binding.since, binding.until, when):
            for setting in rows.settings.get(binding.channel, ()):
                if _holds(setting.since, setting.until, when):
                    device = rows.devices.get(binding.channel)
                    return PointView(point.id, *bound, setting.unit, setting.cycle_s, device)
            return PointView(point.id, *bound, None, None, rows.devices.get(binding.channel))
    return PointView(point.id, *bound, None, None, None)


def _holds(since: datetime | None, until: datetime | None, when: datetime) -> bool:
    return (since is None or since <= when) and (until is None or when < until)


def _by_plant(rows: RegistryRows) -> dict[int, PlantRows]:
    subjects: defaultdict[int, list[SubjectRow]] = defaultdict(list)
    for row in rows.subjects.values():
        subjects[row.plant].append(row)
    groups: defaultdict[int, list[GroupRow]] = defaultdict(list)
    for group in rows.groups.values():
        groups[group.plant].append(group)
    points: defaultdict[int, list[PointRow]] = defaultdict(list)
    for point in rows.points.values():
        points[point.subject].append(point)
    bindings: defaultdict[int, list[BindingRow]] = defaultdict(list)
    for bound in rows.bindings.values():
        for binding in bound:
            bindings[binding.point].append(binding)
    return {
        plant.id: _rows_of(
            rows, plant, tuple(subjects[plant.id]), (groups[plant.id], points, bindings)
        )
        for plant in rows.plants.values()
    }


def _rows_of(
    rows: RegistryRows,
    plant: PlantRow,
    subjects: tuple[SubjectRow, ...],
    found: tuple[list[GroupRow], Mapping[int, list[PointRow]], Mapping[int, list[BindingRow]]],
) -> PlantRows:
    groups, all_points, all_bindings = found
    points = {row.id: tuple(all_points.get(row.id, ())) for row in subjects}
    ids = [point.id for each in points.values() for point in each]
    bindings = {point: tuple(all_bindings.get(point, ())) for point in ids}
    channels = {binding.channel for each in bindings.values() for binding in each}
    settings = {channel: tuple(rows.settings.get(channel, ())) for channel in channels}
    devices = {channel: rows.devices[rows.channels[channel].device] for channel in channels}
    codes = {channel: rows.channels[channel].code for channel in channels}
    ends: set[datetime] = set()
    for dated in (*bindings.values(), *settings.values()):
        for each in dated:
            ends.update(end for end in (each.since, each.until) if end is not None)
    return PlantRows(
        *(plant, subjects, tuple(groups), points, bindings, settings, devices, codes),
        changes=tuple(sorted(ends)),
    )
