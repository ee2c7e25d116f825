"""Whose records of a water point count in each hour: minutes or the device's own hour, main or spare.

It must not know what is made of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from schemas.record import Record
from services.rules.exact import EXACT, QUOTIENT, mean_of, text
from services.rules.water_cycle import Span
from services.rules.water_validity import WaterJudge

_HOUR_S = 3600
_WHOLE = Decimal(100)


class PointLines(NamedTuple):
    """What the main and the spare channel of a point sent, in order of time."""

    minutes: Sequence[Record] = ()
    hours: Sequence[Record] = ()
    spare_minutes: Sequence[Record] = ()
    spare_hours: Sequence[Record] = ()


class HourApart(NamedTuple):
    """An hour that the device's record tells otherwise than its minutes; numbers in the point's unit."""

    hour: datetime
    device: Decimal
    minutes: Decimal


class WaterRecords(NamedTuple):
    """The records that count, in order of time; hours of the `spare`, and hours that are apart."""

    records: Sequence[Record]
    spare: tuple[datetime, ...] = ()
    apart: tuple[HourApart, ...] = ()

    def told(self, span: Span) -> dict[str, object]:
        """What evidence says of it in [since, until)."""
        spare = [at.isoformat() for at in self.spare if span[0] <= at < span[1]]
        apart = [
            {"hour": one.hour.isoformat(), "device": text(one.device), "minutes": text(one.minutes)}
            for one in self.apart
            if span[0] <= one.hour < span[1]
        ]
        return {
            **({"spare_hours": spare} if spare else {}),
            **({"device_hours": apart} if apart else {}),
        }


@dataclass(frozen=True, slots=True)
class Choosing:
    """What decides: the judge of records, the share of an hour in % that minutes need for it.

    `slow`: they repeat results, so that an hour's mean lies anywhere between them.
    """

    judge: WaterJudge
    percent: Decimal
    slow: bool


def chosen_records(lines: PointLines, choosing: Choosing) -> WaterRecords:
    """One source for each hour: minutes where there are enough, else the device's own hour.

    Where both are valid and apart, `judged_record` says which, as for gas. An hour in which so many
    minutes are refused that it cannot be valid stays with its minutes. The spare stands in where
    nothing of the main channel is valid.
    """
    if not lines.spare_minutes and not lines.spare_hours and not (lines.minutes and lines.hours):
        return WaterRecords(lines.minutes or lines.hours)
    by_hour = [_by_hour(line) for line in lines]
    records: list[Record] = []
    spare: list[datetime] = []
    apart: list[HourApart] = []
    for hour in sorted({hour for line in by_hour for hour in line}):
        main = _of_channel(by_hour[0].get(hour, ()), by_hour[1].get(hour, ()), choosing)
        other = _of_channel(by_hour[2].get(hour, ()), by_hour[3].get(hour, ()), choosing)
        by_spare = not _valid(main.records, choosing) and bool(_valid(other.records, choosing))
        chosen = other if by_spare or not main.records else main
        if chosen is other:
            spare.append(hour)
        records += chosen.records
        apart += chosen.apart
    return WaterRecords(records, tuple(spare), tuple(apart))


def _of_channel(
    minutes: Sequence[Record], hours: Sequence[Record], choosing: Choosing
) -> WaterRecords:
    device = hours[:1]
    valid = _valid(minutes, choosing)
    number = next((value for _, value in _valid(device, choosing)), None)
    if not minutes or number is None:
        return WaterRecords(minutes or device)
    valid_s = sum(record.span_s for record, _ in valid)
    refused_s = sum(record.span_s for record in minutes) - valid_s
    if refused_s * 100 > (_WHOLE - choosing.percent) * _HOUR_S:
        return WaterRecords(minutes)
    apart = _apart(number, valid, choosing)
    few = valid_s * 100 < choosing.percent * _HOUR_S
    by_device = few or (bool(apart) and choosing.judge.rules.hour.judged_record == "device")
    return WaterRecords(device if by_device else minutes, (), apart)


def _apart(
    device: Decimal, minutes: Sequence[tuple[Record, Decimal]], choosing: Choosing
) -> tuple[HourApart, ...]:
    """Whether they differ by more than the tolerance, and by more than the device may have rounded."""
    pairs = [(value, record.span_s) for record, value in minutes if record.span_s]
    if not pairs:
        return ()
    mean = mean_of(pairs)
    values = [value for value, _ in pairs]
    low, high = (min(values), max(values)) if choosing.slow else (mean, mean)
    near = min(max(device, low), high)
    off = EXACT.subtract(device, near).copy_abs()
    allowed = QUOTIENT.multiply(near.copy_abs(), choosing.judge.rules.hour.mean_tolerance) / _WHOLE
    if off <= max(allowed, _rounding(device)):
        return ()
    begun = minutes[0][0].at.replace(minute=0, second=0, microsecond=0)
    return (HourApart(begun, device, mean),)


def _rounding(sent: Decimal) -> Decimal:
    """Half of the last digit sent, of one decimal at least."""
    exponent = sent.normalize(EXACT).as_tuple().exponent
    places = min(exponent, -1) if isinstance(exponent, int) else -1
    return Decimal(5).scaleb(places - 1)


def _valid(records: Iterable[Record], choosing: Choosing) -> list[tuple[Record, Decimal]]:
    judged = ((record, choosing.judge(record)) for record in records)
    return [(record, one.value) for record, one in judged if not one.why and one.value is not None]


def _by_hour(records: Sequence[Record]) -> dict[datetime, list[Record]]:
    found: defaultdict[datetime, list[Record]] = defaultdict(list)
    for record in records:
        found[record.at.replace(minute=0, second=0, microsecond=0)].append(record)
    return found
