"""What a logger's own messages tell: whether its clock is wrong, and whether it transmits late. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median

from schemas.watch import Arrival, Deaf, Gap, Heard, Newest, Said, WatchedDevice
from services.rules.alerting.watch_arrivals import ENOUGH, KEPT, Shown
from services.rules.alerting.watch_parameters import DeviceClockParameters, LateParameters
from services.rules.alerting.watch_words import lasting_en, lasting_zh, moment_en, moment_zh


def looked(heard: Heard, newest: Newest | None, now: datetime, deaf: Iterable[Deaf]) -> Heard:
    """The device after its newest reading was looked at.

    A message that waited while the platform was deaf tells nothing of the clock, nor does a reading
    that was looked at before.
    """
    heard = replace(heard, looked_at=now)
    if newest is None or (
        heard.received_at is not None and newest.received_at <= heard.received_at
    ):
        return heard
    found = replace(
        heard,
        data_at=newest.data_at,
        said_at=newest.sent_at or heard.said_at,
        received_at=newest.received_at,
    )
    sent = newest.sent_at
    if sent is None and heard.said_at is None and heard.skews:
        # It never says when it sends, and arrivals showed its clock to be wrong: data times go on
        # showing it. Else an old reading may as well be a late one.
        sent = newest.data_at
    if sent is None or any(
        one.concerns(heard.device) and one.since <= sent and (one.until is None or sent < one.until)
        for one in deaf
    ):
        return found
    skew = (newest.received_at - sent).total_seconds()
    return replace(found, skews=(*heard.skews, skew)[-KEPT:])


def skew_of(heard: Heard, params: DeviceClockParameters) -> timedelta | None:
    """How far its clock is behind (negative: ahead); None where too few messages say it."""
    last = heard.skews[-params.samples :]
    return timedelta(seconds=median(last)) if len(last) >= ENOUGH else None


def clock_trouble(
    device: WatchedDevice,
    heard: Heard,
    now: datetime,
    params: DeviceClockParameters,
    shown: Shown | None = None,
) -> Said | None:
    """What is wrong with its clock; None where nothing is known to be.

    `shown`: what arrivals showed of it, where they were looked at; they say since when.
    """
    skew = skew_of(heard, params)
    refused = heard.clock_rejected_at
    if skew is not None and abs(skew) > timedelta(seconds=params.tolerance_s):
        return _skewed(device, skew, params, shown)
    if refused is not None and now - refused <= timedelta(minutes=params.quiet_minutes):
        return Said(
            f"{device.plant_name}数采仪 {device.mn} 时钟异常：其报文因时间超出允许范围被拒收",
            f"the clock of logger {device.mn} of {device.plant_code} is wrong: "
            "frames are refused for their time",
            {"mn": device.mn, "last_refused": refused.isoformat()},
            refused,
        )
    return None


def _skewed(
    device: WatchedDevice, skew: timedelta, params: DeviceClockParameters, shown: Shown | None
) -> Said:
    behind = skew > timedelta(0)
    evidence: dict[str, object] = {"mn": device.mn, "skew_s": round(skew.total_seconds(), 1)}
    if shown is not None:
        evidence |= _frame(shown.last)
    return Said(
        f"{device.plant_name}数采仪 {device.mn} 时钟{'慢' if behind else '快'}{lasting_zh(skew)}"
        f"，超过允许的{lasting_zh(timedelta(seconds=params.tolerance_s))}",
        f"the clock of logger {device.mn} of {device.plant_code} is {lasting_en(skew)} "
        f"{'behind' if behind else 'ahead'}, more than {params.tolerance_s} s",
        evidence,
        None if shown is None else shown.since,
    )


def _frame(last: Arrival) -> dict[str, object]:
    return {
        "batch": last.batch,
        "frame": last.frame,
        "received_at": last.received_at.isoformat(),
        "data_time": last.data_at.isoformat(),
        "sent_at": None if last.sent_at is None else last.sent_at.isoformat(),
    }


def late_trouble(
    device: WatchedDevice,
    heard: Heard,
    explained: tuple[Sequence[Gap], Sequence[Deaf]],
    params: LateParameters,
) -> Said | None:
    """What it sends too late; None where nothing is known to be.

    Data of a time in which the device, or the platform, was silent is its backlog: that silence was
    told of. By the device's own clock where it states it, so that a wrong clock is not lateness.
    """
    if heard.data_at is None or heard.received_at is None:
        return None
    sent = heard.said_at or heard.received_at
    lag = sent - heard.data_at
    if lag <= timedelta(minutes=params.minutes) + timedelta(seconds=device.minute_s):
        return None
    if _backlog(heard, heard.data_at, explained):
        return None
    return Said(
        f"{device.plant_name}数采仪 {device.mn} 迟报：{moment_zh(sent)}发送的最新数据时间为"
        f"{moment_zh(heard.data_at)}，迟{lasting_zh(lag)}",
        f"logger {device.mn} of {device.plant_code} transmits late: the newest data sent at "
        f"{moment_en(sent)} is of {moment_en(heard.data_at)}, {lasting_en(lag)} before",
        {
            "mn": device.mn,
            "lag_s": round(lag.total_seconds()),
            "data_time": heard.data_at.isoformat(),
        },
    )


def _backlog(heard: Heard, at: datetime, explained: tuple[Sequence[Gap], Sequence[Deaf]]) -> bool:
    gaps, deaf = explained
    own = any(
        one.since <= at and (one.until is None or at < one.until)
        for one in gaps
        if one.device == heard.device
    )
    return own or any(
        one.concerns(heard.device) and one.since <= at and (one.until is None or at < one.until)
        for one in deaf
    )
