"""What must hold between the things of the registry once a document is in: MNs and mains apart.

The database refuses the same; here each is a sentence that names both sides.
"""

from collections.abc import Iterator

from schemas.registry_rows import BindingRow, MnRow
from schemas.registry_words import shown
from schemas.sentence import Sentence
from services.cases.registering.devices import life_end
from services.cases.registering.plan import Plan, interval_text, interval_zh
from services.cases.registering.timeline import overlapping


def check(plan: Plan) -> None:
    """Note every conflict that the rows to be written take part in."""
    _mns_apart(plan)
    _mains_apart(plan)
    for row in _concerned(plan):
        _within_life(plan, row)


def _mns_apart(plan: Plan) -> None:
    holders: dict[str, list[MnRow]] = {
        row.mn: [] for rows in plan.write.mns.values() for row in rows
    }
    for rows in plan.known.mns.values():
        for row in rows:
            if row.mn in holders:
                holders[row.mn].append(row)
    for mn, rows in holders.items():
        for one, other in overlapping(rows):
            first, second = (one, other) if _stated(plan, other) else (other, one)
            plan.refuse(
                (*plan.places.get(("device", second.device), ()), "mn"),
                Sentence(
                    f"MN {mn} is held by {_holder(plan, first).en} and by"
                    f" {_holder(plan, second).en}: end the one with `to` where the other begins with"
                    " `from`",
                    f"MN {mn} 同时由 {_holder(plan, first).zh}和 {_holder(plan, second).zh}使用："
                    "请以 `to` 结束其一，使另一个以 `from` 接续",
                ),
            )


def _stated(plan: Plan, row: MnRow) -> bool:
    return ("device", row.device) in plan.places


def _holder(plan: Plan, row: MnRow) -> Sentence:
    return _over(plan.device_name(plan.known.devices[row.device]), row)


def _over(name: str, row: MnRow | BindingRow) -> Sentence:
    return Sentence(
        f"{name} ({interval_text(row.since, row.until)})",
        f"{name}（{interval_zh(row.since, row.until)}）",
    )


def _mains_apart(plan: Plan) -> None:
    mains: dict[int, list[BindingRow]] = {
        row.point: [] for rows in plan.write.bindings.values() for row in rows
    }
    for rows in plan.known.bindings.values():
        for row in rows:
            if row.rank == "main" and row.point in mains:
                mains[row.point].append(row)
    for point, rows in mains.items():
        for one, other in overlapping(rows):
            placed = ("channel", other.channel) in plan.places
            first, second = (one, other) if placed else (other, one)
            plan.refuse(
                plan.places.get(("channel", second.channel), ()),
                Sentence(
                    f"point {plan.point_name(point)} has two main channels:"
                    f" {_channel(plan, first).en} and {_channel(plan, second).en}: give one of them"
                    " `rank: spare` or `rank: comparison`, or end it with `to`",
                    f"监测点 {plan.point_name(point)} 有两个主通道：{_channel(plan, first).zh}和"
                    f" {_channel(plan, second).zh}：请将其一设为 `rank: spare` 或 `rank: comparison`，"
                    "或以 `to` 结束",
                ),
            )


def _channel(plan: Plan, row: BindingRow) -> Sentence:
    return _over(plan.channel_name(row.channel), row)


def _concerned(plan: Plan) -> Iterator[BindingRow]:
    devices = plan.write.devices.keys() | plan.write.mns.keys()
    for channel, rows in plan.known.bindings.items():
        if channel in plan.write.bindings or plan.known.channels[channel].device in devices:
            yield from rows


def _within_life(plan: Plan, row: BindingRow) -> None:
    key = plan.known.channels[row.channel].device
    device = plan.known.devices[key]
    end = life_end(plan, key)
    before = row.since < device.commissioned_at
    after = end is not None and (row.until is None or row.until > end)
    if before or after:
        place = plan.places.get(("channel", row.channel), plan.places.get(("device", key), ()))
        since = device.commissioned_at
        plan.refuse(
            place,
            Sentence(
                f"channel {_channel(plan, row).en} reaches beyond its device's life"
                f" ({interval_text(since, end)}): begin it at {shown(since)} or later"
                + (f" and end it by {shown(end)}" if end else ", or mend `commissioned_at`"),
                f"通道 {_channel(plan, row).zh}超出数采仪的使用期（{interval_zh(since, end)}）："
                f"开始时间不得早于 {shown(since)}"
                + (f"，结束时间不得晚于 {shown(end)}" if end else "，或更正 `commissioned_at`"),
            ),
        )
