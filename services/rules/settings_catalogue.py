"""All parameters of all rules by name, and which value of each holds somewhere at a time.

Pure: settings come in as versions. It must not know what a parameter is used for.
"""

import json
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from importlib import import_module
from typing import NamedTuple, TypeVar, cast, get_args

from pydantic import JsonValue, ValidationError

import services.rules
from schemas.parameter import Parameters, Source, source_of, stated_of
from schemas.rule_settings import Scope, SettingVersion
from schemas.sentence import Sentence, SentenceError, UnfitError, term
from services.rules.value_words import sentences_of

PACKAGE = services.rules.__name__
SCOPES: tuple[Scope, ...] = get_args(Scope)
Rule = TypeVar("Rule", bound=Parameters)
NEAR, NAMED, LEAST = 0.7, 3, 4
"""So alike is a name that may be meant, so many are named, and so long is a part of a name that tells."""
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class UnknownParameterError(SentenceError, LookupError):
    """No parameter, or not one alone, is called so; it says what may be meant."""


class ListedParameter(NamedTuple):
    """A parameter: its name `class.field`, its default as JSON and what is said of it."""

    name: str
    owner: type[Parameters]
    field: str
    default: JsonValue
    unit: str
    zh: str
    en: str
    source: Source


class Place(NamedTuple):
    """Where a rule is applied, as keys of scopes; empty where nothing narrower is meant."""

    region: str = ""
    plant: str = ""
    subject: str = ""
    point: str = ""


class InForce(NamedTuple):
    """A parameter's value at a place and time; `setting` None: the default."""

    parameter: ListedParameter
    value: JsonValue
    setting: SettingVersion | None

    @property
    def established(self) -> bool:
        """Whether it may pass for a fact: set by somebody, or its default's source is sure."""
        return self.setting is not None or self.parameter.source.established


def class_name(owner: type[Parameters]) -> str:
    """`ComparisonParameters` is `comparison_parameters`."""
    return _WORD.sub("_", owner.__name__).lower()


def parameter_classes() -> tuple[type[Parameters], ...]:
    """The classes of parameters that the rules have, by name; all modules of the rules are loaded."""
    for module in pkgutil.walk_packages(services.rules.__path__, f"{PACKAGE}."):
        import_module(module.name)
    found = {one for one in _below(Parameters) if one.__module__.startswith(f"{PACKAGE}.")}
    return tuple(sorted(found, key=class_name))


def listed_parameters() -> tuple[ListedParameter, ...]:
    """Every parameter of every rule, by name."""
    return tuple(one for owner in parameter_classes() for one in _listed(owner))


def parameter_named(name: str, known: Iterable[ListedParameter]) -> ListedParameter:
    """The parameter; its field alone will do where only one has it.

    Raises UnknownParameterError.
    """
    listed = list(known)
    found = [one for one in listed if one.name == name]
    found = found or [one for one in listed if one.field == name]
    if len(found) == 1:
        return found[0]
    if found:
        choice = ", ".join(one.name for one in found)
        raise UnknownParameterError(
            Sentence(
                f"several parameters are called {name}: write one of {choice}",
                f"有多个参数名为 {name}：请写明其中之一 {choice}",
            )
        )
    names = {text: one.name for one in listed for text in (one.name, one.field)}
    near = get_close_matches(name, names, cutoff=NEAR) or _having(name, names)
    close = list(dict.fromkeys(names[one] for one in near))[:NAMED]
    hint = f"did you mean {' or '.join(close)}?" if close else "see `qingkong rules list`"
    meant = f"是否指 {' 或 '.join(close)}？" if close else "请先在参数列表中查找"
    raise UnknownParameterError(
        Sentence(f"there is no parameter {name}{term('参数')}: {hint}", f"没有参数 {name}：{meant}")
    )


