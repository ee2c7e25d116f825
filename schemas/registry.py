"""The registry as a document: who measures what, where, since when, in the words of its YAML file.

An omitted field of a thing that is already registered leaves it as it is; `null` clears it.
"""

from datetime import date
from typing import Annotated, Literal, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from schemas.policies import MEANINGS, Policy
from schemas.registry_words import (
    POINT,
    Code,
    MnText,
    Number,
    RegionCode,
    Since,
    Text,
    Time,
    Until,
    code_alone,
    empty_where_null,
    in_order,
    mn_alone,
    not_zero,
    one_or_many,
    one_where_null,
    pair,
    rising,
)
from schemas.sentence import Sentence, UnfitError


class Entry(BaseModel):
    """What all parts of the document share: frozen, and an unknown field is an error."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True
    )


class Region(Entry):
    """A region of the GB/T 2260 tree 行政区划. Those of Inner Mongolia and Guangxi are built in."""

    code: RegionCode
    name: Text = Field(description="name in Chinese")
    name_en: Text | None = None
    parent: RegionCode | None = Field(default=None, description="code of the region above")


class Outlet(Entry):
    """A discharge outlet 排放口, e.g. DA001 (air) or DW001 (water)."""

    code: Code
    medium: Literal["air", "water"]
    name: Text | None = Field(default=None, description="default: the code")
    reference_oxygen: Annotated[float, Field(gt=0, lt=21)] | None = Field(
        default=None, description="O2 in % that the device converts to 基准氧含量"
    )
    role: Literal["discharge", "inlet", "bypass"] = Field(
        default="discharge",
        description="inlet 进口: what flows in, e.g. of sewage works (DW-IN); bypass 旁路: what is led "
        "past the treatment",
    )
    successor: Code | None = Field(
        default=None, description="the outlet of the same medium that it was merged into 合并到"
    )
    merged_at: Time | None = Field(default=None, description="when; given with `successor`")


class Unit(Entry):
    """A process unit 生产设施: a boiler, a kiln, a line. Its signals are channels bound to it."""

    code: Code
    name: Text | None = Field(default=None, description="default: the code")
    process: Text = Field(description="kind of process, e.g. boiler")
    fuel: Text | None = Field(default=None, description="e.g. coal, gas, biomass 燃料")
    rated_capacity: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        default=None, description="e.g. 480 with rated_unit t/h, 300 with MW 额定能力"
    )
    rated_unit: Text | None = Field(default=None, description="unit of rated_capacity")


class Facility(Entry):
    """A treatment facility 治理设施."""

    code: Code
    name: Text | None = Field(default=None, description="default: the code")
    treatment: Text = Field(description="kind of treatment, e.g. desulphurisation")
    design_capacity: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    design_unit: Text | None = Field(default=None, description="unit of design_capacity")
    commissioned_on: date | None = None


class Way(Entry):
    """A way from a process unit to an outlet; also written `UNIT -> OUTLET`."""

    unit: Code
    outlet: Code
    place: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=1, description="the group's place on the way, counted from the unit"
    )


class Group(Entry):
    """Facilities of which `needed` must run on the way from process units to outlets."""

    code: Code
    needed: Annotated[int, Field(ge=1, le=1000)] = Field(description="k of n")
    facilities: Annotated[
        tuple[Code, ...],
        BeforeValidator(one_or_many, json_schema_input_type=Code | list[Code]),
        Field(min_length=1),
    ]
    serves: tuple[Annotated[Way, BeforeValidator(pair, json_schema_input_type=str | Way)], ...] = ()


class MnHeld(Entry):
    """An MN that the device holds for an interval; with `from`, nothing is said about earlier."""

    mn: MnText
    since: Since = Field(default=None, description="default: commissioned_at")
    until: Until = Field(default=None, description="default: open")

    _ordered = model_validator(mode="after")(in_order)


Factor = Annotated[
    Number,
    AfterValidator(not_zero),
    BeforeValidator(one_where_null, json_schema_input_type=Number | None),
]


class Reading(Entry):
    """How numbers are to be read. What an entry leaves out stays as registered; null clears it."""

    unit: Text | None = Field(default=None, description="default: the unit of HJ 212-2017, annex B")
    scale: Factor = Field(default=1.0, description="the number sent is multiplied by this")
    range: Annotated[tuple[Number, Number], AfterValidator(rising)] | None = Field(
        default=None, description="[low, high] of the analyser, in the unit sent 量程"
    )
    cycle: Annotated[int, Field(ge=1, le=604800)] | None = Field(
        default=None, description="seconds between two results of the analyser"
    )
    sentinels: Annotated[
        tuple[Number, ...],
        Field(max_length=50),
        BeforeValidator(empty_where_null, json_schema_input_type=list[Number] | None),
    ] = Field(default=(), description="numbers that mean 'no value', e.g. [-99, 999.99]")
    total_scale: Factor = Field(
        default=1.0,
        description="the total sent (Cou: kg, or m3 of flow) is multiplied by this 累计量倍率",
    )


class Setting(Reading):
    """How the numbers of a channel are to be read, for an interval."""

    since: Since = Field(
        default=None, description="default: always for a new channel, else from the import on"
    )
    until: Until = Field(default=None, description="default: open")

    _ordered = model_validator(mode="after")(in_order)


class Channel(Reading):
    """A device's code bound to a point for an interval; also written as the code alone.

    An entry with `from` says nothing about the time before it.
    """

    code: Code = Field(description="as the device sends it, e.g. a21026, w01018, SB1")
    point: Annotated[str, StringConstraints(pattern=POINT)] | None = Field(
        default=None,
        description="SUBJECT, SUBJECT/SIDE or SUBJECT/SIDE/CODE; side in, out or state. "
        "Default: the device's outlet, out (state for SBn), the code itself. Signals of a unit are "
        "bound like `B1/state/load`: load 负荷, fuel 燃料量, feed 投料量, furnace_temperature 炉膛温度, "
        "power 用电量; other codes are free",
    )
    rank: Literal["main", "spare", "comparison"] = "main"
    since: Since = Field(default=None, description="default: the device's commissioned_at")
    until: Until = Field(default=None, description="default: as long as the device holds an MN")
    settings: tuple[Setting, ...] = Field(
        default=(), description="dated ones, instead of unit, scale ... beside the code"
    )

    _ordered = model_validator(mode="after")(in_order)

    @model_validator(mode="after")
    def _said_once(self) -> "Channel":
        if self.settings and self.model_fields_set & Reading.model_fields.keys():
            raise UnfitError(
                Sentence(
                    "write unit, scale ... either beside the code or under `settings`",
                    "单位、系数等只能写在编码旁或 `settings` 中，不能两处都写",
                )
            )
        return self


POLICIES = "deviations from HJ 212 that are accepted from this device, each counted: " + "; ".join(
    f"{policy}: {meaning}" for policy, meaning in MEANINGS.items()
)


def _each_once(policies: tuple[Policy, ...]) -> tuple[Policy, ...]:
    """In one order, so that a rearranged list is no change."""
    return tuple(sorted(set(policies)))


class Device(Entry):
    """A physical logger 数采仪. A replacement that keeps the MN is a device of its own."""

    code: Code | None = Field(default=None, description="default: the first MN")
    mn: Annotated[
        tuple[Annotated[MnHeld, BeforeValidator(mn_alone)], ...],
        BeforeValidator(
            one_or_many, json_schema_input_type=MnText | MnHeld | list[MnText | MnHeld]
        ),
        Field(min_length=1, max_length=200),
    ]
    commissioned_at: Time = Field(description="data dated before it is refused 投运时间")
    outlet: Code | None = Field(
        default=None, description="where its channels measure; default: the plant's only outlet"
    )
    protocol: Literal["hjt212-2005", "hj212-2017", "hj212-2025", "cems-v1"] = "hj212-2017"
    crc: Literal["strict", "accept_modbus", "off"] = "strict"
    utc_offset: Annotated[str, StringConstraints(pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$")] = Field(
        default="+08:00", description="offset of the device's clock from UTC"
    )
    realtime_interval: Annotated[int, Field(ge=1, le=3600)] = Field(
        default=30, description="seconds between real-time data (CN 2011)"
    )
    minute_interval: Annotated[int, Field(ge=60, le=1800)] = Field(
        default=60, description="seconds between minute data (CN 2051)"
    )
    unflagged_as: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,4}$")] | None = Field(
        default=None, description="the flag that a value without a flag is taken to have"
    )
    gateway: Text | None = Field(
        default=None, description="user name of the publisher that speaks for this MN"
    )
    policies: Annotated[tuple[Policy, ...], AfterValidator(_each_once)] = Field(
        default=(), description=POLICIES
    )
    channels: tuple[
        Annotated[Channel, BeforeValidator(code_alone, json_schema_input_type=Code | Channel)], ...
    ] = ()


class Plant(Entry):
    """A plant 排污单位 with its outlets, units, facilities and devices."""

    code: Code
    name: Text = Field(description="name in Chinese")
    name_en: Text | None = None
    region: RegionCode
    credit_code: Code | None = Field(default=None, description="统一社会信用代码")
    permit: Code | None = Field(default=None, description="排污许可证编号")
    industry: Text | None = Field(default=None, description="GB/T 4754 code or name")
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    outlets: tuple[Outlet, ...] = ()
    units: tuple[Unit, ...] = ()
    facilities: tuple[Facility, ...] = ()
    groups: tuple[Group, ...] = ()
    devices: tuple[Device, ...] = ()


class RegistryDocument(Entry):
    """The whole file. What it does not mention stays as it is."""

    regions: tuple[Region, ...] = ()
    plants: tuple[Plant, ...] = ()


def document_schema() -> dict[str, object]:
    """The JSON Schema of the file."""
    return cast("dict[str, object]", RegistryDocument.model_json_schema())
