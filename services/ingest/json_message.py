"""JSON messages `cems/v1` to statements: bytes in, values out; it must not know who may say what."""

import json
from typing import Final, cast

import orjson
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from schemas.message import Event, Message, Parameter, Reading, State
from schemas.moment import TIME_ERROR, microseconds
from schemas.series import Series
from services.ingest.json_common import common_message
from services.ingest.statement import Refused, Said, SaidEvent, SaidParameter, Statement

_MESSAGES: Final = TypeAdapter(tuple[Message, ...])
_ERRORS_SHOWN: Final = 3
_LONGEST_NAME: Final = 40
_SAYINGS: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of cems/v1; leave it out",
    "float_type": "must be a JSON number, not a text",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole JSON number",
    "string_type": "must be a text",
    "string_pattern_mismatch": "holds control characters; leave them out",
    "tuple_type": "must be a list",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}


def state_message(payload: bytes) -> list[Statement] | Refused:
    """What a payload of `cems/v1/<MN>` states: a statement per message, `mn` empty if not given.

    Refused with reason `json` (not JSON, or a key twice), `time` (times alone are wrong) or
    `schema`, and a sentence with the paths; never raises.
    """
    try:
        document: object = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        return Refused("json", f"the payload is not JSON in UTF-8: {_plain(str(error))}")
    common = common_message(payload, document)
    return [common] if common is not None else state_document(payload, document)


def state_document(payload: bytes, document: object) -> list[Statement] | Refused:
    """The same by the schema alone: the reference that the fast way must equal."""
    mn = _mn(document)
    try:
        twice = _key_twice(payload)
    except (RecursionError, ValueError):
        return Refused("json", "the payload is nested too deeply; send it as cems/v1 has it", mn)
    if twice is not None:
        return Refused("json", f"the key {_plain(twice)} stands twice in one object", mn)
    try:
        messages = (
            _MESSAGES.validate_python(document)
            if isinstance(document, list)
            else (Message.model_validate(document),)
        )
    except ValidationError as error:
        return _refused(error, mn)
    if not messages:
        return Refused("schema", "$ is an empty list; send at least one message")
    return [_statement(message) for message in messages]


def _statement(message: Message) -> Statement:
    return Statement(
        mn=message.mn or "",
        sent_us=None if message.sent_at is None else microseconds(message.sent_at),
        readings=(
            *(_reading(reading) for reading in message.readings),
            *(_state(state) for state in message.states),
        ),
        parameters=tuple(_parameter(parameter) for parameter in message.parameters),
        events=tuple(_event(event) for event in message.events),
    )


def _reading(reading: Reading) -> Said:
    return Said(
        series=Series(reading.kind),
        code=reading.code,
        time_us=microseconds(reading.time),
        value=reading.value,
        minimum=reading.min,
        maximum=reading.max,
        converted=reading.converted,
        converted_min=reading.converted_min,
        converted_max=reading.converted_max,
        total=reading.total,
        flag=reading.flag,
        span_s=reading.span_s,
        sampled_us=None if reading.sampled_at is None else microseconds(reading.sampled_at),
    )


def _state(state: State) -> Said:
    return Said(Series.STATE, state.code, microseconds(state.time), float(state.state))


def _parameter(parameter: Parameter) -> SaidParameter:
    return SaidParameter(
        parameter.about, parameter.code, parameter.value, microseconds(parameter.time)
    )


def _event(event: Event) -> SaidEvent:
    return SaidEvent(event.kind, event.about, event.code, event.text, microseconds(event.time))


def _refused(error: ValidationError, mn: str | None) -> Refused:
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    reason = "time" if all(each["type"] == TIME_ERROR for each in errors) else "schema"
    said = [f"{_path(each['loc'])} {_saying(each)}" for each in errors[:_ERRORS_SHOWN]]
    if len(errors) > _ERRORS_SHOWN:
        said.append(f"and {len(errors) - _ERRORS_SHOWN} more")
    return Refused(reason, "; ".join(said), mn)


def _saying(error: ErrorDetails) -> str:
    if error["type"] in _SAYINGS:
        return _SAYINGS[error["type"]]
    said = error["msg"]
    return said if said.startswith(("has ", "is ", "holds ")) else f"is wrong: {said}"


def _path(location: tuple[int | str, ...]) -> str:
    """The JSON path of an error: `$.readings[0].time`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{_plain(step)}" for step in location)
    return "$" + "".join(steps)


def _plain(text: str) -> str:
    """A sender's text, cut and without characters that a database or terminal would stumble on."""
    return "".join(char if char.isprintable() else "?" for char in text[:_LONGEST_NAME])


def _mn(document: object) -> str | None:
    if not isinstance(document, dict):
        return None
    mn = cast("dict[str, object]", document).get("mn")
    return _plain(mn) if isinstance(mn, str) and mn else None


class _KeyTwiceError(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _key_twice(payload: bytes) -> str | None:
    """The first key that stands twice in one object; the fast parser would keep the last."""
    try:
        json.loads(payload, object_pairs_hook=_once)
    except _KeyTwiceError as error:
        return error.key
    return None


def _once(pairs: list[tuple[str, object]]) -> None:
    seen = set[str]()
    for key, _ in pairs:
        if key in seen:
            raise _KeyTwiceError(key)
        seen.add(key)
