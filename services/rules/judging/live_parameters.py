"""When a running hour is found against: how long over the limit, and how it ends. All of it is ours."""

from decimal import Decimal
from typing import Final

from schemas.parameter import Parameters, Source, parameter

_OURS: Final = "no clause: limits bind hours and days; live warnings of platforms differ"


class LiveParameters(Parameters):
    """实时超限与预警 parameters. Seconds unless said otherwise."""

    hold_s: int = parameter(
        180,
        "s",
        Source(_OURS, "ours"),
        en="valid records over the limit, without a break, for so long are a finding",
        zh="有效数据连续超过限值达到该时长即提示实时超限",
        ge=0,
        le=1_800,
    )
    least_records: int = parameter(
        2,
        "",
        Source(_OURS, "ours"),
        en="and at least so many of them: a single record of some minutes is no course",
        zh="且至少达到该条数：单条分钟数据不足以提示实时超限",
        ge=1,
        le=60,
    )
    clear_s: int = parameter(
        180,
        "s",
        Source(_OURS, "ours"),
        en="valid records within the limit for so long end it; so long a gap interrupts what is no finding yet",
        zh="有效数据连续回到限值以内达到该时长即结束；未形成提示前的数据中断达到该时长则重新计时",
        ge=0,
        le=1_800,
    )
    silent_s: int = parameter(
        900,
        "s",
        Source(_OURS, "ours"),
        en="without any valid record for so long nothing is known, and what was found ends",
        zh="无有效数据达到该时长即结束（此后状态未知）",
        gt=0,
        le=3_600,
    )
    warning_ends_share: Decimal = parameter(
        Decimal("0.85"),
        "",
        Source(_OURS, "ours"),
        en="a warning ends where the projected mean is no more than this share of the limit",
        zh="预测均值不高于限值的该比例时预警结束",
        gt=0,
    )
