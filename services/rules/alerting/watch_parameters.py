"""When silence, a wrong clock, lateness and the platform's own lag are trouble: all of our choice.

No standard read so far names a figure for any of these; HJ 212 leaves the rhythm to the registry.
"""

from typing import Final

from schemas.parameter import Parameters, Source, parameter

OURS: Final = Source("no clause read: our own proposal", "ours")


class OfflineParameters(Parameters):
    """When a logger is offline 离线: longer silent than all of these."""

    intervals: int = parameter(
        10,
        "",
        OURS,
        en="a logger is offline after this many of its real-time intervals without a frame",
        zh="数采仪离线判定：实时数据上报间隔的倍数",
        ge=4,
    )
    minutes: int = parameter(
        10,
        "min",
        OURS,
        en="and never before this many minutes",
        zh="数采仪离线判定：最短静默分钟数",
        ge=3,
    )
    minute_periods: int = parameter(
        3,
        "",
        OURS,
        en="nor before this many of its minute records' periods",
        zh="数采仪离线判定：分钟数据周期的倍数",
        ge=3,
    )
    never_hours: int = parameter(
        24,
        "h",
        OURS,
        en="a logger that was never heard is offline after this many hours",
        zh="从未上线的数采仪判为离线的小时数",
        ge=1,
    )


class PlatformSilenceParameters(Parameters):
    """When silence is the platform's own 平台收数中断 and not that of loggers."""

    share: int = parameter(
        30,
        "%",
        OURS,
        en="share of the speaking loggers that must fall silent together",
        zh="判定平台收数中断：同时静默的数采仪占比",
        ge=5,
        le=100,
    )
    least: int = parameter(
        5,
        "",
        OURS,
        en="and at least this many of them",
        zh="判定平台收数中断：同时静默的最少台数",
        ge=2,
    )
    least_of_all: int = parameter(
        2,
        "",
        OURS,
        en="or all of them, where they are at least this many",
        zh="全部数采仪同时静默时的最少台数",
        ge=2,
    )
    group_share: int = parameter(
        80,
        "%",
        OURS,
        en="share of the loggers of one gateway or region that must fall silent together",
        zh="同一网关或地区同时静默的数采仪占比",
        ge=30,
        le=100,
    )
    whole_share: int = parameter(
        90,
        "%",
        OURS,
        en="from this share on nobody's silence counts, and not only that of those who fell silent",
        zh="达到该占比时全部数采仪的静默均归于平台",
        ge=50,
        le=100,
    )


class DeviceClockParameters(Parameters):
    """When a logger's clock is wrong 时钟异常."""

    tolerance_s: int = parameter(
        180,
        "s",
        OURS,
        en="a logger's clock may differ from the platform's by this much",
        zh="数采仪时钟与平台时钟的允许偏差",
        ge=10,
    )
    samples: int = parameter(
        5,
        "",
        OURS,
        en="readings whose median difference counts",
        zh="取中位数的读数个数",
        ge=3,
        le=15,
    )
    quiet_minutes: int = parameter(
        30,
        "min",
        OURS,
        en="frames refused for their time make the clock wrong until this long after the last",
        zh="因时间被拒收的报文停止多久后视为时钟恢复",
        ge=1,
    )


class LateParameters(Parameters):
    """When a logger transmits late 迟报."""

    minutes: int = parameter(
        15,
        "min",
        OURS,
        en="its newest reading may be this much older than the message that brings it, and its period",
        zh="最新数据时间早于发送时间的允许分钟数（另加数据周期）",
        ge=2,
    )


class MismatchParameters(Parameters):
    """When somebody speaks in another's name 冒用 MN."""

    quiet_hours: int = parameter(
        24,
        "h",
        OURS,
        en="it is over this long after the last such frame",
        zh="最后一次冒用后视为结束的小时数",
        ge=1,
    )


class PlatformLagParameters(Parameters):
    """When the platform itself is late 平台判定滞后, or does not get its notices out."""

    judging_minutes: int = parameter(
        10, "min", OURS, en="judging may be this much behind", zh="小时判定允许滞后", ge=1
    )
    loop_minutes: int = parameter(
        2,
        "min",
        OURS,
        en="raising alerts and judging the running hour may each be this much behind",
        zh="告警生成与实时判定允许滞后",
        ge=1,
    )
    notice_minutes: int = parameter(
        15, "min", OURS, en="a notice may wait this long", zh="通知允许等待", ge=1
    )
    clock_seconds: int = parameter(
        5,
        "s",
        OURS,
        en="a host's clock may differ from the database's by this much",
        zh="主机时钟与数据库时钟的允许偏差",
        ge=1,
    )
