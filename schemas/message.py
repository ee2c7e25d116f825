"""The JSON message `cems/v1/<MN>`: what a device or gateway that does not speak HJ 212 publishes."""

import json
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from schemas.moment import Moment

Word = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$"),
]
Flag = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=4, pattern=r"^[^\x00-\x1f]+$")
]
Text = Annotated[str, StringConstraints(strict=True, max_length=4096, pattern=r"^[^\x00]*$")]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Seconds = Annotated[int, Field(strict=True, ge=1, le=86_400)]

NUMBERS = (
    "value",
    "min",
    "max",
    "converted",
    "converted_min",
    "converted_max",
    "total",
)
LISTS = ("readings", "states", "parameters", "events")


class _Strict(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


class Reading(_Strict):
    """One reading (监测数据) in the unit that the channel is registered with (登记单位)."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [name]} for name in (*NUMBERS, "flag")]}
    )

    time: Moment = Field(
        description="realtime: the instant measured; minute, hour, day: the start of the period"
    )
    kind: Literal["realtime", "minute", "hour", "day"]
    code: Word = Field(description="pollutant or signal, as in HJ 212-2017 annex B: a21026, w01018")
    value: Number | None = Field(
        default=None, description="the reading, or the mean of the period; in the registered unit"
    )
    min: Number | None = Field(default=None, description="smallest of the period")
    max: Number | None = Field(default=None, description="largest of the period")
    converted: Number | None = Field(
        default=None, description="value converted to the reference oxygen (折算值)"
    )
    converted_min: Number | None = None
    converted_max: Number | None = None
    total: Number | None = Field(
        default=None, description="amount of the period (排放量), in the unit of the code's total"
    )
    flag: Flag | None = Field(
        default=None, description="data mark (数据标记): N, F, M, S, D, C, T, B"
    )
    span_s: Seconds | None = Field(
        default=None, description="seconds this reading stands for, where not the registered ones"
    )
    sampled_at: Moment | None = Field(
        default=None, description="when the sample was taken (采样时间), for slow analysers"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.flag is None and all(
            number is None
            for number in (
                self.value,
                self.min,
                self.max,
                self.converted,
                self.converted_min,
                self.converted_max,
                self.total,
            )
        ):
            raise PydanticCustomError("empty", "holds neither a number nor a flag")
        return self


class State(_Strict):
    """The run state of a treatment facility, unit or device (HJ 212-2017 table 4, SBn-RS)."""

    time: Moment
    code: Word = Field(description="the facility's code as registered", examples=["SB1"])
    state: Annotated[int, Field(strict=True, ge=0, le=99)] = Field(
        description="0 off, 1 running, 2 calibrating, 3 maintenance, 4 alarm, 5 blow-back"
    )


class Parameter(_Strict):
    """A device setting (设备参数) that holds from `time` on; its value as the device shows it."""

    time: Moment
    code: Word
    about: Word | None = Field(default=None, description="the analyser or code it belongs to")
    value: Text


class Event(_Strict):
    """Something that happened to a device: a log line, power-on, a calibration (现场端信息)."""

    time: Moment
    kind: Word
    code: Word | None = None
    about: Word | None = Field(default=None, description="the analyser or code it belongs to")
    text: Text


class Message(_Strict):
    """One message of one sender; at least one item in its four lists."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [name], "properties": {name: {"minItems": 1}}} for name in LISTS]
        }
    )

    mn: Word | None = Field(
        default=None, description="the device (设备唯一标识); if given, the topic's"
    )
    sent_at: Moment | None = Field(
        default=None,
        description="when the sender made this message: of two messages the later one is believed",
    )
    readings: tuple[Reading, ...] = ()
    states: tuple[State, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    events: tuple[Event, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.readings or self.states or self.parameters or self.events):
            raise PydanticCustomError(
                "empty", "holds no reading, state, parameter or event; send at least one"
            )
        return self


Batch: TypeAlias = Annotated[tuple[Message, ...], Field(min_length=1)]


def json_schema() -> str:
    """The published JSON Schema of a payload: one message, or a list of them."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Qingkong message cems/v1",
        "description": (
            "Payload of the MQTT topic cems/v1/<MN>: one message or a list of them, in UTF-8. "
            "Numbers are JSON numbers, finite, in the unit that the channel is registered with; "
            "no unit is ever sent. No key may stand twice in an object."
        ),
    } | TypeAdapter[Message | Batch](Message | Batch).json_schema()
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
