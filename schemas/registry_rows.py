"""The registry as rows with keys, the form in which it is compared and stored.

A row that is not stored yet has a negative id; whoever stores it puts the real one in its place.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

SubjectKind = Literal["outlet", "unit", "facility"]
Side = Literal["in", "out", "state"]


class RegionRow(NamedTuple):
    """A region by its GB/T 2260 code."""

    code: str
    name: str
    name_en: str | None
    parent: str | None


class PlantRow(NamedTuple):
    """A plant; coordinates in degrees."""

    id: int
    code: str
    name: str
    name_en: str | None
    region: str
    credit_code: str | None
    permit: str | None
    industry: str | None
    longitude: float | None
    latitude: float | None


class SubjectRow(NamedTuple):
    """An outlet, unit or facility; the fields of the other kinds are None."""

    id: int
    plant: int
    kind: SubjectKind
    code: str
    name: str
    medium: str | None = None
    reference_oxygen: float | None = None
    successor: int | None = None
    merged_at: datetime | None = None
    role: str | None = None
    process: str | None = None
    fuel: str | None = None
    rated_capacity: float | None = None
    rated_unit: str | None = None
    treatment: str | None = None
    design_capacity: float | None = None
    design_unit: str | None = None
    commissioned_on: date | None = None


class WayRow(NamedTuple):
    """A way that a group lies on: ids of the unit and the outlet."""

    unit: int
    outlet: int
    place: int


class GroupRow(NamedTuple):
    """k of n facilities; members and ways are sorted."""

    id: int
    plant: int
    code: str
    needed: int
    facilities: tuple[int, ...]
    serves: tuple[WayRow, ...]


class DeviceRow(NamedTuple):
    """A logger."""

    id: int
    plant: int
    code: str
    protocol: str
    crc: str
    utc_offset_s: int
    realtime_interval_s: int
    minute_interval_s: int
    unflagged_as: str | None
    commissioned_at: datetime
    gateway: str | None
    policies: tuple[str, ...] = ()


class MnRow(NamedTuple):
    """An MN held by a device; open when `until` is None."""

    device: int
    mn: str
    since: datetime
    until: datetime | None


class PointRow(NamedTuple):
    """A pollutant or signal at a side of a subject."""

    id: int
    subject: int
    side: Side
    code: str


class ChannelRow(NamedTuple):
    """For ever what a device's code is: readings hang on it."""

    id: int
    device: int
    code: str


class BindingRow(NamedTuple):
    """A channel bound to a point; open when `until` is None."""

    channel: int
    point: int
    rank: str
    since: datetime
    until: datetime | None


class SettingRow(NamedTuple):
    """How a channel's numbers are read; open on either side where None."""

    channel: int
    since: datetime | None
    until: datetime | None
    unit: str
    scale: float = 1.0
    range_min: float | None = None
    range_max: float | None = None
    cycle_s: int | None = None
    sentinels: tuple[float, ...] = ()
    total_scale: float = 1.0


class Mended(NamedTuple):
    """An interval whose readings of a channel mean something else now, for a subject.

    `bound`: whether they belong to any point now.
    """

    channel: int
    since: datetime | None
    until: datetime | None
    subject: int
    bound: bool


@dataclass
class RegistryRows:
    """A registry, or the part of one that is to be stored: new and changed rows.

    To be stored, `mns`, `bindings` and `settings` hold *all* rows of each device and channel that
    they name; `mended` says which stored readings that concerns.
    """

    regions: dict[str, RegionRow] = field(default_factory=dict[str, RegionRow])
    plants: dict[int, PlantRow] = field(default_factory=dict[int, PlantRow])
    subjects: dict[int, SubjectRow] = field(default_factory=dict[int, SubjectRow])
    groups: dict[int, GroupRow] = field(default_factory=dict[int, GroupRow])
    devices: dict[int, DeviceRow] = field(default_factory=dict[int, DeviceRow])
    mns: dict[int, list[MnRow]] = field(default_factory=dict[int, list[MnRow]])
    points: dict[int, PointRow] = field(default_factory=dict[int, PointRow])
    channels: dict[int, ChannelRow] = field(default_factory=dict[int, ChannelRow])
    settings: dict[int, list[SettingRow]] = field(default_factory=dict[int, list[SettingRow]])
    bindings: dict[int, list[BindingRow]] = field(default_factory=dict[int, list[BindingRow]])
    mended: list[Mended] = field(default_factory=list[Mended])
