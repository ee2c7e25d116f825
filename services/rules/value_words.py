"""Why a parameter cannot have a value, as sentences that say what to write instead. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schemas.sentence import Sentence, SentenceError, joined

_WHOLE = Sentence("write a whole number, for instance 45", "请填写整数，例如 45")
_NUMBER = Sentence("write a number, for instance 0.5", "请填写数字，例如 0.5")
_TRUTH = Sentence("write true or false", "请填写 true 或 false")
_LIST = Sentence(
    'write a list as JSON, for instance ["a", "b"]', '请填写 JSON 列表，例如 ["a", "b"]'
)
_OBJECT = Sentence(
    'write an object as JSON, for instance {{"a": 1}}', '请填写 JSON 对象，例如 {{"a": 1}}'
)
_CHOICE = Sentence("write {expected}", "可选值：{expected}")
_SENTENCES: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "int_parsing": _WHOLE,
        "int_type": _WHOLE,
        "int_from_float": _WHOLE,
        "float_parsing": _NUMBER,
        "float_type": _NUMBER,
        "decimal_parsing": _NUMBER,
        "decimal_type": _NUMBER,
        "finite_number": _NUMBER,
        "bool_parsing": _TRUTH,
        "bool_type": _TRUTH,
        "literal_error": _CHOICE,
        "enum": _CHOICE,
        "string_type": Sentence("write a text", "请填写文字"),
        "greater_than": Sentence("it must be more than {gt}", "须大于 {gt}"),
        "greater_than_equal": Sentence("it must be at least {ge}", "须不小于 {ge}"),
        "less_than": Sentence("it must be less than {lt}", "须小于 {lt}"),
        "less_than_equal": Sentence("it must be at most {le}", "须不大于 {le}"),
        "list_type": _LIST,
        "tuple_type": _LIST,
        "set_type": _LIST,
        "frozen_set_type": _LIST,
        "dict_type": _OBJECT,
        "mapping_type": _OBJECT,
        "model_type": _OBJECT,
        "missing": Sentence("it is missing", "缺少此项"),
        "extra_forbidden": Sentence("there is no such field", "没有此字段"),
        "too_short": Sentence(
            "it has too few entries: at least {min_length} are needed",
            "条目过少：至少 {min_length} 条",
        ),
        "too_long": Sentence(
            "it has too many entries: at most {max_length} may be", "条目过多：至多 {max_length} 条"
        ),
        "time_parsing": Sentence("write a time, for instance 08:00", "请填写时间，例如 08:00"),
        "date_parsing": Sentence(
            "write a date, for instance 2025-03-01", "请填写日期，例如 2025-03-01"
        ),
    }
)
_OTHERWISE: Final = "格式或取值不符"


def sentences_of(error: ValidationError) -> Sentence:
    """What is wrong, one after the other; within lists and objects with the place."""
    told = [_sentence(one) for one in error.errors(include_url=False)]
    return joined(dict.fromkeys(told))


def _sentence(detail: ErrorDetails) -> Sentence:
    context = cast("Mapping[str, object]", detail.get("ctx", {}))
    raised = context.get("error")
    template = _SENTENCES.get(detail["type"])
    if isinstance(raised, SentenceError):
        said = raised.said
    elif template is not None:
        said = Sentence(template.format_map(context), template.zh.format_map(context))
    else:
        said = Sentence(_plain(str(raised or detail["msg"])), _OTHERWISE)
    # The first is the parameter itself, which whoever says this has named.
    within = ".".join(str(one) for one in detail["loc"][1:])
    return said.within(f"{within}: ", f"{within}：") if within else said


def _plain(message: str) -> str:
    return message.removeprefix("Input ").removeprefix("Value error, ")
