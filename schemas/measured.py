"""A reading as it was sent, and the same as it is to be read."""

from typing import NamedTuple


class Sent(NamedTuple):
    """The numbers of a stored reading, as the device sent them."""

    value: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    converted: float | None = None
    converted_min: float | None = None
    converted_max: float | None = None
    total: float | None = None


class Measured(NamedTuple):
    """The same in `unit`, the analyser's range with them; `sentinel`: the value meant 'no value'.

    The total has a unit of its own (kg, or m3 of flow). `unit` is None where no setting says it.
    """

    unit: str | None
    value: float | None
    minimum: float | None
    maximum: float | None
    converted: float | None
    converted_min: float | None
    converted_max: float | None
    total: float | None
    range_min: float | None
    range_max: float | None
    cycle_s: int | None
    sentinel: bool
