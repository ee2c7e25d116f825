"""The rule that made a case, in a sentence: what it looks at, and from where on it is a case. Pure.

It must not know who looks, nor of which limit: those are shown beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from schemas.alert import AlertKind
from services.api.console.cases.basis_words import KINDS_SAID, RULES_SAID, Pair
from services.api.console.cases.doubted import parameter_of
from services.api.console.cases.figures import Against, part_of, rows_of
from services.api.console.shown import Lang, figure, lasting, unit
from services.api.console.words import word
from services.api.models.alerts_read import AlertModel
from services.rules.alerting.kinds import KINDS

_K: Final = AlertKind
_NOTHING: Final = Pair("", "")


class Rule(NamedTuple):
    """What made the case: `name` of the finding's rule (None: none did), its sentence, and settings."""

    name: str
    said: str
    settings: Sequence[tuple[str, str]]


def rule_of(case: AlertModel, rule: str | None, figures: Sequence[Against], lang: Lang) -> Rule:
    """`rule`: the name of the finding that the case was made of, if one was."""
    numbers = part_of(case.evidence, "numbers")
    said = _said(case, rule, figures, numbers)
    name = word("kind", case.kind, lang) if rule is None else word("rule", rule, lang)
    return Rule(name, said[lang == "en"], _settings(part_of(numbers, "settings"), lang))


def _said(
    case: AlertModel,
    rule: str | None,
    figures: Sequence[Against],
    numbers: Mapping[str, object],
) -> Pair:
    if rule is not None:
        made = _RULES.get(rule)
        return RULES_SAID.get(rule, _NOTHING) if made is None else made(numbers)
    if KINDS[case.kind].period is not None:
        return _limit(case.kind, figures)
    if case.kind is _K.PLATFORM_SILENT:
        return _silent(case.evidence)
    return KINDS_SAID.get(case.kind, _NOTHING)


_MEANS: Final[Mapping[AlertKind, Pair]] = {
    _K.LIMIT_HOUR: Pair("每个有效小时均值", "Each valid hourly mean"),
    _K.LIMIT_DAY: Pair("每个有效日均值", "Each valid daily mean"),
    _K.LIMIT_MONTH: Pair("有效月均值", "The valid monthly mean"),
}


def _limit(kind: AlertKind, figures: Sequence[Against]) -> Pair:
    mean = _MEANS.get(kind, Pair("均值", "The mean"))
    if any(one.low is not None for one in figures):
        return Pair(
            f"{mean[0]}与限值比较，不在限值范围内即为超标，恰好等于限值不算。",
            f"{mean[1]} is held against the limit: outside of it is over, equal to it is not.",
        )
    return Pair(
        f"{mean[0]}与限值比较，高于限值即为超标，等于限值不算。",
        f"{mean[1]} is held against the limit: above it is over, equal to it is not.",
    )


def _silent(said: Mapping[str, object]) -> Pair:
    silent, before = said.get("silent"), said.get("speaking_before")
    counts = (
        Pair(f"（{before} 台中 {silent} 台）", f" ({silent} of {before})")
        if isinstance(silent, int) and isinstance(before, int)
        else Pair("", "")
    )
    return Pair(
        f"此前在线的数采仪同时静默的占比达到判定值{counts[0]}，即为平台收数中断，不判各企业离线。",
        f"So many of the loggers that spoke fell silent together{counts[1]} that it is the platform's "
        "own trouble, and none of them is told of as offline.",
    )


def _warned(numbers: Mapping[str, object]) -> Pair:
    reached = numbers.get("settled") is True
    return Pair(
        "按本小时已有的有效数据和近期水平推算小时均值，接近或高于限值即预警"
        + ("（剩余数据已无法使均值达标）" if reached else "")
        + "；是否超标以小时均值认定。",
        "The hour's mean is forecast from its valid data and their latest level; near the limit or above "
        "it is a warning. The mean of the whole hour decides.",
    )


def _over_now(numbers: Mapping[str, object]) -> Pair:
    zh, en = _lasting(numbers.get("hold_s"))
    return Pair(
        f"有效数据连续高于小时限值{_if('达 ', zh)}即提示；是否超标以小时均值认定。",
        f"Valid records above the hourly limit without a break{_if(' for ', en)} are told of. The mean "
        "of the whole hour decides.",
    )


def _off(numbers: Mapping[str, object]) -> Pair:
    zh, en = _lasting(numbers.get("delay_s"))
    group, needed = numbers.get("group"), numbers.get("needed")
    which = f"治理设施组 {group} " if isinstance(group, str) else "治理设施"
    which_en = f"group {group}" if isinstance(group, str) else "the treatment"
    count = f"少于 {needed} 台" if isinstance(needed, int) else "台数不足"
    count_en = f"fewer than {needed} running" if isinstance(needed, int) else "too few running"
    return Pair(
        f"生产设施运行而{which}运行{count}{_if('，达到 ', zh)}即告警。",
        f"Production runs while {which_en} has {count_en}{_if(', for ', en)}: that is a case.",
    )


def _bypass(numbers: Mapping[str, object]) -> Pair:
    zh, en = _lasting(numbers.get("delay_s"))
    signals = [_signal(one) for one in rows_of(numbers, "signals")]
    by_zh = "；".join(one[0] for one in signals if one[0]) or "上报状态为开启"
    by_en = "; ".join(one[1] for one in signals if one[1]) or "reported as open"
    return Pair(
        f"旁路开启{_if('达 ', zh)}即告警。判定条件：{by_zh}。",
        f"A bypass that is open{_if(' for ', en)} is a case. It is open by: {by_en}.",
    )


def _signal(one: Mapping[str, object]) -> Pair:
    point, sign, least = one.get("point"), one.get("comparator"), one.get("threshold")
    if not isinstance(point, str) or not isinstance(least, str):
        return Pair("", "")
    number = figure(float(least))
    text = f"{point} {sign} {number}\u00a0{unit(str(one.get('unit') or ''), 'zh')}"
    return Pair(text, text)


_RULES: Final[Mapping[str, Callable[[Mapping[str, object]], Pair]]] = {
    "prewarning": _warned,
    "over_limit_now": _over_now,
    "facility_off": _off,
    "bypass_open": _bypass,
}


def _lasting(seconds: object) -> Pair:
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return Pair("", "")
    span = timedelta(seconds=seconds)
    return Pair(lasting(span, "zh"), lasting(span, "en"))


def _if(before: str, text: str) -> str:
    return f"{before}{text}" if text else ""


def _settings(said: Mapping[str, object], lang: Lang) -> list[tuple[str, str]]:
    """What the rule was set to, in the catalogue's words."""
    found: list[tuple[str, str]] = []
    for name, value in said.items():
        listed = parameter_of(name)
        if listed is None or not isinstance(value, str | int | float):
            continue
        called = listed.zh if lang == "zh" else listed.en
        found.append((called, f"{value}\u00a0{unit(listed.unit, lang)}".strip()))
    return found
