"""The registry's rows as a document, in its short forms, that says the same when read again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple, TypeVar, cast

import yaml

from schemas.registry_rows import (
    BindingRow,
    ChannelRow,
    DeviceRow,
    GroupRow,
    MnRow,
    PlantRow,
    RegistryRows,
    SettingRow,
    SubjectRow,
)
from schemas.registry_words import BEIJING
from services.cases.registering.channels import RUN_STATE
from services.cases.registering.difference import Standard
from services.cases.registering.timeline import in_time

Fields = dict[str, object]
HEAD = "# Qingkong registry 登记簿. Times are Beijing time. What is left out has its default.\n"


Row = TypeVar("Row")


def registry_text(rows: RegistryRows, standard: Standard) -> str:
    """The YAML text of the whole registry."""
    dumper = cast("type[yaml.SafeDumper]", getattr(yaml, "CSafeDumper", yaml.SafeDumper))
    text = yaml.dump(
        document_fields(rows, standard),
        Dumper=dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=None,
        width=100,
    )
    return HEAD + text


def document_fields(rows: RegistryRows, standard: Standard) -> Fields:
    """The document as plain values."""
    writing = _Writing(rows, standard)
    own = [row for row in rows.regions.values() if standard.regions.get(row.code) != row]
    regions = [given(row._asdict()) for row in own]
    plants = [writing.plant(row) for row in rows.plants.values()]
    return given({"regions": regions, "plants": plants})


def given(fields: Mapping[str, object]) -> Fields:
    """Without what is None or empty."""
    return {name: plain(value) for name, value in fields.items() if value not in (None, (), [])}


def plain(value: object) -> object:
    """Times as texts in Beijing time, tuples as lists."""
    match value:
        case datetime():
            local = value.astimezone(BEIJING)
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
            return f"{local:%Y-%m-%d}" if local == midnight else local.isoformat()
        case date():
            return value.isoformat()
        case tuple():
            return [plain(item) for item in cast("tuple[object, ...]", value)]
        case _:
            return value


def _without(fields: Fields, defaults: Mapping[str, object]) -> Fields:
    return {name: value for name, value in fields.items() if defaults.get(name) != value}


@dataclass
class _Writing:
    rows: RegistryRows
    standard: Standard

    def __post_init__(self) -> None:
        rows = self.rows
        self.subjects = _grouped((row.plant, row) for row in rows.subjects.values())
        self.groups = _grouped((row.plant, row) for row in rows.groups.values())
        self.devices = _grouped((row.plant, row) for row in rows.devices.values())
        self.channels = _grouped((row.device, row) for row in rows.channels.values())

    def plant(self, row: PlantRow) -> Fields:
        fields = given(row._asdict())
        del fields["id"]
        subjects = self.subjects.get(row.id, [])
        outlets = [subject for subject in subjects if subject.kind == "outlet"]
        parts = {
            "outlets": [self._subject(subject) for subject in outlets],
            "units": [self._subject(subject) for subject in subjects if subject.kind == "unit"],
            "facilities": [
                self._subject(subject) for subject in subjects if subject.kind == "facility"
            ],
            "groups": [self._group(group) for group in self.groups.get(row.id, [])],
            "devices": [
                self._device(device, [outlet.id for outlet in outlets])
                for device in self.devices.get(row.id, [])
            ],
        }
        return fields | given(parts)

    def _subject(self, row: SubjectRow) -> Fields:
        fields = given(row._asdict())
        for name in ("id", "plant", "kind"):
            del fields[name]
        if row.successor is not None:
            fields["successor"] = self._code(row.successor)
        return _without(fields, {"name": row.code, "role": "discharge"})

    def _code(self, subject: int) -> str:
        return self.rows.subjects[subject].code

    def _group(self, row: GroupRow) -> Fields:
        serves: list[object] = []
        for way in row.serves:
            unit, outlet = self._code(way.unit), self._code(way.outlet)
            short = way.place == 1 and "->" not in unit
            long = {"unit": unit, "outlet": outlet, "place": way.place}
            serves.append(f"{unit} -> {outlet}" if short else long)
        facilities = [self._code(facility) for facility in row.facilities]
        fields: Fields = {"code": row.code, "needed": row.needed, "facilities": facilities}
        return fields | ({"serves": serves} if serves else {})

    def _device(self, row: DeviceRow, outlets: list[int]) -> Fields:
        held = in_time(self.rows.mns.get(row.id, []))
        channels = self.channels.get(row.id, [])
        bindings = [
            binding
            for channel in channels
            for binding in in_time(self.rows.bindings.get(channel.id, []))
        ]
        outlet = self._usual_outlet(bindings, outlets)
        sign, minutes = ("-" if row.utc_offset_s < 0 else "+"), abs(row.utc_offset_s) // 60
        fields = given(
            {
                "code": row.code if not held or held[0].mn != row.code else None,
                "mn": _held(held, row),
                "commissioned_at": row.commissioned_at,
                "outlet": self._code(outlet) if outlet is not None and len(outlets) > 1 else None,
                "protocol": row.protocol,
                "crc": row.crc,
                "utc_offset": f"{sign}{minutes // 60:02}:{minutes % 60:02}",
                "realtime_interval": row.realtime_interval_s,
                "minute_interval": row.minute_interval_s,
                "unflagged_as": row.unflagged_as,
                "gateway": row.gateway,
                "policies": row.policies,
            }
        )
        defaults = {
            "protocol": "hj212-2017",
            "crc": "strict",
            "utc_offset": "+08:00",
            "realtime_interval": 30,
            "minute_interval": 60,
        }
        place = _Place(row, held[-1].until if held else None, outlet)
        listed = [entry for channel in channels for entry in self._entries(channel, place)]
        return _without(fields, defaults) | given({"channels": listed})

    def _usual_outlet(self, bindings: list[BindingRow], outlets: list[int]) -> int | None:
        if len(outlets) == 1:
            return outlets[0]
        found = Counter(self.rows.points[row.point].subject for row in bindings)
        usual = [subject for subject, _ in found.most_common() if subject in outlets]
        return usual[0] if usual else None

    def _entries(self, row: ChannelRow, place: "_Place") -> Iterable[object]:
        """An entry for each binding; each has the settings until the next one begins."""
        bindings = in_time(self.rows.bindings.get(row.id, []))
        begins: list[datetime | None] = [None, *(binding.since for binding in bindings[1:]), None]
        settings = in_time(self.rows.settings.get(row.id, []))
        for binding, (since, until) in zip(bindings, pairwise(begins), strict=True):
            point = self.rows.points[binding.point]
            known = self.standard.codes.get(row.code)
            unit = "1" if point.side == "state" else (known.unit if known else None)
            fields = self._binding(row, binding, place) | _settings(
                _clipped(settings, since, until), unit
            )
            yield row.code if fields.keys() == {"code"} else fields

    def _binding(self, row: ChannelRow, binding: BindingRow, place: "_Place") -> Fields:
        point = self.rows.points[binding.point]
        side = "state" if RUN_STATE.fullmatch(row.code) else "out"
        parts = [self._code(point.subject), point.side, point.code]
        if point.code == row.code:
            parts.pop()
            if point.side == side:
                parts.pop()
        default = len(parts) == 1 and point.subject == place.outlet
        begins = binding.since == place.device.commissioned_at
        return given(
            {
                "code": row.code,
                "point": None if default else "/".join(parts),
                "rank": None if binding.rank == "main" else binding.rank,
                "from": None if begins else binding.since,
                "to": None if binding.until == place.end else binding.until,
            }
        )


class _Place(NamedTuple):
    """What a channel's entry may leave out: its device, when that ends, and its outlet."""

    device: DeviceRow
    end: datetime | None
    outlet: int | None


