"""Which second of an hour has which number: minute records laid over the hour, none counted twice.

Numbers that may be used come first, then those of the spare channel, then what is not valid, by its
reason. It must not know what is made of them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter, le
from typing import NamedTuple, TypeGuard, TypeVar

from schemas.means import HOUR_S
from schemas.minutes import SECOND_US, Alike, Minutes
from schemas.record import Record
from services.rules.exact import CACHED, ZERO, digits
from services.rules.flags import MARKED, UNKNOWN_FLAG, FlagKind, Meaning, Use
from services.rules.hour_parameters import HourRules

SENTINEL, NO_VALUE, NEGATIVE, MISSING = "sentinel", "no_value", "negative", "missing"
MINUTE_S = 60
_DAY_S = 86_400
_BEGIN = attrgetter("at")

Interval = tuple[int, int]
Held = TypeVar("Held")
Placed = tuple[int, int, Held]
"""Seconds of the hour from .. to, and what holds there."""


class Taken(NamedTuple):
    """A number as it counts. `bound`: the true one is at least this. `sent_negative`: whatever was made of it."""

    value: Decimal
    bound: bool = False
    sent_negative: bool = False
    spare: bool = False


class Laid(NamedTuple):
    """An hour: numbers and reasons, each in order and without overlap; the seconds left are missing.

    `rests_on`: parameters of flags by which records were taken or left.
    """

    numbers: list[Placed[Taken]]
    reasons: list[Placed[str]]
    rests_on: tuple[str, ...]


class _Sorted:
    """The records of an hour by when they begin: numbers, reasons; `clean`: no numbers overlap."""

    __slots__ = ("clean", "numbers", "reasons", "rests_on", "seconds")

    def __init__(self) -> None:
        self.numbers: list[Placed[Taken]] = []
        self.reasons: list[Placed[str]] = []
        self.rests_on: set[str] = set()
        self.seconds = 0
        self.clean = True


def lay_out(
    main: Iterable[Record], spare: Iterable[Record], start: datetime, rules: HourRules
) -> Laid:
    """Lay the records that begin in the hour from `start` over it; the earlier one keeps a second.

    A record that ends after the hour counts to the hour's end; the rest of one of more than a minute
    is the next hour's, so that such a record which began before the hour counts from its start. Spare numbers only fill what the main
    channel leaves; why a spare is not valid is not told.
    """
    found = _sorted_out(main, start, rules)
    laid = found.numbers if found.clean else _fill([], sorted(found.numbers, key=_by_place))
    if found.clean and found.seconds == HOUR_S:
        return Laid(laid, [], tuple(sorted(found.rests_on)))
    spares = _sorted_out(spare, start, rules)
    filled = _fill(laid, sorted(spares.numbers, key=_by_place))
    if filled:
        laid += [(begin, end, taken._replace(spare=True)) for begin, end, taken in filled]
        laid.sort(key=_first)
        found.rests_on |= spares.rests_on
    return Laid(laid, _fill(laid, sorted(found.reasons)), tuple(sorted(found.rests_on)))


def seconds_by_reason(laid: Laid) -> dict[str, int]:
    """Seconds of the hour that are not valid, by reason; `missing` are those of no record."""
    found: dict[str, int] = {}
    for begin, end, reason in laid.reasons:
        found[reason] = found.get(reason, 0) + end - begin
    missing = HOUR_S - _length(laid.numbers) - _length(laid.reasons)
    if missing:
        found[MISSING] = missing
    return found


def taken_of(record: Record, meant: Meaning, negatives: str) -> Taken | str:
    """The number a record gives to a mean by what its flag means, or the reason why it gives none."""
    if meant.use is Use.NUMBER and not record.sentinel:
        return NO_VALUE if record.value is None else _number(record.value, negatives)
    if meant.use is Use.LOWER_BOUND:
        return _bound(record)
    if record.flag is not None and record.flag.startswith(MARKED):
        return record.flag
    return meant.kind.value if meant.use is Use.NONE else SENTINEL


def taken_of_hour(record: Record, meant: Meaning, negatives: str) -> Taken | str:
    """The same of a record of a whole hour: over range, the hour is at least the number it gives.

    Some of its minutes were at the range's end; that all of them were nobody says.
    """
    return taken_of(record._replace(range_max=None), meant, negatives)


def _number(sent: float, negatives: str) -> Taken | str:
    return _numbers(negatives)[sent]


class _Numbers(dict[float | None, Taken | str]):
    """What numbers as sent are taken for: looked up for every minute, made once for each number."""

    def __init__(self, negatives: str) -> None:
        super().__init__()
        self._negatives = negatives

    def __missing__(self, sent: float | None) -> Taken | str:
        if len(self) >= CACHED:
            self.clear()
        found = self[sent] = self._made(sent)
        return found

    def _made(self, sent: float | None) -> Taken | str:
        if sent is None or sent - sent != 0:  # neither NaN nor infinity is a number
            return NO_VALUE
        if sent >= 0:
            return Taken(digits(sent))
        if self._negatives == "invalid":
            return NEGATIVE
        return Taken(ZERO if self._negatives == "zero" else digits(sent), sent_negative=True)


@lru_cache
def _numbers(negatives: str) -> _Numbers:
    return _Numbers(negatives)


def _bound(record: Record) -> Taken | str:
    ends = [
        digits(end)
        for end in (None if record.sentinel else record.value, record.range_max)
        if end is not None and end - end == 0
    ]
    return Taken(max(ends), bound=True) if ends else FlagKind.OVER_RANGE.value


def _sorted_out(records: Iterable[Record], start: datetime, rules: HourRules) -> _Sorted:
    alike = _sorted_alike(records, rules) if _is_of(records, start) else None
    return _sorted_each(records, start, rules) if alike is None else alike


def _is_of(records: Iterable[Record], start: datetime) -> TypeGuard[Minutes]:
    return isinstance(records, Minutes) and records.start == start


def _sorted_each(records: Iterable[Record], start: datetime, rules: HourRules) -> _Sorted:
    found = _Sorted()
    numbers, meanings, negatives = found.numbers, rules.meanings, rules.hour.negatives
    cursor = seconds = 0
    for record in sorted(records, key=_BEGIN):
        offset = record.at - start
        begin, span = offset.seconds, record.span_s
        if offset.days:
            begin, span = 0, _reach(offset, span)
        if begin >= HOUR_S or span <= 0:
            continue
        end = min(HOUR_S, begin + span)
        meant = meanings.get(record.flag, UNKNOWN_FLAG)
        if meant.rests_on:
            found.rests_on.update(meant.rests_on)
        taken = taken_of(record, meant, negatives)
        if isinstance(taken, str):
            found.reasons.append((begin, end, taken))
            continue
        numbers.append((begin, end, taken))
        if begin < cursor:
            found.clean = False
        cursor = end
        seconds += end - begin
    found.seconds = seconds
    return found


def _reach(offset: timedelta, span_s: int) -> int:
    """How many seconds a record of more than a minute that began before the hour reaches into it."""
    if offset.days >= 0 or span_s <= MINUTE_S:
        return 0
    return span_s + offset.days * _DAY_S + offset.seconds


def _sorted_alike(minutes: Minutes, rules: HourRules) -> _Sorted | None:
    """The same where all records share a flag by which they are numbers; None where one is none."""
    if len(minutes.parts) != 1:
        return None
    part = minutes.parts[0]
    meant = rules.meanings.get(part.flag, UNKNOWN_FLAG)
    if meant.use is not Use.NUMBER or part.sentinel or part.span_s <= 0:
        return None
    number = _numbers(rules.hour.negatives)
    numbers = [number[value] for value in part.values]
    taken = [one for one in numbers if isinstance(one, Taken)]
    if len(taken) < len(numbers):
        return None
    found = _Sorted()
    begins, ends = _places(part)
    found.numbers = list(zip(begins, ends, taken, strict=True))
    found.clean = all(map(le, ends, begins[1:]))
    found.seconds = sum(ends) - sum(begins)
    found.rests_on.update(meant.rests_on)
    return found


def _places(part: Alike) -> tuple[Sequence[int], Sequence[int]]:
    """The seconds in which the records begin and end."""
    whole = _whole(part.span_s)
    if part.begins == whole[0]:
        return whole[1:]
    begins = [begin // SECOND_US for begin in part.begins]
    return begins, [min(HOUR_S, begin + part.span_s) for begin in begins]


@lru_cache
def _whole(span_s: int) -> tuple[list[int], list[int], list[int]]:
    """Of an hour without gaps: the beginnings in microseconds, the seconds of beginnings and ends."""
    begins = list(range(0, HOUR_S, span_s))
    ends = [min(HOUR_S, begin + span_s) for begin in begins]
    return [begin * SECOND_US for begin in begins], begins, ends


def _fill(laid: Sequence[Placed[Taken]], items: Sequence[Placed[Held]]) -> list[Placed[Held]]:
    """What of the items lies where nothing is laid yet; of two items the earlier keeps a second."""
    if not items:
        return []
    gaps = _gaps(laid)
    filled: list[Placed[Held]] = []
    place, floor = 0, 0
    for item_begin, item_end, held in items:
        floor_before, floor = floor, max(floor, item_end)
        while place < len(gaps) and gaps[place][1] <= max(item_begin, floor_before):
            place += 1
        for gap_begin, gap_end in gaps[place:]:
            if gap_begin >= item_end:
                break
            begin, end = max(gap_begin, item_begin, floor_before), min(gap_end, item_end)
            if begin < end:
                filled.append((begin, end, held))
    return filled


def _gaps(laid: Iterable[Placed[Taken]]) -> list[Interval]:
    gaps: list[Interval] = []
    cursor = 0
    for begin, end, _ in laid:
        if begin > cursor:
            gaps.append((cursor, begin))
        cursor = end
    if cursor < HOUR_S:
        gaps.append((cursor, HOUR_S))
    return gaps


def _length(placed: Sequence[Placed[Held]]) -> int:
    if not placed:
        return 0
    begins, ends, _ = zip(*placed, strict=True)
    return sum(ends) - sum(begins)


def _first(placed: Placed[Taken]) -> int:
    return placed[0]


def _by_place(placed: Placed[Taken]) -> tuple[int, int, Decimal, bool]:
    begin, end, taken = placed
    return begin, end, taken.value, taken.bound
