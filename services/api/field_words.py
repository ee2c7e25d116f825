"""What a model says against a field, in both languages.

It must not know any model.
"""

from collections.abc import Mapping
from typing import Final, cast

from schemas.sentence import Sentence, SentenceError

WHOLE: Final = "须为整数"
NUMBER: Final = "须为数字"
TRUTH: Final = "须为 true 或 false"
TEXT: Final = "须为文字"
LIST: Final = "须为列表"
OBJECT: Final = "须为含若干字段的对象"
TIME: Final = "须为时间，例如 2026-08-01T00:00:00+08:00"
DAY: Final = "须为日期，例如 2026-08-01"
WORDS: Final[Mapping[str, str]] = {
    "missing": "缺少必填项",
    "extra_forbidden": "不认识的字段",
    "string_too_long": "过长：至多 {max_length} 个字符",
    "string_too_short": "过短：至少 {min_length} 个字符",
    "string_pattern_mismatch": "格式不符",
    "string_unicode": "含有不成文字的字符",
    "string_type": TEXT,
    "enum": "不在可选值之内：可选 {expected}",
    "literal_error": "不在可选值之内：可选 {expected}",
    "int_parsing": WHOLE,
    "int_type": WHOLE,
    "int_from_float": WHOLE,
    "int_parsing_size": "数字过大",
    "float_parsing": NUMBER,
    "float_type": NUMBER,
    "decimal_parsing": NUMBER,
    "decimal_type": NUMBER,
    "decimal_max_digits": "数字过长：至多 {max_digits} 位",
    "finite_number": "须为有限数字",
    "greater_than": "须大于 {gt}",
    "greater_than_equal": "须不小于 {ge}",
    "less_than": "须小于 {lt}",
    "less_than_equal": "须不大于 {le}",
    "bool_parsing": TRUTH,
    "bool_type": TRUTH,
    "list_type": LIST,
    "tuple_type": LIST,
    "set_type": LIST,
    "frozen_set_type": LIST,
    "too_short": "条目过少：至少 {min_length} 项",
    "too_long": "条目过多：至多 {max_length} 项",
    "dict_type": OBJECT,
    "mapping_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "datetime_parsing": TIME,
    "datetime_from_date_parsing": TIME,
    "datetime_type": TIME,
    "timezone_aware": "时间须注明时区，例如 +08:00",
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_type": DAY,
    "uuid_parsing": "须为 UUID",
    "json_invalid": "不是 JSON",
}
OTHERWISE: Final = "格式或取值不合要求"


def field_sentence(told: Mapping[str, object]) -> Sentence:
    """Of an error as the model tells it: `type`, `msg`, `ctx`."""
    context = cast("Mapping[str, object]", told.get("ctx") or {})
    raised = context.get("error")
    if isinstance(raised, SentenceError):
        return raised.said
    template = WORDS.get(str(told["type"]), OTHERWISE)
    expected = str(context.get("expected", "")).replace(" or ", " 或 ")
    message = str(told["msg"]).removeprefix("Value error, ")
    return Sentence(message, template.format(**{**context, "expected": expected}))
