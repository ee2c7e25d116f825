"""What laboratory results are held against: tolerances of comparison, duties, rates of publication."""

from decimal import Decimal

from schemas.parameter import Parameters, Source, parameter

_TABLE_1 = "HJ 355-2019 Table 1 (defaults of one code base; the table itself was not read)"
# The text was read; that it still holds was not, so that no judgement on it alone is sure.
_NOTICE = "环发〔2009〕88号 article 9 (old notice, whether it still holds was not checked)"
_PLAN = "内蒙古自治区节能减排“十三五”规划 (target for 2020)"


class ComparisonErrorParameters(Parameters):
    """How far an automatic value may be from the laboratory's of the same time 比对误差."""

    water_percent: Decimal = parameter(
        Decimal(15),
        "%",
        Source(_TABLE_1, "low"),
        en="relative error of COD, NH3-N, TP, TN",
        zh="化学需氧量、氨氮、总磷、总氮比对相对误差限值",
        gt=0,
    )
    ph_difference: Decimal = parameter(
        Decimal("0.5"),
        "1",
        Source(_TABLE_1, "low"),
        en="difference of pH",
        zh="pH 比对绝对误差限值",
        gt=0,
    )
    flow_error_percent: Decimal = parameter(
        Decimal(10),
        "%",
        Source(_TABLE_1, "low"),
        en="relative error of flow",
        zh="流量比对相对误差限值",
        gt=0,
    )
    gas_accuracy_percent: Decimal = parameter(
        Decimal(15),
        "%",
        Source("HJ 75-2017: relative accuracy at most 15 %", "medium", from_memory=True),
        en="relative accuracy of gas, from at least three pairs",
        zh="气态污染物相对准确度限值",
        gt=0,
    )
    quality_control_percent: Decimal = parameter(
        Decimal(10),
        "%",
        Source("inspection checklists for HJ 355-2019: standard sample within +-10 %", "medium"),
        en="relative error of a quality-control sample",
        zh="质控样相对误差限值",
        gt=0,
    )
    pairs: int = parameter(
        3,
        "1",
        Source("HJ 355-2019: comparison with at least 3 pairs", "high"),
        en="pairs that a comparison needs",
        zh="比对所需数据对数",
        ge=1,
    )
    cover_percent: Decimal = parameter(
        Decimal(50),
        "%",
        Source("our proposal", "ours"),
        en="share of the sampling time that valid automatic data must cover to be compared",
        zh="采样时段内有效自动数据须覆盖的时间比例",
        gt=0,
        le=100,
    )


class ManualDutyParameters(Parameters):
    """How often a laboratory must sample while the device is out, and what must be published."""

    samples_a_day: int = parameter(
        4,
        "1/d",
        Source(_NOTICE, "medium"),
        en="samples a day while the device is out",
        zh="自动监测设备故障期间每日手工监测次数下限",
        ge=0,
    )
    longest_interval_s: int = parameter(
        21_600,
        "s",
        Source(_NOTICE, "medium"),
        en="longest time between two samples while the device is out",
        zh="自动监测设备故障期间两次手工监测的最长间隔",
        gt=0,
    )
    outage_kinds: tuple[str, ...] = parameter(
        ("equipment/fault",),
        "",
        Source("our proposal: the notice speaks of faults of the device", "ours"),
        en="kinds of marks (codes) that say that the device is out",
        zh="视为自动监测设备故障的标记",
    )
    self_percent: Decimal = parameter(
        Decimal(90),
        "%",
        Source(_PLAN, "high"),
        en="self-monitoring results that must be published",
        zh="企业自行监测结果公布率下限",
        ge=0,
        le=100,
    )
    supervisory_percent: Decimal = parameter(
        Decimal(95),
        "%",
        Source(_PLAN, "high"),
        en="supervisory results that must be published",
        zh="监督性监测结果公布率下限",
        ge=0,
        le=100,
    )
