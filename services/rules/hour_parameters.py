"""The parameters of an hour's mean, and the rules of flags and conversion that go with them."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from schemas.parameter import Parameters, Source, parameter
from services.rules.conversion import ConversionParameters
from services.rules.flags import FlagParameters, Meaning, Protocol, meanings

_INSPECTION = "on-site inspection guide of 2012, repeated by two checklists"


class HourParameters(Parameters):
    """When an hour is valid, how its minutes are converted, and whose mean is judged."""

    valid_minutes: int = parameter(
        45,
        "min",
        Source("HJ 75-2017, HJ 76-2017 appendix B; GB 18484-2020 3.18", "high"),
        en="a valid hour has at least this many valid minutes",
        zh="有效小时均值所需的最少有效分钟数",
        ge=1,
        le=60,
    )
    converted_from: Literal["minutes", "means"] = parameter(
        "minutes",
        "",
        Source("common practice for HJ 75-2017 (clause not read)", "medium", from_memory=True),
        en="converted mean: the mean of the converted minutes, or the hour's mean converted",
        zh="折算均值：分钟折算值的均值，或小时均值折算",
    )
    negatives: Literal["keep", "zero", "invalid"] = parameter(
        "keep",
        "",
        Source(
            "no clause read; dropping them in silence is a known fault of plant software", "ours"
        ),
        en="negative numbers count as sent, count as 0, or are not valid",
        zh="负值按原值统计、按零统计或视为无效",
    )
    judged_record: Literal["device", "computed"] = parameter(
        "device",
        "",
        Source(
            "the device's record is what HJ 212 reports as the hour's; its precedence is ours",
            "ours",
        ),
        en="whose hour mean is judged where both are valid",
        zh="设备小时数据与平台计算值均有效时以何者为准",
    )
    device_minutes: Literal["enough", "possible", "free"] = parameter(
        "possible",
        "",
        Source(
            "HJ 75-2017 wants 45 valid minutes of an hour; that it binds the device's record is ours",
            "ours",
        ),
        en="where minutes came, the device's own hour counts only if enough of them are valid; if "
        "enough could be, were the missing ones valid; or always",
        zh="收到分钟数据时，设备小时数据有效的前提：有效分钟数足够；缺失分钟若有效则足够；不作要求",
    )
    mean_tolerance: Decimal = parameter(
        Decimal(1),
        "%",
        Source(_INSPECTION, "medium"),
        en="device and computed mean disagree where they differ by more than this",
        zh="设备小时均值与平台计算值的允许相对偏差",
        ge=0,
    )
    converted_tolerance: Decimal = parameter(
        Decimal(2),
        "%",
        Source("practice of public code: converted value reported against recomputed", "medium"),
        en="device and computed converted mean disagree where they differ by more than this",
        zh="设备折算均值与平台复算值的允许相对偏差",
        ge=0,
    )


@dataclass(frozen=True, slots=True)
class HourRules:
    """All that decides an hour's mean for the devices of one protocol; made once, used for all."""

    protocol: Protocol = "hj212-2017"
    hour: HourParameters = field(default_factory=HourParameters)
    flags: FlagParameters = field(default_factory=FlagParameters)
    conversion: ConversionParameters = field(default_factory=ConversionParameters)
    meanings: dict[str | None, Meaning] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "meanings", meanings(self.protocol, self.flags))
