"""How a CSV is told as a device's messages: the MAP.toml of `qingkong replay`, read and checked."""

import tomllib
from datetime import datetime
from typing import Annotated, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

Kind = Literal["realtime", "minute", "hour", "day"]
FieldName = Literal["rtd", "min", "avg", "max", "cou", "zs_rtd", "zs_min", "zs_avg", "zs_max"]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,32}$")]
Flag = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,4}$")]

EXAMPLE_MAP: Final = """\
# How `qingkong replay data.csv --map this.toml` tells a CSV as a device would.
[csv]
mn = "88888888DE00000000000009"       # the device (设备唯一标识), as registered
kind = "hour"                          # realtime, minute, hour or day (2011, 2051, 2061, 2031)
start = "2024-01-01T00:00:00+08:00"    # time of the first row; always with its offset
step_s = 3600                          # seconds from row to row
delimiter = ","
# time_column = "Time"                 # in the place of start and step_s: a column of ISO times;
                                       # those without an offset are Beijing time
protocol = "hj212"                     # or "json", the messages of cems/v1
st = "31"                              # HJ 212 system type: 31 air source, 32 water source

# A line per column to send: its heading, the code, and the field of HJ 212-2017 table 4:
# rtd, min, avg, max, cou, zs_rtd, zs_min, zs_avg or zs_max. Columns without a line stay out.
[columns]
"Nitrogen oxides" = { code = "a21002", field = "avg" }
"Carbon monoxide" = { code = "a21005", field = "avg", flag = "N" }
"""


class MapError(Exception):
    """A map that cannot be used; the text says what to mend."""


class _Part(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


class CsvPart(_Part):
    """The table `[csv]`: whose rows these are, and when."""

    mn: Annotated[str, StringConstraints(pattern=r"^[^\s/+#;=&,\"\x00-\x1f\x7f]{1,64}$")]
    kind: Kind
    start: datetime | None = None
    step_s: Annotated[int, Field(ge=1)] | None = None
    time_column: str | None = None
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    protocol: Literal["hj212", "json"] = "hj212"
    st: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{2}$")] = "31"


class Column(_Part):
    """A line of `[columns]`: the code and field that a column is sent as."""

    code: Code
    field: FieldName
    flag: Flag | None = None


class ReplayMap(_Part):
    """The whole map."""

    csv: CsvPart
    columns: Annotated[dict[str, Column], Field(min_length=1)]


def parse_map(text: str) -> ReplayMap:
    """Read a MAP.toml; raises MapError with every error and its place."""
    try:
        replay_map = ReplayMap.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise MapError(f"the map is not TOML: {error}") from error
    except ValidationError as error:
        wrong = [
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in error.errors(include_url=False, include_context=False)
        ]
        raise MapError("the map is wrong at " + "; ".join(wrong)) from error
    _check_times(replay_map.csv)
    _check_columns(replay_map)
    return replay_map


def _check_times(part: CsvPart) -> None:
    if part.time_column is not None:
        if part.start is not None or part.step_s is not None:
            raise MapError("the map's [csv] has time_column and start or step_s: keep one way")
    elif part.start is None or part.step_s is None:
        raise MapError("the map's [csv] needs start and step_s, or time_column")
    elif part.start.tzinfo is None:
        raise MapError("csv.start has no offset: write it as 2024-01-01T00:00:00+08:00")


def _check_columns(replay_map: ReplayMap) -> None:
    seen: dict[tuple[str, str], str] = {}
    momentary = replay_map.csv.kind == "realtime"
    for heading, column in replay_map.columns.items():
        if momentary != column.field.endswith("rtd"):
            fits = "rtd or zs_rtd" if momentary else "min, avg, max, cou, zs_min, zs_avg, zs_max"
            raise MapError(
                f"columns.{heading}: {column.field} does not fit {replay_map.csv.kind} data: {fits}"
            )
        other = seen.setdefault((column.code, column.field), heading)
        if other != heading:
            raise MapError(
                f"columns {other!r} and {heading!r} are both {column.code} {column.field}"
            )