def _clipped(
    rows: list[SettingRow], since: datetime | None, until: datetime | None
) -> list[SettingRow]:
    """The part of the settings within an interval, open where it is the interval that ends."""
    found: list[SettingRow] = []
    for row in rows:
        if (until is None or row.since is None or row.since < until) and (
            since is None or row.until is None or row.until > since
        ):
            begins = None if since and (row.since is None or row.since <= since) else row.since
            ends = None if until and (row.until is None or row.until >= until) else row.until
            found.append(row._replace(since=begins, until=ends))
    return found


def _held(held: list[MnRow], device: DeviceRow) -> object:
    listed = [
        given(
            {
                "mn": row.mn,
                "from": None if row.since == device.commissioned_at else row.since,
                "to": row.until,
            }
        )
        for row in held
    ]
    return held[0].mn if len(listed) == 1 and listed[0].keys() == {"mn"} else listed


def _settings(rows: list[SettingRow], unit: str | None) -> Fields:
    ordered = in_time(rows)
    if len(ordered) == 1 and ordered[0].since is None and ordered[0].until is None:
        return _without(_setting(ordered[0]), {"unit": unit})
    dated = [given({"from": row.since, "to": row.until}) | _setting(row) for row in ordered]
    return given({"settings": dated})


def _setting(row: SettingRow) -> Fields:
    limits = None if row.range_min is None else (row.range_min, row.range_max)
    return given(
        {
            "unit": row.unit,
            "scale": None if row.scale == 1 else row.scale,
            "range": limits,
            "cycle": row.cycle_s,
            "sentinels": row.sentinels,
            "total_scale": None if row.total_scale == 1 else row.total_scale,
        }
    )


def _grouped(rows: Iterable[tuple[int, Row]]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for key, row in rows:
        found.setdefault(key, []).append(row)
    return found
