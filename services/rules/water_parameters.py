"""What the means of water rest on; HJ 356-2019 was not read, and every figure says so."""

from decimal import Decimal
from typing import Literal

from schemas.parameter import Parameters, Source, parameter

NOT_READ = "HJ 356-2019, its clause on valid days was not found"


class WaterMeanParameters(Parameters):
    """The means of water 废水均值: what share must be there, and how results are weighted."""

    weighting: Literal["flow", "plain"] = parameter(
        "flow",
        "",
        Source("HJ 356-2019 clause 7: sum of C x Q over sum of Q", "medium", from_memory=True),
        en="flow: the day's mean is weighted by the flow in the time of each result; plain: not",
        zh="日均值按流量加权（flow）或算术平均（plain）",
    )
    day_percent: Decimal = parameter(
        Decimal(75),
        "%",
        Source(f"{NOT_READ}; one public rule set has 18 of 24 hours", "low"),
        en="share of the due results that must be valid for a valid day",
        zh="有效日所需的有效数据比例（占应测数据）",
        ge=0,
        le=100,
    )
    hour_percent: Decimal = parameter(
        Decimal(75),
        "%",
        Source("45 of 60 minutes as for gas (HJ 75-2017); for water not found", "low"),
        en="share of an hour that must be valid for a continuous instrument's valid hour",
        zh="连续测量项目有效小时所需的有效时间比例",
        ge=0,
        le=100,
    )
    month_days: int = parameter(
        25,
        "d",
        Source("HJ 76-2017, for gas; for water not found", "low"),
        en="valid days that a valid month needs",
        zh="有效月所需有效日数",
        ge=0,
        le=31,
    )
    february_days: int = parameter(
        23,
        "d",
        Source("HJ 76-2017, for gas; for water not found", "low"),
        en="valid days that a valid February needs",
        zh="二月有效月所需有效日数",
        ge=0,
        le=29,
    )
    flow_percent: Decimal = parameter(
        Decimal(75),
        "%",
        Source("our proposal", "ours"),
        en="share of a result's time that valid flow must cover for the flow to be valid",
        zh="一个结果时段内有效流量须覆盖的时间比例",
        gt=0,
        le=100,
    )
    zero_flow: Literal["left_out", "counted"] = parameter(
        "left_out",
        "",
        Source(
            "HJ 356-2019 clauses 5-6: invalid while the flow is 0; that such results are then not "
            "due either is ours",
            "medium",
            from_memory=True,
        ),
        en="a result in whose time nothing flowed: left out of what was due, or counted",
        zh="流量为零时段的结果：不计入应测，或照常计入",
    )


class WaterMassParameters(Parameters):
    """The mass of water's pollutants 排放量, and what stands in for missing values."""

    substitution: Literal["equal_time_before", "none"] = parameter(
        "equal_time_before",
        "",
        Source("HJ 356-2019 clause 8: mean of the equal time before the gap", "medium"),
        en="what stands in for missing concentrations and flows in the mass, and nowhere else",
        zh="缺失数据排放量补遗：缺失前等时段算术平均，或不补",
    )
