"""The words of the registry's document: codes, times, numbers, and how short forms are read."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from schemas.sentence import Sentence, UnfitError

BEIJING = timezone(timedelta(hours=8))
FIRST_YEAR, LAST_YEAR = 1970, 2200
NO_TIME = Sentence(
    "this is no time: write 2024-05-01 or 2024-05-01T08:30 (Beijing time)",
    "不是时间：请写作 2024-05-01 或 2024-05-01T08:30（北京时间）",
)


def beijing_time(value: object) -> object:
    """Read a date or a time as Beijing time unless it names its offset; gives it in UTC.

    Raises ValueError when the text is neither.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise UnfitError(NO_TIME) from None
    if isinstance(value, datetime):
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise UnfitError(
                Sentence(
                    f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}",
                    f"年份须在 {FIRST_YEAR} 至 {LAST_YEAR} 之间",
                )
            )
        return (value if value.tzinfo else value.replace(tzinfo=BEIJING)).astimezone(UTC)
    return value


def shown(value: object) -> str:
    """A value for people: times in Beijing time, nothing as –."""
    match value:
        case None | ():
            return "–"
        case datetime():
            local = value.astimezone(BEIJING)
            midnight = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
            return f"{local:%Y-%m-%d}" if midnight else f"{local:%Y-%m-%d %H:%M:%S}"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def one_or_many(value: str | dict[str, object] | BaseModel | list[object]) -> object:
    return [value] if isinstance(value, str | dict | BaseModel) else value


def code_alone(value: object) -> object:
    return {"code": value} if isinstance(value, str) else value


def mn_alone(value: object) -> object:
    return {"mn": value} if isinstance(value, str) else value


def pair(value: object) -> object:
    """`B1 -> DA001` as unit and outlet."""
    if not isinstance(value, str):
        return value
    unit, arrow, outlet = value.partition("->")
    if not arrow:
        raise UnfitError(
            Sentence(
                "write a way as `UNIT -> OUTLET`, for instance `B1 -> DA001`",
                "工艺路线请写作 生产设施 -> 排放口，例如 B1 -> DA001",
            )
        )
    return {"unit": unit.strip(), "outlet": outlet.strip()}


def not_zero(value: float) -> float:
    if value == 0:
        raise UnfitError(
            Sentence(
                "a scale of 0 would lose every number: leave it out for 1",
                "系数为 0 会丢失所有数值：系数为 1 时不填即可",
            )
        )
    return value


def one_where_null(value: object) -> object:
    return 1.0 if value is None else value


def empty_where_null(value: object) -> object:
    return () if value is None else value


def rising(value: tuple[float, float]) -> tuple[float, float]:
    if value[0] >= value[1]:
        raise UnfitError(
            Sentence("write the lower end first: [low, high]", "请先写下限：[下限, 上限]")
        )
    return value


class Dated(Protocol):
    """What holds from a time to another; open where None."""

    @property
    def since(self) -> datetime | None: ...
    @property
    def until(self) -> datetime | None: ...


DatedEntry = TypeVar("DatedEntry", bound=Dated)


def in_order(entry: DatedEntry) -> DatedEntry:
    if entry.since is not None and entry.until is not None and entry.since >= entry.until:
        raise UnfitError(Sentence("`to` must lie after `from`", "`to` 须晚于 `from`"))
    return entry


POINT = r"^[^\s/]{1,64}(/(in|out|state)(/[^\s/]{1,64})?)?$"
Code = Annotated[
    str,
    StringConstraints(pattern=r"^[^\s/\x00-\x1f\x7f]{1,64}$"),
    Field(description="1 to 64 characters without blanks and '/'"),
]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")]
MnText = Annotated[
    str,
    StringConstraints(pattern=r"^[^\s/+#;=&,\x00-\x1f\x7f]{1,64}$"),
    Field(description="the MN of HJ 212-2017, 6.3.2, usually 24 characters"),
]
RegionCode = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{2,6}$"),
    Field(description="GB/T 2260 code, 2 to 6 digits, e.g. 1505 for Tongliao"),
]
Time = Annotated[
    datetime,
    BeforeValidator(beijing_time, json_schema_input_type=str),
    Field(description="2024-05-01 or 2024-05-01T08:30, Beijing time unless it names an offset"),
]
Number = Annotated[float, Field(allow_inf_nan=False)]
Since = Annotated[Time | None, Field(validation_alias="from", serialization_alias="from")]
Until = Annotated[Time | None, Field(validation_alias="to", serialization_alias="to")]
