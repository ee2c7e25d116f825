"""The text of a registry file to its document: all errors at once, each with its place.

Pure: it knows the fields of the document, and neither files nor what is registered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas import registry
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
SENTENCES: Mapping[str, str] = {
    "missing": "`{name}` is missing: add it here",
    "int_parsing": "`{name}` must be a whole number, not {given}",
    "float_parsing": "`{name}` must be a number, not {given}",
    "finite_number": "`{name}` must be a finite number, not {given}",
    "tuple_type": "`{name}` must be a list, not {given}: write `[...]` or lines that begin with `-`",
    "model_type": "here stands {given}, but this must have fields, written `name: value`",
    "model_attributes_type": "here stands {given}, but this must have fields, written `name: value`",
    "string_type": "`{name}` must be a text, not {given}",
    "string_unicode": "`{name}` has characters that are no text",
    "string_pattern_mismatch": "{given} is no `{name}`: {description}",
    "date_from_datetime_parsing": "`{name}` must be a date such as 2024-05-01, not {given}",
    "literal_error": "{given} is no `{name}`: choose {expected}",
}
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


def sentence_of(path: Path, detail: ErrorDetails) -> str:
    """An error of the document's fields as a sentence that says what to do."""
    names = [key for key in path if isinstance(key, str)]
    name = names[-1] if names else "document"
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown_field(name, PARTS.get(names[-2]) if len(names) > 1 else None)
    context = detail.get("ctx", {})
    if kind == "value_error":
        return f"`{name}`: {context['error']}"
    template = SENTENCES.get(kind, "`{name}`: {message}, not {given}")
    return template.format(
        name=name,
        given=_shown(detail["input"]),
        expected=context.get("expected", ""),
        message=detail["msg"].removeprefix("Input "),
        description=_description(names),
    )


def _unknown_field(name: str, part: type[BaseModel] | None) -> str:
    fields = _field_names(part or registry.RegistryDocument)
    close = get_close_matches(name, fields, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"there is {', '.join(fields)}"
    return f"there is no field `{name}` here: {hint}"


def _field_names(part: type[BaseModel]) -> list[str]:
    return [str(field.validation_alias or name) for name, field in part.model_fields.items()]


def _description(names: list[str]) -> str:
    """What the field's description teaches about its form."""
    part = PARTS.get(names[-2]) if len(names) > 1 else None
    field = (part or registry.RegistryDocument).model_fields.get(names[-1] if names else "")
    if field is None or not field.description:
        return "it has characters that may not stand here, or is too long"
    return field.description


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "fields"
        case list():
            return "a list"
        case _:
            text = repr(value)
            return text if len(text) <= SHOWN else f"{text[:SHOWN]}…'"
