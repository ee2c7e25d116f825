"""What the parameters of a kind of case are made of: when it opens, clears, comes again, grows worse.

No clause names any of these figures for point sources: all are our own proposal, and settable.
"""

from decimal import Decimal
from typing import Any, Final

from schemas.alert import Severity
from schemas.parameter import Parameters, Source, parameter

OURS: Final = Source("no clause read: our own proposal", "ours")
LEVELS: Final = Source(
    "own proposal (blue, yellow, orange, red): no national scale for point sources was found",
    "ours",
)
HOUR: Final = 3_600
DAY: Final = 24 * HOUR


def hold(seconds: int) -> Any:  # the type of the field it stands for
    return parameter(
        *(seconds, "s", OURS),
        en="a case opens only when it has gone on for so long (hold-down)",
        zh="告警确认时长：持续达到后才正式告警",
        ge=0,
    )


def clear(seconds: int) -> Any:  # the type of the field it stands for
    return parameter(
        *(seconds, "s", OURS),
        en="it is over when it was right for so long in sum",
        zh="告警解除时长：累计恢复正常达到后解除",
        ge=1,
    )


def reopen(seconds: int) -> Any:  # the type of the field it stands for
    return parameter(
        *(seconds, "s", OURS),
        en="what comes again within this time of its end is the same case, reopened",
        zh="告警重开窗口：解除后在此时长内再次发生视为同一告警",
        ge=0,
    )


def late(seconds: int) -> Any:  # the type of the field it stands for
    return parameter(
        *(seconds, "s", OURS),
        en="what is first known so long after it ended was found late, and pages nobody",
        zh="迟发现判定：结束后超过此时长才获知的，记为迟发现，不再即时通知",
        ge=60,
    )


def after(seconds: int | None, colour: Severity) -> Any:  # the type of the field it stands for
    zh = {"orange": "橙", "red": "红"}[colour.value]
    return parameter(
        *(seconds, "s", LEVELS),
        en=f"wrong time in sum of one spell that makes it {colour.value}; none: never",
        zh=f"单次持续累计达到此时长升为{zh}色；空：不升级",
        gt=0,
    )


class Course(Parameters):
    """When a case opens, clears, comes again and is found late, in seconds; and its severity."""

    hold_s: int = hold(0)
    clear_s: int = clear(HOUR)
    reopen_s: int = reopen(DAY)
    late_s: int = late(DAY)
    severity: Severity | None = parameter(
        *(None, "", LEVELS),
        en="severity that a case begins with; none: that of its kind",
        zh="告警起始等级（blue蓝、yellow黄、orange橙、red红）；空：按类别",
    )
    orange_after_s: int | None = after(None, Severity.ORANGE)
    red_after_s: int | None = after(None, Severity.RED)


class Exceeding(Course):
    """What exceedances have beside: steps by 超标倍数 and by how often within a window."""

    orange_multiple: Decimal | None = parameter(
        *(Decimal(1), "", LEVELS),
        en="multiple (value / limit - 1) that makes it orange; none: never",
        zh="升为橙色的超标倍数；空：不升级",
        gt=0,
    )
    red_multiple: Decimal | None = parameter(
        *(Decimal(3), "", LEVELS),
        en="multiple (value / limit - 1) that makes it red; none: never",
        zh="升为红色的超标倍数；空：不升级",
        gt=0,
    )
    orange_times: int | None = parameter(
        *(3, "times", LEVELS),
        en="the exceedance of this number within the window makes it orange (periods that follow "
        "each other are one); none: never",
        zh="窗口期内第几次超标升为橙色（连续时段计一次）；空：不升级",
        ge=2,
    )
    red_days: int | None = parameter(
        *(7, "days", LEVELS),
        en="so many local days with an exceedance within the window make it red; none: never",
        zh="窗口期内超标天数达到后升为红色；空：不升级",
        ge=2,
    )
    window_days: int = parameter(
        *(30, "days", LEVELS),
        en="window in which exceedances are counted, back from each",
        zh="重复超标统计窗口",
        ge=1,
        le=92,
    )