def value_of_text(listed: ListedParameter, text: str, beside: Mapping[str, JsonValue]) -> JsonValue:
    """A value as people write it, checked with those set beside it (by field), as JSON.

    Lists and objects are written as JSON. Raises UnfitError.
    """
    given: dict[str, object] = {**beside}
    try:
        structure = text.lstrip().startswith(("[", "{"))
        given[listed.field] = json.loads(text) if structure else text
    except json.JSONDecodeError as error:
        raise UnfitError(
            Sentence(
                f"this is no JSON ({error.msg}): write for instance [1, 2]",
                f"不是 JSON（第 {error.lineno} 行第 {error.colno} 列）：例如 [1, 2]",
            )
        ) from None
    try:
        found = listed.owner.model_validate(given)
    except ValidationError as error:
        said = sentences_of(error)
        shown = f"{json.dumps(listed.default, ensure_ascii=False)} {listed.unit}".strip()
        raise UnfitError(
            Sentence(
                f"{listed.name} cannot be {text!r}: {said.marked}. It is {listed.en}; the default is"
                f" {shown}",
                f"{listed.name} 不能设为“{text}”：{said.zh}。该参数为“{listed.zh}”，默认值 {shown}",
            )
        ) from None
    return _json(found, listed.field)


def setting_at(
    settings: Iterable[SettingVersion], name: str, place: Place, at: datetime
) -> SettingVersion | None:
    """Which setting of a parameter holds: the nearest scope that has one, there the latest belief.

    Of regions the one with the longer code is nearer. A version without a value says that its
    scope sets nothing, and the next wider one counts.
    """
    latest: dict[tuple[Scope, str], SettingVersion] = {}
    for one in settings:
        if one.name == name and _holds(one, at) and _reaches(one, place):
            key = one.scope, one.scope_key
            former = latest.get(key)
            if former is None or _recorded(former) < _recorded(one):
                latest[key] = one
    saying = [one for one in latest.values() if one.value is not None]
    return max(saying, key=lambda one: (SCOPES.index(one.scope), len(one.scope_key)), default=None)


def in_force(
    settings: Iterable[SettingVersion],
    place: Place,
    at: datetime,
    listed: Iterable[ListedParameter],
) -> list[InForce]:
    """The value of each parameter at a place and time."""
    versions: dict[str, list[SettingVersion]] = {}
    for one in settings:
        versions.setdefault(one.name, []).append(one)
    found: list[InForce] = []
    for one in listed:
        setting = setting_at(versions.get(one.name, ()), one.name, place, at)
        value = one.default if setting is None else setting.value
        found.append(InForce(one, value, setting))
    return found


def parameters_at(
    owner: type[Rule], settings: Iterable[SettingVersion], place: Place, at: datetime
) -> Rule:
    """The parameters of a rule at a place and time; what is set counts as set in the model.

    Raises pydantic.ValidationError when what is set does not fit together.
    """
    return owner.model_validate(values_beside(owner, settings, place, at))


def values_beside(
    owner: type[Parameters], settings: Iterable[SettingVersion], place: Place, at: datetime
) -> dict[str, JsonValue]:
    """What is set of a rule's parameters at a place and time, by field."""
    versions, prefix = list(settings), class_name(owner)
    found = {
        field: setting_at(versions, f"{prefix}.{field}", place, at) for field in owner.model_fields
    }
    return {field: one.value for field, one in found.items() if one is not None}


def _listed(owner: type[Parameters]) -> Iterator[ListedParameter]:
    defaults = owner()
    for field, info in owner.model_fields.items():
        stated = stated_of(info)
        yield ListedParameter(
            *(f"{class_name(owner)}.{field}", owner, field, _json(defaults, field)),
            *(stated.get("unit", ""), stated.get("zh", ""), info.description or ""),
            source_of(info),
        )


def _below(owner: type[Parameters]) -> Iterator[type[Parameters]]:
    for one in owner.__subclasses__():
        yield one
        yield from _below(one)


def _having(part: str, names: Iterable[str]) -> list[str]:
    """The names that a part of a name occurs in."""
    return [one for one in names if len(part) >= LEAST and part in one]


def _json(parameters: Parameters, field: str) -> JsonValue:
    return cast("JsonValue", parameters.model_dump(mode="json", include={field})[field])


def _holds(one: SettingVersion, at: datetime) -> bool:
    return (one.since is None or one.since <= at) and (one.until is None or at < one.until)


def _recorded(one: SettingVersion) -> tuple[int, int]:
    return one.position, one.version


def _reaches(one: SettingVersion, place: Place) -> bool:
    match one.scope:
        case "all":
            return True
        case "region":
            return bool(place.region) and place.region.startswith(one.scope_key)
        case "plant":
            return place.plant == one.scope_key
        case "subject":
            return place.subject == one.scope_key
        case "point":
            return place.point == one.scope_key
