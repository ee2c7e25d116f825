"""Parameters of removal efficiency 去除效率: targets, and how much of an hour or a day it takes."""

from decimal import Decimal
from typing import Final, Literal

from schemas.parameter import Parameters, Source, parameter

_PLAN: Final = "内蒙古自治区“十二五”节能减排规划: new coal-fired units; text read"
_OURS: Final = "our proposal"


class RemovalParameters(Parameters):
    """去除效率 parameters; targets are shares in %."""

    desulphurisation: Decimal = parameter(
        Decimal(90),
        "%",
        Source(_PLAN, "high"),
        en="overall desulphurisation efficiency of new coal units: at least",
        zh="新建燃煤机组综合脱硫效率不低于",
        gt=0,
        le=100,
    )
    denitrification: Decimal = parameter(
        Decimal(70),
        "%",
        Source(_PLAN, "high"),
        en="overall denitrification efficiency of new coal units: at least",
        zh="新建燃煤机组综合脱硝效率不低于",
        gt=0,
        le=100,
    )
    nmhc_petrochemical: Decimal = parameter(
        Decimal(95),
        "%",
        Source("GB 31570-2015, GB 31571-2015", "medium", from_memory=True),
        en="removal of NMHC in refining and petrochemistry: at least",
        zh="石油炼制、石油化学工业非甲烷总烃去除效率不低于",
        gt=0,
        le=100,
    )
    nmhc_petrochemical_special: Decimal = parameter(
        Decimal(97),
        "%",
        Source("GB 31570-2015, GB 31571-2015 (special limits)", "medium", from_memory=True),
        en="the same where special limits apply: at least",
        zh="执行特别排放限值的石化企业非甲烷总烃去除效率不低于",
        gt=0,
        le=100,
    )
    nmhc_general: Decimal = parameter(
        Decimal(80),
        "%",
        Source("GB 37822-2019", "medium", from_memory=True),
        en="removal of NMHC in general: at least",
        zh="VOCs处理设施去除效率（一般）不低于",
        gt=0,
        le=100,
    )
    efficiency_formula: Literal["mass_else_converted"] = parameter(
        "mass_else_converted",
        "",
        Source(
            "eta = 1 - Cout*Qout/(Cin*Qin), or of converted concentrations",
            "medium",
            from_memory=True,
        ),
        en="how efficiency is worked out: by mass with both flows, else by converted "
        "concentrations; set it to vouch for the formula",
        zh="效率计算方法：两侧均有流量按质量计算，否则按折算浓度计算",
    )
    production_share: int = parameter(
        100,
        "%",
        Source(_OURS, "ours"),
        en="share of an hour in which production must surely have run for its efficiency to be judged",
        zh="判定小时效率所需的生产运行时间占比",
        ge=0,
        le=100,
    )
    low_hours: int = parameter(
        3,
        "h",
        Source(_OURS, "ours"),
        en="so many judged hours in a row under the target are a finding",
        zh="连续低于目标的小时数达到该值即产生告警",
        gt=0,
    )
    day_hours: int = parameter(
        20,
        "h",
        Source("our proposal, after the 20 valid hours of a valid day (HJ 75-2017)", "ours"),
        en="judged hours that a day needs for its efficiency to be judged",
        zh="判定日效率所需的有效小时数",
        gt=0,
        le=24,
    )
