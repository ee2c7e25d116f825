"""What the vocabularies of the answers are called by people, in Chinese and English.

It must not know any page. Whoever adds a word to a vocabulary adds its names here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.api.console.shown import Lang
from services.api.console.vocabulary.cases import CASE_VOCABULARIES
from services.api.console.vocabulary.orders import ORDER_VOCABULARIES
from services.api.console.vocabulary.plants import PLANT_VOCABULARIES
from services.api.console.vocabulary.rules import RULE_VOCABULARIES
from services.rules.alerting.kind_words import KIND_WORDS
from services.rules.status import NAMES

Names = Mapping[str, tuple[str, str]]

STATES: Final[Names] = MappingProxyType({
    "pending": ("待确认", "pending"),
    "open": ("未处理", "open"),
    "acknowledged": ("处理中", "acknowledged"),
    "resolved": ("已办结或恢复", "closed or recovered"),
    "lapsed": ("未成立", "lapsed"),
})  # fmt: skip
SEVERITIES: Final[Names] = MappingProxyType({
    "blue": ("蓝色", "blue"),
    "yellow": ("黄色", "yellow"),
    "orange": ("橙色", "orange"),
    "red": ("红色", "red"),
})  # fmt: skip
DISPOSITIONS: Final[Names] = MappingProxyType({
    "confirmed": ("属实", "confirmed"),
    "instrument": ("仪器原因", "instrument"),
    "exempt": ("标记豁免", "excused by a mark"),
    "test": ("测试", "test"),
    "duplicate": ("重复", "duplicate"),
})  # fmt: skip
STAGES: Final[Names] = MappingProxyType({
    "provisional": ("暂定", "provisional"),
    "final": ("已定", "final"),
    "closed": ("封存", "closed"),
})  # fmt: skip
OUTCOMES: Final[Names] = MappingProxyType({
    "compliant": ("达标", "compliant"),
    "exceeding": ("超标", "exceeding"),
    "exceeding_at_least": ("超量程超标", "over range, exceeding"),
    "exemption_claimed": ("超标，已申请豁免", "exceeding, exemption claimed"),
    "exempt": ("豁免", "exempt"),
    "stopped": ("停运", "stopped"),
    "invalid": ("数据无效", "not valid"),
    "no_data": ("无数据", "no data"),
    "unknown": ("未知", "unknown"),
})  # fmt: skip
ROLES: Final[Names] = MappingProxyType({
    "open": ("公众", "public"),
    "operator": ("监管人员", "operator"),
    "plant": ("企业", "plant"),
    "auditor": ("审计人员", "auditor"),
    "administrator": ("管理员", "administrator"),
})  # fmt: skip
PERIODS: Final[Names] = MappingProxyType({
    "five_minute": ("5 分钟", "5 minutes"),
    "hour": ("小时", "hour"),
    "day": ("日", "day"),
    "month": ("月", "month"),
    "quarter": ("季", "quarter"),
    "year": ("年", "year"),
})  # fmt: skip
SIDES: Final[Names] = MappingProxyType({
    "in": ("进口", "inlet"),
    "out": ("出口", "outlet"),
    "state": ("工况", "state"),
})  # fmt: skip
VOCABULARIES: Final[Mapping[str, Names]] = MappingProxyType({
    **CASE_VOCABULARIES,
    **ORDER_VOCABULARIES,
    **PLANT_VOCABULARIES,
    **RULE_VOCABULARIES,
    "state": STATES,
    "severity": SEVERITIES,
    "disposition": DISPOSITIONS,
    "stage": STAGES,
    "outcome": OUTCOMES,
    "role": ROLES,
    "period": PERIODS,
    "side": SIDES,
    "status": {word.value: names for word, names in NAMES.items()},
    "kind": {kind.value: (words.zh, words.en) for kind, words in KIND_WORDS.items()},
})  # fmt: skip


def word(vocabulary: str, value: str | None, lang: Lang) -> str:
    """What a word of a vocabulary is called; one without a name is shown as it is.

    Raises KeyError: there is no such vocabulary.
    """
    names = VOCABULARIES[vocabulary]
    if value is None:
        return ""
    pair = names.get(value)
    return value if pair is None else pair[lang == "en"]
