"""Why a parameter cannot have a value, as sentences that say what to write instead. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_WHOLE, _NUMBER = "write a whole number, for instance 45", "write a number, for instance 0.5"
_LIST = 'write a list as JSON, for instance ["a", "b"]'
_SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "int_parsing": _WHOLE,
        "int_type": _WHOLE,
        "int_from_float": _WHOLE,
        "float_parsing": _NUMBER,
        "float_type": _NUMBER,
        "decimal_parsing": _NUMBER,
        "decimal_type": _NUMBER,
        "finite_number": _NUMBER,
        "bool_parsing": "write true or false",
        "bool_type": "write true or false",
        "literal_error": "write {expected}",
        "enum": "write {expected}",
        "string_type": "write a text",
        "greater_than": "it must be more than {gt}",
        "greater_than_equal": "it must be at least {ge}",
        "less_than": "it must be less than {lt}",
        "less_than_equal": "it must be at most {le}",
        "list_type": _LIST,
        "tuple_type": _LIST,
        "set_type": _LIST,
        "frozen_set_type": _LIST,
        "dict_type": 'write an object as JSON, for instance {{"a": 1}}',
        "mapping_type": 'write an object as JSON, for instance {{"a": 1}}',
        "model_type": 'write an object as JSON, for instance {{"a": 1}}',
        "missing": "it is missing",
        "extra_forbidden": "there is no such field",
        "too_short": "it has too few entries: at least {min_length} are needed",
        "too_long": "it has too many entries: at most {max_length} may be",
        "time_parsing": "write a time, for instance 08:00",
        "date_parsing": "write a date, for instance 2025-03-01",
    }
)


def sentences_of(error: ValidationError) -> str:
    """What is wrong, one after the other; within lists and objects with the place."""
    told = [_sentence(one) for one in error.errors(include_url=False)]
    return "; ".join(dict.fromkeys(told))


def _sentence(detail: ErrorDetails) -> str:
    context = cast("Mapping[str, object]", detail.get("ctx", {}))
    if detail["type"] in {"value_error", "assertion_error"}:
        said = str(context.get("error", detail["msg"]))
    else:
        template = _SENTENCES.get(detail["type"])
        said = template.format_map(context) if template else _plain(detail["msg"])
    # The first is the parameter itself, which whoever says this has named.
    within = [str(one) for one in detail["loc"][1:]]
    return f"{'.'.join(within)}: {said}" if within else said


def _plain(message: str) -> str:
    return message.removeprefix("Input ").removeprefix("Value error, ")
