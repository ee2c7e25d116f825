"""When a logger's silence is its own, and long enough to be told: device_offline 设备离线. Pure.

Time in which the platform heard nothing is no silence of loggers, and after it each has its whole
threshold anew. What is told then has its true time: since the logger was last heard.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from schemas.alert import AlertKind, Span
from schemas.watch import Deaf, Gap, Seen, WatchedDevice
from services.rules.alerting.watch_parameters import OfflineParameters
from services.rules.alerting.watch_words import moment_en, moment_zh
from services.rules.marks.intervals import Interval, joined

SOURCE: Final = "heard"
LAST_SENT: Final = "last_sent_by_its_clock"


@dataclass(frozen=True, slots=True)
class Around:
    """What explains silence: the platform's own, and marks that count, by device. `now`."""

    now: datetime
    deaf: Sequence[Deaf] = ()
    excused: Mapping[int, Sequence[Interval]] = field(default_factory=dict[int, Sequence[Interval]])


class Paced(Protocol):
    """A device with the rhythm that it is registered with, in seconds."""

    @property
    def realtime_s(self) -> int: ...
    @property
    def minute_s(self) -> int: ...


def threshold_of(device: Paced, params: OfflineParameters, *, never: bool) -> timedelta:
    """How long a device may be silent."""
    if never:
        return timedelta(hours=params.never_hours)
    return max(
        timedelta(seconds=params.intervals * device.realtime_s),
        timedelta(seconds=params.minute_periods * device.minute_s),
        timedelta(minutes=params.minutes),
    )


def offline_spans(
    device: WatchedDevice, gaps: Iterable[Gap], around: Around, params: OfflineParameters
) -> list[Seen]:
    """The stretches over which the device was offline, and those that a mark excuses, in order.

    A silence counts when one part of it, between the times in which the platform was deaf or a mark
    counted, is longer than the threshold.
    """
    found: list[Seen] = []
    for gap in sorted(gaps):
        clipped = _while_due(gap, device)
        if clipped is not None:
            found += _spans(device, clipped, around, params)
    return found


def own_silence(gap: Gap, around: Around) -> list[Interval]:
    """The parts of a silence in which the platform could have heard the device and no mark counts."""
    whole = Interval(gap.since, gap.until or around.now)
    deaf = [
        Interval(one.since, one.until or around.now)
        for one in around.deaf
        if one.concerns(gap.device)
    ]
    return _without(whole, [*deaf, *around.excused.get(gap.device, ())])


def _spans(
    device: WatchedDevice, gap: Gap, around: Around, params: OfflineParameters
) -> list[Seen]:
    threshold = threshold_of(device, params, never=gap.never)
    own = own_silence(gap, around)
    if not any(part.until - part.since > threshold for part in own):
        return []
    began = _lived_until(gap, around)
    whole = Interval(began, gap.until or around.now)
    excused = joined(
        both
        for one in around.excused.get(gap.device, ())
        if (both := Interval(max(one.since, began), min(one.until, whole.until))).seconds
    )
    wrong = _without(whole, excused)
    # What lies before a mark and is shorter than the threshold nobody would have told.
    wrong = [
        part for part in wrong if part.until - part.since > threshold or part.until == whole.until
    ]
    parts = [(part, False) for part in wrong] + [(part, True) for part in excused]
    open_end = gap.until is None
    return [
        _seen(device, gap, (part, exempt), open_end=open_end and part.until == whole.until)
        for part, exempt in sorted(parts)
    ]


def _seen(device: WatchedDevice, gap: Gap, part: tuple[Interval, bool], *, open_end: bool) -> Seen:
    (since, until), exempt = part
    evidence: dict[str, object] = {
        "mn": device.mn,
        "device": device.code,
        "last_heard": None if gap.never else gap.since.isoformat(),
        "realtime_interval_s": device.realtime_s,
    }
    if gap.said_at is not None:
        evidence[LAST_SENT] = gap.said_at.isoformat()
    span = Span(
        since=since,
        until=None if open_end else until,
        holds=not exempt,
        zh=_zh(device, gap, since),
        en=_en(device, gap, since),
        exempt=exempt,
        source=SOURCE,
        evidence=evidence,
    )
    return Seen(AlertKind.DEVICE_OFFLINE, device.target, span)


def _zh(device: WatchedDevice, gap: Gap, since: datetime) -> str:
    who = f"{device.plant_name}数采仪 {device.mn}"
    if gap.never:
        return f"{who}自{moment_zh(since)}登记起从未上报数据"
    return f"{who}离线：最后一次收到其报文为{moment_zh(since)}"


def _en(device: WatchedDevice, gap: Gap, since: datetime) -> str:
    who = f"logger {device.mn} of {device.plant_code}"
    if gap.never:
        return f"{who} has never been heard since it was registered, {moment_en(since)}"
    return f"{who} is offline: last heard at {moment_en(since)}"


def _while_due(gap: Gap, device: WatchedDevice) -> Gap | None:
    """The part of a silence in which the device was to speak."""
    since = max(gap.since, device.since)
    until = gap.until
    if device.until is not None:
        until = device.until if until is None else min(until, device.until)
    return None if until is not None and until <= since else gap._replace(since=since, until=until)


def _lived_until(gap: Gap, around: Around) -> datetime:
    """When it spoke last: what waited while the platform was deaf arrived later than it was sent."""
    if gap.said_at is None:
        return gap.since
    for deaf in around.deaf:
        ended = deaf.until is not None and deaf.until <= gap.since + timedelta(minutes=5)
        if deaf.concerns(gap.device) and ended and deaf.since <= gap.said_at < gap.since:
            return gap.said_at
    return gap.since


def _without(whole: Interval, cuts: Iterable[Interval]) -> list[Interval]:
    left: list[Interval] = []
    at = whole.since
    for cut in joined(cuts):
        if cut.since > at:
            left.append(Interval(at, min(cut.since, whole.until)))
        at = max(at, cut.until)
    if at < whole.until:
        left.append(Interval(at, whole.until))
    return [one for one in left if one.since < one.until]
