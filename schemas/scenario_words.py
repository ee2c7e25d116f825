"""The words of a scenario file: durations such as `2d 3h`, daily windows such as `22:00-06:00`.

It must not know what happens in a scenario.
"""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

DAY_S = 86_400
UNIT_S = {"d": 86_400, "h": 3_600, "min": 60, "m": 60, "s": 1}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(d|h|min|m|s)(?![a-z])\s*")
_WINDOW = re.compile(r"^(?P<offset>.*?)\s*(?P<begin>\d\d:\d\d)-(?P<end>\d\d:\d\d)$")
_DAY_MIN = 1_440
_HOUR_MIN = 60


class Entry(BaseModel):
    """What all parts of a scenario share: frozen, and an unknown field is an error."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True
    )


def seconds(value: object) -> object:
    """Read `2d 3h`, `90s` or a whole number of seconds; raises ValueError for another text."""
    if not isinstance(value, str):
        return value
    text, total, found = value.strip(), 0.0, 0
    for part in _PART.finditer(text):
        if part.start() != found:
            break
        total += float(part[1]) * UNIT_S[part[2]]
        found = part.end()
    if not text or found != len(text):
        raise ValueError("this is no duration: write it like `90s`, `15min`, `3h` or `2d 3h`")
    return round(total)


class Window(Entry):
    """A window of every local day, in minutes from midnight; it may go over midnight."""

    begin_min: int = Field(ge=0, lt=_DAY_MIN)
    end_min: int = Field(ge=0, le=_DAY_MIN)

    @property
    def length_s(self) -> int:
        return ((self.end_min - self.begin_min) % _DAY_MIN or _DAY_MIN) * 60


class When(Entry):
    """When something begins: an offset from the scenario's start, and perhaps a daily window."""

    offset_s: int = Field(default=0, ge=0)
    window: Window | None = None


def when(value: object) -> object:
    """Read `2d 3h`, `22:00-06:00` or `3d 22:00-06:00` (from the fourth day on)."""
    if isinstance(value, int):
        return {"offset_s": value}
    if not isinstance(value, str):
        return value
    found = _WINDOW.match(value.strip())
    if found is None:
        return {"offset_s": seconds(value)}
    begin, end = _minutes(found["begin"]), _minutes(found["end"])
    offset = seconds(found["offset"]) if found["offset"] else 0
    return {"offset_s": offset, "window": {"begin_min": begin, "end_min": end}}


def _minutes(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    if minutes >= _HOUR_MIN or hours * _HOUR_MIN + minutes > _DAY_MIN:
        raise ValueError(f"{text} is no time of day: write 00:00 to 24:00")
    return hours * _HOUR_MIN + minutes


Duration = Annotated[
    int,
    BeforeValidator(seconds, json_schema_input_type=str | int),
    Field(gt=0, le=20 * 366 * DAY_S, description="`90s`, `15min`, `3h`, `2d 3h` or seconds"),
]
Begin = Annotated[When, BeforeValidator(when, json_schema_input_type=str | int)]
Share = Annotated[float, Field(ge=0, le=1)]
PlantKind = Literal[
    "coal_power",
    "steel",
    "cement",
    "waste_incineration",
    "sewage",
    "chemical_voc",
    "gas_heating",
]
Process = Literal[
    "coal_boiler",
    "sinter",
    "casting",
    "kiln",
    "clinker_cooler",
    "incinerator",
    "sewage_line",
    "workshop",
    "gas_boiler",
]
Treatment = Literal[
    "denitrification",
    "non_catalytic_denitrification",
    "desulphurisation",
    "semi_dry_desulphurisation",
    "bag_filter",
    "precipitator",
    "thermal_oxidation",
    "flue_gas_recirculation",
    "biological",
    "disinfection",
]
Protocol = Literal["hjt212-2005", "hj212-2017", "hj212-2025", "cems-v1"]
Quirk = Literal[
    "modbus_crc",
    "constant_crc",
    "wrong_length",
    "missing_header",
    "six_digit_length",
    "epoch_qn",
    "long_data_time",
    "no_data_time",
    "bare_codes",
    "mn_missing",
    "mn_lower_case",
    "over_length",
    "lf_only",
    "no_terminator",
    "glued",
    "no_flags",
    "no_qn",
    "old_codes",
    "lower_case_crc",
    "sm4_raw",
    "sm4_braces",
    "sm4_hex",
    "sm4_base64",
    "vendor_units",
    "sentinels",
    "gateway",
]
