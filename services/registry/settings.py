"""What a document says of how a channel's numbers are read: unit, scale, range, with their dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from schemas.registry import Channel, Device, Reading, Setting
from schemas.registry_rows import BindingRow, DeviceRow, PlantRow, SettingRow, Side
from services.registry.plan import Plan, interval_text, shown
from services.registry.standard import StandardCode
from services.registry.timeline import FIRST, LAST, in_time, overlapping, painted
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


class Stated(NamedTuple):
    """A binding, the entry that states it, and when the entry's undated settings hold.

    `lone`: it is the only entry of its code; undated, it may then mean "from now on".
    """

    row: BindingRow
    placed: Placed
    since: datetime | None
    until: datetime | None
    lone: bool


def put_settings(device: DeviceEntry, code: str, stated: Sequence[Stated]) -> None:
    """Date the units and scales of a channel as its entries say."""
    plan, channel = device.plan, stated[0].row.channel
    known = plan.known.settings.get(channel, [])
    rows = list(known) or _defaults(device, stated)
    for one in stated:
        for said in _said(device, one, known=bool(known)):
            if one.lone and known and said.since is None and said.until is None:
                rows = _from_now(rows, said, plan.now)
            else:
                rows = painted(rows, said)
    for one in stated:
        if not _covered(rows, one.row):
            plan.refuse(
                one.placed[0],
                f"the unit of channel {code} is not known for all of its time: give `unit`"
                + ("" if _default(device, one) else f" (HJ 212-2017 has no unit for {code})"),
            )
    if rows != known:
        plan.put_settings(channel, rows)
        _record_settings(device, channel, known, rows)


def _defaults(device: DeviceEntry, stated: Sequence[Stated]) -> list[SettingRow]:
    """What a new channel's numbers are before anything is said of them."""
    rows: list[SettingRow] = []
    for one in stated:
        default = _default(device, one)
        if default is not None:
            rows = painted(rows, SettingRow(one.row.channel, one.since, one.until, default))
    return rows


def _default(device: DeviceEntry, one: Stated) -> str | None:
    return device.default_unit(one.placed[1].code, device.plan.known.points[one.row.point].side)


def _from_now(rows: list[SettingRow], said: SettingRow, now: datetime) -> list[SettingRow]:
    """An undated setting of a channel that has some: it holds from now on, unless it does."""
    if in_time(rows)[-1]._replace(since=None, until=None) == said:
        return rows
    return painted(rows, said._replace(since=now))


def _said(device: DeviceEntry, one: Stated, *, known: bool) -> list[SettingRow]:
    path, entry = one.placed
    plan, default = device.plan, _default(device, one)
    if entry.settings:
        found = [
            _setting(one, item, (item.since or one.since, item.until or one.until), default)
            for item in entry.settings
        ]
    elif entry.model_fields_set & Reading.model_fields.keys():
        dated = one.lone and entry.since is not None and known
        dates = (entry.since, entry.until) if dated else (one.since, one.until)
        found = [_setting(one, entry, dates, default)]
    else:
        return []
    if None in found:
        plan.refuse(
            path,
            f"HJ 212-2017 has no unit for the code {entry.code}: give `unit` with the settings",
        )
    rows = [item for item in found if item is not None]
    for row in rows:
        if not _within(row, one):
            plan.refuse(
                (*path, "settings"),
                f"the settings from {interval_text(row.since, row.until)} reach beyond this "
                f"binding ({interval_text(one.since, one.until)}): write them where they belong",
            )
    for row, other in overlapping(rows):
        plan.refuse(
            (*path, "settings"),
            f"the settings from {interval_text(row.since, row.until)} and "
            f"{interval_text(other.since, other.until)} overlap: set `to` and `from`",
        )
    return in_time(rows)


def _within(row: SettingRow, one: Stated) -> bool:
    since, until = row.since or FIRST, row.until or LAST
    return (one.since or FIRST) <= since < until <= (one.until or LAST)


def _setting(
    one: Stated,
    entry: Channel | Setting,
    dates: tuple[datetime | None, datetime | None],
    default: str | None,
) -> SettingRow | None:
    unit = entry.unit or default
    if unit is None:
        return None
    low, high = entry.range or (None, None)
    return SettingRow(
        *(one.row.channel, *dates, unit, entry.scale, low, high),
        *(entry.cycle, entry.sentinels, entry.total_scale),
    )


def _covered(rows: list[SettingRow], row: BindingRow) -> bool:
    at = row.since
    for setting in in_time(rows):
        if setting.since is not None and setting.since > at:
            return False
        if setting.until is None or (row.until is not None and setting.until >= row.until):
            return True
        at = max(at, setting.until)
    return False


def _record_settings(
    device: DeviceEntry, channel: int, known: list[SettingRow], rows: list[SettingRow]
) -> None:
    plan = device.plan
    if not known:
        plan.counts["setting", "added"] += len(rows)
        return
    name = plan.channel_name(channel)
    for setting in rows:
        if setting not in known:
            low_high = f", range {shown(setting.range_min)}…{shown(setting.range_max)}"
            text = (
                f"{interval_text(setting.since, setting.until)}: {setting.unit} × {setting.scale:g}"
            )
            total = "" if setting.total_scale == 1 else f", total × {setting.total_scale:g}"
            plan.record("changed", "setting", name, [text + low_high + total])
