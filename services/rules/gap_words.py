"""Why an hour has no number to be judged by: the reasons in words, and what may mend each."""

from typing import Literal, NamedTuple

MendKind = Literal["backfill", "mark", "manual", "repair", "registration", "evaluation"]
NOT_JUDGED = "not_judged"


class Reason(NamedTuple):
    """A reason in words; `mends` in the order in which they are worth trying."""

    zh: str
    en: str
    mends: tuple[MendKind, ...]


_INSTRUMENT: tuple[MendKind, ...] = ("repair", "mark", "manual")
_DEVICE: tuple[MendKind, ...] = ("backfill", "mark", "manual")
REASONS: dict[str, Reason] = {
    NOT_JUDGED: Reason("尚未计算均值", "no mean was computed yet", ("evaluation",)),
    "missing": Reason("无数据", "no record came", _DEVICE),
    "no_value": Reason("记录中无数值", "records came without a number", _DEVICE),
    "communication": Reason("通讯异常（B）", "flagged: no communication (B)", _DEVICE),
    "stopped": Reason("仪表停运（F）", "flagged: out of service (F)", ("mark", "manual")),
    "maintenance": Reason("维护（M）", "flagged: maintenance (M)", ("mark", "manual")),
    "calibration": Reason("校准（C）", "flagged: calibration (C)", ("mark",)),
    "check": Reason("标样核查", "automatic standard check", ("mark",)),
    "fault": Reason("故障（D）", "flagged: fault (D)", _INSTRUMENT),
    "over_range": Reason("超量程（T）", "flagged: over range (T)", ("repair", "registration")),
    "manual": Reason("手工输入（S）", "flagged: entered by hand (S)", ("manual",)),
    "unknown": Reason(
        "数据标识未知", "a flag that no list has, or none at all", ("registration", "mark")
    ),
    "sentinel": Reason("哨兵值（仪表自报无效）", "a sentinel value: the device says none", _INSTRUMENT),
    "negative": Reason("负值", "negative numbers", _INSTRUMENT),
    "invalid": Reason("结果无效", "results that are not valid", _INSTRUMENT),
    "too_few": Reason("有效时长不足", "too little of the hour is valid", _DEVICE),
    "oxygen_missing": Reason(
        "无同时段含氧量", "no oxygen of the same time", ("backfill", "registration", "mark")
    ),
    "oxygen_invalid": Reason("含氧量无效", "the oxygen is not valid", _INSTRUMENT),
    "oxygen_negative": Reason("含氧量为负", "the oxygen is negative", _INSTRUMENT),
    "oxygen_near_ambient": Reason(
        "含氧量接近环境空气", "oxygen near that of the ambient air", ("mark", "repair")
    ),
    "oxygen_above_ambient": Reason(
        "含氧量达到或超过21%", "oxygen at or above 21 %", ("repair", "mark")
    ),
}  # fmt: skip
MENDS: dict[MendKind, tuple[str, str]] = {
    "backfill": ("由数采仪补传", "the device sends it again"),
    "mark": ("按规定标记", "a mark says why"),
    "manual": ("补充手工监测结果", "laboratory results stand in"),
    "repair": ("维修仪器", "the instrument is repaired"),
    "registration": ("完善登记信息", "the registration is mended"),
    "evaluation": ("等待判定服务计算", "the evaluator runs"),
}


def reason_named(name: str) -> Reason:
    """The reason of that name; of an unknown one its name stands for the words."""
    return REASONS.get(name) or Reason(name, name, ("mark", "manual"))
