"""What a sewage works is held to: its load, its standing idle, its inlet, its water balance."""

from decimal import Decimal

from schemas.parameter import Parameters, Source, parameter

PLAN_000 = "内蒙古自治区“十二五”节能减排综合性工作方案"
PLAN_002 = "内蒙古自治区“十二五”节能减排规划"
PLAN_001 = "内政发〔2022〕17号（自治区“十四五”节能减排综合工作实施方案）"


class SewageLoadParameters(Parameters):
    """The load rate 负荷率 of a sewage works and the levels it must reach."""

    first_year_percent: Decimal = parameter(
        Decimal(60),
        "%",
        Source(f"{PLAN_000}: 建成后一年内实际处理水量达不到设计能力60%", "high"),
        en="load that must be reached a year after commissioning",
        zh="建成一年后应达到的负荷率",
        ge=0,
    )
    city_percent: Decimal = parameter(
        Decimal(80),
        "%",
        Source(f"{PLAN_002}: 城市污水处理厂负荷率达到80%", "high"),
        en="load of a city's works (by 2015)",
        zh="城市污水处理厂负荷率",
        ge=0,
    )
    town_percent: Decimal = parameter(
        Decimal(60),
        "%",
        Source(f"{PLAN_002}: 城镇污水处理厂负荷率达到60%以上", "high"),
        en="load of a town's works (by 2015)",
        zh="城镇污水处理厂负荷率",
        ge=0,
    )
    day_cover_percent: Decimal = parameter(
        Decimal(75),
        "%",
        Source("our proposal", "ours"),
        en="share of a day that valid flow must cover for the day's volume to count",
        zh="有效流量须覆盖的日内时间比例，不足者该日不计",
        gt=0,
        le=100,
    )
    month_cover_percent: Decimal = parameter(
        Decimal(75),
        "%",
        Source("our proposal", "ours"),
        en="share of a month's days that must count before its load is held against a level",
        zh="月内计入日数达到该比例方判定负荷率",
        gt=0,
        le=100,
    )


class SewageIdleParameters(Parameters):
    """When a works that nobody has declared stopped stands idle 无故不运行."""

    idle_s: int = parameter(
        86_400,
        "s",
        Source("our proposal; the plan gives no time", "ours"),
        en="time without flow and without a declared stop after which a works stands idle",
        zh="无流量且未申报停运持续该时间视为无故不运行",
        gt=0,
    )
    idle_percent: Decimal = parameter(
        Decimal(0),
        "%",
        Source("our proposal: exactly zero", "ours"),
        en="flow up to this share of the design capacity is none",
        zh="流量不超过设计能力的该比例视为零",
        ge=0,
        lt=100,
    )


class SewageInletParameters(Parameters):
    """What an abnormal inlet is, and how far the flows in and out may differ."""

    inlet_bod_mg_l: Decimal = parameter(
        Decimal(100),
        "mg/L",
        Source(
            "national practice for renewing networks (一厂一策), in no plan here",
            "medium",
            from_memory=True,
        ),
        en="mean BOD5 of the inlet below which it is abnormal",
        zh="进水五日生化需氧量低于该值视为异常",
        gt=0,
    )
    bod_of_cod: Decimal | None = parameter(
        None,
        "1",
        Source("no ratio is given anywhere: set one to judge by COD", "ours"),
        en="BOD5 / COD of the inlet, for works that measure COD alone; none: COD is not judged",
        zh="进水 BOD5/COD 比值；未设置则不以化学需氧量推算",
        gt=0,
        le=1,
    )
    balance_percent: Decimal = parameter(
        Decimal(30),
        "%",
        Source("flow against balance in public code", "low"),
        en="difference of a day's inflow and outflow, of the inflow",
        zh="日进出水量相对差异限值",
        gt=0,
    )
