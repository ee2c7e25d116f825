"""The words that requests of work are made of: texts of a bounded length, times with their year."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic import StringConstraints as Text

from schemas.registry_words import BEIJING, beijing_time
from schemas.sentence import Sentence, UnfitError, term

LONGEST: Final = 2_000
PLAIN: Final = "\n\t"


class Asked(BaseModel):
    """A body; a field that nobody knows is refused, for it would do nothing."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Told(BaseModel):
    """An answer; its fields are called as they are in JSON (`from`, `to`)."""

    model_config = ConfigDict(serialize_by_alias=True)


def _plain(text: str) -> str:
    """Raises ValueError where a character would not be shown, or would hide others."""
    if any(not one.isprintable() and one not in PLAIN for one in text):
        raise UnfitError(
            Sentence(
                f"control characters are not taken{term('不接受控制字符')}: write plain text",
                "不接受控制字符：请填写普通文字",
            )
        )
    return text


def _written(value: object) -> object:
    """A time as text alone: a number would be guessed at."""
    if not isinstance(value, str):
        raise UnfitError(
            Sentence(
                "write a time as text: 2026-08-01T08:00 (Beijing time)",
                "时间须为文字：例如 2026-08-01T08:00（北京时间）",
            )
        )
    return beijing_time(value)


Words = Annotated[str, Text(strip_whitespace=True, max_length=LONGEST), AfterValidator(_plain)]
"""May be empty."""
NeededWords = Annotated[
    str, Text(strip_whitespace=True, min_length=1, max_length=LONGEST), AfterValidator(_plain)
]
Name = Annotated[
    str, Text(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_plain)
]
When = Annotated[
    datetime,
    BeforeValidator(_written),
    Field(
        description="ISO 8601; Beijing time unless it names its offset",
        examples=["2026-08-01T08:00:00+08:00"],
    ),
]


def local(at: datetime) -> str:
    """A time of the site's clock."""
    return at.astimezone(BEIJING).isoformat()


At = Annotated[
    datetime,
    PlainSerializer(local, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
"""A time that is answered, in +08:00."""
