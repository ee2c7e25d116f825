"""What a document says of the channels of a device: their points, ranks, times and settings.

A lone entry leaves what it does not say as it was; several entries of one code say all of it.
"""

import re
from collections.abc import Container
from datetime import datetime
from typing import cast

from schemas.registry import Channel
from schemas.registry_rows import BindingRow, Side
from schemas.registry_words import shown
from schemas.sentence import Sentence, term
from services.cases.registering.devices import carried_since, life_end
from services.cases.registering.plan import interval_text, interval_zh
from services.cases.registering.settings import DeviceEntry, Placed, Stated, put_settings
from services.cases.registering.subjects import subject_of
from services.cases.registering.timeline import overlap, overlapping, rebound
from services.cases.registering.yaml_text import Path

RUN_STATE = re.compile(r"SB\d+")


def put_channels(device: DeviceEntry) -> None:
    """Register the channels of the entry; those it does not name end with the device's life."""
    by_code: dict[str, list[Placed]] = {}
    if device.entry.outlet is not None:
        at: Path = (*device.path, "outlet")
        subject_of(device.plan, device.plant, "outlet", device.entry.outlet, at)
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
    for code, channel in plan.channel_ids.get(device.row.id, {}).items():
        if code not in named:
            known = plan.bindings_of(channel)
            ended = [
                row._replace(until=end)
                if (row.until is None or row.until > end) and row.since < end
                else row
                for row in known
            ]
            if ended != known:
                _put_rows(device, channel, known, ended)


def _put_code(device: DeviceEntry, code: str, entries: list[Placed]) -> None:
    plan = device.plan
    channel = plan.channel(device.row.id, code)
    known = plan.bindings_of(channel)
    last = known[-1] if known else None
    wanted: list[tuple[BindingRow, Placed]] = []
    for placed in entries:
        row = _wanted(device, channel, placed, last if len(entries) == 1 else None)
        if row is not None:
            wanted.append((row, placed))
    wanted.sort(key=lambda item: item[0].since)
    if len(wanted) < len(entries) or _clash(device, wanted):
        return
    spoken = _spoken(entries, last)
    bound = rebound(known, [row for row, _ in wanted], spoken)
    if bound.homeless:
        lost = bound.homeless[0]
        point = plan.point_name(lost.point)
        plan.refuse(
            entries[0][0],
            Sentence(
                f"channel {code} is also bound to {point} "
                f"({interval_text(lost.since, lost.until)}), which the file leaves no place: "
                "state that binding too, or begin this one with `from`",
                f"通道 {code} 还绑定到 {point}（{interval_zh(lost.since, lost.until)}），文件没有为它留出时段："
                "请一并写明该绑定，或以 `from` 写明本绑定的开始时间",
            ),
        )
        return
    plan.places["channel", channel] = wanted[0][1][0]
    _check_medium(device, code, {row.point for row, _ in wanted} - {row.point for row in known})
    _put_rows(device, channel, known, bound.rows)
    put_settings(device, code, _stated(wanted, None if channel < 0 else spoken))


def _check_medium(device: DeviceEntry, code: str, points: set[int]) -> None:
    """Warn of a code for water that is newly bound to an outlet of air."""
    plan, standard = device.plan, device.standard.get(code)
    if standard is None or standard.medium != "water":
        return
    for point in sorted(points):
        row = plan.known.points[point]
        subject = plan.known.subjects[row.subject]
        if subject.medium == "air" and row.side != "state":
            name = plan.device_name(device.row)
            plan.warn(
                Sentence(
                    f"{name} / {code}: {standard.name} is a code for water, but outlet "
                    f"{subject.code} is one of air{term('水因子绑定到废气排放口')}: is it the right one?",
                    f"{name} / {code}：水因子（{standard.name}）绑定到废气排放口 {subject.code}，请核对",
                )
            )


