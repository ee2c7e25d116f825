"""A scenario's YAML text to the scenario: all that is wrong at once, each with its path.

It must not know how a scenario is worked out.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas import scenario as words
from schemas.scenario_incident import Details, Incident, Rates
from services.simulate.scenario.subjects import problems_of

_PARTS: dict[str, type[BaseModel]] = {
    "plants": words.Plant,
    "units": words.Unit,
    "lines": words.Line,
    "through": words.Stage,
    "outlets": words.Outlet,
    "devices": words.Device,
    "incidents": Incident,
    "details": Details,
    "rates": Rates,
    "defaults": words.Defaults,
    "quirks": words.QuirkShare,
}
_SHOWN = 60
_QUOTED = re.compile("'([^']*)'")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Where in the file, as `plants[2].devices[0].quirk`, and a sentence that says what to do."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else self.sentence


class ScenarioError(ValueError):
    """The file is no scenario; `problems` has all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def load_scenario(text: str) -> words.Scenario:
    """Read the YAML text of a scenario. Raises ScenarioError."""
    try:
        value: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ScenarioError([Problem("", f"this is no YAML: {error}")]) from None
    try:
        scenario = words.Scenario.model_validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False)
        places = [detail["loc"] for detail in details]
        told = [detail for detail in details if not _echo(detail, places)]
        raise ScenarioError(sorted({_problem(detail) for detail in told})) from None
    problems = [Problem(_path(path), sentence) for path, sentence in problems_of(scenario)]
    if problems:
        raise ScenarioError(sorted(problems))
    return scenario


def shipped_names() -> list[str]:
    """Names of the scenarios that come with the program."""
    folder = files("services.simulate") / "scenarios"
    names = [entry.name for entry in folder.iterdir()]
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def shipped(name: str) -> str:
    """The text of a scenario that comes with the program. Raises ValueError for another name."""
    if name not in shipped_names():
        raise ValueError(f"there is no scenario {name}: there is {', '.join(shipped_names())}")
    return (files("services.simulate") / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8")


def _echo(detail: ErrorDetails, places: list[tuple[str | int, ...]]) -> bool:
    """A list seems too short when its entries are wrong; those are told already."""
    loc = detail["loc"]
    inside = any(len(place) > len(loc) and place[: len(loc)] == loc for place in places)
    return detail["type"] == "too_short" and inside


def _problem(detail: ErrorDetails) -> Problem:
    path = detail["loc"]
    names = [key for key in path if isinstance(key, str)]
    name = names[-1] if names else "scenario"
    return Problem(_path(path), _sentence(name, names, detail))


def _sentence(name: str, names: list[str], detail: ErrorDetails) -> str:
    given = repr(detail["input"])
    given = given if len(given) <= _SHOWN else f"{given[:_SHOWN]}…"
    match detail["type"]:
        case "missing":
            return f"`{name}` is missing: add it"
        case "extra_forbidden":
            return _unknown(name, _PARTS.get(names[-2], words.Scenario) if len(names) > 1 else None)
        case "literal_error":
            expected = detail.get("ctx", {}).get("expected", "")
            return f"{given} is no `{name}`: {_meant(detail['input'], expected)}choose {expected}"
        case "value_error":
            return f"`{name}`: {detail.get('ctx', {}).get('error', detail['msg'])}"
        case _:
            return f"`{name}`: {detail['msg'].removeprefix('Input ')}, not {given}"


def _meant(given: object, expected: str) -> str:
    """A question after the word that was misspelt, where one of the expected ones is near."""
    words_there = _QUOTED.findall(expected)
    close = get_close_matches(given, words_there, n=1) if isinstance(given, str) else []
    return f"did you mean `{close[0]}`? " if close else ""


def _unknown(name: str, part: type[BaseModel] | None) -> str:
    fields = [
        field.serialization_alias or own
        for own, field in (part or words.Scenario).model_fields.items()
    ]
    close = get_close_matches(name, fields, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"there is {', '.join(fields)}"
    return f"there is no field `{name}` here: {hint}"


def _path(path: tuple[str | int, ...]) -> str:
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            text += f".{key}" if text else key
    return text
