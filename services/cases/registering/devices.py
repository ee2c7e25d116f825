"""What a document says of devices and of the MNs that they hold, as rows.

A lone entry leaves what it does not say as it was; a list says the whole from its first time on.
"""

from datetime import datetime, timedelta

from schemas.registry import Device, MnHeld
from schemas.registry_rows import DeviceRow, MnRow, PlantRow
from schemas.sentence import Sentence
from services.cases.registering.plan import Plan, interval_text, interval_zh
from services.cases.registering.subjects import said
from services.cases.registering.timeline import in_time, joined, overlapping
from services.cases.registering.yaml_text import Path

DEVICE_FIELDS = ("protocol", "crc", "unflagged_as", "commissioned_at", "gateway")


def put_device(
    plan: Plan, plant: PlantRow, entry: Device, path: Path
) -> tuple[DeviceRow, datetime]:
    """Register the device; gives also the time it was commissioned at until now."""
    code = entry.code or entry.mn[0].mn
    key = ("device", f"{plant.code} / {code}")
    if key in plan.seen:
        plan.refuse(
            (*path, "code"),
            Sentence(
                f"plant {plant.code} has device {code} twice in the file: "
                "give the replacement its own `code`",
                f"企业 {plant.code} 的数采仪 {code} 在文件中出现两次：更换后的数采仪请另给 `code`",
            ),
        )
    plan.seen.add(key)
    found = plan.device_ids.get((plant.id, code))
    new = DeviceRow(
        *(plan.new_id() if found is None else found, plant.id, code),
        *(entry.protocol, entry.crc, offset_s(entry.utc_offset)),
        *(entry.realtime_interval, entry.minute_interval, entry.unflagged_as),
        *(entry.commissioned_at, entry.gateway, _names(entry)),
    )
    before = new if found is None else plan.known.devices[found]
    given = entry.model_fields_set
    fields = said(entry, DEVICE_FIELDS)
    if "utc_offset" in given:
        fields["utc_offset_s"] = new.utc_offset_s
    if "realtime_interval" in given:
        fields["realtime_interval_s"] = entry.realtime_interval
    if "minute_interval" in given:
        fields["minute_interval_s"] = entry.minute_interval
    if "policies" in given:
        fields["policies"] = new.policies
    row = before._replace(**fields)
    plan.put_device(row)
    plan.places["device", row.id] = path
    return row, before.commissioned_at


def _names(entry: Device) -> tuple[str, ...]:
    return tuple(policy.value for policy in entry.policies)


def offset_s(text: str) -> int:
    """`+08:00` as seconds."""
    sign = -1 if text[0] == "-" else 1
    span = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return sign * int(span.total_seconds())


def carried_since(
    known: datetime | None, commissioned: datetime, commissioned_before: datetime
) -> datetime:
    """A beginning that nobody states: as it was, but it moves with the commissioning."""
    if known is None or known == commissioned_before:
        return commissioned
    return known


def put_mns(
    plan: Plan, device: DeviceRow, commissioned_before: datetime, entry: Device, path: Path
) -> None:
    """Register which MN the device holds when."""
    known = in_time(plan.known.mns.get(device.id, []))
    last = known[-1] if known else None
    if len(entry.mn) == 1:
        row, spoken = _lone(entry.mn[0], last, device, commissioned_before)
        rows = [row]
    else:
        spoken = min((mn.since for mn in entry.mn if mn.since), default=None)
        if any(mn.since is None for mn in entry.mn):
            spoken = None
        rows = [
            MnRow(device.id, mn.mn, mn.since or device.commissioned_at, mn.until) for mn in entry.mn
        ]
    for one, other in overlapping(rows):
        plan.refuse(
            (*path, "mn"),
            Sentence(
                f"a device holds one MN at a time, but {one.mn}"
                f" ({interval_text(one.since, one.until)}) and {other.mn}"
                f" ({interval_text(other.since, other.until)}) overlap: set `to` and `from`",
                f"一台数采仪同一时间只有一个 MN，而 {one.mn}（{interval_zh(one.since, one.until)}）与"
                f" {other.mn}（{interval_zh(other.since, other.until)}）重叠：请填写 `to` 和 `from`",
            ),
        )
    kept = [
        row._replace(until=spoken) if row.until is None or row.until > spoken else row
        for row in known
        if spoken is not None and row.since < spoken
    ]
    _record(plan, device, known, joined([*kept, *rows]))


def _lone(
    entry: MnHeld, last: MnRow | None, device: DeviceRow, commissioned_before: datetime
) -> tuple[MnRow, datetime | None]:
    given = entry.model_fields_set
    carried = carried_since(
        last.since if last else None, device.commissioned_at, commissioned_before
    )
    since = (entry.since or device.commissioned_at) if "since" in given else carried
    until = entry.until if "until" in given or last is None else last.until
    if until is not None and until <= since:
        until = None
    # An unstated beginning restates the last row, which began at `last.since`.
    spoken = entry.since if "since" in given else (last.since if last else None)
    return MnRow(device.id, entry.mn, since, until), spoken


def _record(plan: Plan, device: DeviceRow, known: list[MnRow], rows: list[MnRow]) -> None:
    if rows == known:
        plan.counts["mn", "unchanged"] += len(rows)
        return
    plan.put_mns(device.id, rows)
    before = {(row.mn, row.since): row for row in known}
    name = plan.device_name(device)
    for row in rows:
        old = before.pop((row.mn, row.since), None)
        text = interval_text(row.since, row.until)
        if old is None:
            plan.record("added", "mn", f"{name} / {row.mn}", [text])
        elif old.until != row.until:
            verb = "ended" if old.until is None else "changed"
            plan.record(verb, "mn", f"{name} / {row.mn}", [text])
    for old in before.values():
        text = interval_text(old.since, old.until)
        plan.record("ended", "mn", f"{name} / {old.mn}", [f"{text}: no longer held"])


def life_end(plan: Plan, device: int) -> datetime | None:
    """When the device holds no MN any more; None while that is open."""
    ends = [row.until for row in plan.known.mns.get(device, [])]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None
