"""What may be set of the effectiveness of transmission: factors, windows, what is excused, targets."""

from datetime import date
from decimal import Decimal
from typing import Literal

from schemas.parameter import Parameters, Source, parameter

Series = Literal["hour", "day"]
Step = Literal["day", "month", "quarter", "year"]
METHOD = "method of the national assessment of valid transmission (a copy was read; number of the notice not confirmed)"
PLAN = "内蒙古自治区节能减排“十三五”规划"
_READ = Source(METHOD, "high")
_SPOKEN = Source(
    "client of the national platform; 《自动监测数据有效传输率统计算法说明》 itself was not read",
    "medium",
)
_OURS = Source("no rule says it", "ours")


class TransmissionParameters(Parameters):
    """The rules of 传输有效率 = 传输率 x 有效率."""

    air_factors: tuple[str, ...] = parameter(
        ("a34013", "a21026", "a21002"), "", _READ,
        en="codes that an air outlet is assessed by: dust, SO2, NOx",
        zh="废气考核因子：颗粒物、二氧化硫、氮氧化物",
    )  # fmt: skip
    water_factors: tuple[str, ...] = parameter(
        ("w01018", "w21003"), "", _READ,
        en="codes that a water outlet is assessed by: COD, NH3-N",
        zh="废水考核因子：化学需氧量、氨氮",
    )  # fmt: skip
    records: tuple[Series, ...] = parameter(
        ("hour", "day"), "", _READ,
        en="the records that are due of each factor", zh="应传数据类型：小时数据、日数据",
    )  # fmt: skip
    amend_days: int = parameter(
        10, "d", _READ, ge=0, le=366,
        en="so long after its period's end a record may be sent again, marked or filled by hand",
        zh="补传、修约期限（日）",
    )  # fmt: skip
    papers_day: int = parameter(
        10, "d", _READ, ge=1, le=28,
        en="papers for stops and amendments are due until the end of this day of the next month",
        zh="停运、修约佐证材料提交截止日（次月）",
    )  # fmt: skip
    without_papers: Literal["reset", "kept"] = parameter(
        "reset", "", _READ,
        en="what becomes of a plant's mark without papers once they are overdue",
        zh="逾期未提交佐证材料的停运或修约是否还原",
    )  # fmt: skip
    stopped_kinds: tuple[str, ...] = parameter(
        ("out_of_service",), "", _READ,
        en="kinds of marks (codes) whose hours are not due: 停运", zh="不计入应传的工况标记",
    )  # fmt: skip
    stopped_by_signals: Literal["not_due", "due"] = parameter(
        "not_due", "", _OURS,
        en="whether hours are due in which signals say surely that all units stood, without a mark",
        zh="工况信号确认停运而无标记的时段是否计入应传",
    )  # fmt: skip
    check_hours_a_day: int = parameter(
        1, "h/d", _SPOKEN, ge=0, le=24,
        en="water: hours a day that an automatic standard check may cost (23 of 24 count full)",
        zh="废水每日自动标样核查可豁免的小时数",
    )  # fmt: skip
    manual_fills: Literal["yes", "no"] = parameter(
        "yes", "", Source(f"{METHOD}: data may be supplemented; by a laboratory is ours", "ours"),
        en="whether laboratory results entered within the window stand for missing or invalid hours",
        zh="期限内录入的手工监测结果是否视为补充数据",
    )  # fmt: skip
    day_due_hours: int = parameter(
        20, "h", _OURS, ge=1, le=24,
        en="a day's record is due where at least so many of its hours were not stopped",
        zh="日数据计入应传所需的最少非停运小时数",
    )  # fmt: skip
    day_valid_hours: int = parameter(
        20, "h", Source("GB 18484-2020 3.19; HJ 76-2017 appendix B (gas; water: not found)", "medium"),
        en="valid hours that a day needs where marks or laboratory results changed any of them",
        zh="经标记或手工补充后有效日所需的最少有效小时数", ge=1, le=24,
    )  # fmt: skip
    valid_minutes: int = parameter(
        45, "min", Source("HJ 75-2017; GB 18484-2020 3.18", "high"), ge=1, le=60,
        en="minutes of an hour that marks of invalid data must leave for it to stay valid",
        zh="标记无效后小时均值仍有效所需的分钟数",
    )  # fmt: skip
    national_percent: Decimal = parameter(
        Decimal(75), "%", Source("national assessment of state-controlled firms since 2014-01-01", "high"),
        en="pass of the national assessment", zh="国家考核合格线", ge=0, le=100,
    )  # fmt: skip
    national_from: date = parameter(
        date(2014, 1, 1), "", Source("national assessment of state-controlled firms", "high"),
        en="from when the national assessment holds", zh="国家考核起始日",
    )  # fmt: skip
    plan_percent: Decimal = parameter(
        Decimal(90), "%", Source(f"{PLAN} (by 2020)", "high"),
        en="target of Inner Mongolia's plan for 2016-2020", zh="内蒙古“十三五”规划目标", ge=0, le=100,
    )  # fmt: skip
    plan_region: str = parameter(
        "15", "", Source(f"{PLAN}; GB/T 2260", "high"),
        en="the region of that target", zh="规划目标适用的行政区划代码",
    )  # fmt: skip
    plan_from: date = parameter(
        date(2020, 1, 1), "", Source(f"{PLAN}: to be reached by 2020", "high"),
        en="from when the plan's target is held against a plant", zh="规划目标起始日",
    )  # fmt: skip
    plan_goes_on: Literal["yes", "no"] = parameter(
        "yes", "", _OURS,
        en="whether the plan's target still counts after 2020", zh="2020年后是否继续适用规划目标",
    )  # fmt: skip
    found_over: tuple[Step, ...] = parameter(
        ("month", "quarter", "year"), "",
        Source("the assessment is yearly (quarterly in 环发〔2009〕88号); by month is ours", "ours"),
        en="over which periods too low a rate is found", zh="低于目标的判定周期",
    )  # fmt: skip
