"""What a document says of the channels of a device: their points, ranks, times and settings.

A lone entry leaves what it does not say as it was; several entries of one code say all of it.
"""

import re
from collections.abc import Container
from datetime import datetime
from typing import cast

from schemas.registry import Channel
from schemas.registry_rows import ChannelRow, Side
from services.registry.devices import carried_since, life_end
from services.registry.plan import interval_text, shown
from services.registry.settings import DeviceEntry, Placed, put_settings
from services.registry.subjects import subject_of
from services.registry.timeline import in_time, overlapping, rebound
from services.registry.yaml_text import Path

RUN_STATE = re.compile(r"SB\d+")


def put_channels(device: DeviceEntry) -> None:
    """Register the channels of the entry; those it does not name end with the device's life."""
    by_code: dict[str, list[Placed]] = {}
    for place, channel in enumerate(device.entry.channels):
        path: Path = (*device.path, "channels", place)
        by_code.setdefault(channel.code, []).append((path, channel))
    for code, entries in by_code.items():
        _put_code(device, code, entries)
    end = life_end(device.plan, device.row.id)
    if end is not None:
        _end_unnamed(device, by_code.keys(), end)


def _end_unnamed(device: DeviceEntry, named: Container[str], end: datetime) -> None:
    plan = device.plan
    for code in plan.channel_ids.get(device.row.id, {}):
        for row in plan.channels_of(device.row.id, code):
            over = (row.until is None or row.until > end) and row.since < end
            if code not in named and over:
                _put_row(device, row, row._replace(until=end))


def _put_code(device: DeviceEntry, code: str, entries: list[Placed]) -> None:
    plan = device.plan
    known = in_time(plan.channels_of(device.row.id, code))
    last = known[-1] if known else None
    end = life_end(plan, device.row.id)
    wanted: list[tuple[ChannelRow, Placed]] = []
    for path, entry in entries:
        base = last if len(entries) == 1 else None
        row = _wanted(device, (path, entry), base, end)
        if row is not None:
            wanted.append((row, (path, entry)))
    wanted.sort(key=lambda item: item[0].since)
    rows = [row for row, _ in wanted]
    if len(wanted) < len(entries) or _clash(device, rows, wanted):
        return
    bound = rebound(known, rows, _spoken(entries, last), plan.new_id)
    if bound.homeless:
        lost = bound.homeless[0]
        plan.refuse(
            entries[0][0],
            f"channel {code} is also bound to {plan.point_name(lost.point)} "
            f"({interval_text(lost.since, lost.until)}), which the file leaves no place: "
            "state that binding too, or begin this one with `from`",
        )
        return
    before = {row.id: row for row in known}
    for row in bound.trimmed:
        _put_row(device, before[row.id], row)
    for row, (_, placed) in zip(bound.entries, wanted, strict=True):
        plan.places["channel", row.id] = placed[0]
        _put_row(device, before.get(row.id), row)
        put_settings(device, row, placed)


def _clash(
    device: DeviceEntry, rows: list[ChannelRow], wanted: list[tuple[ChannelRow, Placed]]
) -> bool:
    clashes = overlapping(rows)
    if clashes:
        one, other = clashes[0]
        device.plan.refuse(
            wanted[1][1][0],
            f"channel {one.code} stands here twice for the same time "
            f"({interval_text(one.since, one.until)} and "
            f"{interval_text(other.since, other.until)}): keep one, or set `to` and `from`",
        )
    return bool(clashes)


def _spoken(entries: list[Placed], last: ChannelRow | None) -> datetime | None:
    """From when on the entries say everything; None from the beginning."""
    times = [entry.since for _, entry in entries]
    if len(times) == 1 and times[0] is None and last is not None:
        return last.since
    found = [time for time in times if time is not None]
    return min(found) if len(found) == len(times) else None


def _wanted(
    device: DeviceEntry, placed: Placed, base: ChannelRow | None, end: datetime | None
) -> ChannelRow | None:
    path, entry = placed
    given = entry.model_fields_set
    if base is not None and entry.point is None:
        point: int | None = base.point
    else:
        point = _point(device, entry, path)
    if point is None:
        return None
    carried = carried_since(
        base.since if base else None, device.row.commissioned_at, device.commissioned_before
    )
    since = entry.since or (device.row.commissioned_at if "since" in given else carried)
    until = entry.until
    if until is None and "until" not in given and base is not None:
        until = base.until
    until = until or end
    rank = entry.rank if base is None or "rank" in given else base.rank
    if until is not None and since >= until:
        device.plan.refuse(
            path,
            f"channel {entry.code} would begin on {shown(since)}, when it or its device has "
            f"already ended ({shown(until)}): correct `from` and `to`",
        )
        return None
    return ChannelRow(0, device.row.id, entry.code, point, rank, since, until)


def _point(device: DeviceEntry, entry: Channel, path: Path) -> int | None:
    subject_code, _, rest = (entry.point or "").partition("/")
    side_text, _, code = rest.partition("/")
    if not subject_code:
        found = _default_outlet(device, path)
    else:
        found = subject_of(device.plan, device.plant, None, subject_code, (*path, "point"))
    if found is None:
        return None
    default: Side = "state" if RUN_STATE.fullmatch(entry.code) else "out"
    side = cast("Side", side_text or default)
    return device.plan.point(found, side, code or entry.code)


def _default_outlet(device: DeviceEntry, path: Path) -> int | None:
    plan, plant = device.plan, device.plant
    if device.entry.outlet is not None:
        place: Path = (*device.path, "outlet")
        return subject_of(plan, plant, "outlet", device.entry.outlet, place)
    outlets = plan.outlets_of(plant.id)
    if len(outlets) == 1:
        return outlets[0]
    plan.refuse(
        path,
        f"plant {plant.code} has {len(outlets) or 'no'} outlets: say which one with `outlet` on "
        "the device or `point` on the channel",
    )
    return None


def _put_row(device: DeviceEntry, before: ChannelRow | None, row: ChannelRow) -> None:
    plan = device.plan
    if before == row:
        plan.counts["channel", "unchanged"] += 1
        return
    plan.put_channel(row)
    if before is None and device.row.id < 0:
        # A new device's channels are one with it in the list of changes.
        plan.counts["channel", "added"] += 1
        return
    name = f"{plan.device_name(device.row)} / {row.code}"
    text = f"{plan.point_name(row.point)} {row.rank}, {interval_text(row.since, row.until)}"
    if before is None:
        plan.record("added", "channel", name, [text])
        return
    same = before._replace(until=row.until) == row
    old = f"{plan.point_name(before.point)} {before.rank}, "
    old += interval_text(before.since, before.until)
    verb = "ended" if same and before.until is None else "changed"
    plan.record(verb, "channel", name, [f"{old} ⇒ {text}"])
