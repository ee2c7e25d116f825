"""What an hour of a point comes to: the mean computed, the device's own, and the one to be judged.

Numbers are exact decimals in the point's unit, kept to nine decimals; seconds are those of the hour.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from schemas.record import Record

HOUR_S = 3600
MeanSource = Literal["computed", "device"]
ConvertedSource = Literal["computed", "device", "hours"]
"""Of the minutes; the device's own; or the device's hour mean converted with the hour's oxygen."""


class HourRecords(NamedTuple):
    """What is there of a point and an hour that begins at `start` (UTC).

    `main` and `spare`: minute records of 1 to 30 minutes, in any order; others than those that begin
    in the hour are left out, but for those of more than a minute that reach into it. `device`: the
    device's own hour record; it converts to `device_reference` (%, None: not known). `spare_device`:
    that of the spare channel.
    """

    start: datetime
    main: Sequence[Record]
    spare: Sequence[Record] = ()
    device: Record | None = None
    device_reference: Decimal | None = None
    spare_device: Record | None = None


class ConvertedMean(NamedTuple):
    """A mean converted 折算 to a reference oxygen, both ways; `value` is the way the parameter says.

    `of_minutes`: the mean of the converted minutes. `of_means`: the hour's mean converted with the
    hour's oxygen. `not_converted`: seconds measured but not converted, by reason.
    """

    value: Decimal | None
    valid: bool
    valid_s: int
    of_minutes: Decimal | None
    of_means: Decimal | None
    not_converted: Mapping[str, int]


class ComputedHour(NamedTuple):
    """The mean of the minute records. `value` is None where no second was valid.

    `not_valid`: seconds by reason, `missing` among them; with `valid_s` they make 3600. Of the valid
    seconds, `over_range_s` count as at least their number, `spare_s` are those of the spare channel,
    `zero_s` read exactly 0, `negative_s` were sent as negative (whatever was made of them).
    """

    value: Decimal | None
    valid: bool
    valid_s: int
    over_range_s: int
    spare_s: int
    zero_s: int
    negative_s: int
    not_valid: Mapping[str, int]
    converted: Mapping[str, ConvertedMean]
    rests_on: tuple[str, ...] = ()
    """Names of parameters of flags that said what some record is."""


class DeviceHour(NamedTuple):
    """The device's own hour record; `why` is its flag's kind, or what else makes it unusable."""

    value: Decimal | None
    converted: Decimal | None
    reference: Decimal | None
    flag: str | None
    valid: bool
    at_least: bool
    why: str
    rests_on: tuple[str, ...] = ()
    """Names of parameters of flags that said what the record is."""
    spare: bool = False
    """Whether the spare channel sent it."""


class OxygenHour(NamedTuple):
    """The oxygen (%) of an hour as a whole, and whose it is."""

    value: Decimal
    source: MeanSource
    rests_on: tuple[str, ...] = ()


class Disagreement(NamedTuple):
    """Device and computed mean apart by more than `tolerance` (%).

    `relative` is |device / computed - 1| in %, None where the computed one is 0.
    """

    what: Literal["value", "converted"]
    device: Decimal
    computed: Decimal
    relative: Decimal | None
    tolerance: Decimal


class HourMean(NamedTuple):
    """The hour as it is to be judged, with both means it may come from.

    `converted`: the valid ones alone, by the text of the reference oxygen; `converted_source` says
    whose each is. `valid` is about `value`. `doubts`: parameters it rests on that nobody vouches for.
    `oxygen`: of the hour as a whole, where it decided about a converted mean.
    """

    start: datetime
    source: MeanSource
    value: Decimal | None
    valid: bool
    at_least: bool
    converted: Mapping[str, Decimal]
    converted_source: Mapping[str, ConvertedSource]
    computed: ComputedHour
    device: DeviceHour | None
    disagreements: tuple[Disagreement, ...]
    doubts: tuple[str, ...]
    oxygen: OxygenHour | None = None
