"""What a frame or message comes down to: rows, and what was refused of it."""

from typing import NamedTuple

from schemas.series import Series


class Row(NamedTuple):
    """A reading as sent. Times in microseconds since 1970 UTC; values in the device's own unit."""

    series: Series
    time_us: int
    channel: int
    value: float | None
    minimum: float | None
    maximum: float | None
    converted: float | None
    converted_min: float | None
    converted_max: float | None
    total: float | None
    flag: str | None
    span_s: int
    sampled_us: int | None
    sent_us: int | None
    received_us: int
    seq: int


class Rejection(NamedTuple):
    """A frame, or the named codes of one, that could not be stored, and why."""

    seq: int
    mn: str | None
    device: int | None
    reason: str
    detail: str
    codes: tuple[str, ...]
    whole: bool
    policy: str | None = None
