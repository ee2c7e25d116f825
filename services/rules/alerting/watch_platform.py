"""What is wrong with the platform itself: it is behind, its notices stay, a host's clock is off. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from schemas.alert import AlertKind, Span, Target
from schemas.watch import Deaf, Progress, Said, Seen, Undelivered, WatchedDevice
from services.rules.alerting.watch_parameters import PlatformLagParameters
from services.rules.alerting.watch_words import lasting_en, lasting_zh, moment_en, moment_zh

FRESH: Final = timedelta(minutes=10)
"""A loop that has said nothing for so long says nothing of now."""
NAMED: Final = 20
"""So many devices are named where all are meant."""
CLOCK: Final = "clock"
_LOOPS: Final = {
    "judging": ("小时判定", "judging of hours"),
    "raising": ("告警生成", "raising of alerts"),
    "live": ("实时判定", "judging of the running hour"),
}


def lag_trouble(name: str, lag: timedelta, params: PlatformLagParameters) -> Said | None:
    """What is said of a loop that is too far behind; None where it is not."""
    minutes = params.judging_minutes if name == "judging" else params.loop_minutes
    if lag <= timedelta(minutes=minutes):
        return None
    zh, en = _LOOPS.get(name, (name, name))
    return Said(
        f"平台{zh}滞后{lasting_zh(lag)}，允许{minutes}分：检查判定进程与数据库",
        f"the platform's {en} is {lasting_en(lag)} behind, allowed are {minutes} min: "
        "look at the alert processes and the database",
        {"loop": name, "lag_s": round(lag.total_seconds())},
    )


def notice_trouble(
    undelivered: Undelivered, now: datetime, params: PlatformLagParameters
) -> Said | None:
    """What is said where notices do not arrive; None where they do."""
    waits = timedelta(0) if undelivered.oldest_at is None else now - undelivered.oldest_at
    if not undelivered.dead and waits <= timedelta(minutes=params.notice_minutes):
        return None
    return Said(
        f"通知发送失败：{undelivered.dead}条已放弃，最久一条已等待{lasting_zh(waits)}",
        f"notices do not arrive: {undelivered.dead} were given up, "
        f"the oldest waits for {lasting_en(waits)}",
        {"dead": undelivered.dead, "channels": dict(undelivered.channels)},
    )


def clock_troubles(
    progress: Iterable[Progress], now: datetime, params: PlatformLagParameters
) -> dict[str, Said]:
    """By host, what is said of its clock where it is off."""
    found: dict[str, Said] = {}
    for one in progress:
        skew = one.skew_s
        if one.name != CLOCK or skew is None or now - one.said_at > FRESH:
            continue
        if abs(skew) > params.clock_seconds:
            off = timedelta(seconds=skew)
            found[one.host] = Said(
                f"主机 {one.host} 时钟比数据库时钟{'快' if skew > 0 else '慢'}{lasting_zh(off)}"
                f"（允许{params.clock_seconds}秒）：该主机已停止判定，请检查时间同步",
                f"the clock of host {one.host} is {lasting_en(off)} "
                f"{'ahead of' if skew > 0 else 'behind'} the database's (allowed: "
                f"{params.clock_seconds} s): it has stopped judging, look at its time service",
                {"host": one.host, "skew_s": round(skew, 1)},
            )
    return found


def deaf_seen(deaf: Deaf, devices: Sequence[WatchedDevice]) -> Seen:
    """A platform's, gateway's or region's silence as a stretch of the one kind for all three."""
    where_zh, where_en = _where(deaf.why)
    silent = len(deaf.devices)
    names = sorted(one.mn for one in devices if one.device in deaf.devices)
    evidence: dict[str, object] = {
        "why": deaf.why,
        "silent": silent,
        "speaking_before": deaf.of,
        "all_excused": deaf.whole,
        # Who is named is all that it explains, unless it explains everybody.
        "loggers": names[:NAMED] if deaf.whole else names,
    }
    span = Span(
        deaf.since,
        deaf.until,
        holds=True,
        zh=f"{where_zh}：{moment_zh(deaf.since)}起，此前在线的 {deaf.of} 台数采仪中 {silent} 台同时静默，"
        "不逐台告警",
        en=f"{where_en}: from {moment_en(deaf.since)} on, {silent} of the {deaf.of} loggers that "
        "were speaking fell silent together; they are not told of one by one",
        source=deaf.why,
        evidence=evidence,
    )
    return Seen(AlertKind.PLATFORM_SILENT, Target(), span)


def unattended(since: datetime, until: datetime | None, of: int) -> Seen:
    """No living ingest holds a slot."""
    span = Span(
        since,
        until,
        holds=True,
        zh=f"平台收数中断：{moment_zh(since)}起没有运行中的收数进程（{of} 台数采仪），请启动 `qingkong ingest`",
        en=f"nothing is received: no ingest process has run since {moment_en(since)} ({of} loggers): "
        "start `qingkong ingest`",
        source="ingest",
        evidence={"why": "ingest", "loggers_registered": of},
    )
    return Seen(AlertKind.PLATFORM_SILENT, Target(), span)


def _where(why: str) -> tuple[str, str]:
    kind, _, name = why.partition(":")
    if kind == "gateway":
        return f"网关 {name} 收数中断", f"nothing comes through gateway {name}"
    if kind == "region":
        return f"地区 {name} 收数中断", f"nothing comes from region {name}"
    return "平台收数中断", "the platform hears nothing"
