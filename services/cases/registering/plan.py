"""What an import will do, while it is worked out: the merged registry, the rows to write, changes.

It knows rows and names; what the document means is decided by those who put rows here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar, cast

from schemas.policies import MEANINGS, Policy
from schemas.registry_rows import (
    BindingRow,
    ChannelRow,
    DeviceRow,
    GroupRow,
    MnRow,
    PlantRow,
    PointRow,
    RegionRow,
    RegistryRows,
    SettingRow,
    Side,
    SubjectRow,
    WayRow,
)
from schemas.registry_words import shown
from schemas.sentence import Sentence
from services.cases.registering.timeline import in_time
from services.cases.registering.yaml_text import Path

Verb = Literal["added", "changed", "ended"]
Kind = Literal[
    "region", "plant", "outlet", "unit", "facility", "group",
    "device", "mn", "point", "channel", "setting",
]  # fmt: skip
Row = TypeVar("Row", PlantRow, SubjectRow, GroupRow, DeviceRow)


@dataclass(frozen=True, slots=True)
class Change:
    """A named change: `name` leads from the plant down, `details` say before → after."""

    verb: Verb
    kind: Kind
    name: str
    details: tuple[str, ...] = ()


def interval_text(since: datetime | None, until: datetime | None) -> str:
    """`2024-05-01 → open`."""
    return f"{shown(since) if since else 'always'} → {shown(until) if until else 'open'}"


def interval_zh(since: datetime | None, until: datetime | None) -> str:
    """`2024-05-01 → 长期`."""
    return f"{shown(since) if since else '自始'} → {shown(until) if until else '长期'}"


@dataclass
class Plan:
    """`known` is the registry as it will be; `write` the part of it that is new or changed."""

    known: RegistryRows
    now: datetime
    write: RegistryRows = field(default_factory=RegistryRows)
    changes: list[Change] = field(default_factory=list[Change])
    counts: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    problems: list[tuple[Path, Sentence]] = field(default_factory=list[tuple[Path, Sentence]])
    warnings: list[Sentence] = field(default_factory=list[Sentence])
    places: dict[tuple[str, int], Path] = field(default_factory=dict[tuple[str, int], Path])

    seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def __post_init__(self) -> None:
        known = self.known
        self.plant_ids = {row.code: row.id for row in known.plants.values()}
        self.subject_ids = {(row.plant, row.code): row.id for row in known.subjects.values()}
        self.outlet_ids: dict[int, list[int]] = {}
        for subject in known.subjects.values():
            self._list_subject(subject)
        self.group_ids = {(row.plant, row.code): row.id for row in known.groups.values()}
        self.device_ids = {(row.plant, row.code): row.id for row in known.devices.values()}
        self.point_ids = {(r.subject, r.side, r.code): r.id for r in known.points.values()}
        self.channel_ids: dict[int, dict[str, int]] = {}
        for channel in known.channels.values():
            self.channel_ids.setdefault(channel.device, {})[channel.code] = channel.id
        self._last_id = 0

    def new_id(self) -> int:
        """An id for a row that is not stored yet."""
        self._last_id -= 1
        return self._last_id

    def refuse(self, path: Path, sentence: Sentence) -> None:
        """Note what is wrong at a place of the document."""
        self.problems.append((path, sentence))

    def warn(self, sentence: Sentence) -> None:
        """Note what may be wrong but need not be."""
        self.warnings.append(sentence)

    def record(self, verb: Verb, kind: Kind, name: str, details: Iterable[str] = ()) -> None:
        """Note a named change."""
        self.counts[kind, verb] += 1
        self.changes.append(Change(verb, kind, name, tuple(details)))

    def is_new(self, kind: Kind, name: str, before: Row | None, after: Row) -> bool | None:
        """Record the difference of two rows; None when there is none."""
        if before is None:
            self.record("added", kind, name)
            return True
        if before == after:
            self.counts[kind, "unchanged"] += 1
            return None
        named = zip(after._fields, before, after, strict=True)
        self.record(
            "changed",
            kind,
            name,
            [
                f"{field}: {self._words(old)} → {self._words(new)}"
                for field, old, new in named
                if old != new
            ],
        )
        return False

    def _words(self, value: object) -> str:
        """A field's value: of lists the items, things by their codes, policies with their meaning."""
        items = cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
        return ", ".join(map(self._word, items)) if items else shown(cast("object", value))

    def _word(self, item: object) -> str:
        subjects = self.known.subjects
        match item:
            case WayRow():
                place = f" (place {item.place})"
                return f"{subjects[item.unit].code} -> {subjects[item.outlet].code}{place}"
            case int():
                return subjects[item].code
            case _:
                text = str(item)
                return f"{text} ({MEANINGS[Policy(text)]})" if text in set(Policy) else text

    def put_region(self, row: RegionRow) -> None:
        before = self.known.regions.get(row.code)
        if before == row:
            self.counts["region", "unchanged"] += 1
            return
        details = [] if before is None else [f"{before.name} → {row.name}"]
        self.record("changed" if before else "added", "region", f"{row.code} {row.name}", details)
        self.known.regions[row.code] = self.write.regions[row.code] = row

    def put_plant(self, row: PlantRow) -> None:
        if self.is_new("plant", row.code, self.known.plants.get(row.id), row) is not None:
            self.known.plants[row.id] = self.write.plants[row.id] = row
            self.plant_ids[row.code] = row.id

    def put_subject(self, row: SubjectRow) -> None:
        name = f"{self.plant_code(row.plant)} / {row.code}"
        if self.is_new(row.kind, name, self.known.subjects.get(row.id), row) is not None:
            self.known.subjects[row.id] = self.write.subjects[row.id] = row
            if (row.plant, row.code) not in self.subject_ids:
                self._list_subject(row)
            self.subject_ids[row.plant, row.code] = row.id

    def put_group(self, row: GroupRow) -> None:
        name = f"{self.plant_code(row.plant)} / {row.code}"
        if self.is_new("group", name, self.known.groups.get(row.id), row) is not None:
            self.known.groups[row.id] = self.write.groups[row.id] = row
            self.group_ids[row.plant, row.code] = row.id

    def put_device(self, row: DeviceRow) -> None:
        name = self.device_name(row)
        if self.is_new("device", name, self.known.devices.get(row.id), row) is not None:
            self.known.devices[row.id] = self.write.devices[row.id] = row
            self.device_ids[row.plant, row.code] = row.id

    def put_mns(self, device: int, rows: list[MnRow]) -> None:
        self.known.mns[device] = self.write.mns[device] = rows

    def channel(self, device: int, code: str) -> int:
        """The id of the device's channel, registered when it was not there."""
        codes = self.channel_ids.setdefault(device, {})
        found = codes.get(code)
        if found is None:
            row = ChannelRow(self.new_id(), device, code)
            self.known.channels[row.id] = self.write.channels[row.id] = row
            found = codes[code] = row.id
        return found

    def put_bindings(self, channel: int, rows: list[BindingRow]) -> None:
        self.known.bindings[channel] = self.write.bindings[channel] = rows

    def put_settings(self, channel: int, rows: list[SettingRow]) -> None:
        self.known.settings[channel] = self.write.settings[channel] = rows

    def point(self, subject: int, side: Side, code: str) -> int:
        """The id of the point, registered when it was not there."""
        found = self.point_ids.get((subject, side, code))
        if found is not None:
            return found
        row = PointRow(self.new_id(), subject, side, code)
        self.counts["point", "added"] += 1
        self.known.points[row.id] = self.write.points[row.id] = row
        self.point_ids[subject, side, code] = row.id
        return row.id

    def outlets_of(self, plant: int) -> list[int]:
        """The ids of a plant's outlets."""
        return self.outlet_ids.get(plant, [])

    def bindings_of(self, channel: int) -> list[BindingRow]:
        """All bindings of a channel, in time."""
        return in_time(self.known.bindings.get(channel, []))

    def plant_code(self, plant: int) -> str:
        return self.known.plants[plant].code

    def device_name(self, device: DeviceRow) -> str:
        return f"{self.plant_code(device.plant)} / {device.code}"

    def channel_name(self, channel: int) -> str:
        row = self.known.channels[channel]
        return f"{self.device_name(self.known.devices[row.device])} / {row.code}"

    def point_name(self, point: int) -> str:
        row = self.known.points[point]
        return f"{self.known.subjects[row.subject].code}/{row.side}/{row.code}"

    def _list_subject(self, row: SubjectRow) -> None:
        if row.kind == "outlet":
            self.outlet_ids.setdefault(row.plant, []).append(row.id)
