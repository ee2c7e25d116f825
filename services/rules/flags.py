"""What a data flag means for validity, by version of the protocol.

HJ 212-2017 table 8 and HJ 212-2025 table 10; the lists may be extended officially, and a flag that
is in no list is not used for limits. It must not know what was measured.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, NamedTuple

from schemas.parameter import Parameters, Source, parameter

Protocol = Literal["hjt212-2005", "hj212-2017", "hj212-2025", "cems-v1"]


class FlagKind(StrEnum):
    """What a flag says of its number.

    STOPPED is the instrument (2017) or the source (2005) at rest: a flag alone does not prove that
    nothing was emitted.
    """

    VALID = "valid"  # 正常
    STOPPED = "stopped"  # 停运
    MAINTENANCE = "maintenance"  # 维护
    FAULT = "fault"  # 故障
    CALIBRATION = "calibration"  # 校准
    OVER_RANGE = "over_range"  # 超测量上限
    COMMUNICATION = "communication"  # 通讯异常
    MANUAL = "manual"  # 手工输入
    MISSING = "missing"  # 缺失
    UNKNOWN = "unknown"  # 未知标记


class Use(StrEnum):
    """What becomes of a number: as it is, as a lower bound, or not at all."""

    NUMBER = "number"
    LOWER_BOUND = "lower_bound"
    NONE = "none"


class Meaning(NamedTuple):
    """What a flag means, and the parameters that say so (names of `FlagParameters`)."""

    kind: FlagKind
    use: Use
    rests_on: tuple[str, ...] = ()


MARKED = "mark "
"""What the flag of a record begins with that a mark takes out; no protocol has such a flag."""
UNKNOWN_FLAG = Meaning(FlagKind.UNKNOWN, Use.NONE)


class FlagParameters(Parameters):
    """How the flags are taken on which no clause decides."""

    manual_entry: Literal["valid", "invalid"] = parameter(
        "invalid",
        "",
        Source("common practice; HJ 212-2017 table 8 names the flag, not its effect", "medium"),
        en="whether a number entered by hand (flag S) counts for means",
        zh="手工输入（S）的数据是否参与均值统计",
    )
    unflagged: Literal["valid", "unknown"] = parameter(
        "valid",
        "",
        Source("common practice for 2005 and dust stations, which send no flags", "medium"),
        en="what a number without any flag is, where its device's registration says nothing",
        zh="无标记且登记未说明时的数据视为",
    )
    over_range: Literal["lower_bound", "invalid"] = parameter(
        "lower_bound",
        "",
        Source(
            "HJ 212-2017 table 8 (T: above the range); its use as a lower bound is ours", "ours"
        ),
        en="whether an over-range number counts as at least the end of the range, or not at all",
        zh="超量程（T）数据按至少量程上限计，或视为无效",
    )
    more_flags: dict[str, FlagKind] = parameter(
        {},
        "",
        Source("HJ 212-2017 table 8 may be extended by the competent authority", "high"),
        en="further flags of this platform, and what each means",
        zh="平台扩充的数据标记及其含义",
    )


_COMMON = {
    "N": FlagKind.VALID,
    "C": FlagKind.CALIBRATION,
    "M": FlagKind.MAINTENANCE,
    "D": FlagKind.FAULT,
    "T": FlagKind.OVER_RANGE,
}
_TABLE_2017 = {
    **_COMMON,
    "F": FlagKind.STOPPED,
    "S": FlagKind.MANUAL,
    "B": FlagKind.COMMUNICATION,
}
# Td: the sensor of a key operating parameter is out of order (2025).
_TABLE_2025 = {**_COMMON, "Td": FlagKind.FAULT}
_TABLES: Mapping[Protocol, Mapping[str, FlagKind]] = {
    "hjt212-2005": {
        **_COMMON,
        "F": FlagKind.STOPPED,
        "S": FlagKind.MANUAL,
        "P": FlagKind.FAULT,  # power failure
        # Stations of ambient air: 1 is a parameter of the weather, and no number of a source.
        "0": FlagKind.CALIBRATION,
        "2": FlagKind.FAULT,
        "3": FlagKind.VALID,
    },
    "hj212-2017": _TABLE_2017,
    "hj212-2025": _TABLE_2025,
    "cems-v1": {**_TABLE_2017, **_TABLE_2025},
}


def meaning(flag: str | None, protocol: Protocol, params: FlagParameters) -> Meaning:
    """What a flag says under a protocol; None: nobody gave one. A flag in no list is UNKNOWN."""
    if flag is None:
        return _unflagged(params)
    kind = _TABLES[protocol].get(flag)
    if kind is not None:
        return _meant(kind, params, ())
    kind = params.more_flags.get(flag)
    if kind is not None:
        return _meant(kind, params, ("more_flags",))
    return UNKNOWN_FLAG


def meanings(protocol: Protocol, params: FlagParameters) -> dict[str | None, Meaning]:
    """All flags of a protocol and what each means, for loops; a flag not among them is UNKNOWN."""
    return {
        flag: meaning(flag, protocol, params)
        for flag in (None, *_TABLES[protocol], *params.more_flags)
    }


def _unflagged(params: FlagParameters) -> Meaning:
    if params.unflagged == "valid":
        return Meaning(FlagKind.VALID, Use.NUMBER, ("unflagged",))
    return Meaning(FlagKind.UNKNOWN, Use.NONE, ("unflagged",))


def _meant(kind: FlagKind, params: FlagParameters, rests_on: tuple[str, ...]) -> Meaning:
    match kind:
        case FlagKind.VALID:
            return Meaning(kind, Use.NUMBER, rests_on)
        case FlagKind.OVER_RANGE:
            use = Use.LOWER_BOUND if params.over_range == "lower_bound" else Use.NONE
            return Meaning(kind, use, (*rests_on, "over_range"))
        case FlagKind.MANUAL:
            use = Use.NUMBER if params.manual_entry == "valid" else Use.NONE
            return Meaning(kind, use, (*rests_on, "manual_entry"))
        case _:
            return Meaning(kind, Use.NONE, rests_on)
