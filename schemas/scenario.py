"""A scenario 情景: virtual plants, what they measure, and what happens to them, as a YAML document.

It must not know how a plant is simulated.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, cast

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from schemas.registry_words import Code, RegionCode, Text, Time, one_or_many
from schemas.scenario_incident import RULES, Incident, Rates, Subject
from schemas.scenario_words import (
    Duration,
    Entry,
    PlantKind,
    Process,
    Protocol,
    Quirk,
    Share,
    Treatment,
)

Codes = Annotated[
    tuple[Code, ...],
    BeforeValidator(one_or_many, json_schema_input_type=Code | list[Code]),
    Field(min_length=1),
]


def _as_text(value: object) -> object:
    """YAML reads 1505 as a number; a text is meant."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_Region = Annotated[RegionCode, BeforeValidator(_as_text, json_schema_input_type=RegionCode | int)]
_Seed = Annotated[Text, BeforeValidator(_as_text, json_schema_input_type=Text | int)]
RealtimeS = Annotated[int, Field(ge=30, le=3600)]
MinuteS = Literal[60, 120, 180, 240, 300, 360, 600, 720, 900, 1200, 1800]


class Unit(Entry):
    """A process unit 生产设施."""

    code: Code
    process: Process
    name: Text | None = None
    fuel: Text | None = None
    capacity: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="rated capacity, in the unit usual for the process"
    )
    weekly_stop: bool = Field(default=False, description="stands from Saturday to Monday")


class Stage(Entry):
    """Treatment facilities side by side, of which `needed` must run."""

    code: Code = Field(description="of the group; the same group may serve several lines")
    treatment: Treatment
    facilities: Codes
    needed: Annotated[int, Field(ge=1)] | None = Field(default=None, description="default: all")

    @model_validator(mode="after")
    def _possible(self) -> "Stage":
        if self.needed is not None and self.needed > len(self.facilities):
            raise ValueError(
                f"{self.needed} of {len(self.facilities)} can never run: lower `needed`"
            )
        return self


class Line(Entry):
    """The way of the gas or water: from units through stages in series to an outlet."""

    units: Codes
    through: tuple[Stage, ...] = ()
    to: Code


class Outlet(Entry):
    """A discharge outlet 排放口."""

    code: Code
    name: Text | None = None
    role: Literal["main", "bypass"] = "main"
    codes: tuple[Code, ...] = Field(default=(), description="default: what is usual")


class Device(Entry):
    """A logger 数采仪 at an outlet, before treatment (`side: in`) or after it."""

    code: Code
    outlet: Code
    side: Literal["in", "out"] = "out"
    rank: Literal["main", "spare", "comparison"] = "main"
    protocol: Protocol | None = Field(default=None, description="default: the scenario's")
    quirk: Quirk | None = Field(default=None, description="how it departs from the standard")
    realtime_s: RealtimeS | None = None
    minute_s: MinuteS | None = None
    sm4: bool | None = Field(default=None, description="HJ 212-2025: encrypted with SM4")


class Plant(Entry):
    """A plant; what is left out is as usual for its kind."""

    code: Annotated[Code, Field(max_length=50)]
    name: Annotated[str, StringConstraints(pattern="示例")] = Field(
        description="in Chinese; it holds 示例, so that nobody takes it for a real one"
    )
    name_en: Text | None = None
    kind: PlantKind
    region: _Region = "1501"
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    count: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=1, description="that many plants, with -00001, -00002 ... after the code"
    )
    size: Annotated[int, Field(ge=1, le=8)] | None = Field(
        default=None, description="how many units of the usual plant; not with `lines`"
    )
    units: tuple[Unit, ...] = ()
    lines: tuple[Line, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    devices: tuple[Device, ...] = Field(default=(), description="default: one an outlet")

    @model_validator(mode="after")
    def _whole(self) -> "Plant":
        if bool(self.lines) != bool(self.units):
            raise ValueError("write `units` and `lines` together, or leave both out")
        if self.lines and self.size is not None:
            raise ValueError("`size` is for the usual plant: leave it out beside `lines`")
        if self.lines:
            problems = [*_unknown_units(self), *_doubled(self), *_unlike_stages(self)]
            if problems:
                raise ValueError("; ".join(problems))
        return self


def _unknown_units(plant: Plant) -> Iterator[str]:
    known = {unit.code for unit in plant.units}
    for line in plant.lines:
        for code in line.units:
            if code not in known:
                yield f"`lines` names unit {code}, which is not under `units`"
    known = {line.to for line in plant.lines} | {outlet.code for outlet in plant.outlets}
    for device in plant.devices:
        if device.outlet not in known:
            yield f"device {device.code} stands at {device.outlet}, to which no line leads"


def _doubled(plant: Plant) -> Iterator[str]:
    facilities = {f for line in plant.lines for stage in line.through for f in stage.facilities}
    outlets = {line.to for line in plant.lines} | {outlet.code for outlet in plant.outlets}
    codes = [*(unit.code for unit in plant.units), *facilities, *outlets]
    codes += [device.code for device in plant.devices]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"{code} names two things: give each its own code"


def _unlike_stages(plant: Plant) -> Iterator[str]:
    seen: dict[str, Stage] = {}
    for line in plant.lines:
        for stage in line.through:
            if seen.setdefault(stage.code, stage) != stage:
                yield f"stage {stage.code} stands twice with different facilities"


class Defaults(Entry):
    """What holds for every device that does not say otherwise."""

    realtime_s: RealtimeS = Field(default=30, description="seconds between real-time data")
    minute_s: MinuteS = Field(default=60, description="seconds a minute record stands for")
    protocol: Protocol = "hj212-2017"


class QuirkShare(Entry):
    """One quirk each for a share of the devices, all quirks in turn."""

    share: Share = 0.2
    kinds: tuple[Quirk, ...] = Field(default=(), description="default: all")


class Scenario(Entry):
    """A virtual province: what the file says is all that decides what happens."""

    name: Text
    seed: _Seed = Field(default="qingkong", description="another seed, another course of chance")
    start: Time | None = Field(default=None, description="default: when the run begins")
    duration: Duration = Field(default=7 * 86_400, description="how far things are worked out")
    defaults: Defaults = Defaults()
    protocols: dict[Protocol, Annotated[float, Field(gt=0)]] = Field(
        default={}, description="shares of the protocols among devices that name none"
    )
    rates: Rates = Rates()
    quirks: QuirkShare | None = None
    plants: tuple[Plant, ...] = Field(min_length=1)
    incidents: tuple[Incident, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> "Scenario":
        codes = [plant.code for plant in self.plants]
        for code in codes:
            if codes.count(code) > 1:
                raise ValueError(f"plant {code} stands twice: give each its own code")
        return self


def subject_kind(incident: Incident) -> Subject:
    """Of what kind of thing an incident's subject must be."""
    return RULES[incident.kind].subject


def scenario_schema() -> dict[str, object]:
    """The JSON Schema of the file."""
    return cast("dict[str, object]", Scenario.model_json_schema())