def _stated(wanted: list[tuple[BindingRow, Placed]], spoken: datetime | None) -> list[Stated]:
    """Each of several entries says how numbers are read until the next one begins."""
    if len(wanted) == 1:
        return [Stated(*wanted[0], None, None, lone=True)]
    begins = [spoken and wanted[0][0].since, *(row.since for row, _ in wanted[1:]), None]
    return [
        Stated(row, placed, begins[place], begins[place + 1], lone=False)
        for place, (row, placed) in enumerate(wanted)
    ]


def _clash(device: DeviceEntry, wanted: list[tuple[BindingRow, Placed]]) -> bool:
    clashes = overlapping([row for row, _ in wanted])
    if clashes:
        one, other = clashes[0]
        path, entry = wanted[1][1]
        device.plan.refuse(
            path,
            Sentence(
                f"channel {entry.code} stands here twice for the same time "
                f"({interval_text(one.since, one.until)} and "
                f"{interval_text(other.since, other.until)}): keep one, or set `to` and `from`",
                f"通道 {entry.code} 在同一时段出现两次（{interval_zh(one.since, one.until)} 与"
                f" {interval_zh(other.since, other.until)}）：请只保留一个，或填写 `to` 和 `from`",
            ),
        )
    return bool(clashes)


def _spoken(entries: list[Placed], last: BindingRow | None) -> datetime | None:
    """From when on the entries say everything; None from the beginning."""
    times = [entry.since for _, entry in entries]
    if len(times) == 1 and times[0] is None and last is not None:
        return last.since
    found = [time for time in times if time is not None]
    return min(found) if len(found) == len(times) else None


def _wanted(
    device: DeviceEntry, channel: int, placed: Placed, base: BindingRow | None
) -> BindingRow | None:
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
    until = until or life_end(device.plan, device.row.id)
    rank = entry.rank if base is None or "rank" in given else base.rank
    if until is not None and since >= until:
        device.plan.refuse(
            path,
            Sentence(
                f"channel {entry.code} would begin on {shown(since)}, when it or its device has "
                f"already ended ({shown(until)}): correct `from` and `to`",
                f"通道 {entry.code} 自 {shown(since)} 开始，而其本身或数采仪已于 {shown(until)} 结束："
                "请更正 `from` 和 `to`",
            ),
        )
        return None
    return BindingRow(channel, point, rank, since, until)


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
        # One that is not there has been refused once for the device.
        found = plan.subject_ids.get((plant.id, device.entry.outlet))
        return found if found in plan.outlets_of(plant.id) else None
    outlets = plan.outlets_of(plant.id)
    if len(outlets) == 1:
        return outlets[0]
    plan.refuse(
        path,
        Sentence(
            f"plant {plant.code} has {len(outlets) or 'no'} outlets: say which one with `outlet` on "
            "the device or `point` on the channel",
            f"企业 {plant.code} 有 {len(outlets)} 个排放口：请以数采仪的 `outlet` 或通道的 `point` 指明",
        ),
    )
    return None


def _put_rows(
    device: DeviceEntry, channel: int, before: list[BindingRow], after: list[BindingRow]
) -> None:
    plan = device.plan
    if before == after:
        plan.counts["channel", "unchanged"] += len(after)
        return
    plan.put_bindings(channel, after)
    if device.row.id < 0:
        # A new device's channels are one with it in the list of changes.
        plan.counts["channel", "added"] += len(after)
        return
    name = plan.channel_name(channel)
    gone = [row for row in before if row not in after]
    plan.counts["channel", "unchanged"] += len(before) - len(gone)
    for row in after:
        if row in before:
            continue
        old = next((one for one in gone if overlap(one, row)), None)
        if old is None:
            plan.record("added", "channel", name, [_text(device, row)])
            continue
        gone.remove(old)
        ended = old.until is None and old._replace(until=row.until) == row
        details = [f"{_text(device, old)} ⇒ {_text(device, row)}"]
        plan.record("ended" if ended else "changed", "channel", name, details)
    for row in gone:
        plan.record("ended", "channel", name, [f"{_text(device, row)}: no longer bound"])


def _text(device: DeviceEntry, row: BindingRow) -> str:
    point = device.plan.point_name(row.point)
    return f"{point} {row.rank}, {interval_text(row.since, row.until)}"
