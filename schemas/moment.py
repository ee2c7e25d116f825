"""RFC 3339 moments as devices write them; a time without a zone is never guessed at."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(Z|z|[+-][0-9]{2}:[0-9]{2})?"
).fullmatch

WITHOUT_ZONE = (
    "has no zone; write the offset after the time, as in 2026-01-01T08:00:00+08:00 for Beijing time"
)
NOT_A_MOMENT = "is not an RFC 3339 time; write it as in 2026-01-01T08:00:00+08:00"
TIME_ERROR = "moment"


def moment(text: str) -> datetime:
    """Read RFC 3339 with an offset; digits after the microsecond are cut.

    Raises `ValueError` with half a sentence for the sender, to follow the name of the field.
    """
    match = _RFC3339(text)
    if match is None:
        raise ValueError(NOT_A_MOMENT)
    if match[1] is None:
        raise ValueError(WITHOUT_ZONE)
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError(NOT_A_MOMENT) from None


def microseconds(at: datetime) -> int:
    """Microseconds since 1970 UTC of an aware time."""
    return (at - EPOCH) // _MICROSECOND


def _validated(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if not isinstance(value, str):
        raise PydanticCustomError(TIME_ERROR, NOT_A_MOMENT)
    try:
        return moment(value)
    except ValueError as error:
        raise PydanticCustomError(TIME_ERROR, "{why}", {"why": str(error)}) from None


Moment = Annotated[
    datetime,
    BeforeValidator(_validated, json_schema_input_type=str),
    Field(
        description="RFC 3339 with an offset; a time without one is refused",
        json_schema_extra={
            "format": "date-time",
            "pattern": r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$",
            "examples": ["2026-01-01T08:00:00+08:00"],
        },
    ),
]
