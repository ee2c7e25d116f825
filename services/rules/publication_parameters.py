"""What may be set of the publication of laboratory results: how often they are due, by when, targets."""

from datetime import date
from typing import Literal

from schemas.parameter import Parameters, Source, parameter
from services.rules.transmission.parameters import PLAN

Every = Literal["none", "week", "month", "quarter", "half_year", "year"]
Step = Literal["month", "quarter", "year"]
_NOT_READ = Source(
    "no table of frequencies was read: the permit 排污许可证 or the plan of monitoring of each outlet"
    " says how often; until it is set nothing is due",
    "ours",
)
_OURS = Source("no rule says it", "ours")


class PublicationParameters(Parameters):
    """Which results 自行监测、监督性监测 of a point are due, and what is held against their rate.

    What holds as an interval begins decides whether its result is due; parts of intervals owe none.
    """

    self_every: Every = parameter(
        "none", "", _NOT_READ,
        en="how often the plant owes a result of its own of a point", zh="自行监测频次",
    )  # fmt: skip
    supervisory_every: Every = parameter(
        "none", "", _NOT_READ,
        en="how often the authority owes a supervisory result of a point", zh="监督性监测频次",
    )  # fmt: skip
    self_days: int = parameter(
        10, "d", _OURS, ge=0, le=366,
        en="so long after an interval's end its own result is in time",
        zh="自行监测结果公布期限（监测周期结束后日数）",
    )  # fmt: skip
    supervisory_days: int = parameter(
        10, "d", _OURS, ge=0, le=366,
        en="so long after an interval's end its supervisory result is in time",
        zh="监督性监测结果公布期限（监测周期结束后日数）",
    )  # fmt: skip
    stopped_excuses: Literal["yes", "no"] = parameter(
        "yes", "", _OURS,
        en="whether no result is due of an interval in all of which the plant stood, by marks that count",
        zh="监测周期内全程停运（标记有效）是否免于监测",
    )  # fmt: skip
    target_region: str = parameter(
        "15", "", Source(f"{PLAN}; GB/T 2260", "high"),
        en="the region of the plan's targets", zh="规划目标适用的行政区划代码",
    )  # fmt: skip
    target_from: date = parameter(
        date(2020, 1, 1), "", Source(f"{PLAN}: to be reached by 2020", "high"),
        en="from when the plan's targets are held against a rate", zh="规划目标起始日",
    )  # fmt: skip
    target_goes_on: Literal["yes", "no"] = parameter(
        "yes", "", _OURS,
        en="whether the plan's targets still count after 2020", zh="2020年后是否继续适用规划目标",
    )  # fmt: skip
    judged_over: tuple[Step, ...] = parameter(
        ("year",), "", Source("the plan names a year, and no period of the rate", "ours"),
        en="over which periods too low a rate is found", zh="低于目标的判定周期",
    )  # fmt: skip
