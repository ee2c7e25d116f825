"""Parameters of treatment uptime: which states run, how long silence is bridged, when it is a finding."""

from decimal import Decimal
from typing import Final

from schemas.parameter import Parameters, Source, parameter

_TABLE_4: Final = (
    "HJ 212-2017 table 4 gives the states of SBn-RS; which of them count as running is our proposal"
)
_OURS: Final = "our proposal; the plans of Inner Mongolia leave the number open"

_STOP_LIST: Final = (
    "one platform's published list of 2023-06-08 names it as a sign against a declared stop; taken "
    "over for bypasses"
)


class FacilityParameters(Parameters):
    """治理设施运行 parameters. Seconds unless said otherwise."""

    running_states: tuple[int, ...] = parameter(
        (1, 2, 4, 5),
        "",
        Source(_TABLE_4, "ours"),
        en="states that count as running: 1 running, 2 calibrating, 4 alarm, 5 blow-back; not 0 off, "
        "3 maintenance",
        zh="计为运行的设施状态：1 运行、2 校准、4 报警、5 反吹；0 停运与 3 维护不计",
    )
    report_holds_s: int = parameter(
        3_600,
        "s",
        Source(_OURS, "ours"),
        en="a reported state holds until the next report, but unknown after the device is silent so long",
        zh="状态上报后设备静默超过该时长，状态按未知处理",
        gt=0,
    )
    signal_holds_s: int = parameter(
        120,
        "s",
        Source(_OURS, "ours"),
        en="a signal's record holds at least so long, if no other one follows: one lost record is no gap",
        zh="信号记录至少保持的时长（个别记录丢失不视为缺口）",
        ge=0,
    )
    usable_flags: tuple[str, ...] = parameter(
        ("N", "T"),
        "",
        Source("HJ 212-2017 table 8: N normal, T over range; the choice is our proposal", "ours"),
        en="data flags with which a signal is believed; a signal without a flag is believed too",
        zh="可用于运行判定的数据标识；无标识的信号亦可用",
    )
    contradiction_s: int = parameter(
        1_800,
        "s",
        Source(_OURS, "ours"),
        en="reported and derived state may differ for less than this without a finding",
        zh="上报状态与推断状态矛盾的容忍时长",
        gt=0,
    )
    off_delay_s: int = parameter(
        900,
        "s",
        Source(_OURS, "ours"),
        en="production running and treatment off for so long is a finding",
        zh="生产运行而治理设施停运达到该时长即产生告警",
        ge=0,
    )
    unknown_bridged_s: int = parameter(
        300,
        "s",
        Source(_OURS, "ours"),
        en="an unknown gap so short between two intervals of a finding does not end it",
        zh="告警区间内可跨越的未知缺口时长",
        ge=0,
    )
    bypass_delay_s: int = parameter(
        300,
        "s",
        Source(_OURS, "ours"),
        en="flow in a bypass for so long is a finding",
        zh="旁路有流量达到该时长即产生告警",
        ge=0,
    )
    bypass_velocity: Decimal = parameter(
        Decimal(3),
        "m/s",
        Source(_STOP_LIST, "medium"),
        en="gas faster than this in a bypass: it is open",
        zh="旁路烟气流速高于该值视为开启",
        ge=0,
    )
    bypass_flow: Decimal = parameter(
        Decimal(10_000),
        "m3/h",
        Source(_STOP_LIST, "medium"),
        en="more gas than this in a bypass: it is open",
        zh="旁路烟气流量高于该值视为开启",
        ge=0,
    )
    bypass_counts: bool = parameter(
        default=True,
        unit="",
        source=Source(
            "plans of Inner Mongolia: bypasses are to be removed; that an open one lowers the "
            "synchronous operation rate is our proposal",
            "ours",
        ),
        en="production is not treated while a bypass of its unit is open",
        zh="旁路开启期间视为未治理",
    )
    run_hours_tolerance_s: int = parameter(
        1_800,
        "s",
        Source(_OURS, "ours"),
        en="the device's run hours of a day may differ from the states by less than this",
        zh="设施日运行时间与状态统计的允许差",
        ge=0,
    )
    operation_full: int = parameter(
        90,
        "%",
        Source(
            "发改价格[2007]1176号, journal text; the document's number is from memory",
            "medium",
            from_memory=True,
        ),
        en="desulphurisation operation rate from which the outage's premium alone is deducted",
        zh="脱硫设施投运率达到该值：仅扣减停运时段电价",
        gt=0,
        le=100,
    )
    operation_low: int = parameter(
        80,
        "%",
        Source(
            "发改价格[2007]1176号, journal text; the document's number is from memory",
            "medium",
            from_memory=True,
        ),
        en="below this rate a fine of 5 times is added; between it and the upper one, of 1 time",
        zh="脱硫设施投运率低于该值：扣减并处5倍罚款；介于两者之间处1倍罚款",
        gt=0,
        le=100,
    )


TIMELINE: Final = ("running_states", "report_holds_s")
"""What a reported state rests on."""
DERIVED: Final = ("signal_holds_s", "usable_flags")
"""What a derived state rests on, beside its rule."""
