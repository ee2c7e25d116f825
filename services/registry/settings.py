"""What a document says of how a channel's numbers are read: unit, scale, range, with their dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.registry import Channel, Device, Reading, Setting
from schemas.registry_rows import ChannelRow, DeviceRow, PlantRow, SettingRow, Side
from services.registry.plan import Plan, interval_text, shown
from services.registry.standard import StandardCode
from services.registry.timeline import in_time, overlapping, painted
from services.registry.yaml_text import Path


@dataclass(frozen=True)
class DeviceEntry:
    """A device as the document has it and as it is registered; all that its channels lean on."""

    plan: Plan
    standard: Mapping[str, StandardCode]
    plant: PlantRow
    row: DeviceRow
    commissioned_before: datetime
    entry: Device
    path: Path

    def default_unit(self, code: str, side: Side) -> str | None:
        known = self.standard.get(code)
        return "1" if side == "state" else (known.unit if known else None)


Placed = tuple[Path, Channel]


def put_settings(device: DeviceEntry, row: ChannelRow, placed: Placed) -> None:
    """Date the units and scales of a registered channel as its entry says."""
    plan, (path, entry) = device.plan, placed
    side = plan.known.points[row.point].side
    default = device.default_unit(row.code, side)
    known = plan.known.settings.get(row.id, [])
    rows = list(known)
    if not rows and default is not None:
        rows = [SettingRow(row.id, None, None, default)]
    for said in _stated(device, row, placed, default):
        if said.since is None and said.until is None and known:
            rows = _from_now(rows, said, plan.now)
        else:
            rows = painted(rows, said)
    if not _covered(rows, row):
        plan.refuse(
            path,
            f"the unit of channel {entry.code} is not known for all of its time: give `unit`"
            + ("" if default else f" (HJ 212-2017 has no unit for the code {entry.code})"),
        )
    if rows != known:
        plan.put_settings(row.id, rows)
        _record_settings(device, row, known, rows)


def _from_now(rows: list[SettingRow], said: SettingRow, now: datetime) -> list[SettingRow]:
    """An undated setting of a channel that has some: it holds from now on, unless it does."""
    if in_time(rows)[-1]._replace(since=None, until=None) == said:
        return rows
    return painted(rows, said._replace(since=now))


def _stated(
    device: DeviceEntry, row: ChannelRow, placed: Placed, default: str | None
) -> list[SettingRow]:
    path, entry = placed
    if entry.settings:
        found = [_setting(row, item, (item.since, item.until), default) for item in entry.settings]
    elif entry.model_fields_set & Reading.model_fields.keys():
        known = entry.since is not None and row.id in device.plan.known.settings
        dates = (entry.since, entry.until) if known else (None, None)
        found = [_setting(row, entry, dates, default)]
    else:
        return []
    if None in found:
        device.plan.refuse(
            path, f"HJ 212-2017 has no unit for the code {row.code}: give `unit` with the settings"
        )
    rows = [item for item in found if item is not None]
    for one, other in overlapping(rows):
        device.plan.refuse(
            (*path, "settings"),
            f"the settings from {interval_text(one.since, one.until)} and "
            f"{interval_text(other.since, other.until)} overlap: set `to` and `from`",
        )
    return in_time(rows)


def _setting(
    row: ChannelRow,
    entry: Channel | Setting,
    dates: tuple[datetime | None, datetime | None],
    default: str | None,
) -> SettingRow | None:
    unit = entry.unit or default
    if unit is None:
        return None
    low, high = entry.range or (None, None)
    return SettingRow(row.id, *dates, unit, entry.scale, low, high, entry.cycle, entry.sentinels)


def _covered(rows: list[SettingRow], row: ChannelRow) -> bool:
    at = row.since
    for setting in in_time(rows):
        if setting.since is not None and setting.since > at:
            return False
        if setting.until is None or (row.until is not None and setting.until >= row.until):
            return True
        at = max(at, setting.until)
    return False


def _record_settings(
    device: DeviceEntry, row: ChannelRow, known: list[SettingRow], rows: list[SettingRow]
) -> None:
    plan = device.plan
    if not known:
        plan.counts["setting", "added"] += len(rows)
        return
    name = f"{plan.device_name(device.row)} / {row.code}"
    for setting in rows:
        if setting not in known:
            low_high = f", range {shown(setting.range_min)}…{shown(setting.range_max)}"
            text = (
                f"{interval_text(setting.since, setting.until)}: {setting.unit} × {setting.scale:g}"
            )
            plan.record("changed", "setting", name, [text + low_high])
