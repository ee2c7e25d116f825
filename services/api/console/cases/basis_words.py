"""What rules look at, in a sentence each, where no number of the case belongs into it.

It must not know any case.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from schemas.alert import AlertKind


class Pair(NamedTuple):
    """A sentence in Chinese and English."""

    zh: str
    en: str


_K: Final = AlertKind
_OWN_CHECK: Final[Pair] = Pair(
    "由平台自检得出，与企业的数据和设备无关。",
    "The platform checks itself: it says nothing of any plant.",
)
KINDS_SAID: Final[Mapping[AlertKind, Pair]] = {
    _K.NO_DATA: Pair(
        "一小时内的有效数据不足以形成有效小时均值，即为缺失或无效。",
        "An hour without enough valid data for a valid mean is missing or not valid.",
    ),
    _K.DEVICE_OFFLINE: Pair(
        "数采仪静默的时间超过按其上报间隔定出的时限，即为离线。",
        "A logger that is silent for longer than its reporting interval allows is offline.",
    ),
    _K.LATE_TRANSMISSION: Pair(
        "数据到达平台的时间晚于允许的时限。",
        "Data reached the platform later than allowed.",
    ),
    _K.DEVICE_CLOCK: Pair(
        "数采仪报文所带时间与平台收到的时间相差超出允许范围。",
        "The times in the logger's frames are further from the time of receipt than allowed.",
    ),
    _K.MN_MISMATCH: Pair(
        "报文所带的 MN 不属于发送它的账号。",
        "Frames carry an MN that does not belong to the account that sent them.",
    ),
    _K.PLATFORM_LAG: _OWN_CHECK,
    _K.PLATFORM_CLOCK: _OWN_CHECK,
    _K.PLATFORM_NOTICE: _OWN_CHECK,
    _K.SUPERVISION: Pair(
        "由督办单或申诉产生，不由监测数据判定。",
        "It stands for an order or a contest; no data made it.",
    ),
}
RULES_SAID: Final[Mapping[str, Pair]] = {
    "at_detection_limit": Pair(
        "一天中大部分小时值停在检出限附近，而此前并非如此。",
        "Most of a day's hours stay at the detection limit, as they did not before.",
    ),
    "check_far_off": Pair(
        "标气或标液核查的示值与标称值相差过大。",
        "A check with standard gas or solution read far from its label.",
    ),
    "constant_value": Pair(
        "连续多个小时值完全相同，而没有申报停运。",
        "Hour after hour shows the very same value, and nothing was said to stand.",
    ),
    "flow_off_balance": Pair(
        "流量偏离它与燃料或负荷的平时关系。",
        "The flow left the relation that it usually has with fuel or load.",
    ),
    "furnace_temperature": Pair(
        "正常运行时炉膛温度的 5 分钟均值低于下限，一天内的次数超过允许次数。",
        "In normal operation more five-minute means of the furnace were too low than a day allows.",
    ),
    "hour_against_minutes": Pair(
        "上报的小时值与其各分钟值的平均不符。",
        "Hours that were sent differ from the mean of their own minutes.",
    ),
    "incineration_exceedance": Pair(
        "焚烧炉当日的日均值与限值比较，高于限值即为超标。",
        "The incinerator's daily mean is held against the limit: above it is over.",
    ),
    "low_removal": Pair(
        "按进出口数据计算的去除效率低于规定值。",
        "The removal between inlet and outlet is lower than it has to be.",
    ),
    "near_limit": Pair(
        "多数小时值集中在紧靠限值的区间内。",
        "Most hours lie in the stretch right below the limit.",
    ),
    "negative_value": Pair(
        "运行期间出现负值，而数据标记为正常。",
        "Negative values in operation, shown as normal.",
    ),
    "night_over_day": Pair(
        "多数夜间的数值明显高于相邻白天，且昼夜交替时骤变。",
        "Most nights lie well over the days beside them, with a step in between.",
    ),
    "over_range_value": Pair(
        "运行期间数值超出量程，而数据标记为正常。",
        "Values over the range in operation, shown as normal.",
    ),
    "oxygen_off_load": Pair(
        "含氧量偏离它与负荷的平时关系。",
        "The oxygen left the relation that it usually has with load.",
    ),
    "small_fluctuation": Pair(
        "一天内的最高值与最低值几乎没有差别。",
        "A day's highest and lowest value hardly differ.",
    ),
    "state_contradiction": Pair(
        "上报的设施状态与由信号推断的状态相反。",
        "The state that was reported is the opposite of what signals show.",
    ),
    "sudden_drop": Pair(
        "一天的中位值远低于此前一个月的水平。",
        "A day's median fell far below the month before.",
    ),
    "zero_value": Pair(
        "运行期间连续出现零值，而数据标记为正常。",
        "Zeros in operation, shown as normal.",
    ),
}
"""The others are told by their name and by the sentence of the case."""
