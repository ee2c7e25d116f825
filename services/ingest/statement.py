"""What a sender states, in one form for HJ 212 and JSON, before the registry has been asked."""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.series import Series


class Said(NamedTuple):
    """One reading or state as stated; times in microseconds since 1970 UTC, values as sent."""

    series: Series
    code: str
    time_us: int
    value: float | None
    minimum: float | None = None
    maximum: float | None = None
    converted: float | None = None
    converted_min: float | None = None
    converted_max: float | None = None
    total: float | None = None
    flag: str | None = None
    span_s: int | None = None
    sampled_us: int | None = None


class SaidParameter(NamedTuple):
    """A device setting as stated."""

    about: str | None
    code: str
    value: str
    effective_us: int


class SaidEvent(NamedTuple):
    """Something that happened, as stated."""

    kind: str
    about: str | None
    code: str | None
    text: str
    happened_us: int


class Refused(NamedTuple):
    """Why a frame or message cannot be used; `detail` says what to do about it.

    `policy` names the one that, registered for the device, would accept it.
    """

    reason: str
    detail: str
    mn: str | None = None
    policy: str | None = None


# Readings, states, parameters and events of one JSON message; of HJ 212 parameters and events,
# which no registered channel bounds.
MOST_ITEMS = 10_000
TOO_MANY_ITEMS = Refused(
    "schema", f"more than {MOST_ITEMS:,} settings and events in one message: send fewer at once"
)


class Statement(NamedTuple):
    """All that one frame or message states; `sent_us` orders what its sender said.

    `needed` names the policies without which it could not be stated so.
    """

    mn: str
    sent_us: int | None
    readings: tuple[Said, ...] = ()
    parameters: tuple[SaidParameter, ...] = ()
    events: tuple[SaidEvent, ...] = ()
    needed: tuple[str, ...] = ()


def shifted(statement: Statement, us: int) -> Statement:
    """The same statement by a clock that is `us` microseconds ahead, in all of its times."""
    return statement._replace(
        sent_us=None if statement.sent_us is None else statement.sent_us + us,
        readings=tuple(
            said._replace(
                time_us=said.time_us + us,
                sampled_us=None if said.sampled_us is None else said.sampled_us + us,
            )
            for said in statement.readings
        ),
        parameters=tuple(
            said._replace(effective_us=said.effective_us + us) for said in statement.parameters
        ),
        events=tuple(said._replace(happened_us=said.happened_us + us) for said in statement.events),
    )


def count_items(statements: Sequence[Statement]) -> int:
    """How many readings, parameters and events they state."""
    return sum(len(one.readings) + len(one.parameters) + len(one.events) for one in statements)
