"""The text of a registry file to its document: all errors at once, each with its place.

Pure: it knows the fields of the document, and neither files nor what is registered.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas import registry
from schemas.sentence import Sentence, same, sentence_in, term
from services.cases.registering.yaml_text import Path, Problem, Read, read_yaml

PARTS: Mapping[str, type[BaseModel]] = {
    "regions": registry.Region,
    "plants": registry.Plant,
    "outlets": registry.Outlet,
    "units": registry.Unit,
    "facilities": registry.Facility,
    "groups": registry.Group,
    "serves": registry.Way,
    "devices": registry.Device,
    "mn": registry.MnHeld,
    "channels": registry.Channel,
    "settings": registry.Setting,
}
# How pydantic's kinds of error are said here; {name} is the field, {given} what stood there.
_FIELDS = Sentence(
    "here stands {given}, but this must have fields, written `name: value`",
    "此处为 {given}，而应为若干字段，写作 `名称: 值`",
)
SENTENCES: Mapping[str, Sentence] = {
    "missing": Sentence("`{name}` is missing: add it here", "缺少 `{name}`：请在此处补充"),
    "int_parsing": Sentence(
        "`{name}` must be a whole number, not {given}", "`{name}` 须为整数，而此处为 {given}"
    ),
    "float_parsing": Sentence(
        "`{name}` must be a number, not {given}", "`{name}` 须为数字，而此处为 {given}"
    ),
    "finite_number": Sentence(
        "`{name}` must be a finite number, not {given}", "`{name}` 须为有限数字，而此处为 {given}"
    ),
    "tuple_type": Sentence(
        "`{name}` must be a list, not {given}: write `[...]` or lines that begin with `-`",
        "`{name}` 须为列表，而此处为 {given}：请写作 `[...]` 或以 `-` 开头的各行",
    ),
    "model_type": _FIELDS,
    "model_attributes_type": _FIELDS,
    "string_type": Sentence(
        "`{name}` must be a text, not {given}", "`{name}` 须为文字，而此处为 {given}"
    ),
    "string_unicode": Sentence(
        "`{name}` has characters that are no text", "`{name}` 含有不成文字的字符"
    ),
    "string_pattern_mismatch": Sentence(
        "{given} is no `{name}`: {description}", "{given} 不是有效的 `{name}`：{description}"
    ),
    "date_from_datetime_parsing": Sentence(
        "`{name}` must be a date such as 2024-05-01, not {given}",
        "`{name}` 须为日期，例如 2024-05-01，而此处为 {given}",
    ),
    "literal_error": Sentence(
        "{given} is no `{name}`: choose {expected}",
        "{given} 不是 `{name}` 的可选值：可选 {expected}",
    ),
}
_OTHERWISE = Sentence("`{name}`: {message}, not {given}", "`{name}` 的取值不合要求，此处为 {given}")
# The forms of texts that have one, by the name of their field.
FORMS: Mapping[str, str] = {
    "code": "须为 1 至 64 个字符，不含空格和“/”",
    "mn": "MN 见 HJ 212-2017 6.3.2，通常 24 个字符，不含空格和 / + # ; = & ,",
    "region": "须为 2 至 6 位行政区划代码（GB/T 2260），例如 1505",
    "parent": "须为 2 至 6 位行政区划代码（GB/T 2260），例如 15",
    "point": "写作 设施、设施/侧 或 设施/侧/因子编码，侧为 in、out 或 state",
    "utc_offset": "例如 +08:00",
    "unflagged_as": "须为 1 至 4 个字母或数字",
}
_OTHER_FORM = "含有不允许的字符，或过长"
_CHINESE = re.compile(r" ?([\u4e00-\u9fff]+)")
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Parsed:
    """The document of a text, or None and all that is wrong with it."""

    document: registry.RegistryDocument | None
    read: Read
    problems: list[Problem]


def parse_document(text: str) -> Parsed:
    """Read the text of a registry file."""
    read = read_yaml(text)
    problems = list(read.problems)
    if read.root is None and problems:
        return Parsed(None, read, problems)
    try:
        document = registry.RegistryDocument.model_validate(read.value)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        problems += [_problem(read, detail) for detail in details]
        return Parsed(None, read, sorted(set(problems)))
    return Parsed(None if problems else document, read, sorted(problems))


def _problem(read: Read, detail: ErrorDetails) -> Problem:
    path: Path = detail["loc"]
    return read.problem(path, sentence_of(path, detail))


def sentence_of(path: Path, detail: ErrorDetails) -> Sentence:
    """An error of the document's fields as a sentence that says what to do."""
    names = [key for key in path if isinstance(key, str)]
    name = names[-1] if names else "document"
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown_field(name, PARTS.get(names[-2]) if len(names) > 1 else None)
    context = detail.get("ctx", {})
    if kind == "value_error":
        said = sentence_in(cast("Exception", context["error"]))
        return said.within(f"`{name}`: ", f"`{name}`：")
    template, given = SENTENCES.get(kind, _OTHERWISE), _shown(detail["input"])
    words = {"name": name, "message": detail["msg"].removeprefix("Input ")}
    expected = str(context.get("expected", ""))
    return Sentence(
        template.marked.format(
            **words, expected=expected, given=given.marked, description=_description(names)
        ),
        template.zh.format(
            **words,
            expected=expected.replace(" or ", " 或 "),
            given=given.zh,
            description=FORMS.get(name, _OTHER_FORM),
        ),
    )


def _unknown_field(name: str, part: type[BaseModel] | None) -> Sentence:
    fields = _field_names(part or registry.RegistryDocument)
    close = get_close_matches(name, fields, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"there is {', '.join(fields)}"
    meant = f"是否指 `{close[0]}`？" if close else f"可用 {'、'.join(fields)}"
    return Sentence(f"there is no field `{name}` here: {hint}", f"此处没有字段 `{name}`：{meant}")


def _field_names(part: type[BaseModel]) -> list[str]:
    return [str(field.validation_alias or name) for name, field in part.model_fields.items()]


def _description(names: list[str]) -> str:
    """What the field's description teaches about its form, Chinese words of it as terms."""
    part = PARTS.get(names[-2]) if len(names) > 1 else None
    field = (part or registry.RegistryDocument).model_fields.get(names[-1] if names else "")
    if field is None or not field.description:
        return "it has characters that may not stand here, or is too long"
    return _CHINESE.sub(lambda found: term(found[1]), field.description)


def _shown(value: object) -> Sentence:
    match value:
        case None:
            return Sentence("nothing", "空")
        case dict():
            return Sentence("fields", "若干字段")
        case list():
            return Sentence("a list", "列表")
        case _:
            text = repr(value)
            return same(text if len(text) <= SHOWN else f"{text[:SHOWN]}…'")
