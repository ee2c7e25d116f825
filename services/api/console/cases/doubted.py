"""What nobody vouches for, in words: parameters of the rules by the names that doubts give them. Pure.

It must not know what rests on them.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

from services.api.console.shown import Lang
from services.rules.judging.quality_names import Named
from services.rules.settings_catalogue import ListedParameter, listed_parameters

LIMIT: Final = "limit_unverified"
ARTICLE: Final = "article:"
SHORT: Final[Mapping[str, Named]] = MappingProxyType({
    "bypass_delay_s": Named("旁路开启多久才告警", "how long a bypass is open before it is a case"),
    "bypass_flow": Named("旁路开启的流量判定值", "the flow at which a bypass is open"),
    "bypass_velocity": Named("旁路开启的流速判定值", "the velocity at which a bypass is open"),
    "comparison_method": Named("极限数值比较方法", "how digits are compared with the limit"),
    "constant_hours": Named("恒值小时数", "how many equal hours"),
    "constant_odds": Named("恒值偶然出现的概率", "the odds of equal hours"),
    "constant_samples": Named("恒值结果数", "how many equal results"),
    "day_percent": Named("有效日的数据比例", "the share of a valid day"),
    "device_minutes": Named("设备小时数据有效的前提", "when a device's own hour counts"),
    "exemption_claimed": Named("待审核的豁免申请", "an exemption that waits for review"),
    "feed_running": Named("按给料量判断生产运行", "the feed at which a unit runs"),
    "floor": Named("后续数据的最小值", "the least that can still be read"),
    "hold_s": Named("超限持续多久才提示", "how long it is over before it is told"),
    "instants": Named("瞬时限值的判定方式", "how a limit of single values is judged"),
    "judged_record": Named("设备小时值与计算值以何者为准", "whose hourly mean is judged"),
    "least_share": Named("预警所需的有效数据比例", "the share of valid data before a warning"),
    "load_running": Named("按负荷判断生产运行", "the load at which a unit runs"),
    "off_delay_s": Named("停运多久才告警", "how long treatment is off before it is a case"),
    "over_range": Named("超量程数据的取值", "what a record over the range counts as"),
    "oxygen_guard": Named("不再折算的含氧量", "the oxygen beyond which nothing is converted"),
    "rate_concentration": Named("排放速率所用的浓度", "the concentration of a mass rate"),
    "recent": Named("外推所用的记录数", "how many records a forecast rests on"),
    "report_holds_s": Named("上报状态的有效时长", "how long a reported state holds"),
    "running_states": Named("哪些状态计为运行", "which states count as running"),
    "showing": Named("慢速分析仪结果的有效性", "when a slow result is valid"),
    "signal_holds_s": Named("信号记录的保持时长", "how long a signal's record holds"),
    "substitution": Named("缺失数据排放量补遗方法", "what stands in for missing mass"),
    "unknown_bridged_s": Named("可跨越的未知时长", "how long an unknown stretch is bridged"),
    "usable_flags": Named("哪些数据标识可用", "which flags are believed"),
    "warning_share": Named("预警比例", "the share of the limit that warns"),
    "weighting": Named("日均值的加权方式", "how a day's mean is weighted"),
})  # fmt: skip
"""Shorter than the catalogue says it, where several stand in a row."""


class Doubts(NamedTuple):
    """In words: `parameters` of the rules that rest on their default, and whatever else is in doubt."""

    parameters: Sequence[str]
    others: Sequence[str]


def doubt_said(name: str, lang: Lang) -> str:
    """The limit, an article of law, or a parameter; a name that nobody knows is shown as it is."""
    if name == LIMIT:
        return "限值" if lang == "zh" else "the limit"
    if name.startswith(ARTICLE):
        return "所引法律条款" if lang == "zh" else "the article of law"
    short = SHORT.get(name)
    if short is not None:
        return short.zh if lang == "zh" else short.en
    listed = parameter_of(name)
    if listed is None:
        return name
    return listed.zh if lang == "zh" else listed.en


def doubts_said(names: Iterable[str], lang: Lang) -> Doubts:
    """All but that of the limit, which is told of with its figure."""
    told = [one for one in dict.fromkeys(names) if one != LIMIT]
    return Doubts(
        [doubt_said(one, lang) for one in told if parameter_of(one) is not None],
        [doubt_said(one, lang) for one in told if parameter_of(one) is None],
    )


def parameter_of(field: str) -> ListedParameter | None:
    """A parameter by its field; None where there is none."""
    return _listed().get(field)


@cache
def _listed() -> Mapping[str, ListedParameter]:
    found: dict[str, ListedParameter] = {}
    for one in listed_parameters():
        found.setdefault(one.field, one)
    return found
