"""The registry's rows as a document, in its short forms, that says the same when read again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar, cast

import yaml

from schemas.registry_rows import (
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
from services.registry.channels import RUN_STATE
from services.registry.difference import Standard
from services.registry.timeline import in_time

Fields = dict[str, object]
HEAD = "# Qingkong registry 注册表. Times are Beijing time. What is left out has its default.\n"


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
        return _without(fields, {"name": row.code})

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
        outlet = self._usual_outlet(channels, outlets)
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
        listed = [self._channel(channel, row, held, outlet) for channel in channels]
        return _without(fields, defaults) | given({"channels": listed})

    def _usual_outlet(self, channels: list[ChannelRow], outlets: list[int]) -> int | None:
        if len(outlets) == 1:
            return outlets[0]
        found = Counter(self.rows.points[row.point].subject for row in channels)
        usual = [subject for subject, _ in found.most_common() if subject in outlets]
        return usual[0] if usual else None

    def _channel(
        self, row: ChannelRow, device: DeviceRow, held: list[MnRow], outlet: int | None
    ) -> object:
        point = self.rows.points[row.point]
        side = "state" if RUN_STATE.fullmatch(row.code) else "out"
        parts = [self._code(point.subject), point.side, point.code]
        if point.code == row.code:
            parts.pop()
            if point.side == side:
                parts.pop()
        default = len(parts) == 1 and point.subject == outlet
        end = held[-1].until if held else None
        known = self.standard.codes.get(row.code)
        unit = "1" if point.side == "state" else (known.unit if known else None)
        fields = given(
            {
                "code": row.code,
                "point": None if default else "/".join(parts),
                "rank": None if row.rank == "main" else row.rank,
                "from": None if row.since == device.commissioned_at else row.since,
                "to": None if row.until == end else row.until,
            }
        ) | _settings(self.rows.settings.get(row.id, []), unit)
        return row.code if fields.keys() == {"code"} else fields


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
        }
    )


def _grouped(rows: Iterable[tuple[int, Row]]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for key, row in rows:
        found.setdefault(key, []).append(row)
    return found
