"""What may be set of the rules of marks: whose marks count, pools, deadlines, ranks, conditions.

The figures of each kind stand in the table of kinds; `caps_h` and `effects` take their place.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from schemas.marks import MarkOrigin
from schemas.parameter import Parameters, Source, parameter
from services.rules.marks.kinds import Effect, MarkKind

ORDER_10 = Source("MEE Order 10 (2019) art 10", "high")
NO_50 = Source("MEE Announcement 2019 No. 50", "high")
OURS = Source("no rule says it", "ours")
NO_FIGURE = Source("trial rule 执法函〔2020〕21号; the figure was not found", "low")
Warnings = tuple[Decimal, ...]


class Pool(NamedTuple):
    """Marked time that kinds share; `every`: it begins anew with each local year or quarter."""

    name: str
    parameter: str
    warn_parameter: str
    every: Literal["year", "quarter"]
    zh: str
    en: str


POOLS = (
    Pool("furnace_60h", "furnace_60h", "warn_60h", "year", "启炉停炉故障事故", "start, stop, fault, accident"),
    Pool("furnace_700h", "furnace_700h", "warn_700h", "year", "烘炉停炉降温", "bake-out, cooling"),
    Pool("cems_30h", "cems_30h", "warn_30h", "quarter", "CEMS维护", "CEMS maintenance"),
    Pool("hazardous_60h", "hazardous_60h", "warn_60h", "year", "危废焚烧启炉", "hazardous waste start-up"),
    Pool("thermal_fault", "thermal_fault_h", "warn_thermal_h", "year", "火电故障/事故", "power plant fault"),
)  # fmt: skip


class MarkParameters(Parameters):
    """The rules of marks; hours unless the unit says otherwise."""

    counting_origins: frozenset[MarkOrigin] = parameter(
        frozenset({"bureau"}), "", OURS,
        en="origins whose marks count before anybody has reviewed them; late ones never do",
        zh="无需审核即生效的标记来源",
    )  # fmt: skip
    late_marks: Literal["claimed", "void"] = parameter(
        "claimed", "", OURS,
        en="what a late mark is until it is accepted: claimed, or without any effect",
        zh="逾期标记的效力",
    )  # fmt: skip
    partial_day: Literal["rest_decides", "whole_only"] = parameter(
        "rest_decides", "", OURS,
        en="a day marked in part: exempt where the hours left are within the limit, or never",
        zh="部分时段标记的日均值如何豁免",
    )  # fmt: skip
    hour_share: Decimal = parameter(
        Decimal(1), "", OURS, gt=0, le=1,
        en="the share of an hour that must be marked for the hour to count as marked",
        zh="一小时内标记时长占比达到多少视为该小时已标记",
    )  # fmt: skip
    furnace_60h: Decimal | None = parameter(
        Decimal(60), "h", ORDER_10,
        en="start, stop, fault and accident per furnace and year", zh="启炉、停炉、故障、事故年累计上限",
    )  # fmt: skip
    furnace_700h: Decimal | None = parameter(
        Decimal(700), "h", ORDER_10,
        en="bake-out and cooling per furnace and year", zh="烘炉、停炉降温年累计上限",
    )  # fmt: skip
    cems_30h: Decimal | None = parameter(
        Decimal(30), "h", Source("MEE Order 10 (2019) art 12", "high"),
        en="CEMS maintenance per furnace and quarter", zh="CEMS维护季度累计上限",
    )  # fmt: skip
    hazardous_60h: Decimal | None = parameter(
        Decimal(60), "h", Source("GB 18484-2020 section 7.2", "high"),
        en="start-up of a hazardous-waste furnace per year", zh="危险废物焚烧启炉年累计上限",
    )  # fmt: skip
    thermal_fault_h: Decimal | None = parameter(
        None, "h", NO_FIGURE,
        en="fault and accident of a power plant's unit per year; none: not known",
        zh="火电故障/事故年累计上限",
    )  # fmt: skip
    warn_60h: Warnings = parameter(
        (Decimal(45), Decimal(54)), "h", OURS, en="warnings before 60 h", zh="60 小时预警值"
    )
    warn_700h: Warnings = parameter(
        (Decimal(600), Decimal(665)), "h", OURS, en="warnings before 700 h", zh="700 小时预警值"
    )
    warn_30h: Warnings = parameter(
        (Decimal(24), Decimal(27)), "h", OURS, en="warnings before 30 h", zh="30 小时预警值"
    )
    warn_thermal_h: Warnings = parameter(
        (), "h", OURS, en="warnings before the pool of thermal power", zh="火电故障/事故预警值"
    )
    dust_ceiling: Decimal = parameter(
        Decimal(150), "mg/m3", Source("MEE Order 10 (2019) art 10; GB 18484-2020 7.2", "high"),
        en="particulate hourly mean up to which start, stop, fault and accident are exempt",
        zh="启炉、停炉、故障、事故时段颗粒物小时均值上限",
    )  # fmt: skip
    oxygen_margin: Decimal = parameter(
        Decimal(2), "%", NO_50, en="out of service: flue oxygen at most so far under the ambient",
        zh="停运时烟气氧含量低于环境空气的最大差值",
    )  # fmt: skip
    ambient_oxygen: Decimal = parameter(
        Decimal("20.9"), "%", Source("dry air; the rule gives no figure", "ours"),
        en="oxygen of the ambient air where it is not measured", zh="环境空气氧含量",
    )  # fmt: skip
    after_event_h: Decimal = parameter(
        Decimal(1), "h", Source("MEE Announcement 2019 No. 50, 5.2", "high"),
        en="waste incineration: a mark is due within this time of the event",
        zh="事件发生后标记时限（垃圾焚烧）",
    )  # fmt: skip
    next_day_hour: int = parameter(
        12, "h", Source("MEE Announcement 2022 No. 21 art 5", "high"), ge=0, le=23,
        en="manual marks of a day are due until this hour of the next", zh="人工标记截止时刻（次日）",
    )  # fmt: skip
    segment_over_s: int = parameter(
        900, "s", Source("practice of platforms (public code)", "medium"), ge=0,
        en="flags in a run longer than this become a mark", zh="自动标记最短持续时间（须超过）",
    )  # fmt: skip
    condition_rank: tuple[str, ...] = parameter(
        (
            *("thermal_power/out_of_service", "thermal_power/disconnected", "connected"),
            *("accident", "fault", "fault_or_accident", "shut_down", "start_up", "cold_start"),
            *("hot_start", "cold_ignition", "hot_ignition", "cooling", "bake_out"),
            *("bake_out_after_repair", "no_discharge", "out_of_service"),
        ), "", OURS,
        en="which condition holds where two overlap: keys or codes, first wins; the stricter first",
        zh="工况标记重叠时的优先次序",
    )  # fmt: skip
    monitoring_rank: tuple[str, ...] = parameter(
        (
            *("equipment/instrument_stopped", "equipment/fault", "calibration", "standard_check"),
            *("maintenance", "cems_maintenance", "over_range", "sensor_fault"),
            *("communication_loss", "data_missing", "furnace_abnormal", "thermocouple_fault"),
        ), "", Source("HJ 212-2025 table 10: D > C > M > T > Td (a summary); the others ours", "medium"),
        en="which monitoring mark holds where two overlap", zh="监测设备标记重叠时的优先次序",
    )  # fmt: skip
    caps_h: Mapping[str, Decimal | None] = parameter(
        {}, "h", Source("the table of kinds", "high"),
        en="caps of events by kind in place of the table's; null: none", zh="单次时长上限（按标记种类）",
    )  # fmt: skip
    effects: Mapping[str, Effect] = parameter(
        {}, "", Source("the table of kinds", "high"),
        en="effects by kind in place of the table's", zh="标记效力（按标记种类）",
    )  # fmt: skip
    flag_kinds: Mapping[str, str] = parameter(
        {}, "", Source("HJ 212-2025 table 11 was not seen", "low"),
        en="kinds (keys) by further data flags or condition codes", zh="其他数据标识对应的标记种类",
    )  # fmt: skip

    def as_set(self, kind: MarkKind) -> MarkKind:
        """The kind with the cap and effect that were set for it."""
        if kind.key in self.caps_h:
            kind = kind._replace(cap_h=self.caps_h[kind.key], cap_known=True)
        if kind.key in self.effects:
            kind = kind._replace(effect=self.effects[kind.key])
        return kind

    def settled(self, kind: MarkKind) -> bool:
        """Whether what the kind does was read in its rule, or set by somebody."""
        return kind.source.established or (kind.key in self.caps_h and kind.key in self.effects)

    def pool_s(self, name: str) -> int | None:
        """The seconds of a pool; None where no figure is known."""
        hours: Decimal | None = getattr(self, pool_named(name).parameter)
        return None if hours is None else int(hours * 3600)

    def warn_s(self, name: str) -> tuple[int, ...]:
        """The seconds at which a pool's use is warned of, rising."""
        hours: Warnings = getattr(self, pool_named(name).warn_parameter)
        return tuple(sorted(int(one * 3600) for one in hours))


def pool_named(name: str) -> Pool:
    """The pool of that name; raises KeyError."""
    for pool in POOLS:
        if pool.name == name:
            return pool
    raise KeyError(name)
