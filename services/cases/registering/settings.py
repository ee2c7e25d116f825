"""What a document says of how a channel's numbers are read: unit, scale, range, with their dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from schemas.registry import Channel, Device, Reading, Setting
from schemas.registry_rows import BindingRow, DeviceRow, PlantRow, SettingRow, Side
from schemas.sentence import Sentence, term
from services.cases.registering.plan import Plan, interval_text, interval_zh
from services.cases.registering.standard import StandardCode
from services.cases.registering.subjects import said
from services.cases.registering.timeline import (
    FIRST,
    LAST,
    clipped,
    in_time,
    overlap,
    overlapping,
    painted,
)
from services.cases.registering.yaml_text import Path
from services.rules.units import dimensions, nearest_units


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


class Said(NamedTuple):
    """What an entry says of an interval: only the fields that it names."""

    since: datetime | None
    until: datetime | None
    fields: Mapping[str, object]


def put_settings(device: DeviceEntry, code: str, stated: Sequence[Stated]) -> None:
    """Date the units and scales of a channel as its entries say; what they leave out stays."""
    plan, channel = device.plan, stated[0].row.channel
    known = plan.known.settings.get(channel, [])
    rows = list(known) or _defaults(device, stated)
    for one in stated:
        blank = SettingRow(channel, None, None, _default(device, one) or "")
        for spoken in _said(device, one, known):
            if one.lone and known and spoken.since is None and spoken.until is None:
                rows = _from_now(rows, spoken._replace(since=plan.now), blank)
            else:
                rows = _laid(rows, spoken, blank)
        if not all(row.unit for row in rows):
            plan.refuse(
                one.placed[0],
                Sentence(
                    f"HJ 212-2017 has no unit for the code {code}: give `unit` with the settings",
                    f"HJ 212-2017 没有规定编码 {code} 的单位：请在参数中填写 `unit`",
                ),
            )
            return
    for one in stated:
        if not _covered(rows, one.row):
            plan.refuse(
                one.placed[0],
                _unit_unknown(code, standard=_default(device, one) is not None),
            )
    if rows != known:
        plan.put_settings(channel, rows)
        _record_settings(device, channel, known, rows)


def _unit_unknown(code: str, *, standard: bool) -> Sentence:
    return Sentence(
        f"the unit of channel {code} is not known for all of its time: give `unit`"
        + ("" if standard else f" (HJ 212-2017 has no unit for {code})"),
        f"通道 {code} 有一段时间没有单位：请填写 `unit`"
        + ("" if standard else f"（HJ 212-2017 没有规定 {code} 的单位）"),
    )


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


def _from_now(rows: list[SettingRow], spoken: Said, blank: SettingRow) -> list[SettingRow]:
    """An undated setting of a channel that has some: it holds from now on, unless it does."""
    last = in_time(rows)[-1]
    return rows if last._replace(**spoken.fields) == last else _laid(rows, spoken, blank)


def _laid(rows: list[SettingRow], spoken: Said, blank: SettingRow) -> list[SettingRow]:
    """Lay what is named over each of the settings in its time; `blank` is where there are none."""
    pieces = [blank._replace(since=spoken.since, until=spoken.until)]
    for row in rows:
        if overlap(row, spoken):
            pieces = painted(pieces, clipped(row, spoken))
    for piece in pieces:
        rows = painted(rows, piece._replace(**spoken.fields))
    return rows


def _said(device: DeviceEntry, one: Stated, known: list[SettingRow]) -> list[Said]:
    path, entry = one.placed
    plan, default = device.plan, _default(device, one)
    units = {row.unit for row in known}
    found: list[Said] = []
    for item, place in _readings(entry):
        if item.unit not in units:
            _check_unit(device, one, item.unit, (*path, *place, "unit"))
        dates = (entry.since, entry.until) if one.lone and entry.since and known else one[2:4]
        if isinstance(item, Setting):
            dates = (item.since or one.since, item.until or one.until)
        found.append(Said(*dates, _named(item, default)))
    for row in found:
        if not _within(row, one):
            plan.refuse(
                (*path, "settings"),
                Sentence(
                    f"the settings from {interval_text(row.since, row.until)} reach beyond this "
                    f"binding ({interval_text(one.since, one.until)}): write them where they belong",
                    f"参数时段 {interval_zh(row.since, row.until)} 超出本绑定的时段"
                    f"（{interval_zh(one.since, one.until)}）：请写到所属的绑定中",
                ),
            )
    for row, other in overlapping(found):
        plan.refuse(
            (*path, "settings"),
            Sentence(
                f"the settings from {interval_text(row.since, row.until)} and "
                f"{interval_text(other.since, other.until)} overlap: set `to` and `from`",
                f"参数时段 {interval_zh(row.since, row.until)} 与"
                f" {interval_zh(other.since, other.until)} 重叠：请填写 `to` 和 `from`",
            ),
        )
    return in_time(found)


def _readings(entry: Channel) -> list[tuple[Channel | Setting, Path]]:
    """What the entry says of how numbers are read, each with its place within the entry."""
    if entry.settings:
        return [(item, ("settings", place)) for place, item in enumerate(entry.settings)]
    return [(entry, ())] if entry.model_fields_set & Reading.model_fields.keys() else []


def _within(row: Said, one: Stated) -> bool:
    since, until = row.since or FIRST, row.until or LAST
    return (one.since or FIRST) <= since < until <= (one.until or LAST)


def _named(entry: Reading, default: str | None) -> dict[str, object]:
    """The fields that the entry itself gives, null included, as the row has them."""
    given = entry.model_fields_set
    fields = said(entry, ("scale", "sentinels", "total_scale"))
    if "unit" in given:
        fields["unit"] = entry.unit or default or ""
    if "range" in given:
        fields["range_min"], fields["range_max"] = entry.range or (None, None)
    if "cycle" in given:
        fields["cycle_s"] = entry.cycle
    return fields


def _check_unit(device: DeviceEntry, one: Stated, unit: str | None, path: Path) -> None:
    """Refuse an unknown unit; warn of one that does not measure what the standard's does."""
    code = one.placed[1].code
    known = device.standard.get(code)
    standard = known.unit if known else None
    if unit is None:
        return
    found, plan = dimensions(unit), device.plan
    state = plan.known.points[one.row.point].side == "state"
    if not found:
        near = nearest_units(unit, standard)
        said = Sentence(
            f"`{unit}` is no known unit{term('未知单位')}: write one that is, such as"
            f" {', '.join(near)}",
            f"不认识单位 `{unit}`：请改用 {'、'.join(near)} 等",
        )
        plan.refuse(path, said)
    elif standard and not state and found.isdisjoint(dimensions(standard)):
        name = plan.channel_name(one.row.channel)
        plan.warn(
            Sentence(
                f"{name}: {unit} does not measure what HJ 212-2017's unit of {code} does"
                f" ({standard}): is the unit right?{term('单位量纲不符')}",
                f"{name}：单位 {unit} 与 HJ 212-2017 规定的 {code} 的单位 {standard} 量纲不符，请核对",
            )
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
    for row in rows:
        pieces = [clipped(old, row) for old in in_time(known) if overlap(old, row)]
        if not pieces:
            new = ", ".join(f"{field} {text}" for field, text in _words(row).items())
            plan.record("changed", "setting", name, [f"{interval_text(*row[1:3])}: {new}"])
        details = [text for old in pieces if (text := _change(old, row))]
        if details:
            plan.record("changed", "setting", name, details)


def _change(old: SettingRow, new: SettingRow) -> str:
    """`2024-06-01 → open: unit mg/L ⇒ ug/L, range 0…100 ⇒ –`; empty where nothing differs."""
    before, after = _words(old), _words(new)
    changed = [
        f"{field} {before[field]} ⇒ {after[field]}"
        for field in before
        if before[field] != after[field]
    ]
    return f"{interval_text(old.since, old.until)}: {', '.join(changed)}" if changed else ""


def _words(row: SettingRow) -> dict[str, str]:
    """The fields by their names in the file, for people; different values read differently."""
    return {
        "unit": row.unit,
        "scale": _number(row.scale),
        "total_scale": _number(row.total_scale),
        "range": "–"
        if row.range_min is None
        else f"{_number(row.range_min)}…{_number(row.range_max)}",
        "cycle": "–" if row.cycle_s is None else f"{row.cycle_s} s",
        "sentinels": ", ".join(map(_number, row.sentinels)) or "–",
    }


def _number(value: float | None) -> str:
    return "–" if value is None else repr(float(value)).removesuffix(".0")
